// SPDX-License-Identifier: MIT OR Apache-2.0
//! The readings of unclear texts, as `testcases/README.md` lists them.

use std::collections::BTreeMap;
use std::path::Path;

/// How one unclear text is read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reading {
    /// The clause.
    pub clause: String,
    /// How it is read.
    pub reading: String,
    /// Why so.
    pub why: String,
}

/// The readings that have a name, by it: the rows of the tables in the page of the cases whose
/// first column is called `id`. None when there is no page.
#[must_use]
pub fn readings(root: &Path) -> Option<BTreeMap<String, Reading>> {
    let page = std::fs::read_to_string(root.join("README.md")).ok()?;
    Some(rows(&page))
}

fn rows(page: &str) -> BTreeMap<String, Reading> {
    let mut inside = false;
    let mut found = BTreeMap::new();
    for line in page.lines() {
        let Some(line) = line.strip_prefix('|') else {
            inside = false;
            continue;
        };
        let mut cells = line.split('|').map(|cell| cell.trim().to_owned());
        let mut next = || cells.next().unwrap_or_default();
        let id = next();
        if inside && !id.starts_with("---") {
            let reading = Reading {
                clause: next(),
                reading: next(),
                why: next(),
            };
            found.insert(id, reading);
        } else if id == "id" {
            inside = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_tables_with_ids_are_readings() {
        let page = "| id | clause | reading | why |\n|---|---|---|---|\n| a | §1 | so | because |\n\n\
                    | clause | reading |\n|---|---|\n| b | c |\n";
        let found = rows(page);
        assert_eq!(found.len(), 1);
        assert_eq!(found["a"].reading, "so");
        assert_eq!(found["a"].why, "because");
    }
}
