// SPDX-License-Identifier: MIT OR Apache-2.0
//! Gathers the events of a running case.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smdp::http::{Ear, Opened};

use super::event::{Actor, Event};
use super::said::Said;
use crate::case::{Interface, RoleName};
use crate::wire::net::Callers;

/// What is kept of one case at most; a program that floods fills no memory.
const MOST_BYTES: usize = 32 << 20;
/// What an event takes beside its bytes.
const EVENT: usize = 128;
/// The number of every connection that is not one of the implementation under test.
const OURS: u64 = 0;

/// The events of one case; clones write to the same one. Without somebody who wants to keep them,
/// nothing is gathered.
#[derive(Clone, Debug, Default)]
pub struct Trace(Option<Arc<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    inner: Mutex<Inner>,
    has_card: bool,
    /// What happens to the card is done by the case.
    by_case: AtomicBool,
    /// Clients that are not the implementation under test.
    ours: Callers,
}

#[derive(Debug, Default)]
struct Inner {
    pieces: Vec<Piece>,
    connections: u64,
    size: usize,
    full: bool,
}

/// An event, or bytes that may belong together with those before and after them.
#[derive(Debug)]
enum Piece {
    Event(Event),
    /// The place of a connection that may come to nothing.
    Attempt,
    Bytes {
        connection: u64,
        by: Actor,
        bytes: Vec<u8>,
    },
}

impl Inner {
    fn push(&mut self, piece: Piece, size: usize) {
        self.size = self.size.saturating_add(size).saturating_add(EVENT);
        self.full |= self.size > MOST_BYTES;
        if !self.full {
            self.pieces.push(piece);
        }
    }

    fn bytes(&mut self, connection: u64, by: Actor, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Bytes {
                connection: of,
                by: sender,
                bytes: before,
            }) if *of == connection && *sender == by && !self.full => {
                self.size = self.size.saturating_add(bytes.len());
                self.full |= self.size > MOST_BYTES;
                before.extend_from_slice(bytes);
            }
            _ => {
                let size = bytes.len();
                let bytes = bytes.to_vec();
                let piece = Piece::Bytes {
                    connection,
                    by,
                    bytes,
                };
                self.push(piece, size);
            }
        }
    }
}

impl Trace {
    /// Gathers the events of an implementation that is a `role`; only an IPA has a card.
    #[must_use]
    pub fn of(role: RoleName) -> Self {
        Self(Some(Arc::new(Shared {
            has_card: role.has_the_card(),
            ..Shared::default()
        })))
    }

