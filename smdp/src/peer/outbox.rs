// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages that wait for their delivery, as part of a server's state: attempts, backoff, bounds.

use std::collections::{BTreeMap, HashSet};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Message, PeerError};
use crate::store::{Change, Changes, Kept, RowError, read_row};

const LETTERS: &str = "letters";

/// The number of a message in an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId(pub u64);

/// How much and how long an outbox keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxLimits {
    /// Messages that wait at the same time; the oldest is given up for a new one.
    pub pending: usize,
    /// Attempts for one message.
    pub attempts: u32,
    /// Seconds after the first failed attempt; doubled after each further one.
    pub first_delay: i64,
    /// Longest delay in seconds.
    pub longest_delay: i64,
}

impl Default for OutboxLimits {
    fn default() -> Self {
        Self {
            pending: 10_000,
            attempts: 12,
            first_delay: 2,
            longest_delay: 900,
        }
    }
}

impl OutboxLimits {
    /// Seconds to wait after so many failed attempts.
    fn delay(&self, attempts: u32) -> i64 {
        let doublings = attempts.saturating_sub(1).min(32);
        let delay = self.first_delay.saturating_mul(1 << doublings);
        delay.min(self.longest_delay)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Letter<T> {
    message: Message,
    purpose: T,
    attempts: u32,
    due: i64,
    /// Not after a restart: whether the message arrived is not known then.
    #[serde(skip)]
    under_way: bool,
}

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Its number, to be named with the outcome.
    pub id: LetterId,
    /// The message.
    pub message: Message,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled<T> {
    /// The peer answered; this is what the message was for.
    Answered(T, Vec<u8>),
    /// The message is given up.
    GivenUp(T, PeerError),
    /// It is tried again later.
    Later,
    /// No such message is under way.
    Unknown,
}

/// Messages to other servers; `T` says what each is for.
#[derive(Debug, Clone)]
pub struct Outbox<T> {
    letters: BTreeMap<LetterId, Letter<T>>,
    limits: OutboxLimits,
    next: u64,
    /// Which letters differ from what a store has.
    changed: Changes<LetterId>,
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self::new(OutboxLimits::default())
    }
}

impl<T> Outbox<T> {
    /// An empty outbox.
    pub fn new(limits: OutboxLimits) -> Self {
        Self {
            letters: BTreeMap::new(),
            limits,
            next: 0,
            changed: Changes::default(),
        }
    }

    /// Puts a message in, due at once. Returns what the oldest message was for when that has to
    /// make room.
    pub fn push(&mut self, message: Message, purpose: T, now: i64) -> Option<T> {
        self.next += 1;
        let letter = Letter {
            message,
            purpose,
            attempts: 0,
            due: now,
            under_way: false,
        };
        self.letters.insert(LetterId(self.next), letter);
        self.changed.mark(LetterId(self.next));
        if self.letters.len() <= self.limits.pending {
            return None;
        }
        let (oldest, letter) = self.letters.pop_first()?;
        self.changed.mark(oldest);
        Some(letter.purpose)
    }

    /// Takes up to `count` messages that are due, oldest first. Each stays until its outcome is
    /// told by [`Outbox::settle`]. Behind a message that waits, those to the same address wait
    /// too: a deletion does not overtake the registration.
    pub fn take_due(&mut self, now: i64, count: usize) -> Vec<Dispatch> {
        let mut blocked: HashSet<String> = HashSet::new();
        let mut taken = Vec::new();
        for (id, letter) in &mut self.letters {
            if taken.len() >= count {
                break;
            }
            let address = &letter.message.address;
            if blocked.contains(address) {
                continue;
            }
            if letter.under_way || letter.due > now {
                blocked.insert(address.clone());
                continue;
            }
            letter.under_way = true;
            taken.push(Dispatch {
                id: *id,
                message: letter.message.clone(),
            });
        }
        taken
    }

    /// Takes back a message that was not sent.
    pub fn put_back(&mut self, id: LetterId) {
        if let Some(letter) = self.letters.get_mut(&id) {
            letter.under_way = false;
        }
    }

    /// Takes note of the outcome of an attempt.
    pub fn settle(
        &mut self,
        id: LetterId,
        outcome: Result<Vec<u8>, PeerError>,
        now: i64,
    ) -> Settled<T> {
        let Some(letter) = self.letters.get_mut(&id).filter(|letter| letter.under_way) else {
            return Settled::Unknown;
        };
        self.changed.mark(id);
        letter.under_way = false;
        letter.attempts += 1;
        if let Err(error) = &outcome
            && error.may_pass()
            && letter.attempts < self.limits.attempts
        {
            letter.due = now.saturating_add(self.limits.delay(letter.attempts));
            return Settled::Later;
        }
        let Some(letter) = self.letters.remove(&id) else {
            return Settled::Unknown;
        };
        match outcome {
            Ok(answer) => Settled::Answered(letter.purpose, answer),
            Err(error) => Settled::GivenUp(letter.purpose, error),
        }
    }

    /// When the next message is due.
    pub fn next_due(&self) -> Option<i64> {
        let waiting = self.letters.values().filter(|letter| !letter.under_way);
        waiting.map(|letter| letter.due).min()
    }

    /// What is pending, oldest first, with the attempts made.
    pub fn iter(&self) -> impl Iterator<Item = (&Message, &T, u32)> {
        let letters = self.letters.values();
        letters.map(|letter| (&letter.message, &letter.purpose, letter.attempts))
    }

