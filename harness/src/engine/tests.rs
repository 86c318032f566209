// SPDX-License-Identifier: MIT OR Apache-2.0
//! The judge without sockets: exchanges are given to it directly.

mod growth;
mod order;

use serde_json::json;

use super::{Engine, Next};
use crate::case::{Case, Interface, parse_case};
use crate::matching::{Bindings, Bound};
use crate::message::{Direction, encode};
use crate::mutate::Keyring;

const HEAD: &str = "\
title: t
spec: [SGP.32 v1.2 §3.3.1]
level: shall
iut: ipa
roles: {eim: scripted, euicc: {actor: veuicc}, smdp: {actor: smdp}}
steps:
";

const EID: &str = "89049032123451234512345678901235";

fn engine(steps: &str) -> Engine {
    engine_of(HEAD, steps)
}

fn engine_of(head: &str, steps: &str) -> Engine {
    let file = parse_case(&format!("{head}{steps}")).unwrap();
    let case = Case::new("x".to_owned(), "x.yaml".into(), file);
    let mut bindings = Bindings::default();
    for (name, node) in &case.file.given {
        let value = crate::mutate::value_of(node, &bindings).unwrap();
        bindings.set(name, Bound::given(value.unwrap()));
    }
    Engine::new(&case, bindings, Keyring::default())
}

/// Whether the driver is past a step.
fn settled(engine: &Engine, step: usize) -> bool {
    match engine.next() {
        Some(Next::Await(awaited)) => awaited.step > step,
        _ => true,
    }
}

fn poll() -> Vec<u8> {
    message("getEimPackageRequest", &json!({ "eidValue": EID }))
}

fn message(name: &str, value: &serde_json::Value) -> Vec<u8> {
    encode(Interface::Esipa, Direction::Request, name, value).unwrap()
}

const POLL: &str = "  - ESipa:
      request: {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: eidNotFound}}
";
const CHALLENGE: &str = "  - ES10b:
      request: {getEuiccChallengeRequest: {}}
      response: {getEuiccChallengeResponse: {euiccChallenge: $challenge}}
";

fn challenge(engine: &Engine, answer: &str) -> Vec<u8> {
    let ticket = engine.begin(Interface::Es10b, &[0xBF, 0x2E, 0x00]);
    engine.finish(ticket, hex::decode(answer).unwrap())
}

const ANSWER: &str = "bf2e12801000112233445566778899aabbccddeeff";

#[test]
fn a_listed_request_gets_the_scripted_answer_and_binds() {
    let engine = engine(POLL);
    assert!(!settled(&engine, 0));
    let ticket = engine.begin(Interface::Esipa, &poll());
    assert_eq!(hex::encode(engine.answer(ticket)), "bf4f03020102");
    assert!(settled(&engine, 0));
    assert_eq!(engine.finding(), None);
    let bound = engine.with_bindings(|it| it.get("eid").and_then(|it| it.value().cloned()));
    assert_eq!(bound, Some(json!(EID)));
}

#[test]
fn after_the_last_step_a_scripted_eim_has_no_work() {
    let engine = engine(POLL);
    for answer in ["bf4f03020102", "bf4f03020101"] {
        let ticket = engine.begin(Interface::Esipa, &poll());
        assert_eq!(hex::encode(engine.answer(ticket)), answer);
    }
    assert_eq!(engine.finding(), None);
}

#[test]
fn an_unlisted_request_on_a_scripted_interface_fails() {
    let engine = engine(&format!("{CHALLENGE}{POLL}"));
    let ticket = engine.begin(Interface::Esipa, &poll());
    engine.answer(ticket);
    let finding = engine.finding().unwrap();
    assert_eq!(
        finding.expected,
        "getEuiccChallengeRequest on ES10b (GetEUICCChallenge, SGP.22 §5.7.7)"
    );
    assert!(
        finding.actual[0].starts_with("it sent getEimPackageRequest "),
        "{finding:?}"
    );
    assert_eq!(finding.at.unwrap().to_string(), "#1");
    assert_eq!(finding.position.unwrap().line, 7);
}

#[test]
fn a_stored_notification_may_come_at_any_time() {
    let engine = engine(&format!("{CHALLENGE}{POLL}"));
    let notification = json!({"pendingNotification": {"compactOtherSignedNotification": {
        "tbsOtherNotification": {
            "seqNumber": 1,
            "profileManagementOperation": ["notificationEnable"],
            "notificationAddress": "smdp1.test.example",
        },
        "euiccNotificationSignature": "00",
    }}});
    let name = "handleNotificationEsipa";
    let notification = encode(Interface::Esipa, Direction::Request, name, &notification).unwrap();
    let ticket = engine.begin(Interface::Esipa, &notification);
    assert_eq!(engine.answer(ticket), [0; 0], "HTTP 204");
    assert_eq!(engine.finding(), None);
}

#[test]
fn an_unlisted_request_on_an_interface_of_an_actor_passes() {
    let engine = engine(CHALLENGE);
    let ticket = engine.begin(Interface::Es10b, &hex::decode("bf3e035c015a").unwrap());
    engine.finish(ticket, Vec::new());
    challenge(&engine, ANSWER);
    assert_eq!(engine.finding(), None);
    assert!(settled(&engine, 0));
    assert_eq!(engine.tape().iter().count(), 2);
}

