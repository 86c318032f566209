// SPDX-License-Identifier: MIT OR Apache-2.0
//! Template: USIM.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{File, PeHeader};
use crate::asn1::ObjectIdentifier;
use crate::raw::Additions;

/// `PE-USIM`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeUsim {
    /// `usim-header` (A0).
    #[rasn(identifier = "usim-header")]
    pub usim_header: PeHeader,
    /// `templateID` (81).
    #[rasn(identifier = "templateID")]
    pub template_id: ObjectIdentifier,
    /// `adf-usim` (A2).
    #[rasn(identifier = "adf-usim")]
    pub adf_usim: File,
    /// `ef-imsi` (A3).
    #[rasn(identifier = "ef-imsi")]
    pub ef_imsi: File,
    /// `ef-arr` (A4).
    #[rasn(identifier = "ef-arr")]
    pub ef_arr: File,
    /// `ef-keys` (A5).
    #[rasn(identifier = "ef-keys")]
    pub ef_keys: Option<File>,
    /// `ef-keysPS` (A6).
    #[rasn(identifier = "ef-keysPS")]
    pub ef_keys_ps: Option<File>,
    /// `ef-hpplmn` (A7).
    #[rasn(identifier = "ef-hpplmn")]
    pub ef_hpplmn: Option<File>,
    /// `ef-ust` (A8).
    #[rasn(identifier = "ef-ust")]
    pub ef_ust: File,
    /// `ef-fdn` (A9).
    #[rasn(identifier = "ef-fdn")]
    pub ef_fdn: Option<File>,
    /// `ef-sms` (AA).
    #[rasn(identifier = "ef-sms")]
    pub ef_sms: Option<File>,
    /// `ef-smsp` (AB).
    #[rasn(identifier = "ef-smsp")]
    pub ef_smsp: Option<File>,
    /// `ef-smss` (AC).
    #[rasn(identifier = "ef-smss")]
    pub ef_smss: Option<File>,
    /// `ef-spn` (AD).
    #[rasn(identifier = "ef-spn")]
    pub ef_spn: File,
    /// `ef-est` (AE).
    #[rasn(identifier = "ef-est")]
    pub ef_est: File,
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
    pub ef_ecc: File,
    /// `ef-netpar` (B7).
    #[rasn(identifier = "ef-netpar")]
    pub ef_netpar: Option<File>,
    /// `ef-epsloci` (B8).
    #[rasn(identifier = "ef-epsloci")]
    pub ef_epsloci: Option<File>,
    /// `ef-epsnsc` (B9).
    #[rasn(identifier = "ef-epsnsc")]
    pub ef_epsnsc: Option<File>,
    /// Members this version does not know.
    pub additions: Additions,
}
