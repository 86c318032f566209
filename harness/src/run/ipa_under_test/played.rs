// SPDX-License-Identifier: MIT OR Apache-2.0
//! An IPA under test that is played from its tape.

use std::time::Duration;

use super::super::SetUpError;
use super::super::actors::Stage;
use crate::recording::{End, Player, Walking};
use crate::under_test::device::seconds;
use crate::verdict::{Fault, Finding};

/// The player, and the tape that runs in it.
pub(in crate::run) struct Played {
    player: Player,
    running: bool,
    unsupported: Option<Finding>,
    failure: Option<String>,
    _walking: Walking,
}

impl Played {
    /// Puts the tape before the card and the servers of the case.
    pub(super) fn prepare(stage: &Stage<'_>, player: &Player) -> Self {
        let slot = stage.cast.card.slot().clone();
        Self {
            player: player.clone(),
            running: false,
            unsupported: None,
            failure: None,
            _walking: player.play(slot, stage.resolver.clone()),
        }
    }

    /// The case has started it.
    pub(super) const fn start(&mut self) {
        self.running = true;
    }

    /// The case has ended it.
    pub(super) const fn stop(&mut self) {
        self.running = false;
    }

    pub(super) const fn is_running(&self) -> bool {
        self.running
    }

    /// Waits until it ends as it did; for ever when it does not run.
    pub(super) async fn ended(&mut self) -> String {
        if !self.running {
            return std::future::pending().await;
        }
        let end = self.player.ended().await;
        self.gone(end)
    }

    /// Waits until it has nothing more to do.
    pub(super) async fn rest(&mut self) -> String {
        let end = self.player.rest().await;
        self.gone(end)
    }

    fn gone(&mut self, end: End) -> String {
        self.running = false;
        self.unsupported = end.unsupported.then(|| cannot(&end.words));
        self.failure = end.failed.then(|| end.words.clone());
        end.words
    }

    /// Why the last process that ended did not end well.
    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// What it makes of what the device is told.
    pub(super) async fn told(&self) -> Result<Option<String>, SetUpError> {
        match self.player.told().await {
            Some((failed, None)) => Ok(failed),
            Some((_, Some(why))) => Err(SetUpError::Unsupported(why)),
            None => {
                let why = "the device was told nothing when the tape was recorded";
                Err(SetUpError::Unclear(why.to_owned()))
            }
        }
    }

    pub(super) fn start_timeout(&self) -> Option<Duration> {
        let described = self.player.recording().header.description();
        described.map(|described| seconds(described.start_timeout))
    }

    pub(super) fn unsupported(&self) -> Option<Finding> {
        self.unsupported.clone()
    }

    pub(super) fn output(&self) -> Vec<u8> {
        self.player.output()
    }
}

/// A program that has said that it cannot do what the case needs, and how it ended.
pub(super) fn cannot(words: &str) -> Finding {
    let expected = "a program that can do what the case needs";
    Finding::new(Fault::Unsupported, expected, words)
}
