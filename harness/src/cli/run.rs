// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness run`.

use std::io::{self, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Cases, Failure, Format, complain, run_options};
use crate::case::{Case, Suite};
use crate::collect::{Found, cases_folder, collect};
use crate::event::{Event, Listener, RunSummary};
use crate::record::Recorder;
use crate::redact::Redactor;
use crate::report::html::Baseline;
use crate::report::{Folder, Json, Terminal};
use crate::schedule::{Implementation, Job, Schedule, Stop};
use crate::select::{Filters, Partition, belongs};
use crate::verdict::{exit, exit_code};

pub(super) mod under_test;

/// Arguments of `harness run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Run only these cases: a whole id, a part of ids, or a pattern with `*`
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Leave out these cases, in the same words
    #[arg(long, value_name = "FILTER")]
    skip: Vec<String>,
    /// Run a part of all cases
    #[arg(long, value_enum, default_value_t)]
    suite: SuiteName,
    /// Run the K-th of N shares of the selected cases
    #[arg(long, value_name = "K/N")]
    partition: Option<Partition>,
    #[command(flatten)]
    under_test: under_test::UnderTestArgs,
    /// How many cases run at the same time [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Seconds that a step of a case may take [default: 20, or what the IUT's file says]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Begin no case after one that came to a verdict that is not expected
    #[arg(long)]
    fail_fast: bool,
    /// Seed of all keys and randomness
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// Write the report into DIR: index.html, junit.xml, run.json and a folder per case
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Show in the report what changed since the run whose report is in DIR
    #[arg(long, value_name = "DIR", requires = "report")]
    baseline: Option<PathBuf>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Take CI and server certificates from DIR, in SGP.26 file naming
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    #[command(flatten)]
    cases: Cases,
}

/// A part of all cases.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum SuiteName {
    /// Seconds: does it work at all
    Smoke,
    /// What every product has to get right; the smoke suite is part of it
    Core,
    /// Every case
    #[default]
    Full,
}

impl SuiteName {
    pub(super) const fn suite(self) -> Option<Suite> {
        match self {
            Self::Smoke => Some(Suite::Smoke),
            Self::Core => Some(Suite::Core),
            Self::Full => None,
        }
    }
}

/// A number of seconds; fractions are fine.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || format!("expected a number of seconds above 0, got {text:?}");
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
    if duration.is_zero() {
        Err(wrong())
    } else {
        Ok(duration)
    }
}

impl RunArgs {
    /// The options, besides the seed, that decide what a case meets.
    pub(super) fn again(&self) -> Vec<String> {
        let folders = [("--cases", &self.cases.cases), ("--pki", &self.pki)];
        let folders = folders
            .into_iter()
            .filter_map(|(name, folder)| Some((name, folder.as_ref()?)));
        let mut options: Vec<String> = folders.map(|(name, path)| option(name, path)).collect();
        options.extend(self.under_test.again());
        if let Some(timeout) = self.timeout {
            options.push(format!("--timeout {}", timeout.as_secs_f64()));
        }
        options
    }

    /// No case is left after every selection of the command line.
    fn nothing(&self, root: &Path, implementations: &[Implementation]) -> Failure {
        let mut selected = Vec::new();
        if !self.filters.is_empty() {
            selected.push(format!("like {}", self.filters.join(", ")));
        }
        if !self.skip.is_empty() {
            selected.push(format!("not like {}", self.skip.join(", ")));
        }
        if let Some(suite) = self
            .suite
            .to_possible_value()
            .filter(|_| self.suite.suite().is_some())
        {
            selected.push(format!("in the {} suite", suite.get_name()));
        }
        if let Some(share) = self.partition {
            selected.push(format!("in share {share}"));
        }
        if !self.under_test.is_built_in() {
            let names = implementations
                .iter()
                .map(|of| format!("{} {}", of.role, of.name));
            selected.push(format!("for {}", names.collect::<Vec<_>>().join(", ")));
        }
        Failure {
            code: exit::NOTHING_SELECTED,
            message: format!(
                "{}: expected a case {}, found none",
                root.display(),
                selected.join(", ")
            ),
        }
    }
}

/// An option and its value as a shell reads them.
fn option(name: &str, path: &Path) -> String {
    format!("{name} {}", quoted(&path.to_string_lossy()))
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:=@,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

pub(super) fn execute(args: &RunArgs) -> Result<u8, Failure> {
    let schedule = schedule(args)?;
    let stop = Stop::default();
    listen_for_signals(&stop)?;
    under_test::first_contact(&schedule, &stop)?;
    let listeners = listeners(args)?;
    let summary = run(&schedule, &stop, args.seed, args.again(), listeners)?;
    Ok(exit_code(&summary))
}

/// Runs everything and tells everybody about it.
pub(super) fn run(
    schedule: &Schedule,
    stop: &Stop,
    seed: u64,
    again: Vec<String>,
    mut listeners: Vec<Box<dyn Listener>>,
) -> Result<RunSummary, Failure> {
    let implementations: Vec<_> = schedule
        .implementations
        .iter()
        .map(under_test::record)
        .collect();
    let started = Event::RunStarted {
        cases: schedule.jobs.len(),
        seed,
        implementations: &implementations,
    };
    tell(&mut listeners, &started).map_err(Failure::harness)?;
    let mut recorder = Recorder::new(seed, implementations.clone(), again);
    let mut listen = |event: &Event<'_>| {
        if let Event::CaseEnded(report) = event {
            recorder.add(report);
        }
        tell(&mut listeners, event)
    };
    let summary = schedule.run(stop, &mut listen).map_err(Failure::harness)?;
    let record = recorder.finish(&summary);
    let ended = Event::RunEnded {
        summary: &summary,
        record: &record,
    };
    tell(&mut listeners, &ended).map_err(Failure::harness)?;
    Ok(summary)
}

