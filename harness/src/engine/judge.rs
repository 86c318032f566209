// SPDX-License-Identifier: MIT OR Apache-2.0
//! What speaks against an implementation, and how it is said.

use super::Ticket;
use super::meet::Unfit;
use super::plan::Progress;
use super::state::{NearMiss, State};
use crate::case::{Exchange, Interface, Node, RoleName};
use crate::invariant::{Breach, Said};
use crate::matching::{Mismatch, show};
use crate::message::{self, Direction, Message, UNDECODABLE};
use crate::mutate::MakeError;
use crate::tape::Index;
use crate::verdict::{Fault, Finding};
use crate::wire::http::Headers;

impl State {
    pub(super) fn judge_response(
        &mut self,
        ticket: Ticket,
        step: usize,
        exchange: &Exchange,
        message: &Message,
    ) {
        let Some(pattern) = &exchange.response else {
            return;
        };
        let actual = match self.fits(pattern, message) {
            Ok(fresh) => return self.bindings.adopt(fresh),
            Err(Unfit::Name) => vec![format!("it was {}", describe(message))],
            Err(Unfit::Content(mismatches)) => lines(&mismatches),
        };
        let asked = self.tape.get(ticket.index);
        let request = asked.map_or_else(String::new, |entry| entry.request.name.clone());
        let expected = match self.plan.exchange(step) {
            Some((interface, _)) => format!(
                "the answer {} to {request} on {interface}{}",
                title(pattern),
                clause(interface, &request)
            ),
            None => format!("the answer {}", title(pattern)),
        };
        if message.name == UNDECODABLE && !self.is_answer_of_iut(ticket) {
            // an actor of ours speaks so
            return self.decide(Finding {
                fault: Fault::Harness,
                position: self.position(step),
                expected,
                actual,
                at: Some(ticket.index),
            });
        }
        self.decide_step(step, expected, actual, Some(ticket.index));
    }

    fn is_answer_of_iut(&self, ticket: Ticket) -> bool {
        self.tape.get(ticket.index).is_some_and(|entry| {
            let name = &entry.request.name;
            self.sides
                .is_from_iut(entry.interface, Direction::Response, name)
        })
    }

    /// The answer is another than the one that the case changes. When the case names a place that
    /// such an answer has, the request led to another answer.
    pub(super) fn not_changed(
        &mut self,
        ticket: Ticket,
        step: usize,
        error: &MakeError,
        message: &Message,
    ) {
        let known = self
            .plan
            .exchange(step)
            .is_some_and(|(interface, exchange)| self.can_be_changed(interface, exchange));
        if !known || !matches!(error, MakeError::Place { .. } | MakeError::NoMessage(_)) {
            return self.cannot_make(ticket, step, error);
        }
        let request = self.request_name(step);
        let expected = format!("{request} to which the answer is one that can be changed: {error}");
        let actual = vec![format!("the answer was {}", describe(message))];
        self.decide_step(step, expected, actual, Some(ticket.index));
    }

    pub(super) fn cannot_make(&mut self, ticket: Ticket, step: usize, error: &MakeError) {
        let finding = Finding {
            fault: Fault::Harness,
            position: self.position(step),
            expected: "a message that can be made as the case wants it".to_owned(),
            actual: vec![error.to_string()],
            at: Some(ticket.index),
        };
        self.decide(finding);
    }

    /// A message that `never` forbids, unless it is that of a step which stands before the `never`.
    pub(super) fn judge_never(
        &mut self,
        interface: Interface,
        message: &Message,
        index: Index,
        step: Option<usize>,
    ) {
        let forbidden = self.never.iter().find(|it| {
            it.interface == interface
                && it.name == message.name
                && step.is_none_or(|step| step > it.by)
        });
        let Some(forbidden) = forbidden else {
            return;
        };
        let end = match &forbidden.until {
            Some(until) => format!("before {until}"),
            None => "from here on".to_owned(),
        };
        let finding = Finding {
            fault: Fault::Misbehaved,
            position: self.position(forbidden.by),
            expected: format!("no {} on {interface} {end}", message.name),
            actual: vec![format!("it came: {}", describe(message))],
            at: Some(index),
        };
        self.decide(finding);
    }

    /// What holds for every message of the implementation under test, and what is learnt from the
    /// others.
    pub(super) fn judge_message(
        &mut self,
        interface: Interface,
        direction: Direction,
        message: &Message,
        index: Index,
    ) {
        let request = match direction {
            Direction::Request => message.clone(),
            Direction::Response => match self.tape.get(index) {
                Some(entry) => entry.request.clone(),
                None => return,
            },
        };
        let speaker = self.speaker(interface, direction, &request.name);
        let breach = self.watch.look(&Said {
            interface,
            direction,
            speaker,
            message,
            request: &request,
        });
        self.broken_rule(breach, index);
    }

    /// What HTTP asks of every request of the implementation under test.
    pub(super) fn judge_headers(&mut self, ticket: Ticket, headers: &Headers) {
        let breach = self.client_of(ticket).and_then(|(interface, client)| {
            (client == self.iut()).then(|| self.watch.request_headers(interface, headers))?
        });
        self.broken_rule(breach, ticket.index);
    }

    /// What HTTP asks of every answer of the implementation under test.
    pub(super) fn judge_answer_headers(&mut self, ticket: Ticket, status: u16, headers: &Headers) {
        let Some(entry) = self.tape.get(ticket.index) else {
            return;
        };
        let (interface, name) = (entry.interface, &entry.request.name);
        // what an IPA says around the answer to an injected package is not written down
        if self.iut() == RoleName::Eim && self.is_answer_of_iut(ticket) {
            let breach = self.watch.answer_headers(interface, name, status, headers);
            self.broken_rule(breach, ticket.index);
        }
    }

