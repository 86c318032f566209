// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files that are no tapes, or none of ours: one clear line, exit code 2.

use std::fs;

use harness::recording::Recording;
use proptest::prelude::*;

use super::kit::{Bench, all, harness, repository, stderr};

fn refused(arguments: &[&str], why: &str) {
    let output = harness(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", all(&output));
    let text = stderr(&output);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(why), "expected {why:?} in {text}");
}

#[test]
fn a_damaged_tape_is_refused_in_one_line() {
    let bench = Bench::new();
    let tapes = bench.record(&[], &["ipa/data-request/nominal"]);
    let text = fs::read_to_string(&tapes[0]).unwrap();
    let path = bench.path("damaged.tape");
    let other_case = {
        let mut tape = Recording::parse(text.as_bytes()).unwrap();
        tape.header.case = "ipa/none/of/ours".to_owned();
        tape.to_text()
    };
    let other_role = {
        let mut tape = Recording::parse(text.as_bytes()).unwrap();
        tape.header.case = "eim/psmo/enable-with-notification".to_owned();
        tape.to_text()
    };
    let other_keys = {
        let mut tape = Recording::parse(text.as_bytes()).unwrap();
        tape.header.pki = "00".to_owned();
        tape.to_text()
    };
    for (damaged, why) in [
        (String::new(), "expected a tape of `harness record`"),
        ("hello".to_owned(), "expected a tape of `harness record`"),
        (text[..text.len() / 2].to_owned(), "its end is missing"),
        (text[..text.len() - 1].to_owned(), "its end is missing"),
        (
            text.replacen("9000", "9001", 1),
            "was changed after it was recorded",
        ),
        (
            text.replacen("\"tape\":1", "\"tape\":2", 1),
            "expected a tape of format 1, got format 2",
        ),
        (other_case, "got one of \"ipa/none/of/ours\""),
        (other_role, "expected the tape of an eim, got one of an ipa"),
        (other_keys, "say with --pki which one"),
    ] {
        fs::write(&path, damaged).unwrap();
        refused(&["replay", &path], why);
    }
    fs::write(&path, [0xFF, 0x00, 0xC0]).unwrap();
    refused(&["replay", &path], "which is text");
    refused(&["replay", &bench.path("nowhere.tape")], "No such file");
}

#[test]
fn another_text_of_the_case_is_told() {
    let bench = Bench::new();
    let tapes = bench.record(&[], &["ipa/data-request/nominal"]);
    let mut tape = Recording::load(tapes[0].as_ref()).unwrap();
    tape.header.digest = "00".to_owned();
    fs::write(&tapes[0], tape.to_text()).unwrap();
    refused(
        &["replay", &tapes[0]],
        "has changed since the tape was recorded",
    );
    let output = harness(&["replay", &tapes[0], "--as-is"]);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    assert!(
        stderr(&output).contains("has changed since"),
        "{}",
        all(&output)
    );
}

/// A recorded verdict that is not the one of now.
#[test]
fn another_verdict_is_told() {
    let bench = Bench::new();
    let tapes = bench.record(&[], &["ipa/data-request/nominal"]);
    let mut tape = Recording::load(tapes[0].as_ref()).unwrap();
    tape.header.verdict = harness::verdict::Verdict::Fail;
    fs::write(&tapes[0], tape.to_text()).unwrap();
    let output = harness(&["replay", &tapes[0]]);
    assert_eq!(output.status.code(), Some(1), "{}", all(&output));
    assert!(
        all(&output).contains("recorded fail, now pass"),
        "{}",
        all(&output)
    );
}

proptest! {
    /// Whatever is done to a tape, it is read or refused.
    #[test]
    fn no_bytes_break_the_reader(at in any::<prop::sample::Index>(), with in any::<Vec<u8>>(), cut in 0usize..50) {
        let file = repository().join("harness/tests/tape/small.tape");
        let mut bytes = fs::read(file).unwrap();
        prop_assert!(Recording::parse(&bytes).is_ok());
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(tape) = Recording::parse(&bytes) {
            prop_assert_eq!(tape.to_text().into_bytes(), bytes);
        }
    }
}
