// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed tables are whole: every code and every case has a row, and every test they name
//! exists. Whether the tests reach the codes is told by `smdp coverage --check` after a test run.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use coverage::{Programs, cases};
use smdp::coverage::SUBJECT;

fn programs() -> Programs {
    Programs::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).unwrap()
}

#[test]
fn every_code_and_every_case_has_a_row_with_a_test_that_exists_or_a_reason() {
    let wrong = programs().judge(&SUBJECT).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The tests name their cases in their documentation; the table says the same.
#[test]
fn the_table_of_cases_is_what_the_tests_say() {
    let said = programs().cases();
    for case in cases(SUBJECT.cases).unwrap() {
        let tests: Vec<_> = said.get(&case.id).into_iter().flatten().cloned().collect();
        assert_eq!(case.tests, tests, "{}", case.id);
    }
    for case in said.keys() {
        assert!(
            SUBJECT.case_ids.lines().any(|id| id == case),
            "a test names the unknown case {case}"
        );
    }
}

/// The inventory lies beside the checkout; where it does not, the committed list has to do.
#[test]
fn the_list_of_cases_is_that_of_the_inventory() {
    let inventory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/TESTCASES.md");
    let Ok(inventory) = std::fs::read_to_string(inventory) else {
        return;
    };
    let ids = coverage::inventory(&inventory, "\n# Part D ", "\n# Sources");
    assert_eq!(ids, SUBJECT.case_ids.lines().collect::<Vec<_>>());
}
