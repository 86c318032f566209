// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the engine knows of a running case, and how an exchange changes it.

use std::collections::BTreeSet;

use super::judge::title;
use super::{Ticket, kept};
use crate::case::{CaseFile, Exchange, Interface, NetworkState, Node, RoleName, Step};
use crate::matching::{Bindings, Mismatch};
use crate::message::{Direction, Message};
use crate::mutate::Keyring;
use crate::tape::{Index, Tape, Wire};
use crate::verdict::{Fault, Finding};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    Pending,
    Begun,
    Done,
}

/// A message that was almost the awaited one.
pub(super) struct NearMiss {
    pub(super) step: usize,
    pub(super) at: Index,
    pub(super) mismatches: Vec<Mismatch>,
}

pub(super) struct State {
    pub(super) case: CaseFile,
    progress: Vec<Progress>,
    pub(super) never: Vec<(Interface, String)>,
    gone: BTreeSet<Interface>,
    pub(super) near: Vec<NearMiss>,
    pub(super) keys: Keyring,
    /// `euiccSignature1` of the session, which a new `smdpSignature2` covers.
    pub(super) signature1: Option<Vec<u8>>,
    pub(super) bindings: Bindings,
    pub(super) tape: Tape,
    pub(super) finding: Option<Finding>,
}

impl State {
    pub(super) fn new(case: CaseFile, bindings: Bindings, keys: Keyring) -> Self {
        let progress = vec![Progress::Pending; case.steps.len()];
        let mut state = Self {
            case,
            progress,
            never: Vec::new(),
            gone: BTreeSet::new(),
            near: Vec::new(),
            keys,
            signature1: None,
            bindings,
            tape: Tape::default(),
            finding: None,
        };
        state.pass_instants();
        state
    }

    pub(super) fn begin(&mut self, interface: Interface, request: &[u8]) -> Ticket {
        let request = Message::decode(interface, Direction::Request, request);
        let index = self.tape.begin(interface, request.clone());
        self.judge_form(interface, Direction::Request, &request, index);
        self.judge_never(interface, &request, index);
        let step = self.meet(interface, &request, index);
        Ticket { index, step }
    }

    /// Finds the step that this request belongs to: the first exchange that has not begun.
    fn meet(&mut self, interface: Interface, request: &Message, index: Index) -> Option<usize> {
        let awaited = self.awaited();
        let mut differences = Vec::new();
        if let Some((step, exchange)) = &awaited
            && self.interface_of(*step) == Some(interface)
        {
            match self.fits(&exchange.request, request) {
                Ok(()) => {
                    self.began(*step, exchange, interface, request);
                    return Some(*step);
                }
                Err(Unfit::Name) => (),
                Err(Unfit::Content(mismatches)) => {
                    differences.clone_from(&mismatches);
                    self.near.push(NearMiss {
                        step: *step,
                        at: index,
                        mismatches,
                    });
                }
            }
        }
        if let Some((step, _)) = awaited
            && self.is_scripted(interface)
        {
            self.unlisted(step, interface, request, index, &differences);
        }
        None
    }

    fn began(&mut self, step: usize, exchange: &Exchange, interface: Interface, request: &Message) {
        self.mark(step, Progress::Begun);
        if self.judged_half(interface) == Direction::Request {
            self.keep(exchange, request);
        }
        self.pass_instants();
    }

    pub(super) fn fits(&mut self, pattern: &Node, message: &Message) -> Result<(), Unfit> {
        let (name, content) = match pattern {
            // a kept message that is sent again is what the case itself sends
            Node::Variable(_) => return Ok(()),
            pattern => pattern.as_choice().ok_or(Unfit::Name)?,
        };
        if name != message.name {
            return Err(Unfit::Name);
        }
        self.bindings
            .unify(content, Some(&message.value), message.tree.as_ref())
            .map_err(Unfit::Content)
    }

    pub(super) fn finish(&mut self, ticket: Ticket, answer: Vec<u8>) -> Vec<u8> {
        let Some((interface, exchange)) = self.exchange(ticket.step) else {
            self.respond(ticket, &answer);
            return answer;
        };
        let answer = match self.changed(interface, &exchange, answer.clone()) {
            Ok(changed) => changed,
            Err(error) => {
                self.cannot_make(ticket, &error);
                answer
            }
        };
        let message = self.respond(ticket, &answer);
        if !exchange.mutate.is_empty() {
            let changes: Vec<&str> = exchange.mutate.keys().map(String::as_str).collect();
            self.note(ticket, format!("answer changed: {}", changes.join(", ")));
        }
        self.judge_response(ticket, &exchange, &message);
        self.complete(ticket, interface, &exchange, &message);
        answer
    }

    pub(super) fn answer(&mut self, ticket: Ticket) -> Vec<u8> {
        let Some((interface, exchange)) = self.exchange(ticket.step) else {
            let answer = self.idle(ticket.index);
            self.respond(ticket, &answer);
            return answer;
        };
        let answer = self
            .scripted(interface, &exchange)
            .and_then(|answer| self.changed(interface, &exchange, answer))
            .unwrap_or_else(|error| {
                self.cannot_make(ticket, &error);
                Vec::new()
            });
        let message = self.respond(ticket, &answer);
        self.complete(ticket, interface, &exchange, &message);
        answer
    }

