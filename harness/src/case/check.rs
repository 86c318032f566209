// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case must hold beyond its form: nothing that would only be noticed while it runs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rsp::schema;

use super::node::{Node, Variable};
use super::options::is_known;
use super::role::{ActorName, Role, RoleName};
use super::shape;
use super::step::{Exchange, Interface, OrderStep, Step};
use super::{At, CaseFile, Position, Problem};
use crate::iut::OrderStatus;
use crate::message::{self, Direction};

/// What a case may refer to.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The folder of fixtures; without it, fixtures are not looked for.
    pub fixtures: Option<PathBuf>,
}

/// Where a mistake belongs that has no place of its own.
const START: Position = Position { line: 1, column: 1 };

/// Everything that is wrong with a well-formed case, in the order of the file.
#[must_use]
pub fn problems(case: &CaseFile, context: &Context) -> Vec<Problem> {
    let mut checker = Checker {
        case,
        known: case.given.keys().cloned().collect(),
        problems: Vec::new(),
        at: START,
    };
    checker.head();
    checker.roles(context);
    for step in &case.steps {
        checker.at = step.position;
        checker.step(step);
    }
    checker.problems
}

struct Checker<'a> {
    case: &'a CaseFile,
    known: BTreeSet<String>,
    problems: Vec<Problem>,
    at: Position,
}

