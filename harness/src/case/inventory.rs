// SPDX-License-Identifier: MIT OR Apache-2.0
//! The target list: what is to be tested of an IPA and of an eIM, row by row, and the rows that no
//! case covers.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::role::RoleName;

/// The list as it is written.
const ROWS: &str = include_str!("../../coverage/parts_a_b.tsv");
/// What no case covers, and why.
const LEFT_OUT: &str = include_str!("../../coverage/left_out.tsv");

/// What a case does to the implementation under test.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Everything is as it should be.
    Nominal,
    /// A documented error comes.
    Error,
    /// A peer breaks the protocol.
    Protocol,
    /// Network or power fails.
    Transport,
}

impl Kind {
    /// Every kind, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Nominal, Self::Error, Self::Protocol, Self::Transport];

    /// The name in lists.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Error => "error",
            Self::Protocol => "protocol",
            Self::Transport => "transport",
        }
    }
}

/// A row of the target list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Target {
    /// The section: `A3`.
    pub section: &'static str,
    /// Its id: `TC_IPAd_ESipa.GetEimPackage_Nominal#D04`.
    pub id: &'static str,
    /// What is done to the implementation.
    pub kind: Kind,
    /// The clause behind it, as the list writes it.
    pub clause: &'static str,
    /// What happens, and what is expected.
    pub text: &'static str,
    /// Under which condition it applies; empty for always.
    pub condition: &'static str,
}

impl Target {
    /// Who is under test in it.
    #[must_use]
    pub fn role(&self) -> RoleName {
        match self.section.starts_with('A') {
            true => RoleName::Ipa,
            false => RoleName::Eim,
        }
    }
}

/// The lines of a table below their headings: section, heading, and the fields of a line; a heading
/// itself comes without fields.
fn lines(
    table: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static str>)> {
    let mut heading = ("", "");
    let lines = table.lines().filter(|line| !line.is_empty());
    lines
        .filter(|line| !line.starts_with('#'))
        .map(move |line| {
            let section = line
                .strip_prefix('[')
                .and_then(|line| line.split_once("] "));
            match section {
                Some(section) => {
                    heading = section;
                    (heading.0, heading.1, Vec::new())
                }
                None => (heading.0, heading.1, line.split('\t').collect()),
            }
        })
}

/// The sections of the target list with their headings, in their order.
pub fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(ROWS)
        .filter(|(_, _, fields)| fields.is_empty())
        .map(|(section, heading, _)| (section, heading))
}

/// The rows of the target list, in its order.
pub fn targets() -> impl Iterator<Item = Target> {
    lines(ROWS).filter_map(|(section, _, fields)| {
        let [id, kind, clause, text, condition] = *fields.as_slice() else {
            return None;
        };
        let kind = match kind {
            "N" => Kind::Nominal,
            "E" => Kind::Error,
            "P" => Kind::Protocol,
            _ => Kind::Transport,
        };
        Some(Target {
            section,
            id,
            kind,
            clause,
            text,
            condition,
        })
    })
}

/// The row called `id`.
#[must_use]
pub fn target(id: &str) -> Option<Target> {
    static BY_ID: LazyLock<HashMap<&str, Target>> =
        LazyLock::new(|| targets().map(|target| (target.id, target)).collect());
    BY_ID.get(id).copied()
}

/// The rows that no case covers, by id, with the reason.
pub fn left_out() -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(LEFT_OUT).filter_map(|(_, _, fields)| match *fields.as_slice() {
        [id, reason] => Some((id, reason)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_read() {
        let written = |table: &str| {
            let lines = table.lines().filter(|line| !line.is_empty());
            lines.filter(|line| !line.starts_with(['#', '['])).count()
        };
        assert_eq!(targets().count(), written(ROWS));
        assert_eq!(left_out().count(), written(LEFT_OUT));
        assert_eq!(sections().count(), 21);
    }

    #[test]
    fn an_id_is_one_row() {
        let ids: BTreeSet<&str> = targets().map(|target| target.id).collect();
        assert_eq!(ids.len(), targets().count());
        for (id, reason) in left_out() {
            assert!(ids.contains(id), "{id} is no row");
            assert!(!reason.is_empty(), "{id}: expected a reason");
        }
    }
}
