// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an IPA repeats, hands on and removes.

use super::*;

fn result(value: &Value) -> Value {
    json!({ "eidValue": EID, "eimPackageResult": value })
}

const PROVIDE: &str = "provideEimPackageResult";

fn metadata(number: i64) -> Value {
    json!({
        "seqNumber": number,
        "profileManagementOperation": ["notificationEnable"],
        "notificationAddress": "smdp1.test.example",
    })
}

fn notification(number: i64, signature: &str) -> Value {
    json!({ "otherSignedNotification": {
        "tbsOtherNotification": metadata(number),
        "euiccNotificationSignature": signature,
        "euiccCertificate": certificate(),
        "eumCertificate": certificate(),
    }})
}

/// A certificate that can be read.
fn certificate() -> Value {
    let pki = certs::Pki::seeded(1).unwrap();
    let own = pki.credential(certs::Role::Euicc, Curve::NistP256).unwrap();
    json!({ "raw": hex::encode(&own.certificate) })
}

fn trigger(bench: &mut Bench, id: Option<&str>) {
    bench.polls();
    let mut content = json!({ "profileDownloadData": { "activationCode": "1$a$b" } });
    if let (Some(id), Some(members)) = (id, content.as_object_mut()) {
        members.insert("eimTransactionId".to_owned(), id.into());
    }
    let value = json!({ "profileDownloadTriggerRequest": content });
    bench.answers(Interface::Esipa, "getEimPackageResponse", &value);
}

fn failed(bench: &mut Bench, id: Option<&str>) -> Option<&'static str> {
    let mut content = json!({ "profileDownloadTriggerResultData": {
        "profileDownloadError": { "profileDownloadErrorReason": "undefinedError" },
    }});
    if let (Some(id), Some(members)) = (id, content.as_object_mut()) {
        members.insert("eimTransactionId".to_owned(), id.into());
    }
    let value = result(&json!({ "profileDownloadTriggerResult": content }));
    bench.asks(Interface::Esipa, PROVIDE, &value)
}

#[test]
fn the_eid_is_that_of_the_card() {
    let mut bench = Bench::new(RoleName::Ipa);
    assert_eq!(bench.polls(), None);
    let other = json!({ "eidValue": OTHER_EID });
    let other = bench.asks(Interface::Esipa, "getEimPackageRequest", &other);
    assert_eq!(other, Some("eid"));
}

#[test]
fn the_transaction_of_a_package_comes_back() {
    let mut bench = Bench::new(RoleName::Ipa);
    trigger(&mut bench, Some("0102"));
    assert_eq!(failed(&mut bench, Some("0102")), None);
    assert_eq!(failed(&mut bench, Some("0103")), Some("eim-transaction"));
    assert_eq!(failed(&mut bench, None), Some("eim-transaction"));
    let mut bench = Bench::new(RoleName::Ipa);
    trigger(&mut bench, None);
    assert_eq!(failed(&mut bench, None), None);
    assert_eq!(failed(&mut bench, Some("01")), Some("eim-transaction"));
}

#[test]
fn a_package_without_transaction_among_others_leaves_it_open() {
    let mut bench = Bench::new(RoleName::Ipa);
    trigger(&mut bench, Some("0102"));
    trigger(&mut bench, None);
    assert_eq!(failed(&mut bench, None), None);
}

fn challenge(bench: &mut Bench, challenge: &str) {
    bench.asks(Interface::Es10b, "getEuiccChallengeRequest", &json!({}));
    let value = json!({ "euiccChallenge": challenge });
    bench.answers(Interface::Es10b, "getEuiccChallengeResponse", &value);
}

fn initiates(bench: &mut Bench, challenge: &str) -> Option<&'static str> {
    let value = json!({ "euiccChallenge": challenge });
    bench.asks(
        Interface::Esipa,
        "initiateAuthenticationRequestEsipa",
        &value,
    )
}

const ONE: &str = "00112233445566778899aabbccddeeff";
const TWO: &str = "ff112233445566778899aabbccddeeff";

#[test]
fn the_challenge_is_one_of_the_card() {
    let mut bench = Bench::new(RoleName::Ipa);
    assert_eq!(initiates(&mut bench, TWO), None, "no card was seen");
    challenge(&mut bench, ONE);
    assert_eq!(initiates(&mut bench, ONE), None);
    assert_eq!(initiates(&mut bench, TWO), Some("challenge"));
}

fn cancels(bench: &mut Bench, id: &str) -> Option<&'static str> {
    let value = json!({
        "transactionId": id,
        "cancelSessionResponse": { "cancelSessionResponseError": "undefinedError" },
    });
    bench.asks(Interface::Esipa, "cancelSessionRequestEsipa", &value)
}

#[test]
fn the_transaction_of_a_session_is_the_servers() {
    let mut bench = Bench::new(RoleName::Ipa);
    assert_eq!(cancels(&mut bench, "0a"), None, "no server was seen");
    let ok = json!({ "authenticateClientOkDSEsipa": { "transactionId": "0a" } });
    bench.asks(
        Interface::Esipa,
        "initiateAuthenticationRequestEsipa",
        &json!({ "euiccChallenge": ONE }),
    );
    bench.answers(Interface::Esipa, "authenticateClientResponseEsipa", &ok);
    assert_eq!(cancels(&mut bench, "0a"), None);
    assert_eq!(cancels(&mut bench, "0b"), Some("transaction"));
}

