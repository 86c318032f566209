// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the engine knows of a running case, and how an exchange changes it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Ticket;
use super::meet::keep;
use super::plan::{Next, Plan, Progress, name_of};
use super::sides::Sides;
use crate::case::{CaseFile, Exchange, Interface, Position, RoleName, Step};
use crate::invariant::{RuleName, Watch};
use crate::matching::{Bindings, Mismatch};
use crate::message::{Direction, Message, UNDECODABLE};
use crate::mutate::Keyring;
use crate::network::Network;
use crate::tape::{Index, Tape, Wire};
use crate::verdict::{Fault, Finding};

/// Exchanges of one case. Whoever makes more than that does not end by itself.
const MOST_EXCHANGES: usize = 20_000;
/// Octets of all messages of one case.
const MOST_OCTETS: usize = 64 << 20;

/// A message that was almost the awaited one.
pub(super) struct NearMiss {
    pub(super) at: Index,
    pub(super) mismatches: Vec<Mismatch>,
}

impl NearMiss {
    /// The deeper the first difference and the fewer there are, the nearer it was.
    pub(super) fn nearness(&self) -> (usize, Reverse<usize>) {
        let depths = self.mismatches.iter().map(|it| it.path.split('.').count());
        (depths.min().unwrap_or(0), Reverse(self.mismatches.len()))
    }
}

/// A message that must not come, and the step that says so.
pub(super) struct Forbidden {
    pub(super) interface: Interface,
    pub(super) name: String,
    pub(super) by: usize,
    /// It may come once this request has come; never without one.
    pub(super) until: Option<String>,
}

fn forbidden(
    messages: &BTreeMap<Interface, String>,
    by: usize,
    until: Option<&String>,
) -> impl Iterator<Item = Forbidden> {
    messages.iter().map(move |(interface, name)| Forbidden {
        interface: *interface,
        name: name.clone(),
        by,
        until: until.cloned(),
    })
}

pub(super) struct State {
    pub(super) plan: Plan,
    pub(super) sides: Sides,
    pub(super) never: Vec<Forbidden>,
    pub(super) network: Network,
    /// The last message that was almost the one of a step.
    pub(super) near: BTreeMap<usize, NearMiss>,
    /// The steps that an exchange may turn out to be, until its answer tells.
    pub(super) open: BTreeMap<Index, Vec<usize>>,
    /// The request that the driver is about to send.
    sending: Option<usize>,
    pub(super) watch: Watch,
    /// The rules that do not decide, as it is known that they are broken.
    pub(super) set_aside: Vec<RuleName>,
    /// Those of them that were broken.
    pub(super) broken_aside: BTreeSet<RuleName>,
    pub(super) keys: Keyring,
    /// `euiccSignature1` of the session, which a new `smdpSignature2` covers.
    pub(super) signature1: Option<Vec<u8>>,
    pub(super) bindings: Bindings,
    pub(super) tape: Tape,
    octets: usize,
    pub(super) finding: Option<Finding>,
}

impl State {
    pub(super) fn new(case: &CaseFile, bindings: Bindings, keys: Keyring) -> Self {
        let sides = Sides::new(case);
        let mut state = Self {
            plan: Plan::new(&case.steps, sides),
            sides,
            never: Vec::new(),
            network: Network::default(),
            near: BTreeMap::new(),
            open: BTreeMap::new(),
            sending: None,
            watch: Watch::new(case.iut, case.dialect),
            set_aside: Vec::new(),
            broken_aside: BTreeSet::new(),
            keys,
            signature1: None,
            bindings,
            tape: Tape::default(),
            octets: 0,
            finding: None,
        };
        state.pass_instants();
        state
    }

    /// A request came or is about to be sent; gives it as it goes on.
    pub(super) fn begin(
        &mut self,
        interface: Interface,
        host: Option<&str>,
        raw: Vec<u8>,
    ) -> (Ticket, Vec<u8>) {
        if self.is_full() {
            let index = self.tape.beyond();
            return (Ticket { index }, raw);
        }
        let request = Message::decode(interface, Direction::Request, &raw);
        let sending = self.sending.take();
        let index = self.tape.begin(interface, host, request.clone());
        let ticket = Ticket { index };
        self.limit(raw.len());
        let name = Some(&request.name);
        self.never.retain(|it| it.until.as_ref() != name);
        let steps = self.meet(interface, &request, index, sending);
        let first = steps.first().copied();
        self.open.insert(index, steps);
        let (request, raw) = self.change_request(ticket, first, request, raw);
        self.judge_never(interface, &request, index, first);
        // octets that a case spoils on purpose show nobody's mistake
        if sending.is_none() || request.name != UNDECODABLE {
            self.judge_message(interface, Direction::Request, &request, index);
        }
        (ticket, raw)
    }

