// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads that are being relayed: what the eIM has to remember between two messages of an IPA,
//! so that it can check the next one and find signed bytes again (SGP.32 §3.2.3.2).
//!
//! The messages after the first name nothing but the server's transaction.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rsp::asn1::ObjectIdentifier;
use rsp::der;
use rsp::sgp22::{CancelSessionReason, ServerSigned1, TransactionId};
use serde::{Deserialize, Serialize};
use smdp::store::{Change, Source, Store, StoreError, read_row};

use super::{Work, lock};

/// Name in the store.
const TABLE: &str = "downloads";

/// Downloads that are remembered; the oldest make room. A card has one session at a time.
const MOST: usize = 1000;

/// A download that is being relayed. Everything that somebody has signed is kept as it came.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Download {
    /// The transaction of the SM-DP+ or SM-DS.
    pub(super) transaction: Vec<u8>,
    /// The transaction that the IPA was given, which only a mistaken eIM makes another.
    pub(super) told_transaction: Vec<u8>,
    /// When it began, in seconds since 1970.
    pub(super) started: i64,
    /// The order.
    pub(super) order: String,
    /// The eUICC.
    pub(super) eid: [u8; 16],
    /// The server that is relayed to.
    pub(super) address: String,
    /// Whether it is an SM-DS.
    pub(super) is_smds: bool,
    /// Content octets of the OID in its certificate.
    pub(super) oid: Vec<u8>,
    /// `serverSigned1`.
    pub(super) server_signed1: Vec<u8>,
    /// `ctxParams1` that the eIM wrote.
    pub(super) ctx_params1: Option<Vec<u8>>,
    /// The profile metadata as the SM-DP+ announced them.
    pub(super) metadata: Option<Vec<u8>>,
    /// `smdpSignature2`, which the eUICC signs once more.
    pub(super) smdp_signature2: Vec<u8>,
    /// `bppEuiccOtpk` of smdpSigned2.
    pub(super) bpp_euicc_otpk: Option<Vec<u8>>,
    /// `hashCc` that the eIM gave.
    pub(super) hash_cc: Option<[u8; 32]>,
    /// Why the eIM has refused to go on: a `CancelSessionReason`.
    pub(super) refused: Option<i64>,
}

impl Download {
    /// The server's transaction.
    pub(super) fn transaction_id(&self) -> TransactionId {
        TransactionId::from(self.transaction.clone())
    }

    /// What the server has signed first.
    pub(super) fn signed1(&self) -> Option<ServerSigned1> {
        der::decode(&self.server_signed1).ok()
    }

    /// The OID of the server.
    pub(super) fn server_oid(&self) -> ObjectIdentifier {
        ObjectIdentifier::from_content(self.oid.clone())
    }

    /// Why the eIM has refused to go on.
    pub(super) fn refusal(&self) -> Option<CancelSessionReason> {
        self.refused.map(CancelSessionReason)
    }
}

/// All downloads that are being relayed, oldest first.
#[derive(Debug, Default)]
pub(super) struct Downloads {
    list: Vec<Download>,
    /// Transactions of which the store has an older row, or none.
    dirty: BTreeSet<Vec<u8>>,
    /// Transactions of which the store has a row too many.
    gone: BTreeSet<Vec<u8>>,
}

impl Downloads {
    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    /// Remembers a download.
    pub(super) fn open(&mut self, download: Download) {
        let surplus = (self.list.len() + 1).saturating_sub(MOST);
        let leaving = self.list.drain(..surplus);
        self.gone.extend(leaving.map(|old| old.transaction));
        self.dirty.insert(download.transaction.clone());
        self.list.push(download);
    }

    /// The download of a transaction.
    pub(super) fn find(&self, transaction: &[u8]) -> Option<&Download> {
        let mut newest_first = self.list.iter().rev();
        newest_first.find(|download| download.told_transaction == transaction)
    }

    /// The same, to be changed.
    pub(super) fn find_mut(&mut self, transaction: &[u8]) -> Option<&mut Download> {
        let mut newest_first = self.list.iter_mut().rev();
        let found = newest_first.find(|download| download.told_transaction == transaction)?;
        self.dirty.insert(found.transaction.clone());
        Some(found)
    }

    /// Forgets the download of a transaction.
    pub(super) fn forget(&mut self, transaction: &[u8]) {
        let (gone, kept) = std::mem::take(&mut self.list)
            .into_iter()
            .partition(|download| download.told_transaction == transaction);
        self.list = kept;
        let gone: Vec<Download> = gone;
        self.gone
            .extend(gone.into_iter().map(|download| download.transaction));
    }

    /// The download in which a server's transaction was, whatever the IPA was told.
    pub(super) fn of_server(&self, transaction: &[u8]) -> Option<&Download> {
        let mut newest_first = self.list.iter().rev();
        newest_first.find(|download| download.transaction == transaction)
    }

    /// The download that began last.
    pub(super) fn last(&self) -> Option<&Download> {
        self.list.last()
    }

    /// Takes up what a store has.
    pub(super) fn restore(&mut self, store: &Store) -> Result<(), StoreError> {
        store.read(TABLE, |_, value| {
            self.list.push(read_row(value)?);
            Ok(())
        })?;
        self.list.sort_by_key(|download| download.started);
        Ok(())
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for transaction in std::mem::take(&mut self.gone) {
            log.push(Change::gone(TABLE, transaction));
        }
        for transaction in std::mem::take(&mut self.dirty) {
            if let Some(download) = self.of_server(&transaction) {
                log.push(Change::row(TABLE, transaction.clone(), download));
            }
        }
    }
}

/// Changes that wait for the store.
struct Waiting(Arc<Mutex<Vec<Change>>>);

impl Source for Waiting {
    fn take_changes(&self, log: &mut Vec<Change>) {
        log.append(&mut lock(&self.0));
    }
}

/// What the store asks for changes of downloads and notifications.
pub(super) fn source(changes: &Arc<Mutex<Vec<Change>>>) -> Arc<dyn Source> {
    Arc::new(Waiting(Arc::clone(changes)))
}

impl Work {
    /// Notes for the store, when there is one, what has changed.
    pub(super) fn note_changes(&mut self, kept: bool) {
        let mut log = Vec::new();
        self.downloads.take_changes(&mut log);
        self.outbox.take_changes(&mut log);
        if kept {
            lock(&self.changes).append(&mut log);
        }
    }
}
