// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cases against the deliberate mistakes of the built-in IPA and eIM.
//!
//! A case that no mistake makes fail proves nothing; a mistake that no case notices shows what the
//! suite does not ask yet. `catches` in a case names the mistakes that it must notice; that is what
//! is verified here. Mistakes that nobody notices yet are listed with a reason in
//! `unnoticed.toml` beside the cases; the list must be as true as the cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::case::{Case, RoleName};
use crate::defect::{Defect, EimDefect, IpaDefect, LpaDefect};
use crate::expect::Expectations;
use crate::run::RunOptions;
use crate::schedule::{Implementation, Job};
use crate::verdict::Verdict;

/// A deliberate mistake of one of the built-in implementations.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Mutant {
    /// Of the reference IPA.
    Ipa(IpaDefect),
    /// Of the mock eIM.
    Eim(EimDefect),
    /// Of the reference LPA.
    Lpa(LpaDefect),
}

impl Mutant {
    /// All of them, the IPA's first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let ipa = IpaDefect::ALL.iter().copied().map(Self::Ipa);
        let eim = EimDefect::ALL.iter().copied().map(Self::Eim);
        let lpa = LpaDefect::ALL.iter().copied().map(Self::Lpa);
        ipa.chain(eim).chain(lpa).collect()
    }

    /// The mistake called `name` of `role`.
    #[must_use]
    pub fn find(role: RoleName, name: &str) -> Option<Self> {
        Self::all()
            .into_iter()
            .find(|mutant| mutant.strikes(role) && mutant.name() == name)
    }

    /// Whether cases of `role` can meet it: the reference LPA is made of the parts of the reference
    /// IPA, and makes its mistakes as well as its own.
    #[must_use]
    pub fn strikes(self, role: RoleName) -> bool {
        match role {
            RoleName::Lpa => self.role() != RoleName::Eim,
            role => self.role() == role,
        }
    }

    /// Who makes it.
    #[must_use]
    pub const fn role(self) -> RoleName {
        match self {
            Self::Ipa(_) => RoleName::Ipa,
            Self::Eim(_) => RoleName::Eim,
            Self::Lpa(_) => RoleName::Lpa,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipa(defect) => defect.name(),
            Self::Eim(defect) => defect.name(),
            Self::Lpa(defect) => defect.name(),
        }
    }

    /// What it does wrong.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ipa(defect) => defect.sentence(),
            Self::Eim(defect) => defect.sentence(),
            Self::Lpa(defect) => defect.sentence(),
        }
    }

    /// The clause that it breaks.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::Ipa(defect) => defect.clause(),
            Self::Eim(defect) => defect.clause(),
            Self::Lpa(defect) => defect.clause(),
        }
    }

    /// `options` with this mistake made.
    #[must_use]
    pub fn made(self, options: &RunOptions) -> RunOptions {
        let mut options = options.clone();
        match self {
            Self::Ipa(defect) => options.ipa.defects.insert(defect),
            Self::Eim(defect) => options.eim.defects.insert(defect),
            Self::Lpa(defect) => options.lpa.insert(defect),
        }
        options
    }
}

/// `ipa/skips-address-check`.
impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.role(), self.name())
    }
}

/// A case and a mistake that it is run against; without one it is run against the correct
/// implementation.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The case.
    pub case: Arc<Case>,
    /// The mistake.
    pub mutant: Option<Mutant>,
}

impl Pair {
    /// Whether the case says that it notices the mistake.
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        self.mutant
            .is_some_and(|mutant| claims(&self.case).any(|(claim, _)| claim == mutant))
    }

    /// Where it says so, or the file.
    #[must_use]
    pub fn place(&self) -> String {
        let path = self.case.path.display();
        let position = claims(&self.case).find(|(claim, _)| Some(*claim) == self.mutant);
        match position {
            Some((_, at)) => format!("{path}:{}:{}", at.line, at.column),
            None => path.to_string(),
        }
    }
}

fn claims(case: &Case) -> impl Iterator<Item = (Mutant, crate::case::Position)> {
    let role = case.file.iut;
    case.file.catches.iter().filter_map(move |name| {
        let mutant = Mutant::find(role, name)?;
        Some((mutant, name.position))
    })
}

/// Every case against every mistake that its role can make.
#[must_use]
pub fn matrix(cases: &[Arc<Case>], mutants: &[Mutant]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for mutant in mutants {
        let of_role = cases.iter().filter(|case| mutant.strikes(case.file.iut));
        pairs.extend(of_role.map(|case| Pair {
            case: case.clone(),
            mutant: Some(*mutant),
        }));
    }
    pairs
}

/// Every case against the mistakes that it says it notices.
#[must_use]
pub fn claimed(cases: &[Arc<Case>], mutants: &[Mutant]) -> Vec<Pair> {
    let mut pairs = matrix(cases, mutants);
    pairs.retain(Pair::is_claimed);
    pairs
}

/// At most `most` of the pairs, the same ones for the same seed: as many cases as fit once, then
/// the rest.
#[must_use]
pub fn sample(mut pairs: Vec<Pair>, most: usize, seed: u64) -> Vec<Pair> {
    let lot = |pair: &Pair| {
        let mutant = pair.mutant.map(|mutant| mutant.to_string());
        let text = format!("{seed} {} {mutant:?}", pair.case.id);
        <[u8; 32]>::from(Sha256::digest(text))
    };
    pairs.sort_by_cached_key(lot);
    let mut rounds: BTreeMap<String, usize> = BTreeMap::new();
    pairs.sort_by_cached_key(|pair| {
        let round = rounds.entry(pair.case.id.clone()).or_default();
        *round += 1;
        *round
    });
    pairs.truncate(most);
    pairs.sort_by(|one, other| (one.mutant, &one.case.id).cmp(&(other.mutant, &other.case.id)));
    pairs
}

