// SPDX-License-Identifier: MIT OR Apache-2.0
//! An outbox whose changes go into a store.

use std::sync::Arc;

use tokio::sync::Notify;

use super::{Dispatch, LetterId, PeerError, Sender};
use crate::store::Keeper;

/// A server with an outbox and a store: what an attempt has changed is written before the next.
pub struct KeptSender {
    inner: Arc<dyn Sender>,
    keeper: Arc<Keeper>,
}

impl KeptSender {
    /// Puts a store behind an outbox.
    pub fn new(inner: Arc<dyn Sender>, keeper: Arc<Keeper>) -> Self {
        Self { inner, keeper }
    }

    /// What could not be written is tried again with the next change.
    fn commit(&self) {
        if let Err(error) = self.keeper.commit() {
            tracing::error!(%error, "outbox not written");
        }
    }
}

impl Sender for KeptSender {
    fn take_due(&self, count: usize) -> Vec<Dispatch> {
        let due = self.inner.take_due(count);
        if !due.is_empty() {
            self.commit();
        }
        due
    }

    fn settle(&self, id: LetterId, outcome: Result<Vec<u8>, PeerError>) {
        self.inner.settle(id, outcome);
        self.commit();
    }

    fn put_back(&self, id: LetterId) {
        self.inner.put_back(id);
    }

    fn is_waiting(&self) -> bool {
        self.inner.is_waiting()
    }

    fn posted(&self) -> &Notify {
        self.inner.posted()
    }
}
