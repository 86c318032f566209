// SPDX-License-Identifier: MIT OR Apache-2.0
//! The freedom that a case gives: order, choice, leaving out, and what is unclear.

use serde_json::json;

use super::{ANSWER, CHALLENGE, EID, POLL, challenge, engine, engine_of, message, poll};
use crate::case::Interface;
use crate::engine::{Await, Engine, Next};
use crate::message::{Direction, encode};
use crate::verdict::{Fault, Verdict};

const EID_READ: &str = "  - ES10b:
      request: {getEuiccDataRequest: {tagList: '5a'}}
";

fn read_eid(engine: &Engine) {
    let ticket = engine.begin(Interface::Es10b, &hex::decode("bf3e035c015a").unwrap());
    let answer = format!("bf3e125a10{EID}");
    engine.finish(ticket, hex::decode(answer).unwrap());
}

fn asked(engine: &Engine) {
    let ticket = engine.begin(Interface::Esipa, &poll());
    engine.answer(ticket);
}

fn awaited(engine: &Engine) -> Await {
    match engine.next() {
        Some(Next::Await(awaited)) => awaited,
        other => panic!("{other:?}"),
    }
}

/// Steps one level deeper, as elements of a list.
fn inside(key: &str, steps: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("  {line}\n")).collect();
    format!("  - {key}:\n{steps}")
}

fn ways(ways: &[&str]) -> String {
    let mut text = "  - either:\n".to_owned();
    for way in ways {
        match way.strip_prefix("  - ") {
            None => text.push_str("      - []\n"),
            Some(first) => {
                text.push_str("      - - ");
                let lines = first.lines().map(|line| format!("{line}\n      "));
                text.extend(lines);
                text.push('\n');
            }
        }
    }
    text
}

#[test]
fn any_order_takes_them_as_they_come() {
    let steps = inside("any_order", &format!("{CHALLENGE}{EID_READ}"));
    for first in [true, false] {
        let engine = engine(&format!("{steps}{POLL}"));
        if first {
            challenge(&engine, ANSWER);
        } else {
            read_eid(&engine);
        }
        assert!(!awaited(&engine).soft);
        if first {
            read_eid(&engine);
        } else {
            challenge(&engine, ANSWER);
        }
        asked(&engine);
        assert_eq!((engine.finding(), engine.next()), (None, None));
    }
}

#[test]
fn any_order_asks_for_all_of_them() {
    let steps = inside("any_order", &format!("{CHALLENGE}{EID_READ}"));
    let engine = engine(&format!("{steps}{POLL}"));
    read_eid(&engine);
    asked(&engine);
    let finding = engine.finding().unwrap();
    assert_eq!(
        finding.expected,
        "getEuiccChallengeRequest on ES10b (GetEUICCChallenge, SGP.22 §5.7.7)"
    );
}

#[test]
fn the_first_request_chooses_the_way() {
    let text = format!("{}{POLL}", ways(&[CHALLENGE, EID_READ]));
    let engine = engine(&text);
    read_eid(&engine);
    asked(&engine);
    assert_eq!((engine.finding(), engine.next()), (None, None));
    assert_eq!(
        engine.choices(),
        ["line 7: way 2 of 2, getEuiccDataRequest on ES10b"]
    );
}

#[test]
fn a_way_with_nothing_in_it_is_taken_when_something_else_comes() {
    let text = format!("{}{POLL}", ways(&[CHALLENGE, ""]));
    let first = engine(&text);
    assert!(!awaited(&first).soft, "the poll has to come in any case");
    asked(&first);
    assert_eq!((first.finding(), first.next()), (None, None));
    assert_eq!(first.choices(), ["line 7: way 2 of 2, nothing of it"]);
    let other = engine(&text);
    challenge(&other, ANSWER);
    asked(&other);
    assert_eq!((other.finding(), other.next()), (None, None));
}

