// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness run`.

use std::io::stdout;
use std::path::PathBuf;
use std::sync::Arc;

use ::certs::Pki;
use clap::Args;

use super::{Cases, Failure, Format, runtime};
use crate::case::Case;
use crate::collect::{cases_folder, collect, selected};
use crate::event::{CaseReport, Event, Listener};
use crate::fixture::Fixtures;
use crate::report::{Folder, Json, Terminal};
use crate::run::{RunOptions, built_in, run_case};
use crate::verdict::exit_code;

/// Arguments of `harness run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Run only cases whose id contains one of these
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Seed of all keys and randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write tapes and verdicts into a folder per case below DIR
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Take CI and server certificates from DIR, in SGP.26 file naming
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    #[command(flatten)]
    cases: Cases,
}

impl RunArgs {
    /// The options, besides the seed, that decide what a case meets.
    fn again(&self) -> Vec<String> {
        let folders = [("--cases", &self.cases.cases), ("--pki", &self.pki)];
        folders
            .into_iter()
            .filter_map(|(name, folder)| Some((name, folder.as_ref()?)))
            .map(|(name, folder)| format!("{name} {}", quoted(&folder.to_string_lossy())))
            .collect()
    }
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
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let mut cases = Vec::new();
    for found in collect(&root).map_err(Failure::input)? {
        if selected(&found.id, &args.filters) {
            cases.push(found.case.map_err(Failure::input)?);
        }
    }
    if cases.is_empty() {
        return Err(Failure::nothing(&root, &args.filters));
    }
    let pki = match &args.pki {
        Some(folder) => Pki::load(folder),
        None => Pki::seeded(args.seed),
    };
    let pki = Arc::new(pki.map_err(Failure::input)?);
    let options = RunOptions::built_in(args.seed, pki, Fixtures::new(&root));
    let mut listeners = listeners(args);
    runtime()?
        .block_on(run_all(&cases, &options, &mut listeners))
        .map_err(Failure::harness)
}

fn listeners(args: &RunArgs) -> Vec<Box<dyn Listener>> {
    let mut listeners: Vec<Box<dyn Listener>> = Vec::new();
    if let Some(folder) = &args.report {
        listeners.push(Box::new(Folder::new(folder.clone())));
    }
    let folder = args
        .report
        .as_ref()
        .map(|folder| folder.display().to_string());
    listeners.push(match args.format {
        Format::Text => Box::new(Terminal::new(stdout(), folder, args.again())),
        Format::Json => Box::new(Json::new(stdout())),
    });
    listeners
}

async fn run_all(
    cases: &[Case],
    options: &RunOptions,
    listeners: &mut [Box<dyn Listener>],
) -> std::io::Result<u8> {
    let started = Event::RunStarted {
        cases: cases.len(),
        seed: options.seed,
    };
    tell(listeners, &started)?;
    let mut verdicts = Vec::new();
    for case in cases {
        tell(listeners, &Event::CaseStarted { id: &case.id })?;
        let outcome = run_case(case, options).await;
        verdicts.push(outcome.verdict);
        let report = CaseReport::new(case, built_in(case.file.iut), options.seed, outcome);
        tell(listeners, &Event::CaseEnded(&report))?;
    }
    tell(listeners, &Event::RunEnded(&verdicts))?;
    Ok(exit_code(&verdicts))
}

fn tell(listeners: &mut [Box<dyn Listener>], event: &Event<'_>) -> std::io::Result<()> {
    listeners
        .iter_mut()
        .try_for_each(|listener| listener.event(event))
}
