// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES11.InitiateAuthentication (SGP.22 §5.8.1).

use certs::{Curve, Role};
use rsp::chain::CertificateView;
use rsp::json::Es9Request;
use rsp::sgp22::InitiateAuthenticationRequest;
use serde_json::{Value, json};
use smdp::config::SmDsConfig;
use smdp::{ASN1, ASN1_PATH, Binding, JSON};

use crate::kit::{DsKit, ROOT, assert_refused};

/// Runs the function in both bindings with the request changed, and expects a refusal that leaves
/// no session behind.
fn refused(change: impl Fn(&mut InitiateAuthenticationRequest), subject: &str, reason: &str) {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        lpa.initiate_with(&kit, &change).refused(subject, reason);
        assert_eq!(kit.service.with_smds(|smds| smds.open_sessions()), 0);
    }
}

/// TC_SM-DS_ES11.InitiateAuthentication (group)
#[test]
fn the_answer_is_signed_with_the_ds_auth_certificate() {
    for curve in Curve::ALL {
        for binding in Binding::ALL {
            let kit = DsKit::new();
            let mut lpa = kit.lpa_on(curve, binding);
            let request = lpa.euicc.initiate();
            let challenge = request.euicc_challenge.to_vec();
            let ok = lpa
                .call(&kit, Es9Request::InitiateAuthentication(request))
                .initiated();
            let signed = &ok.server_signed1;
            assert_eq!(*signed.euicc_challenge, *challenge);
            assert_eq!(signed.transaction_id, ok.transaction_id);
            assert_eq!(signed.server_address, ROOT);
            let ds_auth = kit.pki.credential(Role::DsAuth, curve).unwrap();
            assert_eq!(ok.server_certificate.as_der(), ds_auth.certificate);
            let certificate = CertificateView::parse(ok.server_certificate.as_der()).unwrap();
            let key = certificate.public_key().unwrap();
            key.verify(signed.bytes(), &ok.server_signature1).unwrap();
            let used = ok.euicc_ci_pk_id_to_be_used.as_ref().unwrap();
            assert_eq!(**used, *lpa.euicc.ci_key_id);
        }
    }
}

#[test]
fn identifiers_and_challenges_are_unique() {
    let kit = DsKit::new();
    let mut lpa = kit.lpa();
    let (first, second) = (lpa.initiated(&kit), lpa.initiated(&kit));
    assert_ne!(first.transaction_id, second.transaction_id);
    assert_ne!(
        first.server_signed1.server_challenge,
        second.server_signed1.server_challenge
    );
}

/// TC_SM-DS_ES11.InitiateAuthentication_ErrorCases#D01
#[test]
fn d01_the_address_of_another_server_is_refused() {
    refused(
        |request| request.smdp_address = "smdp1.test.example".to_owned(),
        "8.9.1",
        "3.8",
    );
}

#[test]
fn its_own_address_is_known_in_any_case_and_with_a_port() {
    for address in [
        "SMDS1.Test.Example",
        "smds1.test.example.",
        "smds1.test.example:443",
    ] {
        let kit = DsKit::new();
        let mut lpa = kit.lpa();
        let answer = lpa.initiate_with(&kit, |request| request.smdp_address = address.to_owned());
        assert_eq!(answer.initiated().server_signed1.server_address, ROOT);
    }
}

/// TC_SM-DS_ES11.InitiateAuthentication_ErrorCases#D02
#[test]
fn d02_no_ci_that_the_euicc_signs_under_is_known() {
    refused(
        |request| {
            request.euicc_info1.euicc_ci_pk_id_list_for_signing = vec![[1; 20].as_slice().into()];
        },
        "8.9.2",
        "3.1",
    );
}

/// TC_SM-DS_ES11.InitiateAuthentication_ErrorCases#D03
#[test]
fn d03_the_version_of_the_euicc_is_not_supported() {
    refused(
        |request| request.euicc_info1.svn = [1, 1, 0].into(),
        "8.9.3",
        "3.1",
    );
}

