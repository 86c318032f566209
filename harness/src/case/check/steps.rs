// SPDX-License-Identifier: MIT OR Apache-2.0
//! Steps other than exchanges.

use std::collections::{BTreeMap, BTreeSet};

use super::super::device::DeviceOutcome;
use super::super::node::Node;
use super::super::role::RoleName;
use super::super::step::{CardAction, Check, Interface, IutAction, NetworkState, OrderStep, Step};
use super::super::transport::ConnectStep;
use super::super::user::{Download, UserStep, Wish};
use super::super::{At, Binding};
use rsp::activation::ActivationCode;

use super::Checker;
use crate::iut::OrderStatus;
use crate::message::{self, Direction};
use crate::mutate::card_answer;

/// The members of what a `check` sees that is no ASN.1 type.
const SEEN: [(&str, &[&str]); 4] = [
    (
        "euicc.state",
        &[
            "eid",
            "enabled",
            "defaultSmdp",
            "rootSmds",
            "immediateEnable",
            "nextSequenceNumber",
            "canRollBack",
            "onFallback",
            "onEmergency",
        ],
    ),
    ("smdp.orders", &["matchingId", "state", "iccid", "eid"]),
    (
        "smdp.notifications",
        &["seqNumber", "operation", "iccid", "result"],
    ),
    ("smds.events", &["eid", "eventId", "rspServerAddress"]),
];

