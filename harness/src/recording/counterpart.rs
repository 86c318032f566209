// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everybody but the implementation, played from a tape: card and servers answer what they
//! answered, nothing is computed. What the live implementation sends is compared with the tape.
//!
//! Each channel (the card, each server) has a place of its own on the tape, so that an
//! implementation may do things side by side in another order.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smdp::http::Ear;
use tokio::sync::watch;

use super::compare::{self, Difference, Field};
use super::divert::Diverted;
use super::event::{Actor, Event, Reset};
use super::file::Recording;
use super::player::Played;
use crate::case::Interface;
use crate::message::Direction;

/// How far ahead on the tape a command is looked for that is not the next.
const AHEAD: usize = 8;
/// No recorded answer: 6F00 says nothing but that it cannot be done.
const NO_ANSWER: [u8; 2] = [0x6F, 0x00];

/// A tape that answers; clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Counterpart(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    recording: Recording,
    lenient: bool,
    /// What happens to the card is done by the case.
    by_case: AtomicBool,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

/// A place on a tape: the number of an event, from 0.
type Place = usize;

/// What a server got on a tape, and what it answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    pub(super) at: Place,
    pub(super) request: Vec<u8>,
    pub(super) answer: Vec<u8>,
    /// The server then closed the connection.
    pub(super) closes: bool,
}

#[derive(Clone, Debug)]
enum Contact {
    Apdu(Vec<u8>, Vec<u8>),
    Reset(Reset, Vec<u8>),
}

#[derive(Debug, Default)]
struct State {
    card: VecDeque<(Place, Contact)>,
    servers: BTreeMap<(Interface, String), VecDeque<Conversation>>,
    result: Played,
}

impl State {
    fn of(events: &[Event]) -> Self {
        let mut state = Self::default();
        let mut open: BTreeMap<u64, (Interface, String)> = BTreeMap::new();
        let mut last: BTreeMap<u64, usize> = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Apdu { command, answer } => {
                    let contact = Contact::Apdu(command.0.clone(), answer.0.clone());
                    state.card.push_back((at, contact));
                }
                Event::Reset { kind, atr } => {
                    let contact = Contact::Reset(*kind, atr.0.clone());
                    state.card.push_back((at, contact));
                }
                Event::Open {
                    connection,
                    by: Actor::Iut,
                    interface,
                    host,
                    ..
                } => {
                    open.insert(*connection, (*interface, host.clone()));
                }
                Event::Sent { connection, said } => {
                    let Some(server) = open.get(connection) else {
                        continue;
                    };
                    let all = state.servers.entry(server.clone()).or_default();
                    let conversation = Conversation {
                        at,
                        request: said.bytes(),
                        ..Conversation::default()
                    };
                    all.push_back(conversation);
                    last.insert(*connection, all.len() - 1);
                }
                Event::Got { connection, said } => {
                    if let Some(talk) = state.last(&open, &last, *connection) {
                        talk.answer.extend(said.bytes());
                    }
                }
                Event::Close {
                    connection,
                    by: Actor::Harness,
                } => {
                    if let Some(talk) = state.last(&open, &last, *connection) {
                        talk.closes = true;
                    }
                }
                _ => (),
            }
        }
        state
    }

    fn last(
        &mut self,
        open: &BTreeMap<u64, (Interface, String)>,
        last: &BTreeMap<u64, usize>,
        connection: u64,
    ) -> Option<&mut Conversation> {
        let all = self.servers.get_mut(open.get(&connection)?)?;
        all.get_mut(*last.get(&connection)?)
    }

    /// The first place on the tape that the implementation has not come to.
    fn next(&self) -> Option<Place> {
        let card = self.card.front().map(|(at, _)| *at);
        let servers = self.servers.values();
        let servers = servers.filter_map(|all| all.front().map(|talk| talk.at));
        servers.chain(card).min()
    }
}

impl Counterpart {
    /// Lets `recording` answer. When `lenient`, a value that has the length of the recorded one is
    /// taken for it: what an implementation draws at random cannot be the same.
    #[must_use]
    pub fn new(recording: Recording, lenient: bool) -> Self {
        let state = State::of(&recording.events);
        Self(Arc::new(Shared {
            recording,
            lenient,
            by_case: AtomicBool::new(false),
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
        }))
    }

