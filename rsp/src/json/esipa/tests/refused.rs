// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is no body, and what is no message.

use super::*;

#[test]
fn malformed_bodies_are_refused_by_name() {
    let any = b64(&bytes("BF5400"));
    for (function, body, wanted, pair) in [
        (
            Function::GetEimPackage,
            json!({}),
            "expected member eidValue",
            "8.1.1/2.2",
        ),
        (
            Function::GetEimPackage,
            json!({"eidValue": &EID[1..]}),
            "member eidValue: expected 32 digits",
            "8.1.1/2.1",
        ),
        (
            Function::ProvideEimPackageResult,
            json!({"eidValue": EID.replace('8', "A"), "eimPackageResult": any}),
            "member eidValue: expected 32 digits",
            "8.1.1/2.1",
        ),
        (
            Function::ProvideEimPackageResult,
            json!({"eidValue": EID}),
            "expected member eimPackageResult",
            "1.3.1/2.2",
        ),
        (
            Function::ProvideEimPackageResult,
            json!({"eimPackageResult": b64(&bytes("BF5008 BF5400 A003020102"))}),
            "member eimPackageResult: expected one result, saw 2",
            "1.3.1/2.1",
        ),
        (
            Function::ProvideEimPackageResult,
            json!({"eimPackageResult": b64(&bytes("5A020000"))}),
            "member eidValue: expected 32 digits",
            "8.1.1/2.1",
        ),
        (
            Function::HandleNotification,
            json!({"pendingNotification": any, "provideEimPackageResult": any}),
            "member provideEimPackageResult: expected one of them",
            "1.3.1/2.1",
        ),
        (
            Function::HandleNotification,
            json!({}),
            "expected member pendingNot",
            "1.3.1/2.2",
        ),
        (
            Function::InitiateAuthentication,
            json!({"euiccChallenge": b64(&tlv(Tag::OCTET_STRING, &[1; 16]))}),
            "member euiccChallenge: expected 16 octets, got 18",
            "1.3.1/2.1",
        ),
        (
            Function::CancelSession,
            json!({"transactionId": "0G", "cancelSessionResponse": any}),
            "member transactionId:",
            "1.3.1/2.1",
        ),
        (
            Function::CancelSession,
            json!({"transactionId": "0A", "cancelSessionResponse": any}),
            "member cancelSessionResponse: expected a data object BF41, saw BF54",
            "1.3.1/2.1",
        ),
        (
            Function::TransferEimPackage,
            json!({"euiccPackageRequest": "-_=="}),
            "member euiccPackageRequest: base64",
            "1.3.1/2.1",
        ),
        (
            Function::TransferEimPackage,
            json!({"euiccPackageRequest": any}),
            "member euiccPackageRequest: expected a data object BF51, saw BF54",
            "1.3.1/2.1",
        ),
        (
            Function::GetEimPackage,
            json!({"eidValue": EID, "stateChangeCause": "6"}),
            "member stateChangeCause: expected an integer",
            "1.3.1/2.1",
        ),
    ] {
        let error = read(function, &body).unwrap_err();
        assert!(error.to_string().starts_with(wanted), "{function}: {error}");
        let data = refusal_of(function, &error).status_code_data.unwrap();
        assert_eq!(format!("{}/{}", data.subject_code, data.reason_code), pair);
    }
    for body in [
        "",
        "[]",
        "{",
        "{\"eidValue\":1,\"eidValue\":2}",
        "\u{FEFF}{}",
    ] {
        let error = request_from_json(Function::GetEimPackage, body.as_bytes());
        assert!(
            matches!(error, Err(JsonError::Syntax(_))),
            "{body}: {error:?}"
        );
    }
    let headless = json!({"eimAcknowledgements": b64(&bytes("BF5300"))});
    let error = answered(Function::ProvideEimPackageResult, &headless);
    assert_eq!(error, Err(JsonError::Missing { member: "header" }));
    let empty = answered(Function::GetEimPackage, &succeeded(&json!({})));
    assert!(matches!(empty, Err(JsonError::Missing { .. })));
}

#[test]
fn bytes_that_are_no_message_have_no_body() {
    for message in ["", "BF51 00", "BF4F 05 00", "BF4F 00 00", "BF41 03 8002 0A"] {
        assert!(request_to_json(&bytes(message)).is_err(), "{message}");
    }
    let other = response_to_json(Function::GetEimPackage, &bytes("BF500202 3000"), None);
    assert!(other.is_err());
    let other = response_to_json(Function::CancelSession, &bytes("BF4102 A500"), None);
    assert!(other.is_err());
}
