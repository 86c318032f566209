// SPDX-License-Identifier: MIT OR Apache-2.0
//! RSP sessions, one per TransactionID (SGP.22 §3.0.1), and what is left of them afterwards.
//!
//! Trap: a ProfileInstallationResult comes after its session, carries no certificate, and may come
//! days later. So the key that signs it is kept per TransactionID beyond the session.

use std::collections::{HashMap, VecDeque};

use rsp::ecdsa::PublicKey;
use rsp::id::Eid;

use crate::order::OrderId;

/// Where a session stands.
#[derive(Debug, Clone)]
pub(crate) enum Phase {
    /// ES9+.InitiateAuthentication is answered.
    Initiated,
    /// ES9+.AuthenticateClient is answered.
    Authenticated(Box<Authenticated>),
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
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) order: OrderId,
    pub(crate) euicc_key: PublicKey,
}

/// Open sessions and delivered downloads, both bounded: the oldest make room.
#[derive(Debug)]
pub(crate) struct Sessions {
    open: HashMap<Vec<u8>, Session>,
    by_age: VecDeque<(i64, Vec<u8>)>,
    delivered: HashMap<Vec<u8>, Delivery>,
    delivered_by_age: VecDeque<Vec<u8>>,
    limit: usize,
    lifetime: i64,
}

impl Sessions {
    pub(crate) fn new(limit: usize, lifetime: i64) -> Self {
        Self {
            open: HashMap::new(),
            by_age: VecDeque::new(),
            delivered: HashMap::new(),
            delivered_by_age: VecDeque::new(),
            limit,
            lifetime,
        }
    }

    /// Opens a session; makes room by closing what is too old or too much.
    pub(crate) fn open(&mut self, session: Session) {
        self.expire(session.started);
        while self.by_age.len() >= self.limit {
            let Some((_, oldest)) = self.by_age.pop_front() else {
                break;
            };
            self.open.remove(&oldest);
        }
        self.by_age
            .push_back((session.started, session.transaction_id.clone()));
        self.open.insert(session.transaction_id.clone(), session);
    }

    /// Forgets sessions that are past their lifetime at the time `now`.
    pub(crate) fn expire(&mut self, now: i64) {
        let limit = now.saturating_sub(self.lifetime);
        while self
            .by_age
            .front()
            .is_some_and(|(started, _)| *started < limit)
        {
            if let Some((_, transaction_id)) = self.by_age.pop_front() {
                self.open.remove(&transaction_id);
            }
        }
    }

    pub(crate) fn get(&self, transaction_id: &[u8]) -> Option<&Session> {
        self.open.get(transaction_id)
    }

    pub(crate) fn get_mut(&mut self, transaction_id: &[u8]) -> Option<&mut Session> {
        self.open.get_mut(transaction_id)
    }

    pub(crate) fn close(&mut self, transaction_id: &[u8]) {
        self.open.remove(transaction_id);
    }

    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Remembers who received a package, for the notification about it.
    pub(crate) fn deliver(&mut self, transaction_id: &[u8], delivery: Delivery) {
        if self
            .delivered
            .insert(transaction_id.to_vec(), delivery)
            .is_some()
        {
            return;
        }
        self.delivered_by_age.push_back(transaction_id.to_vec());
        while self.delivered_by_age.len() > self.limit {
            let Some(oldest) = self.delivered_by_age.pop_front() else {
                break;
            };
            self.delivered.remove(&oldest);
        }
    }

    pub(crate) fn delivery(&self, transaction_id: &[u8]) -> Option<&Delivery> {
        self.delivered.get(transaction_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(transaction_id: u8, started: i64) -> Session {
        Session {
            transaction_id: vec![transaction_id],
            started,
            server_address: String::new(),
            server_challenge: [0; 16],
            server_ci: Vec::new(),
            euicc_ci: Vec::new(),
            phase: Phase::Initiated,
        }
    }

    #[test]
    fn sessions_are_forgotten_after_their_lifetime() {
        let mut sessions = Sessions::new(10, 60);
        sessions.open(session(1, 100));
        sessions.open(session(2, 150));
        sessions.expire(160);
        assert!(sessions.get(&[1]).is_some());
        sessions.expire(161);
        assert!(sessions.get(&[1]).is_none());
        assert!(sessions.get(&[2]).is_some());
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut sessions = Sessions::new(2, 60);
        for id in 1..=3 {
            sessions.open(session(id, 100));
        }
        assert_eq!(sessions.len(), 2);
        assert!(sessions.get(&[1]).is_none());
        sessions.close(&[2]);
        assert_eq!(sessions.len(), 1);
    }
}
