// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tools print that nobody here wrote: pcsc_scan, ATR_analysis and scriptor of pcsc-tools, and
//! opensc-tool.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::json;
use veuicc_pcsc::Disposition;

use crate::readers::Reader;
use crate::served::EID;

/// Without Le, as a terminal that speaks T=0 has it.
pub(crate) const SELECT: &str = "00A4040410A0000005591010FFFFFFFF8900000100";
/// With Le: these tools fetch the answer themselves.
pub(crate) const GET_EID: &str = "80E2910006BF3E035C015A00";

/// What GetEID answers.
pub(crate) fn eid() -> String {
    format!("BF3E125A10{EID}")
}

/// Whether a tool is there; a person may go without, CI may not.
pub(crate) fn installed(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let expected = format!("expected {name} to be installed");
    assert!(there || std::env::var_os("CI").is_none(), "{expected}");
    if !there {
        eprintln!("skipped: {expected}");
    }
    there
}

/// A tool whose messages are the same everywhere.
pub(crate) fn tool(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env("LC_ALL", "C");
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

/// The pairs of hexadecimal digits in a text, one after the other: what a dump shows, without the
/// characters beside it.
pub(crate) fn bytes_of(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.split(' ');
        let pairs = words.take_while(|it| it.len() == 2 && hex::decode(it).is_ok());
        pairs.collect::<String>().to_uppercase()
    });
    lines.collect()
}

/// The line with that in it.
pub(crate) fn row<'a>(text: &'a str, with: &str) -> &'a str {
    let mut lines = text.lines();
    let found = lines.find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("no {with:?} in {text}"))
}

/// Runs it to its end, which has to be a good one.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{errors}");
    text
}

/// The place of a reader in the list, which these tools take instead of a name.
fn place(reader: &Reader) -> String {
    let readers = reader.context.readers().unwrap();
    let place = readers.iter().position(|name| *name == reader.name);
    place.unwrap().to_string()
}

fn shown(bytes: &[u8], between: &str) -> String {
    let bytes = bytes.iter().map(|byte| format!("{byte:02X}"));
    bytes.collect::<Vec<_>>().join(between)
}

#[test]
fn pcsc_scan_lists_the_readers_and_the_card() {
    let (true, Some(reader)) = (installed("pcsc_scan"), Reader::take(0)) else {
        return;
    };
    let _served = reader.serve(&[]);
    let atr = reader.atr();
    let listed = printed(tool("pcsc_scan").arg("-r"));
    for name in reader.context.readers().unwrap() {
        assert!(listed.contains(&name), "{listed}");
    }
    let scanned = printed(tool("pcsc_scan").args(["-n", "-t", "1"]));
    let (_, of_reader) = scanned
        .split_once(&format!(": {}\n  Event", reader.name))
        .unwrap();
    assert!(
        row(of_reader, "Card state:").contains("Card inserted"),
        "{scanned}"
    );
    let expected = format!("  ATR: {}", shown(&atr, " "));
    assert_eq!(row(of_reader, "ATR:"), expected, "{scanned}");
}

/// What pcsc_scan says next about that reader.
fn next_state(scanned: &mut impl Iterator<Item = std::io::Result<String>>, name: &str) -> String {
    let mut ours = false;
    for line in scanned {
        let line = line.unwrap();
        if let Some((_, heading)) = line.split_once(" Reader ") {
            ours = heading
                .split_once(": ")
                .is_some_and(|(_, it)| it.trim_end() == name);
        }
        if let (true, Some((_, state))) = (ours, line.split_once("Card state: ")) {
            return state.trim_end_matches([',', ' ']).to_owned();
        }
    }
    panic!("pcsc_scan ended");
}

