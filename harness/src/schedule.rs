// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many cases at the same time, told in the order of their ids.
//!
//! Each case runs on a runtime of its own: what it leaves behind ends with it, and a case that
//! breaks down is an error of that case and of no other. An implementation never runs more cases at
//! a time than it allows; one that holds a reader runs them one after the other.

mod limit;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::case::{Case, RoleName};
use crate::event::{CaseReport, Event, RunSummary, SetAside};
use crate::expect::Expectations;
use crate::invariant::RuleName;
use crate::redact::Redactor;
use crate::run::{Outcome, RunOptions, run_case};
use crate::verdict::{Fault, Finding};

/// An implementation under test.
#[derive(Clone)]
pub struct Implementation {
    /// Its name in reports and snapshots.
    pub name: String,
    /// What it is.
    pub role: RoleName,
    /// What its cases are run with.
    pub options: RunOptions,
    /// How many cases it can run at the same time.
    pub parallel: usize,
    /// What is known about it.
    pub expectations: Expectations,
}

impl Implementation {
    /// The rules that do not decide for it.
    #[must_use]
    pub fn set_aside(&self) -> Vec<RuleName> {
        let expected = self.expectations.set_aside().map(|(rule, _)| rule);
        let all: BTreeSet<RuleName> = expected.chain(self.options.set_aside.clone()).collect();
        all.into_iter().collect()
    }
}

/// One case to run with one implementation.
#[derive(Clone)]
pub struct Job {
    /// The case.
    pub case: Arc<Case>,
    /// The place of the implementation in the schedule's list.
    pub implementation: usize,
}

/// Asks a run to end early; clones ask the same run.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Ends the run: no case begins any more, those that run are given up.
    pub fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether the run has to end.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the run has to end.
    pub async fn requested(&self) {
        // the sender is held here, so the channel is never closed
        drop(self.0.subscribe().wait_for(|asked| *asked).await);
    }
}

/// What has to be run, and how.
#[derive(Clone)]
pub struct Schedule {
    /// The implementations under test.
    pub implementations: Vec<Implementation>,
    /// The cases in the order in which they are reported.
    pub jobs: Vec<Job>,
    /// How many cases run at the same time, of all implementations together.
    pub workers: usize,
    /// Whether no case begins after one that came to a verdict that nobody expects.
    pub fail_fast: bool,
    /// Makes the text of snapshots.
    pub redactor: Option<Arc<Redactor>>,
    /// Expectations that fit no case, in words.
    pub unused: Vec<String>,
}

/// What a worker tells.
enum News {
    Started(usize),
    Ended(usize, Box<CaseReport>),
}

/// No case begins so many places behind the first one that has not been told: what a case leaves
/// (tape, output, capture) is kept until its turn comes. With many workers it is twice as many.
const AHEAD: usize = 64;

/// Who runs what at the moment.
struct State {
    waiting: Vec<usize>,
    /// How many cases, from the first on, have been told.
    told: usize,
    /// Per implementation, which of its places are taken.
    places: Vec<Vec<bool>>,
    closed: bool,
}

struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

/// How one case is run: [`run_case`], except in tests of the schedule.
type Runner<'a> = &'a (dyn Fn(&Case, &RunOptions) -> Option<Outcome> + Sync);

