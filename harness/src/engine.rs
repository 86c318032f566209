// SPDX-License-Identifier: MIT OR Apache-2.0
//! The judge of a running case. Every exchange of every interface goes through it.
//!
//! It is synchronous, behind one lock: whoever carries an exchange (the card's tap, the SM-DP+'s,
//! the ESipa server or client) calls [`Engine::begin`] with the request and [`Engine::finish`]
//! with the answer, and sends what that returns. Between the two, other exchanges may take place;
//! they are the ones that this one caused.
//!
//! Steps are met in the order of the case, with the freedom that `any_order`, `either` and
//! `optional` give. `never`, `network` and `coverage` take effect the moment the exchange before
//! them begins, so that no race with the driver can lose them.

mod forms;
mod judge;
mod make;
mod meet;
mod older;
mod plan;
mod sides;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::capture::{Capture, Piece};
use crate::case::{At, Case, Interface, NetworkState, Step};
use crate::invariant::{Known, RuleName};
use crate::matching::{Bindings, Bound};
use crate::message::Message;
use crate::mutate::{Keyring, MakeError};
use crate::network::Network;
use crate::tape::{Index, Tape, Wire};
use crate::verdict::Finding;
use crate::wire::http::Headers;

pub use plan::{Await, Next};
use state::State;

/// The judge of one running case.
pub struct Engine {
    state: Mutex<State>,
    /// Where each exchange is named beside its bytes.
    capture: Option<Capture>,
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
}

impl Ticket {
    /// The place of the exchange on the tape.
    #[must_use]
    pub const fn index(self) -> Index {
        self.index
    }
}

/// The exchanges: for whoever carries them.
impl Engine {
    /// A judge for `case`. `keys` are those with which messages can be signed again.
    #[must_use]
    pub fn new(case: &Case, bindings: Bindings, keys: Keyring) -> Self {
        Self {
            state: Mutex::new(State::new(&case.file, bindings, keys)),
            capture: None,
            changes: watch::Sender::new(0),
        }
    }

    /// Tells what is known of the devices and eIMs before anything is exchanged.
    #[must_use]
    pub fn knowing(self, known: Known) -> Self {
        self.state().watch.knowing(known);
        self
    }

    /// Rules that do not decide: it is known that the implementation breaks them.
    #[must_use]
    pub fn setting_aside(self, rules: &[RuleName]) -> Self {
        self.state().set_aside = rules.to_vec();
        self
    }

    /// The rules that were set aside and broken.
    #[must_use]
    pub fn broken_aside(&self) -> Vec<RuleName> {
        self.state().broken_aside.iter().copied().collect()
    }

    /// Names each exchange in `capture` when its answer is there.
    #[must_use]
    pub fn showing(mut self, capture: Capture) -> Self {
        self.capture = Some(capture);
        self
    }

