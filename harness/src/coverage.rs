// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the cases cover: rows of the target list, results of functions, clauses.
//!
//! `testcases/COVERAGE.md` is made from the cases and from the tables of card and servers; nothing
//! in it is written by hand.

mod clauses;
mod parts;
mod results;
mod rows;
mod totals;

use std::path::{Path, PathBuf};

use crate::case::Case;

pub use rows::gaps;
pub use totals::{Counts, KINDS};

/// The file below the folder of the cases.
const FILE: &str = "COVERAGE.md";

/// What stands above everything.
const HEAD: &str = "\
# Coverage

What the cases cover. `harness coverage` writes this file; `harness coverage --check` says what is
missing.

";

/// Where the page of the cases below `root` is.
#[must_use]
pub fn path(root: &Path) -> PathBuf {
    root.join(FILE)
}

/// The page about all cases below `root`.
#[must_use]
pub fn page(root: &Path, cases: &[&Case]) -> String {
    let mut page = HEAD.to_owned();
    totals::write(&mut page, cases);
    rows::write(&mut page, root, cases);
    parts::write(&mut page);
    results::write(&mut page, cases);
    clauses::write(&mut page, cases);
    page
}

/// Whether the page beside the cases is that of the cases.
#[must_use]
pub fn is_fresh(root: &Path, cases: &[&Case]) -> bool {
    std::fs::read_to_string(path(root)).is_ok_and(|kept| kept == page(root, cases))
}

/// A line of a table.
fn row(page: &mut String, cells: &[String]) {
    for cell in cells {
        page.push_str("| ");
        page.push_str(&cell.replace('|', "\\|"));
        page.push(' ');
    }
    page.push_str("|\n");
}

/// The head of a table.
fn head(page: &mut String, names: &[&str]) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    row(page, &names);
    page.push_str(&"|---".repeat(names.len()));
    page.push_str("|\n");
}

/// What a reader opens only when he wants to see it.
fn folded(page: &mut String, summary: &str, content: impl FnOnce(&mut String)) {
    page.push_str("<details><summary>");
    page.push_str(&summary.replace('&', "&amp;").replace('<', "&lt;"));
    page.push_str("</summary>\n\n");
    content(page);
    page.push_str("\n</details>\n\n");
}
