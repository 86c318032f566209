// SPDX-License-Identifier: MIT OR Apache-2.0
//! `for_each`.

use harness::case::Case;

use super::{GOOD, load_all, refused};

const ROWS: &str = "for_each:
  - {name: idle, error: noEimPackageAvailable, eid: '89049032123451234512345678901235'}
  - {name: unknown, error: eidNotFound, eid: '89049032123451234512345678901236'}
";

fn rows_of_good() -> String {
    GOOD.replace("given:\n", &format!("{ROWS}given:\n"))
        .replace(
            "'89049032123451234512345678901235'\nsteps",
            "'${eid}'\nsteps",
        )
        .replace("eimPackageError: any}", "eimPackageError: '${error}'}")
        .replace("answers a known EID", "answers by ${error}")
}

#[test]
fn a_row_makes_a_case() {
    let (cases, _folder) = load_all(&rows_of_good(), &[]);
    let cases: Vec<Case> = cases.into_iter().map(|(_, case)| case.unwrap()).collect();
    let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, ["x/idle", "x/unknown"]);
    assert_eq!(cases[1].name(), "x/unknown");
    assert_eq!(cases[1].file.title, "eIM answers by eidNotFound");
    let eid = cases[1].file.given["eid"].to_string();
    assert_eq!(eid, "89049032123451234512345678901236");
    let (_, exchange) = cases[0].file.steps[0].exchange().unwrap();
    let response = exchange.response.as_ref().unwrap().to_string();
    let expected = "{getEimPackageResponse: {eimPackageError: noEimPackageAvailable}}";
    assert_eq!(response, expected);
}

#[test]
fn every_combination_makes_a_case() {
    let text = GOOD
        .replace(
            "given:\n",
            "for_each: {level: [shall, may], n: [1, 2]}\ngiven:\n",
        )
        .replace("level: shall", "level: ${level}")
        .replace("a known EID", "EID ${n}");
    let (cases, _folder) = load_all(&text, &[]);
    let ids: Vec<&str> = cases.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["x/shall-1", "x/shall-2", "x/may-1", "x/may-2"]);
    assert!(cases.iter().all(|(_, case)| case.is_ok()));
}

#[test]
fn mistakes_in_rows_have_their_place() {
    let good = rows_of_good();
    for (old, new, says) in [
        (
            "name: unknown",
            "name: idle",
            "x.yaml:12:5: for_each: the name \"idle\"",
        ),
        (
            "name: unknown",
            "name: no name",
            "x.yaml:12:5: for_each: expected a name",
        ),
        (
            "error: eidNotFound",
            "eror: eidNotFound",
            "nothing in the file uses ${eror}",
        ),
        (
            "error: eidNotFound",
            "error: eidNotThere",
            "x.yaml:16:5: getEimPackageResponse.eimPackageError: unknown name \"eidNotThere\"",
        ),
        (
            "'${error}'",
            "'${eror}'",
            "${eror}: nothing under for_each gives it a value",
        ),
        (
            "error: eidNotFound, ",
            "",
            "x.yaml:1:23: the row unknown has no \"error\"",
        ),
        (
            "for_each:",
            "for_all:",
            "x.yaml:1:23: ${error}: there is no for_each",
        ),
    ] {
        assert!(good.contains(old), "{old}");
        let error = refused(&good.replacen(old, new, 1), &[]);
        assert!(error.contains(says), "{new}: {error}");
    }
}
