// SPDX-License-Identifier: MIT OR Apache-2.0
//! The store: what an eIM knew before it ended, it knows when it is started again.

use std::path::Path;

use certs::TEST_EID;
use harness::iut::{EimSettings, KnownEuicc, Order, OrderStatus};
use rsp::sgp32::GetEimPackageRequest;
use serde_json::json;

use crate::kit::{Bench, acknowledged, eim, known, send};

fn settings(folder: &Path) -> EimSettings {
    EimSettings {
        db: Some(folder.join("eim.redb")),
        ..Default::default()
    }
}

/// The same eIM, started again. Its configuration knows an older counter and no certificates.
async fn restarted(bench: Bench, folder: &Path) -> Bench {
    let Bench {
        eim: old,
        card,
        euicc,
    } = bench;
    drop(old);
    let stale = KnownEuicc {
        counter_value: 0,
        association_token: None,
        certificates: None,
        ..known(TEST_EID)
    };
    let eim = eim(vec![stale], settings(folder)).await;
    Bench { eim, card, euicc }
}

#[tokio::test]
async fn orders_counters_tokens_and_certificates_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(settings(folder.path())).await;
    let first = bench.eco(json!([{ "listEim": {} }]));
    let second = bench.psmo(json!([{ "listProfileInfo": {} }]));
    let request = bench.fetch().await;
    let mut bench = restarted(bench, folder.path()).await;
    assert_eq!(bench.status(&first), OrderStatus::Sent);
    assert_eq!(bench.fetch().await, request, "the same bytes");
    let result = bench.execute(&request);
    let numbers = acknowledged(&bench.provide(result.clone()).await);
    assert_eq!(numbers.len(), 1);
    let mut bench = restarted(bench, folder.path()).await;
    assert_eq!(bench.status(&first), OrderStatus::Done);
    assert_eq!(bench.told(&first), ["listEim 1 eIMs"]);
    assert_eq!(acknowledged(&bench.provide(result).await), numbers);
    bench.round().await;
    assert_eq!(bench.status(&second), OrderStatus::Done);
    assert_eq!(bench.report(&second).counter_value, Some(0x81));
    assert!(bench.eim.euicc_report(&TEST_EID).unwrap().profiles.len() == 2);
}

#[tokio::test]
async fn a_new_key_outlives_the_process_at_any_step() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(settings(folder.path())).await;
    let order = bench.eim.order(TEST_EID, Order::NewKey).unwrap();
    let request = bench.fetch().await;
    let mut bench = restarted(bench, folder.path()).await;
    assert_eq!(bench.fetch().await, request);
    let result = bench.execute(&request);
    bench.provide(result).await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let mut bench = restarted(bench, folder.path()).await;
    let list = bench.eco(json!([{ "listEim": {} }]));
    bench.round().await;
    assert_eq!(bench.status(&list), OrderStatus::Done);
}

#[tokio::test]
async fn notified_changes_and_forgotten_orders_are_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(settings(folder.path())).await;
    let forgotten = bench.eco(json!([{ "listEim": {} }]));
    bench.eim.commit().await.unwrap();
    assert!(bench.eim.forget_order(&forgotten));
    let kept = bench.eco(json!([{ "listEim": {} }]));
    let request = GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        notify_state_change: Some(()),
        ..Default::default()
    };
    let _: rsp::sgp32::GetEimPackageResponse = send(&bench.eim, &request).await;
    let bench = restarted(bench, folder.path()).await;
    assert_eq!(bench.eim.order_status(&forgotten), None);
    assert_eq!(bench.status(&kept), OrderStatus::Sent);
    let changes = bench.eim.euicc_report(&TEST_EID).unwrap().state_changes;
    assert_eq!(changes.len(), 1);
    let next = bench.eco(json!([{ "listEim": {} }]));
    assert_eq!(next, "3", "numbers are not used again");
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smdp.redb");
    drop(smdp::store::Store::open(&path).unwrap());
    let problem = smdp::store::Store::open_for("harness eim", &path).unwrap_err();
    assert!(problem.to_string().contains("harness eim"), "{problem}");
}
