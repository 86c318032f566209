// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc coverage`: every result code of every function with the test that reaches it.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use veuicc::coverage::{self, Case, Row};

use super::failure::{Failure, bad_input, failed};

/// Arguments of `veuicc coverage`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the cases of the eUICC test inventory (part C) with their tests instead.
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

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let rows = coverage::rows(coverage::CODES).map_err(bad_input)?;
        if let Some(folder) = &self.check {
            return check(&rows, folder);
        }
        if let Some(folder) = &self.record {
            let records = coverage::read_records(folder).map_err(|error| unread(folder, &error))?;
            let table = coverage::to_tsv(&coverage::record(&rows, &records));
            return match &self.output {
                Some(file) => std::fs::write(file, table).map_err(failed),
                None => print(&table),
            };
        }
        let text = match (self.cases, self.format) {
            (false, Format::Text) => codes_text(&rows),
            (false, Format::Json) => lines(&Value::from_iter(rows.iter().map(row_value))),
            (true, format) => {
                let cases = coverage::cases(coverage::CASES).map_err(bad_input)?;
                match format {
                    Format::Text => cases_text(&cases),
                    Format::Json => lines(&Value::from_iter(cases.iter().map(case_value))),
                }
            }
        };
        print(&text)
    }
}

fn unread(folder: &Path, error: &std::io::Error) -> Failure {
    let folder = folder.display();
    bad_input(format!(
        "expected records of a test run in {folder}: {error}"
    ))
}

fn check(rows: &[Row], folder: &Path) -> Result<(), Failure> {
    let mut wrong = coverage::complete(rows);
    let records = coverage::read_records(folder).map_err(|error| unread(folder, &error))?;
    wrong.extend(coverage::gaps(rows, &records));
    if wrong.is_empty() {
        return print(&format!("{}\n", totals(rows)));
    }
    let count = wrong.len();
    let text: String = wrong.iter().map(|line| format!("{line}\n")).collect();
    print(&text)?;
    Err(failed(format!("{count} gaps between table and test run")))
}

/// A line per code, the columns aligned, totals at the end.
fn codes_text(rows: &[Row]) -> String {
    let heading = [
        "FUNCTION", "TAG", "RESULT", "CODE", "NAME", "CLAUSE", "TEST",
    ];
    let cells = rows.iter().map(|row| {
        let [function, tag, result, code, name, clause, test, reason] = row.columns();
        let test = if row.test.is_some() { test } else { reason };
        [function, tag, result, code, name, clause, test]
    });
    let mut text = aligned(std::iter::once(heading).chain(cells).collect());
    text.push_str(&totals(rows));
    text.push('\n');
    text
}

/// A line per test of a case, the case on the first; then the remark, if there is one.
fn cases_text(cases: &[Case]) -> String {
    let mut lines = vec![["CASE".to_owned(), "TESTS".to_owned()]];
    for case in cases {
        let remark = (!case.reason.is_empty()).then(|| format!("({})", case.reason));
        let tests = case.tests.iter().cloned().chain(remark);
        lines.extend(tests.enumerate().map(|(at, test)| {
            let id = if at == 0 { case.id.as_str() } else { "" };
            [id.to_owned(), test]
        }));
    }
    let cells = lines.iter().map(|[id, test]| [id.as_str(), test.as_str()]);
    let mut text = aligned(cells.collect());
    let tested = cases.iter().filter(|case| !case.tests.is_empty()).count();
    let all = cases.len();
    text.push_str(&format!(
        "{all} cases: {tested} tested, {} not\n",
        all - tested
    ));
    text
}

fn totals(rows: &[Row]) -> String {
    let mut functions: Vec<_> = rows.iter().map(|row| &row.key.0).collect();
    functions.dedup();
    let reached = rows.iter().filter(|row| row.test.is_some()).count();
    format!(
        "{} codes of {} functions: {reached} reached, {} not",
        rows.len(),
        functions.len(),
        rows.len() - reached
    )
}

/// Columns as wide as their longest cell, but for the last.
fn aligned<const N: usize>(cells: Vec<[&str; N]>) -> String {
    let mut widths = [0; N];
    for line in &cells {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |line: &[&str; N]| {
        let cells = line.iter().zip(widths);
        let text: String = cells
            .map(|(cell, width)| format!("{cell:width$}  "))
            .collect();
        format!("{}\n", text.trim_end())
    };
    cells.iter().map(line).collect()
}

fn row_value(row: &Row) -> Value {
    let [function, tag, result, code, name, clause, _, reason] = row.columns();
    let mut value = json!({
        "function": function,
        "tag": tag,
        "result": result,
        "code": code.parse::<i64>().ok(),
        "name": name,
        "clause": clause,
        "test": row.test,
    });
    add_reason(&mut value, reason);
    value
}

fn case_value(case: &Case) -> Value {
    let mut value = json!({ "case": case.id, "tests": case.tests });
    add_reason(&mut value, &case.reason);
    value
}

fn add_reason(value: &mut Value, reason: &str) {
    if let (Some(map), false) = (value.as_object_mut(), reason.is_empty()) {
        map.insert("reason".to_owned(), reason.into());
    }
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}

fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // whoever reads has seen enough (`| head`)
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(failed),
    }
}