    /// Puts the answer on the tape.
    fn respond(&mut self, ticket: Ticket, answer: &[u8]) -> Message {
        let interface = self.tape.get(ticket.index).map(|entry| entry.interface);
        let interface = interface.unwrap_or(Interface::Esipa);
        let message = Message::decode(interface, Direction::Response, answer);
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.response = Some(message.clone());
        }
        if let Some(found) = message.tree.as_ref().and_then(euicc_signature1) {
            self.signature1 = Some(found);
        }
        self.judge_form(interface, Direction::Response, &message, ticket.index);
        self.judge_never(interface, &message, ticket.index);
        message
    }

    fn complete(
        &mut self,
        ticket: Ticket,
        interface: Interface,
        exchange: &Exchange,
        message: &Message,
    ) {
        if self.judged_half(interface) == Direction::Response {
            self.keep(exchange, message);
        }
        if let Some(step) = ticket.step {
            self.mark(step, Progress::Done);
        }
    }

    fn keep(&mut self, exchange: &Exchange, message: &Message) {
        if let Some(Node::Variable(variable)) = &exchange.bind {
            self.bindings.set(&variable.name, kept(message));
        }
    }

    pub(super) fn broken(&mut self, ticket: Ticket, reason: &str) {
        self.note(ticket, reason.to_owned());
        if let Some((_, exchange)) = self.exchange(ticket.step) {
            let expected = exchange.response.as_ref().map_or_else(
                || "an answer".to_owned(),
                |pattern| format!("the answer {}", title(pattern)),
            );
            self.decide(Finding {
                fault: Fault::Misbehaved,
                position: ticket.step.and_then(|step| self.position(step)),
                expected,
                actual: vec![reason.to_owned()],
                at: Some(ticket.index),
            });
        }
    }

    pub(super) fn wire(&mut self, ticket: Ticket, wire: Wire) {
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.wire = Some(wire);
        }
    }

    pub(super) fn note(&mut self, ticket: Ticket, note: String) {
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.notes.push(note);
        }
    }

    /// Lets `never` and `network` steps take effect that no pending exchange stands before.
    fn pass_instants(&mut self) {
        for index in 0..self.progress.len() {
            let Some(step) = self.case.steps.get(index) else {
                return;
            };
            let pending = self.progress.get(index) == Some(&Progress::Pending);
            match &**step {
                Step::Never(messages) if pending => {
                    self.never
                        .extend(messages.iter().map(|(on, name)| (*on, name.clone())));
                    self.mark(index, Progress::Done);
                }
                Step::Network(states) if pending => {
                    for (interface, state) in states {
                        match state {
                            NetworkState::Gone => self.gone.insert(*interface),
                            NetworkState::Back => self.gone.remove(interface),
                        };
                    }
                    self.mark(index, Progress::Done);
                }
                step if pending && step.exchange().is_some() => return,
                _ => (),
            }
        }
    }

    pub(super) fn decide(&mut self, finding: Finding) {
        if self.finding.is_none() {
            self.finding = Some(finding);
        }
    }

    pub(super) fn is_gone(&self, interface: Interface) -> bool {
        self.gone.contains(&interface)
    }

    pub(super) fn is_done(&self, index: usize) -> bool {
        self.progress.get(index) == Some(&Progress::Done)
    }

    pub(super) fn performed(&mut self, index: usize) {
        self.mark(index, Progress::Done);
    }

    fn mark(&mut self, index: usize, progress: Progress) {
        if let Some(entry) = self.progress.get_mut(index) {
            *entry = progress;
        }
    }

    fn awaited(&self) -> Option<(usize, Exchange)> {
        let mut steps = self.case.steps.iter().zip(&self.progress).enumerate();
        steps.find_map(|(index, (step, progress))| {
            let (_, exchange) = step.exchange()?;
            (*progress == Progress::Pending).then(|| (index, exchange.clone()))
        })
    }

    pub(super) fn exchange(&self, step: Option<usize>) -> Option<(Interface, Exchange)> {
        let (interface, exchange) = self.case.steps.get(step?)?.exchange()?;
        Some((interface, exchange.clone()))
    }

    fn interface_of(&self, step: usize) -> Option<Interface> {
        Some(self.case.steps.get(step)?.exchange()?.0)
    }

    pub(super) fn position(&self, step: usize) -> Option<crate::case::Position> {
        self.case.steps.get(step).map(|step| step.position)
    }

    /// Whether the case plays the server of this interface itself.
    fn is_scripted(&self, interface: Interface) -> bool {
        interface == Interface::Esipa && self.case.roles.is_scripted(RoleName::Eim)
    }

    /// Whether this half of an exchange comes from the implementation under test.
    pub(super) fn is_from_iut(&self, interface: Interface, direction: Direction) -> bool {
        match self.case.iut {
            RoleName::Ipa => direction == Direction::Request,
            RoleName::Eim => matches!(
                (interface, direction),
                (Interface::Esipa, Direction::Response) | (Interface::Es9Plus, Direction::Request)
            ),
            RoleName::Euicc | RoleName::Smdp => false,
        }
    }

    /// The half that `as` keeps: that of the implementation under test, else the answer.
    fn judged_half(&self, interface: Interface) -> Direction {
        match (self.case.iut, interface) {
            (RoleName::Ipa, _) | (RoleName::Eim, Interface::Es9Plus) => Direction::Request,
            _ => Direction::Response,
        }
    }
}

pub(super) enum Unfit {
    Name,
    Content(Vec<Mismatch>),
}

fn euicc_signature1(tree: &rsp::schema::Tree) -> Option<Vec<u8>> {
    tree.walk()
        .into_iter()
        .find(|(path, _)| path.ends_with("euiccSignature1"))
        .map(|(_, node)| node.contents().to_vec())
}
