// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens in a run, told to whoever listens. Reports are listeners and decide nothing.

use std::path::PathBuf;

use crate::case::{Case, Level};
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
    },
    /// A case begins.
    CaseStarted {
        /// Its id.
        id: &'a str,
    },
    /// A case has its verdict, which is final.
    CaseEnded(&'a CaseReport),
    /// The run is over.
    RunEnded(&'a [Verdict]),
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
}

impl CaseReport {
    /// The report of `case` with `iut` under test.
    #[must_use]
    pub fn new(case: &Case, iut: &str, seed: u64, outcome: Outcome) -> Self {
        Self {
            id: case.id.clone(),
            path: case.path.clone(),
            title: case.file.title.clone(),
            spec: case.file.spec.iter().map(ToString::to_string).collect(),
            level: case.file.level,
            iut: iut.to_owned(),
            seed,
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
