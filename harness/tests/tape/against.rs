// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness replay TAPE --iut FILE`: everybody else from the tape.

use super::kit::{Bench, all, harness, stderr, stdout};

/// A release that does the same: nothing is computed, and everything is as recorded.
#[test]
fn the_same_program_does_the_same() {
    let bench = Bench::new();
    let description = bench.ipa(&[]);
    let cases = [
        "ipa/direct-download/nominal",
        "ipa/http/forms/chunked",
        "ipa/package-retrieval/polls-again",
    ];
    let tapes = bench.record(&["--iut", &description], &cases);
    let mut arguments = vec!["replay", "--iut", &description];
    arguments.extend(tapes.iter().map(String::as_str));
    let output = harness(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    let text = stdout(&output);
    assert_eq!(
        text.matches("exchanges as recorded").count(),
        cases.len(),
        "{text}"
    );
    assert!(!text.contains("first difference"), "{text}");
}

/// A release that does something else: the first difference is named.
#[test]
fn another_program_is_found_out() {
    let bench = Bench::new();
    let tapes = bench.record(
        &["--iut", &bench.ipa(&[])],
        &["ipa/direct-download/nominal"],
    );
    let other = bench.ipa(&["--defect", "wrong-eid"]);
    let output = harness(&["replay", &tapes[0], "--iut", &other]);
    assert_eq!(output.status.code(), Some(1), "{}", all(&output));
    let text = stdout(&output);
    assert!(text.contains("first difference: event "), "{text}");
    assert!(
        text.contains("getEimPackageRequest.eidValue: recorded 8904"),
        "{text}"
    );
    // a value of the same length is taken for one drawn at random
    let output = harness(&[
        "replay",
        &tapes[0],
        "--iut",
        &other,
        "--lenient",
        "--format",
        "json",
    ]);
    assert!(
        stdout(&output).contains(r#""difference":null"#),
        "{}",
        all(&output)
    );
}

#[test]
fn what_a_tape_cannot_do_to_a_live_program_is_told() {
    let bench = Bench::new();
    let description = bench.ipa(&[]);
    let case = "ipa/euicc-package/rollback-when-eim-is-gone";
    let tapes = bench.record(&["--iut", &description], &[case]);
    let output = harness(&["replay", &tapes[0], "--iut", &description]);
    assert_eq!(output.status.code(), Some(2), "{}", all(&output));
    assert!(
        stderr(&output).contains("the case changes the network"),
        "{}",
        all(&output)
    );
    let output = harness(&["replay", &tapes[0], "--iut", &Bench::eim()]);
    assert_eq!(output.status.code(), Some(2), "{}", all(&output));
    assert!(
        stderr(&output).contains("expected the tape of an eim"),
        "{}",
        all(&output)
    );
}
