// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness record`.

use std::path::PathBuf;

use clap::Args;

use super::run::{self, RunArgs, listen_for_signals, under_test};
use super::{Failure, complain};
use crate::recording::Tapes;
use crate::schedule::Stop;
use crate::verdict::exit_code;

const EXAMPLES: &str = "Examples:
  harness record --iut my.toml --out tapes                      every case
  harness record --iut my.toml --out tapes ipa/direct-download  some cases

A tape is one file per case, DIR/<case>@<iut>.tape, and has all that the implementation sent and
got: APDUs, HTTP requests and answers, orders, what it wrote. `harness replay` plays it without the
implementation. It has no secrets beyond test keys and what the implementation itself sent.

Exit codes are those of `harness run`.";

/// Arguments of `harness record`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RecordArgs {
    /// Write the tapes into DIR
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    run: RunArgs,
}

pub(super) fn execute(args: &RecordArgs) -> Result<u8, Failure> {
    let mut schedule = run::schedule(&args.run)?;
    for of in &mut schedule.implementations {
        of.options.record = true;
        of.options.set_aside = of.set_aside();
    }
    let stop = Stop::default();
    listen_for_signals(&stop)?;
    under_test::first_contact(&schedule, &stop)?;
    let mut listeners = run::listeners(&args.run)?;
    let options = schedule.implementations.iter();
    let options = options.map(|of| (of.name.clone(), of.options.clone()));
    let cases = schedule.jobs.iter().map(|job| job.case.clone());
    let tell: fn(&str) = |line| complain(format_args!("harness: {line}"));
    let tapes = Tapes::new(args.out.clone(), cases, options.collect(), tell);
    listeners.push(Box::new(tapes));
    let (seed, again) = (args.run.seed, args.run.again());
    let summary = run::run(&schedule, &stop, seed, again, listeners)?;
    Ok(exit_code(&summary))
}
