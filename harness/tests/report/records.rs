// SPDX-License-Identifier: MIT OR Apache-2.0
//! The folder of a run: read back, described by a schema, made again.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use harness::record::{RunRecord, json_schema};

use crate::kit::{copy, harness, poor};

#[test]
fn a_run_is_read_back() {
    let run = RunRecord::load(&poor()).unwrap();
    assert_eq!(run.seed, 1);
    assert!(run.started.is_some() && run.duration.is_some());
    assert!(
        run.again
            .iter()
            .any(|option| option == "--defect ipa/drops-transaction-id")
    );
    let ids: Vec<_> = run.cases.iter().map(|case| case.id.clone()).collect();
    assert!(ids.is_sorted() && !ids.is_empty());
    let case = run
        .case("ipa/data-request/nominal", "reference-ipa")
        .unwrap();
    let tape = case.load_tape(&poor()).unwrap();
    let finding = case.finding.as_ref().unwrap();
    let shown = tape
        .iter()
        .find(|exchange| Some(exchange.index) == finding.tape)
        .unwrap();
    assert_eq!(shown.request.name, "provideEimPackageResult");
    let calls: usize = case.functions.iter().map(|function| function.calls).sum();
    assert_eq!(calls, tape.len());
}

#[test]
fn a_folder_that_is_no_run_is_one_line() {
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();
    let output = harness(&["report", folder]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr.contains("run.json") && stderr.lines().count() == 1,
        "{stderr}"
    );
    fs::write(empty.path().join("run.json"), "{").unwrap();
    let output = harness(&["report", folder]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("line 1"), "{stderr}");
    // a case that leads out of the folder is not followed
    let run = copy(&poor());
    let path = run.path().join("run.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("ipa/data-request/nominal", "../nominal"),
    )
    .unwrap();
    let run = RunRecord::load(run.path()).unwrap();
    let case = run.case("../nominal", "reference-ipa").unwrap();
    assert!(case.load_tape(&poor()).is_err());
}

/// `INSTA_UPDATE=always` writes the schema, as it does with snapshots.
#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("run.schema.json");
    let schema = json_schema();
    if std::env::var("INSTA_UPDATE").is_ok_and(|mode| mode == "always") {
        fs::write(&path, &schema).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == schema,
        "INSTA_UPDATE=always cargo test -p harness --test report writes {}",
        path.display()
    );
}

#[test]
fn the_report_is_the_same_again() {
    let run = copy(&poor());
    let names = ["index.html", "junit.xml"];
    let before = names.map(|name| fs::read(run.path().join(name)).unwrap());
    for name in names {
        fs::remove_file(run.path().join(name)).unwrap();
    }
    let baseline = crate::kit::good();
    let arguments = [
        "report",
        run.path().to_str().unwrap(),
        "--baseline",
        baseline.to_str().unwrap(),
    ];
    let output = harness(&arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let after = names.map(|name| fs::read(run.path().join(name)).unwrap());
    assert!(before == after);
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let mut child = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args([
            "run",
            "eim/package-retrieval",
            "--report",
            report.to_str().unwrap(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(!RunRecord::load(&report).unwrap().cases.is_empty());
}
