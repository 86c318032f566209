// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types added by v1.3.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::EimPackageResultErrorCode;
use crate::asn1::{OctetString, integer_names};
use crate::raw::Additions;
use crate::sgp22::{IconType, Octet16, PprIds, TransactionId, VendorSpecificExtension};

integer_names! {
    /// `EuiccPackageUnsignedErrorCode` (SGP.32 §2.11.2.1).
    EuiccPackageUnsignedErrorCode {
        /// `sizeOverflow`.
        SIZE_OVERFLOW = 15 "sizeOverflow",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-UpdateMetadataRequest` (BF2A).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 42))]
pub struct Sgp32UpdateMetadataRequest {
    /// `serviceProviderName` (91).
    #[rasn(identifier = "serviceProviderName", tag(context, 17))]
    pub service_provider_name: Option<String>,
    /// `profileName` (92).
    #[rasn(identifier = "profileName", tag(context, 18))]
    pub profile_name: Option<String>,
    /// `iconType` (93).
    #[rasn(identifier = "iconType", tag(context, 19))]
    pub icon_type: Option<IconType>,
    /// `icon` (94).
    #[rasn(identifier = "icon", tag(context, 20))]
    pub icon: Option<OctetString>,
    /// `profilePolicyRules` (99).
    #[rasn(identifier = "profilePolicyRules", tag(context, 25))]
    pub profile_policy_rules: Option<PprIds>,
    /// `serviceSpecificDataStoredInEuicc` (BF22).
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `fallbackAllowed` (9F67).
    #[rasn(identifier = "fallbackAllowed", tag(context, 103))]
    pub fallback_allowed: Option<bool>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `correlationId` of `EimPackageReceivedWithCid`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EimPackageReceivedWithCidCorrelationId {
    /// `eimTransactionId` (80): if received in the eIM Package.
    #[rasn(identifier = "eimTransactionId", tag(context, 0))]
    EimTransactionId(TransactionId),
    /// `eidValue` (5A): otherwise.
    #[rasn(identifier = "eidValue", tag(application, 26))]
    EidValue(Octet16),
}

/// `EimPackageReceivedWithCid` (SGP.32 §6.3.3.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct EimPackageReceivedWithCid {
    /// `correlationId` (A0).
    #[rasn(identifier = "correlationId")]
    pub correlation_id: Option<EimPackageReceivedWithCidCorrelationId>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `correlationId` of `EimPackageErrorWithCid`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EimPackageErrorWithCidCorrelationId {
    /// `eimTransactionId` (80): if received in the eIM Package.
    #[rasn(identifier = "eimTransactionId", tag(context, 0))]
    EimTransactionId(TransactionId),
    /// `eidValue` (5A): otherwise.
    #[rasn(identifier = "eidValue", tag(application, 26))]
    EidValue(Octet16),
}

/// `EimPackageErrorWithCid` (SGP.32 §6.3.3.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct EimPackageErrorWithCid {
    /// `correlationId` (A0).
    #[rasn(identifier = "correlationId")]
    pub correlation_id: Option<EimPackageErrorWithCidCorrelationId>,
    /// `eimPackageError` (81).
    #[rasn(identifier = "eimPackageError")]
    pub eim_package_error: EimPackageResultErrorCode,
    /// Members this version does not know.
    pub additions: Additions,
}
