// SPDX-License-Identifier: MIT OR Apache-2.0
//! CancelSession after AuthenticateClient (SGP.22 §5.6.5, §3.0.2).

use rsp::sgp22::*;
use smdp::{NotificationPoint, OrderState};

use crate::cancel::{After, cancel, cancels, forge, signed, still_open};
use crate::scene::{Scene, Wanted};
use crate::support::kit::order;

const AFTER: After = After {
    reach: |scene| scene.authenticated().transaction_id,
    state: OrderState::Released,
    reason: CancelSessionReason::END_USER_REJECTION,
};

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $reason:literal => $told:expr;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            for mut scene in Scene::both(&order()) {
                let id = scene.authenticated().transaction_id;
                cancels(&mut scene, &id, $reason, $told);
            }
        }
    )*};
}

rows! {
    /// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#01
    /// TC_SM_DP_ES9_CancelSession_After_AuthenticateClientASN1_01_Nominal
    nist_01_end_user_rejection: 0 => Some((NotificationPoint::Confirmation, "8.8.5", "3.8"));
    /// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#02
    nist_02_postponed: 1 => None;
    /// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#03
    nist_03_timeout: 2 => None;
    /// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#04
    nist_04_ppr_not_allowed: 3 => Some((NotificationPoint::Confirmation, "8.2.8", "1.2"));
    /// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#05
    nist_05_undefined_reason: 127 => Some((NotificationPoint::Confirmation, "8", "4.2"));
    metadata_mismatch: 4 => Some((NotificationPoint::Download, "8.2.9", "3.11"));
    load_bpp_execution_error: 5 => Some((NotificationPoint::Installation, "8.2.10", "4.2"));
    a_reason_of_a_later_version: 16 => Some((NotificationPoint::Confirmation, "8", "4.2"));
    a_reason_without_a_name: 99 => Some((NotificationPoint::Confirmation, "8", "4.2"));
}

/// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#06
#[test]
fn nist_06_an_unknown_outer_transaction_id_is_refused() {
    AFTER.refuses_an_unknown_outer_transaction_id();
}

/// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#07
#[test]
fn nist_07_an_unknown_signed_transaction_id_is_refused() {
    AFTER.refuses_an_unknown_signed_transaction_id();
}

/// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#08
#[test]
fn nist_08_a_wrong_signature_is_refused() {
    AFTER.refuses_a_wrong_signature();
}

/// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientNIST#09
#[test]
fn nist_09_the_oid_of_another_server_is_refused() {
    AFTER.refuses_the_oid_of_another_server();
}

/// TC_SM-DP+_ES9+.CancelSession_After_AuthenticateClientBRP
#[test]
fn brp_a_session_is_cancelled() {
    AFTER.cancels_on_brainpool(Some((NotificationPoint::Confirmation, "8.8.5", "3.8")));
}

/// Signature, then transaction id, then OID.
#[test]
fn the_first_check_that_fails_is_the_one_answered() {
    let mut scene = Scene::new(order());
    let id = scene.authenticated().transaction_id;
    let mut content = signed(&[1; 16].into(), CancelSessionReason::POSTPONED);
    content.smdp_oid = "2.999.12".parse().unwrap();
    let mut forged = scene.lpa.euicc.cancel(&id, content.clone());
    forge(&mut forged);
    let mut unknown = forged.clone();
    unknown.transaction_id = [1; 16].into();
    cancel(&scene, unknown).refused("8.10.1", "3.9");
    cancel(&scene, forged).refused("8.1", "6.1");
    let request = scene.lpa.euicc.cancel(&id, content.clone());
    cancel(&scene, request).refused("8.10.1", "3.9");
    content.transaction_id = id.clone();
    let request = scene.lpa.euicc.cancel(&id, content);
    cancel(&scene, request).refused("8.8", "3.10");
}

#[test]
fn an_error_of_the_euicc_cancels_nothing() {
    for code in [5, 127, 99] {
        let code = CancelSessionResponseCancelSessionResponseError(code);
        for mut scene in Scene::both(&order()) {
            let id = scene.authenticated().transaction_id;
            let request = scene.lpa.euicc.cancel_error(&id, code);
            cancel(&scene, request).refused("8.1", "4.2");
            assert_eq!(scene.state(), OrderState::Released);
            still_open(&scene, &id);
        }
    }
}

#[test]
fn a_session_that_is_not_authenticated_is_unknown() {
    for mut scene in Scene::both(&order()) {
        let id = scene.lpa.initiated(&scene.kit).transaction_id;
        let content = signed(&id, CancelSessionReason::POSTPONED);
        let request = scene.lpa.euicc.cancel(&id, content);
        cancel(&scene, request).refused("8.10.1", "3.9");
    }
}

#[test]
fn a_session_past_its_lifetime_is_unknown() {
    for mut scene in Scene::both(&order()) {
        let id = scene.authenticated().transaction_id;
        scene.kit.clock.advance(3601);
        let content = signed(&id, CancelSessionReason::END_USER_REJECTION);
        let request = scene.lpa.euicc.cancel(&id, content);
        cancel(&scene, request).refused("8.10.1", "3.9");
        assert_eq!(scene.state(), OrderState::Released);
    }
}

/// The user gives up after a wrong code: the session is still there to be cancelled.
#[test]
fn a_session_with_a_wrong_code_is_cancelled() {
    for mut scene in Scene::both(&Wanted::CODE.order()) {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, Some("4321"));
        scene.get(request).refused("8.2.7", "3.8");
        let told = Some((NotificationPoint::Confirmation, "8.8.5", "3.8"));
        cancels(&mut scene, &ok.transaction_id, 0, told);
    }
}
