// SPDX-License-Identifier: MIT OR Apache-2.0

use serde_json::json;

use super::*;

mod refused;

const EID: &str = "89049032123451234512345678901235";

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.replace(' ', "")).unwrap()
}

/// A data object of data objects.
fn t(tag: u32, content: &[Vec<u8>]) -> Vec<u8> {
    tlv(Tag::new(tag), &content.concat())
}

fn b64(bytes: &[u8]) -> Value {
    to_base64(bytes)
}

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn read(function: Function, body: &Value) -> Result<Vec<u8>, JsonError> {
    request_from_json(function, body.to_string().as_bytes())
}

fn answered(function: Function, body: &Value) -> Result<Response, JsonError> {
    response_from_json(function, body.to_string().as_bytes())
}

fn succeeded(members: &Value) -> Value {
    let mut body = json!({"header": {"functionExecutionStatus": {"status": "Executed-Success"}}});
    let object = body.as_object_mut().unwrap();
    object.extend(members.as_object().unwrap().clone());
    body
}

fn failed(subject: &str, reason: &str) -> Value {
    json!({"header": {"functionExecutionStatus": {"status": "Failed", "statusCodeData": {
        "subjectCode": subject, "reasonCode": reason, "message": "no"}}}})
}

fn signature() -> Vec<u8> {
    tlv(Tag::new(0x5F37), &[0xAB; 64])
}

/// Signed by somebody, in lengths that DER would write shorter.
fn signed() -> Vec<u8> {
    bytes("30 8200 03 80010A")
}

/// Requests, and the bodies that say the same.
fn requests() -> Vec<(Function, Vec<u8>, Value)> {
    let id = || bytes("80020A0B");
    let eid = || bytes(&format!("5A10{EID}"));
    let authenticated = t(0xBF38, &[t(0xA0, &[signed(), signature()])]);
    let prepared = bytes("BF21 81 07 A2 82 0003 800100");
    vec![
        (
            Function::InitiateAuthentication,
            t(
                0xBF39,
                &[
                    bytes(&format!("8110{}", "11".repeat(16))),
                    bytes("8305 612E622E63 BF2000 820401020A0B"),
                ],
            ),
            json!({"euiccChallenge": b64(&[0x11; 16]), "smdpAddress": "a.b.c",
                "euiccInfo1": b64(&bytes("BF2000")), "eimTransactionId": "01020A0B"}),
        ),
        (
            Function::AuthenticateClient,
            t(0xBF3B, &[id(), authenticated.clone()]),
            json!({"transactionId": "0A0B", "authenticateServerResponse": b64(&authenticated)}),
        ),
        (
            Function::GetBoundProfilePackage,
            t(0xBF3A, &[id(), prepared.clone()]),
            json!({"transactionId": "0A0B", "prepareDownloadResponse": b64(&prepared)}),
        ),
        (
            Function::TransferEimPackage,
            bytes("BF4E 06 BF54 03 820101"),
            json!({"profileDownloadTriggerRequest": b64(&bytes("BF54 03 820101"))}),
        ),
        (
            Function::GetEimPackage,
            t(0xBF4F, &[eid(), bytes("8000 810106 820362F210")]),
            json!({"eidValue": EID, "notifyStateChange": true, "stateChangeCause": 6,
                "rPlmn": b64(&bytes("62F210"))}),
        ),
        (
            Function::ProvideEimPackageResult,
            t(0xBF50, &[eid(), bytes("A003020102")]),
            json!({"eidValue": EID, "eimPackageResult": b64(&bytes("A003020102"))}),
        ),
        (
            Function::HandleNotification,
            t(0xBF3D, &[t(0xA0, &[signed()])]),
            json!({"pendingNotification": b64(&signed())}),
        ),
        (
            Function::HandleNotification,
            bytes("BF3D 06 BF50 03 BF5400"),
            json!({"provideEimPackageResult": b64(&bytes("BF50 03 BF5400"))}),
        ),
        (
            Function::CancelSession,
            t(0xBF41, &[id(), t(0xA1, &[t(0xA0, &[signed()])])]),
            json!({"transactionId": "0A0B",
                "cancelSessionResponse": b64(&t(0xBF41, &[t(0xA0, &[signed()])]))}),
        ),
    ]
}

#[test]
fn requests_say_the_same_in_both_bindings() {
    for (function, message, body) in requests() {
        let (called, written) = request_to_json(&message).unwrap();
        assert_eq!((called, value(&written)), (function, body.clone()));
        assert_eq!(read(function, &body), Ok(message), "{function}");
    }
}

