// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of the JSON binding, seen by a strict reader of it.

use rsp::json::{Es9Ok, ExecutionStatus, Failure, Interface, decode_response};
use serde_json::{Map, Value};
use smdp::{ArmedFault, Binding};

use crate::support::answer::Answer;
use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;

/// What a reader makes of the answer to InitiateAuthentication.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    /// It is no answer.
    Nothing,
    /// A success, the same as without the fault.
    Success,
    /// A refusal with these codes, or none.
    Refused(ExecutionStatus, Option<String>),
}

fn read(answer: &Answer) -> Read {
    let interface = Interface::Es9;
    match decode_response(interface, answer.function, &answer.http.body) {
        Err(_) => Read::Nothing,
        Ok(Ok(Es9Ok::InitiateAuthentication(ok))) => {
            assert_eq!(ok.transaction_id, ok.server_signed1.transaction_id);
            Read::Success
        }
        Ok(Ok(other)) => panic!("another answer: {other:?}"),
        Ok(Err(Failure {
            status,
            status_code_data,
        })) => {
            let pair = status_code_data.map(|it| format!("{}/{}", it.subject_code, it.reason_code));
            Read::Refused(status, pair)
        }
    }
}

pub(crate) fn arm(kit: &Kit, fault: &str) {
    let armed: ArmedFault = fault.parse().unwrap();
    kit.service.faults().arm(armed).unwrap();
}

fn kit() -> Kit {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    kit
}

/// The body of a faulty answer, which is read as expected; the one after it is read again.
fn check(fault: &str, expected: &Read) -> Vec<u8> {
    let kit = kit();
    arm(&kit, &format!("{fault}@x1"));
    let mut lpa = Lpa::new(&kit);
    let answer = lpa.initiate(&kit);
    assert_eq!(read(&answer), *expected, "{fault}");
    assert!(kit.service.faults().list().is_empty(), "{fault}");
    assert_eq!(read(&lpa.initiate(&kit)), Read::Success, "without {fault}");
    answer.http.body
}

fn members(body: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(body).unwrap()
}

fn text(body: &[u8], name: &str) -> String {
    members(body)[name].as_str().unwrap().to_owned()
}

fn failed(pair: &str) -> Read {
    Read::Refused(ExecutionStatus::Failed, Some(pair.to_owned()))
}

macro_rules! faults {
    ($($test:ident: $fault:literal => $expected:expr, $look:expr;)+) => {
        pub(crate) const BY_READER: &[&str] = &[$($fault),+];
        $(#[test]
        fn $test() {
            let look: fn(&[u8]) = $look;
            look(&check($fault, &$expected));
        })+
    };
}

