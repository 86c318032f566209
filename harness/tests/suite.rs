// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs of many cases from the command line: selection, expectations, comparison, review.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    // no time in what is written: the same bytes for the same run
    command.env("SOURCE_DATE_EPOCH", "0").args(arguments);
    command
}

fn harness(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs it, with an exit code that is expected, and returns what it says on both streams.
fn said(arguments: &[&str], code: i32) -> String {
    let output = harness(arguments);
    let text = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}:\n{text}");
    text
}

fn objects(output: &Output) -> Vec<Value> {
    let text = stdout(output);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ids(arguments: &[&str]) -> Vec<String> {
    let output = harness(&[&["run", "--format", "json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    objects(&output)
        .iter()
        .map(|object| object["id"].as_str().unwrap().to_owned())
        .collect()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn expectation(test: &str, verdict: &str) -> String {
    format!("[[expect]]\ntest = \"{test}\"\nverdict = \"{verdict}\"\nreason = \"known\"\n")
}

#[test]
fn shares_run_every_case_once() {
    let all = ids(&["eim/psmo/"]);
    let mut shares: Vec<String> = ["1/3", "2/3", "3/3"]
        .iter()
        .flat_map(|share| ids(&["eim/psmo/", "--partition", share]))
        .collect();
    shares.sort();
    assert_eq!(shares, all);
}

#[test]
fn filters_select() {
    assert_eq!(
        ids(&["eim/package-retrieval/idle"]),
        ["eim/package-retrieval/idle"]
    );
    let left: Vec<String> = ids(&["eim/package-retrieval/*"])
        .into_iter()
        .filter(|id| !id.ends_with("/two-orders") && !id.contains("state"))
        .collect();
    assert!(left.len() >= 3, "{left:?}");
    assert_eq!(
        ids(&[
            "eim/package-retrieval/*",
            "--skip",
            "*/two-orders",
            "--skip",
            "state"
        ]),
        left
    );
    let listed = |suite| {
        let output = harness(&["list", "--format", "json", "--suite", suite]);
        let listed = objects(&output).into_iter();
        let ids: Vec<String> = listed
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        ids
    };
    let smoke = ids(&["--suite", "smoke"]);
    assert_eq!(smoke, listed("smoke"));
    let (core, full) = (listed("core"), listed("full"));
    assert!(!smoke.is_empty() && smoke.len() < core.len() && core.len() < full.len());
    assert!(smoke.iter().all(|id| core.contains(id)));
    let text = said(&["run", "idle", "--skip", "eim", "--partition", "1/2"], 4);
    assert!(
        text.contains("a case like idle, not like eim, in share 1/2, found none"),
        "{text}"
    );
}

#[test]
fn a_known_failure_is_expected_until_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let known = expectation("eim/package-retrieval/idle", "fail");
    let file = write(folder.path(), "mock-eim.expect.toml", &known);
    let idle = ["run", "eim/package-retrieval/idle", "--expect", &file];
    let broken = [&idle[..], &["--defect", "eim/silent-when-idle"]].concat();
    said(&broken[..2], 0);
    said(&[&broken[..2], &broken[4..]].concat(), 1);
    said(&broken, 0);
    let gone = said(&idle, 1);
    assert!(
        gone.contains("came to pass; it passes now: remove the entry"),
        "{gone}"
    );
    let other = known + &expectation("eim/none/*", "fail");
    write(folder.path(), "mock-eim.expect.toml", &other);
    let unmatched = said(&broken, 1);
    assert!(
        unmatched.contains("mock-eim.expect.toml:5: eim/none/* fits no case"),
        "{unmatched}"
    );
    write(folder.path(), "mock-eim.expect.toml", "[[expect]]\n");
    let mistake = said(&broken, 2);
    assert!(
        mistake.contains("mock-eim.expect.toml:1: missing field"),
        "{mistake}"
    );
    let stranger = write(folder.path(), "x.expect.toml", "");
    let mistake = said(&["run", "--expect", &stranger], 2);
    assert!(
        mistake.contains("for one of mock-eim, reference-ipa"),
        "{mistake}"
    );
}

fn files(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found, root);
        } else {
            let name = path.strip_prefix(root).unwrap().to_owned();
            found.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// A record without the words in which an implementation ended: whether a closed connection is
/// reset or ends depends on the moment, and the system's error is part of them.
fn without_words_of_the_system(bytes: &[u8]) -> Vec<u8> {
    fn strip(value: &mut Value) {
        if let Some(members) = value.as_object_mut() {
            members.remove("iut_end");
        }
    }
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    strip(&mut value);
    let cases = value
        .get_mut("cases")
        .and_then(|cases| cases.as_array_mut());
    cases.into_iter().flatten().for_each(strip);
    serde_json::to_vec(&value).unwrap()
}

#[test]
fn many_at_a_time_report_what_one_after_the_other_do() {
    let report = |jobs: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let arguments = ["run", "package-retrieval", "--report", path, "-j", jobs];
        let output = stdout(&harness(&arguments)).replace(path, "DIR");
        let mut found = BTreeMap::new();
        files(folder.path(), &mut found, folder.path());
        // the randomness of TLS is not ours, and the page is packed from what the others say
        let not_ours = ["case.pcapng", "index.html"];
        found.retain(|name, _| not_ours.iter().all(|it| !name.ends_with(it)));
        for (name, bytes) in &mut found {
            if name.extension().is_some_and(|it| it == "json") {
                *bytes = without_words_of_the_system(bytes);
            }
        }
        (output, found)
    };
    let (one, many) = (report("1"), report("8"));
    assert_eq!(one.0, many.0);
    assert!(one.1.keys().eq(many.1.keys()) && one.1.len() > 20);
    let same = |name: &&PathBuf| one.1[*name] == many.1[*name];
    let different: Vec<_> = one.1.keys().filter(|name| !same(name)).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn fail_fast_leaves_the_rest() {
    let broken = ["run", "eim/", "--defect", "eim/silent-when-idle", "-j", "1"];
    let fast = [&broken[..], &["--fail-fast", "--format", "json"]].concat();
    let run = harness(&fast);
    assert_eq!(run.status.code(), Some(1));
    let verdicts = objects(&run);
    let failed = verdicts
        .iter()
        .position(|object| object["verdict"] == "fail")
        .unwrap();
    // the worker may have begun one more before it heard of it
    assert!(verdicts.len() <= failed + 2, "{verdicts:?}");
}

#[test]
fn an_interrupted_run_reports_what_is_done() {
    let mut child = command(&["run", "-j", "1", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["verdict"], "pass");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let rest = lines.count();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let all = stdout(&harness(&["list"])).lines().count();
    assert!(rest + 1 < all, "{rest} more of {all}");
}

/// Cases of which one notices that an eIM ignores a change of state.
const COMPARED: [&str; 5] = [
    "eim/package-retrieval/after-a-failure",
    "eim/package-retrieval/idle",
    "eim/package-retrieval/state-change",
    "eim/package-retrieval/two-orders",
    "eim/package-retrieval/unknown-eid",
];

/// Two runs, the second with other keys and a mistake.
fn two_runs(folder: &Path) -> (String, String) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (one, two) = (path("one"), path("two"));
    let run = [&["run"], COMPARED.as_slice()].concat();
    said(&[&run[..], &["--report", &one]].concat(), 0);
    let mistake = ["--defect", "eim/ignores-state-change", "--seed", "2"];
    said(&[&run[..], &["--report", &two], &mistake].concat(), 1);
    (one, two)
}

#[test]
fn runs_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = two_runs(folder.path());
    let same = said(&["diff", &one, &one], 0);
    assert_eq!(same, "5 cases: 0 verdicts changed, 0 with other traffic\n");
    let text = said(&["diff", &one, &two], 1);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "pass -> fail                eim/package-retrieval/state-change @ mock-eim"
    );
    assert!(
        text.contains(
            "~ getEimPackageResponse.eimPackageError: noEimPackageAvailable -> eidNotFound"
        ),
        "{text}"
    );
    assert!(
        text.ends_with("5 cases: 1 verdicts changed, 1 with other traffic\n"),
        "{text}"
    );
    // what differs by the seed alone is no difference
    said(&["diff", &one, &two, "idle", "two-orders"], 0);
    let json = harness(&["diff", &one, &two, "--format", "json"]);
    let objects = objects(&json);
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["before"]["verdict"], "pass");
    assert_eq!(objects[0]["after"]["verdict"], "fail");
    assert_eq!(
        objects[0]["traffic"][0]["fields"][0]["path"],
        "getEimPackageResponse.eimPackageError"
    );
    let nowhere = said(&["diff", &one, "/nowhere"], 2);
    assert!(nowhere.contains("/nowhere/run.json"), "{nowhere}");
}

#[test]
fn traffic_is_reviewed() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = two_runs(folder.path());
    let shelf = folder.path().join("snapshots");
    let shelf = shelf.to_str().unwrap();
    let review = |run: &str, more: &[&str], code| {
        said(
            &[&["review", run, "--snapshots", shelf], more].concat(),
            code,
        )
    };
    let new = review(&one, &[], 1);
    assert!(
        new.contains("5 cases: 0 as accepted before, 5 to be reviewed"),
        "{new}"
    );
    review(&one, &["--accept"], 0);
    review(&one, &["--check"], 0);
    // the same with other keys; what failed is nobody's to accept
    let other = review(&two, &["--check"], 0);
    assert!(
        other.contains("4 as accepted before, 1 left out: their verdict is not the expected one"),
        "{other}"
    );
    let idle = Path::new(shelf).join("eim/package-retrieval/idle@mock-eim.snap");
    let text = fs::read_to_string(&idle).unwrap();
    fs::write(&idle, text.replace("noEimPackageAvailable", "eidNotFound")).unwrap();
    let changed = review(&one, &["--check"], 1);
    let line = "~ getEimPackageResponse.eimPackageError: eidNotFound -> noEimPackageAvailable";
    assert!(changed.contains(line), "{changed}");
    review(&one, &["--reject"], 1);
    let rejected = review(&one, &[], 1);
    assert!(
        rejected.contains("1 rejected") && !rejected.contains(line),
        "{rejected}"
    );
    review(&one, &["--accept"], 0);
    let stray = Path::new(shelf).join("eim/none@mock-eim.snap");
    fs::write(&stray, "").unwrap();
    let unreferenced = review(&one, &[], 1);
    assert!(
        unreferenced.contains("no case has this snapshot"),
        "{unreferenced}"
    );
    review(&one, &["--delete-unreferenced"], 0);
    assert!(!stray.exists());
}

