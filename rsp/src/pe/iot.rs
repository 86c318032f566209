// SPDX-License-Identifier: MIT OR Apache-2.0
//! Templates: EAP and IoT.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{File, PeHeader};
use crate::asn1::ObjectIdentifier;
use crate::raw::Additions;

/// `PE-EAP`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeEap {
    /// `eap-header` (A0).
    #[rasn(identifier = "eap-header")]
    pub eap_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `df-eap` (A2).
    #[rasn(identifier = "df-eap")]
    pub df_eap: File,
    /// `ef-eapkeys` (A3).
    #[rasn(identifier = "ef-eapkeys")]
    pub ef_eapkeys: Option<File>,
    /// `ef-eapstatus` (A4).
    #[rasn(identifier = "ef-eapstatus")]
    pub ef_eapstatus: File,
    /// `ef-puid` (A5).
    #[rasn(identifier = "ef-puid")]
    pub ef_puid: Option<File>,
    /// `ef-ps` (A6).
    #[rasn(identifier = "ef-ps")]
    pub ef_ps: Option<File>,
    /// `ef-curid` (A7).
    #[rasn(identifier = "ef-curid")]
    pub ef_curid: Option<File>,
    /// `ef-reid` (A8).
    #[rasn(identifier = "ef-reid")]
    pub ef_reid: Option<File>,
    /// `ef-realm` (A9).
    #[rasn(identifier = "ef-realm")]
    pub ef_realm: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-IoT`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeIoT {
    /// `iot-header` (A0).
    #[rasn(identifier = "iot-header")]
    pub iot_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `mf` (A2).
    #[rasn(identifier = "mf")]
    pub mf: Option<File>,
    /// `ef-pl` (A3).
    #[rasn(identifier = "ef-pl")]
    pub ef_pl: Option<File>,
    /// `ef-iccid` (A4).
    #[rasn(identifier = "ef-iccid")]
    pub ef_iccid: Option<File>,
    /// `ef-dir` (A5).
    #[rasn(identifier = "ef-dir")]
    pub ef_dir: Option<File>,
    /// `ef-arr` (A6).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: Option<File>,
    /// `ef-umpc` (A7).
    #[rasn(identifier = "ef-umpc")]
    pub ef_umpc: Option<File>,
    /// `adf-usim` (A8).
    #[rasn(identifier = "adf-usim")]
    pub adf_usim: Option<File>,
    /// `ef-imsi` (A9).
    #[rasn(identifier = "ef-imsi")]
    pub ef_imsi: File,
    /// `ef-arr-usim` (AA).
    #[rasn(identifier = "ef-arr-usim")]
    pub ef_arr_usim: Option<File>,
    /// `ef-keys` (AB).
    #[rasn(identifier = "ef-keys")]
    pub ef_keys: Option<File>,
    /// `ef-keysPS` (AC).
    #[rasn(identifier = "ef-keysPS")]
    pub ef_keys_ps: Option<File>,
    /// `ef-hpplmn` (AD).
    #[rasn(identifier = "ef-hpplmn")]
    pub ef_hpplmn: Option<File>,
    /// `ef-ust` (AE).
    #[rasn(identifier = "ef-ust")]
    pub ef_ust: Option<File>,
    /// `ef-start-hfn` (AF).
    #[rasn(identifier = "ef-start-hfn")]
    pub ef_start_hfn: Option<File>,
    /// `ef-threshold` (B0).
    #[rasn(identifier = "ef-threshold")]
    pub ef_threshold: Option<File>,
    /// `ef-psloci` (B1).
    #[rasn(identifier = "ef-psloci")]
    pub ef_psloci: Option<File>,
    /// `ef-acc` (B2).
    #[rasn(identifier = "ef-acc")]
    pub ef_acc: File,
    /// `ef-fplmn` (B3).
    #[rasn(identifier = "ef-fplmn")]
    pub ef_fplmn: Option<File>,
    /// `ef-loci` (B4).
    #[rasn(identifier = "ef-loci")]
    pub ef_loci: Option<File>,
    /// `ef-ad` (B5).
    #[rasn(identifier = "ef-ad")]
    pub ef_ad: Option<File>,
    /// `ef-ecc` (B6).
    #[rasn(identifier = "ef-ecc")]
    pub ef_ecc: Option<File>,
    /// `ef-netpar` (B7).
    #[rasn(identifier = "ef-netpar")]
    pub ef_netpar: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-OPT-IoT`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeOptIoT {
    /// `optiot-header` (A0).
    #[rasn(identifier = "optiot-header")]
    pub optiot_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `ef-fdn` (A2).
    #[rasn(identifier = "ef-fdn")]
    pub ef_fdn: Option<File>,
    /// `ef-sms` (A3).
    #[rasn(identifier = "ef-sms")]
    pub ef_sms: Option<File>,
    /// `ef-smsp` (A4).
    #[rasn(identifier = "ef-smsp")]
    pub ef_smsp: Option<File>,
    /// `ef-smss` (A5).
    #[rasn(identifier = "ef-smss")]
    pub ef_smss: Option<File>,
    /// `ef-spn` (A6).
    #[rasn(identifier = "ef-spn")]
    pub ef_spn: Option<File>,
    /// `ef-est` (A7).
    #[rasn(identifier = "ef-est")]
    pub ef_est: Option<File>,
    /// `ef-oplmnwact` (A8).
    #[rasn(identifier = "ef-oplmnwact")]
    pub ef_oplmnwact: Option<File>,
    /// `ef-hplmnwact` (A9).
    #[rasn(identifier = "ef-hplmnwact")]
    pub ef_hplmnwact: Option<File>,
    /// `ef-ehplmn` (AA).
    #[rasn(identifier = "ef-ehplmn")]
    pub ef_ehplmn: Option<File>,
    /// `ef-epsloci` (AB).
    #[rasn(identifier = "ef-epsloci")]
    pub ef_epsloci: Option<File>,
    /// `ef-epsnsc` (AC).
    #[rasn(identifier = "ef-epsnsc")]
    pub ef_epsnsc: Option<File>,
    /// `df-df-5gs` (AD).
    #[rasn(identifier = "df-df-5gs")]
    pub df_df_5gs: Option<File>,
    /// `ef-5gs3gpploci` (AE).
    #[rasn(identifier = "ef-5gs3gpploci")]
    pub ef_5gs3gpploci: Option<File>,
    /// `ef-5gsn3gpploci` (AF).
    #[rasn(identifier = "ef-5gsn3gpploci")]
    pub ef_5gsn3gpploci: Option<File>,
    /// `ef-5gs3gppnsc` (B0).
    #[rasn(identifier = "ef-5gs3gppnsc")]
    pub ef_5gs3gppnsc: Option<File>,
    /// `ef-5gsn3gppnsc` (B1).
    #[rasn(identifier = "ef-5gsn3gppnsc")]
    pub ef_5gsn3gppnsc: Option<File>,
    /// `ef-5gauthkeys` (B2).
    #[rasn(identifier = "ef-5gauthkeys")]
    pub ef_5gauthkeys: Option<File>,
    /// `ef-uac-aic` (B3).
    #[rasn(identifier = "ef-uac-aic")]
    pub ef_uac_aic: Option<File>,
    /// `ef-suci-calc-info` (B4).
    #[rasn(identifier = "ef-suci-calc-info")]
    pub ef_suci_calc_info: Option<File>,
    /// `ef-opl5g` (B5).
    #[rasn(identifier = "ef-opl5g")]
    pub ef_opl5g: Option<File>,
    /// `ef-supi-nai` (B6).
    #[rasn(identifier = "ef-supi-nai")]
    pub ef_supi_nai: Option<File>,
    /// `ef-routing-indicator` (B7).
    #[rasn(identifier = "ef-routing-indicator")]
    pub ef_routing_indicator: Option<File>,
    /// `ef-ursp` (B8).
    #[rasn(identifier = "ef-ursp")]
    pub ef_ursp: Option<File>,
    /// `ef-tn3gppsnn` (B9).
    #[rasn(identifier = "ef-tn3gppsnn")]
    pub ef_tn3gppsnn: Option<File>,
    /// `df-df-saip` (BA).
    #[rasn(identifier = "df-df-saip")]
    pub df_df_saip: Option<File>,
    /// `ef-suci-calc-info-usim` (BB).
    #[rasn(identifier = "ef-suci-calc-info-usim")]
    pub ef_suci_calc_info_usim: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}
