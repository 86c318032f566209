// SPDX-License-Identifier: MIT OR Apache-2.0
//! The open sessions of a server, bounded in number and in time.
//!
//! Trap: anybody may begin a session. So one in which nobody is authenticated yet makes room
//! before one in which a user may be thinking.

use std::collections::{BTreeMap, HashMap};

/// What is asked of a session.
pub(crate) trait Timed {
    /// Its TransactionID.
    fn transaction_id(&self) -> &[u8];
    /// When it began, in seconds since 1970.
    fn started(&self) -> i64;
    /// Whether an eUICC has authenticated itself in it.
    fn is_authenticated(&self) -> bool;
}

/// Open sessions by TransactionID.
#[derive(Debug)]
pub(crate) struct Open<S> {
    sessions: HashMap<Vec<u8>, (u64, S)>,
    /// TransactionIDs in the order in which the sessions were opened.
    by_age: BTreeMap<u64, Vec<u8>>,
    limit: usize,
    lifetime: i64,
}

impl<S: Timed> Open<S> {
    /// At most `limit` sessions, each for `lifetime` seconds.
    pub(crate) fn new(limit: usize, lifetime: i64) -> Self {
        Self {
            sessions: HashMap::new(),
            by_age: BTreeMap::new(),
            limit,
            lifetime,
        }
    }

    /// Opens a session; makes room by closing what is too old or too much.
    pub(crate) fn open(&mut self, session: S) {
        self.expire(session.started());
        let transaction_id = session.transaction_id().to_vec();
        self.close(&transaction_id);
        while self.len() >= self.limit {
            let Some(first) = self.first_to_go() else {
                break;
            };
            self.close(&first);
        }
        let number = self.by_age.last_key_value().map_or(0, |it| *it.0) + 1;
        self.by_age.insert(number, transaction_id.clone());
        self.sessions.insert(transaction_id, (number, session));
    }

    fn first_to_go(&self) -> Option<Vec<u8>> {
        let mut begun = self.iter().filter(|session| !session.is_authenticated());
        let begun = begun
            .next()
            .map(|session| session.transaction_id().to_vec());
        begun.or_else(|| self.by_age.values().next().cloned())
    }

    /// Forgets sessions that are past their lifetime at the time `now`.
    pub(crate) fn expire(&mut self, now: i64) {
        let limit = now.saturating_sub(self.lifetime);
        while let Some(transaction_id) = self.oldest_before(limit) {
            self.close(&transaction_id);
        }
    }

    fn oldest_before(&self, limit: i64) -> Option<Vec<u8>> {
        let oldest = self.iter().next()?;
        (oldest.started() < limit).then(|| oldest.transaction_id().to_vec())
    }

    pub(crate) fn get(&self, transaction_id: &[u8]) -> Option<&S> {
        self.sessions.get(transaction_id).map(|it| &it.1)
    }

    pub(crate) fn get_mut(&mut self, transaction_id: &[u8]) -> Option<&mut S> {
        self.sessions.get_mut(transaction_id).map(|it| &mut it.1)
    }

    /// Takes a session out.
    pub(crate) fn close(&mut self, transaction_id: &[u8]) -> Option<S> {
        let (number, session) = self.sessions.remove(transaction_id)?;
        self.by_age.remove(&number);
        Some(session)
    }

    /// The open sessions, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &S> {
        self.by_age.values().filter_map(|id| self.get(id))
    }

    pub(crate) fn len(&self) -> usize {
        self.sessions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Session(u8, i64, bool);

    impl Timed for Session {
        fn transaction_id(&self) -> &[u8] {
            std::slice::from_ref(&self.0)
        }

        fn started(&self) -> i64 {
            self.1
        }

        fn is_authenticated(&self) -> bool {
            self.2
        }
    }

    #[test]
    fn sessions_are_forgotten_after_their_lifetime() {
        let mut sessions = Open::new(10, 60);
        sessions.open(Session(1, 100, false));
        sessions.open(Session(2, 150, true));
        sessions.expire(160);
        assert!(sessions.get(&[1]).is_some());
        sessions.expire(161);
        assert!(sessions.get(&[1]).is_none());
        assert!(sessions.get(&[2]).is_some());
        sessions.expire(211);
        assert_eq!((sessions.len(), sessions.by_age.len()), (0, 0));
    }

    #[test]
    fn who_only_began_makes_room_before_who_is_authenticated() {
        let mut sessions = Open::new(3, 60);
        for (id, authenticated) in [(1, true), (2, false), (3, false), (4, false)] {
            sessions.open(Session(id, 100, authenticated));
        }
        let ids = |sessions: &Open<Session>| sessions.iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(ids(&sessions), [1, 3, 4]);
        sessions.get_mut(&[3]).unwrap().2 = true;
        sessions.get_mut(&[4]).unwrap().2 = true;
        sessions.open(Session(5, 100, false));
        assert_eq!(ids(&sessions), [3, 4, 5]);
    }

    #[test]
    fn what_was_closed_takes_no_room() {
        let mut sessions = Open::new(2, 60);
        sessions.open(Session(1, 100, true));
        for id in 2..200 {
            sessions.open(Session(id, 100, true));
            assert!(sessions.close(&[id]).is_some());
        }
        assert!(sessions.close(&[2]).is_none());
        assert!(sessions.get(&[1]).is_some());
        assert_eq!(sessions.by_age.len(), 1);
    }
}
