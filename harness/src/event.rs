// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens in a run, told to whoever listens. Reports are listeners and decide nothing.

use std::path::PathBuf;
use std::time::Duration;

use crate::case::{Case, Level};
use crate::invariant::RuleName;
use crate::record::{ExpectedRecord, ImplementationRecord, RunRecord};
use crate::run::Outcome;
use crate::verdict::Verdict;

/// One thing that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// The run begins.
    RunStarted {
        /// How many cases were selected.
        cases: usize,
        /// The seed.
        seed: u64,
        /// The implementations under test.
        implementations: &'a [ImplementationRecord],
    },
    /// A case begins; cases begin in any order, several at a time.
    CaseStarted {
        /// Its id.
        id: &'a str,
        /// Which implementation is under test.
        iut: &'a str,
    },
    /// A case has its verdict, which is final. Told at once, in any order: for whoever watches.
    CaseJudged(&'a CaseReport),
    /// The same, told in the order of the ids: for whatever is written down.
    CaseEnded(&'a CaseReport),
    /// The run is over.
    RunEnded {
        /// What came of it.
        summary: &'a RunSummary,
        /// All of it, without the exchanges.
        record: &'a RunRecord,
    },
}

/// A rule that does not decide, and how often it would have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SetAside {
    /// The implementation that breaks it.
    pub iut: String,
    /// The rule.
    pub rule: RuleName,
    /// Why it is set aside.
    pub reason: String,
    /// In how many cases it was broken.
    pub cases: usize,
}

/// What came of a run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RunSummary {
    /// The verdicts in the order of the cases.
    pub verdicts: Vec<Verdict>,
    /// How many of them nobody expected.
    pub unexpected: usize,
    /// Expectations that fit no case or no longer hold, in words.
    pub stale: Vec<String>,
    /// The rules that expectations set aside.
    pub set_aside: Vec<SetAside>,
    /// Cases that were selected and not run, because the run ended early.
    pub not_run: usize,
    /// Whether it was stopped from outside.
    pub stopped: bool,
    /// How long it took.
    pub duration: Duration,
}

/// A case and what came of it.
#[derive(Debug)]
pub struct CaseReport {
    /// The path below the folder of the cases.
    pub id: String,
    /// The file.
    pub path: PathBuf,
    /// The requirement as a sentence.
    pub title: String,
    /// The references.
    pub spec: Vec<String>,
    /// How binding it is.
    pub level: Level,
    /// Which implementation was under test.
    pub iut: String,
    /// The seed, for running it again.
    pub seed: u64,
    /// The outcome.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Duration,
    /// The verdict that was expected, when that is not pass.
    pub expected: Option<ExpectedRecord>,
    /// Whether the verdict is what was expected.
    pub as_expected: bool,
    /// The tape without what changes from seed to seed.
    pub snapshot: Option<String>,
}

impl CaseReport {
    /// The report of `case` with `iut` under test.
    #[must_use]
    pub fn new(case: &Case, iut: &str, seed: u64, outcome: Outcome) -> Self {
        Self {
            id: case.id.clone(),
            path: case.path.clone(),
            title: case.file.title.clone(),
            spec: case.file.spec.iter().map(|one| one.to_string()).collect(),
            level: case.file.level,
            iut: iut.to_owned(),
            seed,
            duration: Duration::ZERO,
            expected: None,
            as_expected: matches!(outcome.verdict, Verdict::Pass | Verdict::Unsupported),
            snapshot: None,
            outcome,
        }
    }

    /// The name of the folder or snapshot of this case and implementation.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}@{}", self.id, self.iut)
    }
}

/// Somebody who wants to know.
pub trait Listener {
    /// Something happened.
    ///
    /// # Errors
    /// What the listener writes to is broken.
    fn event(&mut self, event: &Event<'_>) -> std::io::Result<()>;
}
