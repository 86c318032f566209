// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness coverage`.

use clap::Args;

use super::{Cases, Failure, complain, say};
use crate::case::Case;
use crate::collect::{cases_folder, collect};
use crate::coverage::{gaps, is_fresh, page, path};
use crate::verdict::exit;

/// Arguments of `harness coverage`.
#[derive(Debug, Args)]
pub(super) struct CoverageArgs {
    /// Write nothing; say which rows of the target list are open or covered although they are left
    /// out, and whether the page is that of the cases
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &CoverageArgs) -> Result<u8, Failure> {
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let cases: Result<Vec<Case>, _> = found.into_iter().map(|found| found.case).collect();
    let cases = cases.map_err(Failure::input)?;
    let cases: Vec<&Case> = cases.iter().collect();
    let path = path(&root);
    if !args.check {
        std::fs::write(&path, page(&root, &cases))
            .map_err(|error| Failure::harness(format!("{}: {error}", path.display())))?;
        say(format_args!("{}", path.display()));
        return Ok(exit::AS_EXPECTED);
    }
    let mut mistakes = gaps(&cases);
    if !is_fresh(&root, &cases) {
        mistakes.push(format!(
            "{}: it is not that of these cases: `harness coverage` writes it",
            path.display()
        ));
    }
    for mistake in &mistakes {
        complain(mistake);
    }
    match mistakes.len() {
        0 => {
            say(format_args!("{} cases: nothing is open", cases.len()));
            Ok(exit::AS_EXPECTED)
        }
        1 => Ok(exit::UNEXPECTED),
        count => {
            complain(format_args!("{count} mistakes"));
            Ok(exit::UNEXPECTED)
        }
    }
}
