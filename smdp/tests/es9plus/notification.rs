// SPDX-License-Identifier: MIT OR Apache-2.0
//! HandleNotification (SGP.22 §5.6.4): always HTTP 204 without a body, and where the order stands
//! afterwards.

use certs::Curve;
use rsp::json::Es9Request;
use rsp::raw::Raw;
use rsp::sgp22::*;
use smdp::config::OrderConfig;
use smdp::{Binding, Event, NotificationPoint, OrderState};

use crate::scene::{Scene, Wanted, acknowledged};
use crate::support::euicc::Euicc;
use crate::support::kit::order;
use crate::support::lpa::Lpa;
use crate::support::profile::ICCID;

const DAY: i64 = 24 * 60 * 60;

/// An installation that failed at some command.
fn failed(command: BppCommandId, reason: ErrorReason) -> ProfileInstallationResultDataFinalResult {
    ProfileInstallationResultDataFinalResult::ErrorResult(ErrorResult {
        bpp_command_id: command,
        error_reason: reason,
        sima_response: None,
        additions: Default::default(),
    })
}

/// A result of the eUICC with anything in it.
pub(crate) fn result(
    euicc: &Euicc,
    transaction_id: &TransactionId,
    iccid: Option<[u8; 10]>,
    final_result: ProfileInstallationResultDataFinalResult,
) -> HandleNotification {
    let data = Raw::new(ProfileInstallationResultData {
        transaction_id: transaction_id.clone(),
        notification_metadata: NotificationMetadata {
            seq_number: 1,
            profile_management_operation: NotificationEvent::of(&[
                NotificationEvent::NOTIFICATION_INSTALL,
            ]),
            notification_address: "smdp1.test.example".to_owned(),
            iccid: iccid.map(Into::into),
            additions: Default::default(),
        },
        smdp_oid: Some("2.999.10".parse().unwrap()),
        final_result,
        additions: Default::default(),
    })
    .unwrap();
    let signature = euicc.euicc.key.sign(data.bytes());
    wrap(PendingNotification::ProfileInstallationResult(
        ProfileInstallationResult {
            profile_installation_result_data: data,
            euicc_sign_pir: signature.into(),
            additions: Default::default(),
        },
    ))
}

pub(crate) fn wrap(pending_notification: PendingNotification) -> HandleNotification {
    HandleNotification {
        pending_notification,
        additions: Default::default(),
    }
}

pub(crate) fn other(notification: OtherSignedNotification) -> HandleNotification {
    wrap(PendingNotification::OtherSignedNotification(notification))
}

/// Delivers a notification and gives what the server noted of it.
#[track_caller]
pub(crate) fn deliver(scene: &Scene, notification: HandleNotification) -> Event {
    let before = scene.kit.journal().len();
    let request = Es9Request::HandleNotification(notification);
    acknowledged(&scene.lpa.call(&scene.kit, request));
    scene.kit.journal().get(before).unwrap().clone()
}

#[track_caller]
pub(crate) fn trusted(scene: &Scene, event: &Event) {
    let id = scene.kit.orders[0];
    assert!(
        matches!(event, Event::Notified { order: Some(order), .. } if *order == id),
        "{event:?}"
    );
}

/// TC_SM-DP+_ES9+.HandleNotificationNIST#01
#[test]
fn nist_01_a_success_ends_the_order() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        scene.installed(&id);
        assert_eq!(scene.kit.open_sessions(), 0);
        let last = (NotificationPoint::Installation, None);
        assert_eq!(scene.progress().last(), Some(&last));
    }
}

/// TC_SM-DP+_ES9+.HandleNotificationNIST#02
/// TC_SM_DP_ES9_HandleNotificationASN1_01_Nominal
#[test]
fn nist_02_another_notification_updates_the_order() {
    let events = [
        NotificationEvent::NOTIFICATION_INSTALL,
        NotificationEvent::NOTIFICATION_ENABLE,
        NotificationEvent::NOTIFICATION_DISABLE,
        NotificationEvent::NOTIFICATION_DELETE,
    ];
    for event in events {
        for mut scene in Scene::both(&order()) {
            scene.downloaded();
            let notification = other(scene.lpa.euicc.notify(event, ICCID));
            let noted = deliver(&scene, notification.clone());
            trusted(&scene, &noted);
            assert_eq!(scene.state(), OrderState::Installed);
            // Once more, as after a lost answer.
            trusted(&scene, &deliver(&scene, notification));
            assert_eq!(scene.state(), OrderState::Installed);
            let installed = (NotificationPoint::Installation, None);
            let steps = scene.progress();
            assert_eq!(steps.iter().filter(|step| **step == installed).count(), 1);
        }
    }
}