/// Answers, and the members beside a header of success.
fn answers() -> Vec<(Function, Vec<u8>, Value)> {
    let id = || bytes("80010A");
    let key = tlv(Tag::OCTET_STRING, &[0xCD; 20]);
    let hash = tlv(Tag::OCTET_STRING, &[0xEF; 32]);
    let certificate = bytes("30020500");
    let bpp = bytes("BF36 82 0003 BF2300");
    let (result, list) = (t(0xBF51, &[signed()]), bytes("BF3700 3000"));
    vec![
        (
            Function::InitiateAuthentication,
            t(
                0xBF39,
                &[t(
                    0xA0,
                    &[
                        id(),
                        signed(),
                        signature(),
                        key.clone(),
                        certificate.clone(),
                        bytes("0C0141 A203 A00180"),
                    ],
                )],
            ),
            json!({"transactionId": "0A", "serverSigned1": b64(&signed()),
                "serverSignature1": b64(&signature()), "euiccCiPKIdentifierToBeUsed": b64(&key),
                "serverCertificate": b64(&certificate), "matchingId": "A",
                "ctxParams1": b64(&bytes("A00180"))}),
        ),
        (
            Function::AuthenticateClient,
            t(
                0xBF3B,
                &[t(
                    0xA0,
                    &[
                        id(),
                        bytes("BF2500"),
                        signed(),
                        signature(),
                        certificate.clone(),
                        hash.clone(),
                    ],
                )],
            ),
            json!({"transactionId": "0A", "profileMetadata": b64(&bytes("BF2500")),
                "smdpSigned2": b64(&signed()), "smdpSignature2": b64(&signature()),
                "smdpCertificate": b64(&certificate), "hashCc": b64(&hash)}),
        ),
        (
            Function::AuthenticateClient,
            t(0xBF3B, &[t(0xA1, &[id(), bytes("BF5400")])]),
            json!({"transactionId": "0A", "profileDownloadTrigger": b64(&bytes("BF5400"))}),
        ),
        (
            Function::AuthenticateClient,
            t(0xBF3B, &[t(0xA1, &[id()])]),
            json!({"transactionId": "0A", "profileDownloadTrigger": null}),
        ),
        (
            Function::GetBoundProfilePackage,
            t(0xBF3A, &[t(0xA0, &[id(), bpp.clone()])]),
            json!({"transactionId": "0A", "boundProfilePackage": b64(&bpp)}),
        ),
        (
            Function::TransferEimPackage,
            t(
                0xBF4E,
                &[t(
                    0x30,
                    &[result.clone(), t(0xA0, std::slice::from_ref(&list))],
                )],
            ),
            json!({"ePRAndNotifications": {"euiccPackageResult": b64(&result),
                "notificationList": b64(&t(0x30, &[list]))}}),
        ),
        (
            Function::TransferEimPackage,
            bytes("BF4E 02 0500"),
            json!({"eimPackageReceived": true}),
        ),
        (
            Function::TransferEimPackage,
            bytes("BF4E 06 BF60 03 80010A"),
            json!({"eimPackageReceivedWithCid": b64(&bytes("BF60 03 80010A"))}),
        ),
        (
            Function::GetEimPackage,
            t(0xBF4F, &[t(0xBF51, &[signed(), signature()])]),
            json!({"euiccPackageRequest": b64(&t(0xBF51, &[signed(), signature()]))}),
        ),
        (
            Function::ProvideEimPackageResult,
            bytes("BF50 06 BF53 03 800105"),
            json!({"eimAcknowledgements": b64(&bytes("BF53 03 800105"))}),
        ),
        (
            Function::ProvideEimPackageResult,
            bytes("BF50 02 3000"),
            json!({}),
        ),
        (Function::CancelSession, bytes("BF41 02 A000"), json!({})),
    ]
}

#[test]
fn answers_say_the_same_in_both_bindings() {
    for (function, message, members) in answers() {
        let body = succeeded(&members);
        let written = response_to_json(function, &message, None).unwrap();
        assert_eq!(value(&written), body, "{function}");
        let expected = Response {
            message,
            failure: None,
        };
        assert_eq!(answered(function, &body), Ok(expected), "{function}");
    }
    let nothing = response_to_json(Function::HandleNotification, &[], None);
    assert_eq!(nothing, Ok(Vec::new()));
}

