// SPDX-License-Identifier: MIT OR Apache-2.0
//! File names and folders of the published sets: the older one for Variant O
//! (`DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der`), that of SGP.26 v3 for the others
//! (`SM-DP+/SM_DPauth/CERT_S_SM_DPauth_VARA_SIG_NIST.der`).
//!
//! Traps:
//! - The NIST certificates of the second, fourth and eighth SM-DP+ are published in the older set
//!   without a curve (`CERT_S_SM_DP2_TLS.der`); the key files of the second have one.
//! - In the v3 set key files name no variant, and CI, CI sub-CA and the EUM and eUICC of Ov3 none
//!   at all.
//! - The eIM keeps its older names in the v3 set.

use rsp::ecdsa::Curve;

use crate::roles::{Role, curve_suffix};
use crate::variant::Variant;

impl Role {
    /// Folder of the role's files below that of the variant.
    #[must_use]
    pub fn folder(self, variant: Variant) -> &'static str {
        if !variant.is_v3() {
            return self.row(variant).folder;
        }
        match self {
            Self::Ci => "CI",
            Self::CiSubCa => "CI_subCA",
            Self::Eum => "EUM",
            Self::EumSubCa => "EUM_SUB_CA",
            Self::Euicc => "EUICC",
            Self::DpSubCa => "SM-DP+/SM_DPSubCA",
            Self::DpAuth | Self::Dp2Auth => "SM-DP+/SM_DPauth",
            Self::DpPb | Self::Dp2Pb => "SM-DP+/SM_DPpb",
            Self::DpTls | Self::Dp2Tls | Self::Dp4Tls | Self::Dp8Tls => "SM-DP+/SM_DPtls",
            Self::DsSubCa => "SM-DS/SM_DSSubCA",
            Self::DsAuth => "SM-DS/SM_DSauth",
            Self::DsTls | Self::Ds2Tls => "SM-DS/SM_DStls",
            Self::EimSign => "EIM",
            Self::EimTls => "EIM_tls-dptls",
        }
    }

    /// Name of a certificate without its `CERT_`, always with its curve.
    #[must_use]
    pub fn stem(self, variant: Variant, curve: Curve) -> String {
        let curve = curve_suffix(curve);
        if self.has_old_names(variant) {
            return format!("{}_{curve}", self.row(Variant::O).name);
        }
        let unmarked = matches!(self, Self::Ci | Self::CiSubCa)
            || (variant == Variant::Ov3 && matches!(self, Self::Eum | Self::Euicc));
        let mark = if unmarked {
            String::new()
        } else {
            format!("_{}", variant.mark())
        };
        format!("{}{mark}_{}_{curve}", self.base(), self.purpose())
    }

    /// Name of the certificate file without its ending.
    #[must_use]
    pub fn certificate_file(self, variant: Variant, curve: Curve) -> String {
        let no_curve = matches!(self, Self::Dp2Tls | Self::Dp4Tls | Self::Dp8Tls);
        if no_curve && !variant.is_v3() && curve == Curve::NistP256 {
            return format!("CERT_{}", self.row(variant).name);
        }
        format!("CERT_{}", self.stem(variant, curve))
    }

    /// Name of the key files without their `SK_` or `PK_` and without their ending.
    #[must_use]
    pub fn key_file(self, variant: Variant, curve: Curve) -> String {
        let no_curve = matches!(self, Self::Dp4Tls | Self::Dp8Tls);
        if no_curve && !variant.is_v3() && curve == Curve::NistP256 {
            return self.row(variant).name.to_owned();
        }
        if self.has_old_names(variant) {
            return self.stem(variant, curve);
        }
        format!("{}_{}_{}", self.base(), self.purpose(), curve_suffix(curve))
    }

    fn has_old_names(self, variant: Variant) -> bool {
        !variant.is_v3() || matches!(self, Self::EimSign | Self::EimTls)
    }

    /// The holder in file names: `S_SM_DP` for DP.TLS.
    pub(crate) fn base(self) -> &'static str {
        let name = self.row(Variant::O).name;
        let without = |ending| name.strip_suffix(ending);
        without("_ECDSA")
            .or_else(|| without("_TLS"))
            .unwrap_or(name)
    }

    fn purpose(self) -> &'static str {
        if self.is_tls() { "TLS" } else { "SIG" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_their_published_names() {
        let (nist, brp) = (Curve::NistP256, Curve::BrainpoolP256r1);
        let path = |role: Role, variant, curve| {
            let folder = role.folder(variant);
            format!("{folder}/{}", role.certificate_file(variant, curve))
        };
        for (role, variant, curve, expected) in [
            (Role::Dp2Tls, Variant::O, nist, "DPtls/CERT_S_SM_DP2_TLS"),
            (Role::Euicc, Variant::O, brp, "eUICC/CERT_EUICC_ECDSA_BRP"),
            (Role::Eum, Variant::Ov3, nist, "EUM/CERT_EUM_SIG_NIST"),
            (Role::Ci, Variant::A, nist, "CI/CERT_CI_SIG_NIST"),
            (
                Role::CiSubCa,
                Variant::C,
                brp,
                "CI_subCA/CERT_CISubCA_SIG_BRP",
            ),
            (
                Role::DpSubCa,
                Variant::A,
                nist,
                "SM-DP+/SM_DPSubCA/CERT_SM_DPSubCA_VARA_SIG_NIST",
            ),
            (
                Role::EumSubCa,
                Variant::C,
                nist,
                "EUM_SUB_CA/CERT_EUMSubCA_VARC_SIG_NIST",
            ),
            (
                Role::Dp2Auth,
                Variant::B,
                brp,
                "SM-DP+/SM_DPauth/CERT_S_SM_DP2auth_VARB_SIG_BRP",
            ),
            (
                Role::DpTls,
                Variant::C,
                nist,
                "SM-DP+/SM_DPtls/CERT_S_SM_DP_VARC_TLS_NIST",
            ),
        ] {
            assert_eq!(path(role, variant, curve), expected);
        }
        let key = |role: Role, variant| role.key_file(variant, nist);
        assert_eq!(key(Role::DpTls, Variant::C), "S_SM_DP_TLS_NIST");
        assert_eq!(key(Role::DpAuth, Variant::A), "S_SM_DPauth_SIG_NIST");
        assert_eq!(key(Role::Dp4Tls, Variant::O), "S_SM_DP4_TLS");
        assert_eq!(key(Role::Dp2Tls, Variant::O), "S_SM_DP2_TLS_NIST");
    }
}
