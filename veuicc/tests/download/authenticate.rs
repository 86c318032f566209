// SPDX-License-Identifier: MIT OR Apache-2.0
//! AuthenticateServer (SGP.22 §5.7.13): who the server is and what the card signs.

use certs::{Flaw, Role, Variant};
use rsp::asn1::{Certificate, OctetString};
use rsp::ecdsa::Curve;
use rsp::sgp22::*;
use rsp::sgp32::Sgp32AuthenticateServerResponse;

use crate::common::*;

/// Runs AuthenticateServer with a request changed by `change` and expects that error.
#[track_caller]
fn authenticate_fails(
    change: impl FnOnce(&mut Server, &mut AuthenticateServerRequest),
    expected: AuthenticateErrorCode,
) {
    let (mut terminal, mut server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let mut request = server.authenticate_request(challenge);
    change(&mut server, &mut request);
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            assert_eq!(error.authenticate_error_code, expected);
            assert_eq!(*error.transaction_id, TRANSACTION);
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[test]
fn authenticate_server_signs_what_it_answers() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::BrainpoolP256r1));
    let ok = authenticate(&mut terminal, &server);
    euicc_key(&ok)
        .verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
        .unwrap();
    assert_eq!(ok.euicc_signed1.server_address, ADDRESS);
    assert!(ok.euicc_signed1.euicc_info2.iot_specific_info.is_some());
}

#[test]
fn authenticate_server_error_codes() {
    use AuthenticateErrorCode as Code;
    authenticate_fails(
        |_, request| {
            let mut der = request.server_certificate.as_der().to_vec();
            *der.last_mut().unwrap() ^= 1;
            request.server_certificate = Certificate::from_der(der);
        },
        Code::INVALID_CERTIFICATE,
    );
    authenticate_fails(
        |_, request| {
            let mut signature = request.server_signature1.to_vec();
            signature[0] ^= 1;
            request.server_signature1 = OctetString::from(signature);
        },
        Code::INVALID_SIGNATURE,
    );
    authenticate_fails(
        |server, request| {
            // the binding certificate of the same server has another role
            let pb = pki().credential(Role::DpPb, server.curve).unwrap();
            request.server_certificate = Certificate::from_der(pb.certificate.clone());
        },
        Code::INVALID_OID,
    );
    authenticate_fails(
        |server, request| *request = server.authenticate_request([0; 16]),
        Code::EUICC_CHALLENGE_MISMATCH,
    );
    authenticate_fails(
        |_, request| request.euicc_ci_pk_id_to_be_used = Some([0xEE; 20].into()),
        Code::CI_PK_UNKNOWN,
    );
}

#[test]
fn a_server_under_another_ci_is_unknown() {
    let foreign = certs::Pki::seeded(2).unwrap();
    let credential = foreign.credential(Role::DpAuth, Curve::NistP256).unwrap();
    authenticate_fails(
        |_, request| {
            request.server_certificate = Certificate::from_der(credential.certificate.clone());
        },
        AuthenticateErrorCode::CI_PK_UNKNOWN,
    );
}

#[test]
fn the_challenge_serves_once() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let request = server.authenticate_request(challenge);
    let first: Sgp32AuthenticateServerResponse = es10(&mut terminal, &request);
    assert!(matches!(
        first,
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(_)
    ));
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            let code = error.authenticate_error_code;
            assert_eq!(code, AuthenticateErrorCode::NO_SESSION_CONTEXT);
        }
        other => panic!("expected noSessionContext, got {other:?}"),
    }
}

#[test]
fn the_ci_to_sign_with_may_be_truncated_and_on_another_curve() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let mut request = server.authenticate_request(challenge);
    let brainpool = pki().ci_key_id(Curve::BrainpoolP256r1).unwrap();
    request.euicc_ci_pk_id_to_be_used = Some(brainpool[..4].into());
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(ok) => {
            let key = euicc_key(&ok);
            assert_eq!(key.curve(), Curve::BrainpoolP256r1);
            key.verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
                .unwrap();
        }
        other => panic!("expected authenticateResponseOk, got {other:?}"),
    }
}

/// What the card answers to a server of that curve and role with a flawed certificate.
fn answer_to(role: Role, curve: Curve, flaw: Flaw) -> Option<AuthenticateErrorCode> {
    let (mut terminal, mut server) = (terminal(), Server::new(curve));
    server.auth = pki().invalid(role, curve, flaw).unwrap();
    let challenge = challenge(&mut terminal);
    match es10(&mut terminal, &server.authenticate_request(challenge)) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(_) => None,
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            Some(error.authenticate_error_code)
        }
        other => panic!("{other:?}"),
    }
}

/// A card has no clock, and cannot know which server owns which OID.
fn code_of(flaw: Flaw) -> Option<AuthenticateErrorCode> {
    use AuthenticateErrorCode as Code;
    match flaw {
        Flaw::Curve => Some(Code::UNSUPPORTED_CURVE),
        Flaw::NoRole | Flaw::WrongRole => Some(Code::INVALID_OID),
        Flaw::UnknownCi => Some(Code::CI_PK_UNKNOWN),
        Flaw::WrongOid | Flaw::Expired | Flaw::NotYetValid => None,
        _ => Some(Code::INVALID_CERTIFICATE),
    }
}

fn flaws_of(role: Role) -> impl Iterator<Item = Flaw> {
    let flaws = Flaw::ALL.into_iter();
    flaws.filter(move |flaw| flaw.applies_to(role, Variant::O))
}

#[test]
fn a_flawed_certificate_of_an_smdp_is_refused() {
    for curve in Curve::ALL {
        for flaw in flaws_of(Role::DpAuth) {
            let seen = answer_to(Role::DpAuth, curve, flaw);
            assert_eq!(seen, code_of(flaw), "{flaw:?} on {curve}");
        }
    }
}

#[test]
fn a_flawed_certificate_of_an_smds_is_refused() {
    for curve in Curve::ALL {
        for flaw in flaws_of(Role::DsAuth) {
            let seen = answer_to(Role::DsAuth, curve, flaw);
            assert_eq!(seen, code_of(flaw), "{flaw:?} on {curve}");
        }
    }
}

#[test]
fn an_smds_is_authenticated_and_named_by_its_oid() {
    for curve in Curve::ALL {
        let (mut terminal, mut server) = (terminal(), Server::new(curve));
        server.auth = pki().credential(Role::DsAuth, curve).unwrap().clone();
        let ok = authenticate(&mut terminal, &server);
        euicc_key(&ok)
            .verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
            .unwrap();
        let cancel = CancelSessionRequest {
            transaction_id: TransactionId::from(TRANSACTION),
            reason: CancelSessionReason::TIMEOUT,
            additions: rsp::raw::Additions::none(),
        };
        let CancelSessionResponse::CancelSessionResponseOk(ok) = es10(&mut terminal, &cancel)
        else {
            panic!("CancelSession was refused");
        };
        let oid = ok.euicc_cancel_session_signed.smdp_oid.to_string();
        assert_eq!(oid, "2.999.15");
    }
}

#[test]
fn a_card_that_fails_says_so_with_the_transaction() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    terminal.card().arm_failure("AuthenticateServer");
    match es10(&mut terminal, &server.authenticate_request(challenge)) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            let code = error.authenticate_error_code;
            assert_eq!(code, AuthenticateErrorCode::UNDEFINED_ERROR);
            assert_eq!(*error.transaction_id, TRANSACTION);
        }
        other => panic!("expected undefinedError, got {other:?}"),
    }
}