    /// Whether somebody wants to keep the events.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    fn with(&self, act: impl FnOnce(&mut Inner)) {
        if let Some(shared) = &self.0 {
            act(&mut shared.inner());
        }
    }

    /// Adds an event.
    pub fn push(&self, event: Event) {
        let size = match &event {
            Event::Apdu { command, answer } => command.0.len() + answer.0.len(),
            Event::Output { text } => text.len(),
            _ => 0,
        };
        self.with(|inner| inner.push(Piece::Event(event), size));
    }

    /// What happens to the card while `act` works is done by the case, not by the implementation.
    pub fn by_case<T>(&self, act: impl FnOnce() -> T) -> T {
        self.set(true);
        let done = act();
        self.set(false);
        done
    }

    fn set(&self, by_case: bool) {
        if let Some(shared) = &self.0 {
            shared.by_case.store(by_case, Ordering::SeqCst);
        }
    }

    /// Where clients are noted that are not the implementation under test.
    #[must_use]
    pub fn ours(&self) -> Callers {
        self.0
            .as_ref()
            .map(|it| it.ours.clone())
            .unwrap_or_default()
    }

    /// Adds what happened at the contacts of the card.
    pub fn card(&self, event: &veuicc::link::Event) {
        use super::event::Octets;
        use veuicc::link::Event as Contact;
        let Some(shared) = self.0.as_ref().filter(|it| it.has_card) else {
            return;
        };
        match event {
            Contact::Apdu { command, response } => self.push(Event::Apdu {
                command: Octets(command.clone()),
                answer: Octets(response.clone()),
            }),
            Contact::Reset { kind, atr } if !shared.by_case.load(Ordering::SeqCst) => {
                self.push(Event::Reset {
                    kind: (*kind).into(),
                    atr: Octets(atr.clone()),
                });
            }
            Contact::Reset { .. } | Contact::Removed | Contact::Inserted => (),
        }
    }

    /// Somebody who listens to the connections of a server of ours, called `host`, that the
    /// implementation opens.
    #[must_use]
    pub fn server(&self, interface: Interface, host: &str) -> Option<Arc<dyn Ear>> {
        self.ear(interface, host, Actor::Iut)
    }

    /// The same for connections of ours to a server of the implementation.
    #[must_use]
    pub fn client(&self, interface: Interface, host: &str) -> Option<Arc<dyn Ear>> {
        self.ear(interface, host, Actor::Harness)
    }

    fn ear(&self, interface: Interface, host: &str, by: Actor) -> Option<Arc<dyn Ear>> {
        let shared = self.0.clone()?;
        Some(Arc::new(Listener {
            shared,
            interface,
            host: host.to_owned(),
            by,
        }))
    }

    /// All events so far; nothing when they were not gathered, or were too many.
    #[must_use]
    pub fn events(&self) -> Option<Vec<Event>> {
        let inner = self.0.as_ref()?.inner();
        let pieces = inner.pieces.iter().filter_map(|piece| match piece {
            Piece::Attempt => None,
            Piece::Event(event) => Some(event.clone()),
            Piece::Bytes {
                connection,
                by,
                bytes,
            } => {
                let (connection, said) = (*connection, Said::of(bytes));
                Some(match by {
                    Actor::Iut => Event::Sent { connection, said },
                    Actor::Harness => Event::Got { connection, said },
                })
            }
        });
        (!inner.full).then(|| pieces.collect())
    }
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Listener {
    shared: Arc<Shared>,
    interface: Interface,
    host: String,
    /// Who opens the connections.
    by: Actor,
}

impl Listener {
    fn said(&self, connection: u64, by: Actor, bytes: &[u8]) {
        if connection == OURS {
            return;
        }
        let mut inner = self.shared.inner();
        if bytes.is_empty() {
            let event = Event::Close { connection, by };
            inner.push(Piece::Event(event), 0);
        } else {
            inner.bytes(connection, by, bytes);
        }
    }
}

impl Ear for Listener {
    fn open(&self, opened: &Opened) -> u64 {
        if opened.peer.is_some_and(|peer| self.shared.ours.take(peer)) {
            return OURS;
        }
        let alpn = opened.alpn.as_deref();
        let mut inner = self.shared.inner();
        inner.connections += 1;
        let connection = inner.connections;
        let event = Event::Open {
            connection,
            by: self.by,
            interface: self.interface,
            host: self.host.clone(),
            tls: opened.tls,
            alpn: alpn.map(|name| String::from_utf8_lossy(name).into_owned()),
        };
        inner.push(Piece::Event(event), 0);
        connection
    }

    fn attempt(&self) -> usize {
        let mut inner = self.shared.inner();
        inner.push(Piece::Attempt, 0);
        inner.pieces.len().saturating_sub(1)
    }

    fn failed(&self, opened: &Opened) {
        if opened.peer.is_some_and(|peer| self.shared.ours.take(peer)) {
            return;
        }
        let event = Event::Failed {
            interface: self.interface,
            host: self.host.clone(),
        };
        // where it began: what the client did next may have come before its failure was seen
        let mut inner = self.shared.inner();
        if let Some(place @ Piece::Attempt) = inner.pieces.get_mut(opened.attempt) {
            *place = Piece::Event(event);
        }
    }

    fn received(&self, connection: u64, bytes: &[u8]) {
        self.said(connection, Actor::Iut, bytes);
    }

    fn sends(&self, connection: u64, bytes: &[u8]) {
        self.said(connection, Actor::Harness, bytes);
    }
}
