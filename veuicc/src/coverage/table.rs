// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed tables: which test reaches each code, and which tests stand for the cases of
//! TESTCASES.md part C.
//!
//! Both are tab-separated with a heading line. `codes.tsv` is written from records ([`record`]);
//! what no test can reach has `-` and a reason in the last column, which a rewrite keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Code, Key, codes};

/// The table of codes.
pub const CODES: &str = include_str!("../../coverage/codes.tsv");
/// The table of cases.
pub const CASES: &str = include_str!("../../coverage/part_c.tsv");
/// The identifiers of the cases, one per line.
pub const CASE_IDS: &str = include_str!("../../coverage/part_c_ids.txt");

/// Heading of the table of codes.
const HEADING: &str = "function\ttag\tresult\tcode\tname\tclause\ttest\treason";
/// What stands for nothing.
const NONE: &str = "-";

/// One line of the table of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Function, result and code.
    pub key: Key,
    /// Tag of the request, four hexadecimal digits.
    pub tag: String,
    /// Name of the code.
    pub name: String,
    /// Where the function is specified.
    pub clause: String,
    /// The test that reaches it: program, modules and function.
    pub test: Option<String>,
    /// Why there is no test.
    pub reason: String,
}

impl Row {
    fn of(code: &Code) -> Self {
        Self {
            key: code.key(),
            tag: format!("{:04X}", code.tag),
            name: code.name.to_owned(),
            clause: code.clause.to_owned(),
            test: None,
            reason: String::new(),
        }
    }

    /// The columns in their order.
    #[must_use]
    pub fn columns(&self) -> [&str; 8] {
        let (function, result, code) = &self.key;
        [
            function,
            &self.tag,
            result,
            code,
            &self.name,
            &self.clause,
            self.test.as_deref().unwrap_or(NONE),
            &self.reason,
        ]
    }

    fn title(&self) -> String {
        let (function, result, code) = &self.key;
        format!("{function} {result} {}({code})", self.name)
    }
}

/// Reads the table of codes.
///
/// # Errors
/// A line without eight columns, by its number.
pub fn rows(table: &str) -> Result<Vec<Row>, String> {
    let lines = table.lines().enumerate().skip(1);
    let row = |(index, line): (usize, &str)| {
        let columns: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let [function, tag, result, code, name, clause, test, reason] =
            <[String; 8]>::try_from(columns)
                .map_err(|columns| wrong_columns(index, 8, columns.len()))?;
        Ok(Row {
            key: (function, result, code),
            tag,
            name,
            clause,
            test: (test != NONE).then_some(test),
            reason,
        })
    };
    lines.map(row).collect()
}

fn wrong_columns(index: usize, expected: usize, found: usize) -> String {
    format!(
        "line {}: expected {expected} columns, got {found}",
        index + 1
    )
}

/// The table as text, with its heading.
#[must_use]
pub fn to_tsv(rows: &[Row]) -> String {
    let mut text = format!("{HEADING}\n");
    for row in rows {
        // a string takes everything
        let _ = writeln!(text, "{}", row.columns().join("\t"));
    }
    text
}

/// What is wrong with the table by itself: a code without a row, a row without a code, a row out of
/// order, a row with neither test nor reason or with both.
#[must_use]
pub fn complete(rows: &[Row]) -> Vec<String> {
    let owed: Vec<Row> = codes().iter().map(Row::of).collect();
    let mut wrong = Vec::new();
    for row in &owed {
        if !rows.iter().any(|found| found.key == row.key) {
            wrong.push(format!("{}: no row", row.title()));
        }
    }
    for row in rows {
        if !owed.iter().any(|code| code.key == row.key) {
            wrong.push(format!("{}: not a code of this card", row.title()));
        }
        if row.test.is_some() != row.reason.is_empty() {
            wrong.push(format!("{}: expected a test or a reason", row.title()));
        }
    }
    let stripped = |row: &Row| Row {
        test: None,
        reason: String::new(),
        ..row.clone()
    };
    if wrong.is_empty() && !rows.iter().map(stripped).eq(owed) {
        wrong.push("the rows are not in order, or name, tag or clause differ".to_owned());
    }
    wrong
}

/// What the records do not bear out: a test that did not reach its code, a code that was reached
/// although the table says it cannot be.
#[must_use]
pub fn gaps(rows: &[Row], records: &BTreeMap<Key, BTreeSet<String>>) -> Vec<String> {
    let mut gaps = Vec::new();
    for row in rows {
        let tests = records.get(&row.key);
        match (&row.test, tests) {
            (Some(test), Some(tests)) if tests.contains(test) => {}
            (Some(test), _) => gaps.push(format!("{}: not reached by {test}", row.title())),
            (None, Some(tests)) => {
                let test = tests.first().map_or("", String::as_str);
                gaps.push(format!("{}: no test named, reached by {test}", row.title()));
            }
            (None, None) => {}
        }
    }
    gaps
}