#[test]
fn errors_are_pairs_in_one_binding_and_integers_in_the_other() {
    use Function::*;
    for (function, message, subject, reason) in [
        (InitiateAuthentication, "BF39 03 810134", "8.31.2", "3.10"),
        (InitiateAuthentication, "BF39 03 810132", "8.8.1", "3.10"),
        (InitiateAuthentication, "BF39 03 810133", "8.8", "3.10"),
        (InitiateAuthentication, "BF39 03 810102", "8.8.3", "3.1"),
        (AuthenticateClient, "BF3B 03 820132", "8.2.8", "1.2"),
        (AuthenticateClient, "BF3B 03 820106", "8.2.6", "3.8"),
        (AuthenticateClient, "BF3B 03 820138", "8.9.5", "3.9"),
        (AuthenticateClient, "BF3B 03 82010A", "8.10.1", "3.9"),
        (GetBoundProfilePackage, "BF3A 03 810132", "8.2.9", "3.11"),
        (GetBoundProfilePackage, "BF3A 03 81015F", "8.10.1", "3.9"),
        (GetEimPackage, "BF4F 03 020101", "8.1.1", "3.7"),
        (GetEimPackage, "BF4F 03 020102", "8.1.1", "3.9"),
        (GetEimPackage, "BF4F 03 020103", "8.1.1", "2.1"),
        (GetEimPackage, "BF4F 03 020104", "8.1.1", "2.2"),
        (ProvideEimPackageResult, "BF50 03 020102", "8.1.1", "3.9"),
        (ProvideEimPackageResult, "BF50 03 020103", "8.1.1", "2.1"),
        (ProvideEimPackageResult, "BF50 03 020104", "8.1.1", "2.2"),
        (CancelSession, "BF41 03 810101", "8.10.1", "3.9"),
        (CancelSession, "BF41 03 810102", "8.1", "6.1"),
    ] {
        let message = bytes(message);
        let written = response_to_json(function, &message, None).unwrap();
        let body = value(&written);
        assert_eq!(body.as_object().unwrap().len(), 1, "a header alone");
        let data = &body["header"]["functionExecutionStatus"]["statusCodeData"];
        assert_eq!(
            (&data["subjectCode"], &data["reasonCode"]),
            (&json!(subject), &json!(reason))
        );
        let read = answered(function, &failed(subject, reason)).unwrap();
        assert_eq!(read.message, message, "{function} {subject}/{reason}");
        assert!(read.failure.unwrap().is(subject, reason));
    }
}

#[test]
fn a_pair_that_the_function_does_not_list_is_undefined_and_is_kept() {
    let read = answered(Function::AuthenticateClient, &failed("8.2", "1.2")).unwrap();
    assert_eq!(read.message, bytes("BF3B 03 82017F"));
    let failure = read.failure.unwrap();
    let again = response_to_json(Function::AuthenticateClient, &read.message, Some(&failure));
    assert_eq!(value(&again.unwrap()), failed("8.2", "1.2"));
    // without codes there is nothing to look up
    let bare = json!({"header": {"functionExecutionStatus": {"status": "Failed"}}});
    let read = answered(Function::CancelSession, &bare).unwrap();
    assert_eq!(read.message, bytes("BF41 03 81017F"));
    let written = response_to_json(Function::CancelSession, &read.message, None).unwrap();
    assert_eq!(value(&written), bare);
}

#[test]
fn a_refused_transfer_tells_its_integer() {
    let mut body = json!({"header": {"functionExecutionStatus": {"status": "Failed"}}});
    body["eimPackageError"] = json!(2);
    let written = response_to_json(Function::TransferEimPackage, &bytes("BF4E03020102"), None);
    assert_eq!(value(&written.unwrap()), body);
    let read = answered(Function::TransferEimPackage, &body).unwrap();
    assert_eq!(read.message, bytes("BF4E 03 020102"));
    let with_id = bytes("BF4E 06 BF61 03 810102");
    let written = response_to_json(Function::TransferEimPackage, &with_id, None).unwrap();
    assert_eq!(value(&written)["header"], body["header"]);
    let read = response_from_json(Function::TransferEimPackage, &written).unwrap();
    assert_eq!(read.message, with_id);
}

