// SPDX-License-Identifier: MIT OR Apache-2.0
//! One case from start to verdict.
//!
//! The driver performs what the case does actively (starting the implementation, orders, checks,
//! the messages of a scripted IPA) and waits for the rest. It never waits for time: a step ends
//! when its exchange is on the tape, when the implementation has ended, or when its time is up.

mod actors;
mod card;
mod driver;
mod tap;

use std::sync::Arc;
use std::time::Duration;

use certs::Pki;

use crate::case::{Case, RoleName};
use crate::fixture::{FixtureError, Fixtures};
use crate::iut::{EimSettings, IpaSettings};
use crate::tape::Tape;
use crate::verdict::{Fault, Finding, Verdict};

/// What a run needs beyond the case.
#[derive(Clone)]
pub struct RunOptions {
    /// The seed of all randomness.
    pub seed: u64,
    /// The test PKI.
    pub pki: Arc<Pki>,
    /// Where fixtures are.
    pub fixtures: Fixtures,
    /// How long a step may take.
    pub timeout: Duration,
    /// What the built-in IPA is told when it is under test.
    pub ipa: IpaSettings,
    /// What the built-in eIM is told when it is under test.
    pub eim: EimSettings,
}

impl RunOptions {
    /// Options for the implementations that come with the harness.
    #[must_use]
    pub fn built_in(seed: u64, pki: Arc<Pki>, fixtures: Fixtures) -> Self {
        Self {
            seed,
            pki,
            fixtures,
            timeout: actors::BUILT_IN_TIMEOUT,
            ipa: IpaSettings::default(),
            eim: EimSettings::default(),
        }
    }
}

/// The name of the implementation that comes with the harness for a role.
#[must_use]
pub const fn built_in(role: RoleName) -> &'static str {
    match role {
        RoleName::Eim => "mock-eim",
        RoleName::Ipa => "reference-ipa",
        RoleName::Euicc => "veuicc",
        RoleName::Smdp => "smdp",
    }
}

/// Why a case could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A fixture is missing or wrong.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// An actor does not start.
    #[error("{who}: {reason}")]
    Actor {
        /// Which.
        who: &'static str,
        /// What it says.
        reason: String,
    },
    /// A value is not usable.
    #[error("{0}")]
    Value(String),
}

impl SetUpError {
    fn of<E: std::fmt::Display>(who: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Actor {
            who,
            reason: error.to_string(),
        }
    }
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, unless it passed.
    pub finding: Option<Finding>,
    /// What was exchanged.
    pub tape: Tape,
    /// How the implementation ended, in its own words.
    pub iut: Option<String>,
}

impl Outcome {
    fn without_run(finding: Finding) -> Self {
        Self {
            verdict: finding.fault.verdict(),
            finding: Some(finding),
            tape: Tape::default(),
            iut: None,
        }
    }
}

/// Runs one case.
pub async fn run_case(case: &Case, options: &RunOptions) -> Outcome {
    match driver::run(case, options).await {
        Ok(outcome) => outcome,
        Err(SetUpError::Fixture(error @ FixtureError::NotHere { .. })) => {
            let expected = "all that the case needs on this machine";
            Outcome::without_run(Finding::new(
                Fault::Unsupported,
                expected,
                error.to_string(),
            ))
        }
        Err(error) => Outcome::without_run(Finding::new(
            Fault::Harness,
            "a case that can be set up",
            error.to_string(),
        )),
    }
}
