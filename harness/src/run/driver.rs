// SPDX-License-Identifier: MIT OR Apache-2.0
//! The driver of one case: performs the active steps, waits for the others.

mod act;
mod check;
mod exchange;
mod order;
mod tell;
mod user;

use std::time::Duration;

use tokio::time::timeout;
use veuicc::terminal::Terminal;

use super::actors::{Actors, Held, Stage};
use super::ipa_under_test::IpaUnderTest;
use super::{Outcome, RunOptions, SetUpError};
use crate::case::{At, Case, IutAction, Position, RoleName, Step};
use crate::engine::{Await, Engine, Next};
use crate::iut::Link;
use crate::verdict::{Fault, Finding, Verdict};

struct Driver<'a> {
    stage: Stage<'a>,
    actors: Actors,
    /// The IPA, when it is not scripted.
    ipa: IpaUnderTest,
    /// How it ended.
    ended: Option<String>,
    /// What the user of an LPA wants, as long as it is not known how that ends.
    wanted: Option<user::Wanted>,
    /// The terminal of a scripted IPA.
    terminal: Option<Terminal<Link>>,
    /// Connections that stay open until the case is over.
    held: Vec<Held>,
}

pub(super) async fn run(case: &Case, options: &RunOptions) -> Result<Outcome, SetUpError> {
    let stage = Stage::new(case, options)?;
    let actors = Actors::start(&stage).await?;
    let ipa = IpaUnderTest::prepare(&stage).await?;
    let mut driver = Driver {
        stage,
        actors,
        ipa,
        ended: None,
        wanted: None,
        terminal: None,
        held: Vec::new(),
    };
    driver.steps().await;
    driver.come_to_rest().await;
    let output = driver.stop_eims().await;
    Ok(driver.outcome(output))
}

