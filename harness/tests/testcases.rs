// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every case file as a test: its verdict with the built-in implementation, and its traffic
//! against the snapshot beside it.
//!
//! A file that is no case is a failing test of its own. A snapshot that belongs to no case fails.

#![expect(
    clippy::expect_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use certs::Pki;
use harness::case::{Case, Role, RoleName};
use harness::collect::{Found, collect};
use harness::coverage;
use harness::difference::{Difference, differences};
use harness::event::{CaseReport, Event, Listener as _};
use harness::expect::Expectations;
use harness::fixture::Fixtures;
use harness::mutants::{Mutant, Unnoticed, gaps};
use harness::redact::Redactor;
use harness::report::Terminal;
use harness::run::{RunOptions, built_in};
use harness::schedule::{Implementation, Job, Schedule, Stop, alone};
use harness::snapshot::{self, Shelf};
use harness::verdict::Verdict;
use libtest_mimic::{Arguments, Failed, Trial};

/// The seed of the snapshots. They hold nothing that depends on it.
const SEED: u64 = 1;

/// What every trial needs.
struct Bench {
    options: RunOptions,
    redactor: Arc<Redactor>,
    shelf: Shelf,
    root: PathBuf,
}

impl Bench {
    fn new(root: &Path, seed: u64) -> Self {
        let pki = Arc::new(Pki::seeded(seed).expect("a test PKI"));
        let fixtures = Fixtures::new(root);
        let redactor = Redactor::of(&pki, &fixtures).expect("a redactor");
        Self {
            options: RunOptions::built_in(seed, pki, fixtures),
            redactor: Arc::new(redactor),
            shelf: Shelf::BesideCases(root.to_owned()),
            root: root.to_owned(),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let root = root.canonicalize().unwrap_or(root);
    let found = collect(&root).expect("the folder testcases");
    let bench = Arc::new(Bench::new(&root, SEED));
    let cases: Vec<Arc<Case>> = found
        .iter()
        .filter_map(|found| found.case.as_ref().ok().cloned().map(Arc::new))
        .collect();
    let mut trials: Vec<Trial> = found
        .into_iter()
        .map(|found| trial(found, bench.clone()))
        .collect();
    trials.extend(together(Arc::new(cases), &bench));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One case. It is ignored where it needs a published profile that is not on this machine.
fn trial(found: Found, bench: Arc<Bench>) -> Trial {
    let case = found.case.as_ref().ok();
    let ignored = case.is_some_and(|case| !missing(case, &bench.options.fixtures).is_empty());
    Trial::test(found.id, move || match found.case {
        Ok(case) => judge(&case, &bench),
        Err(error) => Err(Failed::from(error.to_string())),
    })
    .with_ignored_flag(ignored)
}

/// What is asked of all cases together.
fn together(cases: Arc<Vec<Arc<Case>>>, bench: &Arc<Bench>) -> [Trial; 5] {
    type Question = fn(&[Arc<Case>], &Bench) -> Result<(), Failed>;
    let questions: [(&str, Question); 5] = [
        ("snapshots_belong_to_cases", unreferenced),
        (
            "snapshots_hold_nothing_of_the_seed",
            same_under_another_seed,
        ),
        ("cases_and_mistakes_belong_together", notice),
        ("published_profiles_are_here", published),
        ("the_target_list_is_covered", covered),
    ];
    questions.map(|(name, question)| {
        let (cases, bench) = (cases.clone(), bench.clone());
        Trial::test(name, move || question(&cases, &bench))
    })
}

/// The published profiles that a case needs and that are not here.
fn missing(case: &Case, fixtures: &Fixtures) -> Vec<String> {
    let role = |name| match case.file.roles.role(name).map(|role| &**role) {
        Some(Role::Actor(actor)) => actor.fixture.clone(),
        _ => None,
    };
    let server = role(RoleName::Smdp).and_then(|name| fixtures.smdp(&name).ok());
    let orders = server.into_iter().flat_map(|server| server.orders);
    let packages = orders.map(|order| order.profile.to_string_lossy().into_owned());
    let published = packages.filter(|package| package.ends_with(".der"));
    published
        .filter_map(|package| Some(fixtures.profile(&package).err()?.to_string()))
        .collect()
}

fn judge(case: &Case, bench: &Bench) -> Result<(), Failed> {
    let outcome = alone(case, &bench.options, &Stop::default()).ok_or("it was stopped")?;
    let report = CaseReport::new(case, built_in(case.file.iut), SEED, outcome);
    match report.outcome.verdict {
        Verdict::Pass if has_snapshot(case, bench) => compare(case, &report, bench),
        Verdict::Pass => Ok(()),
        Verdict::Unsupported => {
            println!("{}", block(&report));
            Ok(())
        }
        _ => Err(Failed::from(block(&report))),
    }
}

/// Whether the traffic of a case is compared: cases of smoke and core, which show every function and
/// every form, have to have a snapshot, others may. One for each row of every table would be read by
/// nobody.
fn has_snapshot(case: &Case, bench: &Bench) -> bool {
    let is_there = || bench.shelf.path(case, built_in(case.file.iut)).is_file();
    case.file.varies.is_none() && (!case.file.suites.is_empty() || is_there())
}

fn block(report: &CaseReport) -> String {
    let mut text = Vec::new();
    Terminal::new(&mut text, None, Vec::new())
        .event(&Event::CaseEnded(report))
        .expect("writing to memory");
    String::from_utf8_lossy(&text).into_owned()
}

fn compare(case: &Case, report: &CaseReport, bench: &Bench) -> Result<(), Failed> {
    let path = bench.shelf.path(case, &report.iut);
    let text = bench.redactor.text(&report.outcome.tape);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path.parent().unwrap_or(&path));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&case.file.title);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let assert = || settings.bind(|| insta::assert_snapshot!(&*stem, text.as_str()));
    catch_unwind(AssertUnwindSafe(assert)).map_err(|_| {
        let told = difference(&path, &text);
        Failed::from(format!("{}\n{told}", path.display()))
    })
}

/// The accepted snapshot against what came, in words.
fn difference(path: &Path, came: &str) -> String {
    match snapshot::read(path) {
        Ok(Some(accepted)) => {
            let found = differences(&accepted, came);
            let lines: Vec<String> = found.iter().map(Difference::to_string).collect();
            lines.join("\n")
        }
        Ok(None) => "there is no such snapshot".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Every case at the same time, under another seed with other keys: the same verdicts and snapshots.
fn same_under_another_seed(cases: &[Arc<Case>], bench: &Bench) -> Result<(), Failed> {
    let other = Bench::new(&bench.root, SEED + 1);
    let roles = [RoleName::Ipa, RoleName::Eim];
    let implementations = roles.map(|role| Implementation {
        name: built_in(role).to_owned(),
        role,
        options: other.options.clone(),
        parallel: usize::MAX,
        expectations: Expectations::default(),
    });
    let place = |case: &Case| roles.iter().position(|role| *role == case.file.iut);
    let jobs = cases.iter().filter_map(|case| {
        Some(Job {
            case: case.clone(),
            implementation: place(case)?,
        })
    });
    let schedule = Schedule {
        jobs: jobs.collect(),
        implementations: implementations.to_vec(),
        workers: std::thread::available_parallelism().map_or(1, usize::from),
        fail_fast: false,
        redactor: Some(other.redactor.clone()),
        unused: Vec::new(),
    };
    let mut different = Vec::new();
    schedule.run(&Stop::default(), &mut |event| {
        if let Event::CaseEnded(report) = event {
            different.extend(differs(cases, report, &other));
        }
        Ok(())
    })?;
    if different.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(different.join("\n")))
    }
}

fn differs(cases: &[Arc<Case>], report: &CaseReport, bench: &Bench) -> Option<String> {
    if report.outcome.verdict == Verdict::Unsupported {
        return None;
    }
    let case = cases.iter().find(|case| case.id == report.id)?;
    if report.outcome.verdict != Verdict::Pass {
        return Some(block(report));
    }
    if !has_snapshot(case, bench) {
        return None;
    }
    let told = difference(
        &bench.shelf.path(case, &report.iut),
        report.snapshot.as_deref()?,
    );
    (!told.is_empty()).then(|| format!("{}\n{told}", report.id))
}

/// Snapshots of the built-in implementations; others belong to the runs of their owners.
fn unreferenced(cases: &[Arc<Case>], bench: &Bench) -> Result<(), Failed> {
    let cases: Vec<&Case> = cases.iter().map(Arc::as_ref).collect();
    let iuts = [RoleName::Ipa, RoleName::Eim].map(built_in);
    let strays = bench.shelf.unreferenced(&cases, &iuts)?;
    if strays.is_empty() {
        return Ok(());
    }
    let strays: Vec<String> = strays.iter().map(|it| it.display().to_string()).collect();
    let strays = strays.join("\n");
    Err(Failed::from(format!(
        "no case has these snapshots:\n{strays}"
    )))
}

/// Every case names mistakes that it has to notice, every mistake is noticed by a case or listed
/// as one that is not yet. Whether it is so, `harness mutants` finds out.
fn notice(cases: &[Arc<Case>], bench: &Bench) -> Result<(), Failed> {
    let unnoticed = Unnoticed::load(&bench.root).map_err(|error| error.to_string())?;
    let gaps = gaps(cases, &Mutant::all(), &unnoticed);
    if gaps.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(gaps.join("\n")))
    }
}

/// Where CI runs, the published packages must be there; elsewhere their cases are ignored.
fn published(cases: &[Arc<Case>], bench: &Bench) -> Result<(), Failed> {
    let fixtures = &bench.options.fixtures;
    let missing: Vec<String> = cases
        .iter()
        .flat_map(|case| missing(case, fixtures))
        .collect();
    if missing.is_empty() || std::env::var_os("CI").is_none() {
        Ok(())
    } else {
        Err(Failed::from(missing.join("\n")))
    }
}

/// Every row of the target list has a case or a reason, and COVERAGE.md says so.
fn covered(cases: &[Arc<Case>], bench: &Bench) -> Result<(), Failed> {
    let cases: Vec<&Case> = cases.iter().map(Arc::as_ref).collect();
    let path = coverage::path(&bench.root);
    if std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
        std::fs::write(&path, coverage::page(&bench.root, &cases))?;
    }
    let mut mistakes = coverage::gaps(&cases);
    if !coverage::is_fresh(&bench.root, &cases) {
        mistakes.push(format!(
            "{}: it is not that of these cases: `harness coverage` or INSTA_UPDATE=always writes it",
            path.display()
        ));
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(mistakes.join("\n")))
    }
}
