// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;
use crate::OrderState;

fn signed(transaction_id: &TransactionId, reason: CancelSessionReason) -> EuiccCancelSessionSigned {
    EuiccCancelSessionSigned {
        transaction_id: transaction_id.clone(),
        smdp_oid: "2.999.10".parse().unwrap(),
        reason,
        additions: Default::default(),
    }
}

#[test]
fn the_reason_decides_what_becomes_of_the_order() {
    for (reason, state) in [
        (CancelSessionReason::END_USER_REJECTION, OrderState::Error),
        (CancelSessionReason::POSTPONED, OrderState::Released),
        (CancelSessionReason::TIMEOUT, OrderState::Released),
        (CancelSessionReason::PPR_NOT_ALLOWED, OrderState::Error),
        (CancelSessionReason::METADATA_MISMATCH, OrderState::Error),
        (
            CancelSessionReason::LOAD_BPP_EXECUTION_ERROR,
            OrderState::Error,
        ),
        (CancelSessionReason::UNDEFINED_REASON, OrderState::Error),
    ] {
        let mut bench = Bench::new(order());
        let id = bench.authenticated().transaction_id;
        let request = bench.euicc.cancel(&id, signed(&id, reason));
        bench
            .call(Es9Request::CancelSession(request.clone()))
            .unwrap();
        assert_eq!(bench.order().state, state, "{reason}");
        assert_refused(
            bench.call(Es9Request::CancelSession(request)),
            "8.10.1",
            "3.9",
        );
    }
}

#[test]
fn a_session_is_cancelled_after_the_package_as_well() {
    let mut bench = Bench::new(order());
    let id = bench.downloaded().transaction_id;
    let reason = CancelSessionReason::LOAD_BPP_EXECUTION_ERROR;
    let request = bench.euicc.cancel(&id, signed(&id, reason));
    bench.call(Es9Request::CancelSession(request)).unwrap();
    assert_eq!(bench.order().state, OrderState::Error);
}

#[test]
fn an_unknown_transaction_id_is_refused() {
    let mut bench = Bench::new(order());
    let id = bench.authenticated().transaction_id;
    let reason = CancelSessionReason::POSTPONED;
    let request = bench.euicc.cancel(&[1; 16].into(), signed(&id, reason));
    assert_refused(
        bench.call(Es9Request::CancelSession(request)),
        "8.10.1",
        "3.9",
    );
    let request = bench.euicc.cancel(&id, signed(&[1; 16].into(), reason));
    assert_refused(
        bench.call(Es9Request::CancelSession(request)),
        "8.10.1",
        "3.9",
    );
    let id = bench.initiated().transaction_id;
    let request = bench.euicc.cancel(&id, signed(&id, reason));
    assert_refused(
        bench.call(Es9Request::CancelSession(request)),
        "8.10.1",
        "3.9",
    );
}

#[test]
fn a_wrong_signature_is_refused_before_the_oid() {
    let mut bench = Bench::new(order());
    let id = bench.authenticated().transaction_id;
    let mut content = signed(&id, CancelSessionReason::POSTPONED);
    content.smdp_oid = "2.999.12".parse().unwrap();
    let mut request = bench.euicc.cancel(&id, content.clone());
    if let CancelSessionResponse::CancelSessionResponseOk(ok) = &mut request.cancel_session_response
    {
        ok.euicc_cancel_session_signature = [1; 64].into();
    }
    assert_refused(bench.call(Es9Request::CancelSession(request)), "8.1", "6.1");
    let request = bench.euicc.cancel(&id, content);
    assert_refused(
        bench.call(Es9Request::CancelSession(request)),
        "8.8",
        "3.10",
    );
    assert_eq!(bench.smdp.open_sessions(), 1);
}

#[test]
fn an_error_of_the_euicc_cancels_nothing() {
    let mut bench = Bench::new(order());
    let id = bench.authenticated().transaction_id;
    let request = CancelSessionRequestEs9 {
        transaction_id: id,
        cancel_session_response: CancelSessionResponse::CancelSessionResponseError(
            CancelSessionResponseCancelSessionResponseError::UNDEFINED_ERROR,
        ),
        additions: Default::default(),
    };
    assert_refused(bench.call(Es9Request::CancelSession(request)), "8.1", "4.2");
    assert_eq!(bench.order().state, OrderState::Released);
}
