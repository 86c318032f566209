// SPDX-License-Identifier: MIT OR Apache-2.0
//! The schedule with cases that only say which verdict they come to.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use certs::Pki;

use super::*;
use crate::case::{id_of, parse_case};
use crate::fixture::Fixtures;
use crate::verdict::Verdict;

const FILE: &str =
    "title: t\nspec: [SGP.32 v1.2 §3.1.1.1]\nlevel: shall\niut: ipa\nroles: {}\nsteps: []\n";

fn job(name: &str, implementation: usize) -> Job {
    Job {
        case: Arc::new(case(name, "")),
        implementation,
    }
}

/// A case with steps in YAML, none when there are none.
pub(super) fn case(name: &str, steps: &str) -> Case {
    let root = Path::new("/");
    let path = root.join(name).with_extension("yaml");
    let file = match steps {
        "" => FILE.to_owned(),
        steps => FILE.replace(" []", &format!("\n{steps}")),
    };
    Case::new(id_of(root, &path), path, parse_case(&file).unwrap())
}

pub(super) fn implementation(name: &str, parallel: usize, expectations: &str) -> Implementation {
    let pki = Arc::new(Pki::seeded(1).unwrap());
    let fixtures = Fixtures::new(Path::new("/nowhere"));
    Implementation {
        name: name.to_owned(),
        role: RoleName::Ipa,
        options: RunOptions::built_in(1, pki, fixtures),
        parallel,
        expectations: Expectations::parse(Path::new("x.expect.toml"), expectations).unwrap(),
    }
}

