// SPDX-License-Identifier: MIT OR Apache-2.0
//! The report that a person reads: a line per case, a block per failure, a sum at the end.

use std::io::{self, Write};

use super::super::event::{CaseReport, Event, Listener};
use crate::case::Level;
use crate::verdict::{Finding, Verdict};

/// Writes for a person.
#[derive(Debug)]
pub struct Terminal<W> {
    out: W,
    /// The report folder, to point at.
    folder: Option<String>,
    /// Options that a run needs again to see the same, such as `--cases DIR`.
    options: Vec<String>,
}

impl<W: Write> Terminal<W> {
    /// Writes to `out`; failure blocks point into `folder`, and repeat `options` in the command
    /// that runs a case again.
    pub const fn new(out: W, folder: Option<String>, options: Vec<String>) -> Self {
        Self {
            out,
            folder,
            options,
        }
    }

    fn case(&mut self, report: &CaseReport) -> io::Result<()> {
        let verdict = report.outcome.verdict.as_str();
        writeln!(self.out, "{verdict:>12}  {} @ {}", report.id, report.iut)?;
        match &report.outcome.finding {
            Some(finding) if report.outcome.verdict == Verdict::Unsupported => {
                writeln!(self.out, "{:>14}{}", "", finding.actual.join("; "))
            }
            Some(finding) => self.block(report, finding),
            None => Ok(()),
        }
    }

    fn block(&mut self, report: &CaseReport, finding: &Finding) -> io::Result<()> {
        let level = match report.level {
            Level::Shall => "shall",
            Level::Should => "should",
            Level::May => "may",
        };
        let clause = report.spec.join(", ");
        self.line(
            "requirement",
            &format!("{} ({level}; {clause})", report.title),
        )?;
        if let Some(position) = finding.position {
            let place = format!(
                "{}:{}:{}",
                report.path.display(),
                position.line,
                position.column
            );
            self.line("step", &place)?;
        }
        self.line("expected", &finding.expected)?;
        for actual in &finding.actual {
            self.line("actual", actual)?;
        }
        if let Some(entry) = finding.at.and_then(|at| report.outcome.tape.get(at)) {
            let at = finding.at.map(|at| at.to_string()).unwrap_or_default();
            let (interface, request) = (entry.interface, &entry.request.name);
            let tape = format!("{at} {interface} {request} -> {}", entry.response_name());
            self.line("tape", &tape)?;
        }
        if let Some(iut) = &report.outcome.iut {
            self.line("iut", iut)?;
        }
        if let Some(folder) = &self.folder {
            let artefacts = format!("{folder}/{}", report.folder());
            self.line("artefacts", &artefacts)?;
        }
        let mut again = format!("harness run {} --seed {}", report.id, report.seed);
        for option in &self.options {
            again.push(' ');
            again.push_str(option);
        }
        self.line("again", &again)
    }

    fn line(&mut self, name: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:>14}{name:<12} {text}", "")
    }

    fn sum(&mut self, verdicts: &[Verdict]) -> io::Result<()> {
        let all = [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Inconclusive,
            Verdict::Error,
            Verdict::Unsupported,
        ];
        let counts: Vec<String> = all
            .into_iter()
            .map(|verdict| {
                (
                    verdicts.iter().filter(|it| **it == verdict).count(),
                    verdict,
                )
            })
            .filter(|(count, verdict)| *count > 0 || *verdict == Verdict::Pass)
            .map(|(count, verdict)| format!("{count} {verdict}"))
            .collect();
        writeln!(
            self.out,
            "\n{}: {}",
            count(verdicts.len()),
            counts.join(", ")
        )
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
            Event::RunStarted { cases, seed } => {
                writeln!(self.out, "{}, seed {seed}\n", count(*cases))
            }
            Event::CaseStarted { .. } => Ok(()),
            Event::CaseEnded(report) => self.case(report),
            Event::RunEnded(verdicts) => self.sum(verdicts),
        }
    }
}
