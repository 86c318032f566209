// SPDX-License-Identifier: MIT OR Apache-2.0
//! Roles of certificates and the policy identifiers that name them (SGP.22 §4.5.2, SGP.26 §2).
//!
//! Traps: variant O numbers the roles flat, the variants of version 3 as a tree in which an
//! issuer's identifier is the beginning of everything it may issue; `2.23.146.1.2.1.0` is the CI in
//! both.

use std::fmt;

use crate::id::Oid;

/// 2.23.146.1.2.1, id-rspRole.
const RSP_ROLE: [u8; 6] = [0x67, 0x81, 0x12, 0x01, 0x02, 0x01];

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Certificate issuer, the root.
    Ci,
    /// Subordinate CA of the CI (variants B and C).
    CiSubCa,
    /// eUICC manufacturer.
    Eum,
    /// Subordinate CA of an EUM (variants A and C).
    EumSubCa,
    /// eUICC.
    Euicc,
    /// Subordinate CA for SM-DP+ certificates (variants A and C).
    DpSubCa,
    /// SM-DP+, TLS.
    DpTls,
    /// SM-DP+, authentication.
    DpAuth,
    /// SM-DP+, profile package binding.
    DpPb,
    /// Subordinate CA for SM-DS certificates (variants A and C).
    DsSubCa,
    /// SM-DS, TLS.
    DsTls,
    /// SM-DS, authentication.
    DsAuth,
    /// eIM, signing of packages. Has no policy.
    EimSigning,
    /// eIM, TLS. Has no policy.
    EimTls,
}

/// Which numbering of the policies a certificate follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// SGP.22 version 2.
    O,
    /// SGP.22 version 3: Ov3, A, B and C.
    V3,
}

/// Role, variant and what follows id-rspRole.
const POLICIES: &[(Role, Variant, &[u8])] = &[
    (Role::Ci, Variant::O, &[0]),
    (Role::Euicc, Variant::O, &[1]),
    (Role::Eum, Variant::O, &[2]),
    (Role::DpTls, Variant::O, &[3]),
    (Role::DpAuth, Variant::O, &[4]),
    (Role::DpPb, Variant::O, &[5]),
    (Role::DsTls, Variant::O, &[6]),
    (Role::DsAuth, Variant::O, &[7]),
    (Role::Ci, Variant::V3, &[0]),
    (Role::CiSubCa, Variant::V3, &[0, 0]),
    (Role::Eum, Variant::V3, &[0, 0, 0]),
    (Role::EumSubCa, Variant::V3, &[0, 0, 0, 0]),
    (Role::Euicc, Variant::V3, &[0, 0, 0, 0, 0]),
    (Role::DpSubCa, Variant::V3, &[0, 0, 1]),
    (Role::DpTls, Variant::V3, &[0, 0, 1, 0]),
    (Role::DpAuth, Variant::V3, &[0, 0, 1, 1]),
    (Role::DpPb, Variant::V3, &[0, 0, 1, 2]),
    (Role::DsSubCa, Variant::V3, &[0, 0, 2]),
    (Role::DsTls, Variant::V3, &[0, 0, 2, 0]),
    (Role::DsAuth, Variant::V3, &[0, 0, 2, 1]),
];

impl Role {
    /// The policy identifier of the role; nothing where the variant or the role has none.
    pub fn policy(self, variant: Variant) -> Option<Oid> {
        let mut rows = POLICIES.iter();
        let (_, _, tail) = rows.find(|(role, of, _)| *role == self && *of == variant)?;
        Oid::from_bytes(&[&RSP_ROLE, *tail].concat()).ok()
    }

    /// The role a policy identifier names. The CI, alike in both variants, is reported as O.
    pub fn from_policy(policy: &Oid) -> Option<(Self, Variant)> {
        let tail = policy.as_bytes().strip_prefix(&RSP_ROLE)?;
        let (role, variant, _) = POLICIES.iter().find(|(_, _, known)| *known == tail)?;
        Some((*role, *variant))
    }

    /// Whether certificates of this role issue others.
    pub const fn is_ca(self) -> bool {
        matches!(
            self,
            Self::Ci | Self::CiSubCa | Self::Eum | Self::EumSubCa | Self::DpSubCa | Self::DsSubCa
        )
    }

    /// Whether the role is named by a policy.
    pub const fn has_policy(self) -> bool {
        !matches!(self, Self::EimSigning | Self::EimTls)
    }

    /// Whether the certificate is presented in TLS.
    pub const fn is_tls(self) -> bool {
        matches!(self, Self::DpTls | Self::DsTls | Self::EimTls)
    }

    /// Whether the certificate must name its owner by a registeredID.
    pub const fn has_registered_id(self) -> bool {
        matches!(
            self,
            Self::DpTls | Self::DpAuth | Self::DpPb | Self::DsTls | Self::DsAuth
        )
    }

    /// What stands above this role when the certificate itself does not tell.
    pub(super) const fn presumed_issuer(self) -> Self {
        match self {
            Self::Euicc | Self::EumSubCa => Self::Eum,
            Self::DpTls | Self::DpAuth | Self::DpPb => Self::DpSubCa,
            Self::DsTls | Self::DsAuth => Self::DsSubCa,
            Self::Ci | Self::CiSubCa | Self::Eum | Self::DpSubCa => Self::CiSubCa,
            Self::DsSubCa | Self::EimSigning | Self::EimTls => Self::CiSubCa,
        }
    }
}

/// Whether an issuer with policy `parent` may issue a certificate with policy `child`, both below
/// the CI (SGP.26 §2.2: variant O knows one intermediate only, the EUM).
pub(super) fn may_issue(parent: &Oid, child: &Oid) -> bool {
    let (Some((above, of)), Some((below, variant))) =
        (Role::from_policy(parent), Role::from_policy(child))
    else {
        return false;
    };
    match (of, variant) {
        (Variant::O, Variant::O) => above == Role::Eum && below == Role::Euicc,
        (Variant::V3, Variant::V3) => above.is_ca() && parent != child && child.starts_with(parent),
        (Variant::O, Variant::V3) | (Variant::V3, Variant::O) => false,
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ci => "CERT.CI",
            Self::CiSubCa => "CERT.CISubCA",
            Self::Eum => "CERT.EUM",
            Self::EumSubCa => "CERT.EUMSubCA",
            Self::Euicc => "CERT.EUICC",
            Self::DpSubCa => "CERT.DPSubCA",
            Self::DpTls => "CERT.DP.TLS",
            Self::DpAuth => "CERT.DPauth",
            Self::DpPb => "CERT.DPpb",
            Self::DsSubCa => "CERT.DSSubCA",
            Self::DsTls => "CERT.DS.TLS",
            Self::DsAuth => "CERT.DSauth",
            Self::EimSigning => "CERT.EIM",
            Self::EimTls => "CERT.EIM.TLS",
        })
    }
}
