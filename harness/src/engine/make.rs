// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers that the case makes or changes.

use serde_json::json;

use super::Ticket;
use super::plan::name_of;
use super::state::State;
use crate::case::{Exchange, Interface, Node, Signer};
use crate::message::{self, Direction, Message};
use crate::mutate::{self, MakeError};
use crate::tape::Index;
use crate::verdict::{Fault, Finding};

impl State {
    /// The answer that the case says.
    pub(super) fn scripted(
        &self,
        interface: Interface,
        exchange: &Exchange,
    ) -> Result<Vec<u8>, MakeError> {
        let node = exchange
            .response
            .as_ref()
            .ok_or_else(|| MakeError::NoMessage("nothing".to_owned()))?;
        self.made(interface, Direction::Response, node, exchange.sign)
    }

    /// The request that the case says.
    pub(super) fn scripted_request(&self, step: usize) -> Result<Vec<u8>, MakeError> {
        let (interface, exchange) = self
            .plan
            .exchange(step)
            .ok_or_else(|| MakeError::NoMessage("no exchange".to_owned()))?;
        let name = self.request_name(step);
        // in an answer that the case says too, the signature is for the answer
        let also = self.sides.is_sent(interface, Direction::Response, name);
        let sign = exchange.sign.filter(|_| !also && exchange.resign.is_none());
        self.made(interface, Direction::Request, &exchange.request, sign)
    }

    fn made(
        &self,
        interface: Interface,
        direction: Direction,
        node: &Node,
        sign: Option<Signer>,
    ) -> Result<Vec<u8>, MakeError> {
        let Some(signer) = sign else {
            return mutate::build(interface, direction, node, &self.bindings);
        };
        let node = with_signature(node);
        let raw = mutate::build(interface, direction, &node, &self.bindings)?;
        let type_name = type_name(interface, direction, &raw)?;
        mutate::sign_as(type_name, &raw, signer, &self.keys)
    }

    /// The message with the changes that the case makes to it.
    pub(super) fn changed(
        &self,
        interface: Interface,
        direction: Direction,
        exchange: &Exchange,
        raw: Vec<u8>,
    ) -> Result<Vec<u8>, MakeError> {
        if !exchange.is_changed() || self.given_half(interface, name_of(exchange)) != direction {
            return Ok(raw);
        }
        let type_name = type_name(interface, direction, &raw)?;
        let mut raw = raw;
        for (path, node) in exchange.changes() {
            let value = mutate::value_of(node, &self.bindings)?;
            raw = mutate::set(type_name, &raw, path, value.as_ref())?;
        }
        match exchange.resign {
            None => Ok(raw),
            Some(what) => {
                let signature1 = self.signature1.as_deref();
                let keys = if exchange.sign == Some(Signer::Wrong) {
                    self.keys.of_another_card()
                } else {
                    self.keys.clone()
                };
                mutate::resign(type_name, &raw, what, &keys, signature1)
            }
        }
    }

    /// The octets that go out for a message: those of `bytes`, where the case has them for this half.
    pub(super) fn spoilt(
        &mut self,
        ticket: Ticket,
        direction: Direction,
        exchange: &Exchange,
        raw: &[u8],
    ) -> Vec<u8> {
        let interface = self.interface_of(ticket);
        let mut sent = raw.to_vec();
        if self.given_half(interface, name_of(exchange)) != direction {
            return sent;
        }
        for change in &exchange.bytes {
            match change.apply(&sent) {
                Some(changed) => sent = changed,
                None => {
                    let expected = format!("a message of which {change}");
                    let actual = format!("{} octets that have no place for it", sent.len());
                    let finding = Finding::new(Fault::Harness, expected, actual);
                    self.decide(finding.at(Some(ticket.index())));
                    return sent;
                }
            }
            self.note(ticket, format!("octets changed: {change}"));
        }
        sent
    }

