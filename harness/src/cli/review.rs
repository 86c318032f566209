// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness review`.

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::diff::{show, snapshot as kept};
use super::{Cases, Failure, complain, say};
use crate::case::Case;
use crate::collect::{cases_folder, collect};
use crate::difference::differences;
use crate::record::{CaseRecord, RunRecord};
use crate::select::Filters;
use crate::snapshot::{self, Shelf};
use crate::verdict::{Verdict, exit};

/// Compares the traffic of a run with the accepted snapshots, and accepts or rejects what is new.
///
/// On a terminal it asks case by case; elsewhere, and with --check, it only tells. Exit code 0 when
/// all traffic is as accepted, 1 when some is not.
#[derive(Debug, Args)]
pub(super) struct ReviewArgs {
    /// Report folder of the run (`harness run --report DIR`)
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Review only these cases: a whole id, a part of ids, or a pattern with `*`
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Accept everything that is selected
    #[arg(long, group = "answer")]
    accept: bool,
    /// Reject everything that is selected: it is not asked for again
    #[arg(long, group = "answer")]
    reject: bool,
    /// Only tell what differs
    #[arg(long, group = "answer")]
    check: bool,
    /// Delete snapshots that belong to no case
    #[arg(long)]
    delete_unreferenced: bool,
    /// Keep snapshots below DIR, not beside the cases
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    #[command(flatten)]
    cases: Cases,
}

/// What somebody says about new traffic.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

/// Traffic that is not as it was accepted.
struct Pending<'a> {
    record: &'a CaseRecord,
    /// Where the accepted one is, or has to be.
    path: PathBuf,
    /// The accepted one.
    accepted: Option<String>,
    came: String,
    /// The file that remembers that it was rejected.
    rejected: PathBuf,
}

impl Pending<'_> {
    fn is_rejected(&self) -> bool {
        let text = std::fs::read_to_string(&self.rejected).ok();
        text.is_some_and(|text| snapshot::same(&text, &self.came))
    }

    fn tell(&self) {
        let CaseRecord { id, iut, title, .. } = self.record;
        say(format_args!("\n{id} @ {iut}\n  {title}"));
        match &self.accepted {
            None => say(format_args!(
                "  no snapshot yet; {} exchanges came",
                crate::difference::exchanges(&self.came).len()
            )),
            Some(accepted) => show(&differences(accepted, &self.came), usize::MAX),
        }
    }

    fn settle(&self, answer: Answer) -> Result<(), Failure> {
        let at = |path: &PathBuf, error| Failure::harness(format!("{}: {error}", path.display()));
        match answer {
            Answer::Accept => {
                snapshot::write(&self.path, &self.record.title, &self.came)
                    .map_err(|error| at(&self.path, error))?;
                match std::fs::remove_file(&self.rejected) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        Err(at(&self.rejected, error))
                    }
                    _ => Ok(()),
                }
            }
            Answer::Reject => std::fs::write(&self.rejected, &self.came)
                .map_err(|error| at(&self.rejected, error)),
            Answer::Skip | Answer::Quit => Ok(()),
        }
    }
}

pub(super) fn execute(args: &ReviewArgs) -> Result<u8, Failure> {
    let run = RunRecord::load(&args.run).map_err(Failure::input)?;
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let cases: Vec<Arc<Case>> = found
        .into_iter()
        .filter_map(|found| found.case.ok().map(Arc::new))
        .collect();
    let shelf = match &args.snapshots {
        Some(folder) => Shelf::Folder(folder.clone()),
        None => Shelf::BesideCases(root),
    };
    let (pending, left_out, compared) = pending(args, &run, &cases, &shelf)?;
    let mut counts = Counts {
        compared,
        left_out,
        ..Counts::default()
    };
    decide(args, &pending, &mut counts)?;
    let strays = strays(args, &run, &cases, &shelf)?;
    counts.tell();
    Ok(if counts.open() == 0 && strays == 0 {
        exit::AS_EXPECTED
    } else {
        exit::UNEXPECTED
    })
}

#[derive(Default)]
struct Counts {
    compared: usize,
    left_out: usize,
    accepted: usize,
    rejected: usize,
    undecided: usize,
}

impl Counts {
    const fn open(&self) -> usize {
        self.rejected + self.undecided
    }

