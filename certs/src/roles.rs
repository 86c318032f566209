// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who holds a certificate.

use std::fmt;

use rsp::ecdsa::Curve;

use crate::variant::Variant;

/// Holder of a certificate and its private key (SGP.22 §4.5.2, SGP.32 §2.11). The sub-CAs stand in
/// some variants only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The certificate issuer (root).
    Ci,
    /// Subordinate CA of the CI (variants B and C).
    CiSubCa,
    /// The eUICC manufacturer.
    Eum,
    /// Subordinate CA of the EUM (variants A and C).
    EumSubCa,
    /// The eUICC.
    Euicc,
    /// Subordinate CA for SM-DP+ certificates (variants A and C).
    DpSubCa,
    /// First SM-DP+, authentication to the eUICC.
    DpAuth,
    /// First SM-DP+, profile package binding.
    DpPb,
    /// First SM-DP+, TLS.
    DpTls,
    /// Second SM-DP+, authentication to the eUICC.
    Dp2Auth,
    /// Second SM-DP+, profile package binding.
    Dp2Pb,
    /// Second SM-DP+, TLS.
    Dp2Tls,
    /// Fourth SM-DP+, which has a TLS certificate only.
    Dp4Tls,
    /// Eighth SM-DP+, which has a TLS certificate only.
    Dp8Tls,
    /// Subordinate CA for SM-DS certificates (variants A and C).
    DsSubCa,
    /// SM-DS, authentication to the eUICC.
    DsAuth,
    /// SM-DS, TLS.
    DsTls,
    /// Second SM-DS, TLS.
    Ds2Tls,
    /// eIM, signature of eUICC packages.
    EimSign,
    /// eIM, TLS and DTLS.
    EimTls,
}

impl Role {
    /// Every role of any variant, issuers before those they issue to; see
    /// [`Variant::roles`](crate::Variant::roles).
    pub const ALL: [Self; 20] = [
        Self::Ci,
        Self::CiSubCa,
        Self::Eum,
        Self::EumSubCa,
        Self::Euicc,
        Self::DpSubCa,
        Self::DpAuth,
        Self::DpPb,
        Self::DpTls,
        Self::Dp2Auth,
        Self::Dp2Pb,
        Self::Dp2Tls,
        Self::Dp4Tls,
        Self::Dp8Tls,
        Self::DsSubCa,
        Self::DsAuth,
        Self::DsTls,
        Self::Ds2Tls,
        Self::EimSign,
        Self::EimTls,
    ];

    /// Whether the certificate is a TLS server and client certificate.
    #[must_use]
    pub fn is_tls(self) -> bool {
        matches!(
            self,
            Self::DpTls
                | Self::Dp2Tls
                | Self::Dp4Tls
                | Self::Dp8Tls
                | Self::DsTls
                | Self::Ds2Tls
                | Self::EimTls
        )
    }

    /// Whether the certificate issues others.
    #[must_use]
    pub fn is_ca(self) -> bool {
        matches!(
            self,
            Self::Ci | Self::CiSubCa | Self::Eum | Self::EumSubCa | Self::DpSubCa | Self::DsSubCa
        )
    }

    /// The registeredID in the subjectAltName: the OID of the CI, EUM, SM-DP+, SM-DS or eIM
    /// (2.999.10 for the first SM-DP+ of variant O); none on eUICC and eIM signing certificates.
    #[must_use]
    pub fn registered_id(self, variant: Variant) -> Option<&'static str> {
        self.row(variant).registered_id
    }

    /// Host names of a TLS role's certificate; the first is its common name.
    #[must_use]
    pub fn host_names(self, variant: Variant) -> &'static [&'static str] {
        self.row(variant).hosts
    }
}

impl fmt::Display for Role {
    /// The name that the manifest and the error messages use: `dp-auth`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row(Variant::O).label)
    }
}

/// The suffix of a curve in SGP.26's file names.
#[must_use]
pub fn curve_suffix(curve: Curve) -> &'static str {
    match curve {
        Curve::NistP256 => "NIST",
        Curve::BrainpoolP256r1 => "BRP",
    }
}

/// EID prefix that the EUM of the test set is responsible for.
pub const EUM_EID_PREFIX: &str = "89049032";

/// EID of the published eUICC certificate.
pub const TEST_EID: [u8; 16] = [
    0x89, 0x04, 0x90, 0x32, 0x12, 0x34, 0x51, 0x23, 0x45, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x35,
];