/// The pairs as work for a schedule: one implementation per mistake.
#[must_use]
pub fn jobs(pairs: &[Pair], options: &RunOptions) -> (Vec<Implementation>, Vec<Job>) {
    let mut implementations: Vec<Implementation> = Vec::new();
    let mut places = BTreeMap::new();
    let mut jobs = Vec::new();
    for pair in pairs {
        let key = (pair.mutant, pair.case.file.iut);
        let implementation = *places.entry(key).or_insert_with(|| {
            let name = pair.mutant.map(|mutant| mutant.to_string());
            implementations.push(Implementation {
                name: name.unwrap_or_else(|| format!("{} without a mistake", key.1)),
                role: key.1,
                options: match pair.mutant {
                    Some(mutant) => mutant.made(options),
                    None => options.clone(),
                },
                parallel: usize::MAX,
                expectations: Expectations::default(),
            });
            implementations.len() - 1
        });
        jobs.push(Job {
            case: pair.case.clone(),
            implementation,
        });
    }
    (implementations, jobs)
}

/// A pair and its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Which.
    pub pair: Pair,
    /// What the case came to.
    pub verdict: Verdict,
}

impl Judged {
    /// Whether the case noticed the mistake.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.pair.mutant.is_some() && self.verdict == Verdict::Fail
    }

    /// What is wrong with it, in words.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let (id, place) = (&self.pair.case.id, self.pair.place());
        match (self.pair.mutant, self.verdict) {
            (None, Verdict::Pass | Verdict::Unsupported) => None,
            (None, verdict) => Some(format!(
                "{place}: {id} comes to {verdict} without any mistake"
            )),
            (Some(mutant), Verdict::Error) => Some(format!(
                "{place}: {id} comes to error when the {} makes the mistake {}: that is a fault of \
                 the harness",
                mutant.role(),
                mutant.name()
            )),
            (Some(mutant), verdict) if self.pair.is_claimed() && verdict != Verdict::Fail => {
                Some(format!(
                    "{place}: {id} has to notice {}, but comes to {verdict}",
                    mutant.name()
                ))
            }
            _ => None,
        }
    }
}

/// What the files say that needs no run: cases that claim nothing, mistakes that no case claims.
#[must_use]
pub fn gaps(cases: &[Arc<Case>], mutants: &[Mutant], unnoticed: &Unnoticed) -> Vec<String> {
    let mut gaps = Vec::new();
    for case in cases {
        if case.file.catches.is_empty() {
            let path = case.path.display();
            gaps.push(format!(
                "{path}: {} notices no mistake: expected names under catches",
                case.id
            ));
        }
    }
    let noticed: BTreeSet<Mutant> = cases
        .iter()
        .flat_map(|case| claims(case).map(|(mutant, _)| mutant))
        .collect();
    for mutant in mutants {
        let listed = unnoticed.has(*mutant);
        match (noticed.contains(mutant), listed) {
            (false, false) => gaps.push(format!("no case notices {mutant}: {}", mutant.sentence())),
            (true, true) => gaps.push(format!(
                "{}: {mutant} is noticed by a case: remove the entry",
                unnoticed.path.display()
            )),
            _ => (),
        }
    }
    gaps
}

/// The mistakes that no case notices yet.
#[derive(Clone, Debug, Default)]
pub struct Unnoticed {
    path: PathBuf,
    entries: Vec<UnnoticedEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnnoticedEntry {
    defect: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnnoticedFile {
    #[serde(default)]
    unnoticed: Vec<UnnoticedEntry>,
}

/// A list of mistakes that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct UnnoticedError {
    path: PathBuf,
    message: String,
}

impl Unnoticed {
    /// Reads `unnoticed.toml` below `root`, when there is one.
    ///
    /// # Errors
    /// [`UnnoticedError`].
    pub fn load(root: &Path) -> Result<Self, UnnoticedError> {
        let path = root.join("unnoticed.toml");
        let fail = |message: String| UnnoticedError {
            path: path.clone(),
            message,
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(fail(error.to_string())),
        };
        let file: UnnoticedFile = toml::from_str(&text).map_err(|error| fail(error.to_string()))?;
        let mut names = BTreeSet::new();
        for UnnoticedEntry { defect, reason } in &file.unnoticed {
            let known = Mutant::all().iter().any(|it| it.to_string() == *defect);
            if !known {
                return Err(fail(format!(
                    "expected ipa/NAME or eim/NAME (`harness mutants --list`), got {defect:?}"
                )));
            }
            if reason.trim().is_empty() {
                return Err(fail(format!("{defect}: expected a reason, got nothing")));
            }
            if !names.insert(defect) {
                return Err(fail(format!("{defect} twice")));
            }
        }
        Ok(Self {
            entries: file.unnoticed,
            path,
        })
    }

    fn has(&self, mutant: Mutant) -> bool {
        let name = mutant.to_string();
        self.entries.iter().any(|entry| entry.defect == name)
    }
}
