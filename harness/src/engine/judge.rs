// SPDX-License-Identifier: MIT OR Apache-2.0
//! What speaks against an implementation, and how it is said.

use super::Ticket;
use super::state::{State, Unfit};
use crate::case::{Exchange, Interface, Node};
use crate::invariant;
use crate::matching::{Mismatch, show};
use crate::message::{Direction, Message};
use crate::mutate::MakeError;
use crate::tape::Index;
use crate::verdict::{Fault, Finding};
use crate::wire::http::Headers;

impl State {
    pub(super) fn judge_response(
        &mut self,
        ticket: Ticket,
        exchange: &Exchange,
        message: &Message,
    ) {
        let Some(pattern) = &exchange.response else {
            return;
        };
        let actual = match self.fits(pattern, message) {
            Ok(()) => return,
            Err(Unfit::Name) => vec![describe(message)],
            Err(Unfit::Content(mismatches)) => lines(&mismatches),
        };
        self.decide(Finding {
            fault: Fault::Misbehaved,
            position: ticket.step.and_then(|step| self.position(step)),
            expected: format!("the answer {}", title(pattern)),
            actual,
            at: Some(ticket.index),
        });
    }

    pub(super) fn cannot_make(&mut self, ticket: Ticket, error: &MakeError) {
        let finding = Finding {
            fault: Fault::Harness,
            position: ticket.step.and_then(|step| self.position(step)),
            expected: "an answer that can be made as the case wants it".to_owned(),
            actual: vec![error.to_string()],
            at: Some(ticket.index),
        };
        self.decide(finding);
    }

    pub(super) fn judge_never(&mut self, interface: Interface, message: &Message, index: Index) {
        let forbidden = self
            .never
            .iter()
            .any(|(on, name)| *on == interface && *name == message.name);
        if forbidden {
            self.decide(
                Finding::new(
                    Fault::Misbehaved,
                    format!("no {} on {interface} from here on", message.name),
                    describe(message),
                )
                .at(Some(index)),
            );
        }
    }

    /// Every message of the implementation under test is one of its interface, in DER.
    pub(super) fn judge_form(
        &mut self,
        interface: Interface,
        direction: Direction,
        message: &Message,
        index: Index,
    ) {
        if !self.is_from_iut(interface, direction) {
            return;
        }
        let actual = invariant::of_message(message);
        self.broken_rule("a message in DER as its type says", actual, index);
    }

    /// Every request of an IPA under test carries what HTTP asks of it.
    pub(super) fn judge_headers(&mut self, ticket: Ticket, headers: &Headers) {
        if self.is_from_iut(Interface::Esipa, Direction::Request) {
            let actual = invariant::of_headers(headers);
            self.broken_rule("the header fields of an IPA", actual, ticket.index);
        }
    }

    fn broken_rule(&mut self, expected: &str, actual: Vec<String>, index: Index) {
        if !actual.is_empty() {
            self.decide(Finding {
                fault: Fault::Misbehaved,
                position: None,
                expected: expected.to_owned(),
                actual,
                at: Some(index),
            });
        }
    }

    pub(super) fn unlisted(
        &mut self,
        awaited: usize,
        interface: Interface,
        request: &Message,
        index: Index,
        differences: &[Mismatch],
    ) {
        let actual = match differences {
            [] => vec![format!("{} on {interface}", describe(request))],
            differences => lines(differences),
        };
        let finding = Finding {
            fault: Fault::Misbehaved,
            position: self.position(awaited),
            expected: self.expectation(awaited),
            actual,
            at: Some(index),
        };
        self.decide(finding);
    }

    pub(super) fn missed(&mut self, step: usize, why: &str) {
        let near = self.near.iter().rev().find(|near| near.step == step);
        let (mut actual, at) = match near {
            Some(near) => (lines(&near.mismatches), Some(near.at)),
            None => (self.seen_instead(), self.tape.last()),
        };
        actual.push(why.to_owned());
        let finding = Finding {
            fault: Fault::Misbehaved,
            position: self.position(step),
            expected: self.expectation(step),
            actual,
            at,
        };
        self.decide(finding);
    }

    pub(super) fn seen_instead(&self) -> Vec<String> {
        let Some((index, last)) = self.tape.iter().last() else {
            return vec!["nothing came at all".to_owned()];
        };
        vec![format!(
            "it did not come; the last exchange was {index} {} {} -> {}",
            last.interface,
            last.request.name,
            last.response_name()
        )]
    }

    pub(super) fn expectation(&self, step: usize) -> String {
        match self.exchange(Some(step)) {
            Some((interface, exchange)) => {
                format!("{} on {interface}", title(&exchange.request))
            }
            None => "the step".to_owned(),
        }
    }
}

pub(super) fn title(pattern: &Node) -> String {
    match pattern.as_choice() {
        Some((name, _)) => name.to_owned(),
        None => pattern.to_string(),
    }
}

fn describe(message: &Message) -> String {
    format!("{} {}", message.name, show(Some(&message.value)))
}

fn lines(mismatches: &[Mismatch]) -> Vec<String> {
    mismatches.iter().map(ToString::to_string).collect()
}
