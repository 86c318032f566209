// SPDX-License-Identifier: MIT OR Apache-2.0
//! A live IPA against a tape: card and servers answer as they did, and the case only does what it
//! did to the device.

use super::actors::{Actors, Stage};
use super::card::act;
use super::ipa_under_test::IpaUnderTest;
use super::{RunOptions, SetUpError};
use crate::case::{At, Case, IutAction, Step};
use crate::recording::{Counterpart, Event};

/// What came of the live IPA.
#[derive(Debug)]
pub struct Live {
    /// How it ended, in its own words.
    pub end: String,
    /// What it wrote.
    pub output: Vec<u8>,
}

/// Whether a case can be played so; if not, why.
#[must_use]
pub fn why_not(case: &Case, counterpart: &Counterpart) -> Option<&'static str> {
    let changes = |step: &At<Step>| matches!(&**step, Step::Network(_) | Step::Coverage(_));
    if case.file.iut != crate::case::RoleName::Ipa {
        return Some("only an IPA can be started against a tape");
    }
    if case.file.steps.iter().any(changes) {
        return Some("the case changes the network, which a tape cannot do to a live program");
    }
    let mut events = counterpart.recording().events.iter();
    let is_h2 =
        |event: &Event| matches!(event, Event::Open { alpn: Some(alpn), .. } if alpn == "h2");
    if events.any(is_h2) {
        return Some("it was recorded over HTTP/2, whose bytes cannot be given to another program");
    }
    None
}

/// Runs the program of `options` against their tape.
///
/// # Errors
/// The case cannot be set up, or the program cannot be started.
pub async fn run_against(
    case: &Case,
    options: &RunOptions,
    counterpart: &Counterpart,
) -> Result<Live, SetUpError> {
    let stage = Stage::new(case, options)?;
    let _actors = Actors::start(&stage).await?;
    stage.cast.card.slot().replace(counterpart.card());
    let mut ipa = IpaUnderTest::prepare(&stage).await?;
    let mut end = None;
    for (place, event) in counterpart.recording().events.iter().enumerate() {
        let Event::Step { step, .. } = event else {
            continue;
        };
        if ipa.is_running() {
            end = wait(&mut ipa, counterpart, place, options).await.or(end);
        }
        if let Some(step) = stage.engine.step(*step) {
            perform(&mut ipa, &stage, counterpart, &step).await?;
        }
    }
    if ipa.is_running() {
        let last = counterpart.recording().events.len();
        end = wait(&mut ipa, counterpart, last, options).await.or(end);
    }
    if ipa.is_running() {
        end = Some(ipa.rest(&stage.engine).await);
    }
    Ok(Live {
        end: end.unwrap_or_else(|| "it was not started".to_owned()),
        output: ipa.output(),
    })
}

/// Waits until it has come to `place`, or has ended, and then says how.
async fn wait(
    ipa: &mut IpaUnderTest,
    counterpart: &Counterpart,
    place: usize,
    options: &RunOptions,
) -> Option<String> {
    tokio::select! {
        biased;
        _ = counterpart.reached(place, options.timeout) => None,
        ended = ipa.ended() => Some(ended),
    }
}

/// Does to the device what the case did.
async fn perform(
    ipa: &mut IpaUnderTest,
    stage: &Stage<'_>,
    counterpart: &Counterpart,
    step: &Step,
) -> Result<(), SetUpError> {
    match step {
        Step::Iut(IutAction::Start) => ipa.start(stage).await,
        Step::Iut(IutAction::Stop) => {
            ipa.rest(&stage.engine).await;
            Ok(())
        }
        Step::Iut(IutAction::Kill) => {
            ipa.kill().await;
            Ok(())
        }
        Step::Card(action) => {
            let card = &stage.cast.card;
            let done = counterpart.by_case(|| act(card, action));
            done.map_err(SetUpError::Value)
        }
        // how it ends is on the wires
        Step::Device(told) => ipa.told(stage, &told.task).await.map(drop),
        _ => Ok(()),
    }
}