    fn show(&self, ticket: Ticket) {
        let Some(capture) = &self.capture else {
            return;
        };
        let words = self.state().tape.get(ticket.index).map(|entry| {
            let (asked, answer) = (&entry.request.name, entry.response_name());
            format!("{} {}: {asked} -> {answer}", ticket.index, entry.interface)
        });
        if let Some(words) = words {
            capture.push(Piece::Note(words));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // nothing that runs under the lock leaves the state half changed
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A request came.
    pub fn begin(&self, interface: Interface, request: &[u8]) -> Ticket {
        self.send(interface, request.to_vec()).0
    }

    /// A request came to the server `host` of an interface that has several.
    pub fn begin_at(&self, interface: Interface, host: Option<&str>, request: &[u8]) -> Ticket {
        let (ticket, _) = self.state().begin(interface, host, request.to_vec());
        self.changed();
        ticket
    }

    /// A request is about to be sent to the implementation under test. Gives it as the case wants
    /// it (`mutate`).
    pub fn send(&self, interface: Interface, request: Vec<u8>) -> (Ticket, Vec<u8>) {
        let begun = self.state().begin(interface, None, request);
        self.changed();
        begun
    }

    /// The header fields that came with a request.
    pub fn headers(&self, ticket: Ticket, headers: &Headers) {
        self.state().judge_headers(ticket, headers);
    }

    /// The status and the header fields that came with an answer, whatever its body.
    pub fn answer_headers(&self, ticket: Ticket, status: u16, headers: &Headers) {
        self.state().judge_answer_headers(ticket, status, headers);
        self.changed();
    }

    /// The answer of the real peer is there. Returns what its client is to get.
    pub fn finish(&self, ticket: Ticket, answer: Vec<u8>) -> Vec<u8> {
        let sent = self.state().finish(ticket, answer);
        self.show(ticket);
        self.changed();
        sent
    }

    /// Nobody real answers: the case says the answer. Empty means HTTP 204.
    pub fn answer(&self, ticket: Ticket) -> Vec<u8> {
        let sent = self.state().answer(ticket);
        self.show(ticket);
        self.changed();
        sent
    }

    /// The peer gave no answer at all.
    pub fn broken(&self, ticket: Ticket, reason: &str) {
        self.state().broken(ticket, reason);
        self.show(ticket);
        self.changed();
    }

    /// The transport answered instead of the function: `words` say how, and `awaited` what the case
    /// expects, when that is something else.
    pub fn carried(&self, ticket: Ticket, words: &str, awaited: Option<&str>) {
        self.state().carried(ticket, words, awaited);
        self.show(ticket);
        self.changed();
    }

    /// The answer of an actor went out as another than it was shown: a named misbehaviour struck
    /// after it was made.
    pub fn went_out(&self, ticket: Ticket, answer: &[u8]) {
        self.state().went_out(ticket, answer);
    }

    /// Adds the bodies that were on the wire to the exchange.
    pub fn wire(&self, ticket: Ticket, wire: Wire) {
        self.state().wire(ticket, wire);
    }

    /// Puts a remark beside the exchange.
    pub fn note(&self, ticket: Ticket, note: impl Into<String>) {
        self.state().note(ticket, note.into());
    }

    /// Which network there is.
    #[must_use]
    pub fn network(&self) -> Network {
        self.state().network.clone()
    }

    /// Whether the server of `interface` is out of reach at this point of the case.
    #[must_use]
    pub fn is_gone(&self, interface: Interface) -> bool {
        self.network().state(interface) == NetworkState::Gone
    }

    /// The tape so far.
    #[must_use]
    pub fn tape(&self) -> Tape {
        self.state().tape.clone()
    }

    /// The last exchange that began.
    #[must_use]
    pub fn last(&self) -> Option<Index> {
        self.state().tape.last()
    }
}

/// The steps: for the driver.
impl Engine {
    /// What is to be done next; nothing when the case is through.
    #[must_use]
    pub fn next(&self) -> Option<Next> {
        self.state().next()
    }

    /// The step numbered `step`. Steps inside `any_order` and `either` are numbered like others.
    #[must_use]
    pub fn step(&self, step: usize) -> Option<At<Step>> {
        self.state().plan.step(step).cloned()
    }

    /// Whether nothing is left but to look at states.
    #[must_use]
    pub fn only_checks_left(&self) -> bool {
        self.state().plan.only_checks_left()
    }

    /// The request of a scripted role in step `step`, signed where the case says so. What `mutate`
    /// says is done when it is sent ([`Engine::send`]).
    ///
    /// # Errors
    /// [`MakeError`] when it cannot be made.
    pub fn request(&self, step: usize) -> Result<Vec<u8>, MakeError> {
        self.state().scripted_request(step)
    }

    /// The next request that begins is that of step `step`.
    pub fn sending(&self, step: usize) {
        self.state().sending(step);
    }

    /// A stream of changes, to wait for.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The driver's step was performed, or the request of a scripted role was sent.
    pub fn performed(&self, step: usize) {
        self.state().performed(step);
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

    /// Nothing came in the time that step `step` has. The case goes on where it allows that, and
    /// is decided otherwise.
    pub fn missed(&self, step: usize, why: &str) {
        self.state().missed(step, why);
        self.changed();
    }

    /// What the implementation chose where it is free to (`either`), in words.
    #[must_use]
    pub fn choices(&self) -> Vec<String> {
        self.state().plan.choices()
    }

    /// Looks at the variables or sets some.
    pub fn with_bindings<R>(&self, look: impl FnOnce(&mut Bindings) -> R) -> R {
        look(&mut self.state().bindings)
    }
}

/// The message that `as` keeps: what GetEimPackage hands out, and TransferEimPackage brings, is kept
/// without its envelope, so that it can be given to the card.
fn kept(message: &Message) -> Bound {
    let envelopes = ["getEimPackageResponse", "transferEimPackageRequest"];
    if envelopes.contains(&message.name.as_str())
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