impl Driver<'_> {
    fn engine(&self) -> &Engine {
        &self.stage.engine
    }

    async fn steps(&mut self) {
        while self.engine().finding().is_none() {
            match self.engine().next() {
                None => return,
                Some(Next::Await(awaited)) => self.wait_for(awaited).await,
                Some(Next::Do(step) | Next::Send(step)) => {
                    let Some(content) = self.engine().step(step) else {
                        return;
                    };
                    self.perform(step, &content).await;
                    self.engine().performed(step);
                }
            }
        }
    }

    async fn perform(&mut self, number: usize, step: &At<Step>) {
        if self.engine().only_checks_left() {
            self.come_to_rest().await;
        }
        self.begin(number, step).await;
        match &**step {
            Step::Iut(action) => self.act(*action, step.position).await,
            Step::Card(action) => self.card(action, step.position),
            Step::Device(told) => self.device(told, step.position).await,
            Step::User(user) => self.user(user, step.position).await,
            Step::Fault(faults) => self.arm(faults, step.position),
            Step::Order(order) => self.order(order, step.position).await,
            Step::Check(check) => self.check(check, step.position).await,
            Step::Connect(connect) => self.connect(connect, step.position).await,
            other => {
                if let Some((interface, _)) = other.exchange() {
                    self.send(interface, number, step.position).await;
                }
            }
        }
    }

    async fn act(&mut self, action: IutAction, position: Position) {
        if let Some(done) = self.act_on_eim(action).await {
            if let Err(finding) = done {
                self.engine().decide(finding.in_step(position));
            }
            return;
        }
        match action {
            IutAction::Start => {
                if let Err(error) = self.ipa.start(&self.stage).await {
                    let tested = self.stage.case.file.iut == RoleName::Ipa;
                    if tested && matches!(self.ipa, IpaUnderTest::Listening(_)) {
                        self.decide(position, "an IPA that starts", &error.to_string());
                    } else {
                        self.cannot(position, error.to_string());
                    }
                }
            }
            IutAction::Stop => self.come_to_rest().await,
            IutAction::Kill => {
                self.ipa.kill().await;
                self.wanted = None;
                self.ended = Some("killed by the harness".to_owned());
            }
        }
    }

    /// Waits until one of the awaited steps is met, the IPA has ended, or the time is up.
    async fn wait_for(&mut self, awaited: Await) {
        let engine = self.stage.engine.clone();
        let over = || engine.finding().is_some() || engine.next() != Some(Next::Await(awaited));
        let mut changes = engine.subscribe();
        let settled = async {
            loop {
                changes.mark_unchanged();
                if over() || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let patience = match (engine.last(), self.ipa.start_timeout()) {
            (None, Some(first)) => first,
            _ => self.stage.cast.options.timeout,
        };
        let within = awaited
            .within
            .and_then(|it| Duration::try_from_secs_f64(it).ok());
        let patience = within.unwrap_or(patience);
        let outcome = timeout(patience, async {
            tokio::select! {
                biased;
                () = settled => None,
                ended = self.ipa.ended() => Some(ended),
            }
        })
        .await;
        match outcome {
            Ok(None) => (),
            Ok(Some(ended)) => {
                let missed = format!("the {} ended: {ended}", self.called());
                self.gone(ended);
                if !over() {
                    engine.missed(awaited.step, &missed);
                }
            }
            Err(_) => {
                let seconds = patience.as_secs_f64();
                let why = format!("nothing more came within {seconds} s");
                engine.missed(awaited.step, &why);
                self.given_up(awaited.step);
            }
        }
    }

    /// Waits until the IPA has nothing more to do, so that nothing it still does is lost.
    async fn come_to_rest(&mut self) {
        if !self.ipa.is_running() {
            return;
        }
        let patience = self.stage.cast.options.timeout;
        let rest = timeout(patience, self.ipa.rest(&self.stage.engine)).await;
        let ended = match rest {
            Ok(ended) => ended,
            Err(_) => self.ipa.stop().await,
        };
        self.gone(ended);
    }

    /// The IPA has ended.
    fn gone(&mut self, words: String) {
        if let Some(finding) = self.ipa.unsupported() {
            self.engine().decide(finding);
        }
        let under_test = self.stage.case.file.iut.has_the_card();
        if self.ipa.broke_down() && !under_test {
            let expected = "an IPA of the harness that works";
            let finding = Finding::new(Fault::Harness, expected, words.clone());
            self.engine().decide(finding.at(self.engine().last()));
        }
        self.settle_wish(&words);
        self.keep_end(&words);
        self.ended = Some(words);
    }

    /// What the client of the card is called.
    fn called(&self) -> &'static str {
        match self.stage.case.file.iut {
            RoleName::Lpa => "LPA",
            _ => "IPA",
        }
    }

    fn decide(&self, position: Position, expected: &str, actual: &str) {
        let at = self.engine().last();
        let finding = Finding::new(Fault::Misbehaved, expected, actual);
        self.engine().decide(finding.in_step(position).at(at));
    }

    fn cannot(&self, position: Position, reason: String) {
        let finding = Finding::new(Fault::Harness, "a step that can be performed", reason);
        self.engine().decide(finding.in_step(position));
    }

    /// Ends the eIM under test, and returns what it and the IPA wrote.
    async fn stop_eims(&mut self) -> Vec<u8> {
        let mut output = self.ipa.output();
        for eim in &self.actors.eims {
            let (ended, written) = eim.stop().await;
            if let Some(words) = &ended {
                self.keep_end_of_eim(words);
            }
            self.ended = self.ended.take().or(ended);
            output.extend(written);
        }
        output
    }

    fn outcome(self, output: Vec<u8>) -> Outcome {
        let finding = self.engine().finding();
        Outcome {
            verdict: finding
                .as_ref()
                .map_or(Verdict::Pass, |finding| finding.fault.verdict()),
            finding,
            tape: self.engine().tape(),
            choices: self.engine().choices(),
            set_aside: self.engine().broken_aside(),
            iut: self.ended,
            iut_output: output,
            capture: self.stage.front.capture().clone(),
            trace: self.stage.front.trace().clone(),
        }
    }
}
