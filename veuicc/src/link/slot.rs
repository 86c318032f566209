// SPDX-License-Identifier: MIT OR Apache-2.0
//! The slot that a card is in: shared by its link and the control endpoint.
//!
//! Traps: a link may be blocked in a read while the card is removed, so it leaves a way to wake it
//! up ([`Slot::on_removal`]); a card that is put back was without power.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::card::{Card, Reset};

/// Most exchanges that a slot remembers.
const LOGGED: usize = 1000;
/// Most bytes that a slot remembers, commands and responses together.
const LOGGED_BYTES: usize = 0x40_0000;

/// What happened at the contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A command and its response.
    Apdu {
        /// Command APDU.
        command: Vec<u8>,
        /// Response APDU.
        response: Vec<u8>,
    },
    /// A reset and the answer to it.
    Reset {
        /// Cold or warm.
        kind: Reset,
        /// Answer to reset.
        atr: Vec<u8>,
    },
    /// The card was taken out.
    Removed,
    /// The card was put back.
    Inserted,
}

impl Event {
    fn size(&self) -> usize {
        match self {
            Self::Apdu { command, response } => command.len() + response.len(),
            Self::Reset { atr, .. } => atr.len(),
            Self::Removed | Self::Inserted => 0,
        }
    }
}

/// The newest events, oldest first.
#[derive(Debug, Default)]
struct Log {
    events: VecDeque<Event>,
    bytes: usize,
    /// Events that are forgotten.
    forgotten: u64,
}

impl Log {
    fn push(&mut self, event: Event) {
        self.bytes += event.size();
        self.events.push_back(event);
        while self.events.len() > LOGGED || self.bytes > LOGGED_BYTES {
            let Some(oldest) = self.events.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest.size());
            self.forgotten += 1;
        }
    }

    fn last(&self, count: usize) -> Vec<(u64, Event)> {
        let skipped = self.events.len().saturating_sub(count);
        (self.forgotten + 1..)
            .zip(self.events.iter().cloned())
            .skip(skipped)
            .collect()
    }
}

type Hook = Box<dyn FnOnce() + Send>;
type Watcher = Box<dyn FnMut(&Event) + Send>;

/// Somebody who answers at the contacts in place of the card.
pub trait StandIn: Send {
    /// Answers a command APDU.
    fn transmit(&mut self, command: &[u8]) -> Vec<u8>;
    /// Answers a reset.
    fn reset(&mut self, kind: Reset) -> Vec<u8>;
}

struct Inner {
    card: Card,
    stand_in: Option<Box<dyn StandIn>>,
    present: bool,
    /// How often it was taken out.
    removals: u64,
    log: Log,
    removal: Option<Hook>,
    watcher: Option<Watcher>,
}

impl Inner {
    fn note(&mut self, event: Event) {
        if let Some(watcher) = &mut self.watcher {
            watcher(&event);
        }
        self.log.push(event);
    }
}

struct Shared {
    inner: Mutex<Inner>,
    /// The card was taken out or put back.
    moved: Condvar,
}

/// A handle to a slot; clones are handles to the same slot.
#[derive(Clone)]
pub struct Slot(Arc<Shared>);

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = self.lock();
        f.debug_struct("Slot")
            .field("card", &inner.card)
            .field("present", &inner.present)
            .finish()
    }
}

impl Slot {
    /// A slot with that card in it.
    #[must_use]
    pub fn new(card: Card) -> Self {
        Self(Arc::new(Shared {
            inner: Mutex::new(Inner {
                card,
                stand_in: None,
                present: true,
                removals: 0,
                log: Log::default(),
                removal: None,
                watcher: None,
            }),
            moved: Condvar::new(),
        }))
    }

    /// What a panic left behind is still a card: nothing of it is half changed.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows every later event to `watcher`, at once and in order; it replaces the one before. It
    /// must not use the slot.
    pub fn watch(&self, watcher: impl FnMut(&Event) + Send + 'static) {
        self.lock().watcher = Some(Box::new(watcher));
    }

    /// Lets somebody else answer in place of the card.
    pub fn replace(&self, stand_in: impl StandIn + 'static) {
        self.lock().stand_in = Some(Box::new(stand_in));
    }

