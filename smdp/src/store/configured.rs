// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which orders of the configuration the file has had already, so that each is taken once: an order
//! that was downloaded or deleted does not come back with the next start.

use std::collections::BTreeSet;

use super::{Change, Changes, Kept, RowError, Store, StoreError};
use crate::SmDp;
use crate::config::OrderConfig;
use crate::order::{OrderError, OrderId};
use crate::profile::Profiles;

const CONFIGURED: &str = "configured";

/// Names of the configured orders that were taken.
#[derive(Debug, Default)]
pub(crate) struct Configured {
    names: BTreeSet<String>,
    changed: Changes<String>,
}

impl Kept for Configured {
    fn tables(&self) -> &'static [&'static str] {
        &[CONFIGURED]
    }

    fn restore(&mut self, _table: &str, key: &[u8], _value: &[u8]) -> Result<(), RowError> {
        let name = std::str::from_utf8(key).map_err(|error| RowError(error.to_string()))?;
        self.names.insert(name.to_owned());
        Ok(())
    }

    fn record(&mut self) {
        self.changed.record();
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        let names = self.changed.take().into_iter();
        log.extend(names.map(|name| Change::bytes(CONFIGURED, name, Vec::new())));
    }
}

impl SmDp {
    /// Takes up the state of a store. From now on changes are recorded for it.
    ///
    /// # Errors
    /// The file is damaged, or a row is not understood.
    pub fn restore(&mut self, store: &Store) -> Result<(), StoreError> {
        for part in self.kept() {
            for table in part.tables() {
                store.read(table, |key, value| part.restore(table, key, value))?;
            }
            part.record();
        }
        self.find_unregistered();
        Ok(())
    }

    /// Takes an order of the configuration, unless the store has had it: by its MatchingID, else
    /// by EID and ICCID.
    ///
    /// # Errors
    /// See [`SmDp::add_order`].
    pub fn add_configured_order(
        &mut self,
        order: &OrderConfig,
        profiles: &Profiles,
    ) -> Result<Option<OrderId>, OrderError> {
        let name = if order.matching_id.is_empty() {
            let profile = profiles.get(&order.profile);
            let iccid = profile.map_or_else(String::new, |profile| profile.iccid_digits());
            format!("{} {iccid}", order.eid.as_deref().unwrap_or("any"))
        } else {
            order.matching_id.clone()
        };
        if self.configured.names.contains(&name) {
            return Ok(None);
        }
        let id = self.add_order(order, profiles)?;
        self.configured.changed.mark(name.clone());
        self.configured.names.insert(name);
        Ok(Some(id))
    }
}
