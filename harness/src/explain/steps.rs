// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps in words, numbered as they are written.

use std::collections::{BTreeMap, BTreeSet};

use super::message::{Phrase, judged, message};
use super::notes::Notes;
use super::{Text, name_of};
use crate::case::{
    At, CardAction, Case, CaseFile, Check, DeviceOutcome, DeviceStep, Exchange, Interface,
    IutAction, NetworkState, Node, OrderStep, RoleName, Signer, Step, Used, UserStep,
};

/// Writes the steps, and returns the readings that they name.
pub(super) fn steps(case: &Case, text: &mut Text) -> Vec<String> {
    let mut writer = Writer {
        file: &case.file,
        notes: Notes::of(case),
        text,
        known: case.file.given.keys().cloned().collect(),
        unclear: Vec::new(),
    };
    for (index, step) in case.file.steps.iter().enumerate() {
        if let Some(Used { name, title, .. }) = case.used.iter().find(|used| used.first == index) {
            writer.text.paragraph(2, &format!("[{name}: {title}]"));
        }
        writer.step(&format!("{}.", index + 1), 2, step);
        let later = case.file.steps.iter().skip(index + 1);
        let next = later.map(|step| step.position).find(|next| {
            // steps of a procedure may come between
            next.file == step.position.file && next.line > step.position.line
        });
        for note in writer.notes.between(step.position, next) {
            writer.text.paragraph(6, &format!("({note})"));
        }
    }
    writer.unclear
}

struct Writer<'a> {
    file: &'a CaseFile,
    notes: Notes,
    text: &'a mut Text,
    known: BTreeSet<String>,
    unclear: Vec<String>,
}

