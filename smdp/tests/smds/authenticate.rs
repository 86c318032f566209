// SPDX-License-Identifier: MIT OR Apache-2.0
//! What ES11.AuthenticateClient refuses (SGP.22 §5.8.2).

use certs::{Curve, Pki};
use rsp::chain::CertificateView;
use rsp::json::{Es9Request, Interface, error_code};
use rsp::raw::Raw;
use rsp::sgp22::*;
use serde_json::Value;
use smdp::{Binding, JSON};

use crate::kit::{DsKit, assert_refused, smdp1};
use crate::support::answer::Answer;
use crate::support::euicc::Euicc;
use crate::support::euicc::reissue::reissue;
use crate::support::lpa::{Lpa, signed_part};

/// Runs a session in both bindings with the device changed before it, and expects a refusal that
/// ends the session.
#[track_caller]
fn refused_device(change: impl Fn(&DsKit, &mut Lpa), subject: &str, reason: &str) {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        kit.register(&smdp1(), "EVENT-1").unwrap();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        change(&kit, &mut lpa);
        ended(&kit, &lpa.authenticate(&kit), subject, reason);
    }
}

/// The same with what the eUICC signs changed before it is signed.
#[track_caller]
fn refused_signed(change: impl Fn(&mut EuiccSigned1), subject: &str, reason: &str) {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        kit.register(&smdp1(), "EVENT-1").unwrap();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        ended(
            &kit,
            &lpa.authenticate_signed(&kit, &change),
            subject,
            reason,
        );
    }
}

#[track_caller]
fn ended(kit: &DsKit, answer: &Answer, subject: &str, reason: &str) {
    answer.refused(subject, reason);
    assert_eq!(kit.service.with_smds(|smds| smds.open_sessions()), 0);
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D01
#[test]
fn d01_a_damaged_eum_certificate() {
    refused_device(
        |_, lpa| *lpa.euicc.eum.certificate.last_mut().unwrap() ^= 1,
        "8.1.2",
        "6.1",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D02
#[test]
fn d02_an_expired_eum_certificate() {
    refused_device(
        |kit, _| kit.clock.advance(200 * 366 * 86_400),
        "8.1.2",
        "6.3",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D03
#[test]
fn d03_a_damaged_euicc_certificate() {
    refused_device(
        |_, lpa| *lpa.euicc.euicc.certificate.last_mut().unwrap() ^= 1,
        "8.1.3",
        "6.1",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D04
#[test]
fn d04_an_expired_euicc_certificate() {
    refused_device(
        |kit, lpa| {
            let certificate = &lpa.euicc.euicc.certificate;
            let view = CertificateView::parse(certificate).unwrap();
            assert!(view.not_after() > kit.clock.now());
            let (from, to) = ("74960124090000Z", "20250101000000Z");
            lpa.euicc.euicc.certificate = reissue(certificate, from, to, &lpa.euicc.eum.key);
        },
        "8.1.3",
        "6.3",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D05
#[test]
fn d05_a_wrong_signature_or_challenge() {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        let answer = lpa.authenticate_with(&kit, |request| {
            signed_part(request).euicc_signature1 = [1; 64].into();
        });
        ended(&kit, &answer, "8.1", "6.1");
    }
    refused_signed(
        |signed| signed.server_challenge = [1; 16].into(),
        "8.1",
        "6.1",
    );
    refused_signed(
        |signed| signed.server_address = "other.test.example".to_owned(),
        "8.1",
        "6.1",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D06
#[test]
fn d06_an_unknown_transaction_id() {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        let answer = lpa.authenticate_with(&kit, |request| {
            request.transaction_id = [1; 16].into();
        });
        answer.refused("8.10.1", "3.9");
        // The session itself is untouched.
        assert_eq!(kit.service.with_smds(|smds| smds.open_sessions()), 1);
    }
    refused_signed(
        |signed| signed.transaction_id = [1; 16].into(),
        "8.10.1",
        "3.9",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D07
#[test]
fn d07_an_unknown_event_record() {
    refused_device(
        |_, lpa| lpa.matching_id = Some("EVENT-2".to_owned()),
        "8.9.5",
        "3.9",
    );
}

/// TC_SM-DS_ES11.AuthenticateClient_ErrorCases#D08
#[test]
fn d08_certificates_of_an_unknown_ci() {
    for binding in Binding::ALL {
        let kit = DsKit::new();
        let mut lpa = kit.lpa_on(Curve::NistP256, binding);
        let foreign = Euicc::new(&Pki::seeded(2).unwrap(), Curve::NistP256);
        (lpa.euicc.euicc, lpa.euicc.eum) = (foreign.euicc, foreign.eum);
        let answer = lpa.authenticate(&kit);
        let failure = answer.failure();
        // The list of integers of ES11 has none for this.
        match binding {
            Binding::Json => assert!(failure.is("8.11.1", "3.9"), "{failure}"),
            Binding::Asn1 => {
                assert_eq!(error_code(Interface::Es11, answer.function, &failure), 127);
            }
        }
    }
}

#[test]
fn an_error_of_the_euicc_ends_the_session() {
    for (same, subject, reason) in [(true, "8.1", "4.2"), (false, "8.10.1", "3.9")] {
        let kit = DsKit::new();
        let answer = kit.lpa().authenticate_with(&kit, |request| {
            let own = request.transaction_id.clone();
            request.authenticate_server_response =
                AuthenticateServerResponse::AuthenticateResponseError(AuthenticateResponseError {
                    transaction_id: if same { own } else { [1; 16].into() },
                    authenticate_error_code: AuthenticateErrorCode::INVALID_SIGNATURE,
                    additions: Default::default(),
                });
        });
        ended(&kit, &answer, subject, reason);
    }
}

#[test]
fn a_session_is_used_once_and_not_after_its_time() {
    let kit = DsKit::new();
    let mut lpa = kit.lpa();
    let ok = lpa.initiated(&kit);
    let signed = Raw::new(lpa.euicc.signed1(&ok, None)).unwrap();
    let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate_with(&ok, signed));
    lpa.call(&kit, request.clone()).events();
    lpa.call(&kit, request).refused("8.10.1", "3.9");

    let ok = lpa.initiated(&kit);
    let signed = Raw::new(lpa.euicc.signed1(&ok, None)).unwrap();
    let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate_with(&ok, signed));
    kit.clock.advance(3601);
    lpa.call(&kit, request).refused("8.10.1", "3.9");
}

#[test]
fn a_missing_or_malformed_member_is_named() {
    let kit = DsKit::new();
    let mut lpa = kit.lpa();
    let ok = lpa.initiated(&kit);
    let signed = Raw::new(lpa.euicc.signed1(&ok, None)).unwrap();
    let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate_with(&ok, signed));
    let path = request.function().path();
    let body: Value = serde_json::from_slice(&request.to_json().unwrap()).unwrap();
    for member in ["transactionId", "authenticateServerResponse"] {
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove(member);
        let answer = kit.post(&path, JSON, without.to_string().as_bytes());
        assert_refused(
            rsp::json::read_status(&answer.body).unwrap(),
            "1.3.1",
            "2.2",
        );
        let mut malformed = body.clone();
        malformed[member] = Value::from("x");
        let answer = kit.post(&path, JSON, malformed.to_string().as_bytes());
        assert_refused(
            rsp::json::read_status(&answer.body).unwrap(),
            "1.3.1",
            "2.1",
        );
    }
}
