// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates: MF, CD, TELECOM.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{File, PeHeader};
use crate::asn1::ObjectIdentifier;
use crate::raw::Additions;

/// `PE-MF`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeMf {
    /// `mf-header` (A0).
    #[rasn(identifier = "mf-header")]
    pub mf_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `mf` (A2).
    #[rasn(identifier = "mf")]
    pub mf: File,
    /// `ef-pl` (A3).
    #[rasn(identifier = "ef-pl")]
    pub ef_pl: Option<File>,
    /// `ef-iccid` (A4).
    #[rasn(identifier = "ef-iccid")]
    pub ef_iccid: File,
    /// `ef-dir` (A5).
    #[rasn(identifier = "ef-dir")]
    pub ef_dir: File,
    /// `ef-arr` (A6).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: File,
    /// `ef-umpc` (A7).
    #[rasn(identifier = "ef-umpc")]
    pub ef_umpc: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-CD`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeCd {
    /// `cd-header` (A0).
    #[rasn(identifier = "cd-header")]
    pub cd_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-cd` (A2).
    #[rasn(identifier = "df-cd")]
    pub df_cd: File,
    /// `ef-launchpad` (A3).
    #[rasn(identifier = "ef-launchpad")]
    pub ef_launchpad: Option<File>,
    /// `ef-icon` (A4).
    #[rasn(identifier = "ef-icon")]
    pub ef_icon: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-TELECOM`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeTelecom {
    /// `telecom-header` (A0).
    #[rasn(identifier = "telecom-header")]
    pub telecom_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-telecom` (A2).
    #[rasn(identifier = "df-telecom")]
    pub df_telecom: File,
    /// `ef-arr` (A3).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: Option<File>,
    /// `ef-rma` (A4).
    #[rasn(identifier = "ef-rma")]
    pub ef_rma: Option<File>,
    /// `ef-sume` (A5).
    #[rasn(identifier = "ef-sume")]
    pub ef_sume: Option<File>,
    /// `ef-ice-dn` (A6).
    #[rasn(identifier = "ef-ice-dn")]
    pub ef_ice_dn: Option<File>,
    /// `ef-ice-ff` (A7).
    #[rasn(identifier = "ef-ice-ff")]
    pub ef_ice_ff: Option<File>,
    /// `ef-psismsc` (A8).
    #[rasn(identifier = "ef-psismsc")]
    pub ef_psismsc: Option<File>,
    /// `df-graphics` (A9).
    #[rasn(identifier = "df-graphics")]
    pub df_graphics: Option<File>,
    /// `ef-img` (AA).
    #[rasn(identifier = "ef-img")]
    pub ef_img: Option<File>,
    /// `ef-iidf` (AB).
    #[rasn(identifier = "ef-iidf")]
    pub ef_iidf: Option<File>,
    /// `ef-ice-graphics` (AC).
    #[rasn(identifier = "ef-ice-graphics")]
    pub ef_ice_graphics: Option<File>,
    /// `ef-launch-scws` (AD).
    #[rasn(identifier = "ef-launch-scws")]
    pub ef_launch_scws: Option<File>,
    /// `ef-icon` (AE).
    #[rasn(identifier = "ef-icon")]
    pub ef_icon: Option<File>,
    /// `df-phonebook` (AF).
    #[rasn(identifier = "df-phonebook")]
    pub df_phonebook: Option<File>,
    /// `ef-pbr` (B0).
    #[rasn(identifier = "ef-pbr")]
    pub ef_pbr: Option<File>,
    /// `ef-ext1` (B1).
    #[rasn(identifier = "ef-ext1")]
    pub ef_ext1: Option<File>,
    /// `ef-aas` (B2).
    #[rasn(identifier = "ef-aas")]
    pub ef_aas: Option<File>,
    /// `ef-gas` (B3).
    #[rasn(identifier = "ef-gas")]
    pub ef_gas: Option<File>,
    /// `ef-psc` (B4).
    #[rasn(identifier = "ef-psc")]
    pub ef_psc: Option<File>,
    /// `ef-cc` (B5).
    #[rasn(identifier = "ef-cc")]
    pub ef_cc: Option<File>,
    /// `ef-puid` (B6).
    #[rasn(identifier = "ef-puid")]
    pub ef_puid: Option<File>,
    /// `ef-iap` (B7).
    #[rasn(identifier = "ef-iap")]
    pub ef_iap: Option<File>,
    /// `ef-adn` (B8).
    #[rasn(identifier = "ef-adn")]
    pub ef_adn: Option<File>,
    /// `ef-pbc` (B9).
    #[rasn(identifier = "ef-pbc")]
    pub ef_pbc: Option<File>,
    /// `ef-anr` (BA).
    #[rasn(identifier = "ef-anr")]
    pub ef_anr: Option<File>,
    /// `ef-puri` (BB).
    #[rasn(identifier = "ef-puri")]
    pub ef_puri: Option<File>,
    /// `ef-email` (BC).
    #[rasn(identifier = "ef-email")]
    pub ef_email: Option<File>,
    /// `ef-sne` (BD).
    #[rasn(identifier = "ef-sne")]
    pub ef_sne: Option<File>,
    /// `ef-uid` (BE).
    #[rasn(identifier = "ef-uid")]
    pub ef_uid: Option<File>,
    /// `ef-grp` (BF1F).
    #[rasn(identifier = "ef-grp")]
    pub ef_grp: Option<File>,
    /// `ef-ccp1` (BF20).
    #[rasn(identifier = "ef-ccp1")]
    pub ef_ccp1: Option<File>,
    /// `df-multimedia` (BF21).
    #[rasn(identifier = "df-multimedia")]
    pub df_multimedia: Option<File>,
    /// `ef-mml` (BF22).
    #[rasn(identifier = "ef-mml")]
    pub ef_mml: Option<File>,
    /// `ef-mmdf` (BF23).
    #[rasn(identifier = "ef-mmdf")]
    pub ef_mmdf: Option<File>,
    /// `df-mmss` (BF24).
    #[rasn(identifier = "df-mmss")]
    pub df_mmss: Option<File>,
    /// `ef-mlpl` (BF25).
    #[rasn(identifier = "ef-mlpl")]
    pub ef_mlpl: Option<File>,
    /// `ef-mspl` (BF26).
    #[rasn(identifier = "ef-mspl")]
    pub ef_mspl: Option<File>,
    /// `ef-mmssmode` (BF27).
    #[rasn(identifier = "ef-mmssmode")]
    pub ef_mmssmode: Option<File>,
    /// `df-mcs` (BF28).
    #[rasn(identifier = "df-mcs")]
    pub df_mcs: Option<File>,
    /// `ef-mst` (BF29).
    #[rasn(identifier = "ef-mst")]
    pub ef_mst: Option<File>,
    /// `ef-mcs-config` (BF2A).
    #[rasn(identifier = "ef-mcs-config")]
    pub ef_mcs_config: Option<File>,
    /// `df-v2x` (BF2B).
    #[rasn(identifier = "df-v2x")]
    pub df_v2x: Option<File>,
    /// `ef-vst` (BF2C).
    #[rasn(identifier = "ef-vst")]
    pub ef_vst: Option<File>,
    /// `ef-v2x-config` (BF2D).
    #[rasn(identifier = "ef-v2x-config")]
    pub ef_v2x_config: Option<File>,
    /// `ef-v2xp-pc5` (BF2E).
    #[rasn(identifier = "ef-v2xp-pc5")]
    pub ef_v2xp_pc5: Option<File>,
    /// `ef-v2xp-Uu` (BF2F).
    #[rasn(identifier = "ef-v2xp-Uu")]
    pub ef_v2xp_uu: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}