impl Writer<'_> {
    fn step(&mut self, number: &str, indent: usize, step: &At<Step>) {
        let label = format!("{:indent$}{number:<4}", "");
        let inner = label.chars().count();
        if let Some((interface, exchange)) = step.exchange() {
            return self.exchange(&label, inner, interface, exchange);
        }
        let iut = name_of(self.file.iut);
        let sentence = match &**step {
            Step::Iut(IutAction::Start) => format!("The {iut} is told to look for work."),
            Step::Iut(IutAction::Stop) => format!("The {iut} is asked to end."),
            Step::Iut(IutAction::Kill) => format!("The {iut} is ended without warning."),
            Step::AnyOrder(steps) => {
                self.say(&label, inner, "All of these, in any order:");
                return self.list(inner, steps);
            }
            Step::Either(ways) => return self.either(&label, inner, ways),
            Step::Use(step) => format!("The steps of {}.", step.procedure),
            Step::Card(action) => card(action),
            Step::Device(step) => device(step),
            Step::User(step) => user(step),
            Step::Fault(fault) => {
                let smdp = fault.smdp.iter().map(|name| format!("the SM-DP+ {name}"));
                let smds = fault.smds.iter().map(|name| format!("the SM-DS {name}"));
                let eim = fault.eim.iter().map(|name| format!("the eIM {name}"));
                let faults: Vec<String> = smdp.chain(smds).chain(eim).collect();
                format!("From here on a server misbehaves: {}.", faults.join(", "))
            }
            Step::Never(messages) => {
                format!("From here to the end there must be no {}.", names(messages))
            }
            Step::NotBefore(ends) => {
                let ends = ends.iter();
                let ends =
                    ends.map(|(end, messages)| format!("{end} comes, no {}", names(messages)));
                format!(
                    "There must be, until {}.",
                    ends.collect::<Vec<_>>().join("; until ")
                )
            }
            Step::Order(order) => self.order(order),
            Step::Network(states) => {
                let states: Vec<String> = states
                    .iter()
                    .map(|(interface, state)| format!("{interface} {}", network(*state)))
                    .collect();
                format!("From the next request on: {}.", states.join(", "))
            }
            Step::Coverage(profiles) => {
                let profiles: Vec<String> = profiles
                    .iter()
                    .map(|(profile, interfaces)| covered(profile, interfaces))
                    .collect();
                format!("Network by enabled profile: {}.", profiles.join("; "))
            }
            Step::Check(check) => return self.check(&label, inner, check),
            Step::Connect(connect) => super::transport::connect(connect),
            // exchanges are told above
            _ => return,
        };
        self.say(&label, inner, &sentence);
    }

    fn say(&mut self, label: &str, inner: usize, sentence: &str) {
        self.text.hanging(label, inner, sentence);
    }

    fn list(&mut self, indent: usize, steps: &[At<Step>]) {
        for step in steps {
            self.step("-", indent, step);
        }
    }

    fn either(&mut self, label: &str, inner: usize, ways: &[Vec<At<Step>>]) {
        let iut = name_of(self.file.iut);
        self.say(
            label,
            inner,
            &format!("One of these, as the {iut} chooses:"),
        );
        for (index, way) in ways.iter().enumerate() {
            self.text.paragraph(inner, &format!("way {}:", index + 1));
            self.list(inner + 2, way);
        }
    }

    fn exchange(&mut self, label: &str, inner: usize, interface: Interface, exchange: &Exchange) {
        let (client, server) = self.ends(interface, exchange);
        let optional = if exchange.optional {
            " This may be left out."
        } else {
            ""
        };
        let verb = match (client == self.file.iut, exchange.optional) {
            (true, false) => "must send",
            (true, true) => "may send",
            (false, _) => "sends",
        };
        let sent = self.file.roles.is_scripted(client);
        let (name, phrases) = message(&exchange.request, sent, &mut self.known);
        let client = name_of(client);
        let within = exchange
            .within
            .map_or(String::new(), |s| format!(" within {s} s"));
        let first = format!("{interface}: the {client} {verb} {name}{within}.{optional}");
        self.say(label, inner, &first);
        self.phrases(inner, &phrases);
        for way in super::transport::ways(exchange) {
            self.text.paragraph(inner, &way);
        }
        self.answer(inner, server, exchange);
        if let Some(bind) = &exchange.bind {
            self.text
                .paragraph(inner, &format!("The message is kept as {bind}."));
            if let Node::Variable(variable) = bind {
                self.known.insert(variable.name.clone());
            }
        }
        if let Some(reading) = &exchange.unclear {
            self.text.paragraph(
                inner,
                &format!("The text is unclear here: what differs is inconclusive ({reading})."),
            );
            self.unclear.push(reading.clone());
        }
    }

    fn answer(&mut self, inner: usize, server: RoleName, exchange: &Exchange) {
        let called = name_of(server);
        let scripted = self.file.roles.is_scripted(server);
        match &exchange.response {
            Some(response) => {
                let (name, phrases) = message(response, scripted, &mut self.known);
                let verb = if server == self.file.iut {
                    "must answer"
                } else {
                    "answers"
                };
                self.text
                    .paragraph(inner, &format!("The {called} {verb} {name}."));
                self.phrases(inner, &phrases);
            }
            None => self
                .text
                .paragraph(inner, &format!("The {called} answers by itself.")),
        }
        if let Some(signer) = exchange.sign {
            let signer = match signer {
                Signer::Eim1 => "eim1",
                Signer::Eim2 => "eim2",
                Signer::Wrong => "a key that nobody knows",
            };
            self.text
                .paragraph(inner, &format!("The eUICC package is signed by {signer}."));
        }
        if !exchange.bytes.is_empty() {
            let changes: Vec<String> = exchange.bytes.iter().map(ToString::to_string).collect();
            let changes = changes.join("; ");
            self.text
                .paragraph(inner, &format!("Its octets are spoilt: {changes}."));
        }
        if exchange.is_changed() {
            let changes: Vec<String> = exchange
                .changes()
                .map(|(path, value)| format!("{path} = {value}"))
                .collect();
            let again = exchange.resign.map_or(String::new(), |signature| {
                format!(", {} made again", signature.member())
            });
            let changes = changes.join(", ");
            self.text.paragraph(
                inner,
                &format!("Changed before it goes out: {changes}{again}."),
            );
        }
    }

    fn phrases(&mut self, inner: usize, phrases: &[Phrase]) {
        for (depth, phrase) in phrases {
            let indent = inner + 2 * depth;
            let label = format!("{:indent$}- ", "");
            self.text.hanging(&label, indent + 2, phrase);
        }
    }

    /// Who asks and who answers.
    fn ends(&self, interface: Interface, exchange: &Exchange) -> (RoleName, RoleName) {
        let downloader = self.file.iut;
        let terminal = match self.file.iut {
            RoleName::Lpa => RoleName::Lpa,
            _ => RoleName::Ipa,
        };
        let request = exchange.request.as_choice();
        let injected = request.is_some_and(|(name, _)| name.starts_with("transferEimPackage"));
        match interface {
            Interface::Esipa if injected => (RoleName::Eim, RoleName::Ipa),
            Interface::Esipa => (RoleName::Ipa, RoleName::Eim),
            Interface::Es10b => (terminal, RoleName::Euicc),
            Interface::Es9Plus => (downloader, RoleName::Smdp),
            Interface::Es11 => (downloader, RoleName::Smds),
        }
    }

    fn order(&mut self, order: &OrderStep) -> String {
        let kinds = [
            ("profile management", &order.psmo),
            ("eIM configuration", &order.eco),
            ("data", &order.data),
            ("a download trigger", &order.trigger),
        ];
        let work = kinds
            .iter()
            .find_map(|(kind, node)| Some(format!("{kind}: {}", node.as_ref()?)))
            .or_else(|| {
                Some(format!(
                    "an indirect download: {}",
                    order.indirect.as_ref()?
                ))
            })
            .unwrap_or_default();
        let eim = order
            .eim
            .as_ref()
            .map_or(String::new(), |eim| format!(" {eim}"));
        let how = if order.inject {
            ", to be sent to the IPA"
        } else {
            ""
        };
        let kept = order
            .bind
            .as_ref()
            .map_or(String::new(), |bind| format!(", kept as {bind}"));
        if let Some(Node::Variable(variable)) = &order.bind {
            self.known.insert(variable.name.clone());
        }
        format!(
            "The eIM{eim} gets an order for {}{how}{kept}: {work}.",
            order.eid
        )
    }

    fn check(&mut self, label: &str, inner: usize, check: &Check) {
        let mut phrases = Vec::new();
        if let (Some(order), Some(status)) = (&check.order, &check.status) {
            phrases.push((0, format!("the order {order} is {status}")));
        }
        let looks = [
            ("the card's profiles: the list", &check.euicc_profiles),
            (
                "what waits on the card: the list",
                &check.euicc_notifications,
            ),
            ("the card's eIMs: the list", &check.euicc_eims),
            ("the card's state", &check.euicc_state),
            ("the orders of the SM-DP+: the list", &check.smdp_orders),
            (
                "what the SM-DP+ was notified of: the list",
                &check.smdp_notifications,
            ),
            ("the events of the SM-DS: the list", &check.smds_events),
        ];
        for (what, node) in looks {
            if let Some(node) = node {
                phrases.push((0, format!("{what} {}", judged(node, &mut self.known))));
            }
        }
        self.say(label, inner, "It is looked at and must hold:");
        self.phrases(inner, &phrases);
    }
}

