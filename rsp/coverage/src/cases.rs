// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed table of cases: which tests stand for each case of a test specification.

use crate::table::wrong_columns;

/// One case of a test specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its identifier.
    pub id: String,
    /// The tests that stand for it.
    pub tests: Vec<String>,
    /// Why there is none, or what the tests leave out.
    pub reason: String,
}

/// Reads a table of cases.
///
/// # Errors
/// A line without three columns, by its number.
pub fn cases(table: &str) -> Result<Vec<Case>, String> {
    let lines = table.lines().enumerate().skip(1);
    let case = |(index, line): (usize, &str)| {
        let columns: Vec<_> = line.split('\t').collect();
        let [id, tests, reason] = <[&str; 3]>::try_from(columns)
            .map_err(|columns| wrong_columns(index, 3, columns.len()))?;
        let tests = tests.split(' ').filter(|test| !["-", ""].contains(test));
        Ok(Case {
            id: id.to_owned(),
            tests: tests.map(str::to_owned).collect(),
            reason: reason.to_owned(),
        })
    };
    lines.map(case).collect()
}

/// The identifiers in the tables of a test inventory in Markdown, between two headings: the first
/// cell of every row.
#[must_use]
pub fn inventory<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let part = text.split_once(from).map_or("", |(_, rest)| rest);
    let part = part.split_once(to).map_or(part, |(part, _)| part);
    let row = |line: &'a str| {
        let (first, _) = line.strip_prefix("| ")?.split_once(" | ")?;
        (first != "ID" && first != "---").then_some(first)
    };
    part.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_reasons_are_read() {
        let cases = cases("heading\nTC_1\ta::b c::d\t\nTC_2\t-\tnot here").unwrap();
        assert_eq!(cases[0].tests, ["a::b", "c::d"]);
        assert_eq!(
            (cases[1].tests.len(), cases[1].reason.as_str()),
            (0, "not here")
        );
        let table = "# A\n| X | \n# B\n| ID | Src |\n|---|---|\n| TC_1 | OFF |\n| TC_2 (n) | OFF |\n# C\n| TC_3 | x |";
        assert_eq!(inventory(table, "# B", "# C"), ["TC_1", "TC_2 (n)"]);
        assert!(
            super::cases("heading\na\tb")
                .unwrap_err()
                .starts_with("line 2")
        );
    }
}
