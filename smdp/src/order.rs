// SPDX-License-Identifier: MIT OR Apache-2.0
//! Download orders (SGP.22 §3.1.6): which profile waits for whom, and how far it has come.
//!
//! Orders are found by MatchingID or by EID through indexes, so that a look-up costs the same with
//! ten thousand orders as with one.

mod build;
mod lookup;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rsp::id::Eid;
use serde::Deserialize;

use crate::bind::Binding;
use crate::profile::Profile;

pub use build::OrderError;

/// The number of an order on this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// Where a profile stands at the SM-DP+ (SGP.22 §3.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrderState {
    /// Reserved, not bound to an eUICC.
    Allocated,
    /// Reserved for one EID.
    Linked,
    /// Confirmed by the operator, not to be downloaded yet.
    Confirmed,
    /// May be downloaded.
    Released,
    /// Delivered in a bound profile package; the result is not known.
    Downloaded,
    /// Installed, as a signed notification says.
    Installed,
    /// Ended without an installation.
    Error,
    /// Withdrawn.
    Unavailable,
}

/// Which keys protect the profile elements of a bound profile package (SGP.22 §2.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyMode {
    /// The session keys throughout.
    SessionKeys,
    /// Random keys of the profile, handed over by ReplaceSessionKeys.
    ProfileProtectionKeys,
}

/// One download order. All members are open, so that a test can put it into any condition; the
/// members that are looked up by are changed through [`Orders`].
#[derive(Debug, Clone)]
pub struct Order {
    /// MatchingID; empty for a download by EID alone.
    pub matching_id: String,
    /// The EID that the order is for.
    pub eid: Option<Eid>,
    /// The profile to deliver.
    pub profile: Arc<Profile>,
    /// StoreMetadataRequest (BF25) in DER.
    pub metadata: Vec<u8>,
    /// Confirmation code that the user has to type.
    pub confirmation_code: Option<String>,
    /// Wrong confirmation codes that are still answered with another chance.
    pub confirmation_code_tries: u32,
    /// Downloads that may still be begun; `None` for no limit.
    pub attempts: Option<u32>,
    /// Time in seconds since 1970 at which the order expires.
    pub expires: Option<i64>,
    /// Where the order stands.
    pub state: OrderState,
    /// Which keys protect the profile elements.
    pub key_mode: KeyMode,
    /// Whether a package may be bound again to another one-time key.
    pub rebinding: bool,
    /// Whether the order is released anew when it ends.
    pub reusable: bool,
    /// Payload bytes of a metadata segment; `None` for as many as fit.
    pub metadata_segment: Option<usize>,
    /// The package as bound before, for a retry.
    pub(crate) binding: Option<Binding>,
}

impl Order {
    /// Whether the order can still be downloaded, now or after its release.
    pub(crate) fn is_pending(&self) -> bool {
        match self.state {
            OrderState::Allocated
            | OrderState::Linked
            | OrderState::Confirmed
            | OrderState::Released
            | OrderState::Downloaded => true,
            OrderState::Installed | OrderState::Error | OrderState::Unavailable => false,
        }
    }

    /// Whether the order's time is up.
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    /// Ends the order in `state`, or starts it anew when it is reusable.
    pub(crate) fn end(&mut self, state: OrderState) {
        self.binding = None;
        self.state = if self.reusable {
            OrderState::Released
        } else {
            state
        };
    }
}

/// The orders of a server, with their indexes.
#[derive(Debug, Default)]
pub struct Orders {
    orders: BTreeMap<OrderId, Order>,
    by_matching_id: HashMap<String, OrderId>,
    by_eid: HashMap<Eid, Vec<OrderId>>,
    without_matching_id: usize,
    next: u64,
}

impl Orders {
    /// Adds an order. A MatchingID that another order has is refused, an empty one is not unique.
    ///
    /// # Errors
    /// The MatchingID is taken.
    pub fn add(&mut self, order: Order) -> Result<OrderId, OrderError> {
        if self.by_matching_id.contains_key(&order.matching_id) {
            return Err(OrderError::MatchingIdTaken(order.matching_id));
        }
        self.next += 1;
        let id = OrderId(self.next);
        if order.matching_id.is_empty() {
            self.without_matching_id += 1;
        } else {
            self.by_matching_id.insert(order.matching_id.clone(), id);
        }
        if let Some(eid) = order.eid {
            self.by_eid.entry(eid).or_default().push(id);
        }
        self.orders.insert(id, order);
        Ok(id)
    }

    /// Takes an order out.
    pub fn remove(&mut self, id: OrderId) -> Option<Order> {
        let order = self.orders.remove(&id)?;
        if order.matching_id.is_empty() {
            self.without_matching_id = self.without_matching_id.saturating_sub(1);
        } else {
            self.by_matching_id.remove(&order.matching_id);
        }
        if let Some(ids) = order.eid.as_ref().and_then(|eid| self.by_eid.get_mut(eid)) {
            ids.retain(|other| *other != id);
        }
        Some(order)
    }

    /// An order by its number.
    pub fn get(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id)
    }

    /// An order by its number, to be changed; `matching_id` and `eid` must stay.
    pub fn get_mut(&mut self, id: OrderId) -> Option<&mut Order> {
        self.orders.get_mut(&id)
    }

    /// The order with a MatchingID.
    pub fn by_matching_id(&self, matching_id: &str) -> Option<OrderId> {
        self.by_matching_id.get(matching_id).copied()
    }

    /// The orders of one eUICC, oldest first.
    pub fn of_eid(&self, eid: &Eid) -> impl Iterator<Item = (OrderId, &Order)> {
        let ids = self.by_eid.get(eid).into_iter().flatten();
        ids.filter_map(|id| self.orders.get(id).map(|order| (*id, order)))
    }

    /// Every order, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (OrderId, &Order)> {
        self.orders.iter().map(|(id, order)| (*id, order))
    }

    /// Binds an order to the eUICC that downloads it.
    pub(crate) fn link(&mut self, id: OrderId, eid: &Eid) {
        let Some(order) = self.orders.get_mut(&id) else {
            return;
        };
        if order.eid.is_none() {
            order.eid = Some(*eid);
            self.by_eid.entry(*eid).or_default().push(id);
        }
    }
}
