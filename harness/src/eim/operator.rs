// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an operator may do with a running eIM: give orders, look at them and at the eUICCs.

use serde_json::{Value, json};

use super::api::EuiccChange;
use super::configuration::configuration;
use super::euicc::EuiccReport;
use super::order::{Entry, OrderReport};
use super::{Eim, Error, lock};
use crate::iut::{KnownEuicc, Order, OrderStatus};

impl Eim {
    /// Takes an order for an EID and returns its id: `1`, `2`, … The IPA fetches it, or with
    /// `inject` it is sent to the IPA there, once [`Self::inject`] is called.
    ///
    /// # Errors
    /// The EID is not managed, or the order cannot be carried out.
    pub fn order_at(
        &self,
        eid: [u8; 16],
        order: Order,
        inject: Option<&str>,
    ) -> Result<String, Error> {
        let now = self.now();
        let mut queue = lock(&self.queue);
        queue.clock = queue.clock.max(now);
        let id = queue.order(eid, order)?;
        if let Some(entry) = queue.entry_mut(&id) {
            entry.inject = inject.map(str::to_owned);
        }
        Ok(id)
    }

    /// Takes an order that a file or a command line has, the first time that it comes.
    pub(super) fn order_once(&self, eid: [u8; 16], order: Order, text: &str) -> Result<(), Error> {
        if lock(&self.queue).is_new(text) {
            self.order_at(eid, order, None)?;
        }
        Ok(())
    }

    /// The time, unless a message is being handled, then that of the message.
    fn now(&self) -> i64 {
        let work = self.work.try_lock();
        work.map_or_else(|_| lock(&self.queue).clock, |work| work.env.now())
    }

    /// Everything about an order.
    #[must_use]
    pub fn order_report(&self, id: &str) -> Option<OrderReport> {
        lock(&self.queue).entry(id).map(Entry::report)
    }

    /// Orders in their order, and how many fit in all.
    pub(super) fn order_page(
        &self,
        eid: Option<[u8; 16]>,
        status: Option<OrderStatus>,
        after: u64,
        limit: usize,
    ) -> (Vec<OrderReport>, usize) {
        let queue = lock(&self.queue);
        let fits = |entry: &&Entry| {
            eid.is_none_or(|eid| eid == entry.eid) && status.is_none_or(|it| it == entry.status)
        };
        let total = queue.entries.iter().filter(fits).count();
        let entries = queue.entries.iter().filter(fits);
        let entries = entries.filter(|entry| entry.number() > after);
        (entries.take(limit).map(Entry::report).collect(), total)
    }

    /// Forgets an order; false when there is none.
    pub fn forget_order(&self, id: &str) -> bool {
        lock(&self.queue).forget(id)
    }

    /// Manages one more eUICC; one that is known already stays as it is.
    pub fn manage(&self, euicc: KnownEuicc) {
        lock(&self.queue).manage(euicc, &self.anchors);
    }

    /// What is known of an eUICC.
    #[must_use]
    pub fn euicc_report(&self, eid: &[u8; 16]) -> Option<EuiccReport> {
        lock(&self.queue)
            .known(eid)
            .map(super::euicc::Euicc::report)
    }

    pub(super) fn euicc_reports(&self) -> Vec<EuiccReport> {
        let queue = lock(&self.queue);
        queue
            .euiccs
            .iter()
            .map(super::euicc::Euicc::report)
            .collect()
    }

    pub(super) fn change_euicc(&self, eid: &[u8; 16], change: &EuiccChange) {
        let mut queue = lock(&self.queue);
        let Some(euicc) = queue.euicc(eid) else {
            return;
        };
        if let Some(counter) = change.counter_value {
            euicc.counter_value = counter;
        }
        if let Some(token) = change.association_token {
            euicc.association_token = token;
        }
        if let Some(associated) = change.associated {
            euicc.associated = associated;
        }
    }

    /// What a card has to know of this eIM, as data and as the request that brings it to the card.
    ///
    /// # Errors
    /// A name is too long for its type.
    pub fn configuration(
        &self,
        eid: Option<[u8; 16]>,
        counter: Option<i64>,
        with_token: bool,
    ) -> Result<Value, Error> {
        let queue = lock(&self.queue);
        let eid = eid.unwrap_or_default();
        let known = queue.known(&eid).map(|euicc| euicc.counter_value);
        let counter = counter.or(known).unwrap_or_default();
        let leaf = self.tls.chain.first().map(Vec::as_slice);
        let data = configuration(
            queue.eim_id(),
            &queue.public_key(&eid),
            leaf.unwrap_or_default(),
            counter,
            with_token,
        );
        let list = json!({ "eimConfigurationDataList": [data] });
        let request = rsp::schema::from_value("AddInitialEimRequest", &list)
            .map_err(|error| Error::Configuration(error.to_string()))?;
        Ok(json!({
            "eimConfigurationData": data,
            "addInitialEimRequest": hex::encode(request),
        }))
    }

    /// Who this is, and how much there is of it.
    pub(super) fn health(&self) -> Value {
        let now = self.now();
        let queue = lock(&self.queue);
        let count = |status: OrderStatus| {
            let of_status = queue.entries.iter().filter(|it| it.status == status);
            (status.as_str().to_owned(), json!(of_status.count()))
        };
        let orders: serde_json::Map<_, _> = OrderStatus::ALL.into_iter().map(count).collect();
        json!({
            "eimId": queue.eim_id(),
            "esipa": self.address.map(|address| address.to_string()),
            "dialect": self.settings.dialect.as_str(),
            "kept": self.keeper.is_some(),
            "euiccs": queue.euiccs.len(),
            "orders": orders,
            "time": now,
        })
    }
}
