// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed table of codes: reading, writing, and comparing it with what is owed and reached.
//!
//! Tab-separated with a heading line. What no test can reach has `-` and a reason in the last
//! column, which a rewrite keeps.

use std::fmt::Write as _;

use crate::recorder::Records;

/// What stands for nothing.
const NONE: &str = "-";

/// What tells a code from every other one.
pub type Key = [String; 3];

/// What is said of a code, in the columns that the [`Subject`] names.
pub type Facts = [String; 6];

/// An actor with its tables.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// What the codes are of, in a sentence: `this card`.
    pub name: &'static str,
    /// Names of the six columns of facts, in lower case; the first is the function.
    pub columns: [&'static str; 6],
    /// Which of the columns are the key.
    pub key: [usize; 3],
    /// Every code that is owed, in the order of the table.
    pub owed: fn() -> Vec<Facts>,
    /// The committed table of codes.
    pub codes: &'static str,
    /// The committed table of cases.
    pub cases: &'static str,
    /// The identifiers of the cases, one per line.
    pub case_ids: &'static str,
}

/// One line of a table of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What is said of the code.
    pub facts: Facts,
    /// The test that reaches it: program, modules and function.
    pub test: Option<String>,
    /// Why there is no test.
    pub reason: String,
}

impl Row {
    const fn of(facts: Facts) -> Self {
        Self {
            facts,
            test: None,
            reason: String::new(),
        }
    }

    /// All columns in their order: the facts, test and reason.
    #[must_use]
    pub fn columns(&self) -> [&str; 8] {
        let [a, b, c, d, e, f] = self.facts.each_ref().map(String::as_str);
        let test = self.test.as_deref().unwrap_or(NONE);
        [a, b, c, d, e, f, test, &self.reason]
    }

    /// The facts but for the clause, as a title.
    fn title(&self) -> String {
        let facts = self.facts.iter().take(5).map(String::as_str);
        facts.collect::<Vec<_>>().join(" ")
    }
}

impl Subject {
    /// What tells a code with these facts from every other one.
    #[must_use]
    pub fn key_of(&self, facts: &Facts) -> Key {
        self.key
            .map(|column| facts.get(column).cloned().unwrap_or_default())
    }

    /// The committed table.
    ///
    /// # Errors
    /// A line without eight columns, by its number.
    pub fn rows(&self) -> Result<Vec<Row>, String> {
        self.parse(self.codes)
    }

    /// Reads a table of codes.
    ///
    /// # Errors
    /// A line without eight columns, by its number.
    pub fn parse(&self, table: &str) -> Result<Vec<Row>, String> {
        let lines = table.lines().enumerate().skip(1);
        let row = |(index, line): (usize, &str)| {
            let columns: Vec<_> = line.split('\t').map(str::to_owned).collect();
            let [a, b, c, d, e, f, test, reason] = <[String; 8]>::try_from(columns)
                .map_err(|columns| wrong_columns(index, 8, columns.len()))?;
            Ok(Row {
                facts: [a, b, c, d, e, f],
                test: (test != NONE).then_some(test),
                reason,
            })
        };
        lines.map(row).collect()
    }

    /// A table as text, with its heading.
    #[must_use]
    pub fn to_tsv(&self, rows: &[Row]) -> String {
        let mut text = format!("{}\ttest\treason\n", self.columns.join("\t"));
        for row in rows {
            // a string takes everything
            let _ = writeln!(text, "{}", row.columns().join("\t"));
        }
        text
    }

    /// What is wrong with a table by itself: a code without a row, a row without a code, a row out
    /// of order, a row with neither test nor reason or with both.
    #[must_use]
    pub fn complete(&self, rows: &[Row]) -> Vec<String> {
        let owed: Vec<Row> = (self.owed)().into_iter().map(Row::of).collect();
        let has = |rows: &[Row], row: &Row| {
            let key = self.key_of(&row.facts);
            rows.iter().any(|found| self.key_of(&found.facts) == key)
        };
        let mut wrong = Vec::new();
        for row in &owed {
            if !has(rows, row) {
                wrong.push(format!("{}: no row", row.title()));
            }
        }
        for row in rows {
            if !has(&owed, row) {
                wrong.push(format!("{}: not a code of {}", row.title(), self.name));
            }
            if row.test.is_some() != row.reason.is_empty() {
                wrong.push(format!("{}: expected a test or a reason", row.title()));
            }
        }
        if wrong.is_empty()
            && !rows
                .iter()
                .map(|row| &row.facts)
                .eq(owed.iter().map(|row| &row.facts))
        {
            wrong.push("the rows are not in order, or their facts differ".to_owned());
        }
        wrong
    }