    /// Whether more came than a case may have: nothing of what still comes is kept.
    const fn is_full(&self) -> bool {
        self.tape.len() > MOST_EXCHANGES || self.octets > MOST_OCTETS
    }

    fn limit(&mut self, octets: usize) {
        self.octets = self.octets.saturating_add(octets);
        let (count, most) = (self.tape.len(), MOST_EXCHANGES);
        if self.is_full() {
            let expected = format!("an end after at most {most} exchanges of 64 MiB together");
            let actual = format!(
                "{count} exchanges, {} octets, and more to come",
                self.octets
            );
            self.decide(Finding::new(Fault::Misbehaved, expected, actual).at(self.tape.last()));
        }
    }

    pub(super) fn finish(&mut self, ticket: Ticket, answer: Vec<u8>) -> Vec<u8> {
        if self.is_full() {
            return answer;
        }
        let interface = self.interface_of(ticket);
        let Some(step) = self.settle(ticket, interface, &answer) else {
            self.respond(ticket, interface, &answer, None);
            return answer;
        };
        let Some(exchange) = self.exchange(step) else {
            return answer;
        };
        let (answer, error) = self.change_answer(ticket, interface, &exchange, answer);
        let (message, answer) = self.respond_spoilt(ticket, step, &exchange, answer);
        self.judge_response(ticket, step, &exchange, &message);
        if let Some(error) = error {
            self.not_changed(ticket, step, &error, &message);
        }
        self.complete(ticket, step, interface, &exchange, &message);
        answer
    }

    pub(super) fn answer(&mut self, ticket: Ticket) -> Vec<u8> {
        if self.is_full() {
            return Vec::new();
        }
        let interface = self.interface_of(ticket);
        let steps = self.open.remove(&ticket.index).unwrap_or_default();
        let step = steps.first().copied();
        let Some((step, exchange)) = step.and_then(|id| Some((id, self.exchange(id)?))) else {
            let answer = self.idle(ticket.index);
            self.respond(ticket, interface, &answer, None);
            return answer;
        };
        let answer = self
            .scripted(interface, &exchange)
            .and_then(|answer| self.changed(interface, Direction::Response, &exchange, answer))
            .unwrap_or_else(|error| {
                self.cannot_make(ticket, step, &error);
                Vec::new()
            });
        let (message, answer) = self.respond_spoilt(ticket, step, &exchange, answer);
        self.complete(ticket, step, interface, &exchange, &message);
        answer
    }

    /// Puts the answer on the tape as it goes out. Returns it as it was before its octets were
    /// spoilt, which is what the case speaks of, and what goes out.
    fn respond_spoilt(
        &mut self,
        ticket: Ticket,
        step: usize,
        exchange: &Exchange,
        answer: Vec<u8>,
    ) -> (Message, Vec<u8>) {
        let interface = self.interface_of(ticket);
        let sent = self.spoilt(ticket, Direction::Response, exchange, &answer);
        let message = self.respond(ticket, interface, &sent, Some(step));
        if sent == answer {
            return (message, sent);
        }
        let whole = Message::decode(interface, Direction::Response, &answer);
        if message.name == UNDECODABLE {
            // a lenient reader may still find in it what others signed
            self.judge_message(interface, Direction::Response, &whole, ticket.index);
        }
        (whole, sent)
    }

