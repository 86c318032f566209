// SPDX-License-Identifier: MIT OR Apache-2.0
//! What outlives the process: eUICCs and orders, in the file of `--db`, committed before an answer
//! leaves. So a counter is never used twice, and nothing is acknowledged that was not stored.

use std::sync::{Arc, Mutex};

use rsp::sgp22::TransactionId;
use serde::{Deserialize, Serialize};
use smdp::store::{Change, Keeper, RowError, Source, Store, StoreError, read_row};

use super::euicc::Euicc;
use super::hand_out::new_key;
use super::lock;
use super::operation::Operation;
use super::order::{Entry, Job};
use super::queue::Queue;
use crate::iut::{IndirectDownload, Order, OrderStatus};

/// Name in the file: the program that it belongs to.
const OWNER: &str = "harness eim";
const EUICCS: &str = "euiccs";
const ORDERS: &str = "orders";
const GIVEN: &str = "given";

/// An order as it is kept.
#[derive(Deserialize, Serialize)]
struct Row {
    eid: String,
    order: KeptOrder,
    status: String,
    note: String,
    own: bool,
    inject: Option<String>,
    transaction: Option<String>,
    counter_value: Option<i64>,
    token: Option<i64>,
    signature: String,
    dialect: Option<String>,
    deliveries: u32,
    replayed: bool,
    results: Vec<String>,
    operations: Vec<Operation>,
    response: Option<(String, String)>,
    created: i64,
    changed: i64,
}

/// What was ordered; DER in hex.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum KeptOrder {
    EuiccPackage(String),
    IpaEuiccDataRequest(String),
    ProfileDownloadTrigger(String),
    IndirectDownload(IndirectDownload),
    NewKey,
}

impl KeptOrder {
    fn new(order: &Order) -> Self {
        match order {
            Order::EuiccPackage(bytes) => Self::EuiccPackage(hex::encode(bytes)),
            Order::IpaEuiccDataRequest(bytes) => Self::IpaEuiccDataRequest(hex::encode(bytes)),
            Order::ProfileDownloadTrigger(bytes) => {
                Self::ProfileDownloadTrigger(hex::encode(bytes))
            }
            Order::IndirectDownload(download) => Self::IndirectDownload(download.clone()),
            Order::NewKey => Self::NewKey,
        }
    }

    fn order(self) -> Result<Order, RowError> {
        Ok(match self {
            Self::EuiccPackage(text) => Order::EuiccPackage(octets(&text)?),
            Self::IpaEuiccDataRequest(text) => Order::IpaEuiccDataRequest(octets(&text)?),
            Self::ProfileDownloadTrigger(text) => Order::ProfileDownloadTrigger(octets(&text)?),
            Self::IndirectDownload(download) => Order::IndirectDownload(download),
            Self::NewKey => Order::NewKey,
        })
    }
}

fn octets(text: &str) -> Result<Vec<u8>, RowError> {
    hex::decode(text).map_err(problem)
}

fn problem(error: impl std::fmt::Display) -> RowError {
    RowError(error.to_string())
}

fn eid_of(octets: &[u8]) -> Result<[u8; 16], RowError> {
    octets.try_into().map_err(problem)
}

impl Row {
    fn new(entry: &Entry) -> Self {
        let hexed = |(name, bytes): &(String, Vec<u8>)| (name.clone(), hex::encode(bytes));
        Self {
            eid: hex::encode(entry.eid),
            order: KeptOrder::new(&entry.order),
            status: entry.status.as_str().to_owned(),
            note: entry.note.clone(),
            own: entry.own,
            inject: entry.inject.clone(),
            transaction: entry.transaction.as_ref().map(hex::encode),
            counter_value: entry.counter_value,
            token: entry.token,
            signature: hex::encode(&entry.signature),
            dialect: entry.dialect.map(|dialect| dialect.to_string()),
            deliveries: entry.deliveries,
            replayed: entry.replayed,
            results: entry.results.iter().map(hex::encode).collect(),
            operations: entry.operations.clone(),
            response: entry.response.as_ref().map(hexed),
            created: entry.created,
            changed: entry.changed,
        }
    }