/// A failed installation, at every command and in both bindings.
#[track_caller]
fn fails(reason: ErrorReason, state: OrderState) {
    let commands = BppCommandId::NAMED.iter().map(|(command, _)| *command);
    for command in commands.chain([BppCommandId(9)]) {
        for mut scene in Scene::both(&order()) {
            let id = scene.downloaded().transaction_id;
            // An eUICC that failed early does not know the ICCID.
            let iccid = (command > BppCommandId::CONFIGURE_ISDP).then_some(ICCID);
            let euicc = &scene.lpa.euicc;
            let notification = result(euicc, &id, iccid, failed(command, reason));
            let noted = deliver(&scene, notification.clone());
            trusted(&scene, &noted);
            assert_eq!(scene.state(), state, "{command}");
            assert_eq!(scene.kit.open_sessions(), 0);
            let last = (NotificationPoint::Installation, Some(("8.2.10", "4.2")));
            assert_eq!(scene.progress().last(), Some(&last));
            let steps = scene.progress().len();
            trusted(&scene, &deliver(&scene, notification));
            assert_eq!((scene.state(), scene.progress().len()), (state, steps));
        }
    }
}

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $reason:expr => $state:ident;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            fails($reason, OrderState::$state);
        }
    )*};
}

rows! {
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#03
    nist_03_invalid_transaction_id: ErrorReason::INVALID_TRANSACTION_ID => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#04
    nist_04_incorrect_input_values: ErrorReason::INCORRECT_INPUT_VALUES => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#05
    nist_05_invalid_signature: ErrorReason::INVALID_SIGNATURE => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#06
    nist_06_unsupported_crt_values: ErrorReason::UNSUPPORTED_CRT_VALUES => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#07
    nist_07_unsupported_remote_operation_type:
        ErrorReason::UNSUPPORTED_REMOTE_OPERATION_TYPE => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#08
    nist_08_unsupported_profile_class: ErrorReason::UNSUPPORTED_PROFILE_CLASS => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#09
    nist_09_scp03t_structure_error: ErrorReason::SCP03T_STRUCTURE_ERROR => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#10
    nist_10_scp03t_security_error: ErrorReason::SCP03T_SECURITY_ERROR => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#11
    nist_11_iccid_already_exists:
        ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_ALREADY_EXISTS_ON_EUICC => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#12
    nist_12_insufficient_memory:
        ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE => Released;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#13
    nist_13_interruption: ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION => Released;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#14
    nist_14_pe_processing_error: ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#15
    nist_15_data_mismatch: ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_MISMATCH => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#16
    nist_16_invalid_naa_key:
        ErrorReason::TEST_PROFILE_INSTALL_FAILED_DUE_TO_INVALID_NAA_KEY => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#17
    nist_17_ppr_not_allowed: ErrorReason::PPR_NOT_ALLOWED => Error;
    /// TC_SM-DP+_ES9+.HandleNotificationNIST#18
    nist_18_unknown_error: ErrorReason::INSTALL_FAILED_DUE_TO_UNKNOWN_ERROR => Error;
    a_reason_of_a_later_version: ErrorReason::ENTERPRISE_RULES_ERROR => Error;
    a_reason_without_a_name: ErrorReason(99) => Error;
}

/// TC_SM-DP+_ES9+.HandleNotificationBRP
#[test]
fn brp_a_result_ends_the_order() {
    for binding in Binding::ALL {
        let mut scene = Scene::on(Curve::BrainpoolP256r1, binding, Wanted::PPK.order());
        let id = scene.downloaded().transaction_id;
        scene.installed(&id);
        let enable = scene
            .lpa
            .euicc
            .notify(NotificationEvent::NOTIFICATION_ENABLE, ICCID);
        trusted(&scene, &deliver(&scene, other(enable)));
    }
}

#[test]
fn every_other_reason_that_has_a_name_leaves_a_clear_state() {
    for (reason, _) in ErrorReason::NAMED {
        let mut scene = Scene::new(order());
        let id = scene.downloaded().transaction_id;
        let euicc = &scene.lpa.euicc;
        let failed = failed(BppCommandId::LOAD_PROFILE_ELEMENTS, *reason);
        trusted(
            &scene,
            &deliver(&scene, result(euicc, &id, Some(ICCID), failed)),
        );
        let again = matches!(reason.0, 10 | 11);
        let expected = if again {
            OrderState::Released
        } else {
            OrderState::Error
        };
        assert_eq!(scene.state(), expected, "{reason}");
    }
}

