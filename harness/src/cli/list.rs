// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness list`.

use clap::Args;
use serde_json::json;

use super::run::SuiteName;
use super::{Cases, Failure, Format, complain, say};
use crate::case::{Case, OPTIONS};
use crate::collect::{cases_folder, collect};
use crate::select::{Filters, belongs};
use crate::verdict::exit;

/// Arguments of `harness list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// List only cases whose id contains one of these; one with * is a pattern of the whole id
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// List only the cases of this suite
    #[arg(long, value_enum, default_value_t)]
    suite: SuiteName,
    /// List the options instead that a case may need and an implementation may have
    #[arg(long, conflicts_with_all = ["filters", "suite"])]
    options: bool,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &ListArgs) -> Result<u8, Failure> {
    if args.options {
        options(args.format);
        return Ok(exit::AS_EXPECTED);
    }
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let ids = found.iter().map(|found| found.id.as_str());
    let filters = Filters::new(&args.filters, &[], ids);
    let mut listed = Vec::new();
    let mut mistakes = false;
    for found in found {
        if !filters.select(&found.id) {
            continue;
        }
        match found.case {
            Ok(case) if belongs(&case, args.suite.suite()) => listed.push(case),
            Ok(_) => (),
            Err(error) => {
                mistakes = true;
                complain(error);
            }
        }
    }
    let width = listed.iter().map(|case| case.id.len()).max();
    for case in &listed {
        match args.format {
            Format::Text => {
                let width = width.unwrap_or_default();
                say(format_args!("{:<width$}  {}", case.id, case.file.title));
            }
            Format::Json => say(object(case)),
        }
    }
    match (mistakes, listed.is_empty()) {
        (true, _) => Ok(exit::BAD_INPUT),
        (false, true) if args.filters.is_empty() => Err(Failure {
            code: exit::NOTHING_SELECTED,
            message: format!("{}: no case is in that suite", root.display()),
        }),
        (false, true) => Err(Failure::nothing(&root, &args.filters)),
        (false, false) => Ok(exit::AS_EXPECTED),
    }
}

fn options(format: Format) {
    let width = OPTIONS.iter().map(|option| option.name.len()).max();
    let width = width.unwrap_or_default();
    for option in &OPTIONS {
        let roles: Vec<String> = option.roles.iter().map(ToString::to_string).collect();
        let meaning = option.meaning;
        match format {
            Format::Text => {
                let roles = roles.join(", ");
                say(format_args!(
                    "{:<width$}  {roles:<8}  {meaning}",
                    option.name
                ));
            }
            Format::Json => {
                say(json!({ "name": option.name, "roles": roles, "meaning": meaning }));
            }
        }
    }
}

fn object(case: &Case) -> serde_json::Value {
    let file = &case.file;
    let spec: Vec<String> = file.spec.iter().map(|one| one.to_string()).collect();
    let needs: Vec<String> = file.needs.iter().map(|need| need.to_string()).collect();
    let catches: Vec<&str> = file.catches.iter().map(|one| one.as_str()).collect();
    json!({
        "id": case.id,
        "title": file.title,
        "role": file.iut,
        "level": file.level,
        "spec": spec,
        "needs": needs,
        "catches": catches,
        "suites": file.suites,
        "dialect": file.dialect,
        "binding": file.binding,
        "file": case.path,
    })
}