#[test]
fn no_way_at_all_names_them_all() {
    let engine = engine(&format!("{}{POLL}", ways(&[CHALLENGE, EID_READ])));
    asked(&engine);
    let finding = engine.finding().unwrap();
    assert_eq!(
        finding.expected,
        "getEuiccChallengeRequest on ES10b (GetEUICCChallenge, SGP.22 §5.7.7), \
         or getEuiccDataRequest on ES10b (GetEID, SGP.22 §5.7.20)"
    );
}

const SCRIPTED_IPA: &str = "\
title: t
spec: [SGP.32 v1.2 §3.3.1]
level: shall
iut: eim
roles: {ipa: scripted, euicc: {actor: veuicc}, smdp: {actor: smdp}}
given: {eid: '89049032123451234512345678901235'}
steps:
";
const IDLE: &str = "  - ESipa:
      request: {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: noEimPackageAvailable}}
";
const UNKNOWN: &str = "  - ESipa:
      request: {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: eidNotFound}}
      as: $kept
";

/// Sends the request of the next step to an eIM that answers with `code`.
fn send(engine: &Engine, code: &str) -> Vec<u8> {
    let Some(Next::Send(step)) = engine.next() else {
        panic!("{:?}", engine.next());
    };
    let request = engine.request(step).unwrap();
    engine.sending(step);
    let (ticket, sent) = engine.send(Interface::Esipa, request);
    let value = json!({ "eimPackageError": code });
    let name = "getEimPackageResponse";
    let answer = encode(Interface::Esipa, Direction::Response, name, &value).unwrap();
    engine.finish(ticket, answer);
    engine.performed(step);
    sent
}

#[test]
fn an_answer_chooses_the_way_where_the_request_is_ours() {
    let text = ways(&[IDLE, UNKNOWN]);
    for (code, way) in [("noEimPackageAvailable", 1), ("eidNotFound", 2)] {
        let engine = engine_of(SCRIPTED_IPA, &text);
        send(&engine, code);
        assert_eq!((engine.finding(), engine.next()), (None, None));
        let choice = &engine.choices()[0];
        assert!(choice.contains(&format!("way {way} of 2")), "{choice}");
        let kept = engine.with_bindings(|it| it.get("kept").is_some());
        assert_eq!(kept, way == 2);
    }
    let engine = engine_of(SCRIPTED_IPA, &text);
    send(&engine, "invalidEid");
    assert_eq!(engine.finding().unwrap().fault, Fault::Misbehaved);
}

#[test]
fn a_request_of_ours_is_changed_where_the_case_says() {
    let text = format!("{IDLE}      mutate: {{eidValue: '89049032123451234512345678909999'}}\n");
    let engine = engine_of(SCRIPTED_IPA, &text);
    let sent = send(&engine, "noEimPackageAvailable");
    assert!(hex::encode(sent).ends_with("9999"));
    let tape = engine.tape().to_text();
    assert!(tape.contains("! request changed: eidValue"), "{tape}");
    assert_eq!((engine.finding(), engine.next()), (None, None));
}

#[test]
fn an_optional_exchange_may_come_or_not() {
    let optional = format!("{CHALLENGE}      optional: true\n{POLL}");
    for comes in [true, false] {
        let engine = engine(&optional);
        assert!(!awaited(&engine).soft, "the poll must come");
        if comes {
            challenge(&engine, ANSWER);
        }
        asked(&engine);
        assert_eq!((engine.finding(), engine.next()), (None, None));
    }
}

#[test]
fn an_optional_exchange_at_the_end_is_given_up() {
    let engine = engine(&format!(
        "{CHALLENGE}      optional: true\n      within: 1.5\n"
    ));
    let wait = awaited(&engine);
    assert_eq!((wait.soft, wait.within), (true, Some(1.5)));
    engine.missed(wait.step, "it ended");
    assert_eq!((engine.finding(), engine.next()), (None, None));
}

