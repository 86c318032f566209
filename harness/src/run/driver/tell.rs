// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a tape has to know of the driver, and where driver and player wait for each other.

use super::Driver;
use crate::case::{CardAction, IutAction, Step};
use crate::recording::{Actor, Event, Trace};
use crate::run::SetUpError;
use crate::run::ipa_under_test::STOPPED;

impl Driver<'_> {
    fn trace(&self) -> &Trace {
        self.stage.front.trace()
    }

    /// A step begins. An implementation that is played comes to the same place first.
    pub(super) async fn begin(&self, step: usize, content: &Step) {
        let what = words(content);
        // what the card is about to answer comes before what follows from it
        self.stage.cast.card.with(|_| ());
        self.trace().push(Event::Step { step, what });
        if let Some(player) = &self.stage.cast.options.played {
            player.step().await;
        }
    }

    /// Nothing came in the time of a step.
    pub(super) fn given_up(&self, step: usize) {
        self.trace().push(Event::Late { step });
        if let Some(player) = &self.stage.cast.options.played {
            player.late();
        }
    }

    /// A process of the IPA under test ended.
    pub(super) fn keep_end(&self, words: &str) {
        let by = match words {
            STOPPED => Actor::Harness,
            _ => Actor::Iut,
        };
        self.trace().push(Event::Ended {
            words: words.to_owned(),
            by,
            unsupported: self.ipa.unsupported().is_some(),
        });
    }

    /// What the device made of what it was told.
    pub(super) fn keep_told(&self, outcome: &Result<Option<String>, SetUpError>) {
        let (failed, unsupported) = match outcome {
            Ok(failed) => (failed.clone(), None),
            Err(error) => (None, Some(error.to_string())),
        };
        self.trace().push(Event::Told {
            failed,
            unsupported,
        });
    }
}

/// A step in a few words.
fn words(step: &Step) -> String {
    let words = match step {
        Step::Iut(IutAction::Start) => "iut: start",
        Step::Iut(IutAction::Stop) => "iut: stop",
        Step::Iut(IutAction::Kill) => "iut: kill",
        Step::Card(CardAction::Reset) => "card: reset",
        Step::Card(CardAction::Remove) => "card: remove",
        Step::Card(CardAction::Insert) => "card: insert",
        Step::Card(_) => "card: something that is to happen later",
        Step::Device(told) => return format!("device: {}", told.task),
        Step::Fault(_) => "fault",
        Step::Order(_) => "order",
        Step::Check(_) => "check",
        Step::Connect(_) => "connect",
        other => match other.exchange() {
            Some((interface, _)) => return format!("{interface}: a request of the case"),
            None => "a step of the case",
        },
    };
    words.to_owned()
}
