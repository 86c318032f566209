// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exchanges: messages that exist, halves that are sent or judged, names that are known.

use rsp::schema;

use super::super::node::Node;
use super::super::role::RoleName;
use super::super::shape;
use super::super::step::{Exchange, Interface};
use super::Checker;
use crate::message::{self, Direction};

/// The request of package injection.
const TRANSFER: &str = "transferEimPackageRequest";

impl Checker<'_> {
    pub(super) fn exchange(&mut self, interface: Interface, exchange: &Exchange) {
        let sent = |direction| self.is_sent(interface, direction, exchange);
        let (asks, answers) = (sent(Direction::Request), sent(Direction::Response));
        self.message(interface, Direction::Request, &exchange.request, asks);
        if let Some(response) = &exchange.response {
            self.message(interface, Direction::Response, response, answers);
        }
        if let Some(node) = &exchange.bind {
            match node {
                Node::Variable(variable) if !variable.optional => {
                    self.known.insert(variable.name.clone());
                }
                other => self.problem(format!("as: expected $name, got {other}")),
            }
        }
        if exchange
            .within
            .is_some_and(|seconds| !seconds.is_finite() || seconds <= 0.0)
        {
            self.problem("within: expected seconds above 0");
        }
        if let (Some(reading), Some(readings)) = (&exchange.unclear, &self.context.readings)
            && !readings.contains_key(reading)
        {
            self.problem(format!(
                "unclear: no reading {reading:?} in testcases/README.md#readings"
            ));
        }
        if exchange.resign.is_some() && exchange.mutate.is_empty() {
            self.problem("resign without mutate changes nothing");
        }
        let scripted = interface == Interface::Esipa && self.case.roles.is_scripted(RoleName::Eim);
        if exchange.sign.is_some() && !scripted {
            self.problem("sign is for packages of a scripted eim");
        }
        if answers && scripted && exchange.response.is_none() {
            self.problem("a scripted eim needs a response");
        }
        for value in exchange.mutate.values() {
            if !value.is_value() {
                self.problem(format!("mutate: {value} is a pattern, not a value"));
            }
        }
    }

    fn message(&mut self, interface: Interface, direction: Direction, node: &Node, sent: bool) {
        match node {
            Node::Variable(variable) => {
                if !self.known.contains(&variable.name) {
                    self.problem(format!("{variable} is not known here"));
                }
            }
            node => match node.as_choice() {
                Some((name, _)) if !message::is_known(interface, direction, name) => {
                    self.problem(format!(
                        "no message {name:?} on {interface} in this direction"
                    ));
                }
                Some((name, content)) => {
                    self.shape(message::type_of(interface, direction, name), content, name);
                    if sent {
                        self.sent(content)
                    } else {
                        self.learn(content)
                    }
                }
                None => self.problem(format!("expected one message, got {node}")),
            },
        }
    }

    /// Names and forms that the type of the content does not have.
    pub(super) fn shape(&mut self, type_name: Option<&str>, content: &Node, path: &str) {
        let Some(ty) = type_name.and_then(schema::find_type) else {
            return;
        };
        for mistake in shape::mistakes(ty, content, path) {
            self.problem(mistake);
        }
    }

    /// The same for each element of a list.
    pub(super) fn shapes(&mut self, element: &str, list: &Node, path: &str) {
        match list {
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.shape(Some(element), item, &format!("{path}[{index}]"));
                }
            }
            Node::Contains(item) => self.shape(Some(element), item, path),
            _ => (),
        }
    }

    pub(super) fn sent(&mut self, content: &Node) {
        if !content.is_value() {
            self.problem(format!("this half is sent, but it is a pattern: {content}"));
        }
        for variable in content.variables() {
            if !self.known.contains(&variable.name) {
                self.problem(format!("{variable} is not known here"));
            }
        }
    }

    pub(super) fn learn(&mut self, node: &Node) {
        let names = node
            .variables()
            .into_iter()
            .map(|variable| variable.name.clone());
        self.known.extend(names);
    }

    /// Whether the case says the bytes of this half: its speaker is scripted.
    fn is_sent(&self, interface: Interface, direction: Direction, exchange: &Exchange) -> bool {
        let name = exchange.request.as_choice().map(|(name, _)| name);
        let speaker = match (interface, direction) {
            // a package that is injected goes from the eIM to the IPA (SGP.32 §5.14.4)
            (Interface::Esipa, Direction::Request) if name == Some(TRANSFER) => RoleName::Eim,
            (Interface::Esipa, Direction::Response) if name == Some(TRANSFER) => RoleName::Ipa,
            (Interface::Esipa | Interface::Es10b, Direction::Request) => RoleName::Ipa,
            (Interface::Esipa, Direction::Response) => RoleName::Eim,
            _ => return false,
        };
        self.case.roles.is_scripted(speaker)
    }
}
