// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DP+ as a whole: what it knows, and the journal of what happened.

use std::collections::VecDeque;
use std::sync::Arc;

use rsp::id::Eid;
use rsp::sgp22::{CancelSessionReason, PendingNotification};

use crate::config::Config;
use crate::credentials::Credentials;
use crate::order::{OrderError, OrderId, Orders};
use crate::profile::Profiles;
use crate::session::Sessions;

/// Entries of the journal that are kept.
const JOURNAL_LIMIT: usize = 10_000;

/// Something an operator would be told of.
#[derive(Debug, Clone)]
pub enum Event {
    /// A bound profile package went out.
    Delivered {
        /// The order it belongs to.
        order: OrderId,
        /// The eUICC it is bound to.
        eid: Eid,
    },
    /// A notification with a good signature came in.
    Notified {
        /// The order it belongs to, when that is known.
        order: Option<OrderId>,
        /// The notification.
        notification: Box<PendingNotification>,
    },
    /// A notification could not be trusted.
    NotificationRefused {
        /// What was expected and what was seen.
        reason: String,
    },
    /// The device cancelled a session.
    Cancelled {
        /// The order that the session was for.
        order: OrderId,
        /// Why.
        reason: CancelSessionReason,
    },
}

/// An SM-DP+ as a state machine without clock, randomness or sockets of its own.
#[derive(Debug)]
pub struct SmDp {
    pub(crate) config: Config,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) orders: Orders,
    pub(crate) sessions: Sessions,
    journal: VecDeque<Event>,
}

impl SmDp {
    /// A server without orders; those of `config` are left aside.
    pub fn new(config: Config, credentials: Credentials) -> Self {
        let sessions = Sessions::new(config.session_limit, config.session_lifetime);
        Self {
            config,
            credentials: Arc::new(credentials),
            orders: Orders::default(),
            sessions,
            journal: VecDeque::new(),
        }
    }

    /// A server with the orders of `config`, which take their packages from `profiles`.
    ///
    /// # Errors
    /// An order names a package that is not there, or has a value that is out of range.
    pub fn with_orders(
        config: Config,
        credentials: Credentials,
        profiles: &Profiles,
    ) -> Result<Self, OrderError> {
        let mut smdp = Self::new(config, credentials);
        for order in smdp.config.orders.clone() {
            smdp.add_order(&order, profiles)?;
        }
        Ok(smdp)
    }

    /// The configuration it was started with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What it signs with.
    pub fn credentials(&self) -> &Arc<Credentials> {
        &self.credentials
    }

    /// The orders.
    pub fn orders(&self) -> &Orders {
        &self.orders
    }

    /// The orders, to be changed.
    pub fn orders_mut(&mut self) -> &mut Orders {
        &mut self.orders
    }

    /// What happened so far, oldest first; only the latest entries are kept.
    pub fn journal(&self) -> impl Iterator<Item = &Event> {
        self.journal.iter()
    }

    /// How many sessions are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions.len()
    }

    pub(crate) fn note(&mut self, event: Event) {
        if self.journal.len() >= JOURNAL_LIMIT {
            self.journal.pop_front();
        }
        self.journal.push_back(event);
    }
}
