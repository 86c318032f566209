// SPDX-License-Identifier: MIT OR Apache-2.0
//! ListNotification, RetrieveNotificationsList and RemoveNotificationFromList, for notifications
//! and eUICC package results in one space of numbers.

use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp22::{
    ListNotificationRequest, ListNotificationResponse, NotificationSentRequest,
    NotificationSentResponse,
};
use rsp::sgp32::Sgp32RetrieveNotificationsListRequestSearchCriteria as Criteria;
use rsp::sgp32::Sgp32RetrieveNotificationsListResponse as Response;
use rsp::sgp32::*;

/// Disable 1 (number 1), enable 2 (2), the result (3), delete 3 (4), the result (5).
fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.psmo(vec![enable(2)]);
    bench.psmo(vec![delete(3)]);
    bench
}

fn remove(bench: &mut Bench, seq_number: i64) -> i64 {
    let response: NotificationSentResponse = bench.es10(&NotificationSentRequest {
        seq_number,
        additions: Additions::none(),
    });
    response.delete_notification_status.0
}

fn numbers(bench: &mut Bench) -> Vec<i64> {
    bench
        .card()
        .state()
        .pending
        .iter()
        .map(|pending| pending.sequence_number)
        .collect()
}

#[test]
fn list_notification_tells_metadata_of_notifications_only() {
    let mut bench = bench();
    let mut list = |events: Option<&[usize]>| -> Vec<i64> {
        let response: ListNotificationResponse = bench.es10(&ListNotificationRequest {
            profile_management_operation: events.map(NotificationEvent::of),
            additions: Additions::none(),
        });
        match response {
            ListNotificationResponse::NotificationMetadataList(list) => {
                list.iter().map(|metadata| metadata.seq_number).collect()
            }
            other => panic!("expected notificationMetadataList, got {other:?}"),
        }
    };
    assert_eq!(list(None), [1, 2, 4]);
    assert_eq!(list(Some(&[NotificationEvent::NOTIFICATION_ENABLE])), [2]);
    assert_eq!(list(Some(&[1, 2])), [1, 2]);
    assert_eq!(
        list(Some(&[NotificationEvent::NOTIFICATION_INSTALL])),
        [0; 0]
    );
}

/// Numbers of the notifications in an answer.
#[track_caller]
fn notifications(response: Response) -> Vec<i64> {
    let Response::NotificationList(list) = response else {
        panic!("{response:?}")
    };
    let number = |notification: &Sgp32PendingNotification| match notification {
        Sgp32PendingNotification::OtherSignedNotification(other) => {
            other.tbs_other_notification.seq_number
        }
        other => panic!("expected otherSignedNotification, got {other:?}"),
    };
    list.iter().map(number).collect()
}

#[test]
fn retrieval_never_mixes_notifications_and_results() {
    let mut bench = bench();
    assert_eq!(notifications(bench.retrieve(None)), [1, 2, 4]);
    let disable_or_delete = Criteria::ProfileManagementOperation(NotificationEvent::of(&[2, 3]));
    assert_eq!(
        notifications(bench.retrieve(Some(disable_or_delete))),
        [1, 4]
    );
    assert_eq!(
        notifications(bench.retrieve(Some(Criteria::SeqNumber(2)))),
        [2]
    );
    assert_eq!(
        notifications(bench.retrieve(Some(Criteria::SeqNumber(99)))),
        [0; 0]
    );
    let results = bench.results();
    assert_eq!(results.len(), 2);
    match bench.retrieve(Some(Criteria::SeqNumber(5))) {
        Response::EuiccPackageResultList(list) => assert_eq!(list, results[1..]),
        other => panic!("expected euiccPackageResultList, got {other:?}"),
    }
}

#[test]
fn empty_answers_have_the_arm_that_was_asked_for() {
    let mut bench = Bench::new();
    let mut raw =
        |request: &str| hex::encode(bench.terminal.es10(&hex::decode(request).unwrap()).unwrap());
    assert_eq!(raw("BF2B00"), "bf2b02a000");
    assert_eq!(raw("BF2B05A003800105"), "bf2b02a000");
    assert_eq!(raw("BF2B04A0028200"), "bf2b02a200");
    assert_eq!(raw("BF2800"), "bf2802a000");
}

#[test]
fn retrieval_does_not_change_what_was_signed() {
    let mut bench = bench();
    let first = bench.terminal.es10(&[0xBF, 0x2B, 0]).unwrap();
    let second = bench.terminal.es10(&[0xBF, 0x2B, 0]).unwrap();
    assert_eq!(first, second);
    let Response::NotificationList(list) = rsp::der::decode(&first).unwrap() else {
        panic!()
    };
    for notification in &list {
        let Sgp32PendingNotification::OtherSignedNotification(other) = notification else {
            panic!("{notification:?}")
        };
        let view = rsp::chain::CertificateView::parse(other.euicc_certificate.as_der()).unwrap();
        let tbs = other.tbs_other_notification.bytes();
        view.public_key()
            .unwrap()
            .verify(tbs, &other.euicc_notification_signature)
            .unwrap();
    }
}

#[test]
fn removal_takes_exactly_the_number_that_was_named() {
    let mut bench = bench();
    assert_eq!(remove(&mut bench, 3), 0);
    assert_eq!(numbers(&mut bench), [1, 2, 4, 5]);
    assert_eq!(remove(&mut bench, 3), 1);
    assert_eq!(remove(&mut bench, 4), 0);
    assert_eq!(numbers(&mut bench), [1, 2, 5]);
    assert_eq!(remove(&mut bench, 0), 1);
    // numbers are not given out again
    bench.psmo(Vec::new());
    assert_eq!(numbers(&mut bench), [1, 2, 5, 6]);
}
