// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--report DIR`: one folder per case with its tape and its verdict.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::verdict_json;
use crate::event::{CaseReport, Event, Listener};

/// Writes a folder `<case>@<iut>` per case: `tape.txt` to read, `tape.jsonl` to process, and
/// `verdict.json`.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Writes below `root`, which is made when it is not there.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn write(folder: &Path, report: &CaseReport) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("tape.txt"), report.outcome.tape.to_text())?;
        fs::write(folder.join("tape.jsonl"), report.outcome.tape.to_json())?;
        let verdict = serde_json::to_string_pretty(&verdict_json(report))?;
        fs::write(folder.join("verdict.json"), verdict + "\n")
    }
}

/// An error that says where.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
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
            _ => Ok(()),
        }
    }
}
