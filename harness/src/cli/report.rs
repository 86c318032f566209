// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness report`: every form of the report again, from the folder of a run.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::record::RunRecord;
use crate::report::{self, html::Baseline};
use crate::verdict::exit;

/// Arguments of `harness report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The folder of a run (`harness run --report DIR`)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Show what changed since the run in DIR
    #[arg(long, value_name = "DIR")]
    baseline: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn execute(args: &ReportArgs) -> Result<u8, Failure> {
    let run = RunRecord::load(&args.folder).map_err(Failure::input)?;
    let baseline = args.baseline.as_deref().map(Baseline::load).transpose();
    let baseline = baseline.map_err(Failure::input)?;
    let written = report::write_all(&args.folder, &run, baseline.as_ref());
    for path in written.map_err(Failure::harness)? {
        say(path.display());
    }
    Ok(exit::AS_EXPECTED)
}
