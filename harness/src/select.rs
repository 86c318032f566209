// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which cases are meant: by name, by suite, by share of all.

use std::fmt;
use std::str::FromStr;

use crate::case::{Case, Suite};

/// Whether `text` fits `pattern`, in which `*` stands for any characters, `/` too.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

/// Whether an id is selected by a filter: a filter with `*` is a pattern of the whole id, any other
/// is a part of it.
fn selects(filter: &str, id: &str) -> bool {
    if filter.contains('*') {
        fits(filter, id)
    } else {
        id.contains(filter)
    }
}

/// The filters of a command line. One that is the whole id of a case means that case alone, also
/// when other ids go on from there.
#[derive(Clone, Debug)]
pub struct Filters {
    exact: Vec<String>,
    parts: Vec<String>,
    skipped: Vec<String>,
}

impl Filters {
    /// `wanted`, none meaning every case, without `skipped`; `ids` are those of all cases.
    pub fn new<'a>(
        wanted: &[String],
        skipped: &[String],
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let ids: Vec<&str> = ids.into_iter().collect();
        let (exact, parts) = wanted
            .iter()
            .cloned()
            .partition(|filter| ids.contains(&filter.as_str()));
        Self {
            exact,
            parts,
            skipped: skipped.to_vec(),
        }
    }

    /// Whether the case `id` is selected.
    #[must_use]
    pub fn select(&self, id: &str) -> bool {
        let all = self.exact.is_empty() && self.parts.is_empty();
        let wanted = all
            || self.exact.iter().any(|exact| exact == id)
            || self.parts.iter().any(|filter| selects(filter, id));
        wanted && !self.skipped.iter().any(|filter| selects(filter, id))
    }
}

/// Whether a case belongs to a suite: the core suite has the smoke suite in it; none is the full one.
#[must_use]
pub fn belongs(case: &Case, suite: Option<Suite>) -> bool {
    match suite {
        None => true,
        Some(Suite::Smoke) => case.file.suites.contains(&Suite::Smoke),
        Some(Suite::Core) => !case.file.suites.is_empty(),
    }
}

/// One share of all cases, `K/N`: machines that each take one run every case once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Partition {
    share: usize,
    of: usize,
}

impl Partition {
    /// Whether the case at `index` of the sorted list is in this share.
    #[must_use]
    pub const fn has(self, index: usize) -> bool {
        // `of` is not zero: FromStr sees to it
        match index.checked_rem(self.of) {
            Some(rest) => rest + 1 == self.share,
            None => false,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.share, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mistake = || format!("expected K/N with 1 <= K <= N, got {text:?}");
        let (share, of) = text.split_once('/').ok_or_else(mistake)?;
        let share = share.parse().map_err(|_| mistake())?;
        let of = of.parse().map_err(|_| mistake())?;
        if (1..=of).contains(&share) {
            Ok(Self { share, of })
        } else {
            Err(mistake())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, fit) in [
            ("ipa/a", "ipa/a", true),
            ("ipa/a", "ipa/ab", false),
            ("ipa/*", "ipa/a/b", true),
            ("*/nominal", "ipa/a/nominal", true),
            ("*/nominal", "ipa/a/nominal-2", false),
            ("ipa/*-download/*", "ipa/direct-download/x", true),
            ("ipa/*-download/*", "ipa/data-request/x", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("ab*bc", "abc", false),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn a_whole_id_means_that_case_alone() {
        let ids = ["ipa/a", "ipa/ab", "eim/a"];
        let select = |wanted: &[&str], skipped: &[&str]| -> Vec<&str> {
            let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let (wanted, skipped): (Vec<String>, Vec<String>) = (owned(wanted), owned(skipped));
            let filters = Filters::new(&wanted, &skipped, ids);
            ids.into_iter().filter(|id| filters.select(id)).collect()
        };
        assert_eq!(select(&[], &[]), ids);
        assert_eq!(select(&["ipa/a"], &[]), ["ipa/a"]);
        assert_eq!(select(&["pa/a"], &[]), ["ipa/a", "ipa/ab"]);
        assert_eq!(select(&["*/a"], &[]), ["ipa/a", "eim/a"]);
        assert_eq!(select(&[], &["ipa/"]), ["eim/a"]);
        assert_eq!(select(&["ipa"], &["*b"]), ["ipa/a"]);
    }

    #[test]
    fn partitions_have_every_case_once() {
        let shares: Vec<Partition> = ["1/3", "2/3", "3/3"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        for index in 0..20 {
            assert_eq!(shares.iter().filter(|share| share.has(index)).count(), 1);
        }
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", ""] {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
