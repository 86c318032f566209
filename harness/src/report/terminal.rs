// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report that a person reads: a line per case, a block per failure, a sum at the end.
//!
//! On a terminal the lines come as soon as a case is judged, above a progress bar. Elsewhere they
//! come in the order of the ids, so that two runs can be compared.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Stdout, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::block::block;
use super::pipe::Pipe;
use crate::event::{CaseReport, Event, Listener, RunSummary, SetAside};
use crate::record::CaseRecord;
use crate::verdict::Verdict;

/// Writes for a person.
#[derive(Debug)]
pub struct Terminal<W> {
    out: Pipe<W>,
    /// The report folder, to point at.
    folder: Option<String>,
    /// Options that a run needs again to see the same, such as `--cases DIR`.
    options: Vec<String>,
    colours: bool,
    bar: Option<Progress>,
}

/// The bar below the lines.
#[derive(Debug)]
struct Progress {
    bar: ProgressBar,
    /// What runs at the moment.
    running: Vec<String>,
    unexpected: usize,
}

impl Terminal<Stdout> {
    /// Writes to standard output: with colours and a bar when a person watches.
    #[must_use]
    pub fn stdout(folder: Option<String>, options: Vec<String>) -> Self {
        let out = io::stdout();
        let watched = out.is_terminal();
        let mut terminal = Self::new(out, folder, options);
        let wanted = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
        terminal.colours = watched && wanted("NO_COLOR");
        if watched && io::stderr().is_terminal() && wanted("CI") {
            terminal.bar = Some(Progress::new());
        }
        terminal
    }
}

impl<W: Write> Terminal<W> {
    /// Writes to `out`, in order and without colours; failure blocks point into `folder`, and
    /// repeat `options` in the command that runs a case again.
    pub const fn new(out: W, folder: Option<String>, options: Vec<String>) -> Self {
        Self {
            out: Pipe::new(out),
            folder,
            options,
            colours: false,
            bar: None,
        }
    }

    /// Writes above the bar, if there is one.
    fn write(&mut self, text: &str) -> io::Result<()> {
        let Self { out, bar, .. } = self;
        let mut write = || {
            out.write_all(text.as_bytes())?;
            out.flush()
        };
        match bar {
            Some(progress) => progress.bar.suspend(write),
            None => write(),
        }
    }

    fn case(&mut self, report: &CaseReport) -> io::Result<()> {
        let case = CaseRecord::of(report);
        let mut text = self.painted(&format!("{:>12}", case.verdict.as_str()), &case);
        // writing to a String cannot fail
        let _ = writeln!(text, "  {} @ {}", case.id, case.iut);
        match (&case.finding, &case.expected) {
            (_, Some(expected)) if case.as_expected => {
                let _ = writeln!(text, "{:>14}known: {}", "", expected.reason);
            }
            (Some(finding), _) if case.as_expected => {
                let _ = writeln!(text, "{:>14}{}", "", finding.actual.join("; "));
            }
            (None, _) if case.as_expected => {}
            _ => {
                for (name, words) in block(&case, self.folder.as_deref(), &self.options) {
                    let words = words.replace('\n', "\n                            ");
                    let _ = writeln!(text, "{:>14}{name:<12} {words}", "");
                }
            }
        }
        self.write(&text)
    }

    fn painted(&self, words: &str, case: &CaseRecord) -> String {
        if !self.colours {
            return words.to_owned();
        }
        let colour = match case.verdict {
            Verdict::Pass => 32,
            _ if case.as_expected => 2,
            Verdict::Fail => 31,
            Verdict::Inconclusive => 33,
            Verdict::Unsupported => 2,
            Verdict::Error => 35,
        };
        format!("\x1b[1;{colour}m{words}\x1b[0m")
    }

    fn sum(&mut self, summary: &RunSummary) -> io::Result<()> {
        let verdicts = &summary.verdicts;
        let mut text = String::new();
        for SetAside {
            iut,
            rule,
            reason,
            cases,
        } in &summary.set_aside
        {
            let rule = rule.row().text;
            let cases = match cases {
                1 => "1 case".to_owned(),
                many => format!("{many} cases"),
            };
            let _ = writeln!(
                text,
                "set aside  {rule} of {iut} ({reason}): broken in {cases}"
            );
        }
        for stale in &summary.stale {
            let _ = writeln!(text, "expectation  {stale}");
        }
        let all = [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Inconclusive,
            Verdict::Error,
            Verdict::Unsupported,
        ];
        let number = |verdict| verdicts.iter().filter(|it| **it == verdict).count();
        let counts: Vec<String> = all
            .into_iter()
            .map(|verdict| (number(verdict), verdict))
            .filter(|(count, verdict)| *count > 0 || *verdict == Verdict::Pass)
            .map(|(count, verdict)| format!("{count} {verdict}"))
            .collect();
        let _ = writeln!(text, "\n{}: {}", count(verdicts.len()), counts.join(", "));
        if summary.not_run > 0 {
            let _ = writeln!(text, "{} not run", count(summary.not_run));
        }
        if let Some(folder) = &self.folder {
            let _ = writeln!(text, "report: {folder}/index.html");
        }
        self.write(&text)
    }
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            running: Vec::new(),
            unexpected: 0,
        }
    }

    fn started(&mut self, id: &str) {
        self.running.push(id.to_owned());
        self.show();
    }

    fn judged(&mut self, report: &CaseReport) {
        if let Some(at) = self.running.iter().position(|id| *id == report.id) {
            self.running.remove(at);
        }
        self.unexpected += usize::from(!report.as_expected);
        self.bar.inc(1);
        self.show();
    }

    fn show(&self) {
        let unexpected = match self.unexpected {
            0 => String::new(),
            some => format!("[{some} not as expected] "),
        };
        let running = self.running.join(", ");
        self.bar.set_message(format!("{unexpected}{running}"));
    }
}

fn count(cases: usize) -> String {
    match cases {
        1 => "1 case".to_owned(),
        more => format!("{more} cases"),
    }
}

impl<W: Write> Listener for Terminal<W> {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::RunStarted { cases, seed, .. } => {
                if let Some(progress) = &self.bar {
                    progress.bar.set_length(u64::try_from(*cases).unwrap_or(0));
                }
                self.write(&format!("{}, seed {seed}\n\n", count(*cases)))
            }
            Event::CaseStarted { id, .. } => {
                if let Some(progress) = &mut self.bar {
                    progress.started(id);
                }
                Ok(())
            }
            Event::CaseJudged(report) => match &mut self.bar {
                Some(progress) => {
                    progress.judged(report);
                    self.case(report)
                }
                None => Ok(()),
            },
            Event::CaseEnded(_) if self.bar.is_some() => Ok(()),
            Event::CaseEnded(report) => self.case(report),
            Event::RunEnded { summary, .. } => {
                if let Some(progress) = self.bar.take() {
                    progress.bar.finish_and_clear();
                }
                self.sum(summary)
            }
        }
    }
}
