// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--report DIR`: the run, and one folder per case with its tape and its verdict.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::html::Baseline;
use super::{at, write_all};
use crate::event::{CaseReport, Event, Listener};
use crate::record::{CaseRecord, RunRecord};

/// Writes a folder `<case>@<iut>` per case: `tape.txt` to read, `tape.jsonl` to process,
/// `verdict.json`, `case.pcapng` when something crossed a link, and `iut.log` when the implementation
/// wrote something; at the end `run.json`, `index.html` and `junit.xml`.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    baseline: Option<Baseline>,
}

impl Folder {
    /// Writes below `root`, which is made when it is not there; the page shows what changed since
    /// `baseline`.
    #[must_use]
    pub const fn new(root: PathBuf, baseline: Option<Baseline>) -> Self {
        Self { root, baseline }
    }

    fn write(folder: &Path, report: &CaseReport) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("tape.txt"), report.outcome.tape.to_text())?;
        fs::write(folder.join("tape.jsonl"), report.outcome.tape.to_json())?;
        let output = &report.outcome.iut_output;
        let output = Some(output.as_slice()).filter(|output| !output.is_empty());
        write_or_remove(&folder.join("iut.log"), output)?;
        let title = format!("{}@{}", report.id, report.iut);
        let capture = super::pcapng(&report.outcome.capture, &title);
        write_or_remove(&folder.join("case.pcapng"), capture.as_deref())?;
        let snapshot = report.snapshot.as_ref().map(|text| text.as_bytes());
        write_or_remove(&folder.join("snapshot.txt"), snapshot)?;
        let mut record = CaseRecord::of(report);
        // how long it took is in run.json: this is the same for the same seed
        record.duration = None;
        let verdict = serde_json::to_string_pretty(&record)?;
        fs::write(folder.join("verdict.json"), verdict + "\n")
    }

    fn finish(&self, run: &RunRecord) -> io::Result<()> {
        let path = self.root.join("run.json");
        let text = serde_json::to_string_pretty(run)? + "\n";
        fs::write(&path, text).map_err(|error| at(&path, &error))?;
        write_all(&self.root, run, self.baseline.as_ref())?;
        Ok(())
    }
}

/// Writes a file. With nothing to write, that of an earlier run must not be there; that it was not
/// is fine.
fn write_or_remove(path: &Path, bytes: Option<&[u8]>) -> io::Result<()> {
    let Some(bytes) = bytes else {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    };
    fs::write(path, bytes)
}

impl Listener for Folder {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted { .. } => {
                fs::create_dir_all(&self.root).map_err(|error| at(&self.root, &error))
            }
            Event::CaseEnded(report) => {
                let folder = self.root.join(report.folder());
                Self::write(&folder, report).map_err(|error| at(&folder, &error))
            }
            Event::RunEnded { record, .. } => self.finish(record),
            Event::CaseStarted { .. } | Event::CaseJudged(_) => Ok(()),
        }
    }
}
