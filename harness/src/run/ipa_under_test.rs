// SPDX-License-Identifier: MIT OR Apache-2.0
//! The IPA of a run: our own, under test or as an actor, or a program of somebody else; and likewise
//! the LPA.
//!
//! Trap: a program that ends has nothing more to do, but one that runs on does not say when it is at
//! rest; then that nothing comes for a while has to do.

mod local;
mod played;
mod setting;
mod wish;

use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};

use self::played::{Played, cannot};
use super::SetUpError;
use super::actors::{Listening, Stage, ipa_environment, is_injected};
use super::speech::can_speak;
use crate::case::RoleName;
use crate::engine::Engine;
use crate::under_test::device::{Device, last_words, seconds};
use crate::under_test::process::{End, Supervised};
use crate::under_test::proxy::Proxy;
use crate::under_test::{Description, Reach};
use crate::verdict::Finding;

/// What is said of a program that the harness has ended.
pub(super) const STOPPED: &str = "stopped by the harness";

/// How long a program that runs on has been quiet when it is at rest.
const QUIET: Duration = Duration::from_secs(2);

/// The IPA of a case, whether it is running or not.
pub(super) enum IpaUnderTest {
    /// That of this harness: one round, or what the user of an LPA wants.
    BuiltIn(BuiltIn),
    /// That of this harness after it broke down by a mistake of its own.
    BrokenDown,
    /// That of this harness where packages are injected: it waits for them, and does a round when
    /// it is started again.
    Listening(Option<Listening>),
    /// A program of somebody else.
    Program(Box<Program>),
    /// One that is played from a tape.
    Played(Played),
}

/// The IPA or LPA of this harness.
#[derive(Default)]
pub(super) struct BuiltIn {
    task: Option<JoinHandle<Result<(), String>>>,
    /// What an LPA has shown its user.
    shown: wish::Shown,
    /// Why the last task that ended was not done.
    failure: Option<String>,
}

/// A device whose program may be running.
pub(super) struct Program {
    device: Device,
    proxy: Option<Proxy>,
    running: Option<Supervised>,
    /// What earlier processes wrote.
    output: Vec<u8>,
    unsupported: Option<Finding>,
    /// Why the last process that ended did not end well.
    failure: Option<String>,
}

impl IpaUnderTest {
    /// Sets up what the IPA of the case needs, without starting it. The card is in
    /// `stage.cast.card`, the servers are in the resolver.
    pub(super) async fn prepare(stage: &Stage<'_>) -> Result<Self, SetUpError> {
        let options = &stage.cast.options;
        if let Some(player) = &options.played
            && stage.case.file.iut.has_the_card()
        {
            return Ok(Self::Played(Played::prepare(stage, player)));
        }
        let described = match stage.case.file.iut {
            RoleName::Ipa | RoleName::Lpa => options.under_test.clone(),
            _ => None,
        };
        let Some(description) = described else {
            return Ok(if is_injected(&stage.case.file) {
                Self::Listening(None)
            } else {
                Self::BuiltIn(BuiltIn::default())
            });
        };
        can_speak(stage.case, &description)?;
        let proxy = match description.reach {
            Reach::Proxy => Some(Proxy::start(stage.resolver.clone()).await),
            _ => None,
        };
        let proxy = proxy.transpose().map_err(SetUpError::of("proxy"))?;
        let given = setting::given(stage, proxy.as_ref())?;
        let device = Device::prepare(description, given)
            .await
            .map_err(SetUpError::of("IPA"))?;
        Ok(Self::Program(Box::new(Program {
            device,
            proxy,
            running: None,
            output: Vec::new(),
            unsupported: None,
            failure: None,
        })))
    }

    /// Starts the IPA, or makes it look for work when it runs already.
    pub(super) async fn start(&mut self, stage: &Stage<'_>) -> Result<(), SetUpError> {
        match self {
            Self::BuiltIn(own) => {
                round_over(&mut own.task, stage).await;
                own.task = Some(built_in(stage)?);
                Ok(())
            }
            Self::BrokenDown => {
                let task = Some(built_in(stage)?);
                *self = Self::BuiltIn(BuiltIn {
                    task,
                    ..BuiltIn::default()
                });
                Ok(())
            }
            Self::Listening(Some(listening)) => listening.round().await,
            Self::Listening(listening) => {
                *listening = Some(Listening::start(stage).await?);
                Ok(())
            }
            Self::Program(program) => program.start(stage).await,
            Self::Played(played) => {
                played.start();
                Ok(())
            }
        }
    }

