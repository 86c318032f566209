// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rows of the target list, each with its cases or the reason why there is none.

use std::collections::BTreeMap;
use std::path::Path;

use super::{folded, head, row};
use crate::case::{Case, Target, id_of, left_out, sections, targets};

/// What the cases make of a row of the target list.
pub(super) struct Coverage<'a> {
    pub(super) target: Target,
    /// The cases that name it.
    pub(super) cases: Vec<&'a Case>,
    /// Why no case does.
    pub(super) reason: Option<&'static str>,
}

impl Coverage<'_> {
    pub(super) fn is_open(&self) -> bool {
        self.cases.is_empty() && self.reason.is_none()
    }
}

/// Every row, in the order of the list.
pub(super) fn all<'a>(cases: &[&'a Case]) -> Vec<Coverage<'a>> {
    let mut covering: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        for id in &case.file.covers {
            covering.entry(id.as_str()).or_default().push(case);
        }
    }
    let reasons: BTreeMap<&str, &str> = left_out().collect();
    let coverage = |target: Target| Coverage {
        target,
        cases: covering.remove(target.id).unwrap_or_default(),
        reason: reasons.get(target.id).copied(),
    };
    targets().map(coverage).collect()
}

/// What is wrong with the coverage of the rows, a line each.
#[must_use]
pub fn gaps(cases: &[&Case]) -> Vec<String> {
    let told = |row: &Coverage<'_>| {
        let Target { section, id, .. } = row.target;
        match (row.cases.as_slice(), row.reason) {
            ([], None) => Some(format!(
                "{section} {id}: no case covers it, and harness/coverage/left_out.tsv does not say why"
            )),
            ([case, ..], Some(_)) => Some(format!(
                "{section} {id}: {} covers it: remove the line in harness/coverage/left_out.tsv",
                case.id
            )),
            _ => None,
        }
    };
    all(cases).iter().filter_map(told).collect()
}

pub(super) fn write(page: &mut String, root: &Path, cases: &[&Case]) {
    let rows = all(cases);
    page.push_str("## The target list\n\n");
    for (section, heading) in sections() {
        let rows: Vec<&Coverage<'_>> = rows
            .iter()
            .filter(|row| row.target.section == section)
            .collect();
        folded(page, &summary(section, heading, &rows), |page| {
            head(
                page,
                &["row", "kind", "clause", "case, or why there is none"],
            );
            for one in rows {
                row(
                    page,
                    &[
                        one.target.id.to_owned(),
                        one.target.kind.as_str().to_owned(),
                        one.target.clause.to_owned(),
                        what(root, one),
                    ],
                );
            }
        });
    }
}

fn summary(section: &str, heading: &str, rows: &[&Coverage<'_>]) -> String {
    let covered = rows.iter().filter(|row| !row.cases.is_empty()).count();
    let open = rows.iter().filter(|row| row.is_open()).count();
    let mut summary = format!("{section} {heading}: {covered} of {} covered", rows.len());
    let left_out = rows.len() - covered - open;
    for (count, words) in [(left_out, "left out"), (open, "open")] {
        if count > 0 {
            summary.push_str(&format!(", {count} {words}"));
        }
    }
    summary
}

fn what(root: &Path, row: &Coverage<'_>) -> String {
    if row.cases.is_empty() {
        return match row.reason {
            Some(reason) => reason.to_owned(),
            None => "**open**".to_owned(),
        };
    }
    let mut files: BTreeMap<&Path, Vec<&Case>> = BTreeMap::new();
    for case in &row.cases {
        files.entry(&case.path).or_default().push(case);
    }
    let links: Vec<String> = files
        .iter()
        .map(|(path, cases)| {
            let file = id_of(root, path);
            match cases.as_slice() {
                [case] => format!("[{}]({file}.yaml)", case.id),
                cases => format!("[{file}]({file}.yaml) ({} cases)", cases.len()),
            }
        })
        .collect();
    links.join(", ")
}