#[test]
fn what_peers_write_beside_the_clause_is_understood() {
    let package = bytes("BF5403820101");
    let message = t(0xBF4F, std::slice::from_ref(&package));
    let zero = succeeded(&json!({"profileDownloadTriggerRequest": b64(&package),
        "eimPackageError": 0, "surprise": [], "euiccPackageRequest": null}));
    assert_eq!(
        answered(Function::GetEimPackage, &zero).unwrap().message,
        message
    );
    let alone = succeeded(&json!({"eimPackageError": 1}));
    let read = answered(Function::GetEimPackage, &alone).unwrap();
    assert_eq!(read.message, bytes("BF4F 03 020101"));
    let only_integer = json!({"eimPackageError": 3,
        "header": {"functionExecutionStatus": {"status": "Failed"}}});
    let read = answered(Function::GetEimPackage, &only_integer).unwrap();
    assert_eq!(read.message, bytes("BF4F 03 020103"));

    let request = json!({"header": {}, "eidValue": EID, "notifyStateChange": false,
        "rPLMN": b64(&bytes("62F210"))});
    let message = t(0xBF4F, &[bytes(&format!("5A10{EID}")), bytes("820362F210")]);
    assert_eq!(read_request(Function::GetEimPackage, &request), message);

    let whole = t(0xBF50, &[bytes(&format!("5A10{EID}")), package.clone()]);
    for body in [
        json!({"eidValue": EID, "eimPackageResult": b64(&whole)}),
        json!({"eidValue": null, "eimPackageResult": b64(&whole)}),
        json!({"eidValue": EID, "eimPackageResult": b64(&package)}),
    ] {
        assert_eq!(
            read_request(Function::ProvideEimPackageResult, &body),
            whole
        );
    }
    let lower = json!({"transactionId": "0a0b", "cancelSessionResponse": "v0ECoAA=\r\n"});
    let message = bytes("BF41 08 80020A0B A102A000");
    assert_eq!(read_request(Function::CancelSession, &lower), message);
}

fn read_request(function: Function, body: &Value) -> Vec<u8> {
    read(function, body).unwrap()
}

#[test]
fn bare_signatures_and_key_identifiers_get_their_tags() {
    let (function, message, members) = answers().swap_remove(0);
    let mut body = succeeded(&members);
    body["serverSignature1"] = b64(&[0xAB; 64]);
    body["euiccCiPKIdentifierToBeUsed"] = b64(&[0xCD; 20]);
    assert_eq!(answered(function, &body).unwrap().message, message);
    // 64 octets are a signature even when they look like something shorter with a tag
    let mut looks = vec![0x5F, 0x37, 0x3D];
    looks.resize(64, 0);
    body["serverSignature1"] = b64(&looks);
    let read = answered(function, &body).unwrap().message;
    let content = Tlv::only(&read).unwrap().child(Tag::new(0xA0)).unwrap();
    assert_eq!(content.child(Tag::new(0x5F37)).unwrap().value, looks);
    // a truncated identifier keeps its own length
    body["euiccCiPKIdentifierToBeUsed"] = b64(&[0xCD; 3]);
    let read = answered(function, &body).unwrap().message;
    let content = Tlv::only(&read).unwrap().child(Tag::new(0xA0)).unwrap();
    assert_eq!(content.child(Tag::OCTET_STRING).unwrap().value, [0xCD; 3]);
}

#[test]
fn error_messages_fit_their_function() {
    for function in Function::ALL {
        let message = error_message(function, 127);
        if function == Function::HandleNotification {
            assert!(message.is_empty());
            continue;
        }
        let body = response_to_json(function, &message, None).unwrap();
        assert_eq!(
            response_from_json(function, &body).unwrap().message,
            message
        );
        assert_eq!(Function::of_message(&message), Some(function));
    }
}

#[test]
fn integers_have_their_shortest_form() {
    for (number, content) in [
        (0, &[0][..]),
        (127, &[0x7F]),
        (128, &[0, 0x80]),
        (-1, &[0xFF]),
        (-129, &[0xFF, 0x7F]),
        (i64::MIN, &[0x80, 0, 0, 0, 0, 0, 0, 0]),
    ] {
        assert_eq!(integer_content(number), content);
        assert_eq!(super::number("n", content), Ok(number));
    }
}

#[test]
fn paths_lead_back_to_their_function() {
    for function in Function::ALL {
        assert_eq!(Function::from_path(&function.path()), Some(function));
    }
    for path in [
        "/gsma/rsp2/esipa/GetEimPackage",
        "/gsma/rsp2/esipa/",
        "/gsma/rsp2/asn1",
    ] {
        assert_eq!(Function::from_path(path), None);
    }
}
