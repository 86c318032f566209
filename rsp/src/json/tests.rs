// SPDX-License-Identifier: MIT OR Apache-2.0

use serde_json::{Value, json};

use super::*;
use crate::raw::Raw;
use crate::sgp22::*;
use crate::status;

const SIGNED1: [u8; 16] = [7; 16];

fn initiated() -> InitiateAuthenticationOkEs9 {
    let server_signed1 = Raw::new(ServerSigned1 {
        transaction_id: SIGNED1.into(),
        euicc_challenge: [1; 16].into(),
        server_address: "smdp1.test.example".to_owned(),
        server_challenge: [2; 16].into(),
        session_context: None,
        server_rsp_capability: None,
        additions: Default::default(),
    })
    .unwrap();
    InitiateAuthenticationOkEs9 {
        transaction_id: SIGNED1.into(),
        server_signed1,
        server_signature1: [3; 64].into(),
        euicc_ci_pk_id_to_be_used: Some([4; 20].into()),
        server_certificate: vec![0x30, 0x00].into(),
        other_certs_in_chain: None,
        crl_list: None,
        additions: Default::default(),
    }
}

fn parsed(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn answers_have_exactly_the_members_of_the_clause() {
    let response: Es9Response = Ok(Es9Ok::InitiateAuthentication(initiated()));
    let body = encode_response(&response).unwrap();
    let text = String::from_utf8(body.clone()).unwrap();
    let expected = concat!(
        r#"{"header":{"functionExecutionStatus":{"status":"Executed-Success"}},"#,
        r#""transactionId":"07070707070707070707070707070707","serverSigned1":"#
    );
    assert!(text.starts_with(expected), "{text}");
    let value = parsed(&body);
    assert_eq!(value.as_object().unwrap().len(), 6);
    assert!(
        value["serverSignature1"]
            .as_str()
            .unwrap()
            .starts_with("XzdA")
    );
    assert!(
        value["euiccCiPKIdToBeUsed"]
            .as_str()
            .unwrap()
            .starts_with("BBQE")
    );
    let function = Function::InitiateAuthentication;
    assert_eq!(
        decode_response(Interface::Es9, function, &body).unwrap(),
        response
    );
}

#[test]
fn bare_signatures_and_key_identifiers_are_read_as_well() {
    let response: Es9Response = Ok(Es9Ok::InitiateAuthentication(initiated()));
    let mut value = parsed(&encode_response(&response).unwrap());
    value["serverSignature1"] = member::to_base64(&[3; 64]);
    value["euiccCiPKIdToBeUsed"] = member::to_base64(&[4; 20]);
    let body = value.to_string().into_bytes();
    let function = Function::InitiateAuthentication;
    assert_eq!(
        decode_response(Interface::Es9, function, &body).unwrap(),
        response
    );
    value["serverSignature1"] = member::to_base64(&[3; 63]);
    let error = decode_response(Interface::Es9, function, value.to_string().as_bytes());
    assert_eq!(
        error.unwrap_err().to_string(),
        "member serverSignature1: expected 5F37 with 64 octets or 64 bare octets, got 63"
    );
}

#[test]
fn signed_bytes_survive_unchanged() {
    // A length that DER would write shorter.
    let ok = initiated();
    let content = crate::tlv::Tlv::only(ok.server_signed1.bytes())
        .unwrap()
        .value;
    let mut long = vec![0x30, 0x82, 0x00, u8::try_from(content.len()).unwrap()];
    long.extend_from_slice(content);
    let ok = InitiateAuthenticationOkEs9 {
        server_signed1: Raw::from_bytes(long.clone()).unwrap(),
        ..ok
    };
    let response: Es9Response = Ok(Es9Ok::InitiateAuthentication(ok));
    let (interface, function) = (Interface::Es9, Function::InitiateAuthentication);
    let body = encode_response(&response).unwrap();
    let der = response_to_der(interface, function, &response).unwrap();
    for read in [
        decode_response(interface, function, &body).unwrap(),
        response_from_der(interface, function, &der).unwrap(),
    ] {
        let Ok(Es9Ok::InitiateAuthentication(ok)) = read else {
            panic!("{read:?}")
        };
        assert_eq!(ok.server_signed1.bytes(), long);
    }
}

#[test]
fn the_rest_of_a_chain_travels_in_both_bindings() {
    let certificate = initiated().server_certificate;
    let ok = InitiateAuthenticationOkEs9 {
        other_certs_in_chain: Some(vec![certificate.clone(), certificate.clone()]),
        ..initiated()
    };
    let response: Es9Response = Ok(Es9Ok::InitiateAuthentication(ok));
    let (interface, function) = (Interface::Es9, Function::InitiateAuthentication);
    let body = encode_response(&response).unwrap();
    let chain = parsed(&body)["otherCertsInChain"].clone();
    assert!(chain.as_str().unwrap().starts_with("oQ"), "{chain}");
    assert_eq!(
        decode_response(interface, function, &body).unwrap(),
        response
    );
    let der = response_to_der(interface, function, &response).unwrap();
    assert_eq!(
        response_from_der(interface, function, &der).unwrap(),
        response
    );
    // nine certificates are no chain of any variant
    let mut long = parsed(&body);
    let many = [&[0xA1, 18][..], &[0x30, 0].repeat(9)].concat();
    long["otherCertsInChain"] = member::to_base64(&many);
    let refused = decode_response(interface, function, long.to_string().as_bytes());
    assert_eq!(
        refused.unwrap_err().to_string(),
        "member otherCertsInChain: expected at most 8 certificates"
    );
}

#[test]
fn failures_keep_codes_and_message_in_both_bindings() {
    let failure = Failure::because(status::MATCHING_ID_REFUSED, &"M-1");
    assert_eq!(
        failure.to_string(),
        "Failed 8.2.6/3.8 (the MatchingID is refused: M-1)"
    );
    let response: Es9Response = Err(failure.clone());
    let body = encode_response(&response).unwrap();
    assert_eq!(
        parsed(&body),
        json!({"header": {"functionExecutionStatus": {"status": "Failed", "statusCodeData": {
            "subjectCode": "8.2.6", "reasonCode": "3.8",
            "message": "the MatchingID is refused: M-1"}}}})
    );
    let (interface, function) = (Interface::Es9, Function::AuthenticateClient);
    assert_eq!(
        decode_response(interface, function, &body).unwrap(),
        response
    );
    assert_eq!(error_code(interface, function, &failure), 6);
    let der = response_to_der(interface, function, &response).unwrap();
    assert_eq!(hex::encode_upper(&der), "BF3B03810106");
    let read = response_from_der(interface, function, &der)
        .unwrap()
        .unwrap_err();
    assert!(read.is("8.2.6", "3.8"));
    assert_eq!(error_code(Interface::Es11, function, &failure), 127);
    assert_eq!(failure_of(interface, function, 99).status_code_data, None);
}

#[test]
fn what_peers_put_into_a_header_is_read() {
    let function = Function::CancelSession;
    let read =
        |value: Value| decode_response(Interface::Es9, function, value.to_string().as_bytes());
    let status = |status: &str| json!({"functionExecutionStatus": {"status": status}});
    assert_eq!(
        read(json!({"header": status("Executed-Success"), "x": 1})),
        Ok(Ok(Es9Ok::CancelSession))
    );
    assert_eq!(
        read(json!({"header": status("Executed-WithWarning")})),
        Ok(Ok(Es9Ok::CancelSession))
    );
    let bare = read(json!({"header": status("Failed")}))
        .unwrap()
        .unwrap_err();
    assert_eq!(
        (bare.status, bare.status_code_data),
        (ExecutionStatus::Failed, None)
    );
    let expired = read(json!({"header": status("Expired")}))
        .unwrap()
        .unwrap_err();
    assert_eq!(expired.status, ExecutionStatus::Expired);
    assert_eq!(
        read(json!({})),
        Err(JsonError::Missing { member: "header" })
    );
    assert!(read(json!({"header": status("executed-success")})).is_err());
    assert!(read(json!({"header": {"functionExecutionStatus": 1}})).is_err());
    assert!(read(json!("<html>")).is_err());
}

#[test]
fn a_notification_is_acknowledged_without_a_body() {
    let ok: Es9Response = Ok(Es9Ok::HandleNotification);
    assert_eq!(encode_response(&ok).unwrap(), b"");
    let function = Function::HandleNotification;
    assert_eq!(decode_response(Interface::Es9, function, b"").unwrap(), ok);
    assert!(decode_response(Interface::Es9, Function::CancelSession, b"").is_err());
}

#[test]
fn an_sm_ds_answers_with_event_entries() {
    let entry = |id: &str| EventEntries {
        event_id: id.to_owned(),
        rsp_server_address: "smdp1.test.example".to_owned(),
        additions: Default::default(),
    };
    let (interface, function) = (Interface::Es11, Function::AuthenticateClient);
    for event_entries in [Vec::new(), vec![entry("EVENT-1"), entry("EVENT-2")]] {
        let response: Es9Response = Ok(Es9Ok::AuthenticateClientEs11(AuthenticateClientOkEs11 {
            transaction_id: [1; 3].into(),
            event_entries,
            additions: Default::default(),
        }));
        let body = encode_response(&response).unwrap();
        assert_eq!(
            decode_response(interface, function, &body).unwrap(),
            response
        );
        let der = response_to_der(interface, function, &response).unwrap();
        assert_eq!(
            response_from_der(interface, function, &der).unwrap(),
            response
        );
    }
}

fn cancel(error: i64) -> Es9Request {
    Es9Request::CancelSession(CancelSessionRequestEs9 {
        transaction_id: vec![0xAB, 0xCD].into(),
        cancel_session_response: CancelSessionResponse::CancelSessionResponseError(error.into()),
        additions: Default::default(),
    })
}

#[test]
fn requests_carry_no_header_and_tolerate_one() {
    let body = cancel(5).to_json().unwrap();
    assert_eq!(
        parsed(&body),
        json!({"transactionId": "ABCD", "cancelSessionResponse": "v0EDgQEF"})
    );
    let function = Function::CancelSession;
    let body = json!({
        "header": {"functionRequesterIdentifier": "1", "functionCallIdentifier": "2"},
        "transactionId": "abcd",
        "cancelSessionResponse": "v0ED\r\ngQEF",
        "other": null
    });
    let read = Es9Request::from_json(function, body.to_string().as_bytes()).unwrap();
    assert_eq!(read, cancel(5));
    let der = read.to_der().unwrap();
    assert_eq!(hex::encode_upper(&der), "BF41098002ABCDA103810105");
    assert_eq!(Es9Request::from_der(function, &der).unwrap(), read);
}

#[test]
fn malformed_requests_are_named() {
    let read = |body: &str| {
        Es9Request::from_json(Function::CancelSession, body.as_bytes())
            .unwrap_err()
            .to_string()
    };
    for (body, error) in [
        ("{}", "expected member transactionId"),
        (
            r#"{"transactionId":5}"#,
            "member transactionId: expected a string",
        ),
        (
            r#"{"transactionId":""}"#,
            "member transactionId: expected 1 to 16 octets, got 0",
        ),
        (
            r#"{"transactionId":"AB"}"#,
            "expected member cancelSessionResponse",
        ),
    ] {
        assert_eq!(read(body), error);
    }
    for (body, error) in [
        (r#"{"transactionId":"A,B"}"#, "member transactionId: "),
        (
            r#"{"transactionId":"AB","cancelSessionResponse":"v0ED_-"}"#,
            "cancelSessionResponse: base64",
        ),
        (
            r#"{"transactionId":"AB","cancelSessionResponse":"AAAA"}"#,
            "cancelSessionResponse: expected",
        ),
        (r#"{"a":1,"a":1}"#, "member a comes twice"),
        ("[]", "expected a JSON object"),
        ("", "expected a JSON object"),
    ] {
        assert!(read(body).contains(error), "{body}: {}", read(body));
    }
    let long = format!(r#"{{"transactionId":"{}"}}"#, "AB".repeat(17));
    assert_eq!(
        read(&long),
        "member transactionId: expected 1 to 16 octets, got 17"
    );
    let challenge = r#"{"euiccChallenge":"AAEC","smdpAddress":"a","euiccInfo1":""}"#;
    let error = Es9Request::from_json(Function::InitiateAuthentication, challenge.as_bytes());
    assert_eq!(
        error.unwrap_err().to_string(),
        "member euiccChallenge: expected 16 octets, got 3"
    );
}
