// SPDX-License-Identifier: MIT OR Apache-2.0
//! At which answers a fault strikes, and how it is asked for.

use rsp::json::{Es9Ok, Function, Interface, decode_response};
use smdp::config::OrderConfig;
use smdp::{ArmedFault, Config, Faults};

use crate::json::arm;
use crate::support::kit::{Kit, Setup, order};
use crate::support::lpa::Lpa;

fn refusing() -> Kit {
    let second = OrderConfig {
        matching_id: "MATCHING-2".to_owned(),
        ..order()
    };
    let mut kit = Kit::with(Setup {
        orders: vec![order(), second],
        ..Setup::default()
    });
    kit.conformant = false;
    kit
}

/// Whether AuthenticateClient is refused with the pair of these tests.
fn is_refused(kit: &Kit, lpa: &mut Lpa) -> bool {
    let response = lpa.authenticate(kit).response();
    response.is_err_and(|failure| failure.is("8.2.5", "4.3"))
}

const REFUSE: &str = "refuse:8.2.5/4.3@authenticateClient";

#[test]
fn the_next_answers_and_no_more() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    arm(&kit, &format!("{REFUSE}@x2"));
    let refused: Vec<bool> = (0..3).map(|_| is_refused(&kit, &mut lpa)).collect();
    assert_eq!(refused, [true, true, false]);
    assert!(kit.service.faults().list().is_empty());
}

#[test]
fn every_answer_until_it_is_disarmed() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    arm(&kit, REFUSE);
    assert!(is_refused(&kit, &mut lpa) && is_refused(&kit, &mut lpa));
    let [listed] = &kit.service.faults().list()[..] else {
        panic!("one fault is armed")
    };
    assert_eq!(listed.struck, 2);
    assert!(kit.service.faults().disarm(listed.id));
    assert!(!kit.service.faults().disarm(listed.id));
    assert!(!is_refused(&kit, &mut lpa));
    arm(&kit, REFUSE);
    kit.service.faults().clear();
    assert!(!is_refused(&kit, &mut lpa));
}

#[test]
fn one_order_alone() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    arm(&kit, &format!("{REFUSE}@MATCHING-2"));
    assert!(!is_refused(&kit, &mut lpa));
    lpa.matching_id = Some("MATCHING-2".to_owned());
    assert!(is_refused(&kit, &mut lpa));
}

#[test]
fn one_order_alone_in_later_functions() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    arm(
        &kit,
        "refuse:8.2/3.7@getBoundProfilePackage@order=MATCHING-2",
    );
    lpa.downloaded(&kit);
    lpa.matching_id = Some("MATCHING-2".to_owned());
    lpa.download(&kit).refused("8.2", "3.7");
}

#[test]
fn one_session_alone() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    let ok = lpa.initiated(&kit);
    let session = hex::encode_upper(&*ok.transaction_id);
    arm(&kit, &format!("{REFUSE}@session={session}"));
    assert!(!is_refused(&kit, &mut lpa), "another session");
    let signed = lpa.euicc.signed1(&ok, Some("MATCHING-1"));
    let signed = rsp::raw::Raw::new(signed).unwrap();
    let request = lpa.euicc.authenticate_with(&ok, signed);
    let request = rsp::json::Es9Request::AuthenticateClient(request);
    lpa.call(&kit, request).refused("8.2.5", "4.3");
}

#[test]
fn one_function_alone() {
    let kit = refusing();
    arm(&kit, "json-member-missing@authenticateClient");
    let mut lpa = Lpa::new(&kit);
    lpa.initiated(&kit);
    let answer = lpa.authenticate(&kit);
    let function = Function::AuthenticateClient;
    assert!(decode_response(Interface::Es9, function, &answer.http.body).is_err());
}

#[test]
fn two_faults_strike_one_answer_in_their_order() {
    let kit = refusing();
    arm(&kit, "http-status:503@x1");
    arm(&kit, "http-content-type:text/plain@x1");
    let answer = Lpa::new(&kit).initiate(&kit).http;
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.manner.set,
        [("content-type", "text/plain".to_owned())]
    );
    assert!(kit.service.faults().list().is_empty());
}

#[test]
fn an_answer_that_a_fault_does_not_fit_leaves_it_armed() {
    let kit = refusing();
    arm(&kit, "smdp-signature2-wrong@x1");
    let mut lpa = Lpa::new(&kit);
    lpa.matching_id = Some("UNKNOWN".to_owned());
    lpa.authenticate(&kit).refused("8.2.6", "3.8");
    assert_eq!(kit.service.faults().list().len(), 1);
    lpa.matching_id = Some("MATCHING-1".to_owned());
    lpa.authenticated(&kit);
    assert!(kit.service.faults().list().is_empty());
}