fn schedule(implementations: Vec<Implementation>, jobs: Vec<Job>, workers: usize) -> Schedule {
    Schedule {
        implementations,
        jobs,
        workers,
        fail_fast: false,
        redactor: None,
        unused: Vec::new(),
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    let fault = match verdict {
        Verdict::Fail => Fault::Misbehaved,
        Verdict::Unsupported => Fault::Unsupported,
        Verdict::Inconclusive => Fault::Unclear,
        _ => Fault::Harness,
    };
    Outcome {
        verdict,
        ..Outcome::without_run(Finding::new(fault, "", ""))
    }
}

fn listed(schedule: &Schedule, runner: Runner<'_>) -> (Vec<String>, RunSummary) {
    let mut ended = Vec::new();
    let summary = schedule
        .run_with(&Stop::default(), runner, &mut |event| {
            if let Event::CaseEnded(report) = event {
                ended.push(report.folder());
            }
            Ok(())
        })
        .unwrap();
    (ended, summary)
}

/// Two cases that each wait for the other to begin: they run at the same time, and the first one
/// ends last.
#[test]
fn cases_run_at_the_same_time_and_end_in_order() {
    let both = std::sync::Barrier::new(2);
    let (first, second) = mpsc::channel();
    let second = Mutex::new(second);
    let schedule = schedule(
        vec![implementation("x", usize::MAX, "")],
        vec![job("a", 0), job("b", 0), job("c", 0)],
        2,
    );
    let runner = |case: &Case, _: &RunOptions| {
        match case.id.as_str() {
            "a" => {
                both.wait();
                second.lock().unwrap().recv().unwrap();
            }
            "b" => {
                both.wait();
                first.send(()).unwrap();
            }
            _ => (),
        }
        Some(outcome(Verdict::Pass))
    };
    let (ended, summary) = listed(&schedule, &runner);
    assert_eq!(ended, ["a@x", "b@x", "c@x"]);
    assert_eq!(summary.verdicts, [Verdict::Pass; 3]);
}

#[test]
fn an_implementation_never_runs_more_than_it_allows() {
    let names: Vec<String> = (0..40).map(|index| format!("case{index:02}")).collect();
    let jobs = names
        .iter()
        .enumerate()
        .map(|(index, name)| job(name, index % 2));
    let serial = implementation("serial", 1, "");
    let pair = implementation("pair", 2, "");
    let schedule = schedule(vec![serial, pair], jobs.collect(), 8);
    let running = [(); 2].map(|()| Mutex::new([false; 2]));
    let most = AtomicUsize::new(0);
    let runner = |case: &Case, options: &RunOptions| {
        let index: usize = case.id.trim_start_matches("case").parse().unwrap();
        let places = &running[index % 2];
        let mut taken = places.lock().unwrap();
        assert!(!taken[options.slot], "place {} is taken", options.slot);
        taken[options.slot] = true;
        if index.is_multiple_of(2) {
            most.fetch_max(options.slot, Ordering::Relaxed);
        }
        drop(taken);
        std::thread::yield_now();
        places.lock().unwrap()[options.slot] = false;
        Some(outcome(Verdict::Pass))
    };
    let (ended, summary) = listed(&schedule, &runner);
    assert_eq!(ended.len(), 40);
    assert_eq!(summary.not_run, 0);
    assert_eq!(most.load(Ordering::Relaxed), 0);
}

#[test]
fn no_case_begins_far_ahead_of_one_that_is_slow() {
    let jobs = (0..2 * AHEAD).map(|index| job(&format!("case{index:03}"), 0));
    let schedule = schedule(vec![implementation("x", usize::MAX, "")], jobs.collect(), 2);
    let board = Board::new(&schedule);
    // the first one never ends, the others do at once
    let slow = board.state().take(&schedule);
    assert_eq!(slow, Some((0, 0)));
    let next = || {
        let (index, place) = board.state().take(&schedule)?;
        board.give_back(&schedule, index, place);
        Some(index)
    };
    let begun: Vec<usize> = std::iter::from_fn(next).collect();
    assert_eq!(begun, (1..AHEAD).collect::<Vec<_>>());
    board.told(3);
    let begun: Vec<usize> = std::iter::from_fn(next).collect();
    assert_eq!(begun, [AHEAD, AHEAD + 1, AHEAD + 2]);
}

/// The first case waits for as many others as may begin before it ends; then all others run.
#[test]
fn a_slow_case_holds_up_only_what_is_far() {
    let jobs = (0..2 * AHEAD).map(|index| job(&format!("case{index:03}"), 0));
    let schedule = schedule(vec![implementation("x", usize::MAX, "")], jobs.collect(), 2);
    let (begun, others) = mpsc::channel();
    let others = Mutex::new(others);
    let runner = |case: &Case, _: &RunOptions| {
        if case.id == "case000" {
            let others = others.lock().unwrap();
            (1..AHEAD).for_each(|_| others.recv().unwrap());
        } else {
            begun.send(()).unwrap();
        }
        Some(outcome(Verdict::Pass))
    };
    let (ended, _) = listed(&schedule, &runner);
    assert_eq!(ended.len(), 2 * AHEAD);
    assert!(ended.is_sorted());
}

#[test]
fn fail_fast_begins_nothing_after_a_surprise() {
    let expect = "[[expect]]\ntest = 'b'\nverdict = 'fail'\nreason = 'known'\n";
    let jobs = ["a", "b", "c", "d"].map(|name| job(name, 0));
    let mut schedule = schedule(vec![implementation("x", 1, expect)], jobs.to_vec(), 1);
    schedule.fail_fast = true;
    let runner = |case: &Case, _: &RunOptions| {
        Some(outcome(match case.id.as_str() {
            "b" | "c" => Verdict::Fail,
            _ => Verdict::Pass,
        }))
    };
    let (ended, summary) = listed(&schedule, &runner);
    // the worker may have begun one more before it heard of it
    assert_eq!(ended[..3], ["a@x", "b@x", "c@x"]);
    assert_eq!(summary.unexpected, 1);
    assert_eq!(summary.not_run, 4 - ended.len());
    assert_eq!(summary.stale, [""; 0]);
}

#[test]
fn an_expectation_that_does_not_hold_is_told() {
    let expect = "[[expect]]\ntest = '*'\nverdict = 'fail'\nreason = 'known'\n";
    let schedule = schedule(
        vec![implementation("x", 1, expect)],
        vec![job("a", 0), job("b", 0)],
        1,
    );
    let runner = |case: &Case, _: &RunOptions| {
        Some(outcome(match case.id.as_str() {
            "a" => Verdict::Fail,
            _ => Verdict::Pass,
        }))
    };
    let (_, summary) = listed(&schedule, &runner);
    assert_eq!(summary.unexpected, 1);
    assert_eq!(
        summary.stale,
        [
            "x.expect.toml:1: b: expected fail (known), came to pass; it passes now: remove the entry"
        ]
    );
}

#[test]
fn a_run_that_is_stopped_reports_what_is_done() {
    let schedule = schedule(
        vec![implementation("x", 1, "")],
        vec![job("a", 0), job("b", 0), job("c", 0)],
        1,
    );
    let stop = Stop::default();
    let runner = |case: &Case, _: &RunOptions| {
        if case.id == "b" {
            stop.request();
            return None;
        }
        Some(outcome(Verdict::Pass))
    };
    let summary = schedule.run_with(&stop, &runner, &mut |_| Ok(())).unwrap();
    assert_eq!(summary.verdicts, [Verdict::Pass]);
    assert_eq!(summary.not_run, 2);
    assert!(summary.stopped);
}

#[test]
fn a_listener_that_cannot_write_ends_the_run() {
    let schedule = schedule(
        vec![implementation("x", 1, "")],
        vec![job("a", 0), job("b", 0)],
        1,
    );
    let runner = |_: &Case, _: &RunOptions| Some(outcome(Verdict::Pass));
    let error = schedule
        .run_with(&Stop::default(), &runner, &mut |event| match event {
            Event::CaseEnded(_) => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        })
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

/// A case without roles cannot be set up: that is an error of the case, told as such.
#[test]
fn a_case_that_breaks_is_an_error_of_its_own() {
    let schedule = schedule(vec![implementation("x", 1, "")], vec![job("a", 0)], 1);
    let summary = schedule.run(&Stop::default(), &mut |_| Ok(())).unwrap();
    assert_eq!(summary.verdicts, [Verdict::Error]);
}
