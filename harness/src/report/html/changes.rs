// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is different from an earlier run: verdicts first, then traffic.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::record::{CaseRecord, LoadError, RunRecord};
use crate::verdict::Verdict;

/// The lines of a comparison that are shown.
const MOST_LINES: usize = 500;
/// Lines shown before and after what changed.
const CONTEXT: usize = 3;

/// An earlier run to compare with.
#[derive(Debug)]
pub struct Baseline {
    folder: PathBuf,
    /// The run.
    pub run: RunRecord,
}

impl Baseline {
    /// Reads the run in `folder`.
    ///
    /// # Errors
    /// [`LoadError`] with the file.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Ok(Self {
            folder: folder.to_owned(),
            run: RunRecord::load(folder)?,
        })
    }
}

/// How a case differs from the earlier run.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Change {
    /// It was as expected and is no more.
    Worse(Verdict),
    /// It is as expected and was not.
    Better(Verdict),
    /// Another verdict, as good as before.
    Other(Verdict),
    /// The earlier run did not have it.
    New,
    /// The same verdict after other messages.
    Traffic,
}

impl Change {
    /// The word in the page.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Worse(_) => "worse",
            Self::Better(_) => "better",
            Self::Other(_) => "other",
            Self::New => "new",
            Self::Traffic => "traffic",
        }
    }

    /// The verdict of the earlier run, when it is another one.
    pub(super) const fn before(self) -> Option<Verdict> {
        match self {
            Self::Worse(verdict) | Self::Better(verdict) | Self::Other(verdict) => Some(verdict),
            Self::New | Self::Traffic => None,
        }
    }
}

/// The messages that changed: lines without what is random, as in snapshots.
#[derive(Debug, Serialize)]
pub(super) struct Traffic {
    /// The sign (` `, `-`, `+`, or `…` for lines left out) and the line.
    lines: Vec<(char, String)>,
}

/// What is different in `case`, below `folder`.
pub(super) fn compare(
    folder: &Path,
    case: &CaseRecord,
    baseline: &Baseline,
) -> (Option<Change>, Option<Traffic>) {
    let Some(before) = baseline.run.case(&case.id, &case.iut) else {
        return (Some(Change::New), None);
    };
    let traffic = traffic(folder, case, baseline, before);
    let change = match (before.as_expected, case.as_expected) {
        (true, false) => Some(Change::Worse(before.verdict)),
        (false, true) => Some(Change::Better(before.verdict)),
        _ if before.verdict != case.verdict => Some(Change::Other(before.verdict)),
        _ => traffic.is_some().then_some(Change::Traffic),
    };
    (change, traffic)
}

fn traffic(
    folder: &Path,
    case: &CaseRecord,
    baseline: &Baseline,
    before: &CaseRecord,
) -> Option<Traffic> {
    let old = text(&baseline.folder, before)?;
    let new = text(folder, case)?;
    if old == new {
        return None;
    }
    Some(Traffic {
        lines: lines(&old, &new),
    })
}

fn text(folder: &Path, case: &CaseRecord) -> Option<String> {
    fs::read_to_string(case.place(folder).ok()?.join("snapshot.txt")).ok()
}

fn lines(old: &str, new: &str) -> Vec<(char, String)> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if index > 0 {
            lines.push(('…', String::new()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push((sign, change.value().trim_end_matches('\n').to_owned()));
        }
    }
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(('…', format!("{more} more lines")));
    }
    lines
}

/// The cases of the earlier run that this one does not have.
pub(super) fn gone<'a>(
    run: &'a RunRecord,
    baseline: &'a Baseline,
) -> impl Iterator<Item = &'a CaseRecord> {
    let cases = baseline.run.cases.iter();
    cases.filter(|case| run.case(&case.id, &case.iut).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_and_what_is_around() {
        let many: String = (0..50).map(|n| format!("line {n}\n")).collect();
        let shown = lines(&many, &many.replace("line 20\n", "other\n"));
        assert_eq!(shown.len(), 2 * CONTEXT + 2);
        assert!(shown.contains(&('-', "line 20".to_owned())));
        assert!(shown.contains(&('+', "other".to_owned())));
    }
}