    /// How many messages are pending.
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }
}

impl<T: Serialize + DeserializeOwned> Kept for Outbox<T> {
    fn tables(&self) -> &'static [&'static str] {
        &[LETTERS]
    }

    fn restore(&mut self, _table: &str, key: &[u8], value: &[u8]) -> Result<(), RowError> {
        let key = <[u8; 8]>::try_from(key);
        let number = key.map_err(|_| RowError("expected a key of 8 bytes".to_owned()))?;
        let number = u64::from_be_bytes(number);
        self.next = self.next.max(number);
        self.letters.insert(LetterId(number), read_row(value)?);
        Ok(())
    }

    fn record(&mut self) {
        self.changed.record();
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for id in self.changed.take() {
            let key = id.0.to_be_bytes();
            log.push(match self.letters.get(&id) {
                Some(letter) => Change::row(LETTERS, key, letter),
                None => Change::gone(LETTERS, key),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Interface;
    use super::*;

    fn to(address: &str) -> Message {
        Message {
            interface: Interface::Es12,
            address: address.to_owned(),
            path: "/".to_owned(),
            body: Vec::new(),
        }
    }

    fn absent() -> PeerError {
        PeerError::Timeout {
            address: "a".to_owned(),
            seconds: 1,
        }
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let limits = OutboxLimits::default();
        let delays: Vec<_> = [1, 2, 3, 9, 10, 200].map(|n| limits.delay(n)).into();
        assert_eq!(delays, [2, 4, 8, 512, 900, 900]);
    }

    #[test]
    fn a_message_is_tried_until_it_is_answered() {
        let mut outbox = Outbox::default();
        assert_eq!(outbox.push(to("a"), 'x', 100), None);
        let taken = outbox.take_due(100, 8);
        assert_eq!(taken.len(), 1);
        assert!(outbox.take_due(100, 8).is_empty());
        assert_eq!(
            outbox.settle(taken[0].id, Err(absent()), 100),
            Settled::Later
        );
        assert_eq!(outbox.next_due(), Some(102));
        assert!(outbox.take_due(101, 8).is_empty());
        let taken = outbox.take_due(102, 8);
        outbox.put_back(taken[0].id);
        assert_eq!(outbox.take_due(102, 8), taken);
        let settled = outbox.settle(taken[0].id, Ok(vec![1]), 102);
        assert_eq!(settled, Settled::Answered('x', vec![1]));
        assert!(outbox.is_empty());
        let again = outbox.settle(taken[0].id, Ok(vec![1]), 102);
        assert_eq!(again, Settled::Unknown);
    }

    #[test]
    fn a_message_is_given_up_after_its_attempts_or_a_lasting_failure() {
        let limits = OutboxLimits {
            attempts: 2,
            ..OutboxLimits::default()
        };
        let mut outbox = Outbox::new(limits);
        outbox.push(to("a"), 'x', 0);
        for (now, last) in [(0, false), (100, true)] {
            let id = outbox.take_due(now, 1)[0].id;
            let settled = outbox.settle(id, Err(absent()), now);
            assert_eq!(settled == Settled::GivenUp('x', absent()), last);
        }
        outbox.push(to("a"), 'y', 0);
        let id = outbox.take_due(0, 1)[0].id;
        let refused = PeerError::Http(401);
        assert_eq!(
            outbox.settle(id, Err(refused.clone()), 0),
            Settled::GivenUp('y', refused)
        );
    }

    #[test]
    fn messages_to_one_address_keep_their_order() {
        let mut outbox = Outbox::default();
        outbox.push(to("a"), 1, 0);
        let first = outbox.take_due(0, 8)[0].id;
        outbox.push(to("a"), 2, 0);
        outbox.push(to("b"), 3, 0);
        let taken = outbox.take_due(0, 8);
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].message.address, "b");
        outbox.settle(first, Err(absent()), 0);
        assert!(outbox.take_due(0, 8).is_empty());
        assert_eq!(outbox.take_due(2, 8).len(), 2);
    }

    #[test]
    fn the_oldest_makes_room() {
        let limits = OutboxLimits {
            pending: 2,
            ..OutboxLimits::default()
        };
        let mut outbox = Outbox::new(limits);
        assert_eq!(outbox.push(to("a"), 1, 0), None);
        assert_eq!(outbox.push(to("a"), 2, 0), None);
        assert_eq!(outbox.push(to("a"), 3, 0), Some(1));
        assert_eq!(outbox.len(), 2);
    }

    #[test]
    fn what_is_pending_survives_a_restart() {
        let mut outbox = Outbox::default();
        outbox.record();
        for purpose in [1, 2, 3] {
            outbox.push(to("a"), purpose, 0);
        }
        let taken = outbox.take_due(0, 2);
        outbox.settle(taken[0].id, Ok(Vec::new()), 0);
        let mut log = Vec::new();
        outbox.take_changes(&mut log);

        let mut again: Outbox<i32> = Outbox::default();
        for change in log {
            if let Some(value) = change.value {
                again.restore(change.table, &change.key, &value).unwrap();
            }
        }
        let purposes: Vec<_> = again.iter().map(|(_, purpose, _)| *purpose).collect();
        assert_eq!(purposes, [2, 3]);
        assert_eq!(again.take_due(0, 8).len(), 2);
        again.push(to("b"), 4, 0);
        assert_eq!(again.len(), 3);
        assert!(again.restore(LETTERS, &[1], b"{}").is_err());
    }
}