faults! {
    refuse: "refuse:8.8.1/3.8" => failed("8.8.1/3.8"), |body| {
        assert_eq!(members(body).len(), 1);
    };
    refuse_with_an_undefined_pair: "refuse:9.9/9.99" => failed("9.9/9.99"), |_| ();
    refuse_without_codes: "refuse-without-codes"
        => Read::Refused(ExecutionStatus::Failed, None), |body| assert_eq!(members(body).len(), 1);
    refuse_expired: "refuse-expired" => Read::Refused(ExecutionStatus::Expired, None), |_| ();
    json_with_warning: "json-with-warning" => Read::Success, |body| {
        let header = members(body)["header"].to_string();
        assert!(header.contains("Executed-WithWarning"), "{header}");
    };
    json_status_unknown: "json-status-unknown" => Read::Nothing, |_| ();
    json_header_missing: "json-header-missing" => Read::Nothing, |body| {
        assert_eq!(members(body).len(), 5);
    };
    json_status_missing: "json-status-missing" => Read::Nothing, |_| ();
    json_member_missing: "json-member-missing" => Read::Nothing, |body| {
        assert!(!members(body).contains_key("serverCertificate"));
    };
    json_member_missing_by_name: "json-member-missing:serverSigned1" => Read::Nothing, |body| {
        assert!(!members(body).contains_key("serverSigned1"));
        assert!(members(body).contains_key("serverCertificate"));
    };
    json_member_null: "json-member-null" => Read::Nothing, |body| {
        assert!(members(body)["serverCertificate"].is_null());
    };
    json_member_wrong_type: "json-member-wrong-type" => Read::Nothing, |body| {
        assert!(members(body)["serverCertificate"].is_array());
    };
    json_member_unknown: "json-member-unknown" => Read::Success, |body| {
        assert_eq!(members(body).len(), 7);
    };
    json_member_twice: "json-member-twice" => Read::Nothing, |body| {
        let text = String::from_utf8_lossy(body);
        assert_eq!(text.matches("\"transactionId\":").count(), 2, "{text}");
        assert_eq!(members(body).len(), 6);
    };
    json_transaction_id_lower_case: "json-transaction-id-lower-case" => Read::Success, |body| {
        assert!(!text(body, "transactionId").contains(|c: char| c.is_ascii_uppercase()));
    };
    json_bare_signature: "json-bare-signature" => Read::Success, |body| {
        // 64 octets are 88 characters, the tagged form takes 92
        assert_eq!(text(body, "serverSignature1").len(), 88);
    };
    json_base64_without_padding: "json-base64-without-padding" => Read::Nothing, |body| {
        assert!(!String::from_utf8_lossy(body).contains('='));
    };
    json_base64_line_breaks: "json-base64-line-breaks" => Read::Success, |body| {
        let text = text(body, "serverCertificate");
        assert!(text.split("\r\n").all(|line| line.len() <= 64), "{text}");
        assert!(text.contains("\r\n"));
    };
    json_base64_url: "json-base64-url" => Read::Nothing, |body| {
        let text = text(body, "serverCertificate") + &text(body, "serverSigned1");
        assert!(!text.contains(['+', '/']), "{text}");
    };
    json_base64_broken: "json-base64-broken" => Read::Nothing, |body| {
        assert!(text(body, "serverSigned1").contains('!'));
    };
    json_der_cut: "json-der-cut" => Read::Nothing, |_| ();
    json_byte_order_mark: "json-byte-order-mark" => Read::Nothing, |body| {
        assert!(body.starts_with(&[0xEF, 0xBB, 0xBF, b'{']));
    };
    json_cut: "json-cut" => Read::Nothing, |body| assert!(body.starts_with(b"{\"header\""));
    json_in_array: "json-in-array" => Read::Nothing, |body| {
        assert!(body.starts_with(b"[{") && body.ends_with(b"}]"));
    };
    json_not: "json-not" => Read::Nothing, |body| assert!(body.starts_with(b"internal error"));
}

/// Tested in the module of the card too.
pub(crate) const BY_COMPARISON: &[&str] = &["json-transaction-id"];

#[test]
fn another_transaction_id_is_unknown_to_the_server() {
    let kit = kit();
    arm(&kit, "json-transaction-id@x1");
    let mut lpa = Lpa::new(&kit);
    lpa.authenticate(&kit).refused("8.10.1", "3.9");
    lpa.authenticated(&kit);
}

#[test]
fn a_refusal_reaches_both_bindings_and_every_function() {
    for binding in Binding::ALL {
        let kit = kit();
        let mut lpa = Lpa::new(&kit);
        lpa.binding = binding;
        arm(&kit, "refuse:8.2.6/3.8@authenticateClient@x1");
        lpa.authenticate(&kit).refused("8.2.6", "3.8");
        arm(&kit, "refuse:8.2/3.7@getBoundProfilePackage@x1");
        lpa.download(&kit).refused("8.2", "3.7");
        lpa.downloaded(&kit);
    }
}

#[test]
fn the_asn1_binding_has_no_json() {
    let kit = kit();
    arm(&kit, "json-member-missing");
    let mut lpa = Lpa::new(&kit);
    lpa.binding = Binding::Asn1;
    lpa.initiated(&kit);
    lpa.binding = Binding::Json;
    assert_eq!(read(&lpa.initiate(&kit)), Read::Nothing);
}

#[test]
fn a_package_is_edited_in_both_bindings() {
    for binding in Binding::ALL {
        let kit = kit();
        let mut lpa = Lpa::new(&kit);
        lpa.binding = binding;
        let right = lpa.downloaded(&kit).bound_profile_package;
        arm(&kit, "segment-missing@x1");
        let wrong = lpa.downloaded(&kit).bound_profile_package;
        let count = right.sequence_of86.len();
        assert_eq!(wrong.sequence_of86.len(), count - 1, "{binding:?}");
        let again = lpa.downloaded(&kit).bound_profile_package;
        assert_eq!(again.sequence_of86.len(), count, "{binding:?}");
    }
}
