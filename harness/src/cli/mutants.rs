// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness mutants`: the deliberate mistakes of the built-in IPA and eIM, and whether a case
//! notices each.
//!
//! A case that no mistake makes fail proves nothing; a mistake that no case notices shows what the
//! suite does not ask yet.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::certs::Pki;
use clap::{Args, ValueEnum};

use super::{Cases, Failure, runtime, say};
use crate::case::{Case, RoleName};
use crate::collect::{cases_folder, collect, selected};
use crate::defect::{Defect, EimDefect, IpaDefect};
use crate::fixture::Fixtures;
use crate::iut::{EimSettings, IpaSettings};
use crate::run::{RunOptions, run_case};
use crate::verdict::{Verdict, exit};

/// A role whose mistakes are listed or made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Side {
    /// The reference IPA.
    Ipa,
    /// The mock eIM.
    Eim,
}

/// Lists the deliberate mistakes, or runs the cases against each.
#[derive(Args, Debug)]
pub(super) struct MutantsArgs {
    /// Print one line for each, name, sentence and clause broken, and run nothing
    #[arg(long)]
    list: bool,
    /// Only those of this role
    #[arg(long)]
    role: Option<Side>,
    /// Only mistakes whose name contains one of these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Go on after the first case that notices a mistake
    #[arg(long)]
    all: bool,
    /// Seconds that a step of a case may take
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    timeout: u64,
    /// Seed of all keys and randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    cases: Cases,
}

/// Runs the command.
pub(super) fn execute(args: &MutantsArgs) -> Result<u8, Failure> {
    let rows = rows(args);
    if rows.is_empty() {
        let wanted = args.names.join(", ");
        return Err(Failure::input(format_args!(
            "expected a defect with a name like {wanted}, found none (--list has them)"
        )));
    }
    if args.list {
        for row in rows {
            say(format_args!(
                "{:<4}{:<34}{} ({})",
                row.role(),
                row.name,
                row.sentence,
                row.clause
            ));
        }
        return Ok(exit::AS_EXPECTED);
    }
    let suite = Suite::new(args)?;
    runtime()?.block_on(judge(&rows, &suite, args.all))
}

/// One mistake of one role.
struct Row {
    name: &'static str,
    sentence: &'static str,
    clause: &'static str,
    mistake: Mistake,
}

#[derive(Clone, Copy)]
enum Mistake {
    Ipa(IpaDefect),
    Eim(EimDefect),
}

impl Row {
    const fn role(&self) -> &'static str {
        match self.mistake {
            Mistake::Ipa(_) => "ipa",
            Mistake::Eim(_) => "eim",
        }
    }
}

fn rows(args: &MutantsArgs) -> Vec<Row> {
    let mut rows = Vec::new();
    if args.role != Some(Side::Eim) {
        rows.extend(rows_of(Mistake::Ipa));
    }
    if args.role != Some(Side::Ipa) {
        rows.extend(rows_of(Mistake::Eim));
    }
    rows.retain(|row| selected(row.name, &args.names));
    rows
}

fn rows_of<D: Defect>(mistake: fn(D) -> Mistake) -> impl Iterator<Item = Row> {
    D::ALL.iter().map(move |defect| Row {
        name: defect.name(),
        sentence: defect.sentence(),
        clause: defect.clause(),
        mistake: mistake(*defect),
    })
}

/// The cases, and what they need.
struct Suite {
    cases: Vec<Case>,
    options: RunOptions,
    root: PathBuf,
}

impl Suite {
    fn new(args: &MutantsArgs) -> Result<Self, Failure> {
        let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
        let found = collect(&root).map_err(Failure::input)?;
        let cases = found
            .into_iter()
            .map(|found| found.case.map_err(Failure::input));
        let cases = cases.collect::<Result<_, _>>()?;
        let pki = Arc::new(Pki::seeded(args.seed).map_err(Failure::input)?);
        let mut options = RunOptions::built_in(args.seed, pki, Fixtures::new(&root));
        options.timeout = Duration::from_secs(args.timeout);
        Ok(Self {
            cases,
            options,
            root,
        })
    }

    /// The cases that notice a mistake: all of them, or the first.
    async fn catching(&self, mistake: Mistake, all: bool) -> Vec<&str> {
        let mut options = self.options.clone();
        let role = match mistake {
            Mistake::Ipa(defect) => {
                options.ipa = IpaSettings {
                    defects: [defect].into_iter().collect(),
                    ..IpaSettings::default()
                };
                RoleName::Ipa
            }
            Mistake::Eim(defect) => {
                options.eim = EimSettings {
                    defects: [defect].into_iter().collect(),
                    ..EimSettings::default()
                };
                RoleName::Eim
            }
        };
        let mut caught = Vec::new();
        for case in self.cases.iter().filter(|case| case.file.iut == role) {
            let verdict = run_case(case, &options).await.verdict;
            if verdict == Verdict::Fail {
                caught.push(case.id.as_str());
                if !all {
                    break;
                }
            }
        }
        caught
    }
}

async fn judge(rows: &[Row], suite: &Suite, all: bool) -> Result<u8, Failure> {
    if suite.cases.is_empty() {
        return Err(Failure::nothing(&suite.root, &[]));
    }
    let mut missed = 0_usize;
    for row in rows {
        let caught = suite.catching(row.mistake, all).await;
        let told = if caught.is_empty() {
            missed += 1;
            "NO CASE NOTICES".to_owned()
        } else {
            caught.join(", ")
        };
        say(format_args!("{:<4}{:<34}{told}", row.role(), row.name));
    }
    say(format_args!(
        "{} defects: {} noticed, {missed} not",
        rows.len(),
        rows.len().saturating_sub(missed)
    ));
    Ok(if missed == 0 {
        exit::AS_EXPECTED
    } else {
        exit::UNEXPECTED
    })
}
