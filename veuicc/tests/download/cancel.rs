// SPDX-License-Identifier: MIT OR Apache-2.0
//! CancelSession (SGP.22 §5.7.14).

use rsp::ecdsa::Curve;
use rsp::sgp22::*;

use crate::common::*;

#[test]
fn cancel_session_is_signed_and_ends_the_session() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let mut request = CancelSessionRequest {
        transaction_id: TransactionId::from([9; 16]),
        reason: CancelSessionReason::END_USER_REJECTION,
        additions: rsp::raw::Additions::none(),
    };
    let response: CancelSessionResponse = es10(&mut terminal, &request);
    let CancelSessionResponse::CancelSessionResponseError(code) = response else {
        panic!("another transaction was cancelled");
    };
    assert_eq!(code.0, 5);
    request.transaction_id = TransactionId::from(TRANSACTION);
    let CancelSessionResponse::CancelSessionResponseOk(ok) = es10(&mut terminal, &request) else {
        panic!("CancelSession was refused");
    };
    let signed = &ok.euicc_cancel_session_signed;
    assert_eq!(signed.smdp_oid.to_string(), "2.999.10");
    let key = euicc_key(&authenticated);
    key.verify(signed.bytes(), &ok.euicc_cancel_session_signature)
        .unwrap();
    let again: CancelSessionResponse = es10(&mut terminal, &request);
    assert!(matches!(
        again,
        CancelSessionResponse::CancelSessionResponseError(_)
    ));
}

#[test]
fn every_reason_is_signed_after_either_step() {
    for prepared in [false, true] {
        for reason in (0..=5).chain([127]) {
            let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
            if prepared {
                prepare(&mut terminal, &server, None);
            } else {
                authenticate(&mut terminal, &server);
            }
            let request = CancelSessionRequest {
                transaction_id: TransactionId::from(TRANSACTION),
                reason: CancelSessionReason(reason),
                additions: rsp::raw::Additions::none(),
            };
            let CancelSessionResponse::CancelSessionResponseOk(ok) = es10(&mut terminal, &request)
            else {
                panic!("CancelSession was refused");
            };
            assert_eq!(ok.euicc_cancel_session_signed.reason.0, reason);
        }
    }
}

#[test]
fn a_card_that_fails_keeps_the_session() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    authenticate(&mut terminal, &server);
    let request = CancelSessionRequest {
        transaction_id: TransactionId::from(TRANSACTION),
        reason: CancelSessionReason::TIMEOUT,
        additions: rsp::raw::Additions::none(),
    };
    terminal.card().arm_failure("CancelSession");
    let CancelSessionResponse::CancelSessionResponseError(code) = es10(&mut terminal, &request)
    else {
        panic!("the card did not fail");
    };
    assert_eq!(code.0, 127);
    let again: CancelSessionResponse = es10(&mut terminal, &request);
    assert!(matches!(
        again,
        CancelSessionResponse::CancelSessionResponseOk(_)
    ));
}