    /// Sends a command APDU; nothing when there is no card. An answer without bytes says that the
    /// card lost its power. An answer that is late is waited for here.
    #[must_use]
    pub fn transmit(&self, command: &[u8]) -> Option<Vec<u8>> {
        self.late(|inner| {
            let response = match &mut inner.stand_in {
                Some(stand_in) => stand_in.transmit(command),
                None => inner.card.transmit(command),
            };
            inner.note(Event::Apdu {
                command: command.to_vec(),
                response: response.clone(),
            });
            response
        })
    }

    /// Resets the card and returns its answer to reset; nothing when there is no card.
    #[must_use]
    pub fn reset(&self, kind: Reset) -> Option<Vec<u8>> {
        self.late(|inner| inner.reset(kind))
    }

    /// Takes an answer and keeps it as long as the card says; the slot is free meanwhile. What a
    /// card had to say that is taken out meanwhile, nobody hears.
    fn late(&self, act: impl FnOnce(&mut Inner) -> Vec<u8>) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        if !inner.present {
            return None;
        }
        let answer = act(&mut inner);
        let delay = inner.card.take_delay();
        if delay.is_zero() {
            return Some(answer);
        }
        let removals = inner.removals;
        let (_inner, waited) = self
            .0
            .moved
            .wait_timeout_while(inner, delay, |inner| inner.removals == removals)
            .unwrap_or_else(PoisonError::into_inner);
        waited.timed_out().then_some(answer)
    }

    /// Takes the card out; true when it was in.
    pub fn remove(&self) -> bool {
        let mut inner = self.lock();
        let was = std::mem::replace(&mut inner.present, false);
        if was {
            inner.note(Event::Removed);
            inner.removals += 1;
            self.0.moved.notify_all();
        }
        let hook = inner.removal.take();
        drop(inner);
        if let Some(hook) = hook {
            hook();
        }
        was
    }

    /// Puts the card back, which gives it power; true when it was out.
    pub fn insert(&self) -> bool {
        let mut inner = self.lock();
        let was_out = !std::mem::replace(&mut inner.present, true);
        if was_out {
            inner.note(Event::Inserted);
            inner.reset(Reset::Cold);
            self.0.moved.notify_all();
        }
        was_out
    }

    /// Waits until the card is in.
    pub fn wait_inserted(&self) {
        let mut inner = self.lock();
        while !inner.present {
            inner = self
                .0
                .moved
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Leaves a way to wake up whoever serves this slot; called once, at the next removal. It is
    /// called at once when the card is out already.
    pub fn on_removal(&self, hook: impl FnOnce() + Send + 'static) {
        let mut inner = self.lock();
        if inner.present {
            inner.removal = Some(Box::new(hook));
        } else {
            drop(inner);
            hook();
        }
    }

    /// True when the card is in.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.lock().present
    }

    /// The newest `count` events with their numbers, oldest first.
    #[must_use]
    pub fn log(&self, count: usize) -> Vec<(u64, Event)> {
        self.lock().log.last(count)
    }

    /// Does something to the card past its contacts, whether it is in or out.
    pub fn with_card<T>(&self, act: impl FnOnce(&mut Card) -> T) -> T {
        act(&mut self.lock().card)
    }
}

impl Inner {
    fn reset(&mut self, kind: Reset) -> Vec<u8> {
        let atr = match &mut self.stand_in {
            Some(stand_in) => stand_in.reset(kind),
            None => self.card.reset(kind),
        };
        self.note(Event::Reset {
            kind,
            atr: atr.clone(),
        });
        atr
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apdu(number: u8, size: usize) -> Event {
        Event::Apdu {
            command: vec![number],
            response: vec![0; size],
        }
    }

    #[test]
    fn the_log_keeps_the_newest_and_counts_on() {
        let mut log = Log::default();
        for number in 0..=u8::MAX {
            for _ in 0..5 {
                log.push(apdu(number, 2));
            }
        }
        assert_eq!(log.events.len(), LOGGED);
        let last = log.last(2);
        assert_eq!(last.first(), Some(&(1279, apdu(255, 2))));
        assert_eq!(last.last(), Some(&(1280, apdu(255, 2))));
        assert_eq!(log.last(5000).len(), LOGGED);
    }

    #[test]
    fn the_log_is_limited_in_bytes() {
        let mut log = Log::default();
        for number in 0..200 {
            log.push(apdu(number, 0x1_0000));
        }
        assert!(log.bytes <= LOGGED_BYTES, "{}", log.bytes);
        assert_eq!(log.events.len(), LOGGED_BYTES / 0x1_0001);
    }
}
