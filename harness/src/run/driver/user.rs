// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the user of an LPA wants, and how that ends.

use super::Driver;
use crate::case::{DeviceOutcome, Position, UserStep};
use crate::run::SetUpError;
use crate::run::ipa_under_test::STOPPED;
use crate::verdict::{Fault, Finding};

/// A wish that has not come to its end.
pub(super) struct Wanted {
    step: UserStep,
    position: Position,
    /// How much the LPA had written before.
    written: usize,
}

impl Driver<'_> {
    /// Has the LPA begin with what its user wants, when it is done with what it did before.
    pub(super) async fn user(&mut self, step: &UserStep, position: Position) {
        self.come_to_rest().await;
        if self.engine().finding().is_some() {
            return;
        }
        // a tape has what was shown at its end
        let written = match self.stage.cast.options.played {
            Some(_) => 0,
            None => self.ipa.output().len(),
        };
        match self.ipa.wished(&self.stage, &step.wish).await {
            Ok(()) => {
                self.wanted = Some(Wanted {
                    step: step.clone(),
                    position,
                    written,
                });
            }
            Err(SetUpError::Unsupported(why)) => {
                self.keep_unknown_wish(&why);
                let expected = "an LPA that can do what its user wants";
                let finding = Finding::new(Fault::Unsupported, expected, why);
                self.engine().decide(finding.in_step(position));
            }
            Err(error) => self.cannot(position, error.to_string()),
        }
    }

    /// Compares how the wish has ended, now that the LPA has, in these words.
    pub(super) fn settle_wish(&mut self, words: &str) {
        let Some(wanted) = self.wanted.take() else {
            return;
        };
        let (step, position) = (&wanted.step, wanted.position);
        if words == STOPPED {
            let expected = format!("the LPA to come to an end with {}", step.wish);
            return self.decide(
                position,
                &expected,
                "it was still at work when its time was up",
            );
        }
        match (step.outcome, self.ipa.failure()) {
            (DeviceOutcome::Done, Some(why)) => {
                let expected = format!("the LPA to do what its user wants: {}", step.wish);
                return self.decide(position, &expected, &format!("it failed: {why}"));
            }
            (DeviceOutcome::Failed, None) => {
                let expected = format!("the user to be told that this failed: {}", step.wish);
                return self.decide(position, &expected, "it ended as if all were well");
            }
            _ => (),
        }
        let output = self.ipa.output();
        let shown = output.get(wanted.written..).unwrap_or_default();
        let shown = String::from_utf8_lossy(shown);
        if let Some(text) = step.shows.iter().find(|text| !shown.contains(*text)) {
            let expected = format!("the user to be shown {text}");
            let actual = format!("he was shown: {}", shown.trim());
            self.decide(position, &expected, &actual);
        }
    }
}
