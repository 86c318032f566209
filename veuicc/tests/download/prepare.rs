// SPDX-License-Identifier: MIT OR Apache-2.0
//! PrepareDownload (SGP.22 §5.7.5).

use certs::{Flaw, Role, Variant};
use rsp::asn1::{Certificate, OctetString};
use rsp::ecdsa::Curve;
use rsp::raw::Raw;
use rsp::sgp22::*;

use crate::common::*;
use crate::result::expect_success;

/// Runs PrepareDownload with a request changed by `change` and expects that error.
#[track_caller]
fn prepare_fails(
    change: impl FnOnce(&Server, &[u8], &mut PrepareDownloadRequest),
    expected: DownloadErrorCode,
) {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let mut request = server.prepare_request(&authenticated.euicc_signature1, None);
    change(&server, &authenticated.euicc_signature1, &mut request);
    match es10(&mut terminal, &request) {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            assert_eq!(error.download_error_code, expected);
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
    // the session can still be cancelled
    let cancel = CancelSessionRequest {
        transaction_id: TransactionId::from(TRANSACTION),
        reason: CancelSessionReason::POSTPONED,
        additions: rsp::raw::Additions::none(),
    };
    let response: CancelSessionResponse = es10(&mut terminal, &cancel);
    assert!(matches!(
        response,
        CancelSessionResponse::CancelSessionResponseOk(_)
    ));
}

#[test]
fn prepare_download_error_codes() {
    use DownloadErrorCode as Code;
    prepare_fails(
        |server, _, request| {
            let auth = server.auth.certificate.clone();
            request.smdp_certificate = Certificate::from_der(auth);
        },
        Code::INVALID_CERTIFICATE,
    );
    prepare_fails(
        |server, _, request| {
            // a good certificate of another SM-DP+
            let other = pki().credential(Role::Dp2Pb, server.curve).unwrap();
            request.smdp_certificate = Certificate::from_der(other.certificate.clone());
        },
        Code::INVALID_CERTIFICATE,
    );
    prepare_fails(
        |server, _, request| *request = server.prepare_request(&[0; 64], None),
        Code::INVALID_SIGNATURE,
    );
    prepare_fails(
        |server, signature, request| {
            let mut other = Server::new(server.curve);
            other.transaction = vec![0x33; 16];
            *request = other.prepare_request(signature, None);
        },
        Code::INVALID_TRANSACTION_ID,
    );
    prepare_fails(
        |server, signature, request| {
            let mut signed2 = request.smdp_signed2.value().clone();
            signed2.cc_required_flag = true;
            request.smdp_signed2 = Raw::new(signed2).unwrap();
            let mut signed = request.smdp_signed2.bytes().to_vec();
            rsp::tlv::write(&mut signed, rsp::tlv::Tag::new(0x5F37), signature);
            request.smdp_signature2 = OctetString::from(server.pb.key.sign(&signed));
        },
        Code::UNDEFINED_ERROR,
    );
}

#[test]
fn prepare_download_needs_a_session() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    match es10(&mut terminal, &server.prepare_request(&[0; 64], None)) {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            assert_eq!(
                error.download_error_code,
                DownloadErrorCode::NO_SESSION_CONTEXT
            );
        }
        other => panic!("expected noSessionContext, got {other:?}"),
    }
}

#[test]
fn the_one_time_key_comes_back_when_it_is_asked_for() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let first = prepare(&mut terminal, &server, None);
    let again = prepare(&mut terminal, &server, Some(first.clone()));
    assert_eq!(first, again);
    let fresh = prepare(&mut terminal, &server, Some(vec![4; 65]));
    assert_ne!(first, fresh);
    // the package bound to the first key loads in a session that returns to it
    let bpp = server.bind(&first, &Package::new());
    prepare(&mut terminal, &server, Some(first.clone()));
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    // once used, it is gone
    assert_ne!(prepare(&mut terminal, &server, Some(first.clone())), first);
}