    /// The round of the IPA of this harness comes to an end before it does something else.
    async fn end_of_round(&mut self, stage: &Stage<'_>) {
        if let Self::BuiltIn(own) = self {
            round_over(&mut own.task, stage).await;
        }
    }

    /// Whether it was started and has not been seen to end.
    pub(super) const fn is_running(&self) -> bool {
        match self {
            Self::BuiltIn(own) => own.task.is_some(),
            Self::BrokenDown => false,
            Self::Listening(listening) => listening.is_some(),
            Self::Program(program) => program.running.is_some(),
            Self::Played(played) => played.is_running(),
        }
    }

    /// Waits for its end, and says in words how it came; for ever when it does not run. May be
    /// dropped and called again.
    pub(super) async fn ended(&mut self) -> String {
        match self {
            Self::BuiltIn(own) => {
                let Some(task) = &mut own.task else {
                    return std::future::pending().await;
                };
                let ended = task.await;
                own.task = None;
                own.failure = ended.as_ref().ok().and_then(|done| done.clone().err());
                if ended.is_err() {
                    *self = Self::BrokenDown;
                }
                words(ended)
            }
            Self::BrokenDown | Self::Listening(_) => std::future::pending().await,
            Self::Program(program) => program.ended().await,
            Self::Played(played) => played.ended().await,
        }
    }

    /// Waits until it has nothing more to do, and says in words how that was seen.
    pub(super) async fn rest(&mut self, engine: &Engine) -> String {
        let quiet = match self {
            // what it still does changes nothing once the case is decided
            Self::Program(_) if engine.finding().is_some() => Some(QUIET),
            Self::Program(program) => program.quiet(),
            Self::BuiltIn(_) | Self::BrokenDown => None,
            // what is injected is answered when it is done
            Self::Listening(_) => return self.stop().await,
            Self::Played(played) => return played.rest().await,
        };
        let Some(quiet) = quiet else {
            return self.ended().await;
        };
        let mut changes = engine.subscribe();
        let still = async {
            loop {
                changes.mark_unchanged();
                let change = tokio::time::timeout(quiet, changes.changed()).await;
                if !matches!(change, Ok(Ok(()))) {
                    return;
                }
            }
        };
        let ended = tokio::select! {
            biased;
            ended = self.ended() => Some(ended),
            () = still => None,
        };
        match ended {
            Some(ended) => ended,
            None => self.stop().await,
        }
    }

    /// Asks it to end, and ends it when it does not.
    pub(super) async fn stop(&mut self) -> String {
        match self {
            Self::BuiltIn(_) | Self::BrokenDown | Self::Listening(_) => self.kill().await,
            Self::Program(program) => program.stop().await,
            Self::Played(played) => played.stop(),
        }
        STOPPED.to_owned()
    }

    /// Ends it without warning.
    pub(super) async fn kill(&mut self) {
        match self {
            Self::BuiltIn(own) => {
                if let Some(task) = own.task.take() {
                    task.abort();
                    // what it is doing with the card ends first: nothing of it may come later
                    let _ended = task.await;
                }
            }
            Self::BrokenDown => (),
            Self::Listening(listening) => *listening = None,
            Self::Program(program) => {
                if let Some(running) = program.running.take() {
                    program.output.extend(running.output());
                    // with the handle goes everything that it has started
                    drop(running);
                }
            }
            Self::Played(played) => played.stop(),
        }
    }

    /// How long the first contact after a start may take, when that is not the time of a step.
    pub(super) fn start_timeout(&self) -> Option<Duration> {
        match self {
            Self::BuiltIn(_) | Self::BrokenDown | Self::Listening(_) => None,
            Self::Program(program) => Some(seconds(program.device.description().start_timeout)),
            Self::Played(played) => played.start_timeout(),
        }
    }

    /// Why the case does not apply, when the program has said so.
    pub(super) fn unsupported(&self) -> Option<Finding> {
        match self {
            Self::BuiltIn(_) | Self::BrokenDown | Self::Listening(_) => None,
            Self::Program(program) => program.unsupported.clone(),
            Self::Played(played) => played.unsupported(),
        }
    }