#[test]
fn the_driver_goes_on_when_what_may_come_does_not() {
    let engine = engine(&format!(
        "{CHALLENGE}      optional: true\n  - check: {{euicc.profiles: []}}\n"
    ));
    let wait = awaited(&engine);
    assert!(wait.soft);
    engine.missed(wait.step, "it ended");
    assert_eq!(engine.next(), Some(Next::Do(1)));
    assert!(engine.only_checks_left());
    engine.performed(1);
    assert_eq!((engine.finding(), engine.next()), (None, None));
}

#[test]
fn what_is_forbidden_may_still_come_as_the_optional_step_before() {
    let text = format!(
        "{CHALLENGE}      optional: true\n  - never: {{ES10b: getEuiccChallengeRequest}}\n{POLL}"
    );
    let engine = engine(&text);
    challenge(&engine, ANSWER);
    assert_eq!(engine.finding(), None);
    challenge(&engine, ANSWER);
    let finding = engine.finding().unwrap();
    assert_eq!(
        finding.expected,
        "no getEuiccChallengeRequest on ES10b from here on"
    );
    assert_eq!(finding.position.unwrap().line, 11);
}

#[test]
fn what_is_unclear_is_inconclusive() {
    let engine = engine(&format!(
        "{POLL}{CHALLENGE}      unclear: challenge-again\n"
    ));
    asked(&engine);
    engine.missed(1, "it ended");
    let finding = engine.finding().unwrap();
    assert_eq!(finding.fault.verdict(), Verdict::Inconclusive);
    let said = finding.actual.join("\n");
    assert!(said.contains("the reading challenge-again"), "{said}");
}

#[test]
fn an_exchange_that_begins_is_waited_for_to_its_end() {
    let engine = engine(&format!("{POLL}{CHALLENGE}"));
    let ticket = engine.begin(Interface::Esipa, &poll());
    assert_eq!(awaited(&engine).step, 0);
    engine.answer(ticket);
    assert_eq!(awaited(&engine).step, 1);
}

#[test]
fn a_kept_message_goes_on_byte_for_byte() {
    let keep = "  - ESipa:
      request: {provideEimPackageResult: {eidValue: $eid}}
      response: {provideEimPackageResultResponse: {emptyResponse: {}}}
      as: $result
  - ESipa:
      request: $result
      response: {provideEimPackageResultResponse: {emptyResponse: {}}}
";
    let result = |code: i64| {
        let value = json!({
            "eidValue": EID,
            "eimPackageResult": {"eimPackageResultResponseError": {"eimPackageResultErrorCode": code}},
        });
        message("provideEimPackageResult", &value)
    };
    for (second, fails) in [(1, false), (2, true)] {
        let engine = engine(keep);
        for code in [1, second] {
            let ticket = engine.begin(Interface::Esipa, &result(code));
            engine.answer(ticket);
        }
        assert_eq!(engine.finding().is_some(), fails, "{:?}", engine.finding());
    }
}

#[test]
fn an_endless_peer_comes_to_an_end() {
    let engine = engine(CHALLENGE);
    let request = hex::decode("bf3e035c015a").unwrap();
    for _ in 0..=20_000 {
        let ticket = engine.begin(Interface::Es10b, &request);
        engine.finish(ticket, Vec::new());
    }
    let finding = engine.finding().unwrap();
    assert!(finding.expected.starts_with("an end after"), "{finding:?}");
}

#[test]
fn what_must_not_come_before_a_poll_may_come_after_it() {
    let after_poll = "  - not_before: {getEimPackageRequest: {ES10b: getEuiccChallengeRequest}}\n";
    let early = engine(&format!("{POLL}{after_poll}"));
    asked(&early);
    challenge(&early, ANSWER);
    let finding = early.finding().unwrap();
    assert_eq!(
        finding.expected,
        "no getEuiccChallengeRequest on ES10b before getEimPackageRequest"
    );
    let late = engine(&format!("{POLL}{after_poll}"));
    asked(&late);
    asked(&late);
    challenge(&late, ANSWER);
    assert_eq!(late.finding(), None);
}