    /// Puts the answer on the tape.
    fn respond(
        &mut self,
        ticket: Ticket,
        interface: Interface,
        answer: &[u8],
        step: Option<usize>,
    ) -> Message {
        let message = Message::decode(interface, Direction::Response, answer);
        self.limit(answer.len());
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.response = Some(message.clone());
        }
        if let Some(found) = message.tree.as_ref().and_then(euicc_signature1) {
            self.signature1 = Some(found);
        }
        self.judge_never(interface, &message, ticket.index, step);
        self.judge_message(interface, Direction::Response, &message, ticket.index);
        message
    }

    fn complete(
        &mut self,
        ticket: Ticket,
        step: usize,
        interface: Interface,
        exchange: &Exchange,
        message: &Message,
    ) {
        let request = self.tape.get(ticket.index).map(|entry| &entry.request.name);
        let judged = request.map(|name| self.sides.judged(interface, name));
        if judged == Some(Direction::Response) {
            keep(&mut self.bindings, exchange, message);
        }
        self.plan.mark(step, Progress::Done);
        self.pass_instants();
    }

    pub(super) fn broken(&mut self, ticket: Ticket, reason: &str) {
        self.note(ticket, reason.to_owned());
        let steps = self.open.remove(&ticket.index).unwrap_or_default();
        if let Some(step) = steps.first() {
            self.unanswered(ticket, *step, reason);
        }
    }

    pub(super) fn carried(&mut self, ticket: Ticket, words: &str, awaited: Option<&str>) {
        self.note(ticket, format!("the transport answered: {words}"));
        let steps = self.open.remove(&ticket.index).unwrap_or_default();
        let Some(step) = steps.first().copied() else {
            return;
        };
        match awaited {
            Some(awaited) => self.wrongly_carried(ticket, step, words, awaited),
            None => {
                self.plan.mark(step, Progress::Done);
                self.pass_instants();
            }
        }
    }

    /// Shows the answer that went out, and lets the rules know it as well as the one before.
    pub(super) fn went_out(&mut self, ticket: Ticket, answer: &[u8]) {
        if self.is_full() {
            return;
        }
        let interface = self.interface_of(ticket);
        let message = Message::decode(interface, Direction::Response, answer);
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.response = Some(message.clone());
        }
        self.judge_message(interface, Direction::Response, &message, ticket.index);
    }

    pub(super) fn wire(&mut self, ticket: Ticket, wire: Wire) {
        if self.is_full() {
            return;
        }
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.wire = Some(wire);
        }
    }

    pub(super) fn note(&mut self, ticket: Ticket, note: String) {
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.notes.push(note);
        }
    }

    /// Lets the instants take effect that nothing stands before any more.
    pub(super) fn pass_instants(&mut self) {
        for id in self.plan.instants() {
            match self.plan.step(id).map(|step| &**step) {
                Some(Step::Never(messages)) => {
                    self.never.extend(forbidden(messages, id, None));
                }
                Some(Step::NotBefore(ends)) => {
                    for (end, messages) in ends {
                        self.never.extend(forbidden(messages, id, Some(end)));
                    }
                }
                Some(Step::Network(states)) => {
                    for (interface, state) in states {
                        self.network.set(*interface, *state);
                    }
                }
                Some(Step::Coverage(coverage)) => self.network.cover(coverage),
                _ => (),
            }
        }
    }

    pub(super) fn decide(&mut self, finding: Finding) {
        if self.finding.is_none() {
            self.finding = Some(finding);
        }
    }

    pub(super) fn next(&self) -> Option<Next> {
        self.plan.next()
    }

    pub(super) fn sending(&mut self, step: usize) {
        self.sending = Some(step);
    }

    pub(super) fn performed(&mut self, step: usize) {
        let progress = self.plan.progress(step);
        match self.plan.exchange(step) {
            None => self.plan.mark(step, Progress::Done),
            // a request that went out unseen is waited for like any other
            Some(_) if progress == Progress::Pending => self.plan.mark(step, Progress::Begun),
            Some(_) => (),
        }
        self.pass_instants();
    }

    /// Nothing came within the time: the case goes on without, or is decided.
    pub(super) fn missed(&mut self, step: usize, why: &str) {
        if self.plan.give_up() {
            self.pass_instants();
        } else {
            self.not_met(step, why);
        }
    }

    pub(super) fn exchange(&self, step: usize) -> Option<Exchange> {
        Some(self.plan.exchange(step)?.1.clone())
    }

    pub(super) fn interface_of(&self, ticket: Ticket) -> Interface {
        let entry = self.tape.get(ticket.index);
        entry.map_or(Interface::Esipa, |entry| entry.interface)
    }

    pub(super) fn position(&self, step: usize) -> Option<Position> {
        self.plan.step(step).map(|step| step.position)
    }

    /// The half of an exchange that the implementation under test gets from the harness.
    pub(super) fn given_half(&self, interface: Interface, name: &str) -> Direction {
        if self.sides.is_from_iut(interface, Direction::Response, name) {
            Direction::Request
        } else {
            Direction::Response
        }
    }

    /// Whether an exchange of this interface waits for its answer.
    pub(super) fn is_open(&self, interface: Interface) -> bool {
        self.open
            .keys()
            .filter_map(|index| self.tape.get(*index))
            .any(|entry| entry.interface == interface)
    }

    pub(super) fn iut(&self) -> RoleName {
        self.sides.iut()
    }

    /// The name of the request of a step.
    pub(super) fn request_name(&self, step: usize) -> &str {
        self.plan.exchange(step).map_or("", |(_, it)| name_of(it))
    }
}

fn euicc_signature1(tree: &rsp::schema::Tree) -> Option<Vec<u8>> {
    tree.walk()
        .into_iter()
        .find(|(path, _)| path.ends_with("euiccSignature1"))
        .map(|(_, node)| node.contents().to_vec())
}
