// SPDX-License-Identifier: MIT OR Apache-2.0
//! The process is killed while it serves a terminal: what it told is in the state file.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};

use veuicc::StateFile;
use veuicc::link::frame::{read_frame, write_frame};

const SELECT: &str = "00A4040C10A0000005591010FFFFFFFF8900000100";

fn serve(state: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_veuicc"))
        .args([
            "serve",
            "--link",
            "tcp:127.0.0.1:0",
            "--seed",
            "1",
            "--state",
        ])
        .arg(state)
        .env_remove("RUST_LOG")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    errors.read_line(&mut line).unwrap();
    let (_, address) = line.trim().rsplit_once("tcp:").unwrap_or_else(|| {
        panic!("expected an address, got {line}");
    });
    (child, address.to_owned())
}

/// Sets the default SM-DP+ address to one number after the other, and tells those that were
/// answered ok, until the card is gone.
fn hammer(mut stream: TcpStream, first: u32, told: &Sender<u32>) -> std::io::Result<()> {
    let mut ask = |command: &[u8]| -> std::io::Result<Vec<u8>> {
        write_frame(&mut stream, command)?;
        Ok(read_frame(&mut stream)?.unwrap_or_default())
    };
    ask(&hex::decode(SELECT).unwrap())?;
    for number in first.. {
        let address = format!("{number:08}");
        let mut command = hex::decode("80E291000DBF3F0A8008").unwrap();
        command.extend_from_slice(address.as_bytes());
        command.push(0);
        if ask(&command)? != [0xBF, 0x3F, 3, 0x80, 1, 0, 0x90, 0] {
            break;
        }
        told.send(number).unwrap();
    }
    Ok(())
}

#[test]
fn a_killed_process_loses_nothing_that_it_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.json");
    let mut last = 0;
    for round in 1..=8 {
        let (mut child, address) = serve(&path);
        let stream = TcpStream::connect(&address).unwrap();
        let (sender, told) = channel();
        let first = last + 1;
        let terminal = std::thread::spawn(move || drop(hammer(stream, first, &sender)));
        // killed in the middle of its work, after some answers
        for _ in 0..round * 3 {
            last = told.recv().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        terminal.join().unwrap();
        last = told.iter().last().unwrap_or(last);
        let state = StateFile::open(path.clone()).unwrap().load().unwrap();
        let kept: u32 = state.unwrap().default_dp_address.unwrap().parse().unwrap();
        // the one that was not answered any more may be there
        assert!(kept == last || kept == last + 1, "{kept} after {last}");
        last = kept;
    }
}

#[test]
fn two_processes_do_not_share_a_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.json");
    let (mut child, _) = serve(&path);
    let second = Command::new(env!("CARGO_BIN_EXE_veuicc"))
        .args(["apdu", "--state"])
        .arg(&path)
        .arg("80F2000C")
        .output()
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let errors = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("but another process does"), "{errors}");
}
