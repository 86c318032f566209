// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clauses that exist, so that a case cannot cite one that does not.

use std::sync::LazyLock;

use super::reference::{Place, Reference};

/// The table as it is written.
const TABLE: &str = include_str!("clauses.txt");

/// A clause and what it is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Clause {
    /// Its document.
    pub document: &'static str,
    /// Its number.
    pub number: &'static str,
    /// What it is about, in our words.
    pub title: &'static str,
}

/// What the table says of a reference.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// The clause exists.
    Clause(Clause),
    /// There is no such clause in this version.
    Missing,
    /// The table has no such document or version, or it is no clause.
    Unchecked,
}

/// The clauses of the table, with the versions that have them.
static ROWS: LazyLock<Vec<(Clause, Vec<&'static str>)>> = LazyLock::new(|| rows().collect());

fn rows() -> impl Iterator<Item = (Clause, Vec<&'static str>)> {
    let mut heading: (&str, Vec<&str>) = ("", Vec::new());
    let lines = TABLE.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(move |line| {
        let (first, rest) = line.split_once(' ')?;
        if rest.starts_with('v') {
            heading = (first, rest.split(' ').collect());
            return None;
        }
        let (title, only) = match rest.split_once(" [") {
            Some((title, only)) => (title, only.trim_end_matches(']').split(' ').collect()),
            None => (rest, heading.1.clone()),
        };
        let clause = Clause {
            document: heading.0,
            number: first,
            title,
        };
        Some((clause, only))
    })
}

/// Looks a reference up.
#[must_use]
pub fn look_up(reference: &Reference) -> Known {
    let Place::Clause(number) = &reference.place else {
        return Known::Unchecked;
    };
    let mut checked = false;
    for (clause, versions) in &*ROWS {
        if clause.document == reference.document && versions.contains(&reference.version.as_str()) {
            checked = true;
            if clause.number == number {
                return Known::Clause(*clause);
            }
        }
    }
    if checked {
        Known::Missing
    } else {
        Known::Unchecked
    }
}

/// Every clause of the table, in its order.
pub fn all_clauses() -> impl Iterator<Item = Clause> {
    ROWS.iter().map(|(clause, _)| *clause)
}

/// The clauses of a document in one version, in the order of their numbers; none when the table does
/// not have it.
#[must_use]
pub fn clauses(document: &str, version: &str) -> Vec<Clause> {
    let rows = ROWS.iter();
    rows.filter(|(clause, versions)| clause.document == document && versions.contains(&version))
        .map(|(clause, _)| *clause)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn known(text: &str) -> Known {
        look_up(&Reference::parse(text).unwrap())
    }

    #[test]
    fn clauses_are_found_by_document_and_version() {
        let Known::Clause(clause) = known("SGP.32 v1.2 §5.14.5") else {
            panic!("expected a clause");
        };
        assert_eq!(clause.title, "ESipa.GetEimPackage");
        for (text, expected) in [
            ("SGP.32 v1.0 §6.4", Known::Missing),
            ("SGP.32 v1.2 §5.14.9", Known::Missing),
            ("SGP.22 v2.5 §5.14.5", Known::Missing),
            ("SGP.22 v3.1 §5.14.5", Known::Unchecked),
            ("TS.48 v7.0 §3", Known::Unchecked),
            ("SGP.33-3 v1.2 TC_eIM_HTTPS_Nominal#01", Known::Unchecked),
        ] {
            assert_eq!(known(text), expected, "{text}");
        }
        assert!(matches!(known("SGP.32 v1.3 §6.4"), Known::Clause(_)));
    }

    #[test]
    fn the_table_is_well_formed() {
        let mut seen = BTreeSet::new();
        for (clause, versions) in rows() {
            let text = format!("{} v1 §{}", clause.document, clause.number);
            assert!(Reference::parse(&text).is_ok(), "{text}");
            assert!(!clause.title.is_empty() && !versions.is_empty(), "{text}");
            assert!(
                seen.insert((clause.document, clause.number)),
                "{text} is there twice"
            );
            let parent = clause.number.rsplit_once('.').map(|(parent, _)| parent);
            // 3.0.1 and 3.0.2 stand before 3.1 without a clause 3.0
            if let Some(parent) = parent.filter(|parent| *parent != "3.0") {
                assert!(
                    seen.contains(&(clause.document, parent)),
                    "{text} stands before {parent}"
                );
            }
        }
        assert!(seen.len() > 250);
    }
}