fn device(step: &DeviceStep) -> String {
    let end = match step.outcome {
        DeviceOutcome::Done => "; it must be done",
        DeviceOutcome::Failed => "; it must tell that this failed",
        DeviceOutcome::Any => "",
    };
    format!("The device is told on the spot: {}{end}.", step.task)
}

fn user(step: &UserStep) -> String {
    let end = match step.outcome {
        DeviceOutcome::Done => "it must be done",
        DeviceOutcome::Failed => "it must fail, and the user be told",
        DeviceOutcome::Any => "how that ends is open",
    };
    let shown = match step.shows.as_slice() {
        [] => String::new(),
        shows => format!("; the user must be shown {}", shows.join(", ")),
    };
    format!("The user wants: {}; {end}{shown}.", step.wish)
}

fn card(action: &CardAction) -> String {
    match action {
        CardAction::Reset => "The card loses power for a moment.".to_owned(),
        CardAction::Remove => "The card is taken out.".to_owned(),
        CardAction::Insert => "The card is put in again.".to_owned(),
        CardAction::Fault(fault) => format!("The card will misbehave: {:?}.", fault.0),
        CardAction::Fail(what) => format!("The card will fail at the next {what}."),
        CardAction::Answer(response) => {
            format!("From here on the card does nothing and answers {response}.")
        }
        CardAction::Healthy => "The card misbehaves no more.".to_owned(),
    }
}

fn network(state: NetworkState) -> String {
    match state {
        NetworkState::Gone => "closes connections before an answer".to_owned(),
        NetworkState::Back => "is reached again".to_owned(),
        NetworkState::Refuse => "refuses connections".to_owned(),
        NetworkState::Drop => "loses everything".to_owned(),
        NetworkState::Cut => "breaks off in the middle of an answer".to_owned(),
        NetworkState::Delay(seconds) => format!("is {seconds} s late"),
    }
}

fn covered(profile: &str, interfaces: &[Interface]) -> String {
    let names: Vec<&str> = interfaces
        .iter()
        .map(|interface| interface.as_str())
        .collect();
    match names.as_slice() {
        [] => format!("{profile} reaches nothing"),
        names => format!("{profile} reaches {}", names.join(", ")),
    }
}

/// Messages that must not come, as the end of a sentence.
fn names(messages: &BTreeMap<Interface, String>) -> String {
    let names = messages.iter();
    let names = names.map(|(interface, name)| format!("{name} on {interface}"));
    names.collect::<Vec<_>>().join(", no ")
}