/// TC_SM-DS_ES11.InitiateAuthentication_ErrorCases#D04
#[test]
fn d04_no_certificate_that_the_euicc_can_verify() {
    refused(
        |request| {
            let list = &mut request.euicc_info1.euicc_ci_pk_id_list_for_verification;
            *list = vec![[1; 20].as_slice().into()];
        },
        "8.9.4",
        "3.7",
    );
}

#[test]
fn the_checks_run_in_the_order_of_the_clause() {
    let spoil: [fn(&mut InitiateAuthenticationRequest); 4] = [
        |request| request.smdp_address = "other.test.example".to_owned(),
        |request| request.euicc_info1.svn = [1, 1, 0].into(),
        |request| request.euicc_info1.euicc_ci_pk_id_list_for_signing.clear(),
        |request| {
            request
                .euicc_info1
                .euicc_ci_pk_id_list_for_verification
                .clear();
        },
    ];
    let codes = [
        ("8.9.1", "3.8"),
        ("8.9.3", "3.1"),
        ("8.9.2", "3.1"),
        ("8.9.4", "3.7"),
    ];
    for (first, (subject, reason)) in codes.into_iter().enumerate() {
        refused(
            |request| spoil[first..].iter().for_each(|spoil| spoil(request)),
            subject,
            reason,
        );
    }
}

/// A request in JSON, as an object to be changed.
fn request() -> Value {
    let kit = DsKit::new();
    let request = kit.lpa().euicc.initiate();
    let body = Es9Request::InitiateAuthentication(request).to_json();
    serde_json::from_slice(&body.unwrap()).unwrap()
}

const PATH: &str = "/gsma/rsp2/es9plus/initiateAuthentication";

#[track_caller]
fn json_refused(body: &Value, subject: &str, reason: &str) {
    let kit = DsKit::new();
    let answer = kit.post(PATH, JSON, body.to_string().as_bytes());
    let status = rsp::json::read_status(&answer.body).unwrap();
    assert_refused(status, subject, reason);
}

#[test]
fn a_missing_member_is_named() {
    for member in ["euiccChallenge", "euiccInfo1", "smdpAddress"] {
        let mut body = request();
        body.as_object_mut().unwrap().remove(member);
        json_refused(&body, "1.3.1", "2.2");
    }
}

#[test]
fn a_malformed_member_is_refused() {
    for (member, value) in [
        ("euiccChallenge", json!("AAAA")),
        ("euiccInfo1", json!("AAAA")),
        ("smdpAddress", json!(1)),
    ] {
        let mut body = request();
        body[member] = value;
        json_refused(&body, "1.3.1", "2.1");
    }
}

#[test]
fn what_is_no_message_gets_400() {
    let kit = DsKit::new();
    assert_eq!(kit.post(PATH, JSON, b"<html>").status, 400);
    assert_eq!(kit.post(ASN1_PATH, ASN1, b"").status, 400);
    assert_eq!(
        kit.post(ASN1_PATH, ASN1, &[0xA2, 0x03, 0xBF, 0x39, 0x00])
            .status,
        400
    );
    // A function of ES9+ alone.
    assert_eq!(
        kit.post(ASN1_PATH, ASN1, &[0xA2, 0x03, 0xBF, 0x41, 0x00])
            .status,
        400
    );
}

#[test]
fn another_major_version_of_the_protocol_is_refused() {
    let kit = DsKit::new();
    let client = "/gsma/rsp2/es9plus/authenticateClient";
    for path in [PATH, client] {
        let mut call = crate::kit::call(None, path, request().to_string().as_bytes());
        call.protocol = Some("gsma/rsp/v3.0.0".parse().unwrap());
        let answer = kit.send(call);
        let status = rsp::json::read_status(&answer.body).unwrap();
        assert_refused(status, "8.9.3", "3.1");
    }
}

#[test]
fn sessions_are_bounded() {
    let kit = DsKit::with(SmDsConfig {
        session_limit: 3,
        ..SmDsConfig::default()
    });
    let mut lpa = kit.lpa();
    for _ in 0..5 {
        lpa.initiated(&kit);
    }
    assert_eq!(kit.service.with_smds(|smds| smds.open_sessions()), 3);
}
