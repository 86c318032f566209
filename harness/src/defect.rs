// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deliberate mistakes of the reference IPA, of the reference LPA and of the mock eIM, by name.
//!
//! Each is a small hook at the place where the right thing is done, never a second way of doing it:
//! `if self.defects.has(IpaDefect::SkipsAddressCheck) { … }`. `eim`, `ipa` and
//! `lpa` are the lists.

mod eim;
mod ipa;
mod lpa;

use std::collections::BTreeSet;

pub use eim::EimDefect;
pub use ipa::IpaDefect;
pub use lpa::LpaDefect;

/// A list of deliberate mistakes.
pub trait Defect: Copy + Ord + 'static {
    /// All of them, in the order in which they are listed.
    const ALL: &'static [Self];

    /// The name under which it is asked for.
    fn name(self) -> &'static str;

    /// What it does wrong, in one sentence.
    fn sentence(self) -> &'static str;

    /// The clause that it breaks.
    fn clause(self) -> &'static str;
}

/// Text that names no defect of the role.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected the name of a defect (`harness mutants --list` has them), got {0:?}")]
pub struct UnknownDefect(pub String);

/// The mistakes that a role makes; none unless told otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Defects<D>(BTreeSet<D>);

impl<D> Default for Defects<D> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<D: Defect> Defects<D> {
    /// Whether the role makes this mistake.
    #[must_use]
    pub fn has(&self, defect: D) -> bool {
        self.0.contains(&defect)
    }

    /// Adds a mistake.
    pub fn insert(&mut self, defect: D) {
        self.0.insert(defect);
    }

    /// Whether the role makes no mistake.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<D: Defect> FromIterator<D> for Defects<D> {
    fn from_iter<I: IntoIterator<Item = D>>(defects: I) -> Self {
        Self(defects.into_iter().collect())
    }
}

/// The defect called `name`.
///
/// # Errors
/// [`UnknownDefect`].
pub fn by_name<D: Defect>(name: &str) -> Result<D, UnknownDefect> {
    D::ALL
        .iter()
        .copied()
        .find(|defect| defect.name() == name)
        .ok_or_else(|| UnknownDefect(name.to_owned()))
}

/// One row a defect: variant, name, clause, sentence.
macro_rules! defects {
    ($(#[$meta:meta])* $list:ident { $($variant:ident $name:literal $clause:literal $sentence:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $list {
            $(#[doc = $sentence] $variant,)+
        }

        impl $crate::defect::Defect for $list {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }

            fn clause(self) -> &'static str {
                match self { $(Self::$variant => $clause,)+ }
            }
        }

        impl FromStr for $list {
            type Err = $crate::defect::UnknownDefect;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                $crate::defect::by_name(name)
            }
        }
    };
}
pub(crate) use defects;

#[cfg(test)]
mod tests {
    use super::*;

    fn sound<D: Defect + std::fmt::Debug>(most: usize) {
        let mut names = BTreeSet::new();
        for defect in D::ALL {
            assert!(names.insert(defect.name()), "{} twice", defect.name());
            assert!(defect.clause().contains('§'), "{defect:?} names no clause");
            assert!(
                defect.sentence().ends_with('.'),
                "{defect:?} is no sentence"
            );
        }
        assert!(D::ALL.len() >= most);
    }

    #[test]
    fn names_are_unique_and_clauses_are_named() {
        sound::<IpaDefect>(40);
        sound::<EimDefect>(40);
        sound::<LpaDefect>(5);
    }
}
