// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness replay TAPE`: the implementation from the tape.

use std::fs;

use harness::recording::{Event, Recording};
use harness::verdict::Verdict;

use super::kit::{Bench, all, harness, plays_the_same, repository, stdout};

fn verdict(tape: &str) -> Verdict {
    Recording::load(tape.as_ref()).unwrap().header.verdict
}

/// Direct and indirect downloads, two eIMs, a network that goes and comes, restarts and kills, odd
/// forms of HTTP, and failed handshakes.
#[test]
fn an_ipa_is_played_as_it_was() {
    let bench = Bench::new();
    let cases = [
        "ipa/direct-download/nominal",
        "ipa/indirect-download/nominal",
        "ipa/euicc-package/result-of-each-eim",
        "ipa/euicc-package/rollback-when-eim-is-gone",
        "ipa/http/forms/until-closed",
        "ipa/package-retrieval/polls-again",
        "ipa/tls/broken-off/closed-behind",
        "ipa/tls/versions/version-1-2",
    ];
    let tapes = bench.record(&["--iut", &bench.ipa(&[])], &cases);
    assert!(tapes.iter().all(|tape| verdict(tape) == Verdict::Pass));
    plays_the_same(&tapes);
}

/// What its user wants, what he is shown, and what fails as it has to.
#[test]
fn an_lpa_is_played_as_it_was() {
    let bench = Bench::new();
    let cases = [
        "lpa/card/eid",
        "lpa/discovery/event",
        "lpa/download/nominal",
        "lpa/download/installation-fails/signature",
        "lpa/download/power-cut",
        "lpa/notifications/kept/http-500",
        "lpa/profiles/refused/enable-unknown",
        "lpa/tls/refuses/expired",
    ];
    let description = repository().join("harness/iut/reference-lpa.toml");
    let description = description.to_string_lossy();
    let tapes = bench.record(&["--iut", &description], &cases);
    assert!(tapes.iter().all(|tape| verdict(tape) == Verdict::Pass));
    plays_the_same(&tapes);
    let against = harness(&["replay", &tapes[0], "--iut", &description]);
    assert!(
        all(&against).contains("only an IPA can be started"),
        "{}",
        all(&against)
    );
}

/// A program that is wrong: the tape tells the same failure, in the same words, without it.
#[test]
fn a_failure_travels() {
    let bench = Bench::new();
    let description = bench.ipa(&["--defect", "skips-address-check"]);
    let case = "ipa/direct-download/server-address-mismatch";
    let tapes = bench.record(&["--iut", &description], &[case]);
    assert_eq!(verdict(&tapes[0]), Verdict::Fail);
    let output = plays_the_same(&tapes);
    let finding = Recording::load(tapes[0].as_ref())
        .unwrap()
        .header
        .finding
        .unwrap();
    let text = stdout(&output);
    assert!(text.contains(&finding.expected), "{text}");
    assert!(
        finding.actual.iter().all(|actual| text.contains(actual)),
        "{text}"
    );
    // with a report, as of a run
    let report = bench.path("report");
    let output = harness(&["replay", &tapes[0], "--report", &report, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    let verdict = format!("{report}/{case}@reference-ipa/verdict.json");
    assert!(fs::read_to_string(verdict).unwrap().contains("\"fail\""));
    assert!(
        stdout(&output).contains(r#""now":"fail""#),
        "{}",
        stdout(&output)
    );
}

/// Orders, packages, an indirect download with ES9+', requests written by hand, and JSON.
#[test]
fn an_eim_is_played_as_it_was() {
    let bench = Bench::new();
    let cases = [
        "eim/psmo/enable-with-notification",
        "eim/indirect-download/nominal/profile-keys",
        "eim/eco/list-eim-refused",
    ];
    let tapes = bench.record(&["--iut", &Bench::eim()], &cases);
    assert!(tapes.iter().all(|tape| verdict(tape) == Verdict::Pass));
    plays_the_same(&tapes);
}

/// Those that come with the harness are recorded as well, with what only they can do.
#[test]
fn the_built_in_ones_are_played() {
    let bench = Bench::new();
    let cases = [
        "eim/http/refused/text",
        "eim/package/counter-after-restart",
        "ipa/json/download",
    ];
    plays_the_same(&bench.record(&[], &cases));
}

/// A tape is text, and the same bytes when it is written again.
#[test]
fn a_tape_is_written_again_with_the_same_bytes() {
    let bench = Bench::new();
    let tapes = bench.record(&[], &["ipa/direct-download/nominal"]);
    let bytes = fs::read_to_string(&tapes[0]).unwrap();
    let tape = Recording::parse(bytes.as_bytes()).unwrap();
    assert_eq!(tape.to_text(), bytes);
    let is_http = |event: &&Event| matches!(event, Event::Sent { .. });
    assert!(tape.events.iter().filter(is_http).count() > 3);
    assert!(bytes.contains(r#"POST /gsma/rsp2/es9plus/initiateAuthentication HTTP/1.1"#));
}

/// Another world than that of the tape: the player goes on, and names the first difference.
#[test]
fn a_difference_has_a_name() {
    let bench = Bench::new();
    let tapes = bench.record(&[], &["ipa/direct-download/nominal"]);
    let mut tape = Recording::load(tapes[0].as_ref()).unwrap();
    let answer = tape.events.iter_mut().find_map(|event| match event {
        Event::Apdu { answer, .. } if answer.0.starts_with(&[0xBF, 0x2E]) => Some(answer),
        _ => None,
    });
    // another challenge of the card than the one that it has now
    answer.unwrap().0[10] ^= 1;
    fs::write(&tapes[0], tape.to_text()).unwrap();
    let output = harness(&["replay", &tapes[0]]);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    let text = stdout(&output);
    assert!(
        text.contains("first difference: event ")
            && text.contains("getEuiccChallengeResponse.euiccChallenge: recorded "),
        "{text}"
    );
}

/// What no tape can carry is said when it is recorded.
#[test]
fn what_cannot_be_recorded_is_told() {
    let bench = Bench::new();
    let out = bench.path("none");
    let output = harness(&[
        "record",
        "--out",
        &out,
        "ipa/coap/busy",
        "eim/injection/answered-at-once",
    ]);
    let text = all(&output);
    for why in [
        "datagrams of CoAP",
        "packages that are injected into an IPA",
    ] {
        assert!(
            text.contains(&format!("unsupported: a tape has no {why}")),
            "{text}"
        );
    }
    assert_eq!(fs::read_dir(out).unwrap().count(), 0, "{text}");
}