impl Checker<'_> {
    fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem {
            position: self.at,
            message: message.into(),
        });
    }

    fn head(&mut self) {
        if self.case.title.trim().is_empty() {
            self.problem("expected a title, got nothing");
        }
        if self.case.spec.is_empty() {
            self.problem("expected at least one reference under spec, got none");
        }
        if self.case.steps.is_empty() {
            self.problem("expected at least one step, got none");
        }
        for option in &self.case.needs {
            if !is_known(option) {
                self.problems.push(Problem {
                    position: option.position,
                    message: format!("no option {:?}", option.as_str()),
                });
            }
        }
        for (name, node) in &self.case.given {
            if Variable::parse(&format!("${name}")).is_none() {
                self.problem(format!(
                    "given: expected a name of letters and digits, got {name:?}"
                ));
            }
            if !node.is_value() || !node.variables().is_empty() {
                self.problem(format!("given: {name} is not a value: {node}"));
            }
        }
    }

    fn roles(&mut self, context: &Context) {
        let iut = self.case.iut;
        if self.case.roles.role(iut).is_some() {
            self.problem(format!("{iut} is under test and cannot be played"));
        }
        for name in [
            RoleName::Ipa,
            RoleName::Eim,
            RoleName::Euicc,
            RoleName::Smdp,
        ] {
            let Some(role) = self.case.roles.role(name) else {
                if name != iut {
                    self.at = START;
                    self.problem(format!("nobody plays {name}"));
                }
                continue;
            };
            self.at = role.position;
            match &**role {
                Role::Scripted if matches!(name, RoleName::Euicc | RoleName::Smdp) => {
                    self.problem(format!(
                        "{name} cannot be scripted; it is played by an actor"
                    ));
                }
                Role::Actor(actor) => {
                    if actor.actor != actor_for(name) {
                        self.problem(format!("{:?} cannot play {name}", actor.actor));
                    }
                    self.fixture(actor.fixture.as_deref(), context);
                }
                Role::Scripted => (),
            }
        }
    }

    fn fixture(&mut self, fixture: Option<&str>, context: &Context) {
        let (Some(fixture), Some(folder)) = (fixture, &context.fixtures) else {
            return;
        };
        if !folder.join(format!("{fixture}.yaml")).is_file() {
            self.problem(format!("no fixture {fixture:?} in {}", folder.display()));
        }
    }

    fn step(&mut self, step: &At<Step>) {
        if let Some((interface, exchange)) = step.exchange() {
            return self.exchange(interface, exchange);
        }
        match &**step {
            Step::Never(messages) => {
                for (interface, name) in messages {
                    let seen = [Direction::Request, Direction::Response]
                        .into_iter()
                        .any(|direction| message::is_known(*interface, direction, name));
                    if !seen {
                        self.problem(format!("no message {name:?} on {interface}"));
                    }
                }
            }
            Step::Order(order) => self.order(order),
            Step::Check(check) => {
                if check.order.is_some() != check.status.is_some() {
                    self.problem("order and status are checked together");
                }
                if let Some(status) = &check.status {
                    self.status(status);
                }
                if let Some(profiles) = &check.euicc_profiles {
                    self.shapes("SGP32-ProfileInfo", profiles, "euicc.profiles");
                }
                if let Some(waiting) = &check.euicc_notifications {
                    self.shapes("NotificationMetadata", waiting, "euicc.notifications");
                }
                let patterns = [
                    &check.order,
                    &check.euicc_profiles,
                    &check.euicc_notifications,
                ];
                for node in patterns.into_iter().flatten() {
                    self.learn(node);
                }
            }
            _ => (),
        }
    }

    fn exchange(&mut self, interface: Interface, exchange: &Exchange) {
        self.message(interface, Direction::Request, &exchange.request);
        if let Some(response) = &exchange.response {
            self.message(interface, Direction::Response, response);
        }
        if let Some(node) = &exchange.bind {
            match node {
                Node::Variable(variable) if !variable.optional => {
                    self.known.insert(variable.name.clone());
                }
                other => self.problem(format!("as: expected $name, got {other}")),
            }
        }
        if exchange.resign.is_some() && exchange.mutate.is_empty() {
            self.problem("resign without mutate changes nothing");
        }
        let scripted = interface == Interface::Esipa && self.case.roles.is_scripted(RoleName::Eim);
        if exchange.sign.is_some() && !scripted {
            self.problem("sign is for packages of a scripted eim");
        }
        if scripted && exchange.response.is_none() {
            self.problem("a scripted eim needs a response");
        }
        for value in exchange.mutate.values() {
            if !value.is_value() {
                self.problem(format!("mutate: {value} is a pattern, not a value"));
            }
        }
    }

    fn message(&mut self, interface: Interface, direction: Direction, node: &Node) {
        let sent = self.is_sent(interface, direction);
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
    fn shape(&mut self, type_name: Option<&str>, content: &Node, path: &str) {
        let Some(ty) = type_name.and_then(schema::find_type) else {
            return;
        };
        for mistake in shape::mistakes(ty, content, path) {
            self.problem(mistake);
        }
    }

    /// The same for each element of a list.
    fn shapes(&mut self, element: &str, list: &Node, path: &str) {
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

    fn sent(&mut self, content: &Node) {
        if !content.is_value() {
            self.problem(format!("this half is sent, but it is a pattern: {content}"));
        }
        for variable in content.variables() {
            if !self.known.contains(&variable.name) {
                self.problem(format!("{variable} is not known here"));
            }
        }
    }

    fn learn(&mut self, node: &Node) {
        let names = node
            .variables()
            .into_iter()
            .map(|variable| variable.name.clone());
        self.known.extend(names);
    }

    fn status(&mut self, status: &str) {
        if !OrderStatus::ALL
            .iter()
            .any(|known| known.as_str() == status)
        {
            let known = OrderStatus::ALL.map(OrderStatus::as_str).join(", ");
            self.problem(format!("status: unknown {status:?}; known are {known}"));
        }
    }

    fn order(&mut self, order: &OrderStep) {
        let kinds = [&order.psmo, &order.eco, &order.data, &order.trigger];
        let written = kinds.iter().filter(|kind| kind.is_some()).count();
        if written + usize::from(order.indirect.is_some()) != 1 {
            self.problem("an order is one of psmo, eco, data, trigger, indirect");
        }
        for node in kinds.into_iter().flatten().chain([&order.eid]) {
            self.sent(node);
        }
        for (element, list) in [("Psmo", &order.psmo), ("Eco", &order.eco)] {
            if let Some(list) = list {
                self.shapes(element, list, "order");
            }
        }
        if let Some(data) = &order.data {
            self.shape(Some("IpaEuiccDataRequest"), data, "data");
        }
        if let Some(trigger) = &order.trigger {
            self.shape(Some("ProfileDownloadTriggerRequest"), trigger, "trigger");
        }
        if let Some(Node::Variable(variable)) = &order.bind {
            self.known.insert(variable.name.clone());
        }
    }

    /// Whether the case says the bytes of this half: its speaker is scripted.
    fn is_sent(&self, interface: Interface, direction: Direction) -> bool {
        let speaker = match (interface, direction) {
            (Interface::Esipa | Interface::Es10b, Direction::Request) => RoleName::Ipa,
            (Interface::Esipa, Direction::Response) => RoleName::Eim,
            _ => return false,
        };
        self.case.roles.is_scripted(speaker)
    }
}

const fn actor_for(name: RoleName) -> ActorName {
    match name {
        RoleName::Ipa => ActorName::Ipa,
        RoleName::Eim => ActorName::Eim,
        RoleName::Euicc => ActorName::Veuicc,
        RoleName::Smdp => ActorName::Smdp,
    }
}
