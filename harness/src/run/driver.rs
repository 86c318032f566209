// SPDX-License-Identifier: MIT OR Apache-2.0
//! The driver of one case: performs the active steps, waits for the others.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use veuicc::terminal::{Terminal, TerminalOptions};

use super::actors::{Actors, Cast, through};
use super::card::eid_of;
use super::{Outcome, RunOptions, SetUpError};
use crate::case::{Case, Check, Exchange, Interface, Node, OrderStep, Position, RoleName, Step};
use crate::engine::Engine;
use crate::iut::{IndirectDownload, IpaEnvironment, Link, Order};
use crate::matching::{Bindings, Bound, Mismatch};
use crate::message::Direction;
use crate::mutate::{self, MakeError};
use crate::verdict::{Fault, Finding, Verdict};

struct Driver<'a> {
    case: &'a Case,
    options: &'a RunOptions,
    engine: Arc<Engine>,
    cast: Cast,
    actors: Actors,
    /// The running IPA.
    ipa: Option<JoinHandle<Result<(), crate::ipa::Error>>>,
    /// How it ended.
    ended: Option<String>,
    /// The terminal of a scripted IPA.
    terminal: Option<Terminal<Link>>,
}

pub(super) async fn run(case: &Case, options: &RunOptions) -> Result<Outcome, SetUpError> {
    let cast = Cast::new(case, options)?;
    let mut bindings = Bindings::default();
    for (name, node) in &case.file.given {
        let value = mutate::value_of(node, &bindings)
            .map_err(|error| SetUpError::Value(error.to_string()))?;
        bindings.set(name, value.map_or(Bound::Absent, Bound::given));
    }
    let engine = Arc::new(Engine::new(case, bindings, cast.keys()?));
    let actors = cast.start(case, &engine).await?;
    let mut driver = Driver {
        case,
        options,
        engine,
        cast,
        actors,
        ipa: None,
        ended: None,
        terminal: None,
    };
    driver.steps().await;
    driver.come_to_rest().await;
    Ok(driver.outcome())
}

