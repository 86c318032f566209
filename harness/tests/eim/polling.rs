// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes out when an IPA polls: to whom, in which order, and how often.

use certs::TEST_EID;
use harness::iut::{EimSettings, Order, OrderStatus};
use rsp::der::{decode, encode};
use rsp::sgp32::{
    EuiccPackage, GetEimPackageRequest, GetEimPackageResponse,
    GetEimPackageResponseEimPackageError as Code, StateChangeCause,
};
use serde_json::json;

use crate::kit::{Bench, acknowledged, eim, known, poll, send};

const OTHER_EID: [u8; 16] = {
    let mut eid = TEST_EID;
    eid[13] ^= 1;
    eid
};

pub(crate) const IDLE: GetEimPackageResponse =
    GetEimPackageResponse::EimPackageError(Code::NO_EIM_PACKAGE_AVAILABLE);

#[tokio::test]
async fn who_has_no_work_and_who_is_unknown_are_told_apart() {
    let bench = Bench::new().await;
    assert_eq!(bench.poll().await, IDLE);
    let unknown = GetEimPackageResponse::EimPackageError(Code::EID_NOT_FOUND);
    assert_eq!(poll(&bench.eim, [0x89; 16]).await, unknown);
}

#[tokio::test]
async fn each_euicc_has_a_queue_and_a_counter_of_its_own() {
    let eim = eim(
        vec![known(TEST_EID), known(OTHER_EID)],
        EimSettings::default(),
    )
    .await;
    let package =
        rsp::schema::from_value("EuiccPackage", &json!({ "ecoList": [{ "listEim": {} }] }));
    let order = Order::EuiccPackage(package.unwrap());
    for _ in 0..2 {
        eim.order(OTHER_EID, order.clone()).unwrap();
    }
    assert_eq!(poll(&eim, TEST_EID).await, IDLE);
    let GetEimPackageResponse::EuiccPackageRequest(request) = poll(&eim, OTHER_EID).await else {
        panic!("expected an eUICC package");
    };
    assert_eq!(request.euicc_package_signed.eid_value, OTHER_EID.into());
    assert_eq!(eim.euicc_report(&TEST_EID).unwrap().counter_value, 0x7F);
    assert_eq!(eim.euicc_report(&OTHER_EID).unwrap().counter_value, 0x80);
}

#[tokio::test]
async fn orders_go_out_oldest_first_and_again_until_their_result_is_there() {
    let mut bench = Bench::new().await;
    let first = bench.psmo(json!([{ "listProfileInfo": {} }]));
    let second = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    assert_eq!(bench.fetch().await, request, "the same bytes");
    let result = bench.execute(&request);
    bench.provide(result).await;
    assert_eq!(bench.status(&first), OrderStatus::Done);
    assert_eq!(bench.status(&second), OrderStatus::Waiting);
    bench.round().await;
    assert_eq!(bench.status(&second), OrderStatus::Done);
    assert_eq!(bench.poll().await, IDLE);
}

#[tokio::test]
async fn an_order_that_nobody_answers_is_given_up_and_the_next_follows() {
    let mut bench = Bench::new().await;
    let first = bench.psmo(json!([{ "listProfileInfo": {} }]));
    let second = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    for _ in 1..5 {
        assert_eq!(bench.fetch().await, request);
    }
    let next = bench.fetch().await;
    assert!(matches!(
        next.euicc_package_signed.euicc_package,
        EuiccPackage::EcoList(_)
    ));
    assert_eq!(bench.status(&first), OrderStatus::Failed);
    // what comes late counts all the same
    let late = bench.execute(&request);
    assert_eq!(acknowledged(&bench.provide(late).await).len(), 1);
    assert_eq!(bench.status(&first), OrderStatus::Done);
    assert_eq!(bench.status(&second), OrderStatus::Sent);
}

#[tokio::test]
async fn a_package_that_the_card_has_executed_before_is_not_failed_by_the_replay() {
    let mut bench = Bench::new().await;
    let order = bench.psmo(json!([{ "listProfileInfo": {} }]));
    let request = bench.fetch().await;
    let result = bench.execute(&request);
    assert_eq!(bench.fetch().await, request);
    let replay = bench.execute(&request);
    bench.provide(replay).await;
    assert_eq!(bench.status(&order), OrderStatus::Sent);
    let GetEimPackageResponse::IpaEuiccDataRequest(asked) = bench.poll().await else {
        panic!("expected to be asked for the results that wait");
    };
    assert_eq!(asked.tag_list.as_ref(), [0xA2]);
    bench.provide(result).await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn a_notified_change_of_state_is_recorded_and_answered_like_any_poll() {
    let bench = Bench::new().await;
    let request = GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        notify_state_change: Some(()),
        state_change_cause: Some(StateChangeCause::FALLBACK),
        r_plmn: Some(vec![0x62, 0xF2, 0x10].into()),
        additions: Default::default(),
    };
    let answer: GetEimPackageResponse = send(&bench.eim, &request).await;
    assert_eq!(answer, IDLE);
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    let [change] = report.state_changes.as_slice() else {
        panic!("expected one change, got {:?}", report.state_changes);
    };
    assert_eq!(change.cause.as_deref(), Some("fallback"));
    assert_eq!(change.r_plmn.as_deref(), Some("62f210"));
    assert!(report.stale);
}

#[tokio::test]
async fn a_message_that_is_none_is_refused_and_leaves_the_orders_alone() {
    let bench = Bench::new().await;
    let order = bench.psmo(json!([{ "listProfileInfo": {} }]));
    bench.fetch().await;
    let whole = encode(&GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        ..Default::default()
    });
    for broken in [
        &whole.unwrap()[..6],
        &[0xBF, 0x50, 0x00],
        &[0x30, 0x80],
        &[],
    ] {
        let answer = bench.eim.handle(broken).await;
        assert!(!answer.is_empty());
    }
    assert_eq!(bench.status(&order), OrderStatus::Sent);
    for (poll, code) in [
        (&[0xBF, 0x4F, 0x00][..], Code::MISSING_EID),
        (
            &[0xBF, 0x4F, 0x04, 0x5A, 0x02, 0x89, 0x04],
            Code::INVALID_EID,
        ),
    ] {
        let answer: GetEimPackageResponse = decode(&bench.eim.handle(poll).await).unwrap();
        assert_eq!(answer, GetEimPackageResponse::EimPackageError(code));
    }
}
