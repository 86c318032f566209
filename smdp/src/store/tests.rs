// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file itself: what is written is read again, and what is no store of ours stays as it is.

use std::path::Path;
use std::sync::Arc;

use super::{Change, Kept, Store, StoreError};
use crate::config::OrderConfig;
use crate::order::{Order, Orders, Step};
use crate::profile::Profile;

const TABLE: &str = "orders";

fn rows(store: &Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = Vec::new();
    store
        .read(TABLE, |key, value| {
            rows.push((key.to_vec(), value.to_vec()));
            Ok(())
        })
        .unwrap();
    rows
}

fn row(key: u8, value: u8) -> Change {
    Change::bytes(TABLE, [key], vec![value])
}

#[test]
fn rows_are_there_after_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let store = Store::open(&path).unwrap();
    assert_eq!(rows(&store), []);
    store.write(&[row(1, 1), row(2, 2), row(1, 3)]).unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(rows(&store), [(vec![1], vec![3]), (vec![2], vec![2])]);
    store.write(&[Change::gone(TABLE, [1])]).unwrap();
    assert_eq!(rows(&store), [(vec![2], vec![2])]);
}

#[track_caller]
fn refused_and_untouched(path: &Path, expected: &str) {
    let before = std::fs::read(path).unwrap();
    let error = Store::open(path).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains('\n'), "{error}");
    assert_eq!(std::fs::read(path).unwrap(), before);
}

#[test]
fn what_is_no_store_of_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");

    std::fs::write(&path, "a letter").unwrap();
    refused_and_untouched(&path, "expected a file of smdp serve --db, got another one");

    let mut broken = super::file::MAGIC.to_vec();
    broken.resize(10_000, 0xFF);
    std::fs::write(&path, broken).unwrap();
    refused_and_untouched(&path, "expected a whole store, got a damaged one");

    std::fs::remove_file(&path).unwrap();
    drop(redb::Database::create(&path).unwrap());
    refused_and_untouched(&path, "expected a file of smdp serve --db, got another one");

    std::fs::remove_file(&path).unwrap();
    let store = Store::open(&path).unwrap();
    store.claim_version(2);
    drop(store);
    refused_and_untouched(&path, "expected a store of version 1, got version 2");

    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Open(..)), "{error}");
}

#[test]
fn a_file_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let store = Store::open(&path).unwrap();
    let error = Store::open(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("got one that another process has open"),
        "{error}"
    );
    drop(store);
    Store::open(&path).unwrap();
}

/// What a reusable order has at a new start is kept beside what it has left.
#[test]
fn a_reusable_order_starts_anew_after_a_restart_as_well() {
    let package = "A015800102810103810154830A89000123456789012341A5008100AA00";
    let profile = Profile::from_der(hex::decode(package).unwrap()).unwrap();
    let config = OrderConfig {
        matching_id: "ONE".to_owned(),
        attempts: Some(2),
        reusable: true,
        ..OrderConfig::default()
    };
    let mut orders = Orders::default();
    orders.record();
    let order = Order::from_config(&config, Arc::new(profile), "").unwrap();
    let id = orders.add(order).unwrap();
    let order = orders.get_mut(id).unwrap();
    order.begin(0).unwrap();
    order.confirmation_code_tries = 0;
    let mut log = Vec::new();
    orders.take_changes(&mut log);

    let mut kept = Orders::default();
    for change in &log {
        let value = change.value.as_deref().unwrap();
        kept.restore(change.table, &change.key, value).unwrap();
    }
    let order = kept.get_mut(id).unwrap();
    let left = |order: &Order| (order.confirmation_code_tries, order.attempts);
    assert_eq!(left(order), (0, Some(1)));
    assert!(order.step(Step::Fail));
    assert_eq!(left(order), (3, Some(2)));
}