#[test]
fn pcsc_scan_sees_a_card_go_and_come() {
    let (true, Some(reader)) = (installed("pcsc_scan"), Reader::take(0)) else {
        return;
    };
    let served = reader.serve(&[]);
    reader.atr();
    let mut scan = tool("pcsc_scan");
    // it ends by itself, should this test not end it
    let mut child = scan
        .args(["-n", "-t", "60"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut scanned = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut control = served.control();
    assert_eq!(next_state(&mut scanned, &reader.name), "Card inserted");
    for _ in 0..2 {
        control.done(&json!({ "command": "remove" }));
        assert_eq!(next_state(&mut scanned, &reader.name), "Card removed");
        control.done(&json!({ "command": "insert" }));
        assert_eq!(next_state(&mut scanned, &reader.name), "Card inserted");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_atr_is_decoded_as_it_is_meant() {
    let (true, Some(reader)) = (installed("ATR_analysis"), Reader::take(1)) else {
        return;
    };
    let protocols: [(&str, &[&str]); 3] = [
        ("spec", &["T = 0"]),
        ("t1-only", &["T = 1"]),
        ("t0-and-t1", &["T = 0", "T = 1"]),
    ];
    for (personality, expected) in protocols {
        let served = reader.serve(&["--personality", personality]);
        let atr = shown(&reader.atr(), " ");
        // a list that has the card, so that none is looked for elsewhere
        let cache = tempfile::tempdir().unwrap();
        let known = format!("{atr}\n\tA virtual eUICC\n");
        std::fs::write(cache.path().join("smartcard_list.txt"), known).unwrap();
        let mut analysis = tool("ATR_analysis");
        let analysed = printed(analysis.arg(&atr).env("XDG_CACHE_HOME", cache.path()));
        let named = analysed.lines().filter_map(|line| {
            let (_, protocol) = line.split_once("Protocol ")?;
            let end = |letter| letter == '-' || letter == '\u{1b}';
            Some(protocol.split(end).next()?.trim().to_owned())
        });
        let named: Vec<_> = named.collect();
        assert_eq!(named, [expected, &["T = 15"]].concat(), "{analysed}");
        for expected in [
            "TS = 3B --> Direct Convention",
            "Fi=512, Di=32",
            "Global interface bytes following",
            "Class accepted by the card: (3G) A 5V B 3V C 1.8V",
            "Application selection: by full DF name",
            "Application selection: by partial DF name",
            "EF.DIR and EF.ATR access services: by GET RECORD(s) command",
            "Card with MF",
            "Short EF identifier supported",
            "Extended Lc and Le fields",
            "Logical channel number assignment: by the interface device and card",
            "Maximum number of logical channels: 8",
            "(correct checksum)",
            "A virtual eUICC",
        ] {
            assert!(analysed.contains(expected), "{expected:?} in {analysed}");
        }
        drop(served);
        reader.await_empty();
    }
}

#[test]
fn scriptor_sends_a_script() {
    let (true, Some(reader)) = (installed("scriptor"), Reader::take(2)) else {
        return;
    };
    for (personality, protocol) in [("spec", "T=0"), ("t1-only", "T=1")] {
        let served = reader.serve(&["--personality", personality]);
        let atr = shown(&reader.atr(), " ");
        let mut scriptor = tool("scriptor");
        let mut child = scriptor
            .args(["-r", &reader.name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let get_response = if protocol == "T=0" {
            "00C0000015"
        } else {
            "80F2000C"
        };
        let script = format!("reset\n{SELECT}\n{GET_EID}\n{get_response}\n");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        assert!(
            text.contains(&format!("Using {protocol} protocol")),
            "{text}"
        );
        let answers: Vec<_> = text.split("\n< ").skip(1).collect();
        assert_eq!(answers.len(), 4, "{text}");
        assert_eq!(
            answers[0].lines().next().unwrap().trim_end(),
            format!("OK: {atr}")
        );
        assert!(answers[1].starts_with("61 26"), "{text}");
        let (told, last) = match protocol {
            "T=0" => (3, "61 15"),
            _ => (2, "90 00"),
        };
        assert!(bytes_of(answers[told]).starts_with(&eid()), "{text}");
        assert!(answers[5 - told].starts_with(last), "{text}");
        drop(served);
        reader.await_empty();
    }
}

#[test]
fn opensc_tool_asks_and_resets() {
    let (true, Some(reader)) = (installed("opensc-tool"), Reader::take(3)) else {
        return;
    };
    let place = place(&reader);
    for personality in ["spec", "t1-only"] {
        let served = reader.serve(&["--personality", personality]);
        let atr = reader.atr();
        let listed = printed(tool("opensc-tool").arg("-l"));
        let line = row(&listed, &reader.name);
        let words: Vec<_> = line.split_whitespace().take(2).collect();
        assert_eq!(words, [place.as_str(), "Yes"], "{listed}");
        let told = printed(tool("opensc-tool").args(["-r", &place, "--atr"]));
        assert_eq!(told.trim_end(), shown(&atr, ":").to_lowercase());
        // it knows no eUICC, and says so without hurting it
        let named = printed(tool("opensc-tool").args(["-r", &place, "--name"]));
        assert_eq!(named.trim_end(), "Unsupported card");
        let mut asking = tool("opensc-tool");
        asking.args([
            "-r",
            &place,
            "-c",
            "default",
            "-s",
            &format!("{SELECT}00"),
            "-s",
            GET_EID,
        ]);
        let answers = printed(&mut asking);
        let both: Vec<_> = answers.split("Sending:").skip(1).collect();
        assert_eq!(both.len(), 2, "{answers}");
        for answer in &both {
            assert!(
                answer.contains("Received (SW1=0x90, SW2=0x00)"),
                "{answers}"
            );
        }
        assert!(
            bytes_of(both[0]).starts_with("6F248410A0000005591010"),
            "{answers}"
        );
        assert_eq!(bytes_of(both[1]), eid(), "{answers}");
        // a reset by somebody else
        let mut card = reader.card();
        assert_eq!(crate::readers::send(&card, "0070000001"), "019000");
        for kind in ["warm", "cold"] {
            printed(tool("opensc-tool").args(["-r", &place, &format!("--reset={kind}")]));
            let error = card.transmit(&[0, 0xF2, 0, 0x0C]).unwrap_err();
            assert_eq!(error.code(), Some(veuicc_pcsc::Code::RESET_CARD), "{kind}");
            card.reconnect(Disposition::Leave).unwrap();
            assert_eq!(crate::readers::send(&card, "81F2000C"), "6881", "{kind}");
        }
        drop((card, served));
        reader.await_empty();
    }
}