    /// The table that records give: of several tests the first by name. Reasons are taken over
    /// from `old` where nothing is reached.
    #[must_use]
    pub fn record(&self, old: &[Row], records: &Records) -> Vec<Row> {
        let filled = |facts: Facts| {
            let key = self.key_of(&facts);
            let test = records.get(&key).and_then(|tests| tests.first());
            let reason = old.iter().find(|old| self.key_of(&old.facts) == key);
            let reason = reason.filter(|_| test.is_none());
            Row {
                test: test.cloned(),
                reason: reason.map(|old| old.reason.clone()).unwrap_or_default(),
                facts,
            }
        };
        (self.owed)().into_iter().map(filled).collect()
    }

    /// What the records do not bear out: see [`gaps`].
    #[must_use]
    pub fn gaps(&self, rows: &[Row], records: &Records) -> Vec<String> {
        gaps(rows, records, |row| self.key_of(&row.facts))
    }
}

/// What records do not bear out: a test that did not reach its code, a code that was reached
/// although the table says it cannot be.
#[must_use]
pub fn gaps(rows: &[Row], records: &Records, key: impl Fn(&Row) -> Key) -> Vec<String> {
    let mut gaps = Vec::new();
    for row in rows {
        let tests = records.get(&key(row));
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

pub(crate) fn wrong_columns(index: usize, expected: usize, found: usize) -> String {
    format!(
        "line {}: expected {expected} columns, got {found}",
        index + 1
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn owed() -> Vec<Facts> {
        ["0", "1"]
            .map(|code| ["Get", "BF20", "result", code, "name", "clause"].map(str::to_owned))
            .into()
    }

    const SUBJECT: Subject = Subject {
        name: "this test",
        columns: ["function", "tag", "result", "code", "name", "clause"],
        key: [0, 2, 3],
        owed,
        codes: "",
        cases: "",
        case_ids: "",
    };

    fn key(code: &str) -> Key {
        ["Get", "result", code].map(str::to_owned)
    }

    fn records(code: &str, tests: &[&str]) -> Records {
        let tests = tests.iter().map(|test| (*test).to_owned()).collect();
        BTreeMap::from([(key(code), tests)])
    }

    #[test]
    fn the_first_test_by_name_is_taken_and_reasons_stay() {
        let mut old = SUBJECT.record(&[], &BTreeMap::new());
        old[0].reason = "gone".to_owned();
        old[1].reason = "kept".to_owned();
        let rows = SUBJECT.record(&old, &records("0", &["b::y", "a::z"]));
        assert_eq!(SUBJECT.key_of(&rows[0].facts), key("0"));
        assert_eq!(
            (rows[0].test.as_deref(), rows[0].reason.as_str()),
            (Some("a::z"), "")
        );
        assert_eq!(
            (rows[1].test.as_deref(), rows[1].reason.as_str()),
            (None, "kept")
        );
        assert_eq!(SUBJECT.parse(&SUBJECT.to_tsv(&rows)).unwrap(), rows);
    }

    #[test]
    fn what_is_missing_too_much_or_empty_is_told() {
        let mut rows = SUBJECT.record(&[], &BTreeMap::new());
        assert_eq!(SUBJECT.complete(&rows).len(), 2);
        for row in &mut rows {
            row.reason = "none".to_owned();
        }
        assert_eq!(SUBJECT.complete(&rows), Vec::<String>::new());
        rows.swap(0, 1);
        assert_eq!(SUBJECT.complete(&rows).len(), 1);
        rows.swap(0, 1);
        let removed = rows.remove(0);
        assert!(SUBJECT.complete(&rows)[0].ends_with("no row"));
        rows.insert(0, removed);
        rows[0].facts[3] = "99".to_owned();
        assert_eq!(SUBJECT.complete(&rows).len(), 2);
    }

    #[test]
    fn a_test_that_does_not_reach_its_code_is_a_gap() {
        let mut rows = SUBJECT.record(&[], &BTreeMap::new());
        rows.truncate(1);
        assert!(SUBJECT.gaps(&rows, &BTreeMap::new()).is_empty());
        assert_eq!(SUBJECT.gaps(&rows, &records("0", &["a"])).len(), 1);
        rows[0].test = Some("b".to_owned());
        assert_eq!(SUBJECT.gaps(&rows, &records("0", &["a"])).len(), 1);
        assert!(SUBJECT.gaps(&rows, &records("0", &["a", "b"])).is_empty());
    }

    #[test]
    fn lines_of_other_widths_are_refused() {
        let error = SUBJECT.parse("heading\na\tb").unwrap_err();
        assert!(error.starts_with("line 2"));
    }
}
