// SPDX-License-Identifier: MIT OR Apache-2.0
//! The subcommand `coverage` of an actor.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::{Row, Subject, cases, print, read_records};

/// Arguments of the subcommand.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the cases of the public test inventory with their tests instead.
    #[arg(long)]
    cases: bool,
    /// Compare the table with what a test run recorded in DIR: `tmp/reached` in the target
    /// directory. Fails on a row whose test did not reach its code.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["cases", "record"])]
    check: Option<PathBuf>,
    /// Make the table anew from what a test run recorded in DIR.
    #[arg(long, value_name = "DIR", conflicts_with = "cases")]
    record: Option<PathBuf>,
    /// Write the table of --record to FILE instead of standard output.
    #[arg(long, value_name = "FILE", requires = "record")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns, totals at the end.
    Text,
    /// An array of objects.
    Json,
}

/// Why the subcommand fails, in one line.
#[derive(Debug)]
pub enum Failure {
    /// What the user gave is wrong.
    Input(String),
    /// What the user gave is right, the surroundings are not; or the table has a gap.
    Work(String),
}

fn input(error: impl Display) -> Failure {
    Failure::Input(error.to_string())
}

fn work(error: impl Display) -> Failure {
    Failure::Work(error.to_string())
}

impl Arguments {
    /// Prints, checks or rewrites the tables of `subject`.
    ///
    /// # Errors
    /// The records cannot be read, the table not be written, or there is a gap.
    pub fn run(self, subject: &Subject) -> Result<(), Failure> {
        let rows = subject.rows().map_err(input)?;
        if let Some(folder) = &self.check {
            return check(subject, &rows, folder);
        }
        if let Some(folder) = &self.record {
            let records = read_records(folder).map_err(|error| unread(folder, &error))?;
            let table = subject.to_tsv(&subject.record(&rows, &records));
            return match &self.output {
                Some(file) => std::fs::write(file, table).map_err(work),
                None => tell(&table),
            };
        }
        tell(&match (self.cases, self.format) {
            (false, Format::Text) => print::codes_text(subject, &rows),
            (false, Format::Json) => print::codes_json(subject, &rows),
            (true, Format::Text) => print::cases_text(&cases(subject.cases).map_err(input)?),
            (true, Format::Json) => print::cases_json(&cases(subject.cases).map_err(input)?),
        })
    }
}

fn unread(folder: &Path, error: &std::io::Error) -> Failure {
    let folder = folder.display();
    input(format!(
        "expected records of a test run in {folder}: {error}"
    ))
}

fn check(subject: &Subject, rows: &[Row], folder: &Path) -> Result<(), Failure> {
    let mut wrong = subject.complete(rows);
    let records = read_records(folder).map_err(|error| unread(folder, &error))?;
    wrong.extend(subject.gaps(rows, &records));
    if wrong.is_empty() {
        return tell(&format!("{}\n", print::totals(rows)));
    }
    let count = wrong.len();
    let text: String = wrong.iter().map(|line| format!("{line}\n")).collect();
    tell(&text)?;
    Err(work(format!("{count} gaps between table and test run")))
}

fn tell(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // whoever reads has seen enough (`| head`)
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(work),
    }
}
