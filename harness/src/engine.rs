// SPDX-License-Identifier: MIT OR Apache-2.0
//! The judge of a running case. Every exchange of every interface goes through it.
//!
//! It is synchronous, behind one lock: whoever carries an exchange (the card's tap, the SM-DP+'s,
//! the ESipa server or client) calls [`Engine::begin`] with the request and [`Engine::finish`]
//! with the answer, and sends what that returns. Between the two, other exchanges may take place;
//! they are the ones that this one caused.
//!
//! Steps are met in the order of the case. `never` and `network` take effect the moment the
//! exchange before them begins, so that no race with the driver can lose them.

mod judge;
mod make;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::case::{Case, Interface};
use crate::matching::{Bindings, Bound};
use crate::message::Message;
use crate::mutate::Keyring;
use crate::tape::{Index, Tape, Wire};
use crate::verdict::Finding;
use crate::wire::http::Headers;

use state::State;

/// The judge of one running case.
pub struct Engine {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// An exchange that began.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Ticket {
    index: Index,
    step: Option<usize>,
}

impl Engine {
    /// A judge for `case`. `keys` are those with which answers can be signed again.
    #[must_use]
    pub fn new(case: &Case, bindings: Bindings, keys: Keyring) -> Self {
        Self {
            state: Mutex::new(State::new(case.file.clone(), bindings, keys)),
            changes: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing that runs under the lock leaves the state half changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A request came, or is about to be sent.
    pub fn begin(&self, interface: Interface, request: &[u8]) -> Ticket {
        let ticket = self.state().begin(interface, request);
        self.changed();
        ticket
    }

    /// The header fields that came with a request of ESipa.
    pub fn headers(&self, ticket: Ticket, headers: &Headers) {
        self.state().judge_headers(ticket, headers);
    }

    /// The answer of the real peer is there. Returns what its client is to get.
    pub fn finish(&self, ticket: Ticket, answer: Vec<u8>) -> Vec<u8> {
        let sent = self.state().finish(ticket, answer);
        self.changed();
        sent
    }

    /// Nobody real answers: the case says the answer. Empty means HTTP 204.
    pub fn answer(&self, ticket: Ticket) -> Vec<u8> {
        let sent = self.state().answer(ticket);
        self.changed();
        sent
    }

    /// The peer gave no answer at all.
    pub fn broken(&self, ticket: Ticket, reason: &str) {
        self.state().broken(ticket, reason);
        self.changed();
    }

    /// Adds the bodies that were on the wire to the exchange.
    pub fn wire(&self, ticket: Ticket, wire: Wire) {
        self.state().wire(ticket, wire);
    }

    /// Whether the server of `interface` is out of reach at this point of the case.
    #[must_use]
    pub fn is_gone(&self, interface: Interface) -> bool {
        self.state().is_gone(interface)
    }

    /// Whether step `index` was met, or the case has been decided.
    #[must_use]
    pub fn is_settled(&self, index: usize) -> bool {
        let state = self.state();
        state.finding.is_some() || state.is_done(index)
    }

    /// A stream of changes, to wait for.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The driver's step `index` was performed.
    pub fn performed(&self, index: usize) {
        self.state().performed(index);
        self.changed();
    }

    /// Decides the case, unless it is decided already.
    pub fn decide(&self, finding: Finding) {
        self.state().decide(finding);
        self.changed();
    }

    /// What speaks against the implementation, if anything.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        self.state().finding.clone()
    }

    /// Says that step `index` was not met: what was expected and what came instead.
    pub fn missed(&self, index: usize, why: &str) {
        self.state().missed(index, why);
        self.changed();
    }

    /// Looks at the variables or sets some.
    pub fn with_bindings<R>(&self, look: impl FnOnce(&mut Bindings) -> R) -> R {
        look(&mut self.state().bindings)
    }

    /// The tape so far.
    #[must_use]
    pub fn tape(&self) -> Tape {
        self.state().tape.clone()
    }
}

/// The message that `as` keeps: what GetEimPackage hands out is kept without its envelope, so that
/// it can be given to the card.
fn kept(message: &Message) -> Bound {
    if message.name == "getEimPackageResponse"
        && let Some((name, value)) = message.value.as_object().and_then(|map| map.iter().next())
        && let Some(tree) = message.tree.as_ref().and_then(|tree| tree.child(name))
    {
        return Bound::Message {
            name: name.clone(),
            value: value.clone(),
            raw: tree.raw().to_vec(),
        };
    }
    Bound::Message {
        name: message.name.clone(),
        value: message.value.clone(),
        raw: message.raw.clone(),
    }
}
