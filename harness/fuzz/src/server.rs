// SPDX-License-Identifier: MIT OR Apache-2.0
//! The servers without sockets: an SM-DP+ in the middle of a session, an SM-DS, and what every
//! answer of them has to be.

use std::sync::{Arc, OnceLock};

use rsp::asn1::ObjectIdentifier;
use rsp::der;
use rsp::json::{Es9Ok, Es9Request, Function, Interface, decode_response};
use rsp::sgp22::*;
use serde_json::Value;
use smdp::config::SmDsConfig;
use smdp::es2plus::Es2PlusHandler;
use smdp::http::{Call, Client, Handler};
use smdp::smds::{Es11Handler, Es12Handler, SmDs, SmDsCredentials, SmDsService};
use smdp::{Config, Credentials, Entity, HttpAnswer, Profile, Profiles, SmDp, SmDpService};
use veuicc::terminal::{Terminal, TerminalOptions};

use crate::{END, HEADER, card, env, pki, runtime};

const HOST: &str = "smdp1.test.example";

/// An SM-DP+ with an order of every kind and a profile type without end.
const CONFIG: &str = r#"
    [[order]]
    profile = "one.der"
    matching_id = "MATCHING-1"
    reusable = true

    [[profile_type]]
    name = "endless"
    profile = "one.der"
    first_iccid = "8900012345678901237"
"#;

/// A package with the one file that names its ICCID.
fn profiles() -> Profiles {
    let mut profiles = Profiles::default();
    let profile = Profile::from_der(crate::package().to_vec());
    let bare = Profile::from_der([HEADER, END].concat()).expect("a profile");
    profiles.insert("one.der", profile.unwrap_or(bare));
    profiles
}

/// A fresh SM-DP+.
fn fresh() -> Arc<SmDpService> {
    static CREDENTIALS: OnceLock<Credentials> = OnceLock::new();
    let make = || Credentials::from_pki(pki(), Entity::First, &[HOST]);
    let credentials = CREDENTIALS.get_or_init(|| make().expect("credentials"));
    let config = Config::from_toml(CONFIG).expect("a configuration");
    let smdp = SmDp::with_orders(config, credentials.clone(), &profiles()).expect("orders");
    Arc::new(SmDpService::new(smdp, env("smdp")))
}

/// How far the session of an SM-DP+ is, when the input comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No session.
    Fresh,
    /// InitiateAuthentication is answered.
    Initiated,
    /// AuthenticateClient is answered.
    Authenticated,
    /// GetBoundProfilePackage is answered.
    Bound,
}

impl Stage {
    /// One for each value of a byte.
    #[must_use]
    pub fn of(byte: u8) -> Self {
        match byte & 3 {
            0 => Self::Fresh,
            1 => Self::Initiated,
            2 => Self::Authenticated,
            _ => Self::Bound,
        }
    }
}

/// The requests of a card that downloads; a server made with the same randomness takes them again.
fn requests() -> &'static [(Function, Vec<u8>)] {
    static REQUESTS: OnceLock<Vec<(Function, Vec<u8>)>> = OnceLock::new();
    REQUESTS.get_or_init(record)
}

/// The stage and the body that an input stands for. With the top bit of its first byte, the body is
/// a recorded request with some bytes changed, three bytes each: where (two bytes), and to what.
#[must_use]
pub fn input(data: &[u8], asn1: bool) -> Option<(Stage, Vec<u8>)> {
    let (first, rest) = data.split_first()?;
    let stage = Stage::of(*first);
    if first & 0x80 == 0 {
        return Some((stage, rest.to_vec()));
    }
    let number = usize::from(first >> 2) % requests().len();
    let (function, json) = &requests()[number];
    let mut body = json.clone();
    if asn1 {
        let request = Es9Request::from_json(*function, json).expect("a request");
        body = request.to_asn1().expect("a request");
    }
    for change in rest.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % body.len();
        body[at] = change[2];
    }
    Some((stage, body))
}

/// An SM-DP+ whose session is at `stage`.
#[must_use]
pub fn smdp_at(stage: Stage) -> Arc<SmDpService> {
    let service = fresh();
    let steps = match stage {
        Stage::Fresh => 0,
        Stage::Initiated => 1,
        Stage::Authenticated => 2,
        Stage::Bound => 3,
    };
    for (function, body) in requests().iter().take(steps) {
        let answer = service.call_json(*function, None, body);
        assert_eq!(answer.status, 200);
    }
    service
}

/// Sends one request and reads its answer.
fn step(
    service: &SmDpService,
    requests: &mut Vec<(Function, Vec<u8>)>,
    request: &Es9Request,
) -> Es9Ok {
    let body = request.to_json().expect("a request");
    let answer = service.call_json(request.function(), None, &body);
    requests.push((request.function(), body));
    decode_response(Interface::Es9, request.function(), &answer.body)
        .expect("an answer")
        .expect("no refusal")
}

