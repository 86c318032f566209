// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which certificates stand between the CI and a leaf, and how roles are numbered (SGP.26 v3 §2).
//!
//! Traps: the eIM has certificates under no variant but O; here the CI issues them in all of them.
//! No server certificates are published for Ov3; here they are those of the other variants of
//! version 3, straight from the CI.

use std::fmt;
use std::str::FromStr;

use crate::error::PkiError;
use crate::roles::Role;

/// Variant of the certificate chains (SGP.22 v3 §4.5.2, SGP.26 v3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Variant {
    /// Two tiers, roles numbered as in SGP.22 version 2.
    #[default]
    O,
    /// Two tiers, roles numbered as in version 3.
    Ov3,
    /// A sub-CA below the CI for each of SM-DP+ and SM-DS, and one below the EUM.
    A,
    /// A sub-CA of the CI above everything else.
    B,
    /// Both: the sub-CA of the CI, and below it those of [`Variant::A`].
    C,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::O, Self::Ov3, Self::A, Self::B, Self::C];

    /// Whether roles are numbered as in version 3.
    #[must_use]
    pub fn is_v3(self) -> bool {
        self != Self::O
    }

    /// The roles that have a certificate, issuers before those they issue to.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Whether the role has a certificate.
    #[must_use]
    pub fn has(self, role: Role) -> bool {
        match role {
            Role::CiSubCa => matches!(self, Self::B | Self::C),
            Role::EumSubCa | Role::DpSubCa | Role::DsSubCa => matches!(self, Self::A | Self::C),
            _ => true,
        }
    }

    /// Role that signs this role's certificate; the CI signs its own.
    #[must_use]
    pub fn issuer(self, role: Role) -> Role {
        let nearest = match role {
            Role::Euicc => [Role::EumSubCa, Role::Eum],
            Role::EumSubCa => [Role::Eum, Role::Eum],
            Role::DpAuth | Role::DpPb | Role::DpTls | Role::Dp2Auth | Role::Dp2Pb => {
                [Role::DpSubCa, Role::CiSubCa]
            }
            Role::Dp2Tls | Role::Dp4Tls | Role::Dp8Tls => [Role::DpSubCa, Role::CiSubCa],
            Role::DsAuth | Role::DsTls | Role::Ds2Tls => [Role::DsSubCa, Role::CiSubCa],
            Role::Eum | Role::DpSubCa | Role::DsSubCa => [Role::CiSubCa, Role::CiSubCa],
            Role::Ci | Role::CiSubCa | Role::EimSign | Role::EimTls => [Role::Ci, Role::Ci],
        };
        let mut nearest = nearest.into_iter();
        nearest.find(|role| self.has(*role)).unwrap_or(Role::Ci)
    }

    /// The variant in file names: `VARA`.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::O => "VARO",
            Self::Ov3 => "VAROV3",
            Self::A => "VARA",
            Self::B => "VARB",
            Self::C => "VARC",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::O => "O",
            Self::Ov3 => "Ov3",
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        })
    }
}

impl FromStr for Variant {
    type Err = PkiError;

    fn from_str(text: &str) -> Result<Self, PkiError> {
        let mut all = Self::ALL.into_iter();
        all.find(|variant| variant.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| PkiError::Holder {
                expected: "a variant (O, Ov3, A, B, C)",
                seen: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The roles above a leaf, the CI left out.
    fn above(variant: Variant, role: Role) -> Vec<Role> {
        let issuers = std::iter::successors(Some(role), |role| Some(variant.issuer(*role)));
        issuers
            .skip(1)
            .take_while(|role| *role != Role::Ci)
            .collect()
    }

    #[test]
    fn chains_are_those_of_the_variants() {
        use Role::{CiSubCa, DpPb, DpSubCa, DsSubCa, DsTls, EimTls, Euicc, Eum, EumSubCa};
        for (variant, dp, ds) in [
            (Variant::O, vec![], vec![]),
            (Variant::Ov3, vec![], vec![]),
            (Variant::A, vec![DpSubCa], vec![DsSubCa]),
            (Variant::B, vec![CiSubCa], vec![CiSubCa]),
            (Variant::C, vec![DpSubCa, CiSubCa], vec![DsSubCa, CiSubCa]),
        ] {
            assert_eq!(above(variant, DpPb), dp, "{variant}");
            assert_eq!(above(variant, DsTls), ds, "{variant}");
            assert_eq!(above(variant, EimTls), [], "{variant}");
        }
        for (variant, euicc) in [
            (Variant::O, vec![Eum]),
            (Variant::Ov3, vec![Eum]),
            (Variant::A, vec![EumSubCa, Eum]),
            (Variant::B, vec![Eum, CiSubCa]),
            (Variant::C, vec![EumSubCa, Eum, CiSubCa]),
        ] {
            assert_eq!(above(variant, Euicc), euicc, "{variant}");
        }
    }

    #[test]
    fn variants_are_read_as_they_are_written() {
        for variant in Variant::ALL {
            assert_eq!(variant.to_string().parse::<Variant>().unwrap(), variant);
        }
        assert_eq!("ov3".parse::<Variant>().unwrap(), Variant::Ov3);
        let refused = "D".parse::<Variant>().unwrap_err().to_string();
        assert_eq!(refused, "expected a variant (O, Ov3, A, B, C), found \"D\"");
    }
}
