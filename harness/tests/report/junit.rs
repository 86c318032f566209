// SPDX-License-Identifier: MIT OR Apache-2.0
//! `junit.xml`, read by a parser that has nothing to do with its writer.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::kit::{copy, harness, poor};

/// What CI systems take from the file, by Python's parser (expat).
const READER: &str = r#"
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites", root.tag
suites = []
for suite in root:
    assert suite.tag == "testsuite", suite.tag
    cases = []
    for case in suite.iter("testcase"):
        kinds = [part for part in case if part.tag in ("failure", "error", "skipped")]
        assert len(kinds) < 2
        cases.append({
            "name": case.get("name"), "class": case.get("classname"), "time": float(case.get("time", 0)),
            "kind": kinds[0].tag if kinds else "passed",
            "message": kinds[0].get("message") if kinds else None,
            "text": kinds[0].text if kinds else None,
            "out": (case.findtext("system-out") or ""),
        })
    suites.append({
        "name": suite.get("name"), "tests": int(suite.get("tests")), "failures": int(suite.get("failures")),
        "errors": int(suite.get("errors")), "skipped": int(suite.get("skipped", suite.get("disabled", 0))), "cases": cases,
    })
print(json.dumps({"tests": int(root.get("tests")), "failures": int(root.get("failures")), "suites": suites}))
"#;

/// The file as Python reads it; none where there is no Python. Where CI runs there must be one.
fn read(file: &Path) -> Option<Value> {
    let run = Command::new("python3")
        .arg("-c")
        .arg(READER)
        .arg(file)
        .output();
    let Ok(output) = run else {
        assert!(std::env::var_os("CI").is_none(), "no python3 in PATH");
        println!("left out: no python3 in PATH");
        return None;
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn verdicts_arrive_as_test_results() {
    let Some(read) = read(&poor().join("junit.xml")) else {
        return;
    };
    let text = fs::read_to_string(poor().join("run.json")).unwrap();
    let run: Value = serde_json::from_str(&text).unwrap();
    let cases = run["cases"].as_array().unwrap();
    let failed = cases
        .iter()
        .filter(|case| case["verdict"] == "fail")
        .count();
    assert_eq!(read["tests"], cases.len());
    assert_eq!(read["failures"], failed);
    let suites = read["suites"].as_array().unwrap();
    let names: Vec<_> = suites
        .iter()
        .map(|suite| suite["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["mock-eim", "reference-ipa"]);
    let of = |name: &str| {
        let mut all = suites
            .iter()
            .flat_map(|suite| suite["cases"].as_array().unwrap());
        all.find(|case| case["name"] == name).unwrap().clone()
    };
    let case = of("ipa/data-request/nominal");
    assert_eq!(case["kind"], "failure");
    assert_eq!(case["class"], "reference-ipa.ipa.data-request");
    let (message, text) = (
        case["message"].as_str().unwrap(),
        case["text"].as_str().unwrap(),
    );
    assert!(
        message.starts_with("expected provideEimPackageResult"),
        "{message}"
    );
    for part in [
        "requirement",
        "nominal.yaml:",
        "again",
        "--defect ipa/drops-transaction-id",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(of("eim/package-retrieval/idle")["kind"], "passed");
}

#[test]
fn what_is_expected_is_green_and_what_is_stale_is_not() {
    let run = copy(&poor());
    let path = run.path().join("run.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let case = |record: &mut Value, id: &str, changes: Value| {
        let cases = record["cases"].as_array_mut().unwrap();
        let case = cases.iter_mut().find(|case| case["id"] == id).unwrap();
        for (name, value) in changes.as_object().unwrap() {
            case[name] = value.clone();
        }
    };
    let known = json!({"verdict": "fail", "reason": "ticket <17> & \u{1} more"});
    case(
        &mut record,
        "ipa/data-request/nominal",
        json!({"expected": known, "as_expected": true}),
    );
    case(
        &mut record,
        "eim/package-retrieval/idle",
        json!({"expected": known, "as_expected": false}),
    );
    let error = json!({"verdict": "error", "as_expected": false});
    case(&mut record, "eim/package-retrieval/two-orders", error);
    record["stale_expectations"] = json!(["x.toml:3: no case is called eim/none"]);
    fs::write(&path, record.to_string()).unwrap();
    let output = harness(&["report", run.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let Some(read) = read(&run.path().join("junit.xml")) else {
        return;
    };
    let suites = read["suites"].as_array().unwrap();
    let all: Vec<_> = suites
        .iter()
        .flat_map(|suite| suite["cases"].as_array().unwrap())
        .collect();
    let kind = |name: &str| all.iter().find(|case| case["name"] == name).unwrap();
    let known = kind("ipa/data-request/nominal");
    assert_eq!(known["kind"], "skipped");
    assert!(known["message"].as_str().unwrap().contains("ticket <17> &"));
    let passed = kind("eim/package-retrieval/idle");
    assert_eq!(passed["kind"], "failure");
    assert!(
        passed["message"]
            .as_str()
            .unwrap()
            .starts_with("fail was expected")
    );
    assert_eq!(kind("eim/package-retrieval/two-orders")["kind"], "error");
    assert_eq!(
        kind("x.toml:3: no case is called eim/none")["kind"],
        "failure"
    );
}
