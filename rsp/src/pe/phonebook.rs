// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates: phonebook, GSM access, 5GS, SAIP, SNPN, 5G ProSe.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{File, PeHeader};
use crate::asn1::ObjectIdentifier;
use crate::raw::Additions;

/// `PE-PHONEBOOK`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PePhonebook {
    /// `phonebook-header` (A0).
    #[rasn(identifier = "phonebook-header")]
    pub phonebook_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-phonebook` (A2).
    #[rasn(identifier = "df-phonebook")]
    pub df_phonebook: File,
    /// `ef-pbr` (A3).
    #[rasn(identifier = "ef-pbr")]
    pub ef_pbr: Option<File>,
    /// `ef-ext1` (A4).
    #[rasn(identifier = "ef-ext1")]
    pub ef_ext1: Option<File>,
    /// `ef-aas` (A5).
    #[rasn(identifier = "ef-aas")]
    pub ef_aas: Option<File>,
    /// `ef-gas` (A6).
    #[rasn(identifier = "ef-gas")]
    pub ef_gas: Option<File>,
    /// `ef-psc` (A7).
    #[rasn(identifier = "ef-psc")]
    pub ef_psc: Option<File>,
    /// `ef-cc` (A8).
    #[rasn(identifier = "ef-cc")]
    pub ef_cc: Option<File>,
    /// `ef-puid` (A9).
    #[rasn(identifier = "ef-puid")]
    pub ef_puid: Option<File>,
    /// `ef-iap` (AA).
    #[rasn(identifier = "ef-iap")]
    pub ef_iap: Option<File>,
    /// `ef-adn` (AB).
    #[rasn(identifier = "ef-adn")]
    pub ef_adn: Option<File>,
    /// `ef-pbc` (AC).
    #[rasn(identifier = "ef-pbc")]
    pub ef_pbc: Option<File>,
    /// `ef-anr` (AD).
    #[rasn(identifier = "ef-anr")]
    pub ef_anr: Option<File>,
    /// `ef-puri` (AE).
    #[rasn(identifier = "ef-puri")]
    pub ef_puri: Option<File>,
    /// `ef-email` (AF).
    #[rasn(identifier = "ef-email")]
    pub ef_email: Option<File>,
    /// `ef-sne` (B0).
    #[rasn(identifier = "ef-sne")]
    pub ef_sne: Option<File>,
    /// `ef-uid` (B1).
    #[rasn(identifier = "ef-uid")]
    pub ef_uid: Option<File>,
    /// `ef-grp` (B2).
    #[rasn(identifier = "ef-grp")]
    pub ef_grp: Option<File>,
    /// `ef-ccp1` (B3).
    #[rasn(identifier = "ef-ccp1")]
    pub ef_ccp1: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-GSM-ACCESS`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeGsmAccess {
    /// `gsm-access-header` (A0).
    #[rasn(identifier = "gsm-access-header")]
    pub gsm_access_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-gsm-access` (A2).
    #[rasn(identifier = "df-gsm-access")]
    pub df_gsm_access: File,
    /// `ef-kc` (A3).
    #[rasn(identifier = "ef-kc")]
    pub ef_kc: Option<File>,
    /// `ef-kcgprs` (A4).
    #[rasn(identifier = "ef-kcgprs")]
    pub ef_kcgprs: Option<File>,
    /// `ef-cpbcch` (A5).
    #[rasn(identifier = "ef-cpbcch")]
    pub ef_cpbcch: Option<File>,
    /// `ef-invscan` (A6).
    #[rasn(identifier = "ef-invscan")]
    pub ef_invscan: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-DF-5GS`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeDf5Gs {
    /// `df-5gs-header` (A0).
    #[rasn(identifier = "df-5gs-header")]
    pub df_5gs_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-df-5gs` (A2).
    #[rasn(identifier = "df-df-5gs")]
    pub df_df_5gs: File,
    /// `ef-5gs3gpploci` (A3).
    #[rasn(identifier = "ef-5gs3gpploci")]
    pub ef_5gs3gpploci: Option<File>,
    /// `ef-5gsn3gpploci` (A4).
    #[rasn(identifier = "ef-5gsn3gpploci")]
    pub ef_5gsn3gpploci: Option<File>,
    /// `ef-5gs3gppnsc` (A5).
    #[rasn(identifier = "ef-5gs3gppnsc")]
    pub ef_5gs3gppnsc: Option<File>,
    /// `ef-5gsn3gppnsc` (A6).
    #[rasn(identifier = "ef-5gsn3gppnsc")]
    pub ef_5gsn3gppnsc: Option<File>,
    /// `ef-5gauthkeys` (A7).
    #[rasn(identifier = "ef-5gauthkeys")]
    pub ef_5gauthkeys: Option<File>,
    /// `ef-uac-aic` (A8).
    #[rasn(identifier = "ef-uac-aic")]
    pub ef_uac_aic: Option<File>,
    /// `ef-suci-calc-info` (A9).
    #[rasn(identifier = "ef-suci-calc-info")]
    pub ef_suci_calc_info: Option<File>,
    /// `ef-opl5g` (AA).
    #[rasn(identifier = "ef-opl5g")]
    pub ef_opl5g: Option<File>,
    /// `ef-supinai` (AB).
    #[rasn(identifier = "ef-supinai")]
    pub ef_supinai: Option<File>,
    /// `ef-routing-indicator` (AC).
    #[rasn(identifier = "ef-routing-indicator")]
    pub ef_routing_indicator: Option<File>,
    /// `ef-ursp` (AD).
    #[rasn(identifier = "ef-ursp")]
    pub ef_ursp: Option<File>,
    /// `ef-tn3gppsnn` (AE).
    #[rasn(identifier = "ef-tn3gppsnn")]
    pub ef_tn3gppsnn: Option<File>,
    /// `ef-cag` (AF).
    #[rasn(identifier = "ef-cag")]
    pub ef_cag: Option<File>,
    /// `ef-sor-cmci` (B0).
    #[rasn(identifier = "ef-sor-cmci")]
    pub ef_sor_cmci: Option<File>,
    /// `ef-dri` (B1).
    #[rasn(identifier = "ef-dri")]
    pub ef_dri: Option<File>,
    /// `ef-5gsedrx` (B2).
    #[rasn(identifier = "ef-5gsedrx")]
    pub ef_5gsedrx: Option<File>,
    /// `ef-5gnswo-conf` (B3).
    #[rasn(identifier = "ef-5gnswo-conf")]
    pub ef_5gnswo_conf: Option<File>,
    /// `ef-mchpplmn` (B4).
    #[rasn(identifier = "ef-mchpplmn")]
    pub ef_mchpplmn: Option<File>,
    /// `ef-kausf-derivation` (B5).
    #[rasn(identifier = "ef-kausf-derivation")]
    pub ef_kausf_derivation: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-DF-SAIP`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeDfSaip {
    /// `df-saip-header` (A0).
    #[rasn(identifier = "df-saip-header")]
    pub df_saip_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-df-saip` (A2).
    #[rasn(identifier = "df-df-saip")]
    pub df_df_saip: File,
    /// `ef-suci-calc-info-usim` (A3).
    #[rasn(identifier = "ef-suci-calc-info-usim")]
    pub ef_suci_calc_info_usim: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-DF-SNPN`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeDfSnpn {
    /// `df-snpn-header` (A0).
    #[rasn(identifier = "df-snpn-header")]
    pub df_snpn_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-df-snpn` (A2).
    #[rasn(identifier = "df-df-snpn")]
    pub df_df_snpn: File,
    /// `ef-pws-snpn` (A3).
    #[rasn(identifier = "ef-pws-snpn")]
    pub ef_pws_snpn: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-DF-5GPROSE`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeDf5Gprose {
    /// `df-5g-prose-header` (A0).
    #[rasn(identifier = "df-5g-prose-header")]
    pub df_5g_prose_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-df-5g-prose` (A2).
    #[rasn(identifier = "df-df-5g-prose")]
    pub df_df_5g_prose: File,
    /// `ef-5g-prose-st` (A3).
    #[rasn(identifier = "ef-5g-prose-st")]
    pub ef_5g_prose_st: Option<File>,
    /// `ef-5g-prose-dd` (A4).
    #[rasn(identifier = "ef-5g-prose-dd")]
    pub ef_5g_prose_dd: Option<File>,
    /// `ef-5g-prose-dc` (A5).
    #[rasn(identifier = "ef-5g-prose-dc")]
    pub ef_5g_prose_dc: Option<File>,
    /// `ef-5g-prose-u2nru` (A6).
    #[rasn(identifier = "ef-5g-prose-u2nru")]
    pub ef_5g_prose_u2nru: Option<File>,
    /// `ef-5g-prose-ru` (A7).
    #[rasn(identifier = "ef-5g-prose-ru")]
    pub ef_5g_prose_ru: Option<File>,
    /// `ef-5g-prose-uir` (A8).
    #[rasn(identifier = "ef-5g-prose-uir")]
    pub ef_5g_prose_uir: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}
