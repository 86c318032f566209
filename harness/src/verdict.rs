// SPDX-License-Identifier: MIT OR Apache-2.0
//! Verdicts, what they are based on, and the exit codes of a run.
//!
//! Findings are sorted by whose fault they are; the verdict follows from that and from nothing
//! else.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Position;
use crate::event::RunSummary;
use crate::tape::Index;

/// The outcome of a case.
#[derive(
    Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that was judged held.
    Pass,
    /// The implementation did something else than required.
    Fail,
    /// The case does not apply to the implementation.
    Unsupported,
    /// It could not be told.
    Inconclusive,
    /// The harness or the case is at fault.
    Error,
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unsupported => "unsupported",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose fault a finding is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// The implementation broke a requirement.
    Misbehaved,
    /// The implementation does not have what the case needs.
    Unsupported,
    /// Nobody's, or nobody knows.
    Unclear,
    /// The harness, the case or the machine.
    Harness,
}

impl Fault {
    /// The verdict that follows.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Misbehaved => Verdict::Fail,
            Self::Unsupported => Verdict::Unsupported,
            Self::Unclear => Verdict::Inconclusive,
            Self::Harness => Verdict::Error,
        }
    }
}

/// Why a case did not pass.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Whose fault it is.
    pub fault: Fault,
    /// The step, in the case file.
    pub position: Option<Position>,
    /// What should have been.
    pub expected: String,
    /// What was, in one or more lines.
    pub actual: Vec<String>,
    /// The exchange on the tape that shows it.
    pub at: Option<Index>,
}

impl Finding {
    /// A finding that no exchange shows.
    #[must_use]
    pub fn new(fault: Fault, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self {
            fault,
            position: None,
            expected: expected.into(),
            actual: vec![actual.into()],
            at: None,
        }
    }

    /// With the step it belongs to.
    #[must_use]
    pub const fn in_step(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// With the exchange that shows it.
    #[must_use]
    pub const fn at(mut self, at: Option<Index>) -> Self {
        self.at = at;
        self
    }
}

/// Exit codes of `harness`. They are an interface: scripts read them.
pub mod exit {
    /// Every verdict is pass, unsupported or the one that an expectation names.
    pub const AS_EXPECTED: u8 = 0;
    /// A case came to a verdict that nobody expects, or an expectation does not hold.
    pub const UNEXPECTED: u8 = 1;
    /// A case, fixture or other input file is wrong, or the command line is.
    pub const BAD_INPUT: u8 = 2;
    /// The harness could not do its work.
    pub const HARNESS: u8 = 3;
    /// No case was selected.
    pub const NOTHING_SELECTED: u8 = 4;
    /// It was interrupted: SIGINT or SIGTERM.
    pub const INTERRUPTED: u8 = 130;
}

/// The exit code of a run.
#[must_use]
pub fn exit_code(run: &RunSummary) -> u8 {
    if run.stopped {
        return exit::INTERRUPTED;
    }
    if run.verdicts.is_empty() {
        return exit::NOTHING_SELECTED;
    }
    if run.verdicts.contains(&Verdict::Error) {
        return exit::HARNESS;
    }
    if run.unexpected == 0 && run.stale.is_empty() {
        exit::AS_EXPECTED
    } else {
        exit::UNEXPECTED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides() {
        use Verdict::{Error, Fail, Pass, Unsupported};
        for (verdicts, unexpected, stale, stopped, code) in [
            (&[][..], 0, 0, false, exit::NOTHING_SELECTED),
            (&[Pass, Unsupported], 0, 0, false, exit::AS_EXPECTED),
            (&[Pass, Fail], 1, 0, false, exit::UNEXPECTED),
            (&[Pass, Fail], 0, 0, false, exit::AS_EXPECTED),
            (&[Pass, Pass], 0, 1, false, exit::UNEXPECTED),
            (&[Fail, Error], 2, 1, false, exit::HARNESS),
            (&[Error], 1, 0, true, exit::INTERRUPTED),
        ] {
            let run = RunSummary {
                verdicts: verdicts.to_vec(),
                unexpected,
                stale: vec![String::new(); stale],
                stopped,
                ..RunSummary::default()
            };
            assert_eq!(exit_code(&run), code, "{run:?}");
        }
    }
}
