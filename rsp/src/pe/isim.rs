// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates: ISIM and CSIM.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{File, PeHeader};
use crate::asn1::ObjectIdentifier;
use crate::raw::Additions;

/// `PE-ISIM`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeIsim {
    /// `isim-header` (A0).
    #[rasn(identifier = "isim-header")]
    pub isim_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `adf-isim` (A2).
    #[rasn(identifier = "adf-isim")]
    pub adf_isim: File,
    /// `ef-impi` (A3).
    #[rasn(identifier = "ef-impi")]
    pub ef_impi: File,
    /// `ef-impu` (A4).
    #[rasn(identifier = "ef-impu")]
    pub ef_impu: File,
    /// `ef-domain` (A5).
    #[rasn(identifier = "ef-domain")]
    pub ef_domain: File,
    /// `ef-ist` (A6).
    #[rasn(identifier = "ef-ist")]
    pub ef_ist: File,
    /// `ef-ad` (A7).
    #[rasn(identifier = "ef-ad")]
    pub ef_ad: Option<File>,
    /// `ef-arr` (A8).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: File,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-OPT-ISIM`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeOptIsim {
    /// `optisim-header` (A0).
    #[rasn(identifier = "optisim-header")]
    pub optisim_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `ef-pcscf` (A2).
    #[rasn(identifier = "ef-pcscf")]
    pub ef_pcscf: Option<File>,
    /// `ef-sms` (A3).
    #[rasn(identifier = "ef-sms")]
    pub ef_sms: Option<File>,
    /// `ef-smsp` (A4).
    #[rasn(identifier = "ef-smsp")]
    pub ef_smsp: Option<File>,
    /// `ef-smss` (A5).
    #[rasn(identifier = "ef-smss")]
    pub ef_smss: Option<File>,
    /// `ef-smsr` (A6).
    #[rasn(identifier = "ef-smsr")]
    pub ef_smsr: Option<File>,
    /// `ef-gbabp` (A7).
    #[rasn(identifier = "ef-gbabp")]
    pub ef_gbabp: Option<File>,
    /// `ef-gbanl` (A8).
    #[rasn(identifier = "ef-gbanl")]
    pub ef_gbanl: Option<File>,
    /// `ef-nafkca` (A9).
    #[rasn(identifier = "ef-nafkca")]
    pub ef_nafkca: Option<File>,
    /// `ef-uicciari` (AA).
    #[rasn(identifier = "ef-uicciari")]
    pub ef_uicciari: Option<File>,
    /// `ef-frompreferred` (AB).
    #[rasn(identifier = "ef-frompreferred")]
    pub ef_frompreferred: Option<File>,
    /// `ef-imsconfigdata` (AC).
    #[rasn(identifier = "ef-imsconfigdata")]
    pub ef_imsconfigdata: Option<File>,
    /// `ef-xcapconfigdata` (AD).
    #[rasn(identifier = "ef-xcapconfigdata")]
    pub ef_xcapconfigdata: Option<File>,
    /// `ef-webrtcuri` (AE).
    #[rasn(identifier = "ef-webrtcuri")]
    pub ef_webrtcuri: Option<File>,
    /// `ef-mudmidconfigdata` (AF).
    #[rasn(identifier = "ef-mudmidconfigdata")]
    pub ef_mudmidconfigdata: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-CSIM`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeCsim {
    /// `csim-header` (A0).
    #[rasn(identifier = "csim-header")]
    pub csim_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `adf-csim` (A2).
    #[rasn(identifier = "adf-csim")]
    pub adf_csim: File,
    /// `ef-arr` (A3).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: File,
    /// `ef-call-count` (A4).
    #[rasn(identifier = "ef-call-count")]
    pub ef_call_count: File,
    /// `ef-imsi-m` (A5).
    #[rasn(identifier = "ef-imsi-m")]
    pub ef_imsi_m: File,
    /// `ef-imsi-t` (A6).
    #[rasn(identifier = "ef-imsi-t")]
    pub ef_imsi_t: File,
    /// `ef-tmsi` (A7).
    #[rasn(identifier = "ef-tmsi")]
    pub ef_tmsi: File,
    /// `ef-ah` (A8).
    #[rasn(identifier = "ef-ah")]
    pub ef_ah: File,
    /// `ef-aop` (A9).
    #[rasn(identifier = "ef-aop")]
    pub ef_aop: File,
    /// `ef-aloc` (AA).
    #[rasn(identifier = "ef-aloc")]
    pub ef_aloc: File,
    /// `ef-cdmahome` (AB).
    #[rasn(identifier = "ef-cdmahome")]
    pub ef_cdmahome: File,
    /// `ef-znregi` (AC).
    #[rasn(identifier = "ef-znregi")]
    pub ef_znregi: File,
    /// `ef-snregi` (AD).
    #[rasn(identifier = "ef-snregi")]
    pub ef_snregi: File,
    /// `ef-distregi` (AE).
    #[rasn(identifier = "ef-distregi")]
    pub ef_distregi: File,
    /// `ef-accolc` (AF).
    #[rasn(identifier = "ef-accolc")]
    pub ef_accolc: File,
    /// `ef-term` (B0).
    #[rasn(identifier = "ef-term")]
    pub ef_term: File,
    /// `ef-acp` (B1).
    #[rasn(identifier = "ef-acp")]
    pub ef_acp: File,
    /// `ef-prl` (B2).
    #[rasn(identifier = "ef-prl")]
    pub ef_prl: File,
    /// `ef-ruimid` (B3).
    #[rasn(identifier = "ef-ruimid")]
    pub ef_ruimid: File,
    /// `ef-csim-st` (B4).
    #[rasn(identifier = "ef-csim-st")]
    pub ef_csim_st: File,
    /// `ef-spc` (B5).
    #[rasn(identifier = "ef-spc")]
    pub ef_spc: File,
    /// `ef-otapaspc` (B6).
    #[rasn(identifier = "ef-otapaspc")]
    pub ef_otapaspc: File,
    /// `ef-namlock` (B7).
    #[rasn(identifier = "ef-namlock")]
    pub ef_namlock: File,
    /// `ef-ota` (B8).
    #[rasn(identifier = "ef-ota")]
    pub ef_ota: File,
    /// `ef-sp` (B9).
    #[rasn(identifier = "ef-sp")]
    pub ef_sp: File,
    /// `ef-esn-meid-me` (BA).
    #[rasn(identifier = "ef-esn-meid-me")]
    pub ef_esn_meid_me: File,
    /// `ef-li` (BB).
    #[rasn(identifier = "ef-li")]
    pub ef_li: File,
    /// `ef-usgind` (BC).
    #[rasn(identifier = "ef-usgind")]
    pub ef_usgind: File,
    /// `ef-ad` (BD).
    #[rasn(identifier = "ef-ad")]
    pub ef_ad: File,
    /// `ef-max-prl` (BE).
    #[rasn(identifier = "ef-max-prl")]
    pub ef_max_prl: File,
    /// `ef-spcs` (BF1F).
    #[rasn(identifier = "ef-spcs")]
    pub ef_spcs: File,
    /// `ef-mecrp` (BF20).
    #[rasn(identifier = "ef-mecrp")]
    pub ef_mecrp: File,
    /// `ef-home-tag` (BF21).
    #[rasn(identifier = "ef-home-tag")]
    pub ef_home_tag: File,
    /// `ef-group-tag` (BF22).
    #[rasn(identifier = "ef-group-tag")]
    pub ef_group_tag: File,
    /// `ef-specific-tag` (BF23).
    #[rasn(identifier = "ef-specific-tag")]
    pub ef_specific_tag: File,
    /// `ef-call-prompt` (BF24).
    #[rasn(identifier = "ef-call-prompt")]
    pub ef_call_prompt: File,
    /// Members this version does not know.
    pub additions: Additions,
}
