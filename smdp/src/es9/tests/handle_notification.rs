// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;
use crate::{Event, OrderState};

fn deliver(bench: &mut Bench, notification: HandleNotification) -> Event {
    let response = bench.call(Es9Request::HandleNotification(notification));
    assert_eq!(response, Ok(Es9Ok::HandleNotification));
    bench.smdp.journal().last().unwrap().clone()
}

fn other(notification: OtherSignedNotification) -> HandleNotification {
    HandleNotification {
        pending_notification: PendingNotification::OtherSignedNotification(notification),
        additions: Default::default(),
    }
}

#[test]
fn an_installation_result_ends_the_order() {
    let mut bench = Bench::new(order());
    let id = bench.downloaded().transaction_id;
    let result = bench.euicc.result(&id, ICCID, None);
    let event = deliver(&mut bench, result.clone());
    assert!(matches!(event, Event::Notified { order: Some(order), .. } if order == bench.order));
    assert_eq!(bench.order().state, OrderState::Installed);
    // Once more, as after a lost answer.
    deliver(&mut bench, result);
    assert_eq!(bench.order().state, OrderState::Installed);
}

#[test]
fn a_reusable_order_is_released_again() {
    let mut bench = Bench::new(OrderConfig {
        reusable: true,
        ..order()
    });
    for _ in 0..2 {
        let id = bench.downloaded().transaction_id;
        let result = bench.euicc.result(&id, ICCID, None);
        deliver(&mut bench, result);
        assert_eq!(bench.order().state, OrderState::Released);
    }
}

#[test]
fn a_failed_installation_ends_the_order_unless_it_may_be_repeated() {
    for (reason, _) in ErrorReason::NAMED {
        let mut bench = Bench::new(order());
        let id = bench.downloaded().transaction_id;
        let result = bench.euicc.result(&id, ICCID, Some(*reason));
        deliver(&mut bench, result);
        let expected = if matches!(reason.0, 10 | 11) {
            OrderState::Released
        } else {
            OrderState::Error
        };
        assert_eq!(bench.order().state, expected, "{reason}");
    }
}

#[test]
fn a_result_with_a_wrong_signature_changes_nothing() {
    let mut bench = Bench::new(order());
    let id = bench.downloaded().transaction_id;
    let mut result = bench.euicc.result(&id, ICCID, None);
    if let PendingNotification::ProfileInstallationResult(result) = &mut result.pending_notification
    {
        result.euicc_sign_pir = [1; 64].into();
    }
    let event = deliver(&mut bench, result);
    assert!(matches!(event, Event::NotificationRefused { .. }));
    assert_eq!(bench.order().state, OrderState::Downloaded);
    let result = bench.euicc.result(&[1; 16].into(), ICCID, None);
    let event = deliver(&mut bench, result);
    assert!(matches!(event, Event::NotificationRefused { .. }));
}

#[test]
fn other_notifications_are_verified_and_assigned() {
    let mut bench = Bench::new(order());
    bench.downloaded();
    for event in [
        NotificationEvent::NOTIFICATION_ENABLE,
        NotificationEvent::NOTIFICATION_DISABLE,
        NotificationEvent::NOTIFICATION_DELETE,
    ] {
        let notification = bench.euicc.notify(event, ICCID);
        let noted = deliver(&mut bench, other(notification));
        assert!(
            matches!(noted, Event::Notified { order: Some(order), .. } if order == bench.order)
        );
    }
    // A profile from elsewhere is still a good notification.
    let notification = bench
        .euicc
        .notify(NotificationEvent::NOTIFICATION_ENABLE, [0; 10]);
    let noted = deliver(&mut bench, other(notification));
    assert!(matches!(noted, Event::Notified { order: None, .. }));
}

#[test]
fn a_forged_notification_is_noted_as_such() {
    let mut bench = Bench::new(order());
    let mut notification = bench
        .euicc
        .notify(NotificationEvent::NOTIFICATION_DELETE, ICCID);
    notification.euicc_notification_signature = [1; 64].into();
    let noted = deliver(&mut bench, other(notification));
    assert!(
        matches!(noted, Event::NotificationRefused { .. }),
        "{noted:?}"
    );
    let mut notification = bench
        .euicc
        .notify(NotificationEvent::NOTIFICATION_DELETE, ICCID);
    notification.eum_certificate = vec![0x30, 0x00].into();
    let noted = deliver(&mut bench, other(notification));
    assert!(
        matches!(noted, Event::NotificationRefused { .. }),
        "{noted:?}"
    );
}
