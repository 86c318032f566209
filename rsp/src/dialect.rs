// SPDX-License-Identifier: MIT OR Apache-2.0
//! The wire versions of SGP.32 that a role can speak.
//!
//! v1.0 is another language (other tags, other shapes, another signature input); v1.3 is v1.2 with
//! additions. Programs think in the types of `sgp32`; what is spoken is chosen at the edge.

use std::fmt;
use std::str::FromStr;

/// A wire version of SGP.32.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Dialect {
    /// SGP.32 v1.0 and v1.0.1, the dialect of the first public IPA and eIM.
    V1_0,
    /// SGP.32 v1.2.
    #[default]
    V1_2,
    /// SGP.32 v1.3: v1.2 with additions.
    V1_3,
}

impl Dialect {
    /// All of them, oldest first.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_2, Self::V1_3];

    /// `1.0`, `1.2` or `1.3`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
        }
    }

    /// The newest that is among the versions of an `iotVersion` (SGP.32 §5.9.2), as it is spoken:
    /// v1.1 has the messages of v1.2. Nothing when no version is known here.
    #[must_use]
    pub fn newest_of(versions: impl IntoIterator<Item = [u8; 3]>) -> Option<Self> {
        let spoken = |version: [u8; 3]| match version {
            [1, 0, _] => Some(Self::V1_0),
            [1, 1 | 2, _] => Some(Self::V1_2),
            [1, _, _] => Some(Self::V1_3),
            _ => None,
        };
        versions.into_iter().filter_map(spoken).max()
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that names no version.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected 1.0, 1.2 or 1.3, got {0:?}")]
pub struct UnknownDialect(String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix('v').unwrap_or(text);
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == text)
            .ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn the_newest_version_of_a_card_is_spoken() {
        let rows = [
            (vec![[1, 0, 0]], Some(Dialect::V1_0)),
            (vec![[1, 0, 1], [1, 2, 0]], Some(Dialect::V1_2)),
            (vec![[1, 1, 0]], Some(Dialect::V1_2)),
            (vec![[1, 4, 0], [1, 2, 0]], Some(Dialect::V1_3)),
            (vec![[2, 0, 0]], None),
            (vec![], None),
        ];
        for (versions, expected) in rows {
            assert_eq!(
                Dialect::newest_of(versions.clone()),
                expected,
                "{versions:?}"
            );
        }
    }
}
