// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed tables are whole: every code and every case has a row, and every test they name
//! exists. Whether the tests reach the codes is told by `veuicc coverage --check` after a test run.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use veuicc::coverage::{self, CASE_IDS, CASES, CODES};

/// The tests of every test program, by the program's name.
fn tests() -> HashMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut programs: HashMap<String, BTreeSet<String>> = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let program = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let names = sources(&path).into_iter().flat_map(|file| functions(&file));
        // a program may be a file with a folder of modules beside it
        programs.entry(program).or_default().extend(names);
    }
    programs
}

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        let source = path.extension().is_some_and(|extension| extension == "rs");
        return source.then(|| path.to_owned()).into_iter().collect();
    }
    let entries = std::fs::read_dir(path).unwrap();
    entries
        .flat_map(|entry| sources(&entry.unwrap().path()))
        .collect()
}

/// The functions of a file, each after its module.
fn functions(file: &Path) -> Vec<String> {
    let module = file.file_stem().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let name = |line: &str| {
        let (name, _) = line.trim().strip_prefix("fn ")?.split_once('(')?;
        Some([name.to_owned(), format!("{module}::{name}")])
    };
    text.lines().filter_map(name).flatten().collect()
}

#[track_caller]
fn assert_exists(programs: &HashMap<String, BTreeSet<String>>, test: &str, place: &str) {
    let found = test.split_once("::").is_some_and(|(program, name)| {
        // the innermost module is enough
        let name = match name.rsplit("::").take(2).collect::<Vec<_>>().as_slice() {
            [function, module] => format!("{module}::{function}"),
            _ => name.to_owned(),
        };
        let names = programs.get(program);
        names.is_some_and(|names| names.contains(&name))
    });
    assert!(found, "{place}: there is no test {test}");
}

#[test]
fn every_code_has_a_row_with_a_test_that_exists_or_a_reason() {
    let rows = coverage::rows(CODES).unwrap();
    let wrong = coverage::complete(&rows);
    assert!(
        wrong.is_empty(),
        "coverage/codes.tsv:\n{}",
        wrong.join("\n")
    );
    let programs = tests();
    for row in rows {
        if let Some(test) = &row.test {
            assert_exists(&programs, test, &row.columns().join(" "));
        }
    }
}

#[test]
fn every_case_has_a_row_with_tests_that_exist_or_a_reason() {
    let cases = coverage::cases(CASES).unwrap();
    let ids: Vec<_> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, CASE_IDS.lines().collect::<Vec<_>>());
    let programs = tests();
    for case in &cases {
        let told = !case.tests.is_empty() || !case.reason.is_empty();
        assert!(told, "{}: expected a test or a reason", case.id);
        for test in &case.tests {
            assert_exists(&programs, test, &case.id);
        }
    }
}

/// The inventory lies beside the checkout; where it does not, the committed list has to do.
#[test]
fn the_list_of_cases_is_that_of_the_inventory() {
    let inventory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/TESTCASES.md");
    let Ok(inventory) = std::fs::read_to_string(inventory) else {
        return;
    };
    let (_, part) = inventory.split_once("# Part C ").unwrap();
    let (part, _) = part.split_once("# Part D ").unwrap();
    let row = |line: &str| {
        let (first, _) = line.strip_prefix("| ")?.split_once(" | ")?;
        (!["ID", "---"].contains(&first)).then(|| first.to_owned())
    };
    let ids: Vec<_> = part.lines().filter_map(row).collect();
    assert_eq!(ids, CASE_IDS.lines().collect::<Vec<_>>());
}