    /// The request as the implementation under test gets it.
    pub(super) fn change_request(
        &mut self,
        ticket: Ticket,
        step: Option<usize>,
        request: Message,
        raw: Vec<u8>,
    ) -> (Message, Vec<u8>) {
        let Some((step, exchange)) = step.and_then(|step| Some((step, self.exchange(step)?)))
        else {
            return (request, raw);
        };
        let Some(interface) = self.tape.get(ticket.index).map(|entry| entry.interface) else {
            return (request, raw);
        };
        let changed = match self.changed(interface, Direction::Request, &exchange, raw.clone()) {
            Ok(changed) => changed,
            Err(error) => {
                self.cannot_make(ticket, step, &error);
                return (request, raw);
            }
        };
        if changed != raw {
            self.note(ticket, format!("request changed: {}", places(&exchange)));
        }
        let changed = self.spoilt(ticket, Direction::Request, &exchange, &changed);
        if changed == raw {
            return (request, raw);
        }
        let request = Message::decode(interface, Direction::Request, &changed);
        if let Some(entry) = self.tape.get_mut(ticket.index) {
            entry.request = request.clone();
        }
        (request, changed)
    }

    /// The answer as the implementation under test gets it, and why it could not be changed.
    pub(super) fn change_answer(
        &mut self,
        ticket: Ticket,
        interface: Interface,
        exchange: &Exchange,
        answer: Vec<u8>,
    ) -> (Vec<u8>, Option<MakeError>) {
        match self.changed(interface, Direction::Response, exchange, answer.clone()) {
            Ok(changed) => {
                if changed != answer {
                    self.note(ticket, format!("answer changed: {}", places(exchange)));
                }
                (changed, None)
            }
            Err(error) => (answer, Some(error)),
        }
    }

    /// Whether an answer to this request can be changed as the case wants, if it is not an error.
    pub(super) fn can_be_changed(&self, interface: Interface, exchange: &Exchange) -> bool {
        let types = message::answers_to(interface, name_of(exchange));
        let somewhere = |path: &String| types.iter().any(|ty| mutate::is_place(ty, path));
        exchange.changes().map(|(path, _)| path).all(somewhere)
    }

    /// What a scripted eIM says outside the listed exchanges: that it has no work.
    pub(super) fn idle(&self, index: Index) -> Vec<u8> {
        let request = self
            .tape
            .get(index)
            .map(|entry| entry.request.name.as_str());
        let (name, value) = match request {
            Some("getEimPackageRequest") => (
                "getEimPackageResponse",
                json!({ "eimPackageError": "noEimPackageAvailable" }),
            ),
            Some("provideEimPackageResult") => (
                "provideEimPackageResultResponse",
                json!({ "emptyResponse": {} }),
            ),
            _ => return Vec::new(),
        };
        message::encode(Interface::Esipa, Direction::Response, name, &value).unwrap_or_default()
    }
}

fn places(exchange: &Exchange) -> String {
    let changes: Vec<&str> = exchange.changes().map(|(path, _)| path.as_str()).collect();
    changes.join(", ")
}

fn type_name(
    interface: Interface,
    direction: Direction,
    raw: &[u8],
) -> Result<&'static str, MakeError> {
    let message = Message::decode(interface, direction, raw);
    message::type_of(interface, direction, &message.name).ok_or(MakeError::NoMessage(message.name))
}

/// A package that is going to be signed has a place for the signature.
fn with_signature(node: &Node) -> Node {
    let Node::Map(members) = node else {
        return node.clone();
    };
    let mut members: Vec<(String, Node)> = members
        .iter()
        .map(|(name, node)| (name.clone(), with_signature(node)))
        .collect();
    let has = |name: &str| members.iter().any(|(found, _)| found == name);
    if has("euiccPackageSigned") && !has("eimSignature") {
        members.push(("eimSignature".to_owned(), Node::Text(String::new())));
    }
    Node::Map(members)
}
