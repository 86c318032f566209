// SPDX-License-Identifier: MIT OR Apache-2.0
//! `junit.xml`: what CI systems read.
//!
//! Green is what was expected. A known failure is skipped with its reason; a case that passes
//! although it was expected to fail is a failure, for the expectation is stale.

use std::io;
use std::path::Path;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::block::block;
use super::html::log;
use crate::record::{CaseRecord, RunRecord};
use crate::verdict::Verdict;

/// The file for `run`, whose cases are below `folder`.
pub(super) fn text(folder: &Path, run: &RunRecord) -> io::Result<String> {
    let mut report = Report::new("harness");
    report.time = run.duration.map(Duration::from_millis);
    report.timestamp = run.started.as_ref().and_then(|at| at.parse().ok());
    let mut names: Vec<&str> = run.cases.iter().map(|case| case.iut.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let mut suite = TestSuite::new(name);
        suite.add_property(("seed", run.seed.to_string().as_str()));
        suite.add_property(("harness", run.harness.as_str()));
        let cases = || run.cases.iter().filter(|case| case.iut == name);
        suite.time = cases()
            .map(|case| case.duration)
            .sum::<Option<u64>>()
            .map(Duration::from_millis);
        suite.timestamp = report.timestamp;
        for case in cases() {
            suite.add_test_case(test_case(folder, run, case));
        }
        report.add_test_suite(suite);
    }
    if let Some(suite) = stale(run) {
        report.add_test_suite(suite);
    }
    report.to_string().map_err(io::Error::other)
}

fn test_case(folder: &Path, run: &RunRecord, case: &CaseRecord) -> TestCase {
    let mut test = TestCase::new(case.id.as_str(), status(run, case));
    let group = case.id.rsplit_once('/').map_or("", |(group, _)| group);
    test.set_classname(format!("{}.{}", case.iut, group.replace('/', ".")));
    test.time = case.duration.map(Duration::from_millis);
    test.add_property(("requirement", case.title.as_str()));
    for reference in &case.spec {
        test.add_property(("spec", reference.as_str()));
    }
    if !case.as_expected
        && let Ok(place) = case.place(folder)
        && let Ok(log) = log(&place.join("iut.log"))
    {
        test.set_system_out(log);
    }
    test
}

fn status(run: &RunRecord, case: &CaseRecord) -> TestCaseStatus {
    let mut status = match (case.as_expected, case.verdict) {
        (true, Verdict::Pass) => return TestCaseStatus::success(),
        (true, _) => TestCaseStatus::skipped(),
        (false, Verdict::Error) => TestCaseStatus::non_success(NonSuccessKind::Error),
        (false, _) => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let said = case.finding.as_ref().map(|finding| {
        let actual = finding.actual.first().map_or("", String::as_str);
        format!("expected {}; {actual}", finding.expected)
    });
    let message = match (&case.expected, said) {
        (Some(expected), _) if case.as_expected => format!("known: {}", expected.reason),
        (Some(expected), None) => {
            format!("{} was expected: {}", expected.verdict, expected.reason)
        }
        (_, said) => said.unwrap_or_else(|| case.verdict.to_string()),
    };
    status.set_message(message).set_type(case.verdict.as_str());
    let lines = block(case, None, &run.again);
    let lines = lines
        .iter()
        .map(|(name, text)| format!("{name:<12} {text}\n"));
    status.set_description(lines.collect::<String>());
    status
}

/// Expectations that fit nothing, as a suite of their own.
fn stale(run: &RunRecord) -> Option<TestSuite> {
    let mut suite = TestSuite::new("expectations");
    for words in &run.stale_expectations {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(words.as_str()).set_type("stale");
        let mut test = TestCase::new(words.as_str(), status);
        test.set_classname("expectations");
        suite.add_test_case(test);
    }
    (!suite.test_cases.is_empty()).then_some(suite)
}
