// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the command says when it cannot start: one line, and the exit code of `--help`.

use std::net::TcpListener;

use certs::{Curve, Pki, Role};

use super::process::{Smdp, package, smdp};

#[track_caller]
fn refused(arguments: &[&str], code: i32, expected: &str) {
    let output = smdp(arguments).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.contains(expected), "{errors}");
    // the command line itself is refused by its parser, in its own words
    if !errors.starts_with("error: ") {
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.starts_with("smdp: "), "{errors}");
    }
}

#[test]
fn every_reason_not_to_start_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("broken.der"), "x").unwrap();
    std::fs::write(path("bad.toml"), "[[order]]\nprofil = \"x\"\n").unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();

    refused(
        &["--listen", &taken],
        1,
        &format!("cannot listen on {taken}: "),
    );
    refused(
        &["--listen", "0.0.0.0:0"],
        2,
        "expected a loopback address (or --public)",
    );
    // the usual port may be taken on this machine
    refused(
        &["--listen", "127.0.0.1:0", "--pki", "/nowhere"],
        2,
        "/nowhere: expected a folder",
    );
    refused(&["--profiles", "/nowhere"], 2, "cannot read /nowhere: ");
    refused(
        &["--profiles", &path("")],
        2,
        "broken.der: expected profile elements",
    );
    refused(
        &["--order", "M=/nowhere.der"],
        2,
        "cannot read /nowhere.der: ",
    );
    refused(
        &["--config", "/nowhere.toml"],
        2,
        "cannot read /nowhere.toml: ",
    );
    refused(
        &["--config", &path("bad.toml")],
        2,
        "bad.toml: line 2: unknown field `profil`",
    );
    refused(&["--order", "M"], 2, "expected MATCHINGID=FILE");
    refused(
        &["--order", "M=a.der,x=1"],
        2,
        "expected cc=, eid=, ppk or reusable",
    );
    refused(&["--listen", "nowhere"], 2, "--listen");
    refused(
        &["--seed", "1", "--db", &path("db")],
        2,
        "--seed: expected no --db beside it",
    );
}

#[test]
fn certificates_in_files_that_cannot_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let pki = Pki::seeded(1).unwrap();
    let of = |role| pki.credential(role, Curve::NistP256).unwrap();
    let (own, other) = (of(Role::DpTls), of(Role::Dp2Tls));
    std::fs::write(path("own.pem"), own.certificate_pem().unwrap()).unwrap();
    std::fs::write(path("own.key"), own.key_pem().unwrap()).unwrap();
    std::fs::write(path("other.key"), other.key_pem().unwrap()).unwrap();
    std::fs::write(path("text"), "x").unwrap();
    std::fs::write(path("one.der"), package()).unwrap();
    for (chain, key, expected) in [
        ("absent", "own.key", "absent: "),
        ("own.pem", "absent", "absent: "),
        (
            "text",
            "own.key",
            "text: expected a certificate in PEM or DER",
        ),
        ("own.pem", "text", "text: expected a private key in PEM"),
        (
            "own.pem",
            "own.pem",
            "own.pem: expected a private key in PEM",
        ),
        (
            "own.pem",
            "other.key",
            "other.key: expected the key of the certificate in ",
        ),
    ] {
        let text = format!(
            "profiles = \".\"\n[[listener]]\naddress = \"127.0.0.1:0\"\n\
             tls_files = [{{ chain = {chain:?}, key = {key:?} }}]\n"
        );
        std::fs::write(path("smdp.toml"), text).unwrap();
        refused(
            &["--config", path("smdp.toml").to_str().unwrap()],
            2,
            expected,
        );
    }
}

#[test]
fn a_server_without_a_name_is_called_by_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.der"), package()).unwrap();
    let folder = folder.path().to_str().unwrap();
    let mut server = Smdp::start(&["--listen", "127.0.0.1:0", "--profiles", folder]);
    let address = server.es9();
    let code = server.line();
    assert!(
        code.starts_with(&format!("activation code LPA:1${address}$ONE ")),
        "{code}"
    );
}

#[test]
fn address_and_activation_codes_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.2.der"), package()).unwrap();
    let folder = folder.path().to_str().unwrap();
    for (order, expected) in [
        (
            None,
            "activation code LPA:1$smdp9.test.example$ONE-2  ICCID 89000123456789012341",
        ),
        (
            Some("M-1=one.2.der,cc=1234,ppk"),
            "activation code LPA:1$smdp9.test.example$M-1$$1  ICCID 89000123456789012341",
        ),
    ] {
        let mut arguments = vec![
            "--listen",
            "127.0.0.1:0",
            "--host",
            "smdp9.test.example",
            "--profiles",
            folder,
        ];
        arguments.extend(order.map(|order| ["--order", order]).into_iter().flatten());
        let mut server = Smdp::start(&arguments);
        let first = server.line();
        assert!(first.starts_with("listening on 127.0.0.1:"), "{first}");
        assert!(
            first.ends_with(" as smdp9.test.example, with test keys only"),
            "{first}"
        );
        assert_eq!(server.line(), expected);
    }
}

#[test]
fn what_can_be_said_is_printed() {
    let print = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_smdp"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let config = print(&["config"]);
    assert!(config.contains("[[order]]"), "{config}");
    assert_eq!(print(&["serve", "--print-config"]), config);
    let schema: serde_json::Value = serde_json::from_str(&print(&["schema"])).unwrap();
    assert!(schema["properties"]["listener"].is_object(), "{schema}");
}

#[test]
fn logs_are_json_when_they_shall_be() {
    let mut server = Smdp::start(&["--listen", "127.0.0.1:0", "--log-format", "json"]);
    server.line();
    let (status, errors) = server.terminate();
    assert_eq!(status, Some(0), "{errors}");
    let lines: Vec<serde_json::Value> = errors
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(last["level"], "info");
    assert_eq!(last["message"], "stopping: open exchanges finish");
    assert_eq!(last["signal"], "a request to terminate");
}
