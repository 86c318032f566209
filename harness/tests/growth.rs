// SPDX-License-Identifier: MIT OR Apache-2.0
//! How long a run takes as it gets longer. It measures, so it is run by hand, on a machine that does
//! nothing else: `cargo test --release -p harness --test growth -- --ignored --nocapture`.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use certs::Pki;
use harness::case::{Case, RoleName};
use harness::collect::collect;
use harness::expect::Expectations;
use harness::fixture::Fixtures;
use harness::redact::Redactor;
use harness::run::{RunOptions, built_in};
use harness::schedule::{Implementation, Job, Schedule, Stop};
use harness::verdict::Verdict;

/// As many cases as asked for, made from those of the suite under ids of their own.
fn generated(cases: &[Case], count: usize) -> Vec<Job> {
    let numbered = cases.iter().cycle().take(count).enumerate();
    numbered
        .map(|(number, case)| Job {
            case: Arc::new(Case {
                id: format!("{}/{number:04}", case.id),
                ..case.clone()
            }),
            implementation: usize::from(case.file.iut == RoleName::Eim),
        })
        .collect()
}

fn time(schedule: Schedule) -> Duration {
    let count = schedule.jobs.len();
    let mut ended = 0;
    let summary = schedule
        .run(&Stop::default(), &mut |event| {
            ended += usize::from(matches!(event, harness::event::Event::CaseEnded(_)));
            Ok(())
        })
        .unwrap();
    let passed = |verdict: &&Verdict| matches!(verdict, Verdict::Pass | Verdict::Unsupported);
    assert_eq!(summary.verdicts.iter().filter(passed).count(), count);
    assert_eq!(ended, count);
    summary.duration
}

#[test]
#[ignore = "measures for a minute"]
fn a_case_takes_no_longer_among_a_thousand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let found = collect(&root).unwrap();
    let cases: Vec<Case> = found.into_iter().map(|found| found.case.unwrap()).collect();
    let pki = Arc::new(Pki::seeded(1).unwrap());
    let options = RunOptions::built_in(1, pki.clone(), Fixtures::new(&root));
    let redactor = Arc::new(Redactor::of(&pki, &options.fixtures).unwrap());
    let implementations = [RoleName::Ipa, RoleName::Eim].map(|role| Implementation {
        name: built_in(role).to_owned(),
        role,
        options: options.clone(),
        parallel: usize::MAX,
        expectations: Expectations::default(),
    });
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut each = Vec::new();
    for count in [cases.len(), 100, 300, 1000] {
        let took = time(Schedule {
            implementations: implementations.to_vec(),
            jobs: generated(&cases, count),
            workers,
            fail_fast: false,
            redactor: Some(redactor.clone()),
            unused: Vec::new(),
        });
        let per_case = took.as_secs_f64() * 1000.0 / count as f64;
        println!("{count:>5} cases on {workers} cores: {took:>8.2?}, {per_case:.1} ms a case");
        each.push(per_case);
    }
    assert!(each[3] < 1.5 * each[1], "ms a case: {each:?}");
}
