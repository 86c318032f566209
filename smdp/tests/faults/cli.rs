// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp faults`, and `smdp serve --fault`.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn smdp(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.args(arguments).env_remove("RUST_LOG");
    command.output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn every_fault_is_one_line() {
    let output = smdp(&["faults"]);
    assert!(output.status.success(), "{}", errors(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let names: Vec<_> = smdp::fault::all().map(|fault| fault.name).collect();
    assert_eq!(text.lines().count(), names.len());
    for (line, name) in text.lines().zip(names) {
        let first = line.split([' ', '[', ':']).next().unwrap();
        assert_eq!(first, name, "{line}");
        assert!(
            line.contains("§") || line.contains("RFC") || line.contains("device"),
            "{line}"
        );
    }
}

#[test]
fn the_same_is_there_as_json() {
    let output = smdp(&["faults", "--format", "json"]);
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.len(), smdp::fault::all().count());
    let row = rows
        .iter()
        .find(|row| row["name"] == "mac-broken-86")
        .unwrap();
    assert_eq!(row["parameter"], "[:SEGMENT=1]");
    assert_eq!(row["touches"], "ES9+ GetBoundProfilePackage");
    assert!(row["sentence"].is_string());
}

#[test]
fn one_fault_is_shown_and_an_unknown_one_is_named() {
    let output = smdp(&["faults", "http-busy"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("http-busy[:503|429]  [any function]  "),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1);
    let output = smdp(&["faults", "http-bussy"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "smdp: expected a fault (see smdp faults), got \"http-bussy\"; \
                    did you mean http-busy?\n";
    assert_eq!(errors(&output), expected);
}

#[test]
fn serve_arms_what_it_is_told_and_nothing_else() {
    for (fault, expected) in [
        ("http-bussy", "did you mean http-busy?"),
        ("tls-expired@M-1", "a handshake knows none"),
    ] {
        let output = smdp(&["serve", "--listen", "127.0.0.1:0", "--fault", fault]);
        assert_eq!(output.status.code(), Some(2));
        assert!(errors(&output).contains(expected), "{}", errors(&output));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--fault",
        "tls-plain-http",
    ]);
    let mut server = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.split(' ').nth(2).unwrap().to_owned();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let answer = hello(&mut stream);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

/// Sends a ClientHello of a real client and reads what comes back.
fn hello(stream: &mut std::net::TcpStream) -> String {
    use std::io::{Read as _, Write as _};
    let client = crate::support::wire::Client::new(&crate::support::kit::pki());
    let name = rustls::pki_types::ServerName::try_from("smdp1.test.example").unwrap();
    let mut connection = rustls::ClientConnection::new(client.config(), name).unwrap();
    let mut bytes = Vec::new();
    connection.write_tls(&mut bytes).unwrap();
    stream.write_all(&bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
