// SPDX-License-Identifier: MIT OR Apache-2.0
//! How many there are: cases by role, kind, suite and folder; rows by what covers them.

use std::collections::BTreeMap;

use super::rows::all;
use super::{head, row};
use crate::case::{Case, Kind, RoleName, Suite};
use crate::select::belongs;

/// The columns that count cases by kind; the last is of cases that cover no row.
pub const KINDS: [&str; 5] = ["nominal", "error", "protocol", "transport", "other"];

/// How many cases there are of each kind, in the order of [`KINDS`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts(pub [usize; KINDS.len()]);

impl Counts {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    fn add(&mut self, kind: Option<Kind>) {
        let place = kind.map_or("other", Kind::as_str);
        for (name, count) in KINDS.iter().zip(&mut self.0) {
            *count += usize::from(*name == place);
        }
    }

    /// The counts of `cases`.
    #[must_use]
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.add(case.kind());
        }
        counts
    }

    /// The counts of all groups of `cases`: what groups them, the name of the group, its counts.
    #[must_use]
    pub fn grouped(cases: &[&Case]) -> Vec<(&'static str, String, Self)> {
        let roles = RoleName::TESTED.map(|role| {
            let cases = cases.iter().filter(|case| case.file.iut == role);
            ("role", role.to_string(), Self::of(cases.copied()))
        });
        let suites = [
            ("smoke", Some(Suite::Smoke)),
            ("core", Some(Suite::Core)),
            ("full", None),
        ];
        let suites = suites.map(|(name, suite)| {
            let cases = cases.iter().filter(|case| belongs(case, suite));
            ("suite", name.to_owned(), Self::of(cases.copied()))
        });
        let mut folders: BTreeMap<String, Self> = BTreeMap::new();
        for case in cases {
            folders.entry(folder(case)).or_default().add(case.kind());
        }
        let folders = folders
            .into_iter()
            .map(|(name, counts)| ("folder", name, counts));
        roles.into_iter().chain(suites).chain(folders).collect()
    }
}

/// The first two parts of the id: `ipa/direct-download`.
fn folder(case: &Case) -> String {
    let parts: Vec<&str> = case.id.split('/').take(2).collect();
    parts.join("/")
}

pub(super) fn write(page: &mut String, cases: &[&Case]) {
    page.push_str("## Totals\n\nCases, by the kind of the first row that they cover:\n\n");
    let mut names = vec![""];
    names.extend(KINDS);
    names.push("all");
    head(page, &names);
    for (_, name, counts) in Counts::grouped(cases) {
        let mut cells = vec![name];
        cells.extend(counts.0.map(|count| count.to_string()));
        cells.push(counts.total().to_string());
        row(page, &cells);
    }
    page.push_str("\nRows of the target list:\n\n");
    head(page, &["", "kind", "rows", "covered", "left out", "open"]);
    let rows = all(cases);
    for role in [RoleName::Ipa, RoleName::Eim] {
        for kind in Kind::ALL.map(Some).into_iter().chain([None]) {
            let rows = rows.iter().filter(|row| {
                row.target.role() == role && kind.is_none_or(|kind| row.target.kind == kind)
            });
            let (mut covered, mut left, mut open) = (0, 0, 0);
            for row in rows {
                match (row.cases.is_empty(), row.reason) {
                    (false, _) => covered += 1,
                    (true, Some(_)) => left += 1,
                    (true, None) => open += 1,
                }
            }
            let counts = [covered + left + open, covered, left, open];
            let mut cells = vec![
                role.to_string(),
                kind.map_or("all", Kind::as_str).to_owned(),
            ];
            cells.extend(counts.map(|count| count.to_string()));
            row(page, &cells);
        }
    }
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_counts_once_per_group() {
        let mut counts = Counts::default();
        for kind in [
            Some(Kind::Error),
            Some(Kind::Transport),
            None,
            Some(Kind::Error),
        ] {
            counts.add(kind);
        }
        assert_eq!(counts, Counts([0, 2, 0, 1, 1]));
        assert_eq!(counts.total(), 4);
    }
}
