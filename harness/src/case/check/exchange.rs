// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exchanges: messages that exist, halves that are sent or judged, names that are known.

use rsp::schema;

use super::super::Binding;
use super::super::node::Node;
use super::super::role::RoleName;
use super::super::shape;
use super::super::step::{Exchange, Interface, Signer};
use super::super::wire::ByteChange;
use super::Checker;
use crate::message::{self, Direction};
use crate::mutate::is_place;

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
        if exchange.resign.is_some() && exchange.mutate.is_none() {
            self.problem("resign without mutate changes nothing");
        }
        for mistake in exchange.bytes.iter().filter_map(ByteChange::mistake) {
            self.problem(format!("bytes: {mistake}"));
        }
        let carried = matches!(interface, Interface::Esipa | Interface::Es10b);
        let json = self.case.binding == Some(Binding::Json);
        if !exchange.bytes.is_empty() && (!carried || json) {
            self.problem("bytes: is for messages that go over the wire in ASN.1");
        }
        let scripted = interface == Interface::Esipa && self.case.roles.is_scripted(RoleName::Eim);
        let by_nobody = exchange.resign.is_some() && exchange.sign == Some(Signer::Wrong);
        if exchange.sign.is_some() && !scripted && !by_nobody {
            self.problem("sign is for packages of a scripted eim, or wrong beside resign");
        }
        if answers && scripted && exchange.response.is_none() {
            self.problem("a scripted eim needs a response");
        }
        self.transport(interface, exchange);
        self.changes(interface, exchange);
    }

    /// Places that nothing in the exchange has, and what cannot be put there.
    fn changes(&mut self, interface: Interface, exchange: &Exchange) {
        let name = exchange.request.as_choice().map(|(name, _)| name);
        let types: Vec<&str> = name.map_or(Vec::new(), |name| {
            let request = message::type_of(interface, Direction::Request, name);
            let answers = message::answers_to(interface, name);
            request.into_iter().chain(answers).collect()
        });
        for (path, value) in exchange.changes() {
            if !value.is_value() {
                self.problem(format!("mutate: {value} is a pattern, not a value"));
            }
            if !types.is_empty() && !types.iter().any(|ty| is_place(ty, path)) {
                let types = types.join(" and ");
                self.problem(format!("mutate: {types} have no place {path:?}"));
            }
        }
    }

    /// How a request goes out that the case says.
    fn transport(&mut self, interface: Interface, exchange: &Exchange) {
        let shaped = exchange.http.is_some() || exchange.coap.is_some();
        if !shaped && exchange.status.is_empty() {
            return;
        }
        let client = self.case.iut == RoleName::Eim
            && interface == Interface::Esipa
            && self.case.roles.is_scripted(RoleName::Ipa);
        if !client {
            self.problem("http, coap and status are for what a scripted ipa sends on ESipa");
        }
        let over_coap = self.case.binding == Some(Binding::Coap);
        if over_coap && exchange.http.is_some() || !over_coap && exchange.coap.is_some() {
            self.problem("http is for binding: asn1 and json, coap for binding: coap");
        }
        let mut bodies = Vec::new();
        if let Some(form) = &exchange.http {
            bodies.extend(&form.body);
            for node in form.json.values() {
                self.sent(node);
            }
        }
        if let Some(form) = &exchange.coap {
            bodies.extend(&form.body);
            bodies.extend(form.options.values());
        }
        for body in bodies {
            if hex::decode(body).is_err() {
                self.problem(format!("expected octets as hex in quotes, got {body:?}"));
            }
        }
        for status in &exchange.status {
            if !status.is_known() {
                self.problem(format!(
                    "status: expected an HTTP status, a code of CoAP such as '4.04', closed, reset, silent or held, got {status}"
                ));
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
