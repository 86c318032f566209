// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes the tape of each case of a run.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::event::Event as Happened;
use super::file::Recording;
use super::header::Header;
use super::limits::unsupported;
use crate::case::Case;
use crate::event::{CaseReport, Event, Listener};
use crate::run::RunOptions;
use crate::verdict::Verdict;

/// A listener that writes `<case>@<iut>.tape` into a folder.
pub struct Tapes {
    folder: PathBuf,
    cases: BTreeMap<String, Arc<Case>>,
    /// What the cases of an implementation are run with.
    options: BTreeMap<String, RunOptions>,
    /// Called with a line per case that has no tape, and at the end.
    tell: fn(&str),
    written: usize,
}

impl Tapes {
    /// Writes into `folder`, which is made when it is not there.
    #[must_use]
    pub fn new(
        folder: PathBuf,
        cases: impl IntoIterator<Item = Arc<Case>>,
        options: BTreeMap<String, RunOptions>,
        tell: fn(&str),
    ) -> Self {
        let cases = cases.into_iter().map(|case| (case.id.clone(), case));
        Self {
            folder,
            cases: cases.collect(),
            options,
            tell,
            written: 0,
        }
    }

    /// The tape of a case, or why it has none.
    fn tape(&self, report: &CaseReport) -> Result<Recording, String> {
        let case = self.cases.get(&report.id);
        let options = self.options.get(&report.iut);
        let (Some(case), Some(options)) = (case, options) else {
            return Err("it was not selected".to_owned());
        };
        if let Some(why) = unsupported(case, options) {
            return Err(format!("unsupported: {why}"));
        }
        let outcome = &report.outcome;
        if outcome.verdict == Verdict::Error {
            return Err("the case came to no verdict".to_owned());
        }
        let Some(mut events) = outcome.trace.events() else {
            return Err(match outcome.verdict {
                Verdict::Unsupported => "the case does not apply".to_owned(),
                _ => "there was too much of it".to_owned(),
            });
        };
        if !outcome.iut_output.is_empty() {
            let text = String::from_utf8_lossy(&outcome.iut_output).into_owned();
            events.push(Happened::Output { text });
        }
        let header = Header::of(case, report, options)?;
        Ok(Recording { header, events })
    }
}

impl Listener for Tapes {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted { .. } => {
                std::fs::create_dir_all(&self.folder).map_err(|error| at(&self.folder, &error))
            }
            Event::CaseEnded(report) => match self.tape(report) {
                Ok(tape) => {
                    let path = self
                        .folder
                        .join(Recording::file_name(&report.id, &report.iut));
                    std::fs::write(&path, tape.to_text()).map_err(|error| at(&path, &error))?;
                    self.written += 1;
                    Ok(())
                }
                Err(why) => {
                    (self.tell)(&format!("no tape of {}: {why}", report.id));
                    Ok(())
                }
            },
            Event::RunEnded { .. } => {
                let (count, folder) = (self.written, self.folder.display());
                (self.tell)(&format!("{count} tapes in {folder}"));
                Ok(())
            }
            Event::CaseStarted { .. } | Event::CaseJudged(_) => Ok(()),
        }
    }
}

fn at(path: &std::path::Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