#[test]
fn a_flawed_certificate_is_refused() {
    use DownloadErrorCode as Code;
    for curve in Curve::ALL {
        let flaws = Flaw::ALL.into_iter();
        for flaw in flaws.filter(|flaw| flaw.applies_to(Role::DpPb, Variant::O)) {
            let (mut terminal, mut server) = (terminal(), Server::new(curve));
            server.pb = pki().invalid(Role::DpPb, curve, flaw).unwrap();
            let authenticated = authenticate(&mut terminal, &server);
            let request = server.prepare_request(&authenticated.euicc_signature1, None);
            let seen = match es10(&mut terminal, &request) {
                PrepareDownloadResponse::DownloadResponseOk(_) => None,
                PrepareDownloadResponse::DownloadResponseError(error) => {
                    Some(error.download_error_code)
                }
            };
            let expected = match flaw {
                Flaw::Curve => Some(Code::UNSUPPORTED_CURVE),
                // a card has no clock
                Flaw::Expired | Flaw::NotYetValid => None,
                // an OID of another server than CERT.DPauth among them
                _ => Some(Code::INVALID_CERTIFICATE),
            };
            assert_eq!(seen, expected, "{flaw:?} on {curve}");
        }
    }
}

#[track_caller]
fn refused(response: PrepareDownloadResponse, expected: DownloadErrorCode) {
    match response {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            assert_eq!(error.download_error_code, expected);
            assert_eq!(*error.transaction_id, TRANSACTION);
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[test]
fn a_session_with_an_smds_is_none_for_a_download() {
    let (mut terminal, mut server) = (terminal(), Server::new(Curve::NistP256));
    server.auth = pki()
        .credential(Role::DsAuth, server.curve)
        .unwrap()
        .clone();
    let authenticated = authenticate(&mut terminal, &server);
    let request = server.prepare_request(&authenticated.euicc_signature1, None);
    refused(
        es10(&mut terminal, &request),
        DownloadErrorCode::NO_SESSION_CONTEXT,
    );
}

#[test]
fn a_card_that_fails_says_so_and_can_be_asked_again() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let request = server.prepare_request(&authenticated.euicc_signature1, None);
    terminal.card().arm_failure("PrepareDownload");
    refused(
        es10(&mut terminal, &request),
        DownloadErrorCode::UNDEFINED_ERROR,
    );
    let again: PrepareDownloadResponse = es10(&mut terminal, &request);
    assert!(matches!(
        again,
        PrepareDownloadResponse::DownloadResponseOk(_)
    ));
}

#[test]
fn the_hash_of_a_confirmation_code_is_signed() {
    for required in [true, false] {
        let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
        let authenticated = authenticate(&mut terminal, &server);
        let mut request = server.prepare_request(&authenticated.euicc_signature1, None);
        let mut signed2 = request.smdp_signed2.value().clone();
        signed2.cc_required_flag = required;
        request.smdp_signed2 = Raw::new(signed2).unwrap();
        let mut signed = request.smdp_signed2.bytes().to_vec();
        let signature1 = &authenticated.euicc_signature1;
        rsp::tlv::write(&mut signed, rsp::tlv::Tag::new(0x5F37), signature1);
        request.smdp_signature2 = OctetString::from(server.pb.key.sign(&signed));
        request.hash_cc = Some([0xCC; 32].into());
        let PrepareDownloadResponse::DownloadResponseOk(ok) = es10(&mut terminal, &request) else {
            panic!("PrepareDownload was refused");
        };
        let hash = ok.euicc_signed2.hash_cc.clone();
        assert_eq!(hash.is_some(), required);
        let mut signed = ok.euicc_signed2.bytes().to_vec();
        let signature2 = &request.smdp_signature2;
        rsp::tlv::write(&mut signed, rsp::tlv::Tag::new(0x5F37), signature2);
        euicc_key(&authenticated)
            .verify(&signed, &ok.euicc_signature2)
            .unwrap();
    }
}