/// Downloads once with a card, and notes what it sends.
fn record() -> Vec<(Function, Vec<u8>)> {
    let service = fresh();
    let mut requests = Vec::new();
    let mut terminal = Terminal::open(card(), TerminalOptions::default()).expect("an ISD-R");
    let mut es10 = |request: Vec<u8>| terminal.es10(&request).expect("an answer");
    let challenge: GetEuiccChallengeResponse =
        der::decode(&es10(der::encode(&GetEuiccChallengeRequest::default()).expect("a request")))
            .expect("a challenge");
    let info = es10(der::encode(&GetEuiccInfo1Request::default()).expect("a request"));
    let initiate = Es9Request::InitiateAuthentication(InitiateAuthenticationRequest {
        euicc_challenge: challenge.euicc_challenge,
        smdp_address: HOST.to_owned(),
        euicc_info1: der::decode(&info).expect("EUICCInfo1"),
        lpa_rsp_capability: None,
        additions: Default::default(),
    });
    let Es9Ok::InitiateAuthentication(ok) = step(&service, &mut requests, &initiate) else {
        panic!("another function's answer");
    };
    let transaction_id = ok.transaction_id.clone();
    let params = CtxParams1::for_device(Some("MATCHING-1".to_owned()), DeviceInfo {
            tac: [0x35, 0x29, 0x06, 0x11].into(),
            device_capabilities: DeviceCapabilities::default(),
            imei: None,
            preferred_languages: None,
            device_test_mode: None,
            lpa_rsp_capability: None,
            additions: Default::default(),
        });
    let request = ok.into_authenticate_server(params);
    let answer = es10(der::encode(&request).expect("a request"));
    let authenticate = Es9Request::AuthenticateClient(AuthenticateClientRequest {
        transaction_id: transaction_id.clone(),
        authenticate_server_response: der::decode(&answer).expect("an answer"),
        use_matching_id_for_acr: None,
        additions: Default::default(),
    });
    let Es9Ok::AuthenticateClient(ok) = step(&service, &mut requests, &authenticate) else {
        panic!("another function's answer");
    };
    let (signed2, signature2, certificate) = ok.download_parts().expect("a download");
    let request = PrepareDownloadRequest {
        smdp_signed2: signed2.clone(),
        smdp_signature2: signature2.clone(),
        hash_cc: None,
        smdp_certificate: certificate.clone(),
        additions: Default::default(),
    };
    let answer = es10(der::encode(&request).expect("a request"));
    let bind = Es9Request::GetBoundProfilePackage(GetBoundProfilePackageRequest {
        transaction_id,
        prepare_download_response: der::decode(&answer).expect("an answer"),
        additions: Default::default(),
    });
    step(&service, &mut requests, &bind);
    requests
}

/// An SM-DS with ES11 and ES12.
#[must_use]
pub fn smds() -> (Es11Handler, Es12Handler) {
    static CREDENTIALS: OnceLock<SmDsCredentials> = OnceLock::new();
    let make = || SmDsCredentials::from_pki(pki(), &[HOST]).expect("credentials");
    let credentials = CREDENTIALS.get_or_init(make).clone();
    let smds = SmDs::new(SmDsConfig::default(), credentials).expect("an SM-DS");
    let service = Arc::new(SmDsService::new(smds, env("smds")));
    (Es11Handler(Arc::clone(&service)), Es12Handler(service))
}

/// ES2+ of a server.
#[must_use]
pub fn es2plus(service: Arc<SmDpService>) -> Es2PlusHandler {
    Es2PlusHandler::new(service, None)
}

/// The holder of CERT.DP.TLS.
fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let make = || {
        let role = certs::Role::DpTls;
        let credential = pki().credential(role, certs::Curve::NistP256);
        Client {
            certificate: credential.expect("a certificate").certificate.clone(),
            oid: ObjectIdentifier::from_arcs(&[2, 999, 10]).ok(),
        }
    };
    CLIENT.get_or_init(make).clone()
}

/// Sends a body to a path, as a client with a certificate, and checks what every answer has to be:
/// a status that the binding has, a body of its media type, codes with a message where it failed.
pub fn ask(handler: &dyn Handler, path: &str, body: &[u8]) -> HttpAnswer {
    let call = Call {
        path: path.to_owned(),
        client: Some(client()),
        body: body.to_vec(),
        ..Call::default()
    };
    let answer = runtime().block_on(handler.call(call));
    assert!([200, 204, 400, 403].contains(&answer.status), "{path}: {}", answer.status);
    assert_eq!(answer.status == 200, !answer.body.is_empty(), "{path}");
    if answer.status == 200 && answer.media_type.starts_with("application/json") {
        judge(&answer.body);
    }
    answer
}

/// The header of an answer (SGP.22 §6.5.1.4).
fn judge(body: &[u8]) {
    let body: Value = serde_json::from_slice(body).expect("JSON");
    let status = &body["header"]["functionExecutionStatus"];
    match status["status"].as_str() {
        Some("Executed-Success") => assert!(status.get("statusCodeData").is_none()),
        Some("Failed") => {
            for member in ["subjectCode", "reasonCode", "message"] {
                assert!(status["statusCodeData"][member].is_string(), "{body}");
            }
        }
        other => panic!("{other:?}"),
    }
}
