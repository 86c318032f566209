// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness doctor`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Cases, Failure, run_options, runtime, say};
use crate::collect::cases_folder;
use crate::run::doctor::{Item, State, examine};
use crate::under_test::Description;
use crate::verdict::exit;

/// So many lines of what a program wrote are shown.
const LINES: usize = 12;
/// No line is shown longer.
const LONGEST: usize = 160;

/// Arguments of `harness doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// The description of the program (`harness init`)
    #[arg(long, value_name = "FILE")]
    iut: PathBuf,
    /// Seed of all keys and randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Take CI and server certificates from DIR, in SGP.26 file naming
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &DoctorArgs) -> Result<u8, Failure> {
    let description = Arc::new(Description::load(&args.iut).map_err(Failure::input)?);
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let mut options = run_options(args.seed, args.pki.as_deref(), &root)?;
    if let Ok(timeout) = Duration::try_from_secs_f64(description.timeout) {
        options.timeout = timeout;
    }
    let claims = description.claims.join(", ");
    say(format_args!(
        "{} ({}{}{claims})\n",
        description.name(),
        description.role,
        if claims.is_empty() { "" } else { ", " }
    ));
    let mut wrong = 0_usize;
    let mut tell = |item: Item| {
        wrong += usize::from(item.state == State::Wrong);
        show(&item);
    };
    tell(Item {
        state: State::Fine,
        what: "description",
        found: format!("{} has the right form", args.iut.display()),
        advice: Vec::new(),
        output: Vec::new(),
    });
    let examined = runtime()?.block_on(Box::pin(examine(&description, &options, &mut tell)));
    let fine = examined.map_err(Failure::harness)?;
    say("");
    if fine {
        say(format_args!(
            "All is well. Next: harness run --iut {} --suite smoke",
            args.iut.display()
        ));
        return Ok(exit::AS_EXPECTED);
    }
    let things = if wrong == 1 {
        "One thing is"
    } else {
        "Some things are"
    };
    say(format_args!(
        "{things} not as it should be; what depends on it was not looked at."
    ));
    Ok(exit::UNEXPECTED)
}

fn show(item: &Item) {
    let mark = match item.state {
        State::Fine => "ok",
        State::Wrong => "WRONG",
        State::Skipped => "-",
    };
    say(format_args!("  {mark:<6} {:<14} {}", item.what, item.found));
    for advice in &item.advice {
        say(format_args!("  {:<21} → {advice}", ""));
    }
    let text = String::from_utf8_lossy(&item.output);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let skipped = lines.len().saturating_sub(LINES);
    if !lines.is_empty() {
        say(format_args!(
            "  {:<21} it wrote{}:",
            "",
            if skipped > 0 { ", at the end" } else { "" }
        ));
    }
    for line in lines.iter().skip(skipped) {
        let line: String = line
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST)
            .collect();
        say(format_args!("  {:<21} | {line}", ""));
    }
}
