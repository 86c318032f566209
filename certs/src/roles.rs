// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who holds a certificate, and under which file names it is published.
//!
//! Trap: the NIST certificate of the second SM-DP+ is published as `CERT_S_SM_DP2_TLS.der`, without
//! a curve, although its key files have one.

use std::fmt;

use rsp::ecdsa::Curve;

/// Holder of a certificate and its private key (SGP.22 §4.5.2, SGP.32 §2.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The certificate issuer (root).
    Ci,
    /// The eUICC manufacturer.
    Eum,
    /// The eUICC.
    Euicc,
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
    /// SM-DS, authentication to the eUICC.
    DsAuth,
    /// SM-DS, TLS.
    DsTls,
    /// eIM, signature of eUICC packages.
    EimSign,
    /// eIM, TLS and DTLS.
    EimTls,
}

impl Role {
    /// Every role, issuers before those they issue to.
    pub const ALL: [Self; 13] = [
        Self::Ci,
        Self::Eum,
        Self::Euicc,
        Self::DpAuth,
        Self::DpPb,
        Self::DpTls,
        Self::Dp2Auth,
        Self::Dp2Pb,
        Self::Dp2Tls,
        Self::DsAuth,
        Self::DsTls,
        Self::EimSign,
        Self::EimTls,
    ];

    /// Role that signs this role's certificate; the CI signs its own.
    #[must_use]
    pub fn issuer(self) -> Self {
        match self {
            Self::Euicc => Self::Eum,
            _ => Self::Ci,
        }
    }

    /// Whether the certificate is a TLS server and client certificate.
    #[must_use]
    pub fn is_tls(self) -> bool {
        matches!(
            self,
            Self::DpTls | Self::Dp2Tls | Self::DsTls | Self::EimTls
        )
    }

    /// The registeredID in the subjectAltName: the OID of the CI, EUM, SM-DP+, SM-DS or eIM
    /// (2.999.10 for the first SM-DP+); none on eUICC and eIM signing certificates.
    #[must_use]
    pub fn registered_id(self) -> Option<&'static str> {
        self.row().registered_id
    }

    /// Host names of a TLS role's certificate; the first is its common name.
    #[must_use]
    pub fn host_names(self) -> &'static [&'static str] {
        self.row().hosts
    }

    /// Folder of the role's files, as in the published set.
    #[must_use]
    pub fn folder(self) -> &'static str {
        self.row().folder
    }

    /// File name without its `CERT_`, `SK_` or `PK_` and without its ending.
    #[must_use]
    pub fn stem(self, curve: Curve) -> String {
        format!("{}_{}", self.row().name, curve_suffix(curve))
    }

    /// Name of the certificate file without its ending: `CERT_` and the stem, but for the one file
    /// that is published without its curve.
    #[must_use]
    pub fn certificate_file(self, curve: Curve) -> String {
        match (self, curve) {
            (Self::Dp2Tls, Curve::NistP256) => format!("CERT_{}", self.row().name),
            _ => format!("CERT_{}", self.stem(curve)),
        }
    }
}

impl fmt::Display for Role {
    /// The name that the manifest and the error messages use: `dp-auth`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().label)
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
