// SPDX-License-Identifier: MIT OR Apache-2.0
//! The queue of work per EID, and what goes out when an IPA polls (SGP.32 §5.14.5).
//!
//! An order that was handed out is handed out again, byte for byte the same, until its result has
//! come: the answer to a poll may have been lost, and the card executes a counter only once. After
//! [`DELIVERIES`] times it is given up, so that an IPA that cannot do one thing gets the next.

use std::collections::BTreeSet;

use rsp::chain::Anchor;
use rsp::der;
use rsp::dialect::Dialect;
use rsp::ecdsa::PrivateKey;
use rsp::env::Env;
use rsp::sgp32::{
    GetEimPackageRequest, GetEimPackageResponse,
    GetEimPackageResponseEimPackageError as PackageError, IpaEuiccDataRequest,
};

use super::Error;
use super::euicc::Euicc;
use super::limits;
use super::order::{Entry, Job};
use crate::defect::{Defects, EimDefect};
use crate::iut::{KnownEuicc, Order, OrderStatus};

/// How often an order without a result is handed out.
pub(super) const DELIVERIES: u32 = 5;

/// Octets of an EID.
pub(super) const EID_LENGTH: usize = 16;

/// All eUICCs and orders.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) eim_id: String,
    pub(super) key: PrivateKey,
    pub(super) defects: Defects<EimDefect>,
    /// The wire version that is spoken with an IPA of which nothing is known.
    pub(super) dialect: Dialect,
    /// Whether it is spoken with every other, too.
    pub(super) fixed_dialect: bool,
    /// Whether packages go out without `eimTransactionId`.
    pub(super) no_transaction_ids: bool,
    pub(super) euiccs: Vec<Euicc>,
    pub(super) entries: Vec<Entry>,
    /// eUICCs whose rows in the store are older.
    pub(super) dirty: BTreeSet<[u8; 16]>,
    /// Orders that were deleted since the store was written.
    pub(super) gone: Vec<u64>,
    /// Orders of the command line that were taken, each once.
    pub(super) given: BTreeSet<String>,
    /// Those that the store has not seen.
    pub(super) newly_given: Vec<String>,
    /// The number that the next order gets.
    pub(super) next: u64,
    /// The connection of the message that is handled.
    pub(super) connection: Option<u64>,
    /// The time of the latest message.
    pub(super) clock: i64,
}

impl Queue {
    pub(super) const fn new(eim_id: String, key: PrivateKey, defects: Defects<EimDefect>) -> Self {
        Self {
            eim_id,
            key,
            defects,
            dialect: Dialect::V1_2,
            fixed_dialect: false,
            no_transaction_ids: false,
            euiccs: Vec::new(),
            entries: Vec::new(),
            dirty: BTreeSet::new(),
            gone: Vec::new(),
            given: BTreeSet::new(),
            newly_given: Vec::new(),
            next: 1,
            connection: None,
            clock: 0,
        }
    }

    pub(super) fn has(&self, defect: EimDefect) -> bool {
        self.defects.has(defect)
    }

    /// Adds an eUICC; one that is known already stays as it is.
    pub(super) fn manage(&mut self, euicc: KnownEuicc, anchors: &[Anchor]) {
        if self.known(&euicc.eid).is_some() {
            return;
        }
        self.dirty.insert(euicc.eid);
        self.euiccs.push(Euicc::new(euicc, anchors));
    }

    /// The eUICC of an EID, to look at.
    pub(super) fn known(&self, eid: &[u8]) -> Option<&Euicc> {
        self.euiccs.iter().find(|euicc| euicc.eid == eid)
    }

    /// The eUICC of an EID, to be changed.
    pub(super) fn euicc(&mut self, eid: &[u8]) -> Option<&mut Euicc> {
        let euicc = self.euiccs.iter_mut().find(|euicc| euicc.eid == eid)?;
        self.dirty.insert(euicc.eid);
        Some(euicc)
    }

    /// Takes an order and returns its id.
    pub(super) fn order(&mut self, eid: [u8; 16], order: Order) -> Result<String, Error> {
        if self.known(&eid).is_none() && !self.has(EimDefect::TakesAnyOrder) {
            return Err(Error::UnknownEid(hex::encode(eid)));
        }
        let id = self.next.to_string();
        let entry = Entry::new(id.clone(), eid, order, self.clock)?;
        if let Job::Package(package) = &entry.job
            && !self.has(EimDefect::TakesAnyOrder)
        {
            limits::judge(package).map_err(Error::Commands)?;
        }
        self.entries.push(entry);
        self.next += 1;
        Ok(id)
    }

    /// The order with this id.
    pub(super) fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The same, to be changed.
    pub(super) fn entry_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    pub(super) fn status(&self, id: &str) -> Option<OrderStatus> {
        self.entry(id).map(|entry| entry.status)
    }

    /// Whether an order of the command line comes for the first time.
    pub(super) fn is_new(&mut self, text: &str) -> bool {
        let is_new = self.given.insert(text.to_owned());
        if is_new {
            self.newly_given.push(text.to_owned());
        }
        is_new
    }

    /// Forgets an order; false when there is none.
    pub(super) fn forget(&mut self, id: &str) -> bool {
        let Some(number) = self.entry(id).map(Entry::number) else {
            return false;
        };
        self.entries.retain(|entry| entry.id != id);
        self.gone.push(number);
        true
    }

