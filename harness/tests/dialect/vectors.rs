// SPDX-License-Identifier: MIT OR Apache-2.0
//! The golden bytes of `vectors/` through the codecs: each message keeps its bytes in its own
//! version, and in another version it is refused or means the same.

use std::fs;
use std::path::Path;

use harness::wire::dialect::{read_answer, read_request, write_answer, write_request};
use rsp::dialect::Dialect;
use rsp::sgp32::{EsipaMessageFromEimToIpa, EsipaMessageFromIpaToEim};

/// Folders of messages that an IPA sends.
const REQUESTS: [&str; 9] = [
    "EsipaMessageFromIpaToEim",
    "InitiateAuthenticationRequestEsipa",
    "AuthenticateClientRequestEsipa",
    "GetBoundProfilePackageRequestEsipa",
    "CancelSessionRequestEsipa",
    "HandleNotificationEsipa",
    "TransferEimPackageResponse",
    "GetEimPackageRequest",
    "ProvideEimPackageResult",
];

/// Folders of messages that an eIM sends.
const ANSWERS: [&str; 8] = [
    "EsipaMessageFromEimToIpa",
    "InitiateAuthenticationResponseEsipa",
    "AuthenticateClientResponseEsipa",
    "GetBoundProfilePackageResponseEsipa",
    "CancelSessionResponseEsipa",
    "TransferEimPackageRequest",
    "GetEimPackageResponse",
    "ProvideEimPackageResultResponse",
];

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one value at a time lives here")]
enum Message {
    Request(EsipaMessageFromIpaToEim),
    Answer(EsipaMessageFromEimToIpa),
}

impl Message {
    fn read(is_request: bool, dialect: Dialect, bytes: &[u8]) -> Result<Self, String> {
        if is_request {
            let read = read_request(dialect, bytes);
            read.map(Self::Request).map_err(|error| error.to_string())
        } else {
            let read = read_answer(dialect, bytes);
            read.map(Self::Answer).map_err(|error| error.to_string())
        }
    }

    fn write(&self, dialect: Dialect) -> Result<Vec<u8>, String> {
        match self {
            Self::Request(message) => write_request(dialect, message),
            Self::Answer(message) => write_answer(dialect, message),
        }
        .map_err(|error| error.to_string())
    }
}

struct Vector {
    name: String,
    is_request: bool,
    bytes: Vec<u8>,
}

/// All vectors of messages whose folder ends in `suffix`.
fn vectors(suffix: &str) -> Vec<Vector> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let requests = REQUESTS.iter().map(|folder| (folder, true));
    let folders = requests.chain(ANSWERS.iter().map(|folder| (folder, false)));
    let mut found = Vec::new();
    for (folder, is_request) in folders {
        let folder = format!("{folder}{suffix}");
        let Ok(files) = fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for file in files {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            found.push(Vector {
                name: format!("{folder}/{name}"),
                is_request,
                bytes: hex::decode(value["der"].as_str().unwrap()).unwrap(),
            });
        }
    }
    assert!(!found.is_empty(), "no vectors {suffix}");
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// A member that was read under another tag ends up among the unknown ones.
fn hides_members(message: &Message) -> bool {
    format!("{message:?}").contains("additions: [\"")
}

/// Reads and writes a vector in one version; what is wrong with it, if anything.
fn fault(vector: &Vector, dialect: Dialect) -> Option<String> {
    let name = &vector.name;
    let message = match Message::read(vector.is_request, dialect, &vector.bytes) {
        Ok(message) => message,
        Err(error) => return Some(format!("{name} as v{dialect}: {error}")),
    };
    if hides_members(&message) {
        return Some(format!(
            "{name} as v{dialect}: unknown members in {message:?}"
        ));
    }
    match message.write(dialect) {
        Ok(bytes) if bytes == vector.bytes => None,
        Ok(bytes) => Some(format!(
            "{name} as v{dialect}: came {}, went {}",
            hex::encode(&vector.bytes),
            hex::encode(bytes)
        )),
        Err(error) => Some(format!("{name} as v{dialect}: {error}")),
    }
}

#[test]
fn v1_0_keeps_its_bytes() {
    let faults: Vec<String> = vectors("@v1.0")
        .iter()
        .filter_map(|vector| fault(vector, Dialect::V1_0))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn v1_2_keeps_its_bytes_in_both_later_versions() {
    let mut faults = Vec::new();
    for vector in vectors("") {
        faults.extend(fault(&vector, Dialect::V1_2));
        faults.extend(fault(&vector, Dialect::V1_3));
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn v1_3_is_read_by_v1_2_and_written_without_its_additions() {
    for vector in vectors("@later") {
        assert_eq!(fault(&vector, Dialect::V1_3), None);
        let message = Message::read(vector.is_request, Dialect::V1_2, &vector.bytes).unwrap();
        assert_ne!(
            message.write(Dialect::V1_2).unwrap(),
            vector.bytes,
            "{}",
            vector.name
        );
    }
}

#[test]
fn a_message_of_another_version_is_refused_or_means_the_same() {
    let mut misread = Vec::new();
    for (suffix, own, other) in [
        ("@v1.0", Dialect::V1_0, Dialect::V1_2),
        ("", Dialect::V1_2, Dialect::V1_0),
    ] {
        for vector in vectors(suffix) {
            let meant = Message::read(vector.is_request, own, &vector.bytes);
            let read = Message::read(vector.is_request, other, &vector.bytes);
            if read.is_ok() && read != meant {
                misread.push(format!("{} as v{other}", vector.name));
            }
        }
    }
    assert_eq!(misread, Vec::<String>::new());
}
