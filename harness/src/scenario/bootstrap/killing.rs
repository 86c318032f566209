// SPDX-License-Identifier: MIT OR Apache-2.0
//! Killing the eIM or the IPA at chosen moments: before a piece of their conversation passes, or
//! after the card has answered.
//!
//! The moments are counted over the whole scenario, so that a sweep over `offset` meets every one of
//! them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use clap::ValueEnum;

/// Who is killed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Victim {
    /// The IPA: between two pieces of ESipa, and between two answers of the card.
    Ipa,
    /// The eIM: between two pieces of ESipa.
    Eim,
}

impl Victim {
    /// As the story calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ipa => "the IPA",
            Self::Eim => "the eIM",
        }
    }
}

/// When who is killed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) victim: Victim,
    /// Every so many moments, from the first at `offset`.
    pub(super) every: usize,
    pub(super) offset: usize,
}

type Kill = Arc<dyn Fn() + Send + Sync>;

/// Counts moments and kills at those of the plan.
pub(super) struct Killing {
    plan: Option<Plan>,
    moments: AtomicUsize,
    kills: AtomicUsize,
    victim: Mutex<Option<Kill>>,
}

impl Killing {
    pub(super) fn new(plan: Option<Plan>) -> Arc<Self> {
        Arc::new(Self {
            plan,
            moments: AtomicUsize::new(0),
            kills: AtomicUsize::new(0),
            victim: Mutex::new(None),
        })
    }

    /// From now on `kill` ends the victim; nothing means that there is none to kill.
    pub(super) fn aim(&self, kill: Option<Kill>) {
        *self.lock() = kill;
    }

    pub(super) const fn plan(&self) -> Option<Plan> {
        self.plan
    }

    /// A piece of ESipa is about to pass.
    pub(super) fn piece_passes(&self) {
        self.moment();
    }

    /// The card has executed a command, and its answer is about to go out.
    pub(super) fn card_answered(&self) {
        if self.plan.is_some_and(|plan| plan.victim == Victim::Ipa) {
            self.moment();
        }
    }

    fn moment(&self) {
        let Some(plan) = self.plan else { return };
        // held while it is killed and started anew: whoever takes the aim off waits for that
        let victim = self.lock();
        let Some(kill) = victim.as_ref() else {
            return;
        };
        let moment = self.moments.fetch_add(1, Ordering::SeqCst);
        if moment % plan.every == plan.offset % plan.every {
            self.kills.fetch_add(1, Ordering::SeqCst);
            kill();
        }
    }

    /// Moments met, and kills among them.
    pub(super) fn counts(&self) -> (usize, usize) {
        let moments = self.moments.load(Ordering::SeqCst);
        (moments, self.kills.load(Ordering::SeqCst))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Kill>> {
        self.victim.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