#[test]
fn what_must_never_come_fails() {
    let engine = engine(&format!(
        "{CHALLENGE}  - never: {{ES10b: getEuiccChallengeRequest}}\n"
    ));
    challenge(&engine, ANSWER);
    assert_eq!(engine.finding(), None);
    challenge(&engine, ANSWER);
    let finding = engine.finding().unwrap();
    assert_eq!(
        finding.expected,
        "no getEuiccChallengeRequest on ES10b from here on"
    );
}

#[test]
fn a_missed_step_says_what_was_nearly_it() {
    let engine = engine(
        "  - ES10b:
      request: {getEuiccDataRequest: {tagList: '5c'}}
",
    );
    let ticket = engine.begin(Interface::Es10b, &hex::decode("bf3e035c015a").unwrap());
    engine.finish(ticket, Vec::new());
    engine.missed(0, "it ended");
    let finding = engine.finding().unwrap();
    assert_eq!(finding.actual, ["tagList: expected 5c, got 5a", "it ended"]);
    assert_eq!(finding.at.unwrap().to_string(), "#1");
}

#[test]
fn an_answer_is_changed_where_the_case_says() {
    let engine = engine(
        "  - ES10b:
      request: {getEuiccChallengeRequest: {}}
      mutate: {euiccChallenge: '00000000000000000000000000000000'}
",
    );
    let sent = challenge(&engine, ANSWER);
    assert_eq!(
        hex::encode(sent),
        "bf2e12801000000000000000000000000000000000"
    );
    assert!(
        engine
            .tape()
            .to_text()
            .contains("! answer changed: euiccChallenge")
    );
}

#[test]
fn a_change_that_cannot_be_made_is_our_fault() {
    let engine = engine(
        "  - ES10b:
      request: {getEuiccChallengeRequest: {}}
      mutate: {serverChallenge: '00'}
",
    );
    assert_eq!(hex::encode(challenge(&engine, ANSWER)), ANSWER);
    assert_eq!(
        engine.finding().unwrap().fault,
        crate::verdict::Fault::Harness
    );
}

#[test]
fn a_server_goes_when_the_exchange_before_begins() {
    let engine = engine(&format!(
        "{POLL}  - network: {{ESipa: gone}}\n{CHALLENGE}  - network: {{ESipa: back}}\n"
    ));
    assert!(!engine.is_gone(Interface::Esipa));
    let ticket = engine.begin(Interface::Esipa, &poll());
    assert!(engine.is_gone(Interface::Esipa));
    assert!(!engine.answer(ticket).is_empty());
    challenge(&engine, ANSWER);
    assert!(!engine.is_gone(Interface::Esipa));
}

#[test]
fn a_caused_exchange_follows_its_cause() {
    let engine = engine(&format!("{POLL}{CHALLENGE}"));
    let cause = engine.begin(Interface::Esipa, &poll());
    challenge(&engine, ANSWER);
    engine.answer(cause);
    assert!(settled(&engine, 1));
    let names: Vec<String> = engine
        .tape()
        .iter()
        .map(|(index, entry)| format!("{index} {}", entry.request.name))
        .collect();
    assert_eq!(
        names,
        ["#1 getEimPackageRequest", "#2 getEuiccChallengeRequest"]
    );
}

#[test]
fn a_message_that_is_no_der_fails_wherever_it_is() {
    let engine = engine(CHALLENGE);
    let ticket = engine.begin(Interface::Es10b, &hex::decode("bf3e045c0258").unwrap());
    engine.finish(ticket, Vec::new());
    let expected = engine.finding().unwrap().expected;
    assert!(expected.ends_with("always: der)"), "{expected}");
}

#[test]
fn an_answer_in_another_form_is_not_our_fault() {
    let engine = engine(
        "  - ES9+:
      request: {initiateAuthenticationRequest: {euiccChallenge: any}}
      mutate: {serverSigned1.serverAddress: smdp2.test.example}
",
    );
    let request = json!({
        "euiccChallenge": "00112233445566778899aabbccddeeff",
        "smdpAddress": "smdp1.test.example",
        "euiccInfo1": {
            "svn": "020500",
            "euiccCiPKIdListForVerification": [],
            "euiccCiPKIdListForSigning": [],
        },
    });
    let name = "initiateAuthenticationRequest";
    let request = encode(Interface::Es9Plus, Direction::Request, name, &request).unwrap();
    let ticket = engine.begin(Interface::Es9Plus, &request);
    let answer = json!({ "initiateAuthenticationError": "invalidDpAddress" });
    let name = "initiateAuthenticationResponse";
    let answer = encode(Interface::Es9Plus, Direction::Response, name, &answer).unwrap();
    assert_eq!(engine.finish(ticket, answer.clone()), answer);
    let finding = engine.finding().unwrap();
    assert_eq!(finding.fault, crate::verdict::Fault::Misbehaved);
    assert!(
        finding.expected.contains("serverSigned1.serverAddress"),
        "{finding:?}"
    );
}

#[test]
fn an_actor_that_says_rubbish_is_not_the_fault_of_the_implementation() {
    let engine = engine(CHALLENGE);
    challenge(&engine, "bf2e0101");
    let finding = engine.finding().unwrap();
    assert_eq!(finding.fault, crate::verdict::Fault::Harness);
    assert_eq!(
        finding.expected,
        "the answer getEuiccChallengeResponse to getEuiccChallengeRequest on ES10b \
         (GetEUICCChallenge, SGP.22 §5.7.7)"
    );
}
