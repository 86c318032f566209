// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arguments, exit codes and the state file.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::served::{EID, SELECT, told, veuicc};

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
        &["serve", "--link", "vpcd:nowhere"],
        &["serve", "--link", "stdio", "--cards", "2"],
        &["serve", "--link", "stdio", "--link", "at", "--cards", "2"],
        &["serve", "--link", "at", "--control", "at"],
        &["serve", "--link", "at", "--control", "tcp:0.0.0.0:0"],
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
        &["serve", "--link", "unix:/no/such/folder/socket"],
        &["serve", "--link", "at:/no/such/folder/modem"],
        &["serve", "--link", "stdio", "--control", &link],
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