/// An order that is released again is downloaded again, with the same key or another.
#[test]
fn an_interrupted_installation_is_begun_again() {
    for forgets in [false, true] {
        let mut scene = Scene::new(order());
        let id = scene.downloaded().transaction_id;
        let reason = ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION;
        scene.lpa.report(&scene.kit, &id, ICCID, Some(reason));
        if forgets {
            scene.lpa.euicc.forget();
        }
        let ok = scene.downloaded();
        scene.opens(&ok);
        scene.installed(&ok.transaction_id);
    }
}

#[test]
fn a_duplicate_changes_nothing() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let euicc = &scene.lpa.euicc;
        let success = euicc.result(&id, ICCID, None);
        let error = euicc.result(&id, ICCID, Some(ErrorReason::INVALID_SIGNATURE));
        for notification in [&success, &success, &error] {
            trusted(&scene, &deliver(&scene, notification.clone()));
            assert_eq!(scene.state(), OrderState::Installed);
        }
        assert_eq!(scene.progress().len(), 2);
    }
}

#[test]
fn a_result_days_later_is_verified_with_the_key_of_its_session() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        scene.kit.clock.advance(30 * DAY);
        // Other sessions come and go meanwhile.
        scene.lpa.initiated(&scene.kit);
        assert_eq!(scene.kit.open_sessions(), 1);
        let notification = scene.lpa.euicc.result(&id, ICCID, None);
        trusted(&scene, &deliver(&scene, notification));
        assert_eq!(scene.state(), OrderState::Installed);
    }
}

#[test]
fn a_reusable_order_is_released_again() {
    let mut scene = Scene::new(OrderConfig {
        reusable: true,
        ..order()
    });
    let mut results = Vec::new();
    for reason in [None, Some(ErrorReason::PPR_NOT_ALLOWED), None] {
        let id = scene.downloaded().transaction_id;
        let notification = scene.lpa.euicc.result(&id, ICCID, reason);
        deliver(&scene, notification.clone());
        results.push(notification);
        assert_eq!(scene.state(), OrderState::Released);
    }
    // Late duplicates and notifications about an earlier installation leave the next one alone.
    scene.downloaded();
    results.push(other(
        scene
            .lpa
            .euicc
            .notify(NotificationEvent::NOTIFICATION_DELETE, ICCID),
    ));
    for notification in results {
        trusted(&scene, &deliver(&scene, notification));
        assert_eq!(scene.state(), OrderState::Downloaded);
    }
}

/// The package went out again: what became of the first time no longer matters, unless it worked.
#[test]
fn a_late_error_of_an_earlier_session_changes_nothing() {
    let mut scene = Scene::new(order());
    let first = scene.downloaded().transaction_id;
    let second = scene.downloaded().transaction_id;
    let error = Some(ErrorReason::SCP03T_SECURITY_ERROR);
    let late = scene.lpa.euicc.result(&first, ICCID, error);
    trusted(&scene, &deliver(&scene, late));
    assert_eq!(scene.state(), OrderState::Downloaded);
    scene.installed(&second);

    let mut scene = Scene::new(order());
    let first = scene.downloaded().transaction_id;
    scene.downloaded();
    let late = scene.lpa.euicc.result(&first, ICCID, None);
    trusted(&scene, &deliver(&scene, late));
    assert_eq!(scene.state(), OrderState::Installed);
}

#[test]
fn the_latest_of_several_orders_for_one_profile_is_meant() {
    let mut scene = Scene::new(order());
    let id = scene.downloaded().transaction_id;
    scene.installed(&id);
    let second = scene.kit.add_order(OrderConfig {
        matching_id: "MATCHING-2".to_owned(),
        ..order()
    });
    let mut lpa = Lpa::new(&scene.kit);
    lpa.matching_id = Some("MATCHING-2".to_owned());
    lpa.downloaded(&scene.kit);
    let event = NotificationEvent::NOTIFICATION_ENABLE;
    let noted = deliver(&scene, other(lpa.euicc.notify(event, ICCID)));
    assert!(matches!(noted, Event::Notified { order, .. } if order == Some(second)));
    let state = scene.kit.order_of(second, |order| order.state);
    assert_eq!(state, OrderState::Installed);
}
