// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables as aligned text and as JSON.

use serde_json::{Map, Value};

use crate::{Case, Row, Subject};

/// A line per code, the columns aligned, totals at the end.
pub(crate) fn codes_text(subject: &Subject, rows: &[Row]) -> String {
    let heading = subject.columns.map(str::to_uppercase);
    let [a, b, c, d, e, f] = heading.each_ref().map(String::as_str);
    let cells = rows.iter().map(|row| {
        let [a, b, c, d, e, f, test, reason] = row.columns();
        let test = if row.test.is_some() { test } else { reason };
        [a, b, c, d, e, f, test]
    });
    let heading = [a, b, c, d, e, f, "TEST"];
    let mut text = aligned(&std::iter::once(heading).chain(cells).collect::<Vec<_>>());
    text.push_str(&totals(rows));
    text.push('\n');
    text
}

/// A line per test of a case, the case on the first; then the remark, if there is one.
pub(crate) fn cases_text(cases: &[Case]) -> String {
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
    let mut text = aligned(&cells.collect::<Vec<_>>());
    let tested = cases.iter().filter(|case| !case.tests.is_empty()).count();
    let all = cases.len();
    text.push_str(&format!(
        "{all} cases: {tested} tested, {} not\n",
        all - tested
    ));
    text
}

/// How many codes there are and how many of them are reached.
pub(crate) fn totals(rows: &[Row]) -> String {
    let mut functions: Vec<_> = rows.iter().map(|row| row.facts.first()).collect();
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
fn aligned<const N: usize>(cells: &[[&str; N]]) -> String {
    let mut widths = [0; N];
    for line in cells {
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

pub(crate) fn codes_json(subject: &Subject, rows: &[Row]) -> String {
    let values = rows.iter().map(|row| {
        let facts = subject.columns.iter().zip(&row.facts);
        let mut value: Map<String, Value> = facts
            .map(|(name, fact)| ((*name).to_owned(), fact_value(name, fact)))
            .collect();
        value.insert("test".to_owned(), row.test.clone().into());
        with_reason(value, &row.reason)
    });
    lines(&values.collect())
}

/// A code that is a number is one in JSON too.
fn fact_value(name: &str, fact: &str) -> Value {
    match (name, fact, fact.parse::<i64>()) {
        ("code", "-", _) => Value::Null,
        ("code", _, Ok(code)) => code.into(),
        _ => fact.into(),
    }
}

pub(crate) fn cases_json(cases: &[Case]) -> String {
    let values = cases.iter().map(|case| {
        let mut value = Map::new();
        value.insert("case".to_owned(), case.id.clone().into());
        value.insert("tests".to_owned(), case.tests.clone().into());
        with_reason(value, &case.reason)
    });
    lines(&values.collect())
}

fn with_reason(mut value: Map<String, Value>, reason: &str) -> Value {
    if !reason.is_empty() {
        value.insert("reason".to_owned(), reason.into());
    }
    Value::Object(value)
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}