/// What has to be run.
pub(super) fn schedule(args: &RunArgs) -> Result<Schedule, Failure> {
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let mut options = run_options(args.seed, args.pki.as_deref(), &root)?;
    if let Some(timeout) = args.timeout {
        options.timeout = timeout;
    }
    let implementations = args.under_test.implementations(&options, args.timeout)?;
    let unused = unused(&implementations, &found);
    let redactor = Redactor::of(&options.pki, &options.fixtures).map_err(Failure::input)?;
    let cases = selected_cases(args, found, &implementations)?;
    let mut jobs = Vec::new();
    for case in cases {
        for (index, of) in implementations.iter().enumerate() {
            if of.role == case.file.iut {
                let case = case.clone();
                jobs.push(Job {
                    case,
                    implementation: index,
                });
            }
        }
    }
    if jobs.is_empty() {
        return Err(args.nothing(&root, &implementations));
    }
    Ok(Schedule {
        implementations,
        jobs,
        workers: args.jobs.map_or_else(cores, usize::from),
        fail_fast: args.fail_fast,
        redactor: Some(Arc::new(redactor)),
        unused,
    })
}

/// As many cases at a time as there are cores.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The expectations that fit no case, whether it is selected or not.
fn unused(implementations: &[Implementation], found: &[Found]) -> Vec<String> {
    let mut unused = Vec::new();
    for of in implementations {
        let ids = found.iter().filter_map(|found| {
            let case = found.case.as_ref().ok()?;
            (case.file.iut == of.role).then_some(found.id.as_str())
        });
        unused.extend(of.expectations.unused(ids));
    }
    unused
}

/// The cases for the implementations that the command line selects. A selected file that is no
/// case ends the run before it begins.
fn selected_cases(
    args: &RunArgs,
    found: Vec<Found>,
    implementations: &[Implementation],
) -> Result<Vec<Arc<Case>>, Failure> {
    let ids = found.iter().map(|found| found.id.as_str());
    let filters = Filters::new(&args.filters, &args.skip, ids);
    let mut cases = Vec::new();
    for found in found.into_iter().filter(|found| filters.select(&found.id)) {
        let case = found.case.map_err(Failure::input)?;
        let has_role = |of: &Implementation| of.role == case.file.iut;
        if implementations.iter().any(has_role) && belongs(&case, args.suite.suite()) {
            cases.push(Arc::new(case));
        }
    }
    let mut index = 0;
    cases.retain(|_| {
        index += 1;
        args.partition.is_none_or(|share| share.has(index - 1))
    });
    Ok(cases)
}

pub(super) fn listeners(args: &RunArgs) -> Result<Vec<Box<dyn Listener>>, Failure> {
    let baseline = args.baseline.as_deref().map(Baseline::load).transpose();
    let baseline = baseline.map_err(Failure::input)?;
    Ok(tellers(
        args.report.as_deref(),
        baseline,
        args.format,
        args.again(),
    ))
}

/// Who writes the report and tells on standard output.
pub(super) fn tellers(
    report: Option<&Path>,
    baseline: Option<Baseline>,
    format: Format,
    again: Vec<String>,
) -> Vec<Box<dyn Listener>> {
    let mut listeners: Vec<Box<dyn Listener>> = Vec::new();
    if let Some(folder) = report {
        listeners.push(Box::new(Folder::new(folder.to_owned(), baseline)));
    }
    let folder = report.map(|folder| folder.display().to_string());
    listeners.push(match format {
        Format::Text => Box::new(Terminal::stdout(folder, again)),
        Format::Json => Box::new(Json::new(stdout())),
    });
    listeners
}

fn tell(listeners: &mut [Box<dyn Listener>], event: &Event<'_>) -> io::Result<()> {
    listeners
        .iter_mut()
        .try_for_each(|listener| listener.event(event))
}

/// The first SIGINT or SIGTERM ends the run in order: programs under test are stopped and what is
/// done is reported. The second one ends the harness.
pub(super) fn listen_for_signals(stop: &Stop) -> Result<(), Failure> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals =
        signal_hook::iterator::Signals::new([SIGINT, SIGTERM]).map_err(Failure::harness)?;
    let stop = stop.clone();
    std::thread::spawn(move || {
        for _ in &mut signals {
            if stop.is_requested() {
                std::process::exit(i32::from(exit::INTERRUPTED));
            }
            complain("harness: interrupted; once more to leave at once");
            stop.request();
        }
    });
    Ok(())
}