    /// Who says this half. Where eIM and IPA may both be the client of a server, one that asks while
    /// the IPA waits for the eIM is the eIM; notifications go out at any time.
    fn speaker(
        &self,
        interface: Interface,
        direction: Direction,
        request: &str,
    ) -> Option<RoleName> {
        self.sides
            .speaker(interface, direction, request)
            .or_else(|| match request {
                "handleNotification" => None,
                _ if self.is_open(Interface::Esipa) => Some(RoleName::Eim),
                _ => Some(RoleName::Ipa),
            })
    }

    fn client_of(&self, ticket: Ticket) -> Option<(Interface, RoleName)> {
        let entry = self.tape.get(ticket.index)?;
        let name = &entry.request.name;
        let speaker = self.speaker(entry.interface, Direction::Request, name)?;
        Some((entry.interface, speaker))
    }

    fn broken_rule(&mut self, breach: Option<Breach>, index: Index) {
        let Some(breach) = breach else { return };
        if self.set_aside.contains(&breach.rule.name) {
            self.broken_aside.insert(breach.rule.name);
            return;
        }
        self.decide(Finding {
            fault: Fault::Misbehaved,
            position: None,
            expected: breach.rule.to_string(),
            actual: breach.actual,
            at: Some(index),
        });
    }

    pub(super) fn unlisted(
        &mut self,
        interface: Interface,
        request: &Message,
        index: Index,
        missed: &[usize],
    ) {
        let awaited = self.plan.candidates();
        let Some(first) = awaited.first().copied() else {
            return;
        };
        let (step, actual) = match self.nearest(missed) {
            Some((step, near)) => (step, lines(&near.mismatches)),
            None => {
                let sent = format!("it sent {} on {interface}", describe(request));
                (first, vec![sent])
            }
        };
        let expected = self.expectation(&awaited);
        self.decide_step(step, expected, actual, Some(index));
    }

    /// Which of the steps a message was nearest to.
    fn nearest(&self, steps: &[usize]) -> Option<(usize, &NearMiss)> {
        let near = steps.iter().rev();
        let near = near.filter_map(|id| Some((*id, self.near.get(id)?)));
        near.max_by_key(|(_, near)| near.nearness())
    }

    /// A step was not met in its time.
    pub(super) fn not_met(&mut self, step: usize, why: &str) {
        let begun = self.plan.progress(step) == Progress::Begun;
        let awaited = if begun {
            vec![step]
        } else {
            self.plan.candidates()
        };
        let (mut actual, at) = match self.nearest(&awaited) {
            Some((_, near)) if !begun => (lines(&near.mismatches), Some(near.at)),
            _ if begun => (vec!["it got no answer".to_owned()], self.tape.last()),
            _ => (self.seen_instead(), self.tape.last()),
        };
        actual.push(why.to_owned());
        let expected = self.expectation(&awaited);
        self.decide_step(step, expected, actual, at);
    }

    pub(super) fn unanswered(&mut self, ticket: Ticket, step: usize, reason: &str) {
        let exchange = self.exchange(step);
        let expected = exchange.and_then(|it| it.response).map_or_else(
            || "an answer".to_owned(),
            |pattern| format!("the answer {}", title(&pattern)),
        );
        let actual = vec![reason.to_owned()];
        self.decide_step(step, expected, actual, Some(ticket.index));
    }

    /// The transport answered, and not as the case expects.
    pub(super) fn wrongly_carried(
        &mut self,
        ticket: Ticket,
        step: usize,
        words: &str,
        awaited: &str,
    ) {
        let expected = format!("{awaited} as the answer of the transport");
        let actual = vec![format!("it was {words}")];
        self.decide_step(step, expected, actual, Some(ticket.index));
    }

    /// A finding of a step. What is judged by an unclear text is nobody's fault.
    fn decide_step(
        &mut self,
        step: usize,
        expected: String,
        mut actual: Vec<String>,
        at: Option<Index>,
    ) {
        let unclear = self.exchange(step).and_then(|exchange| exchange.unclear);
        let fault = match unclear {
            None => Fault::Misbehaved,
            Some(reading) => {
                actual.push(format!(
                    "the text is unclear here; the case takes the reading {reading} \
                     (testcases/README.md#readings)"
                ));
                Fault::Unclear
            }
        };
        self.decide(Finding {
            fault,
            position: self.position(step),
            expected,
            actual,
            at,
        });
    }

    fn seen_instead(&self) -> Vec<String> {
        let last = self.tape.last();
        let Some((index, last)) = last.and_then(|index| Some((index, self.tape.get(index)?)))
        else {
            return vec!["nothing came at all".to_owned()];
        };
        vec![format!(
            "it did not come; the last exchange was {index} {} {} -> {}",
            last.interface,
            last.request.name,
            last.response_name()
        )]
    }

    /// What may come now, in words.
    fn expectation(&self, steps: &[usize]) -> String {
        let mut said: Vec<String> = Vec::new();
        for step in steps {
            if let Some((interface, exchange)) = self.plan.exchange(*step) {
                let name = title(&exchange.request);
                let one = format!("{name} on {interface}{}", clause(interface, &name));
                if !said.contains(&one) {
                    said.push(one);
                }
            }
        }
        match said.as_slice() {
            [] => "no further request".to_owned(),
            said => said.join(", or "),
        }
    }
}

/// The clause of a function, in brackets.
fn clause(interface: Interface, request: &str) -> String {
    message::function_of(interface, request)
        .map(|row| format!(" ({}, {})", row.function, row.clause))
        .unwrap_or_default()
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
