// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness explain`.

use clap::Args;

use super::{Cases, Failure, say};
use crate::case::readings;
use crate::collect::{cases_folder, collect};
use crate::explain::explain;
use crate::select::Filters;
use crate::verdict::exit;

/// How many cases one call explains.
const MOST: usize = 20;

/// Arguments of `harness explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The case, by its id or a part of it
    #[arg(value_name = "CASE", required = true)]
    filters: Vec<String>,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &ExplainArgs) -> Result<u8, Failure> {
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let ids = found.iter().map(|found| found.id.as_str());
    let filters = Filters::new(&args.filters, &[], ids);
    let meant: Vec<_> = found
        .into_iter()
        .filter(|found| filters.select(&found.id))
        .collect();
    if meant.is_empty() {
        return Err(Failure::nothing(&root, &args.filters));
    }
    if meant.len() > MOST {
        return Err(Failure::input(format_args!(
            "expected at most {MOST} cases to explain, {} have such an id",
            meant.len()
        )));
    }
    let readings = readings(&root).unwrap_or_default();
    for (index, found) in meant.into_iter().enumerate() {
        if index > 0 {
            say("\n----\n");
        }
        let case = found.case.map_err(Failure::input)?;
        say(explain(&case, &readings).trim_end());
    }
    Ok(exit::AS_EXPECTED)
}
