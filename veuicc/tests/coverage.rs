// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed tables are whole: every code and every case has a row, and every test they name
//! exists. Whether the tests reach the codes is told by `veuicc coverage --check` after a test run.

use std::path::Path;

use coverage::Programs;
use veuicc::coverage::SUBJECT;

#[test]
fn every_code_and_every_case_has_a_row_with_a_test_that_exists_or_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let programs = Programs::read(&folder).unwrap();
    let wrong = programs.judge(&SUBJECT).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The inventory lies beside the checkout; where it does not, the committed list has to do.
#[test]
fn the_list_of_cases_is_that_of_the_inventory() {
    let inventory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/TESTCASES.md");
    let Ok(inventory) = std::fs::read_to_string(inventory) else {
        return;
    };
    let ids = coverage::inventory(&inventory, "# Part C ", "# Part D ");
    assert_eq!(ids, SUBJECT.case_ids.lines().collect::<Vec<_>>());
}
