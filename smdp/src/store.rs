// SPDX-License-Identifier: MIT OR Apache-2.0
//! What outlives the process: the rows of the server's state, in a file, committed before an answer
//! leaves.
//!
//! Every part of the state that is kept is a [`Kept`]: it notes which of its rows are out of date
//! and hands over those alone, so that a request costs the same with ten thousand orders as with
//! one. [`Keeper`] writes what has changed in one transaction, and [`StoredHandler`] lets no answer
//! out before. A part does not call the store, it only records.
//!
//! Trap: a part records nothing until it is told to, or a server without a store would remember
//! every change for ever.

mod configured;
mod file;
mod keeper;
mod order;
pub(crate) mod text;

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use configured::Configured;
pub use file::{Store, StoreError};
pub use keeper::{Keeper, Source, StoredHandler};
pub(crate) use order::KeptOrders;

/// A row that is out of date in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The table it belongs to.
    pub table: &'static str,
    /// Its key.
    pub key: Vec<u8>,
    /// What it holds now; nothing for a row that is gone.
    pub value: Option<Vec<u8>>,
}

impl Change {
    /// A row as JSON.
    pub fn row(table: &'static str, key: impl Into<Vec<u8>>, row: &impl Serialize) -> Self {
        // a row is made of text, numbers and byte strings, which always have a JSON form
        let value = serde_json::to_vec(row).unwrap_or_default();
        Self::bytes(table, key, value)
    }

    /// A row of bytes.
    pub fn bytes(table: &'static str, key: impl Into<Vec<u8>>, value: Vec<u8>) -> Self {
        Self {
            table,
            key: key.into(),
            value: Some(value),
        }
    }

    /// A row that is gone.
    pub fn gone(table: &'static str, key: impl Into<Vec<u8>>) -> Self {
        Self {
            table,
            key: key.into(),
            value: None,
        }
    }
}

/// Why a row of the file is not understood.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RowError(pub String);

/// Reads a row that [`Change::row`] made.
///
/// # Errors
/// The row is another one.
pub fn read_row<T: DeserializeOwned>(value: &[u8]) -> Result<T, RowError> {
    serde_json::from_slice(value).map_err(|error| RowError(error.to_string()))
}

/// A part of the state that is kept.
pub trait Kept {
    /// The tables of this part, in the order in which they are to be restored.
    fn tables(&self) -> &'static [&'static str];

    /// Takes a row as it was kept. What is restored is not recorded as a change.
    ///
    /// # Errors
    /// The row is not understood.
    fn restore(&mut self, table: &str, key: &[u8], value: &[u8]) -> Result<(), RowError>;

    /// From now on, changes are recorded.
    fn record(&mut self);

    /// Appends the rows that are out of date in the file.
    fn take_changes(&mut self, log: &mut Vec<Change>);
}

/// The keys of the rows that are out of date.
#[derive(Debug, Clone)]
pub struct Changes<K> {
    keys: BTreeSet<K>,
    recording: bool,
}

impl<K> Default for Changes<K> {
    fn default() -> Self {
        Self {
            keys: BTreeSet::new(),
            recording: false,
        }
    }
}

impl<K: Ord> Changes<K> {
    /// From now on, keys are recorded.
    pub fn record(&mut self) {
        self.recording = true;
    }

    /// The row with this key was added, changed or removed.
    pub fn mark(&mut self, key: K) {
        if self.recording {
            self.keys.insert(key);
        }
    }

    /// The keys that were marked since this was asked before.
    pub fn take(&mut self) -> BTreeSet<K> {
        std::mem::take(&mut self.keys)
    }
}

#[cfg(test)]
mod tests;