#[test]
fn the_server_goes_on_as_if_it_had_answered_right() {
    let kit = refusing();
    let mut lpa = Lpa::new(&kit);
    arm(&kit, &format!("{REFUSE}@x1"));
    assert!(is_refused(&kit, &mut lpa));
    // the session was not closed by the refusal that the server knows nothing of
    assert_eq!(kit.open_sessions(), 1);
}

#[test]
fn faults_of_the_configuration_are_armed() {
    let config = Config {
        faults: vec!["http-slow:5".to_owned()],
        orders: vec![OrderConfig {
            faults: vec!["mac-broken-86:2".to_owned()],
            ..order()
        }],
        ..Config::default()
    };
    let faults = Faults::default();
    faults.arm_configured(&config).unwrap();
    let armed: Vec<String> = faults
        .list()
        .into_iter()
        .map(|listed| listed.fault.to_string())
        .collect();
    assert_eq!(armed, ["http-slow:5", "mac-broken-86:2@order=MATCHING-1"]);
}

#[test]
fn the_text_and_the_json_of_an_armed_fault_say_the_same() {
    for (text, json) in [
        ("http-chunked", r#"{"name":"http-chunked"}"#),
        (
            "mac-broken-86:2@order=M-1@x3",
            r#"{"name":"mac-broken-86","parameter":"2","order":"M-1","times":3}"#,
        ),
        (
            "refuse:8.2.6/3.8@es9@authenticateClient@session=AA",
            r#"{"name":"refuse","parameter":"8.2.6/3.8","function":"authenticateClient","interface":"es9","session":"AA"}"#,
        ),
    ] {
        let armed: ArmedFault = text.parse().unwrap();
        assert_eq!(armed.to_string(), text);
        assert_eq!(serde_json::to_string(&armed).unwrap(), json);
        assert_eq!(serde_json::from_str::<ArmedFault>(json).unwrap(), armed);
    }
    let short: ArmedFault = "mac-broken-86@M-1".parse().unwrap();
    assert_eq!(short.order.as_deref(), Some("M-1"));
}

#[test]
fn what_cannot_be_armed_is_said_in_one_line() {
    for (text, problem) in [
        (
            "http-chunkd",
            "expected a fault (see smdp faults), got \"http-chunkd\"; did you mean http-chunked?",
        ),
        (
            "nonsense-of-mine",
            "expected a fault (see smdp faults), got \"nonsense-of-mine\"",
        ),
        (
            "mac-broken-86:x",
            "mac-broken-86: expected a number from 1 to 10000, got \"x\"",
        ),
        (
            "mac-broken-86:0",
            "mac-broken-86: expected a number from 1 to 10000, got \"0\"",
        ),
        (
            "http-capitals:1",
            "http-capitals: expected no parameter, got \"1\"",
        ),
        (
            "http-busy:404",
            "http-busy: expected 503 or 429, got \"404\"",
        ),
        (
            "refuse",
            "refuse: expected subject and reason, such as :8.2.6/3.8",
        ),
        (
            "refuse:a/b",
            "refuse: expected subject and reason as 8.2.6/3.8, got \"a/b\"",
        ),
        (
            "http-slow@x0",
            "http-slow: expected at least one time, got 0",
        ),
        (
            "http-slow@",
            "http-slow: expected a MatchingID, a function or a count behind @",
        ),
    ] {
        assert_eq!(text.parse::<ArmedFault>().unwrap_err().to_string(), problem);
    }
    for (text, part) in [
        (
            "auth-certificate",
            "expected a certificate, such as :INV_SIGN",
        ),
        ("auth-certificate:NONE", "expected one of INV_SIGN"),
        ("tls-expired@M-1", "a handshake knows none"),
        ("ci-key-id-unknown@M-1", "before the MatchingID comes"),
    ] {
        let problem = text.parse::<ArmedFault>().unwrap_err().to_string();
        assert!(problem.contains(part), "{problem}");
        assert_eq!(problem.lines().count(), 1);
    }
}

#[test]
fn a_fault_that_needs_certificates_leaves_the_answer_without_a_pki() {
    let kit = refusing();
    let service = &kit.service;
    let without = Faults::default();
    without.arm("auth-oid-of-another".parse().unwrap()).unwrap();
    assert_eq!(without.list()[0].struck, 0);
    // the one of the kit has a PKI
    arm(&kit, "auth-oid-of-another@x1");
    let answer = Lpa::new(&kit).initiate(&kit);
    assert!(matches!(answer.ok(), Es9Ok::InitiateAuthentication(_)));
    assert!(service.faults().list().is_empty());
}
