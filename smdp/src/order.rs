// SPDX-License-Identifier: MIT OR Apache-2.0
//! Download orders (SGP.22 §3.1.6): which profile waits for whom, and how far it has come.
//!
//! Orders are found by MatchingID or by EID through indexes, so that a look-up costs the same with
//! ten thousand orders as with one.

mod build;
mod lookup;
pub(crate) mod requirements;
mod state;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use rsp::id::{Eid, Iccid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bind::Binding;
use crate::profile::Profile;
use crate::store::{Changes, KeptOrders};

pub use build::OrderError;
pub use requirements::Requirements;
pub(crate) use state::Counts;
pub use state::Step;

/// The number of an order on this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderId(pub u64);

/// Where a profile stands at the SM-DP+ (SGP.22 §3.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum KeyMode {
    /// The session keys throughout.
    SessionKeys,
    /// Random keys of the profile, handed over by ReplaceSessionKeys.
    ProfileProtectionKeys,
}

/// The event of an order at an SM-DS (SGP.22 §3.6.1). Its EventID is the MatchingID of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmDsEvent {
    /// The SM-DS.
    pub address: String,
    /// Whether the SM-DS has it.
    pub registered: bool,
    /// Why the SM-DS does not have it, when it was asked to.
    #[serde(default)]
    pub problem: Option<String>,
}

impl SmDsEvent {
    /// An event that is still to be registered.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            registered: false,
            problem: None,
        }
    }
}

/// One download order. All members are open, so that a test can put it into any condition; the
/// members that are looked up by are changed through [`Orders`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// MatchingID; empty for a download by EID alone.
    pub matching_id: String,
    /// The EID that the order is for.
    pub eid: Option<Eid>,
    /// The profile to deliver.
    #[serde(skip, default = "Profile::absent")]
    pub profile: Arc<Profile>,
    /// StoreMetadataRequest (BF25) in DER.
    #[serde(with = "crate::store::text")]
    pub metadata: Vec<u8>,
    /// Confirmation code that the user has to type.
    pub confirmation_code: Option<String>,
    /// Wrong confirmation codes that are answered as such; after them none is taken.
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
    /// Whether the order starts anew when it ends, for whichever eUICC comes next.
    pub reusable: bool,
    /// What a new start brings back.
    #[serde(default)]
    pub(crate) start: Option<Counts>,
    /// Payload bytes of a metadata segment; `None` for as many as fit.
    pub metadata_segment: Option<usize>,
    /// What eUICC and device have to support.
    #[serde(default)]
    pub requires: Requirements,
    /// The operator that ordered, by its name in the configuration.
    pub operator: Option<String>,
    /// The profile type that the profile was taken from.
    pub profile_type: Option<String>,
    /// The event at an SM-DS.
    pub smds: Option<SmDsEvent>,
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
    fn end(&mut self, state: OrderState) {
        self.binding = None;
        if !self.reusable {
            self.state = state;
            return;
        }
        self.state = OrderState::Released;
        if let Some(start) = self.start {
            self.confirmation_code_tries = start.confirmation_code_tries;
            self.attempts = start.attempts;
        }
    }
}

/// Orders that have no MatchingID come first, then older ones.
type Turn = (bool, OrderId);