/// A copy of the folder of cases with one case that claims to notice `catches`.
fn claiming(catches: &str) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let folder = tempfile::tempdir().unwrap();
    let mut fixtures = BTreeMap::new();
    files(&root.join("fixtures"), &mut fixtures, &root);
    for (name, bytes) in fixtures {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let text = fs::read_to_string(root.join("eim/package-retrieval/idle.yaml")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("catches:"));
    let text: Vec<&str> = lines.collect();
    let text = text.join("\n") + &format!("\ncatches: {catches}\n");
    fs::write(folder.path().join("case.yaml"), text).unwrap();
    folder
}

#[test]
fn a_claim_that_does_not_hold_fails() {
    for (catches, code, says) in [
        ("[silent-when-idle]", 0, "1 noticed; no problem"),
        (
            "[drops-notifications]",
            1,
            "case has to notice drops-notifications, but comes to pass",
        ),
    ] {
        let folder = claiming(catches);
        let cases = folder.path().to_str().unwrap();
        let text = said(&["mutants", "--case", "case", "--cases", cases], code);
        assert!(text.contains(says), "{text}");
    }
    let folder = claiming("[]");
    let cases = folder.path().to_str().unwrap();
    let text = said(
        &[
            "mutants",
            "silent-when-idle",
            "--role",
            "eim",
            "--cases",
            cases,
        ],
        1,
    );
    for says in [
        "case.yaml: case notices no mistake: expected names under catches",
        "no case notices eim/silent-when-idle",
    ] {
        assert!(text.contains(says), "{text}");
    }
    let entry = "[[unnoticed]]\ndefect = \"eim/silent-when-idle\"\nreason = \"no case yet\"\n";
    write(folder.path(), "unnoticed.toml", entry);
    let text = said(
        &[
            "mutants",
            "silent-when-idle",
            "--role",
            "eim",
            "--cases",
            cases,
        ],
        1,
    );
    assert!(!text.contains("no case notices"), "{text}");
}
