// SPDX-License-Identifier: MIT OR Apache-2.0
//! CancelSession after GetBoundProfilePackage (SGP.22 §5.6.5, §3.0.2).

use rsp::sgp22::*;
use smdp::{NotificationPoint, OrderState};

use crate::cancel::{After, cancel, cancels, signed, still_open};
use crate::scene::{Scene, acknowledged};
use crate::support::kit::order;
use crate::support::profile::ICCID;

const AFTER: After = After {
    reach: |scene| scene.downloaded().transaction_id,
    state: OrderState::Downloaded,
    reason: CancelSessionReason::LOAD_BPP_EXECUTION_ERROR,
};

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $reason:literal => $told:expr;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            for mut scene in Scene::both(&order()) {
                let id = scene.downloaded().transaction_id;
                assert_eq!(scene.state(), OrderState::Downloaded);
                cancels(&mut scene, &id, $reason, $told);
            }
        }
    )*};
}

rows! {
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#01
    nist_01_end_user_rejection: 0 => Some((NotificationPoint::Confirmation, "8.8.5", "3.8"));
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#02
    nist_02_postponed: 1 => None;
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#03
    nist_03_timeout: 2 => None;
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#04
    nist_04_ppr_not_allowed: 3 => Some((NotificationPoint::Download, "8.2.8", "1.2"));
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#05
    nist_05_metadata_mismatch: 4 => Some((NotificationPoint::Download, "8.2.9", "3.11"));
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#06
    nist_06_load_bpp_execution_error: 5 => Some((NotificationPoint::Installation, "8.2.10", "4.2"));
    /// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#07
    nist_07_undefined_reason: 127 => Some((NotificationPoint::Download, "8", "4.2"));
    a_reason_of_a_later_version: 16 => Some((NotificationPoint::Download, "8", "4.2"));
}

/// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#08
#[test]
fn nist_08_an_unknown_outer_transaction_id_is_refused() {
    AFTER.refuses_an_unknown_outer_transaction_id();
}

/// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#09
#[test]
fn nist_09_an_unknown_signed_transaction_id_is_refused() {
    AFTER.refuses_an_unknown_signed_transaction_id();
}

/// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#10
#[test]
fn nist_10_a_wrong_signature_is_refused() {
    AFTER.refuses_a_wrong_signature();
}

/// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageNIST#11
#[test]
fn nist_11_the_oid_of_another_server_is_refused() {
    AFTER.refuses_the_oid_of_another_server();
}

/// TC_SM-DP+_ES9+.CancelSession_After_GetBoundProfilePackageBRP
#[test]
fn brp_a_session_is_cancelled() {
    AFTER.cancels_on_brainpool(Some((NotificationPoint::Installation, "8.2.10", "4.2")));
}

#[test]
fn an_error_of_the_euicc_cancels_nothing() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let code = CancelSessionResponseCancelSessionResponseError::UNDEFINED_ERROR;
        let request = scene.lpa.euicc.cancel_error(&id, code);
        cancel(&scene, request).refused("8.1", "4.2");
        assert_eq!(scene.state(), OrderState::Downloaded);
        still_open(&scene, &id);
    }
}

/// The result of the installation was first: it counts, and the session is gone.
#[test]
fn a_session_whose_result_is_known_is_unknown() {
    for (error, state) in [
        (None, OrderState::Installed),
        (Some(ErrorReason::SCP03T_SECURITY_ERROR), OrderState::Error),
    ] {
        for mut scene in Scene::both(&order()) {
            let id = scene.downloaded().transaction_id;
            acknowledged(&scene.lpa.report(&scene.kit, &id, ICCID, error));
            let content = signed(&id, CancelSessionReason::LOAD_BPP_EXECUTION_ERROR);
            let request = scene.lpa.euicc.cancel(&id, content);
            cancel(&scene, request).refused("8.10.1", "3.9");
            assert_eq!(scene.state(), state);
        }
    }
}

/// A device that cancels and an eUICC that has installed all the same: the eUICC is right.
#[test]
fn a_success_after_the_cancellation_counts() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let reason = CancelSessionReason::LOAD_BPP_EXECUTION_ERROR;
        scene.lpa.cancel(&scene.kit, &id, reason).ok();
        assert_eq!(scene.state(), OrderState::Error);
        scene.installed(&id);
    }
}

/// An order that was ended otherwise meanwhile stays where it is.
#[test]
fn an_order_that_ended_stays() {
    let mut scene = Scene::new(order());
    let id = scene.downloaded().transaction_id;
    scene
        .kit
        .order(|order| order.state = OrderState::Unavailable);
    let reason = CancelSessionReason::END_USER_REJECTION;
    scene.lpa.cancel(&scene.kit, &id, reason).ok();
    assert_eq!(scene.state(), OrderState::Unavailable);
}

/// TC_SM-DP+_SGP32#D07
#[test]
fn what_an_eim_relays_is_what_a_device_sends() {
    // A cancellation that went through an eIM (SGP.32 §5.14.8) is the same signed structure.
    for (reason, state) in [(1, OrderState::Downloaded), (0, OrderState::Error)] {
        for mut scene in Scene::both(&order()) {
            let id = scene.downloaded().transaction_id;
            let content = signed(&id, CancelSessionReason(reason));
            let request = scene.lpa.euicc.cancel(&id, content);
            let relayed = rsp::der::encode(&request.cancel_session_response).unwrap();
            let relayed = CancelSessionRequestEs9 {
                cancel_session_response: rsp::der::decode(&relayed).unwrap(),
                ..request
            };
            cancel(&scene, relayed).ok();
            assert_eq!(scene.state(), state);
        }
    }
}
