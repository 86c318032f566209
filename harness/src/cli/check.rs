// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness check`.

use std::path::Path;

use clap::Args;

use super::{Cases, Failure, complain, say};
use crate::case::json_schema;
use crate::collect::{cases_folder, collect};
use crate::fixture::{FixtureError, Fixtures};
use crate::verdict::exit;

/// Arguments of `harness check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Print the JSON schema of the case format instead
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &CheckArgs) -> Result<u8, Failure> {
    if args.schema {
        say(json_schema().trim_end());
        return Ok(exit::AS_EXPECTED);
    }
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let mut problems = Vec::new();
    let cases = collect(&root).map_err(Failure::input)?;
    for found in &cases {
        if let Err(error) = &found.case {
            problems.push(error.to_string());
        }
    }
    let fixtures = check_fixtures(&root, &mut problems);
    for problem in &problems {
        complain(problem);
    }
    let checked = format!("{} cases, {fixtures} fixtures", cases.len());
    match problems.len() {
        0 => say(format_args!("{checked}: no mistake")),
        count => say(format_args!("{checked}: {count} with mistakes")),
    }
    Ok(match (problems.is_empty(), cases.is_empty()) {
        (false, _) => exit::BAD_INPUT,
        (true, true) => exit::NOTHING_SELECTED,
        (true, false) => exit::AS_EXPECTED,
    })
}

fn check_fixtures(root: &Path, problems: &mut Vec<String>) -> usize {
    let fixtures = Fixtures::new(root);
    let mut count = 0;
    for kind in ["euicc", "smdp", "profiles"] {
        for name in names(&fixtures.root().join(kind)) {
            count += 1;
            let path = format!("{kind}/{name}");
            let result = match kind {
                "euicc" => fixtures.euicc(&path).map(|_| ()),
                "smdp" => fixtures.smdp(&path).map(|_| ()),
                _ => fixtures.profile(&name).map(|_| ()),
            };
            match result {
                Ok(()) | Err(FixtureError::NotHere { .. }) => (),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    count
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let yaml = path
                .extension()
                .is_some_and(|extension| extension == "yaml");
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            yaml.then_some(stem)
        })
        .collect();
    names.sort();
    names
}
