// SPDX-License-Identifier: MIT OR Apache-2.0
//! DER, the answer of the right function, HTTP.

use super::*;

fn headers(fields: &[(&str, &str)]) -> Headers {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fields.iter().map(owned).collect()
}

fn rule(breach: Option<Breach>) -> Option<&'static str> {
    breach.map(|breach| breach.rule.text)
}

#[test]
fn a_message_that_is_no_der_is_named() {
    let mut bench = Bench::new(RoleName::Ipa);
    let mut read = |hex: &str| {
        let raw = hex::decode(hex).unwrap();
        bench.says(RoleName::Ipa, Interface::Esipa, Direction::Request, &raw)
    };
    assert_eq!(read(&format!("bf4f125a10{EID}")), None);
    assert_eq!(read(&format!("bf4f135a10{EID}")), Some("der"));
    assert_eq!(read(&format!("bf4f81125a10{EID}")), Some("der"));
}

/// A card may write BER inside what it signs; the IPA must not repair it.
#[test]
fn what_came_as_ber_may_go_on_as_ber() {
    // NotificationMetadata with a length in the long form
    let tbs = "bf2f810a8001078102\
               07800c0161";
    let mut bench = Bench::new(RoleName::Ipa);
    let (raw, handed) = forwarded(tbs);
    bench.asks(
        Interface::Es10b,
        "retrieveNotificationsListRequest",
        &json!({}),
    );
    bench.says(RoleName::Euicc, Interface::Es10b, Direction::Response, &raw);
    let result = bench.says(RoleName::Ipa, Interface::Esipa, Direction::Request, &handed);
    assert_eq!(result, None);
    let mut other = Bench::new(RoleName::Ipa);
    let result = other.says(RoleName::Ipa, Interface::Esipa, Direction::Request, &handed);
    assert_eq!(result, Some("der"));
}

/// The list of the card and the notification to the eIM, around the same bytes.
fn forwarded(tbs: &str) -> (Vec<u8>, Vec<u8>) {
    use rsp::tlv::{Tag, tlv};
    let tbs = hex::decode(tbs).unwrap();
    let mut signed = tbs;
    signed.extend(tlv(Tag::new(0x5F37), &hex::decode(SIGNATURE).unwrap()));
    signed.extend(tlv(Tag::new(0x30), &[]));
    signed.extend(tlv(Tag::new(0x30), &[]));
    let notification = tlv(Tag::new(0x30), &signed);
    let list = tlv(Tag::new(0xBF2B), &tlv(Tag::new(0xA0), &notification));
    let handed = tlv(Tag::new(0xBF3D), &tlv(Tag::new(0xA0), &notification));
    (list, handed)
}

/// ImmediateEnable of v1.0 has no member.
#[test]
fn functions_of_an_older_card_are_left_alone() {
    let request = hex::decode("bf5a00").unwrap();
    for (dialect, breach) in [(None, Some("der")), (Some(Dialect::V1_0), None)] {
        let mut bench = Bench::new(RoleName::Ipa);
        bench.watch = Watch::new(RoleName::Ipa, dialect);
        let interface = Interface::Es10b;
        let said = bench.says(RoleName::Ipa, interface, Direction::Request, &request);
        assert_eq!(said, breach);
    }
}

#[test]
fn an_answer_of_another_function_is_named() {
    let mut bench = Bench::new(RoleName::Eim);
    assert_eq!(bench.polls(), None);
    let other = bench.answers(
        Interface::Esipa,
        "provideEimPackageResultResponse",
        &json!({ "emptyResponse": {} }),
    );
    assert_eq!(other, Some("answer"));
    let right = bench.answers(
        Interface::Esipa,
        "getEimPackageResponse",
        &json!({ "eimPackageError": "noEimPackageAvailable" }),
    );
    assert_eq!(right, None);
}

#[test]
fn headers_of_a_request() {
    let watch = Watch::new(RoleName::Ipa, None);
    let judged =
        |fields: &[(&str, &str)]| watch.request_headers(Interface::Esipa, &headers(fields));
    for media in [
        "application/x-gsma-rsp-asn1",
        "application/json;charset=UTF-8",
    ] {
        let good = [
            ("content-type", media),
            ("user-agent", "gsma-rsp-ipad; some text"),
            ("x-admin-protocol", "gsma/rsp/v2.1.0"),
        ];
        assert_eq!(rule(judged(&good)), None);
    }
    let breach = judged(&[("user-agent", "curl/8"), ("x-admin-protocol", "v2.1.0")]).unwrap();
    assert_eq!(
        breach.actual,
        [
            "user-agent: expected gsma-rsp-ipad or gsma-rsp-ipae, got curl/8",
            "x-admin-protocol: expected gsma/rsp/v and a version, got v2.1.0",
            "content-type: expected application/x-gsma-rsp-asn1 or application/json, got nothing",
        ]
    );
    assert_eq!(rule(Some(breach)), Some("request-headers"));
    assert_eq!(rule(judged(&[])), None, "CoAP has no header fields");
    let old = Watch::new(RoleName::Ipa, Some(Dialect::V1_0));
    let unnamed = headers(&[
        ("x-admin-protocol", "gsma/rsp/v2.1.0"),
        ("content-type", "application/json"),
    ]);
    assert_eq!(
        rule(old.request_headers(Interface::Esipa, &unnamed)),
        None,
        "v1.0 names no agents"
    );
}

#[test]
fn headers_of_an_answer() {
    let watch = Watch::new(RoleName::Eim, None);
    let judged = |request: &str, status: u16, fields: &[(&str, &str)]| {
        let headers = headers(fields);
        rule(watch.answer_headers(Interface::Esipa, request, status, &headers))
    };
    let protocol = ("x-admin-protocol", "gsma/rsp/v2.1.0");
    let media = ("content-type", "application/x-gsma-rsp-asn1");
    let poll = "getEimPackageRequest";
    assert_eq!(judged(poll, 200, &[protocol, media]), None);
    assert_eq!(judged(poll, 200, &[media]), Some("answer-headers"));
    assert_eq!(judged(poll, 204, &[protocol]), Some("answer-headers"));
    assert_eq!(judged(poll, 404, &[]), Some("answer-headers"));
    assert_eq!(judged(poll, 503, &[]), None);
    for status in [400, 415] {
        assert_eq!(judged(crate::message::UNDECODABLE, status, &[]), None);
    }
    let notification = "handleNotificationEsipa";
    assert_eq!(judged(notification, 204, &[protocol]), None);
    assert_eq!(judged(notification, 204, &[media]), Some("answer-headers"));
    assert_eq!(
        judged(notification, 200, &[protocol, media]),
        Some("answer-headers")
    );
}

/// What the form of messages breaks, one for each of its rules.
pub(super) fn broken() -> Vec<Option<&'static str>> {
    let raw = hex::decode(format!("bf4f135a10{EID}")).unwrap();
    let mut ipa = Bench::new(RoleName::Ipa);
    let mut eim = Bench::new(RoleName::Eim);
    eim.polls();
    let other = json!({ "emptyResponse": {} });
    let name = "provideEimPackageResultResponse";
    let agent = headers(&[("user-agent", "curl/8")]);
    let answer = (eim.watch).answer_headers(Interface::Esipa, "getEimPackageRequest", 404, &agent);
    vec![
        ipa.says(RoleName::Ipa, Interface::Esipa, Direction::Request, &raw),
        eim.answers(Interface::Esipa, name, &other),
        rule(ipa.watch.request_headers(Interface::Esipa, &agent)),
        rule(answer),
    ]
}