    fn entry(self, id: String) -> Result<Entry, RowError> {
        let eid = eid_of(&octets(&self.eid)?)?;
        let order = self.order.order()?;
        let mut entry = Entry::new(id, eid, order, self.created).map_err(problem)?;
        let known = OrderStatus::ALL.iter();
        let status = known.copied().find(|it| it.as_str() == self.status);
        entry.status = status.ok_or_else(|| problem(format!("status {:?}", self.status)))?;
        entry.note = self.note;
        entry.own = self.own;
        entry.inject = self.inject;
        let transaction = self.transaction.as_deref().map(octets).transpose()?;
        entry.transaction = transaction.map(TransactionId::from);
        entry.counter_value = self.counter_value;
        entry.token = self.token;
        entry.signature = octets(&self.signature)?;
        entry.dialect = self.dialect.and_then(|text| text.parse().ok());
        entry.deliveries = self.deliveries;
        entry.replayed = self.replayed;
        entry.results = self
            .results
            .iter()
            .map(|text| octets(text))
            .collect::<Result<_, _>>()?;
        entry.operations = self.operations;
        entry.response = match self.response {
            Some((name, text)) => Some((name, octets(&text)?)),
            None => None,
        };
        entry.changed = self.changed;
        entry.dirty = false;
        Ok(entry)
    }
}

impl Queue {
    /// Takes up what a store has.
    fn restore(&mut self, store: &Store) -> Result<(), StoreError> {
        store.read(EUICCS, |key, value| {
            let euicc = Euicc::from_row(eid_of(key)?, value).map_err(problem)?;
            self.euiccs.push(euicc);
            Ok(())
        })?;
        store.read(ORDERS, |key, value| {
            let number = u64::from_be_bytes(key.try_into().map_err(problem)?);
            let row: Row = read_row(value)?;
            let mut entry = row.entry(number.to_string())?;
            if entry.order == Order::NewKey && entry.counter_value.is_some() {
                self.renew_key(&mut entry);
            }
            self.entries.push(entry);
            self.next = self.next.max(number.saturating_add(1));
            Ok(())
        })?;
        store.read(GIVEN, |key, _| {
            let text = String::from_utf8(key.to_vec()).map_err(problem)?;
            self.given.insert(text);
            Ok(())
        })
    }

    /// The package of a new key is made of the key that was kept for it.
    fn renew_key(&self, entry: &mut Entry) {
        let euicc = self.known(&entry.eid);
        let next = euicc.and_then(|euicc| euicc.next_signing.as_ref().or(euicc.signing.as_ref()));
        if let Some(key) = next {
            entry.job = Job::Package(new_key(self.eim_id(), key));
        }
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for eid in std::mem::take(&mut self.dirty) {
            if let Some(euicc) = self.known(&eid) {
                log.push(Change::row(EUICCS, eid, &euicc.to_row()));
            }
        }
        for number in std::mem::take(&mut self.gone) {
            log.push(Change::gone(ORDERS, number.to_be_bytes()));
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.dirty) {
            entry.dirty = false;
            let key = entry.number().to_be_bytes();
            log.push(Change::row(ORDERS, key, &Row::new(entry)));
        }
        for text in std::mem::take(&mut self.newly_given) {
            log.push(Change::bytes(GIVEN, text, Vec::new()));
        }
    }
}

/// The queue as the keeper asks it.
struct QueueSource(Arc<Mutex<Queue>>);

impl Source for QueueSource {
    fn take_changes(&self, log: &mut Vec<Change>) {
        lock(&self.0).take_changes(log);
    }
}

/// Opens the store of an eIM and takes up what it has.
pub(super) fn open(path: &std::path::Path, queue: &mut Queue) -> Result<Store, StoreError> {
    let store = Store::open_for(OWNER, path)?;
    queue.restore(&store)?;
    Ok(store)
}

/// Keeps the queue, and whatever other parts there are, in a store from now on.
pub(super) fn keeper(
    store: Store,
    queue: &Arc<Mutex<Queue>>,
    others: Vec<Arc<dyn Source>>,
) -> Keeper {
    let mut sources: Vec<Arc<dyn Source>> = vec![Arc::new(QueueSource(Arc::clone(queue)))];
    sources.extend(others);
    Keeper::new(store, sources)
}
