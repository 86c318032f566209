// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the command says when it cannot start: one line, and the exit code of `--help`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

fn smdp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.arg("serve").args(arguments).env_remove("RUST_LOG");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

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
    refused(&["--pki", "/nowhere"], 2, "/nowhere: expected a folder");
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
}

#[test]
fn a_server_without_a_name_is_called_by_its_socket() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.der"), package()).unwrap();
    let folder = folder.path().to_str().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--profiles", folder];
    let mut running = Running(smdp(&arguments).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.split(' ').nth(2).unwrap();
    let code = lines.next().unwrap().unwrap();
    assert!(
        code.starts_with(&format!("activation code LPA:1${address}$ONE ")),
        "{first}\n{code}"
    );
}

fn package() -> Vec<u8> {
    let mut package = hex::decode("A015800102810103820154830A89000123456789012341A500").unwrap();
    package[1] = u8::try_from(package.len() - 2).unwrap();
    package
}

/// Ends the server when the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
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
        let mut running = Running(smdp(&arguments).spawn().unwrap());
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.starts_with("listening on 127.0.0.1:"), "{first}");
        assert!(first.contains(" as smdp9.test.example, "), "{first}");
        assert_eq!(lines.next().unwrap().unwrap(), expected);
    }
}
