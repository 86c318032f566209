// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications that are not to be trusted, or not for the order at hand (SGP.22 §5.6.4):
//! acknowledged and not applied.

use certs::Curve;
use rsp::id::Eid;
use rsp::raw::Raw;
use rsp::sgp22::*;
use smdp::{Event, OrderState};

use crate::notification::{deliver, other, result, trusted, wrap};
use crate::scene::Scene;
use crate::support::euicc::Euicc;
use crate::support::kit::order;
use crate::support::profile::ICCID;

#[track_caller]
fn not_trusted(event: &Event) {
    assert!(
        matches!(event, Event::NotificationRefused { .. }),
        "{event:?}"
    );
}

#[test]
fn a_result_with_a_wrong_signature_changes_nothing() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let mut wrong = scene.lpa.euicc.result(&id, ICCID, None);
        match &mut wrong.pending_notification {
            PendingNotification::ProfileInstallationResult(result) => {
                result.euicc_sign_pir = [1; 64].into();
            }
            other => panic!("{other:?}"),
        }
        not_trusted(&deliver(&scene, wrong));
        // Another eUICC signs nothing for this one.
        let eid: Eid = "89049032123451234512345678901243".parse().unwrap();
        let stranger = Euicc::with_eid(&scene.kit.pki, Curve::NistP256, eid);
        let wrong = stranger.result(&id, ICCID, None);
        not_trusted(&deliver(&scene, wrong));
        assert_eq!(scene.state(), OrderState::Downloaded);
        assert_eq!(scene.kit.open_sessions(), 1);
        scene.installed(&id);
    }
}

#[test]
fn a_result_of_an_unknown_session_changes_nothing() {
    for mut scene in Scene::both(&order()) {
        let authenticated = scene.authenticated().transaction_id;
        for id in [[1; 16].into(), authenticated] {
            let notification = scene.lpa.euicc.result(&id, ICCID, None);
            not_trusted(&deliver(&scene, notification));
        }
        assert_eq!(scene.state(), OrderState::Released);
        assert_eq!(scene.kit.open_sessions(), 1);
    }
}

#[test]
fn a_success_of_another_profile_changes_nothing() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let notification = scene.lpa.euicc.result(&id, [0x98; 10], None);
        not_trusted(&deliver(&scene, notification));
        assert_eq!(scene.state(), OrderState::Downloaded);
        let without = ProfileInstallationResultDataFinalResult::SuccessResult(SuccessResult {
            aid: [0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF].into(),
            sima_response: vec![0x30, 0x00].into(),
            additions: Default::default(),
        });
        let notification = result(&scene.lpa.euicc, &id, None, without);
        trusted(&scene, &deliver(&scene, notification));
        assert_eq!(scene.state(), OrderState::Installed);
    }
}

#[test]
fn another_notification_is_for_one_eid_and_one_iccid() {
    for mut scene in Scene::both(&order()) {
        scene.downloaded();
        let event = NotificationEvent::NOTIFICATION_ENABLE;
        let eid: Eid = "89049032123451234512345678901243".parse().unwrap();
        let stranger = Euicc::with_eid(&scene.kit.pki, Curve::NistP256, eid);
        for notification in [
            scene.lpa.euicc.notify(event, [0x98; 10]),
            stranger.notify(event, ICCID),
        ] {
            let noted = deliver(&scene, other(notification));
            assert!(
                matches!(noted, Event::Notified { order: None, .. }),
                "{noted:?}"
            );
            assert_eq!(scene.state(), OrderState::Downloaded);
        }
    }
}

#[test]
fn a_forged_notification_is_acknowledged_and_not_applied() {
    let forgeries: [fn(&mut OtherSignedNotification); 3] = [
        |it| it.euicc_notification_signature = [1; 64].into(),
        |it| it.eum_certificate = vec![0x30, 0x00].into(),
        |it| it.euicc_certificate = it.eum_certificate.clone(),
    ];
    for forge in forgeries {
        for mut scene in Scene::both(&order()) {
            scene.downloaded();
            let event = NotificationEvent::NOTIFICATION_DELETE;
            let mut notification = scene.lpa.euicc.notify(event, ICCID);
            forge(&mut notification);
            not_trusted(&deliver(&scene, other(notification)));
            assert_eq!(scene.state(), OrderState::Downloaded);
        }
    }
}

/// Members that a later version adds are part of what is signed.
#[test]
fn signatures_are_verified_over_the_bytes_that_came() {
    for mut scene in Scene::both(&order()) {
        let id = scene.downloaded().transaction_id;
        let plain = scene.lpa.euicc.result(&id, ICCID, None);
        let PendingNotification::ProfileInstallationResult(mut result) = plain.pending_notification
        else {
            panic!("another notification");
        };
        let bytes = result.profile_installation_result_data.bytes();
        let mut content = rsp::tlv::Tlv::only(bytes).unwrap().value.to_vec();
        content.extend([0x9F, 0x50, 0x01, 0x2A]);
        // A length in long form is no DER, and signed all the same.
        let mut bytes = vec![0xBF, 0x27, 0x82, 0x00];
        bytes.push(u8::try_from(content.len()).unwrap());
        bytes.extend(content);
        let signature = scene.lpa.euicc.euicc.key.sign(&bytes);
        result.profile_installation_result_data = Raw::from_bytes(bytes).unwrap();
        result.euicc_sign_pir = signature.into();
        let notification = wrap(PendingNotification::ProfileInstallationResult(result));
        trusted(&scene, &deliver(&scene, notification));
        assert_eq!(scene.state(), OrderState::Installed);
    }
}
