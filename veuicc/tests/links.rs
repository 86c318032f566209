// SPDX-License-Identifier: MIT OR Apache-2.0
//! The links and the command line, from outside.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use veuicc::link::tcp::{read_frame, write_frame};

const SELECT: &str = "00A4040410A0000005591010FFFFFFFF890000010000";
const EID: &str = "89049032123451234512345678901235";

fn veuicc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veuicc"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

fn run(arguments: &[&str]) -> Output {
    veuicc(arguments).output().unwrap()
}

/// Exit code, standard output, standard error.
fn told(arguments: &[&str]) -> (i32, String, String) {
    let output = run(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A serving card; it ends with the test.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut child = veuicc(&["serve", "--link", "tcp:127.0.0.1:0", "--seed", "1"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().rsplit_once("tcp:").unwrap().1.to_owned();
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn exchange(stream: &mut TcpStream, hex: &str) -> String {
    write_frame(stream, &hex::decode(hex).unwrap()).unwrap();
    hex::encode_upper(read_frame(stream).unwrap().unwrap())
}

#[test]
fn apdu_prints_one_answer_per_line() {
    let get_eid = "80E2910006BF3E035C015A00";
    let (code, output, errors) = told(&["apdu", "--seed", "1", SELECT, get_eid]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with("6F24") && lines[0].ends_with("9000"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], format!("BF3E125A10{EID}9000"));
}

#[test]
fn wrong_input_is_one_clear_line_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("card.json");
    std::fs::write(&state, "{ \"version\": 99 }").unwrap();
    let state = state.to_str().unwrap();
    for arguments in [
        &["apdu", "00A4zz"][..],
        &["apdu", "00A"],
        &["apdu", "--eid", "8904", "00A40400"],
        &["serve", "--link", "serial:/dev/ttyS0"],
        &["serve", "--link", "tcp:nowhere"],
        &["serve", "--link", "tcp:0.0.0.0:0"],
        &["decode", "--type", "NoSuchType", "3000"],
        &["decode", "xyz"],
        &["apdu", "--state", state, "00A40400"],
        &["apdu", "--pki", "/no/such/folder", "00A40400"],
    ] {
        let (code, output, errors) = told(arguments);
        assert_eq!((code, output.as_str()), (2, ""), "{arguments:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    }
}

#[test]
fn broken_surroundings_are_one_clear_line_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("missing/card.json");
    let state = state.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let link = format!("tcp:{}", taken.local_addr().unwrap());
    for arguments in [
        &["apdu", "--state", state, "00A40400"][..],
        &["serve", "--link", &link],
    ] {
        let (code, output, errors) = told(arguments);
        assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    }
}

#[test]
fn help_explains_the_exit_codes() {
    let (code, output, _) = told(&["--help"]);
    assert_eq!(code, 0);
    assert!(output.contains("Exit codes"), "{output}");
}

#[test]
fn the_state_file_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("card.json");
    let state = state.to_str().unwrap();
    let select = "00A4040C10A0000005591010FFFFFFFF8900000100";
    let set = "80E2910010BF3F0D800B736D6470312E6C6F63616C00";
    let get = "80E2910003BF3C0000";
    let (code, output, errors) = told(&["apdu", "--state", state, select, set]);
    assert_eq!(
        (code, output.as_str()),
        (0, "9000\nBF3F038001009000\n"),
        "{errors}"
    );
    let (code, output, errors) = told(&["apdu", "--state", state, select, get]);
    assert_eq!(code, 0, "{errors}");
    assert!(output.contains("800B736D6470312E6C6F63616C"), "{output}");
}

#[test]
fn tcp_frames_reset_and_sequential_connections() {
    let card = Served::start(&[]);
    let mut stream = card.connect();
    assert!(exchange(&mut stream, "").starts_with("3B9C"));
    assert_eq!(exchange(&mut stream, "0070000001"), "019000");
    assert_eq!(exchange(&mut stream, "81F2000C"), "9000");
    // an empty frame resets
    exchange(&mut stream, "");
    assert_eq!(exchange(&mut stream, "81F2000C"), "6881");
    drop(stream);
    // a connection that ends inside a frame harms nobody
    let mut broken = card.connect();
    broken.write_all(&[0, 9, 1]).unwrap();
    drop(broken);
    let mut stream = card.connect();
    assert!(exchange(&mut stream, SELECT).ends_with("9000"));
}

#[test]
fn stdio_speaks_lpacs_driver_protocol() {
    let mut child = veuicc(&["serve", "--link", "stdio", "--seed", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |function: &str, parameter: &str| -> serde_json::Value {
        let parameter = match parameter {
            "" => "null".to_owned(),
            hex => format!("\"{hex}\""),
        };
        writeln!(
            input,
            "{{\"type\":\"apdu\",\"payload\":{{\"func\":\"{function}\",\"param\":{parameter}}}}}"
        )
        .unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["type"], "apdu");
        answer["payload"].clone()
    };
    assert_eq!(ask("connect", "")["ecode"], 0);
    assert_eq!(ask("logic_channel_open", "A0000000871002")["ecode"], -1);
    let channel = &ask("logic_channel_open", "A0000005591010FFFFFFFF8900000100")["ecode"];
    assert_eq!(*channel, 1);
    // case 3, as lpac sends it: 61xx and GET RESPONSE
    assert_eq!(ask("transmit", "81E2910006BF3E035C015A")["data"], "6115");
    let answer = ask("transmit", "81C0000015");
    assert_eq!(answer["data"], format!("bf3e125a10{EID}9000"));
    assert_eq!(ask("logic_channel_close", "01")["ecode"], 0);
    assert_eq!(ask("disconnect", "")["ecode"], 0);
    assert_eq!(ask("no_such_function", "")["ecode"], -1);
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn decode_reads_an_argument_and_standard_input() {
    let (code, output, errors) = told(&["decode", "BF3E035C015A"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("tagList"), "{output}");
    let mut child = veuicc(&["decode", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&[0xBF, 0x3E, 3, 0x5C, 1, 0x5A])
        .unwrap();
    let mut again = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut again)
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(again, output);
}
