// SPDX-License-Identifier: MIT OR Apache-2.0
//! One case from start to verdict.
//!
//! The driver performs what the case does actively (starting the implementation, orders, checks,
//! the messages of a scripted IPA) and waits for the rest. It never waits for time: a step ends
//! when its exchange is on the tape, when the implementation has ended, or when its time is up.

mod actors;
mod against;
mod card;
mod cast;
pub mod doctor;
mod driver;
mod eim_under_test;
mod front;
mod ipa_under_test;
mod older;
mod own_eim;
mod reach;
mod speech;
mod tap;

use std::sync::Arc;
use std::time::Duration;

use certs::Pki;

pub use against::{Live, run_against, why_not};
pub(crate) use own_eim::certificate as own_certificate;

use crate::capture::Capture;
use crate::case::{Binding, Case, RoleName};
use crate::defect::{Defects, LpaDefect};
use crate::fixture::{FixtureError, Fixtures};
use crate::invariant::RuleName;
use crate::iut::{EimSettings, IpaSettings};
use crate::recording::{Counterpart, Player, Trace};
use crate::tape::Tape;
use crate::under_test::Description;
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
    /// The mistakes that the built-in LPA makes beside those of the IPA.
    pub lpa: Defects<LpaDefect>,
    /// The program under test; without one it is the built-in IPA or eIM.
    pub under_test: Option<Arc<Description>>,
    /// Which of the places that it has for cases this one takes, from 0: no two cases that run at
    /// the same time take the same.
    pub slot: usize,
    /// Rules that do not decide: it is known that the implementation breaks them.
    pub set_aside: Vec<RuleName>,
    /// Whether everything that the implementation sends and gets is kept for a tape.
    pub record: bool,
    /// The tape from which the implementation under test is played.
    pub played: Option<Player>,
    /// The tape that answers in place of the card and the servers.
    pub against: Option<Counterpart>,
}

impl RunOptions {
    /// Options for the implementations that come with the harness.
    #[must_use]
    pub fn built_in(seed: u64, pki: Arc<Pki>, fixtures: Fixtures) -> Self {
        Self {
            seed,
            pki,
            fixtures,
            timeout: cast::BUILT_IN_TIMEOUT,
            ipa: IpaSettings::default(),
            eim: EimSettings::default(),
            lpa: Defects::default(),
            under_test: None,
            slot: 0,
            set_aside: Vec::new(),
            record: false,
            played: None,
            against: None,
        }
    }
}

/// The name of the implementation that comes with the harness for a role.
#[must_use]
pub const fn built_in(role: RoleName) -> &'static str {
    match role {
        RoleName::Eim => "mock-eim",
        RoleName::Ipa => "reference-ipa",
        RoleName::Lpa => "reference-lpa",
        RoleName::Euicc => "veuicc",
        RoleName::Smdp => "smdp",
        RoleName::Smds => "smds",
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
    /// The implementation says that it cannot do what the case needs.
    #[error("{0}")]
    Unsupported(String),
    /// The implementation refuses what the case needs, and no specification says whether it may.
    #[error("{0}")]
    Unclear(String),
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
    /// What it wrote to its standard output and error.
    pub iut_output: Vec<u8>,
    /// What it chose where the specification leaves it open (`either`), in words.
    pub choices: Vec<String>,
    /// The rules that it broke and that were set aside.
    pub set_aside: Vec<RuleName>,
    /// What crossed the links.
    pub capture: Capture,
    /// What the implementation sent and got, when that is kept for a tape.
    pub trace: Trace,
}

impl Outcome {
    /// The outcome of a case that was not run, or not to its end.
    pub(crate) fn without_run(finding: Finding) -> Self {
        Self {
            verdict: finding.fault.verdict(),
            finding: Some(finding),
            tape: Tape::default(),
            iut: None,
            iut_output: Vec::new(),
            choices: Vec::new(),
            set_aside: Vec::new(),
            capture: Capture::default(),
            trace: Trace::default(),
        }
    }
}

/// The binding of ESipa in a case that is run with `options`.
pub(crate) fn binding_of(case: &Case, options: &RunOptions) -> Binding {
    speech::Speech::of(case, options).binding
}

/// Whether packages are injected into the IPA of a case.
pub(crate) fn is_injected(case: &Case) -> bool {
    actors::is_injected(&case.file)
}

/// Runs one case.
pub async fn run_case(case: &Case, options: &RunOptions) -> Outcome {
    let claimed = options
        .under_test
        .as_ref()
        .map(|program| program.options.as_slice());
    if let Some(need) = case.unmet(claimed) {
        let lacking = format!("an implementation without {need}");
        return Outcome::without_run(Finding::new(Fault::Unsupported, need, lacking));
    }
    if let Some(later) = older::lacking(case, options) {
        let words = format!("the version of SGP.32 that the program speaks has no {later}");
        return Outcome::without_run(Finding::new(Fault::Unsupported, later, words));
    }
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
        Err(SetUpError::Unsupported(words)) => {
            let expected = "an implementation that can do what the case needs";
            Outcome::without_run(Finding::new(Fault::Unsupported, expected, words))
        }
        Err(SetUpError::Unclear(words)) => {
            let expected = "an implementation that takes what the case sets up";
            Outcome::without_run(Finding::new(Fault::Unclear, expected, words))
        }
        Err(error) => Outcome::without_run(Finding::new(
            Fault::Harness,
            "a case that can be set up",
            error.to_string(),
        )),
    }
}