fn retrieved(bench: &mut Bench, notifications: &[Value]) {
    let name = "retrieveNotificationsListRequest";
    bench.asks(Interface::Es10b, name, &json!({}));
    let value = json!({ "notificationList": notifications });
    let name = "retrieveNotificationsListResponse";
    bench.answers(Interface::Es10b, name, &value);
}

fn notifies(bench: &mut Bench, notification: &Value) -> Option<&'static str> {
    let value = json!({ "pendingNotification": notification });
    bench.asks(Interface::Esipa, "handleNotificationEsipa", &value)
}

#[test]
fn what_the_card_signed_goes_on_byte_for_byte() {
    let mut bench = Bench::new(RoleName::Ipa);
    let good = notification(1, SIGNATURE);
    retrieved(&mut bench, std::slice::from_ref(&good));
    assert_eq!(notifies(&mut bench, &good), None);
    let renumbered = notification(2, SIGNATURE);
    assert_eq!(notifies(&mut bench, &renumbered), Some("as-received"));
    let resigned = notification(1, &SIGNATURE.replace('1', "2"));
    assert_eq!(notifies(&mut bench, &resigned), Some("as-received"));
}

#[test]
fn a_signature_of_a_card_that_nobody_sees_is_verified() {
    let mut bench = Bench::new(RoleName::Ipa);
    let forged = notification(1, SIGNATURE);
    assert_eq!(notifies(&mut bench, &forged), Some("euicc-signature"));
    let raw = rsp::schema::from_value("NotificationMetadata", &metadata(1)).unwrap();
    let pki = certs::Pki::seeded(1).unwrap();
    let own = pki.credential(certs::Role::Euicc, Curve::NistP256).unwrap();
    let signed = notification(1, &hex::encode(own.key.sign(&raw)));
    assert_eq!(notifies(&mut bench, &signed), None);
}

fn removes(bench: &mut Bench, number: i64) -> Option<&'static str> {
    let value = json!({ "seqNumber": number });
    bench.asks(Interface::Es10b, "notificationSentRequest", &value)
}

#[test]
fn nothing_leaves_the_card_before_it_was_delivered() {
    let mut bench = Bench::new(RoleName::Ipa);
    let list = [notification(1, SIGNATURE), notification(2, SIGNATURE)];
    retrieved(&mut bench, &list);
    assert_eq!(removes(&mut bench, 1), Some("removed"));
    notifies(&mut bench, &list[0]);
    assert_eq!(removes(&mut bench, 1), Some("removed"), "not answered yet");
    notifies(&mut bench, &list[0]);
    bench.says(RoleName::Eim, Interface::Esipa, Direction::Response, &[]);
    assert_eq!(removes(&mut bench, 1), None);
    assert_eq!(removes(&mut bench, 2), Some("removed"));
}

#[test]
fn what_the_eim_acknowledged_may_leave_the_card() {
    let mut bench = Bench::new(RoleName::Ipa);
    let failed = json!({ "eimPackageResultResponseError": { "eimPackageResultErrorCode": 127 } });
    assert_eq!(
        bench.asks(Interface::Esipa, PROVIDE, &result(&failed)),
        None
    );
    let name = "provideEimPackageResultResponse";
    bench.answers(
        Interface::Esipa,
        name,
        &json!({ "eimAcknowledgements": [3] }),
    );
    assert_eq!(removes(&mut bench, 3), None);
    assert_eq!(removes(&mut bench, 4), Some("removed"));
}

/// What messages of an IPA break, one for each of its rules.
pub(super) fn broken() -> Vec<Option<&'static str>> {
    let fresh = || Bench::new(RoleName::Ipa);
    let other = json!({ "eidValue": OTHER_EID });
    let mut asked = fresh();
    trigger(&mut asked, Some("0102"));
    let mut challenged = fresh();
    challenge(&mut challenged, ONE);
    let mut served = fresh();
    let ok = json!({ "authenticateClientOkDSEsipa": { "transactionId": "0a" } });
    initiates(&mut served, ONE);
    served.answers(Interface::Esipa, "authenticateClientResponseEsipa", &ok);
    let mut listed = fresh();
    retrieved(&mut listed, &[notification(1, SIGNATURE)]);
    vec![
        fresh().asks(Interface::Esipa, "getEimPackageRequest", &other),
        failed(&mut asked, Some("0103")),
        initiates(&mut challenged, TWO),
        cancels(&mut served, "0b"),
        notifies(&mut listed, &notification(2, SIGNATURE)),
        removes(&mut listed, 1),
        notifies(&mut fresh(), &notification(1, SIGNATURE)),
    ]
}

/// A flood of messages that are no DER costs no more than the first of them: what may have been
/// among them is not held against the IPA.
#[test]
fn beyond_what_is_kept_nothing_is_said_of_der() {
    let long_form = hex::decode(format!("bf4f81125a10{EID}")).unwrap();
    let read = |bench: &mut Bench| {
        let (speaker, interface) = (RoleName::Ipa, Interface::Esipa);
        bench.says(speaker, interface, Direction::Request, &long_form)
    };
    let mut bench = Bench::new(RoleName::Ipa);
    for _ in 0..64 {
        bench.says(
            RoleName::Euicc,
            Interface::Es10b,
            Direction::Response,
            &[0xBF],
        );
    }
    assert_eq!(read(&mut bench), Some("der"));
    bench.says(
        RoleName::Euicc,
        Interface::Es10b,
        Direction::Response,
        &[0xBF],
    );
    assert_eq!(read(&mut bench), None);
}