impl Driver<'_> {
    async fn steps(&mut self) {
        for (index, step) in self.case.file.steps.iter().enumerate() {
            if self.engine.finding().is_some() {
                return;
            }
            if self.only_checks_from(index) {
                self.come_to_rest().await;
            }
            match &**step {
                Step::Iut(_) => self.start_ipa(),
                Step::Order(order) => self.order(order, step.position),
                Step::Check(check) => self.check(check, step.position),
                Step::Never(_) | Step::Network(_) => continue,
                exchange => {
                    if let Some((interface, exchange)) = exchange.exchange() {
                        self.perform(interface, exchange, step.position).await;
                        self.wait_for(index).await;
                    }
                    continue;
                }
            }
            self.engine.performed(index);
        }
    }

    fn only_checks_from(&self, index: usize) -> bool {
        let rest = self.case.file.steps.get(index..).unwrap_or_default();
        rest.iter().all(|step| matches!(**step, Step::Check(_)))
    }

    fn start_ipa(&mut self) {
        let roots = match self.cast.roots() {
            Ok(roots) => roots,
            Err(error) => return self.cannot(Position::default(), error.to_string()),
        };
        let mut settings = match self.case.file.iut {
            RoleName::Ipa => self.options.ipa.clone(),
            _ => Default::default(),
        };
        // cases are written in v1.2; told so, the IPA does not ask the card
        settings.dialect.get_or_insert_default();
        let environment = IpaEnvironment {
            card: self.cast.card.clone(),
            resolver: self.actors.resolver.clone(),
            roots,
            env: self.cast.env("ipa"),
            timeout: self.options.timeout,
            settings,
        };
        self.ipa = Some(tokio::spawn(crate::ipa::run(environment)));
    }

    /// Does what the case does actively in an exchange: the request of a scripted IPA.
    async fn perform(&mut self, interface: Interface, exchange: &Exchange, position: Position) {
        let active =
            interface != Interface::Es9Plus && self.case.file.roles.is_scripted(RoleName::Ipa);
        if !active {
            return;
        }
        let request = self.engine.with_bindings(|bindings| {
            mutate::build(interface, Direction::Request, &exchange.request, bindings)
        });
        let request = match request {
            Ok(request) => request,
            Err(error) => return self.cannot(position, error.to_string()),
        };
        match (interface, &self.actors.esipa) {
            (Interface::Esipa, Some(client)) => {
                // what went wrong is a finding already
                let _answer = through(&self.engine, client, request).await;
            }
            (Interface::Esipa, None) => self.cannot(position, "no eIM to talk to".to_owned()),
            _ => {
                if let Err(error) = self.ask_card(&request) {
                    self.cannot(position, error);
                }
            }
        }
    }

    fn ask_card(&mut self, request: &[u8]) -> Result<(), String> {
        let mut terminal = match self.terminal.take() {
            Some(terminal) => terminal,
            None => Terminal::open(Link(self.cast.card.clone()), TerminalOptions::default())
                .map_err(|error| error.to_string())?,
        };
        let package = request.starts_with(&[0xBF, 0x36]);
        let answer = if package {
            terminal.load_bound_profile_package(request)
        } else {
            terminal.es10(request)
        };
        self.terminal = Some(terminal);
        answer.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Waits until step `index` is met, the IPA has ended, or the time is up.
    async fn wait_for(&mut self, index: usize) {
        let mut changes = self.engine.subscribe();
        let engine = self.engine.clone();
        let settled = async {
            loop {
                changes.mark_unchanged();
                if engine.is_settled(index) || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let ended = async {
            match &mut self.ipa {
                Some(task) => words(task.await),
                None => std::future::pending().await,
            }
        };
        let outcome = timeout(self.options.timeout, async {
            tokio::select! {
                biased;
                () = settled => None,
                ended = ended => Some(ended),
            }
        })
        .await;
        match outcome {
            Ok(None) => (),
            Ok(Some(ended)) => {
                self.ipa = None;
                if !self.engine.is_settled(index) {
                    self.engine
                        .missed(index, &format!("the IPA ended: {ended}"));
                }
                self.ended = Some(ended);
            }
            Err(_) => {
                let seconds = self.options.timeout.as_secs();
                self.engine
                    .missed(index, &format!("nothing more came within {seconds} s"));
            }
        }
    }

    /// Waits for the IPA to end by itself, so that nothing it still does is lost.
    async fn come_to_rest(&mut self) {
        let Some(mut task) = self.ipa.take() else {
            return;
        };
        match timeout(self.options.timeout, &mut task).await {
            Ok(ended) => self.ended = Some(words(ended)),
            Err(_) => {
                task.abort();
                self.ended = Some("stopped by the harness".to_owned());
            }
        }
    }

    fn order(&self, step: &OrderStep, position: Position) {
        let made = self
            .engine
            .with_bindings(|bindings| order_of(step, bindings));
        let result = made.and_then(|(eid, order)| match &self.actors.eim {
            Some(eim) => eim.order(eid, order).map_err(|error| error.to_string()),
            None => Err("no eIM takes orders in this case".to_owned()),
        });
        match (result, &step.bind) {
            (Ok(id), Some(Node::Variable(variable))) => self
                .engine
                .with_bindings(|bindings| bindings.set(&variable.name, Bound::given(id.into()))),
            (Ok(_), _) => (),
            (Err(error), _) => self.cannot(position, error),
        }
    }

    fn check(&self, check: &Check, position: Position) {
        if let Some(pattern) = &check.euicc_profiles {
            self.compare(
                "euicc.profiles",
                pattern,
                &self.cast.card.profiles(),
                position,
            );
        }
        if let Some(pattern) = &check.euicc_notifications {
            let notifications = self.cast.card.notifications();
            self.compare("euicc.notifications", pattern, &notifications, position);
        }
        if let (Some(order), Some(status)) = (&check.order, &check.status) {
            let id = self
                .engine
                .with_bindings(|bindings| mutate::value_of(order, bindings));
            let found = match (id, &self.actors.eim) {
                (Ok(Some(Value::String(id))), Some(eim)) => eim.order_status(&id),
                _ => None,
            };
            let found = found.map_or("unknown", |status| status.as_str());
            if found != status {
                self.decide(position, &format!("status {status} of the order"), found);
            }
        }
    }

    fn compare(&self, what: &str, pattern: &Node, value: &Value, position: Position) {
        let result = self
            .engine
            .with_bindings(|bindings| bindings.unify(pattern, Some(value), None));
        if let Err(mismatches) = result {
            let actual: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
            self.decide(position, &format!("{what}: {pattern}"), &actual.join("; "));
        }
    }

    fn decide(&self, position: Position, expected: &str, actual: &str) {
        let at = self.engine.tape().last();
        let finding = Finding::new(Fault::Misbehaved, expected, actual);
        self.engine.decide(finding.in_step(position).at(at));
    }

    fn cannot(&self, position: Position, reason: String) {
        let finding = Finding::new(Fault::Harness, "a step that can be performed", reason);
        self.engine.decide(finding.in_step(position));
    }

    fn outcome(self) -> Outcome {
        let finding = self.engine.finding();
        Outcome {
            verdict: finding
                .as_ref()
                .map_or(Verdict::Pass, |finding| finding.fault.verdict()),
            finding,
            tape: self.engine.tape(),
            iut: self.ended,
        }
    }
}

fn words(ended: Result<Result<(), crate::ipa::Error>, tokio::task::JoinError>) -> String {
    match ended {
        Ok(Ok(())) => "it had nothing more to do".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => format!("it broke down: {error}"),
    }
}

/// The order of a step, as DER.
fn order_of(step: &OrderStep, bindings: &Bindings) -> Result<([u8; 16], Order), String> {
    let text = |error: MakeError| error.to_string();
    let Some(Value::String(eid)) = mutate::value_of(&step.eid, bindings).map_err(text)? else {
        return Err(format!("expected an EID, got {}", step.eid));
    };
    let eid = eid_of(&eid).map_err(|error| error.to_string())?;
    let der = |type_name: &str, value: Value| {
        rsp::schema::from_value(type_name, &value).map_err(|error| error.to_string())
    };
    let value = |node: &Node| {
        mutate::value_of(node, bindings)
            .map(Option::unwrap_or_default)
            .map_err(text)
    };
    let order = if let Some(list) = &step.psmo {
        Order::EuiccPackage(der("EuiccPackage", json!({ "psmoList": value(list)? }))?)
    } else if let Some(list) = &step.eco {
        Order::EuiccPackage(der("EuiccPackage", json!({ "ecoList": value(list)? }))?)
    } else if let Some(data) = &step.data {
        Order::IpaEuiccDataRequest(der("IpaEuiccDataRequest", value(data)?)?)
    } else if let Some(trigger) = &step.trigger {
        Order::ProfileDownloadTrigger(der("ProfileDownloadTriggerRequest", value(trigger)?)?)
    } else if let Some(activation_code) = &step.indirect {
        Order::IndirectDownload(IndirectDownload::new(activation_code))
    } else {
        return Err("an order without work".to_owned());
    };
    Ok((eid, order))
}