    /// Why the last process or task that ended by itself did not end well; nothing when it did.
    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::BuiltIn(own) => own.failure.as_deref(),
            Self::Program(program) => program.failure.as_deref(),
            Self::Played(played) => played.failure(),
            Self::BrokenDown | Self::Listening(_) => None,
        }
    }

    /// Whether it is that of this harness, and a mistake of its own ended it.
    pub(super) const fn broke_down(&self) -> bool {
        matches!(self, Self::BrokenDown)
    }

    /// What it wrote to its standard output and error so far.
    pub(super) fn output(&self) -> Vec<u8> {
        match self {
            Self::BuiltIn(own) => own.shown.text(),
            Self::BrokenDown | Self::Listening(_) => Vec::new(),
            Self::Program(program) => {
                let mut output = program.output.clone();
                output.extend(program.running.iter().flat_map(Supervised::output));
                output
            }
            Self::Played(played) => played.output(),
        }
    }
}

impl Program {
    async fn start(&mut self, stage: &Stage<'_>) -> Result<(), SetUpError> {
        if self.running.is_some() {
            if self.device.trigger().await.map_err(SetUpError::of("IPA"))? {
                return Ok(());
            }
            self.end_of_round(stage.cast.options.timeout).await;
        }
        let hosts = stage.resolver.entries();
        let running = self.device.start(&hosts).await;
        let running = running.map_err(SetUpError::of("IPA"))?;
        self.running = Some(running);
        Ok(())
    }

    /// A program that takes no trigger ends by itself when it has nothing more to do: what it began
    /// comes to its end before it is started again.
    async fn end_of_round(&mut self, patience: Duration) {
        let patience = self.quiet().unwrap_or(patience);
        if tokio::time::timeout(patience, self.ended()).await.is_err() {
            self.stop().await;
        }
    }

    async fn ended(&mut self) -> String {
        let Some(running) = &mut self.running else {
            return std::future::pending().await;
        };
        let end = running.ended().await;
        self.gone(end)
    }

    async fn stop(&mut self) {
        if let Some(running) = &mut self.running {
            let end = self.device.stop(running).await;
            self.gone(end);
        }
    }

    /// Keeps what is left of a process that has ended.
    fn gone(&mut self, end: End) -> String {
        let written = self.running.take().map(|running| running.output());
        let written = written.unwrap_or_default();
        let words = format!("{end}{}{}", self.lost(), last_words(&written));
        if end.is_unsupported() {
            self.unsupported = Some(cannot(&words));
        }
        self.output.extend(written);
        self.failure = (!end.is_success()).then(|| words.clone());
        if end.is_success() && end.left() == 0 {
            "it had nothing more to do".to_owned()
        } else {
            words
        }
    }

    /// The hosts that it looked for in vain, as a part of a sentence.
    fn lost(&self) -> String {
        let unknown = self.proxy.as_ref().map(Proxy::unknown);
        match unknown.unwrap_or_default() {
            unknown if unknown.is_empty() => String::new(),
            unknown => format!(
                "; it asked the proxy for {}, which is no host of the case",
                unknown.join(", ")
            ),
        }
    }

    /// How long it has to be quiet to be at rest; none when it ends by itself.
    fn quiet(&self) -> Option<Duration> {
        let description: &Description = self.device.description();
        let runs_on = !description.trigger.is_empty();
        let given = description.quiet.map(seconds);
        given.or_else(|| runs_on.then_some(QUIET))
    }
}

async fn round_over(task: &mut Option<JoinHandle<Result<(), String>>>, stage: &Stage<'_>) {
    if let Some(mut before) = task.take() {
        let ended = tokio::time::timeout(stage.cast.options.timeout, &mut before);
        if ended.await.is_err() {
            before.abort();
        }
    }
}

fn built_in(stage: &Stage<'_>) -> Result<JoinHandle<Result<(), String>>, SetUpError> {
    let environment = ipa_environment(stage)?;
    Ok(tokio::spawn(async {
        let done = crate::ipa::run(environment).await;
        done.map_err(|error| error.to_string())
    }))
}

fn words(ended: Result<Result<(), String>, JoinError>) -> String {
    match ended {
        Ok(Ok(())) => "it had nothing more to do".to_owned(),
        Ok(Err(error)) => error,
        Err(error) => format!("it broke down: {error}"),
    }
}