impl Checker<'_> {
    /// Steps one after the other.
    pub(super) fn steps(&mut self, steps: &[At<Step>]) {
        for step in steps {
            self.at = step.position;
            self.step(step);
        }
    }

    fn step(&mut self, step: &At<Step>) {
        self.fits_the_role(step);
        if let Some((interface, exchange)) = step.exchange() {
            let before = exchange.optional.then(|| self.known.clone());
            self.exchange(interface, exchange);
            if let Some(before) = before {
                // what is only seen in it may never be seen
                self.known = before;
            }
            return;
        }
        match &**step {
            Step::AnyOrder(steps) => self.any_order(steps),
            Step::Either(ways) => self.either(ways),
            Step::Never(messages) => self.known_messages(messages),
            Step::NotBefore(ends) => {
                for (end, messages) in ends {
                    if !message::is_known(Interface::Esipa, Direction::Request, end) {
                        self.problem(format!("no request {end:?} on ESipa"));
                    }
                    self.known_messages(messages);
                }
            }
            Step::Order(order) => self.order(order),
            Step::User(user) => self.user(user),
            Step::Check(check) => self.look(check),
            Step::Connect(connect) => self.connect(connect),
            Step::Fault(fault) => {
                self.server_faults(RoleName::Smdp, &fault.smdp);
                self.server_faults(RoleName::Smds, &fault.smds);
                self.server_faults(RoleName::Eim, &fault.eim);
            }
            Step::Card(CardAction::Answer(response)) => {
                if let Err(error) = card_answer(response) {
                    self.problem(error);
                }
            }
            Step::Network(states) => {
                for (interface, state) in states {
                    self.network(*interface, *state);
                }
            }
            Step::Coverage(profiles) => {
                for profile in profiles.keys() {
                    let iccid =
                        profile.len() == 20 && profile.bytes().all(|c| c.is_ascii_hexdigit());
                    if !iccid && profile != "none" {
                        self.problem(format!(
                            "coverage: expected none or an ICCID of 20 digits as on the card, got {profile:?}"
                        ));
                    }
                }
            }
            _ => (),
        }
    }

    /// Steps of an LPA, which knows of no eIM and begins by what its user wants.
    fn fits_the_role(&mut self, step: &Step) {
        let lpa = self.case.iut == RoleName::Lpa;
        let other = match step {
            Step::User(_) if !lpa => "user: only an LPA under test has one",
            Step::Iut(IutAction::Start) if lpa => "iut: start: an LPA is started by `user:`",
            Step::Esipa(_) | Step::Order(_) | Step::Connect(_) | Step::Device(_) if lpa => {
                "an LPA has no eIM and no such device: expected user, ES9+, ES10b, ES11, card, check"
            }
            _ => return,
        };
        self.problem(other);
    }

    fn user(&mut self, user: &UserStep) {
        if let Err(error) = user.wish.profile() {
            self.problem(format!("user: {error}"));
        }
        if let Wish::Download(Download {
            activation_code: Some(code),
            ..
        }) = &user.wish
            && let Err(error) = code.parse::<ActivationCode>()
            && user.outcome == DeviceOutcome::Done
        {
            self.problem(format!("user: {code:?} is no activation code: {error}"));
        }
    }

    fn known_messages(&mut self, messages: &BTreeMap<Interface, String>) {
        for (interface, name) in messages {
            let seen = [Direction::Request, Direction::Response]
                .into_iter()
                .any(|direction| message::is_known(*interface, direction, name));
            if !seen {
                self.problem(format!("no message {name:?} on {interface}"));
            }
        }
    }

    fn any_order(&mut self, steps: &[At<Step>]) {
        if steps.len() < 2 {
            self.problem(format!(
                "any_order: expected two steps or more, got {}",
                steps.len()
            ));
        }
        // none of them may count on what another one binds
        let before = self.known.clone();
        let mut after = before.clone();
        for step in steps {
            self.known.clone_from(&before);
            self.at = step.position;
            self.step(step);
            after.append(&mut self.known);
        }
        self.known = after;
    }

    fn either(&mut self, ways: &[Vec<At<Step>>]) {
        if ways.len() < 2 {
            self.problem(format!(
                "either: expected two ways or more, got {}",
                ways.len()
            ));
        }
        let before = self.known.clone();
        let mut after: Option<BTreeSet<String>> = None;
        for way in ways {
            self.known.clone_from(&before);
            self.steps(way);
            let seen = std::mem::take(&mut self.known);
            after = Some(match after {
                Some(after) => after.intersection(&seen).cloned().collect(),
                None => seen,
            });
        }
        self.known = after.unwrap_or(before);
    }

    fn server_faults(&mut self, server: RoleName, faults: &[String]) {
        if !faults.is_empty() && self.case.roles.role(server).is_none() {
            self.problem(format!("fault: nobody plays {server}"));
        }
        self.faults(server, faults);
    }

    fn network(&mut self, interface: Interface, state: NetworkState) {
        if interface == Interface::Es10b {
            self.problem("network: ES10b has none; a card is reset or removed by card");
        }
        if let NetworkState::Delay(seconds) = state
            && (!seconds.is_finite() || seconds <= 0.0)
        {
            self.problem(format!(
                "network: expected a delay above 0 seconds, got {seconds}"
            ));
        }
    }

    fn connect(&mut self, connect: &ConnectStep) {
        if self.case.iut != RoleName::Eim {
            self.problem("connect is for an eim under test");
        }
        let over_coap = self.case.binding == Some(Binding::Coap);
        if connect.hello.is_dtls() != over_coap {
            self.problem("connect: DTLS goes with binding: coap, TLS with the others");
        }
    }

    fn look(&mut self, check: &Check) {
        if check.order.is_some() != check.status.is_some() {
            self.problem("order and status are checked together");
        }
        if let Some(status) = &check.status {
            self.status(status);
        }
        let typed = [
            ("SGP32-ProfileInfo", &check.euicc_profiles, "euicc.profiles"),
            (
                "NotificationMetadata",
                &check.euicc_notifications,
                "euicc.notifications",
            ),
            ("EimConfigurationData", &check.euicc_eims, "euicc.eims"),
        ];
        for (element, list, name) in typed {
            if let Some(list) = list {
                self.shapes(element, list, name);
            }
        }
        let named = [
            &check.euicc_state,
            &check.smdp_orders,
            &check.smdp_notifications,
            &check.smds_events,
        ];
        for ((name, members), node) in SEEN.iter().zip(named) {
            if let Some(node) = node {
                self.members(name, members, node);
            }
        }
        let order = [&check.order];
        let patterns = typed
            .iter()
            .map(|(_, list, _)| *list)
            .chain(named)
            .chain(order);
        let written: Vec<&Node> = patterns.flatten().collect();
        if written.is_empty() {
            self.problem("check: expected something to look at, got nothing");
        }
        for node in written {
            self.learn(node);
        }
    }

    /// Members that nothing of this kind has.
    fn members(&mut self, name: &str, known: &[&str], node: &Node) {
        match node {
            Node::List(items) => items
                .iter()
                .for_each(|item| self.members(name, known, item)),
            Node::Contains(item) => self.members(name, known, item),
            Node::Map(members) => {
                for (member, _) in members {
                    if !known.contains(&member.as_str()) {
                        let known = known.join(", ");
                        self.problem(format!(
                            "{name}: unknown member {member:?}; known are {known}"
                        ));
                    }
                }
            }
            _ => (),
        }
    }

    fn status(&mut self, status: &str) {
        for one in status.split(" or ") {
            if !OrderStatus::ALL.iter().any(|known| known.as_str() == one) {
                let known = OrderStatus::ALL.map(OrderStatus::as_str).join(", ");
                self.problem(format!("status: unknown {one:?}; known are {known}"));
            }
        }
    }

    fn order(&mut self, order: &OrderStep) {
        let kinds = [&order.psmo, &order.eco, &order.data, &order.trigger];
        let written = kinds.iter().filter(|kind| kind.is_some()).count();
        if written + usize::from(order.indirect.is_some()) != 1 {
            self.problem("an order is one of psmo, eco, data, trigger, indirect");
        }
        if order.confirmation_code.is_some() && order.indirect.is_none() {
            self.problem("confirmationCode is for an indirect download");
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
}