    /// Asks the IPA for data that the eIM itself needs, before anything else.
    pub(super) fn ask(&mut self, eid: [u8; 16], tags: &[u8]) {
        let open = |entry: &Entry| {
            let is_open = matches!(entry.status, OrderStatus::Waiting | OrderStatus::Sent);
            entry.own && entry.eid == eid && is_open
        };
        if self.entries.iter().any(open) {
            return;
        }
        let request = IpaEuiccDataRequest {
            tag_list: tags.to_vec().into(),
            ..Default::default()
        };
        let ordered = der::encode(&request)
            .map_err(Error::Order)
            .and_then(|bytes| self.order(eid, Order::IpaEuiccDataRequest(bytes)));
        if let Ok(id) = ordered
            && let Some(entry) = self.entry_mut(&id)
        {
            entry.own = true;
        }
    }

    /// The next work for an EID, which is sent from now on.
    pub(super) fn next_package(
        &mut self,
        request: &GetEimPackageRequest,
        env: &mut dyn Env,
    ) -> GetEimPackageResponse {
        let error = GetEimPackageResponse::EimPackageError;
        self.clock = env.now();
        let eid: &[u8] = &request.eid_value;
        if eid.len() != EID_LENGTH && !self.has(EimDefect::AnyEidLength) {
            return error(PackageError::INVALID_EID);
        }
        let more = request.r_plmn.is_some() || !request.additions.is_empty();
        if more && self.has(EimDefect::StrictPoll) {
            return error(PackageError::UNDEFINED_ERROR);
        }
        let Some(euicc) = self.euiccs.iter_mut().find(|euicc| euicc.eid == eid) else {
            return error(if self.has(EimDefect::UnknownEidAsIdle) {
                PackageError::NO_EIM_PACKAGE_AVAILABLE
            } else {
                PackageError::EID_NOT_FOUND
            });
        };
        euicc.polled(request, self.clock);
        let eid = euicc.eid;
        if request.notify_state_change.is_some() {
            self.dirty.insert(eid);
            if self.has(EimDefect::IgnoresStateChange) {
                return error(PackageError::EID_NOT_FOUND);
            }
        }
        // an order that cannot be written in the eUICC's version fails, and the next one has its turn
        while let Some(index) = self.choose(&eid) {
            if let Some(package) = self.hand_out(index, env) {
                return package;
            }
        }
        error(if self.has(EimDefect::UndefinedWhenIdle) {
            PackageError::UNDEFINED_ERROR
        } else {
            PackageError::NO_EIM_PACKAGE_AVAILABLE
        })
    }

    /// The place of the order whose turn it is.
    fn choose(&mut self, eid: &[u8; 16]) -> Option<usize> {
        self.give_up(eid);
        let failed = |entry: &Entry| entry.eid == *eid && entry.status == OrderStatus::Failed;
        if self.has(EimDefect::BlockedByFailure) && self.entries.iter().any(failed) {
            return None;
        }
        let done = |entry: &Entry| {
            entry.eid == *eid && entry.status == OrderStatus::Done && entry.deliveries == 1
        };
        if self.has(EimDefect::ResendsPackage)
            && let Some(index) = self.entries.iter().position(done)
        {
            return Some(index);
        }
        let any_eid = self.has(EimDefect::OneQueueForAll);
        let associated = self.known(eid).is_some_and(|euicc| euicc.associated)
            || self.has(EimDefect::IgnoresOwnDeletion);
        let mine = |entry: &Entry| {
            (entry.eid == *eid || any_eid)
                // what could not be sent to the IPA, the IPA may fetch
                && (entry.inject.is_none() || entry.unreached)
                && (associated || !entry.job.is_package())
        };
        let waiting = |entry: &Entry| mine(entry) && entry.status == OrderStatus::Waiting;
        let sent = |entry: &Entry| mine(entry) && entry.is_sent() && !entry.replayed;
        let mut entries = self.entries.iter();
        let own = entries.position(|entry| entry.own && (waiting(entry) || sent(entry)));
        let again = || self.entries.iter().position(sent);
        let fresh = || {
            if self.has(EimDefect::LastInFirstOut) {
                self.entries.iter().rposition(waiting)
            } else {
                self.entries.iter().position(waiting)
            }
        };
        own.or_else(again).or_else(fresh)
    }

    /// Ends orders that were handed out too often.
    fn give_up(&mut self, eid: &[u8; 16]) {
        for entry in &mut self.entries {
            if entry.eid == *eid && entry.is_sent() && entry.deliveries >= DELIVERIES {
                let why = format!("no result after {DELIVERIES} deliveries");
                entry.becomes(OrderStatus::Failed, &why);
            }
        }
    }

    /// Whether an order is looked for on the connection that fetched it, as it should not be.
    pub(super) fn is_elsewhere(&self, entry: &Entry) -> bool {
        self.has(EimDefect::TiesStateToConnection) && entry.connection != self.connection
    }

    /// Orders that wait for their result.
    pub(super) fn sent(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut().filter(|entry| entry.is_sent())
    }

    /// `eimId` of this eIM.
    pub(super) fn eim_id(&self) -> &str {
        &self.eim_id
    }

    /// The public key that the card of an EID verifies packages with.
    pub(super) fn public_key(&self, eid: &[u8]) -> Vec<u8> {
        let own = self.known(eid).and_then(|euicc| euicc.signing.as_ref());
        own.unwrap_or(&self.key).public_key().to_spki()
    }
}
