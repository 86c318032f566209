// SPDX-License-Identifier: MIT OR Apache-2.0
//! The store behind the interfaces: no answer leaves before what it changed is on the disk.
//!
//! Requests that are answered at the same time share a transaction: whoever gets the file first
//! writes for all, and the others wait until it has.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Change, Store, StoreError};
use crate::fault::Faults;
use crate::http::{Answering, Call, Handler, Resource};
use crate::service::HttpAnswer;

/// A server whose state is kept.
pub trait Source: Send + Sync {
    /// Appends the rows that are out of date in the file.
    fn take_changes(&self, log: &mut Vec<Change>);
}

/// Writes what its sources have changed.
pub struct Keeper {
    sources: Vec<Arc<dyn Source>>,
    file: Mutex<Written>,
}

struct Written {
    store: Store,
    /// What could not be written yet.
    owed: Vec<Change>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// Keeps the state of `sources` in a store.
    pub fn new(store: Store, sources: Vec<Arc<dyn Source>>) -> Self {
        Self {
            sources,
            file: Mutex::new(Written {
                store,
                owed: Vec::new(),
            }),
        }
    }

    /// Writes what has changed. When this returns, everything that happened before it was called
    /// is on the disk.
    ///
    /// # Errors
    /// It is not; the next call tries again.
    pub fn commit(&self) -> Result<(), StoreError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Written { store, owed } = &mut *file;
        for source in &self.sources {
            source.take_changes(owed);
        }
        store.write(owed)?;
        owed.clear();
        Ok(())
    }
}

/// A handler whose answers wait for the store.
pub struct StoredHandler {
    inner: Arc<dyn Handler>,
    keeper: Arc<Keeper>,
}

impl StoredHandler {
    /// Puts a store behind a handler.
    pub fn new(inner: Arc<dyn Handler>, keeper: Arc<Keeper>) -> Self {
        Self { inner, keeper }
    }
}

impl Handler for StoredHandler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        self.inner.resource(path)
    }

    fn faults(&self) -> Option<&Faults> {
        self.inner.faults()
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let answer = self.inner.call(call).await;
            let keeper = Arc::clone(&self.keeper);
            match tokio::task::spawn_blocking(move || keeper.commit()).await {
                Ok(Ok(())) => answer,
                Ok(Err(error)) => {
                    tracing::error!(%error, "answer withheld");
                    HttpAnswer::empty(500)
                }
                Err(error) => {
                    tracing::error!(%error, "answer withheld");
                    HttpAnswer::empty(500)
                }
            }
        })
    }
}