impl Schedule {
    /// Runs everything and tells `listen` about each case. Cases begin and are judged in any order;
    /// they end in theirs.
    ///
    /// # Errors
    /// What `listen` says; then the run is given up.
    pub fn run(
        &self,
        stop: &Stop,
        listen: &mut dyn FnMut(&Event<'_>) -> io::Result<()>,
    ) -> io::Result<RunSummary> {
        self.run_with(stop, &|case, options| alone(case, options, stop), listen)
    }

    fn run_with(
        &self,
        stop: &Stop,
        runner: Runner<'_>,
        listen: &mut dyn FnMut(&Event<'_>) -> io::Result<()>,
    ) -> io::Result<RunSummary> {
        let begun = Instant::now();
        let board = Board::new(self);
        let mut summary = RunSummary {
            stale: self.unused.clone(),
            set_aside: self.set_aside(),
            ..RunSummary::default()
        };
        let told = std::thread::scope(|scope| {
            let (sender, news) = mpsc::channel();
            for _ in 0..self.workers.clamp(1, self.jobs.len().max(1)) {
                let (sender, board) = (sender.clone(), &board);
                scope.spawn(move || self.work(board, stop, runner, &sender));
            }
            drop(sender);
            let told = self.tell(&news, &board, &mut summary, listen);
            if told.is_err() {
                stop.request();
            }
            board.close();
            told
        });
        told?;
        summary.not_run = self.jobs.len() - summary.verdicts.len();
        summary.stopped = stop.is_requested();
        summary.duration = begun.elapsed();
        Ok(summary)
    }

    /// Passes on what workers tell, the ends of cases in their order.
    fn tell(
        &self,
        news: &Receiver<News>,
        board: &Board,
        summary: &mut RunSummary,
        listen: &mut dyn FnMut(&Event<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut early: BTreeMap<usize, Box<CaseReport>> = BTreeMap::new();
        let mut next = 0;
        for piece in news {
            match piece {
                News::Started(index) => {
                    if let Some((case, of)) = self.job(index) {
                        let (id, iut) = (&case.id, &of.name);
                        listen(&Event::CaseStarted { id, iut })?;
                    }
                }
                News::Ended(index, report) => {
                    listen(&Event::CaseJudged(&report))?;
                    if self.fail_fast && !report.as_expected {
                        board.close();
                    }
                    early.insert(index, report);
                }
            }
            while let Some(report) = early.remove(&next) {
                self.end(&report, summary, listen)?;
                next += 1;
                board.told(next);
            }
        }
        // behind a case that was never begun
        for report in early.values() {
            self.end(report, summary, listen)?;
        }
        Ok(())
    }

    fn end(
        &self,
        report: &CaseReport,
        summary: &mut RunSummary,
        listen: &mut dyn FnMut(&Event<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let of = self
            .implementations
            .iter()
            .find(|implementation| implementation.name == report.iut);
        let stale = of.and_then(|of| of.expectations.contradicted(report));
        summary.stale.extend(stale);
        for aside in &mut summary.set_aside {
            let broken = aside.iut == report.iut && report.outcome.set_aside.contains(&aside.rule);
            aside.cases += usize::from(broken);
        }
        summary.verdicts.push(report.outcome.verdict);
        summary.unexpected += usize::from(!report.as_expected);
        listen(&Event::CaseEnded(report))
    }

    /// What the expectations set aside, before anything has run.
    fn set_aside(&self) -> Vec<SetAside> {
        let all = self.implementations.iter().flat_map(|of| {
            let rules = of.expectations.set_aside();
            rules.map(|(rule, reason)| SetAside {
                iut: of.name.clone(),
                rule,
                reason: reason.to_owned(),
                cases: 0,
            })
        });
        all.collect()
    }

    fn work(&self, board: &Board, stop: &Stop, runner: Runner<'_>, news: &Sender<News>) {
        while let Some((index, place)) = board.take(self, stop) {
            let Some((case, of)) = self.job(index) else {
                break;
            };
            // when nobody listens any more, the run is being given up
            let told = news.send(News::Started(index));
            let options = RunOptions {
                slot: place,
                set_aside: of.set_aside(),
                ..of.options.clone()
            };
            let begun = Instant::now();
            let outcome = runner(case, &options);
            let took = begun.elapsed();
            board.give_back(self, index, place);
            let Some(outcome) = outcome else { break };
            let report = self.report(case, of, outcome, took);
            if told.is_err() || news.send(News::Ended(index, Box::new(report))).is_err() {
                break;
            }
        }
    }

    fn report(
        &self,
        case: &Case,
        of: &Implementation,
        outcome: Outcome,
        took: Duration,
    ) -> CaseReport {
        let mut report = CaseReport::new(case, &of.name, of.options.seed, outcome);
        report.duration = took;
        let redactor = self.redactor.as_ref();
        report.snapshot = redactor.map(|redactor| redactor.text(&report.outcome.tape));
        of.expectations.judge(&mut report);
        report
    }

    fn job(&self, index: usize) -> Option<(&Case, &Implementation)> {
        let job = self.jobs.get(index)?;
        let of = self.implementations.get(job.implementation)?;
        Some((&job.case, of))
    }
}

impl Board {
    fn new(schedule: &Schedule) -> Self {
        let places = schedule
            .implementations
            .iter()
            .map(|of| vec![false; of.parallel.clamp(1, schedule.workers.max(1))]);
        Self {
            state: Mutex::new(State {
                waiting: (0..schedule.jobs.len()).collect(),
                told: 0,
                places: places.collect(),
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No case begins any more.
    fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// So many cases have been told: others may begin.
    fn told(&self, count: usize) {
        self.state().told = count;
        self.changed.notify_all();
    }

    /// The next case whose implementation has a place for it, and that place.
    fn take(&self, schedule: &Schedule, stop: &Stop) -> Option<(usize, usize)> {
        let mut state = self.state();
        loop {
            if state.closed || stop.is_requested() || state.waiting.is_empty() {
                return None;
            }
            if let Some(taken) = state.take(schedule) {
                return Some(taken);
            }
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, schedule: &Schedule, index: usize, place: usize) {
        let of = schedule.jobs.get(index).map(|job| job.implementation);
        let mut state = self.state();
        let places = of.and_then(|of| state.places.get_mut(of));
        if let Some(taken) = places.and_then(|places| places.get_mut(place)) {
            *taken = false;
        }
        drop(state);
        self.changed.notify_all();
    }
}

impl State {
    fn take(&mut self, schedule: &Schedule) -> Option<(usize, usize)> {
        let end = self
            .told
            .saturating_add(AHEAD.max(schedule.workers.saturating_mul(2)));
        let near = self.waiting.iter().copied().enumerate();
        for (at, index) in near.take_while(|(_, index)| *index < end) {
            let of = schedule.jobs.get(index)?.implementation;
            let places = self.places.get_mut(of)?;
            if let Some(place) = places.iter().position(|taken| !taken) {
                if let Some(taken) = places.get_mut(place) {
                    *taken = true;
                }
                self.waiting.remove(at);
                return Some((index, place));
            }
        }
        None
    }
}

/// Runs one case on a runtime of its own; nothing when the run was stopped meanwhile.
#[must_use]
pub fn alone(case: &Case, options: &RunOptions, stop: &Stop) -> Option<Outcome> {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Some(broken(&format!("no runtime: {error}"))),
    };
    let limit = limit::of(case, options);
    let work = async {
        tokio::select! {
            outcome = tokio::time::timeout(limit, Box::pin(run_case(case, options))) => {
                Some(outcome.unwrap_or_else(|_| {
                    broken(&format!("it did not end within {} s", limit.as_secs()))
                }))
            }
            () = stop.requested() => None,
        }
    };
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(work)));
    runtime.shutdown_timeout(Duration::from_secs(2));
    ended.unwrap_or_else(|panic| Some(broken(&format!("it broke down: {}", words(&*panic)))))
}

fn broken(actual: &str) -> Outcome {
    Outcome::without_run(Finding::new(
        Fault::Harness,
        "a case that ends by itself",
        actual,
    ))
}

fn words(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text.clone(),
        (_, Some(text)) => (*text).to_owned(),
        _ => "it says no more".to_owned(),
    }
}

#[cfg(test)]
mod tests;
