// SPDX-License-Identifier: MIT OR Apache-2.0
//! Collects what happens in a run into its record.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{CaseRecord, ImplementationRecord, RunRecord};
use crate::event::{CaseReport, RunSummary};

/// When set, a run has this time (seconds since 1970) and no duration: two runs give the same bytes.
const FIXED_TIME: &str = "SOURCE_DATE_EPOCH";

/// The record of a run that is under way.
#[derive(Debug)]
pub struct Recorder {
    record: RunRecord,
    timed: bool,
}

impl Recorder {
    /// A run begins now. `again` are the options, besides the seed, that decide what a case meets.
    #[must_use]
    pub fn new(seed: u64, implementations: Vec<ImplementationRecord>, again: Vec<String>) -> Self {
        let fixed = std::env::var(FIXED_TIME).ok();
        let fixed = fixed.and_then(|seconds| seconds.parse().ok());
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let started = fixed.map(Duration::from_secs).or_else(now);
        Self {
            record: RunRecord {
                harness: env!("CARGO_PKG_VERSION").to_owned(),
                seed,
                started: started.map(|since| rfc3339(since.as_secs())),
                duration: None,
                implementations,
                environment: environment(fixed.is_none()),
                again,
                cases: Vec::new(),
                stale_expectations: Vec::new(),
                not_run: 0,
            },
            timed: fixed.is_none(),
        }
    }

    /// A case has its verdict.
    pub fn add(&mut self, report: &CaseReport) {
        let mut case = CaseRecord::of(report);
        if !self.timed {
            case.duration = None;
        }
        self.record.cases.push(case);
    }

    /// The run is over.
    #[must_use]
    pub fn finish(mut self, summary: &RunSummary) -> RunRecord {
        self.record.stale_expectations.clone_from(&summary.stale);
        self.record.not_run = summary.not_run;
        let by_id = |case: &CaseRecord| (case.id.clone(), case.iut.clone());
        self.record.cases.sort_by_cached_key(by_id);
        if self.timed {
            let took = summary.duration.as_millis();
            self.record.duration = Some(u64::try_from(took).unwrap_or(u64::MAX));
        }
        self.record
    }
}

/// What may matter when two runs differ.
fn environment(whole: bool) -> BTreeMap<String, String> {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let command: Vec<String> = std::env::args().skip(1).collect();
    let of = |name: &str, value: String| (name.to_owned(), value);
    let mut rows = vec![
        of("operating system", std::env::consts::OS.to_owned()),
        of("kernel", kernel.trim().to_owned()),
        of("architecture", std::env::consts::ARCH.to_owned()),
        of("processors", processors.to_string()),
    ];
    if whole {
        rows.push(of("command", format!("harness {}", command.join(" "))));
        if std::env::var_os("CI").is_some() {
            rows.push(of("CI", "yes".to_owned()));
        }
    }
    rows.retain(|(_, value)| !value.is_empty());
    rows.into_iter().collect()
}

/// Seconds since 1970 as a date and a time of UTC.
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days since 1970 as a date; the year begins in March, so that the leap day is its last.
const fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let (month, later) = match from_march {
        0..10 => (from_march + 3, 0),
        _ => (from_march - 9, 1),
    };
    (era * 400 + year_of_era + later, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
