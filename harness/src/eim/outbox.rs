// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications that their SM-DP+ has not taken yet, each with the time of its next attempt (SGP.32
//! §3.7 wants them delivered and leaves the pauses open).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smdp::store::{Change, Store, StoreError, read_row};

use crate::iut::RelaySettings;

/// Name in the store.
const TABLE: &str = "undelivered";
/// Notifications that are kept. Beyond that none is taken over: it stays with its card.
const MOST: usize = 10_000;

/// A notification that its SM-DP+ has not taken.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Undelivered {
    /// FQDN of the SM-DP+.
    pub(super) address: String,
    /// `PendingNotification` in full form, as the eUICC signed it.
    pub(super) notification: Vec<u8>,
    /// Attempts that have failed.
    attempts: u32,
    /// When it is tried again, in seconds since 1970.
    next: i64,
    /// Its row in the store.
    number: u64,
}

impl Undelivered {
    pub(super) fn new(address: String, notification: Vec<u8>) -> Self {
        Self {
            address,
            notification,
            ..Self::default()
        }
    }

    /// Sets the time of the next attempt.
    fn failed(&mut self, now: i64, settings: &RelaySettings) {
        let doubled = 1_i64.checked_shl(self.attempts).unwrap_or(i64::MAX);
        let pause = settings.retry_after.saturating_mul(doubled);
        self.attempts = self.attempts.saturating_add(1).min(32);
        self.next = now.saturating_add(pause.min(settings.longest_pause));
    }

    fn is_same(&self, other: &Self) -> bool {
        self.address == other.address && self.notification == other.notification
    }
}

/// All of them, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    list: Vec<Undelivered>,
    /// The number that the next one gets.
    next: u64,
    /// Rows of the store that are too many.
    gone: Vec<u64>,
    /// Those of which the store has no row, or an older one.
    dirty: BTreeSet<u64>,
}

impl Outbox {
    /// Keeps a notification after an attempt at the time `now` has failed; false when there is no
    /// room.
    pub(super) fn keep(
        &mut self,
        mut waiting: Undelivered,
        now: i64,
        settings: &RelaySettings,
    ) -> bool {
        if self.list.iter().any(|kept| kept.is_same(&waiting)) {
            return true;
        }
        if self.list.len() >= MOST {
            tracing::warn!("expected room for a notification, {MOST} wait already");
            return false;
        }
        waiting.failed(now, settings);
        waiting.number = self.next;
        self.dirty.insert(self.next);
        self.next = self.next.saturating_add(1);
        self.list.push(waiting);
        true
    }

    /// What is to be tried at the time `now`. It stays, and is due again after its next pause,
    /// until it is [`Outbox::delivered`]: a crash in between must not lose it.
    pub(super) fn due(&mut self, now: i64, settings: &RelaySettings) -> Vec<Undelivered> {
        let mut due = Vec::new();
        for waiting in self.list.iter_mut().filter(|waiting| waiting.next <= now) {
            waiting.failed(now, settings);
            self.dirty.insert(waiting.number);
            due.push(waiting.clone());
        }
        due
    }

    /// Forgets what its SM-DP+ has taken.
    pub(super) fn delivered(&mut self, waiting: &Undelivered) {
        self.list.retain(|kept| kept.number != waiting.number);
        self.gone.push(waiting.number);
    }

    /// Takes up what a store has.
    pub(super) fn restore(&mut self, store: &Store) -> Result<(), StoreError> {
        store.read(TABLE, |_, value| {
            let waiting: Undelivered = read_row(value)?;
            self.next = self.next.max(waiting.number.saturating_add(1));
            self.list.push(waiting);
            Ok(())
        })
    }

    pub(super) fn take_changes(&mut self, log: &mut Vec<Change>) {
        for number in std::mem::take(&mut self.gone) {
            log.push(Change::gone(TABLE, number.to_be_bytes()));
        }
        let dirty = std::mem::take(&mut self.dirty);
        for waiting in self.list.iter().filter(|it| dirty.contains(&it.number)) {
            log.push(Change::row(TABLE, waiting.number.to_be_bytes(), waiting));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let settings = RelaySettings {
            retry_after: 10,
            longest_pause: 60,
            ..RelaySettings::default()
        };
        let mut outbox = Outbox::default();
        let mut now = 0;
        assert!(outbox.keep(Undelivered::new("a".to_owned(), vec![1]), now, &settings));
        for pause in [10, 20, 40, 60, 60] {
            assert_eq!(outbox.due(now + pause - 1, &settings), []);
            now += pause;
            assert_eq!(outbox.due(now, &settings).len(), 1);
        }
        let last = outbox.due(now + 60, &settings).remove(0);
        outbox.delivered(&last);
        assert_eq!(outbox.due(i64::MAX, &settings), []);
    }

    #[test]
    fn the_same_notification_waits_once() {
        let (settings, mut outbox) = (RelaySettings::default(), Outbox::default());
        let waiting = |address: &str| Undelivered::new(address.to_owned(), vec![1]);
        assert!(outbox.keep(waiting("a"), 0, &settings));
        assert!(outbox.keep(waiting("a"), 5, &settings));
        assert!(outbox.keep(waiting("b"), 5, &settings));
        assert_eq!(outbox.due(i64::MAX, &settings).len(), 2);
    }
}
