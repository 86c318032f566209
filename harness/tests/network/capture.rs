// SPDX-License-Identifier: MIT OR Apache-2.0
//! The capture of a case in tshark, which is not ours.

use std::path::Path;
use std::process::Command;

use harness::report::pcapng;
use harness::run::Outcome;

use super::{assert_passed, outcomes};

/// What tshark prints of the packets that `filter` lets through; none without tshark.
fn tshark(file: &Path, filter: &str, fields: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command
        .args(["-N", "n", "-r"])
        .arg(file)
        .args(["-Y", filter]);
    if !fields.is_empty() {
        command.args(["-T", "fields"]);
        command.args(fields.iter().flat_map(|field| ["-e", field]));
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("not looked at: no tshark ({error})");
            return None;
        }
        Err(error) => panic!("tshark: {error}"),
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(str::to_owned).collect())
}

fn has(lines: &[String], words: &[&str]) -> bool {
    let fits = |line: &&String| words.iter().all(|word| line.contains(word));
    lines.iter().any(|line| fits(&line))
}

/// DTLS tells no secrets, so what it carries stays closed.
pub(crate) fn shows_dtls(id: &str, outcome: &Outcome) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.pcapng");
    std::fs::write(&file, pcapng(&outcome.capture, id).unwrap()).unwrap();
    let Some(records) = tshark(&file, "dtls and udp.dstport == 5684", &[]) else {
        return;
    };
    assert!(has(&records, &["Client Hello"]), "{records:?}");
    assert!(has(&records, &["Application Data"]), "{records:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tshark_reads_apdus_and_what_tls_carries() {
    let (id, outcome) = outcomes("download.yaml").await.remove(0);
    assert_passed(&id, &outcome);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.pcapng");
    std::fs::write(&file, pcapng(&outcome.capture, &id).unwrap()).unwrap();

    let Some(strange) = tshark(&file, "_ws.malformed or _ws.expert.severity == error", &[]) else {
        return;
    };
    assert_eq!(strange, [""; 0]);
    let apdus = tshark(&file, "gsm_sim", &[]).unwrap();
    assert!(has(
        &apdus,
        &["SELECT Application a0000005591010ffffffff8900000100"]
    ));
    assert!(has(&apdus, &["GET RESPONSE"]));
    let named = tshark(&file, "gsm_sim", &["frame.comment"]).unwrap();
    assert!(has(
        &named,
        &["ES10b: authenticateServerRequest -> authenticateServerResponse"]
    ));
    assert!(has(&named, &["reset, ATR 3b"]));

    let fields = ["ip.dst_host", "http.request.uri", "http.host"];
    let posts = tshark(&file, "http.request", &fields).unwrap();
    assert!(
        has(&posts, &["eim", "/gsma/rsp2/asn1", "eim1.test.example"]),
        "{posts:?}"
    );
    let download = "/gsma/rsp2/es9plus/getBoundProfilePackage";
    assert!(
        has(&posts, &["smdp", download, "smdp1.test.example"]),
        "{posts:?}"
    );
    let versions = [
        "ip.src_host",
        "tls.handshake.version",
        "tls.handshake.extensions.supported_version",
    ];
    let hellos = tshark(&file, "tls.handshake.type == 2", &versions).unwrap();
    assert!(has(&hellos, &["eim", "0x0304"]), "{hellos:?}");
    assert!(
        hellos
            .iter()
            .any(|it| it.contains("smdp") && !it.contains("0x0304")),
        "{hellos:?}"
    );
    let bodies = tshark(&file, "json", &["json.value.string"]).unwrap();
    assert!(has(&bodies, &["Executed-Success"]), "{bodies:?}");
}
