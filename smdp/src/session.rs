// SPDX-License-Identifier: MIT OR Apache-2.0
//! RSP sessions, one per TransactionID (SGP.22 §3.0.1), and what is left of them afterwards.
//!
//! Trap: a ProfileInstallationResult comes after its session, carries no certificate, and may come
//! days later. So the key that signs it is kept per TransactionID beyond the session.

use std::collections::{BTreeMap, HashMap};

use rsp::ecdsa::PublicKey;
use rsp::id::Eid;
use serde::{Deserialize, Serialize};

use crate::open::{Open, Timed};
use crate::order::OrderId;
use crate::store::Changes;

/// Where a session stands.
#[derive(Debug, Clone)]
pub(crate) enum Phase {
    /// ES9+.InitiateAuthentication is answered.
    Initiated,
    /// ES9+.AuthenticateClient is answered.
    Authenticated(Box<Authenticated>),
    /// ES9+.GetBoundProfilePackage is answered with a package, which may be asked for again.
    Delivered(Box<Authenticated>),
}

impl Phase {
    /// What AuthenticateClient has found out, once it was called.
    pub(crate) fn authenticated(&self) -> Option<&Authenticated> {
        match self {
            Self::Initiated => None,
            Self::Authenticated(authenticated) | Self::Delivered(authenticated) => {
                Some(authenticated)
            }
        }
    }

    /// Whether the package is out.
    pub(crate) fn is_delivered(&self) -> bool {
        matches!(self, Self::Delivered(_))
    }
}

/// What AuthenticateClient has found out.
#[derive(Debug, Clone)]
pub(crate) struct Authenticated {
    pub(crate) order: OrderId,
    pub(crate) eid: Eid,
    /// The key of the eUICC certificate that came with the session.
    pub(crate) euicc_key: PublicKey,
    /// `smdpSignature2`, over which the eUICC signs in turn.
    pub(crate) smdp_signature2: Vec<u8>,
}

/// One RSP session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) transaction_id: Vec<u8>,
    pub(crate) started: i64,
    /// The address that `serverSigned1` names.
    pub(crate) server_address: String,
    pub(crate) server_challenge: [u8; 16],
    /// Key identifier of the CI under which the server authenticates itself.
    pub(crate) server_ci: Vec<u8>,
    /// Key identifier of the CI under which the eUICC was told to authenticate itself.
    pub(crate) euicc_ci: Vec<u8>,
    pub(crate) phase: Phase,
}

/// What is needed to judge a ProfileInstallationResult.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) order: OrderId,
    /// The eUICC that has it, which a reusable order does not say.
    #[serde(default)]
    pub(crate) eid: Option<Eid>,
    #[serde(with = "crate::store::text::public_key")]
    pub(crate) euicc_key: PublicKey,
    /// Whether a result came; the same one may come again.
    pub(crate) settled: bool,
}

/// Open sessions and delivered downloads, both bounded: the oldest make room.
#[derive(Debug)]
pub(crate) struct Sessions {
    open: Open<Session>,
    delivered: HashMap<Vec<u8>, (u64, Delivery)>,
    delivered_by_age: BTreeMap<u64, Vec<u8>>,
    /// Which deliveries differ from what a store has.
    pub(crate) changed: Changes<Vec<u8>>,
    limit: usize,
}

impl Timed for Session {
    fn transaction_id(&self) -> &[u8] {
        &self.transaction_id
    }

    fn started(&self) -> i64 {
        self.started
    }

    fn is_authenticated(&self) -> bool {
        !matches!(self.phase, Phase::Initiated)
    }
}

impl Sessions {
    pub(crate) fn new(limit: usize, lifetime: i64) -> Self {
        Self {
            open: Open::new(limit, lifetime),
            delivered: HashMap::new(),
            delivered_by_age: BTreeMap::new(),
            changed: Changes::default(),
            limit,
        }
    }

    /// Opens a session; makes room by closing what is too old or too much.
    pub(crate) fn open(&mut self, session: Session) {
        self.open.open(session);
    }

    /// Forgets sessions that are past their lifetime at the time `now`.
    pub(crate) fn expire(&mut self, now: i64) {
        self.open.expire(now);
    }

    pub(crate) fn get(&self, transaction_id: &[u8]) -> Option<&Session> {
        self.open.get(transaction_id)
    }

    pub(crate) fn get_mut(&mut self, transaction_id: &[u8]) -> Option<&mut Session> {
        self.open.get_mut(transaction_id)
    }

    pub(crate) fn close(&mut self, transaction_id: &[u8]) {
        self.open.close(transaction_id);
    }

    /// The open sessions, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session> {
        self.open.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Remembers who received a package, for the notification about it.
    pub(crate) fn deliver(&mut self, transaction_id: &[u8], delivery: Delivery) {
        let number = match self.delivered.get(transaction_id) {
            Some((number, _)) => *number,
            None => self.delivered_by_age.last_key_value().map_or(0, |it| *it.0) + 1,
        };
        self.changed.mark(transaction_id.to_vec());
        self.put_delivery(transaction_id, number, delivery);
    }

    /// The orders that an eUICC has had packages of, the latest first.
    pub(crate) fn delivered_to(&self, eid: &Eid) -> impl Iterator<Item = OrderId> {
        let latest = self.delivered_by_age.values().rev();
        let deliveries = latest.filter_map(|id| self.delivered.get(id));
        let own = deliveries.filter(move |(_, delivery)| delivery.eid.as_ref() == Some(eid));
        own.map(|(_, delivery)| delivery.order)
    }

    /// Puts a delivery under its number among all; the oldest make room.
    pub(crate) fn put_delivery(&mut self, transaction_id: &[u8], number: u64, delivery: Delivery) {
        self.delivered
            .insert(transaction_id.to_vec(), (number, delivery));
        self.delivered_by_age
            .insert(number, transaction_id.to_vec());
        while self.delivered_by_age.len() > self.limit {
            let Some((_, oldest)) = self.delivered_by_age.pop_first() else {
                break;
            };
            self.delivered.remove(&oldest);
            self.changed.mark(oldest);
        }
    }

    /// Notes that the result of a delivery came in.
    pub(crate) fn settle(&mut self, transaction_id: &[u8]) {
        if let Some((_, delivery)) = self.delivered.get_mut(transaction_id) {
            delivery.settled = true;
            self.changed.mark(transaction_id.to_vec());
        }
    }

    pub(crate) fn delivery(&self, transaction_id: &[u8]) -> Option<&Delivery> {
        self.delivered.get(transaction_id).map(|it| &it.1)
    }

    /// A delivery with its number among all.
    pub(crate) fn numbered_delivery(&self, transaction_id: &[u8]) -> Option<&(u64, Delivery)> {
        self.delivered.get(transaction_id)
    }
}
