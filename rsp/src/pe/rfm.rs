// SPDX-License-Identifier: MIT OR Apache-2.0
//! Remote file management, non-standard and end elements, and the answer of the interpreter.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{ApplicationIdentifier, PeHeader, UInt8, UInt15, UInt31};
use crate::asn1::{ObjectIdentifier, OctetString, integer_names};
use crate::raw::Additions;

/// `PE-RFM`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PeRfm {
    /// `rfm-header` (A0).
    #[rasn(identifier = "rfm-header", tag(context, 0))]
    pub rfm_header: PeHeader,
    /// `instanceAID` (4F).
    #[rasn(identifier = "instanceAID", tag(application, 15))]
    pub instance_aid: ApplicationIdentifier,
    /// `securityDomainAID` (4F).
    #[rasn(identifier = "securityDomainAID", tag(application, 15))]
    pub security_domain_aid: Option<ApplicationIdentifier>,
    /// `tarList` (A0).
    #[rasn(identifier = "tarList", tag(context, 0))]
    pub tar_list: Option<Vec<OctetString>>,
    /// `minimumSecurityLevel` (81).
    #[rasn(identifier = "minimumSecurityLevel", tag(context, 1))]
    pub minimum_security_level: OctetString,
    /// `uiccAccessDomain` (04).
    #[rasn(identifier = "uiccAccessDomain")]
    pub uicc_access_domain: OctetString,
    /// `uiccAdminAccessDomain` (04).
    #[rasn(identifier = "uiccAdminAccessDomain")]
    pub uicc_admin_access_domain: OctetString,
    /// `adfRFMAccess` (30).
    #[rasn(identifier = "adfRFMAccess")]
    pub adf_rfm_access: Option<AdfrfmAccess>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ADFRFMAccess`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct AdfrfmAccess {
    /// `adfAID` (80).
    #[rasn(identifier = "adfAID")]
    pub adf_aid: ApplicationIdentifier,
    /// `adfAccessDomain` (81).
    #[rasn(identifier = "adfAccessDomain")]
    pub adf_access_domain: OctetString,
    /// `adfAdminAccessDomain` (82).
    #[rasn(identifier = "adfAdminAccessDomain")]
    pub adf_admin_access_domain: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-NonStandard`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeNonStandard {
    /// `nonStandard-header` (A0).
    #[rasn(identifier = "nonStandard-header")]
    pub non_standard_header: PeHeader,
    /// `issuerID` (81).
    #[rasn(identifier = "issuerID")]
    pub issuer_id: ObjectIdentifier,
    /// `content` (82).
    #[rasn(identifier = "content")]
    pub content: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-End`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeEnd {
    /// `end-header` (A0).
    #[rasn(identifier = "end-header")]
    pub end_header: PeHeader,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `status` of `PEStatus`.
    PeStatusStatus {
        /// `ok`.
        OK = 0 "ok",
        /// `pe-not-supported`.
        PE_NOT_SUPPORTED = 1 "pe-not-supported",
        /// `memory-failure`.
        MEMORY_FAILURE = 2 "memory-failure",
        /// `bad-values`.
        BAD_VALUES = 3 "bad-values",
        /// `not-enough-memory`.
        NOT_ENOUGH_MEMORY = 4 "not-enough-memory",
        /// `invalid-request-format`.
        INVALID_REQUEST_FORMAT = 5 "invalid-request-format",
        /// `invalid-parameter`.
        INVALID_PARAMETER = 6 "invalid-parameter",
        /// `runtime-not-supported`.
        RUNTIME_NOT_SUPPORTED = 7 "runtime-not-supported",
        /// `lib-not-supported`.
        LIB_NOT_SUPPORTED = 8 "lib-not-supported",
        /// `template-not-supported`.
        TEMPLATE_NOT_SUPPORTED = 9 "template-not-supported",
        /// `feature-not-supported`.
        FEATURE_NOT_SUPPORTED = 10 "feature-not-supported",
        /// `pin-code-missing`.
        PIN_CODE_MISSING = 11 "pin-code-missing",
        /// `unsupported-profile-version`.
        UNSUPPORTED_PROFILE_VERSION = 31 "unsupported-profile-version",
    }
}

/// `PEStatus`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeStatus {
    /// `status` (80).
    #[rasn(identifier = "status")]
    pub status: PeStatusStatus,
    /// `identification` (81).
    #[rasn(identifier = "identification")]
    pub identification: Option<UInt15>,
    /// `additional-information` (82).
    #[rasn(identifier = "additional-information")]
    pub additional_information: Option<UInt8>,
    /// `offset` (83).
    #[rasn(identifier = "offset")]
    pub offset: Option<UInt31>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EUICCResponse`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct EuiccResponse {
    /// `peStatus` (A0).
    #[rasn(identifier = "peStatus")]
    pub pe_status: Vec<PeStatus>,
    /// `profileInstallationAborted` (81).
    #[rasn(identifier = "profileInstallationAborted")]
    pub profile_installation_aborted: Option<()>,
    /// `statusMessage` (82).
    #[rasn(identifier = "statusMessage")]
    pub status_message: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}
