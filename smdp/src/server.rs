// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DP+ as a whole: what it knows, and the journal of what happened.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use rsp::id::Eid;
use rsp::sgp22::{CancelSessionReason, PendingNotification};
use rsp::status::Refusal;

use crate::config::Config;
use crate::credentials::Credentials;
use crate::es2plus::Es2State;
use crate::order::{OrderError, OrderId, Orders};
use crate::outgoing::Outgoing;
use crate::peer::Outbox;
use crate::profile::Profiles;
use crate::session::Sessions;
use crate::store::{Configured, Kept};

/// Entries of the journal that are kept.
const JOURNAL_LIMIT: usize = 10_000;

/// The steps of a download that an operator is told of (SGP.22 §5.3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotificationPoint {
    /// Eligibility and retry limit check.
    Eligibility = 1,
    /// Confirmation: the user refused, or the confirmation code is wrong.
    Confirmation = 2,
    /// Download of the bound profile package.
    Download = 3,
    /// Installation of the bound profile package.
    Installation = 4,
}

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
    /// A download came to a point of which the operator is told.
    Progress {
        /// The order.
        order: OrderId,
        /// The eUICC, when it is known.
        eid: Option<Eid>,
        /// How far it came.
        point: NotificationPoint,
        /// What went wrong there; nothing for a success.
        refusal: Option<Refusal>,
        /// What the eUICC said, in DER.
        data: Option<Vec<u8>>,
    },
    /// The device cancelled a session.
    Cancelled {
        /// The order that the session was for.
        order: OrderId,
        /// Why.
        reason: CancelSessionReason,
    },
}

/// An event with its place in the journal.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// Its number, counted from 1 since the server was started.
    pub number: u64,
    /// Its time in seconds since 1970.
    pub time: i64,
    /// What happened.
    pub event: Event,
}

/// An SM-DP+ as a state machine without clock, randomness or sockets of its own.
#[derive(Debug)]
pub struct SmDp {
    pub(crate) config: Config,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) orders: Orders,
    pub(crate) sessions: Sessions,
    /// Orders whose event is still to be registered.
    pub(crate) unregistered: BTreeSet<OrderId>,
    pub(crate) configured: Configured,
    pub(crate) es2: Es2State,
    pub(crate) outgoing: Outbox<Outgoing>,
    /// The time of the latest request.
    pub(crate) now: i64,
    journal: VecDeque<JournalEntry>,
    journaled: u64,
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
            unregistered: BTreeSet::new(),
            configured: Configured::default(),
            es2: Es2State::default(),
            outgoing: Outbox::default(),
            now: 0,
            journal: VecDeque::new(),
            journaled: 0,
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
        for kind in smdp.config.profile_types.clone() {
            smdp.add_profile_type(&kind, profiles)?;
        }
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
        self.journal.iter().map(|entry| &entry.event)
    }

    /// The same with the time and the number of each event.
    pub fn journal_entries(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        self.journal.iter()
    }

    /// Sets the time that the journal and relative expiry go by, in seconds since 1970.
    pub fn set_now(&mut self, now: i64) {
        self.now = now;
    }

    /// How many sessions are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions.len()
    }

    /// The parts of the state that outlive the process, in the order in which they are restored.
    pub(crate) fn kept(&mut self) -> Vec<&mut dyn Kept> {
        vec![
            &mut self.orders,
            &mut self.sessions,
            &mut self.configured,
            &mut self.outgoing,
        ]
    }

    pub(crate) fn note(&mut self, event: Event) {
        self.tell_later(&event);
        if self.journal.len() >= JOURNAL_LIMIT {
            self.journal.pop_front();
        }
        self.journaled += 1;
        self.journal.push_back(JournalEntry {
            number: self.journaled,
            time: self.now,
            event,
        });
    }
}
