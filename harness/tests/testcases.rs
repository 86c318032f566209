// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every case file as a test: its verdict with the built-in implementation, and its traffic
//! against the snapshot beside it.
//!
//! A file that is no case is a failing test of its own. A snapshot that belongs to no case fails.

#![expect(
    clippy::expect_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use certs::{Pki, TEST_EID};
use harness::case::Case;
use harness::collect::{Found, collect};
use harness::event::{CaseReport, Event, Listener as _};
use harness::fixture::Fixtures;
use harness::redact::Redactor;
use harness::report::Terminal;
use harness::run::{RunOptions, built_in, run_case};
use harness::verdict::Verdict;
use libtest_mimic::{Arguments, Failed, Trial};

/// The seed of the snapshots. They hold nothing that depends on it.
const SEED: u64 = 1;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let root = root.canonicalize().unwrap_or(root);
    let found = collect(&root).expect("the folder testcases");
    let pki = Arc::new(Pki::seeded(SEED).expect("a test PKI"));
    let options = RunOptions::built_in(SEED, pki.clone(), Fixtures::new(&root));
    let redactor = Redactor::new(&pki, &TEST_EID, &["eim1.test.example"]).expect("a redactor");
    let redactor = Arc::new(redactor);
    let expected: BTreeSet<PathBuf> = found.iter().filter_map(snapshot_of).collect();
    let nominal = found
        .iter()
        .filter_map(|found| found.case.as_ref().ok())
        .find(|case| case.id == "ipa/indirect-download/nominal")
        .cloned();
    let mut trials: Vec<Trial> = found
        .into_iter()
        .map(|found| trial(found, options.clone(), redactor.clone()))
        .collect();
    let folder = root.clone();
    trials.push(Trial::test("snapshots_belong_to_cases", move || {
        unreferenced(&folder, &expected)
    }));
    let one = (options.clone(), redactor.clone());
    let again = nominal.clone();
    trials.push(Trial::test(
        "snapshots_hold_nothing_of_the_seed",
        move || same_under_another_seed(again.as_ref(), &one.0, &one.1),
    ));
    trials.push(Trial::test("published_profiles_are_here", move || {
        published(&options.fixtures)
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(found: Found, options: RunOptions, redactor: Arc<Redactor>) -> Trial {
    Trial::test(found.id, move || match found.case {
        Ok(case) => judge(&case, &options, &redactor),
        Err(error) => Err(Failed::from(error.to_string())),
    })
}

fn judge(case: &Case, options: &RunOptions, redactor: &Redactor) -> Result<(), Failed> {
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(run_case(case, options));
    let report = CaseReport::new(case, built_in(case.file.iut), options.seed, outcome);
    match report.outcome.verdict {
        Verdict::Pass => compare(case, &report, redactor),
        Verdict::Unsupported => {
            println!("{}", block(&report));
            Ok(())
        }
        _ => Err(Failed::from(block(&report))),
    }
}

fn block(report: &CaseReport) -> String {
    let mut text = Vec::new();
    Terminal::new(&mut text, None, Vec::new())
        .event(&Event::CaseEnded(report))
        .expect("writing to memory");
    String::from_utf8_lossy(&text).into_owned()
}

fn compare(case: &Case, report: &CaseReport, redactor: &Redactor) -> Result<(), Failed> {
    let path = snapshot_path(&case.path, &report.iut);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().unwrap_or(&path));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&case.file.title);
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = redactor.text(&report.outcome.tape);
    let assert = || settings.bind(|| insta::assert_snapshot!(name.as_str(), text.as_str()));
    catch_unwind(AssertUnwindSafe(assert)).map_err(|panic| {
        let place = first_difference(&path, &text).unwrap_or_else(|| message(&*panic));
        Failed::from(format!("{}{place}", path.display()))
    })
}

/// Line of the snapshot file, what it says and what came.
fn first_difference(path: &Path, came: &str) -> Option<String> {
    let file = std::fs::read_to_string(path).ok()?;
    let header = file.lines().skip(1).position(|line| line == "---")? + 2;
    let mut said = file.lines().skip(header);
    let mut came = came.lines();
    let mut line = header;
    loop {
        line += 1;
        let (said, came) = (said.next(), came.next());
        if said != came {
            let or_end = |text: Option<&str>| text.unwrap_or("the end").to_owned();
            return Some(format!(
                ":{line}\n  snapshot: {}\n  came:     {}",
                or_end(said),
                or_end(came)
            ));
        }
        said?;
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (_, Some(text)) => (*text).to_owned(),
        _ => "the comparison broke down".to_owned(),
    }
}

/// The longest exchange of all, under another seed with other keys: the same snapshot.
fn same_under_another_seed(
    case: Option<&Case>,
    options: &RunOptions,
    redactor: &Redactor,
) -> Result<(), Failed> {
    let case = case.ok_or("no case ipa/indirect-download/nominal")?;
    let pki = Arc::new(Pki::seeded(SEED + 1)?);
    let other = RunOptions {
        seed: SEED + 1,
        pki: pki.clone(),
        ..options.clone()
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let one = redactor.text(&runtime.block_on(run_case(case, options)).tape);
    let tape = runtime.block_on(run_case(case, &other)).tape;
    let two = Redactor::new(&pki, &TEST_EID, &["eim1.test.example"])?.text(&tape);
    let differing = one.lines().zip(two.lines()).find(|(one, two)| one != two);
    match differing {
        None if one.len() == two.len() => Ok(()),
        None => Err(Failed::from("one tape is longer than the other")),
        Some((one, two)) => Err(Failed::from(format!("{one}\n{two}"))),
    }
}

fn snapshot_of(found: &Found) -> Option<PathBuf> {
    let case = found.case.as_ref().ok()?;
    Some(snapshot_path(&case.path, built_in(case.file.iut)))
}

fn snapshot_path(case: &Path, iut: &str) -> PathBuf {
    let stem = case.file_stem().unwrap_or_default().to_string_lossy();
    let folder = case.parent().unwrap_or(case).join("snapshots");
    folder.join(format!("{stem}@{iut}.snap"))
}

/// Only snapshots of the implementations in this repository are judged here: others belong to
/// their own runs.
fn unreferenced(root: &Path, expected: &BTreeSet<PathBuf>) -> Result<(), Failed> {
    let mut folders = vec![root.to_owned()];
    let mut strays = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "snap")
                && !expected.contains(&path)
            {
                strays.push(path.display().to_string());
            }
        }
    }
    if strays.is_empty() {
        return Ok(());
    }
    strays.sort();
    Err(Failed::from(format!(
        "no case has these snapshots:\n{}",
        strays.join("\n")
    )))
}

/// Where CI runs, the published packages must be there; elsewhere their cases are left out.
fn published(fixtures: &Fixtures) -> Result<(), Failed> {
    for order in fixtures.smdp("smdp/ts48")?.orders {
        if let Err(error) = fixtures.profile(&order.package) {
            if std::env::var_os("CI").is_some() {
                return Err(Failed::from(error.to_string()));
            }
            println!("left out: {error}");
        }
    }
    Ok(())
}