/// The table that records give: of several tests the first by name. Reasons are taken over from
/// `old` where nothing is reached.
#[must_use]
pub fn record(old: &[Row], records: &BTreeMap<Key, BTreeSet<String>>) -> Vec<Row> {
    let filled = |code: &Code| {
        let row = Row::of(code);
        let test = records.get(&row.key).and_then(|tests| tests.first());
        let reason = old.iter().find(|old| old.key == row.key);
        let reason = reason.filter(|_| test.is_none());
        Row {
            test: test.cloned(),
            reason: reason.map(|old| old.reason.clone()).unwrap_or_default(),
            ..row
        }
    };
    codes().iter().map(filled).collect()
}

/// One case of TESTCASES.md part C.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its identifier.
    pub id: String,
    /// The tests that stand for it.
    pub tests: Vec<String>,
    /// Why there is none, or what the tests leave out.
    pub reason: String,
}

/// Reads the table of cases.
///
/// # Errors
/// A line without three columns, by its number.
pub fn cases(table: &str) -> Result<Vec<Case>, String> {
    let lines = table.lines().enumerate().skip(1);
    let case = |(index, line): (usize, &str)| {
        let columns: Vec<_> = line.split('\t').collect();
        let [id, tests, reason] = <[&str; 3]>::try_from(columns)
            .map_err(|columns| wrong_columns(index, 3, columns.len()))?;
        let tests = tests.split(' ').filter(|test| ![NONE, ""].contains(test));
        Ok(Case {
            id: id.to_owned(),
            tests: tests.map(str::to_owned).collect(),
            reason: reason.to_owned(),
        })
    };
    lines.map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(key: &Key, tests: &[&str]) -> BTreeMap<Key, BTreeSet<String>> {
        let tests = tests.iter().map(|test| (*test).to_owned()).collect();
        BTreeMap::from([(key.clone(), tests)])
    }

    #[test]
    fn the_first_test_by_name_is_taken_and_reasons_stay() {
        let all = codes();
        let (first, second) = (all[0].key(), all[1].key());
        let mut old = record(&[], &BTreeMap::new());
        old[0].reason = "gone".to_owned();
        old[1].reason = "kept".to_owned();
        let rows = record(&old, &records(&first, &["b::y", "a::z"]));
        assert_eq!(rows[0].key, first);
        assert_eq!(
            (rows[0].test.as_deref(), rows[0].reason.as_str()),
            (Some("a::z"), "")
        );
        assert_eq!(rows[1].key, second);
        assert_eq!(
            (rows[1].test.as_deref(), rows[1].reason.as_str()),
            (None, "kept")
        );
        assert_eq!(super::rows(&to_tsv(&rows)).unwrap(), rows);
    }

    #[test]
    fn what_is_missing_too_much_or_empty_is_told() {
        let mut rows = record(&[], &BTreeMap::new());
        let count = rows.len();
        assert_eq!(complete(&rows).len(), count);
        for row in &mut rows {
            row.reason = "none".to_owned();
        }
        assert_eq!(complete(&rows), Vec::<String>::new());
        rows.swap(0, 1);
        assert_eq!(complete(&rows).len(), 1);
        rows.swap(0, 1);
        let removed = rows.remove(0);
        assert!(complete(&rows)[0].ends_with("no row"));
        rows.insert(0, removed);
        rows[0].key.2 = "99".to_owned();
        assert_eq!(complete(&rows).len(), 2);
    }

    #[test]
    fn a_test_that_does_not_reach_its_code_is_a_gap() {
        let mut rows = record(&[], &BTreeMap::new());
        rows.truncate(1);
        let key = rows[0].key.clone();
        assert!(gaps(&rows, &BTreeMap::new()).is_empty());
        assert_eq!(gaps(&rows, &records(&key, &["a"])).len(), 1);
        rows[0].test = Some("b".to_owned());
        assert_eq!(gaps(&rows, &records(&key, &["a"])).len(), 1);
        assert!(gaps(&rows, &records(&key, &["a", "b"])).is_empty());
    }

    #[test]
    fn lines_of_other_widths_are_refused() {
        assert!(rows("heading\na\tb").unwrap_err().starts_with("line 2"));
        assert!(cases("heading\na\tb").unwrap_err().starts_with("line 2"));
        let cases = cases("heading\nTC_1\ta::b c::d\t\nTC_2\t-\tnot here").unwrap();
        assert_eq!(cases[0].tests, ["a::b", "c::d"]);
        assert_eq!(
            (cases[1].tests.len(), cases[1].reason.as_str()),
            (0, "not here")
        );
    }
}
