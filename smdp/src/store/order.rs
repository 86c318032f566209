// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of orders and of the packages they deliver, and of delivered downloads.
//!
//! A package is kept once, under its digest, however many orders deliver it. One that no order
//! delivers any more leaves the file when that is opened the next time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Change, Kept, RowError, read_row};
use crate::order::{Order, OrderId, Orders};
use crate::profile::Profile;
use crate::session::{Delivery, Sessions};

const PACKAGES: &str = "packages";
const ORDERS: &str = "orders";
const COUNTERS: &str = "counters";
const DELIVERIES: &str = "deliveries";

/// What the file has of the orders.
#[derive(Debug, Default)]
pub(crate) struct KeptOrders {
    /// Packages of the file, until every order is restored.
    restored: HashMap<[u8; 32], Arc<Profile>>,
    /// Packages that a restored order delivers.
    used: HashSet<[u8; 32]>,
    /// Packages in the file, by digest.
    packages: HashSet<[u8; 32]>,
    /// Packages that have to leave the file.
    unused: Vec<[u8; 32]>,
    /// The highest number of an order.
    counter: u64,
}

/// An order with the digest of its package and the ICCID that it has there.
#[derive(Serialize, Deserialize)]
struct OrderRow<O> {
    package: String,
    iccid: [u8; 10],
    order: O,
}

/// A delivery with its number among all.
#[derive(Serialize, Deserialize)]
struct DeliveryRow<D> {
    number: u64,
    delivery: D,
}

impl Kept for Orders {
    fn tables(&self) -> &'static [&'static str] {
        &[PACKAGES, ORDERS, COUNTERS]
    }

    fn restore(&mut self, table: &str, key: &[u8], value: &[u8]) -> Result<(), RowError> {
        match table {
            PACKAGES => {
                let profile = Profile::from_der(value);
                let profile = profile.map_err(|error| RowError(error.to_string()))?;
                self.kept
                    .restored
                    .insert(*profile.digest(), Arc::new(profile));
            }
            ORDERS => {
                let id = OrderId(number(key)?);
                let mut row: OrderRow<Order> = read_row(value)?;
                row.order.profile = self.kept.profile(&row.package, &row.iccid)?;
                self.put(id, row.order);
            }
            _ => {
                self.kept.counter = number(value)?;
                self.count_from(self.kept.counter);
            }
        }
        Ok(())
    }

    fn record(&mut self) {
        self.changed.record();
        self.kept.packages = std::mem::take(&mut self.kept.used);
        let restored = self.kept.restored.drain().map(|(digest, _)| digest);
        let unused = restored.filter(|digest| !self.kept.packages.contains(digest));
        self.kept.unused = unused.collect();
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for digest in self.kept.unused.drain(..) {
            log.push(Change::gone(PACKAGES, digest));
        }
        if self.kept.counter != self.counter() {
            self.kept.counter = self.counter();
            let counter = self.kept.counter.to_be_bytes().to_vec();
            log.push(Change::bytes(COUNTERS, *b"orders", counter));
        }
        for id in self.changed.take() {
            let key = id.0.to_be_bytes();
            let Some(order) = self.get(id) else {
                log.push(Change::gone(ORDERS, key));
                continue;
            };
            let digest = *order.profile.digest();
            let row = OrderRow {
                package: hex::encode(digest),
                iccid: order.profile.iccid(),
                order,
            };
            let row = Change::row(ORDERS, key, &row);
            if !self.kept.packages.contains(&digest) {
                let package = order.profile.original().to_vec();
                log.push(Change::bytes(PACKAGES, digest, package));
                self.kept.packages.insert(digest);
            }
            log.push(row);
        }
    }
}

impl KeptOrders {
    fn profile(&mut self, digest: &str, iccid: &[u8; 10]) -> Result<Arc<Profile>, RowError> {
        let known = hex::decode(digest)
            .ok()
            .and_then(|digest| self.restored.get(digest.as_slice()));
        let profile =
            known.ok_or_else(|| RowError(format!("expected the package {digest}, found none")))?;
        self.used.insert(*profile.digest());
        if profile.iccid() == *iccid {
            return Ok(Arc::clone(profile));
        }
        let copy = profile.with_iccid(iccid);
        copy.map(Arc::new)
            .map_err(|error| RowError(error.to_string()))
    }
}

impl Kept for Sessions {
    fn tables(&self) -> &'static [&'static str] {
        &[DELIVERIES]
    }

    fn restore(&mut self, _table: &str, key: &[u8], value: &[u8]) -> Result<(), RowError> {
        let row: DeliveryRow<Delivery> = read_row(value)?;
        self.put_delivery(key, row.number, row.delivery);
        Ok(())
    }

    fn record(&mut self) {
        self.changed.record();
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for transaction_id in self.changed.take() {
            log.push(match self.numbered_delivery(&transaction_id) {
                Some((number, delivery)) => {
                    let number = *number;
                    let row = DeliveryRow { number, delivery };
                    Change::row(DELIVERIES, transaction_id, &row)
                }
                None => Change::gone(DELIVERIES, transaction_id),
            });
        }
    }
}

/// Eight bytes, the highest first.
fn number(bytes: &[u8]) -> Result<u64, RowError> {
    let bytes = bytes
        .try_into()
        .map_err(|_| RowError(format!("expected a number of 8 bytes, got {}", bytes.len())))?;
    Ok(u64::from_be_bytes(bytes))
}
