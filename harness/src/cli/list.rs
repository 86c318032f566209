// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness list`.

use clap::Args;
use serde_json::json;

use super::run::SuiteName;
use super::{Cases, Failure, Format, complain, say};
use crate::case::{Case, OPTIONS};
use crate::collect::{cases_folder, collect};
use crate::coverage::{Counts, KINDS};
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
    /// Count the cases by role, suite, folder and kind instead
    #[arg(long, conflicts_with = "options")]
    counts: bool,
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
    match args.counts {
        true => counts(&listed, args.format),
        false => cases(&listed, args.format),
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

fn cases(listed: &[Case], format: Format) {
    let width = listed.iter().map(|case| case.id.len()).max();
    let width = width.unwrap_or_default();
    for case in listed {
        match format {
            Format::Text => say(format_args!("{:<width$}  {}", case.id, case.file.title)),
            Format::Json => say(object(case)),
        }
    }
}

/// A line per role, suite and folder, and one for all.
fn counts(listed: &[Case], format: Format) {
    let listed: Vec<&Case> = listed.iter().collect();
    let mut groups = Counts::grouped(&listed);
    groups.push(("all", "all".to_owned(), Counts::of(listed)));
    let width = groups.iter().map(|(_, name, _)| name.len()).max();
    let width = width.unwrap_or_default();
    if format == Format::Text {
        let kinds = KINDS.map(|kind| format!("{kind:>9}"));
        say(format_args!("{:<width$} {}     total", "", kinds.join(" ")));
    }
    for (by, name, counts) in groups {
        let total = counts.total();
        match format {
            Format::Text => {
                let kinds = counts.0.map(|count| format!("{count:>9}"));
                say(format_args!(
                    "{name:<width$} {} {total:>9}",
                    kinds.join(" ")
                ));
            }
            Format::Json => {
                let kinds: serde_json::Map<String, serde_json::Value> = KINDS
                    .iter()
                    .zip(counts.0)
                    .map(|(kind, count)| ((*kind).to_owned(), count.into()))
                    .collect();
                say(json!({ "by": by, "name": name, "kinds": kinds, "total": total }));
            }
        }
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
    let covers: Vec<&str> = file.covers.iter().map(|one| one.as_str()).collect();
    json!({
        "id": case.id,
        "title": file.title,
        "role": file.iut,
        "kind": case.kind(),
        "covers": covers,
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
