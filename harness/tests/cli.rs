// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line as scripts call it: outputs, exit codes, one clear line for every mistake.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn harness(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments)
        // no time in what is compared
        .env("SOURCE_DATE_EPOCH", "0")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_none_or(|end| end != "pcapng") {
            // what TLS sends is random
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}

fn report(folder: &Path, seed: &str) -> (BTreeMap<PathBuf, Vec<u8>>, Output) {
    let path = folder.join(seed);
    let output = harness(&[
        "run",
        "enable",
        "--seed",
        seed,
        "--report",
        path.to_str().unwrap(),
    ]);
    let mut found = BTreeMap::new();
    files(&path, &mut found);
    let relative = |path: PathBuf| path.strip_prefix(folder.join(seed)).unwrap().to_owned();
    (
        found
            .into_iter()
            .map(|(path, bytes)| (relative(path), bytes))
            .collect(),
        output,
    )
}

#[test]
fn the_same_seed_gives_the_same_tapes() {
    let one = tempfile::tempdir().unwrap();
    let two = tempfile::tempdir().unwrap();
    let (first, output) = report(one.path(), "5");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let (second, _) = report(two.path(), "5");
    assert_eq!(first, second);
    let (other, output) = report(one.path(), "6");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>()
    );
    assert_ne!(first, other);
}

#[test]
fn json_is_one_object_per_case() {
    let output = harness(&["run", "eim/package-retrieval/*", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(text.lines().count() >= 3);
    for line in text.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object["id"].as_str().unwrap().starts_with("eim/"));
        assert_eq!(object["iut"], "mock-eim");
        assert_eq!(object["verdict"], "pass");
    }
    let listed = stdout(&harness(&[
        "list",
        "eim/package-retrieval/*",
        "--format",
        "json",
    ]));
    assert_eq!(listed.lines().count(), text.lines().count());
}

/// A copy of the folder of cases with one case, changed.
fn changed(case: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let folder = tempfile::tempdir().unwrap();
    for kind in ["euicc", "smdp", "profiles"] {
        let target = folder.path().join("fixtures").join(kind);
        fs::create_dir_all(&target).unwrap();
        for entry in fs::read_dir(root.join("fixtures").join(kind)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, target.join(path.file_name().unwrap())).unwrap();
        }
    }
    let text = fs::read_to_string(root.join(format!("{case}.yaml"))).unwrap();
    fs::write(folder.path().join("case.yaml"), change(text)).unwrap();
    folder
}

#[test]
fn a_wrong_expectation_fails_and_names_the_place() {
    let folder = changed("eim/package-retrieval/idle", |text| {
        text.replace("noEimPackageAvailable}}", "eidNotFound}}")
    });
    let cases = folder.path().to_str().unwrap();
    let output = harness(&["run", "--cases", cases]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "case.yaml:17:5",
        "eimPackageError: expected eidNotFound, got noEimPackageAvailable",
        "#1 ESipa getEimPackageRequest -> getEimPackageResponse",
        "SGP.32 v1.2 §5.14.5",
        &format!("harness run case --seed 1 --cases {cases}\n"),
        "1 case, seed 1\n",
        "\n1 case: 0 pass, 1 fail\n",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn an_unlisted_message_on_a_scripted_interface_fails() {
    let folder = changed("ipa/data-request/nominal", |text| {
        text.replace("ipaEuiccDataRequest:", "profileDownloadTriggerRequest:")
            .replace(
                "tagList: 'bf20bf2284a5a6'",
                "profileDownloadData: {contactDefaultSmdp: {}}",
            )
    });
    let output = harness(&["run", "--cases", folder.path().to_str().unwrap()]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("expected ipaEuiccDataResponse, got "),
        "{text}"
    );
}

#[test]
fn mistakes_are_one_line_and_an_exit_code() {
    let folder = changed("eim/package-retrieval/idle", |text| text + "colour: red\n");
    let cases = folder.path().to_str().unwrap();
    for (arguments, code, says) in [
        (&["run", "--cases", cases][..], 2, "unknown field `colour`"),
        (&["list", "--cases", cases], 2, "case.yaml"),
        (&["check", "--cases", cases], 2, "case.yaml"),
        (&["run", "--cases", "/nowhere"], 2, "/nowhere"),
        (&["run", "no-such-case"], 4, "like no-such-case"),
        (&["list", "no-such-case"], 4, "like no-such-case"),
        (&["run", "--pki", "/nowhere"], 2, "/nowhere"),
        (&["run", "--seed", "x"], 2, "invalid value"),
    ] {
        let output = harness(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(says), "{arguments:?}: {stderr}");
    }
}

#[test]
fn the_pki_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pki");
    let output = harness(&["certs", "export", path.to_str().unwrap(), "--seed", "1"]);
    assert_eq!(output.status.code(), Some(0));
    let mut found = BTreeMap::new();
    files(&path, &mut found);
    assert!(
        found
            .keys()
            .any(|path| path.ends_with("CertificateIssuer/CERT_CI_ECDSA_NIST.der"))
    );
    let again = harness(&["certs", "export", path.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn cases_are_counted_by_kind() {
    let counted = stdout(&harness(&["list", "--counts", "--format", "json"]));
    let rows: Vec<serde_json::Value> = counted
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let total = |by: &str, name: &str| {
        let row = rows
            .iter()
            .find(|row| row["by"] == by && row["name"] == name);
        row.unwrap()["total"].as_u64().unwrap()
    };
    let listed = stdout(&harness(&["list"])).lines().count();
    assert_eq!(total("all", "all"), u64::try_from(listed).unwrap());
    let roles = ["ipa", "eim", "lpa"].map(|role| total("role", role));
    assert_eq!(roles.iter().sum::<u64>(), total("suite", "full"));
    assert!(total("suite", "smoke") < total("suite", "core"));
}

#[test]
fn a_page_of_other_cases_is_stale() {
    let folder = changed("eim/package-retrieval/idle", |text| text);
    let cases = folder.path().to_str().unwrap();
    let check = |expected: bool| {
        let output = harness(&["coverage", "--check", "--cases", cases]);
        // one case leaves most rows open
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("no case covers it"), "{told}");
        assert_eq!(told.contains("it is not that of these cases"), expected);
    };
    check(true);
    assert!(harness(&["coverage", "--cases", cases]).status.success());
    check(false);
}