    fn tell(&self) {
        let as_accepted = self
            .compared
            .saturating_sub(self.accepted + self.rejected + self.undecided);
        let mut parts = vec![format!("{as_accepted} as accepted before")];
        for (count, words) in [
            (self.accepted, "accepted now"),
            (self.rejected, "rejected"),
            (self.undecided, "to be reviewed"),
            (
                self.left_out,
                "left out: their verdict is not the expected one",
            ),
        ] {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        say(format_args!(
            "{} cases: {}",
            self.compared + self.left_out,
            parts.join(", ")
        ));
    }
}

/// What differs from its snapshot, how many cases have no traffic to be proud of, and how many were
/// compared.
fn pending<'a>(
    args: &ReviewArgs,
    run: &'a RunRecord,
    cases: &[Arc<Case>],
    shelf: &Shelf,
) -> Result<(Vec<Pending<'a>>, usize, usize), Failure> {
    let filters = Filters::new(
        &args.filters,
        &[],
        run.cases.iter().map(|record| record.id.as_str()),
    );
    let (mut pending, mut left_out, mut compared) = (Vec::new(), 0, 0);
    for record in run.cases.iter().filter(|record| filters.select(&record.id)) {
        let Some(case) = cases.iter().find(|case| case.id == record.id) else {
            return Err(Failure::input(format_args!(
                "{}: the case {} of the run is not among the cases any more",
                args.run.display(),
                record.id
            )));
        };
        if record.verdict == Verdict::Unsupported || case.file.varies.is_some() {
            continue;
        }
        if !record.as_expected {
            left_out += 1;
            continue;
        }
        compared += 1;
        let path = shelf.path(case, &record.iut);
        let accepted = snapshot::read(&path)
            .map_err(|error| Failure::input(format_args!("{}: {error}", path.display())))?;
        let came = kept(&args.run, record)?;
        if accepted
            .as_ref()
            .is_some_and(|text| snapshot::same(text, &came))
        {
            continue;
        }
        let place = record.place(&args.run).map_err(Failure::input)?;
        pending.push(Pending {
            record,
            path,
            accepted,
            came,
            rejected: place.join("rejected.txt"),
        });
    }
    if compared + left_out == 0 {
        return Err(Failure::nothing(&args.run, &args.filters));
    }
    Ok((pending, left_out, compared))
}

fn decide(args: &ReviewArgs, pending: &[Pending<'_>], counts: &mut Counts) -> Result<(), Failure> {
    let asks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut input = std::io::stdin().lock();
    let mut quit = false;
    for (index, one) in pending.iter().enumerate() {
        let answer = match (args.accept, args.reject) {
            (true, _) => Answer::Accept,
            (_, true) => Answer::Reject,
            _ if one.is_rejected() => Answer::Reject,
            _ if quit => Answer::Quit,
            _ => {
                one.tell();
                if asks && !args.check {
                    ask(&mut input, &mut std::io::stdout(), index + 1, pending.len())?
                } else {
                    Answer::Skip
                }
            }
        };
        quit |= answer == Answer::Quit;
        one.settle(answer)?;
        match answer {
            Answer::Accept => counts.accepted += 1,
            Answer::Reject => counts.rejected += 1,
            Answer::Skip | Answer::Quit => counts.undecided += 1,
        }
    }
    Ok(())
}

fn ask(
    input: &mut impl BufRead,
    out: &mut impl Write,
    number: usize,
    of: usize,
) -> Result<Answer, Failure> {
    loop {
        let asked = write!(
            out,
            "({number} of {of}) [a]ccept, [r]eject, [s]kip, [q]uit? "
        );
        asked.and_then(|()| out.flush()).map_err(Failure::harness)?;
        let mut line = String::new();
        let length = input.read_line(&mut line).map_err(Failure::harness)?;
        match line.trim() {
            _ if length == 0 => return Ok(Answer::Quit),
            "a" | "accept" => return Ok(Answer::Accept),
            "r" | "reject" => return Ok(Answer::Reject),
            "s" | "skip" | "" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => (),
        }
    }
}

/// Snapshots of the run's implementations that belong to no case; how many are left.
fn strays(
    args: &ReviewArgs,
    run: &RunRecord,
    cases: &[Arc<Case>],
    shelf: &Shelf,
) -> Result<usize, Failure> {
    let cases: Vec<&Case> = cases.iter().map(Arc::as_ref).collect();
    let iuts: Vec<&str> = run
        .implementations
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let strays = shelf.unreferenced(&cases, &iuts).map_err(Failure::input)?;
    let mut left = 0;
    for path in strays {
        if args.delete_unreferenced {
            std::fs::remove_file(&path)
                .map_err(|error| Failure::harness(format_args!("{}: {error}", path.display())))?;
            say(format_args!("{}: deleted", path.display()));
        } else {
            left += 1;
            complain(format_args!(
                "{}: no case has this snapshot (--delete-unreferenced deletes it)",
                path.display()
            ));
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_letters_or_words() {
        for (typed, answer) in [
            ("a\n", Answer::Accept),
            ("what\nreject\n", Answer::Reject),
            ("\n", Answer::Skip),
            ("q\n", Answer::Quit),
            ("", Answer::Quit),
        ] {
            let mut shown = Vec::new();
            let asked = ask(&mut typed.as_bytes(), &mut shown, 2, 3);
            assert_eq!(asked.ok(), Some(answer), "{typed:?}");
            assert!(shown.starts_with(b"(2 of 3) [a]ccept"), "{typed:?}");
        }
    }
}