    /// The tape.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.0.recording
    }

    /// What came of it: exchanges that were to come, those that were as recorded, and the first
    /// difference.
    #[must_use]
    pub fn result(&self) -> Played {
        let state = self.state();
        let missing = state.card.len() + state.servers.values().map(VecDeque::len).sum::<usize>();
        let mut result = state.result.clone();
        result.answers += missing;
        if let (None, Some(at)) = (&result.first, state.next()) {
            result.first = Some(self.difference(at, missed()));
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn difference(&self, at: Place, (field, recorded, now): Field) -> Difference {
        let event = self.0.recording.events.get(at);
        Difference {
            event: at + 1,
            what: event.map(Event::words).unwrap_or_default(),
            field,
            recorded,
            now,
        }
    }

    fn compared(&self, state: &mut State, at: Place, different: Option<Field>) {
        let different = different.filter(|it| !(self.0.lenient && same_shape(it)));
        state.result.answers += 1;
        match different {
            None => state.result.same += 1,
            Some(field) if state.result.first.is_none() => {
                state.result.first = Some(self.difference(at, field));
            }
            Some(_) => (),
        }
        self.0.changes.send_modify(|count| *count += 1);
    }

    /// Waits until the implementation has done all that is before `place` on the tape; false when
    /// nothing came for the time of a step.
    pub(crate) async fn reached(&self, place: Place, patience: Duration) -> bool {
        let mut changes = self.0.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if self.state().next().is_none_or(|next| next > place) {
                return true;
            }
            let change = tokio::time::timeout(patience, changes.changed()).await;
            if !matches!(change, Ok(Ok(()))) {
                return false;
            }
        }
    }

    /// What happens to the card while `act` works is done by the case: a tape has it as a step.
    pub(crate) fn by_case<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.by_case.store(true, Ordering::SeqCst);
        let done = act();
        self.0.by_case.store(false, Ordering::SeqCst);
        done
    }

    /// What stands for a server of the case.
    pub(crate) fn server(&self, interface: Interface, host: &str) -> Arc<dyn Ear> {
        Arc::new(Diverted::new(self.clone(), interface, host))
    }

    /// What stands for the card.
    pub(crate) fn card(&self) -> impl veuicc::link::StandIn + 'static {
        PlayedCard(self.clone())
    }

    /// What a server answers to a request; nothing when the tape has no more for it.
    pub(super) fn answer(
        &self,
        interface: Interface,
        host: &str,
        request: &[u8],
    ) -> Option<Conversation> {
        let mut state = self.state();
        let all = state.servers.get_mut(&(interface, host.to_owned()));
        let talk = all.and_then(VecDeque::pop_front);
        let Some(talk) = talk else {
            let end = self.0.recording.events.len();
            let extra = (
                "request".to_owned(),
                "none".to_owned(),
                super::said::Said::of(request).words(),
            );
            self.compared(&mut state, end, Some(extra));
            return None;
        };
        let different = compare::said(interface, Direction::Request, &talk.request, request);
        self.compared(&mut state, talk.at, different);
        Some(talk)
    }

    fn contact(
        &self,
        is_it: impl Fn(&Contact) -> bool,
        shown: &dyn Fn(&Contact) -> Field,
    ) -> Vec<u8> {
        let mut state = self.state();
        let there = state
            .card
            .iter()
            .take(AHEAD)
            .position(|(_, contact)| is_it(contact));
        for _ in 0..there.unwrap_or(0) {
            if let Some((at, _)) = state.card.pop_front() {
                self.compared(&mut state, at, Some(missed()));
            }
        }
        let Some((at, contact)) = state.card.pop_front() else {
            let end = self.0.recording.events.len();
            let extra = (
                "command".to_owned(),
                "none".to_owned(),
                "another one".to_owned(),
            );
            self.compared(&mut state, end, Some(extra));
            return NO_ANSWER.to_vec();
        };
        let different = there.is_none().then(|| shown(&contact));
        self.compared(&mut state, at, different);
        match contact {
            Contact::Apdu(_, answer) | Contact::Reset(_, answer) => answer,
        }
    }
}

/// The implementation did not do what is on the tape.
fn missed() -> Field {
    (
        "the implementation".to_owned(),
        "did this".to_owned(),
        "did not".to_owned(),
    )
}

/// Whether a field has other content of the same length.
fn same_shape((field, recorded, now): &Field) -> bool {
    let lengths = recorded.chars().count() == now.chars().count();
    lengths && !["first line", "message", "request", "the implementation"].contains(&field.as_str())
}

struct PlayedCard(Counterpart);

impl veuicc::link::StandIn for PlayedCard {
    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let is_it =
            |contact: &Contact| matches!(contact, Contact::Apdu(known, _) if known == command);
        let shown = |contact: &Contact| match contact {
            Contact::Apdu(known, _) => compare::command(known, command),
            Contact::Reset(..) => ("card".to_owned(), "reset".to_owned(), "command".to_owned()),
        };
        self.0.contact(is_it, &shown)
    }

    fn reset(&mut self, kind: veuicc::Reset) -> Vec<u8> {
        if self.0.0.by_case.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let kind = Reset::from(kind);
        let is_it =
            |contact: &Contact| matches!(contact, Contact::Reset(known, _) if *known == kind);
        let shown = |contact: &Contact| match contact {
            Contact::Apdu(..) => ("card".to_owned(), "command".to_owned(), "reset".to_owned()),
            Contact::Reset(..) => (
                "reset".to_owned(),
                "the other".to_owned(),
                "this".to_owned(),
            ),
        };
        self.0.contact(is_it, &shown)
    }
}