/// The orders of a server, with their indexes.
#[derive(Debug, Default)]
pub struct Orders {
    orders: BTreeMap<OrderId, Order>,
    by_matching_id: HashMap<String, OrderId>,
    by_eid: HashMap<Eid, Vec<OrderId>>,
    /// By ICCID as in EF.ICCID, oldest first.
    by_iccid: HashMap<[u8; 10], Vec<OrderId>>,
    /// The orders of an eUICC in the order in which one without a MatchingID gets them, see
    /// [`Orders::first_waiting`]. All that are pending are there; others may be.
    waiting: HashMap<Eid, BTreeSet<Turn>>,
    without_matching_id: usize,
    next: u64,
    /// Which orders differ from what a store has.
    pub(crate) changed: Changes<OrderId>,
    /// What a store has of them.
    pub(crate) kept: KeptOrders,
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
        let id = OrderId(self.next + 1);
        self.put(id, order);
        self.changed.mark(id);
        Ok(id)
    }

    /// Puts an order under its number, and its indexes to it.
    pub(crate) fn put(&mut self, id: OrderId, order: Order) {
        self.next = self.next.max(id.0);
        if order.matching_id.is_empty() {
            self.without_matching_id += 1;
        } else {
            self.by_matching_id.insert(order.matching_id.clone(), id);
        }
        if let Some(eid) = order.eid {
            self.by_eid.entry(eid).or_default().push(id);
        }
        wait(&mut self.waiting, id, &order);
        let iccid = order.profile.iccid();
        self.by_iccid.entry(iccid).or_default().push(id);
        self.orders.insert(id, order);
    }

    /// Takes an order out.
    pub fn remove(&mut self, id: OrderId) -> Option<Order> {
        let order = self.orders.remove(&id)?;
        self.changed.mark(id);
        if order.matching_id.is_empty() {
            self.without_matching_id = self.without_matching_id.saturating_sub(1);
        } else {
            self.by_matching_id.remove(&order.matching_id);
        }
        if let Some(ids) = order.eid.as_ref().and_then(|eid| self.by_eid.get_mut(eid)) {
            ids.retain(|other| *other != id);
        }
        if let Entry::Occupied(mut ids) = self.by_iccid.entry(order.profile.iccid()) {
            ids.get_mut().retain(|other| *other != id);
            if ids.get().is_empty() {
                ids.remove();
            }
        }
        Some(order)
    }

    /// An order by its number.
    pub fn get(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id)
    }

    /// An order by its number, to be changed; `matching_id`, `eid` and `profile` must stay.
    pub fn get_mut(&mut self, id: OrderId) -> Option<&mut Order> {
        let order = self.orders.get_mut(&id)?;
        self.changed.mark(id);
        // it may become pending again
        wait(&mut self.waiting, id, order);
        Some(order)
    }

    /// The pending order that an eUICC gets that names none: one for which `ready` holds, of them
    /// one without a MatchingID, of them the oldest; else the first of those that are not ready.
    /// Orders that have ended are forgotten on the way, so that an eUICC with many of them is not
    /// served more slowly.
    pub(crate) fn first_waiting(
        &mut self,
        eid: &Eid,
        ready: impl Fn(&Order) -> bool,
    ) -> Option<OrderId> {
        let turns = self.waiting.get_mut(eid)?;
        let (mut ended, mut best) = (Vec::new(), None);
        for turn @ (named, id) in turns.iter().copied() {
            let order = self.orders.get(&id).filter(|order| {
                let as_noted = named != order.matching_id.is_empty();
                as_noted && order.is_pending() && order.eid.as_ref() == Some(eid)
            });
            match order {
                None => ended.push(turn),
                Some(order) if ready(order) => {
                    best = Some(id);
                    break;
                }
                Some(_) => best = best.or(Some(id)),
            }
        }
        for turn in ended {
            turns.remove(&turn);
        }
        best
    }

    /// The highest number that an order has or had.
    pub(crate) fn counter(&self) -> u64 {
        self.next
    }

    /// No order from now on gets a number up to this one.
    pub(crate) fn count_from(&mut self, number: u64) {
        self.next = self.next.max(number);
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

    /// How many orders there are.
    pub fn len(&self) -> usize {
        self.orders.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The orders with a higher number, oldest first.
    pub fn after(&self, id: OrderId) -> impl Iterator<Item = (OrderId, &Order)> {
        let range = (Bound::Excluded(id), Bound::Unbounded);
        self.orders.range(range).map(|(id, order)| (*id, order))
    }

    /// The latest order for the profile with an ICCID.
    pub fn of_iccid(&self, iccid: &Iccid) -> Option<(OrderId, &Order)> {
        let id = self.by_iccid.get(iccid.as_bytes())?.last()?;
        self.orders.get(id).map(|order| (*id, order))
    }

    /// Gives an order its MatchingID, which has to be empty or unused.
    pub(crate) fn name(&mut self, id: OrderId, matching_id: &str) {
        let Some(order) = self.orders.get_mut(&id) else {
            return;
        };
        self.changed.mark(id);
        let before = std::mem::replace(&mut order.matching_id, matching_id.to_owned());
        if before.is_empty() {
            self.without_matching_id = self.without_matching_id.saturating_sub(1);
        } else {
            self.by_matching_id.remove(&before);
        }
        if matching_id.is_empty() {
            self.without_matching_id += 1;
        } else {
            self.by_matching_id.insert(matching_id.to_owned(), id);
        }
        wait(&mut self.waiting, id, order);
    }

    /// Every order, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (OrderId, &Order)> {
        self.orders.iter().map(|(id, order)| (*id, order))
    }

    /// Binds an order to the eUICC that downloads it. One that is reusable stays open to all.
    pub(crate) fn deliver(&mut self, id: OrderId, eid: &Eid) {
        if self.get(id).is_some_and(|order| !order.reusable) {
            self.link(id, eid);
        }
    }

    /// Binds an order to one eUICC, unless it is bound.
    pub(crate) fn link(&mut self, id: OrderId, eid: &Eid) {
        let Some(order) = self.orders.get_mut(&id) else {
            return;
        };
        if order.eid.is_none() {
            self.changed.mark(id);
            order.eid = Some(*eid);
            self.by_eid.entry(*eid).or_default().push(id);
            wait(&mut self.waiting, id, order);
        }
    }
}

/// Notes that an order may wait for its eUICC.
fn wait(waiting: &mut HashMap<Eid, BTreeSet<Turn>>, id: OrderId, order: &Order) {
    if let Some(eid) = order.eid {
        let turn = (!order.matching_id.is_empty(), id);
        waiting.entry(eid).or_default().insert(turn);
    }
}
