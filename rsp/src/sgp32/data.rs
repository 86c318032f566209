// SPDX-License-Identifier: MIT OR Apache-2.0
//! IPA eUICC data, download trigger results, ISD-R template and IPAe activation.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    EuiccPackageResult, Sgp32EuiccInfo2, Sgp32PendingNotification, Sgp32ProfileInstallationResult,
};
use crate::asn1::{Certificate, OctetString, integer_names, named_bits};
use crate::raw::Additions;
use crate::sgp22::{DeviceInfo, EuiccInfo1, TransactionId, VendorSpecificExtension};

integer_names! {
    /// `IpaEuiccDataErrorCode` (SGP.32 §2.11.2.2).
    IpaEuiccDataErrorCode {
        /// `incorrectTagList`.
        INCORRECT_TAG_LIST = 1 "incorrectTagList",
        /// `euiccCiPKIdNotFound`.
        EUICC_CI_PK_ID_NOT_FOUND = 5 "euiccCiPKIdNotFound",
        /// `ecallActive`.
        ECALL_ACTIVE = 104 "ecallActive",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `IpaEuiccDataResponseError` (SGP.32 §2.11.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct IpaEuiccDataResponseError {
    /// `eimTransactionId` (80).
    #[rasn(identifier = "eimTransactionId", tag(context, 0))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `ipaEuiccDataErrorCode` (02).
    #[rasn(identifier = "ipaEuiccDataErrorCode")]
    pub ipa_euicc_data_error_code: IpaEuiccDataErrorCode,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `IpaEuiccDataResponse` (BF52) (SGP.32 §2.11.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 82)))]
pub enum IpaEuiccDataResponse {
    /// `ipaEuiccData` (A0).
    #[rasn(identifier = "ipaEuiccData")]
    IpaEuiccData(IpaEuiccData),
    /// `ipaEuiccDataResponseError` (A1).
    #[rasn(identifier = "ipaEuiccDataResponseError")]
    IpaEuiccDataResponseError(IpaEuiccDataResponseError),
}

/// `PendingNotificationList` (SGP.32 §2.11.2.2).
pub type PendingNotificationList = Vec<Sgp32PendingNotification>;

/// `EuiccPackageResultList` (SGP.32 §2.11.2.2).
pub type EuiccPackageResultList = Vec<EuiccPackageResult>;

/// `IpaEuiccData` (SGP.32 §2.11.2.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct IpaEuiccData {
    /// `notificationsList` (A0).
    #[rasn(identifier = "notificationsList", tag(context, 0))]
    pub notifications_list: Option<PendingNotificationList>,
    /// `defaultSmdpAddress` (81).
    #[rasn(identifier = "defaultSmdpAddress", tag(context, 1))]
    pub default_smdp_address: Option<String>,
    /// `euiccPackageResultList` (A2).
    #[rasn(identifier = "euiccPackageResultList", tag(context, 2))]
    pub euicc_package_result_list: Option<EuiccPackageResultList>,
    /// `euiccInfo1` (BF20).
    #[rasn(identifier = "euiccInfo1", tag(context, 32))]
    pub euicc_info1: Option<EuiccInfo1>,
    /// `euiccInfo2` (BF22).
    #[rasn(identifier = "euiccInfo2", tag(context, 34))]
    pub euicc_info2: Option<Sgp32EuiccInfo2>,
    /// `rootSmdsAddress` (83).
    #[rasn(identifier = "rootSmdsAddress", tag(context, 3))]
    pub root_smds_address: Option<String>,
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    pub association_token: Option<i64>,
    /// `eumCertificate` (A5).
    #[rasn(identifier = "eumCertificate", tag(context, 5))]
    pub eum_certificate: Option<Certificate>,
    /// `euiccCertificate` (A6).
    #[rasn(identifier = "euiccCertificate", tag(context, 6))]
    pub euicc_certificate: Option<Certificate>,
    /// `eimTransactionId` (87).
    #[rasn(identifier = "eimTransactionId", tag(context, 7))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `ipaCapabilities` (A8).
    #[rasn(identifier = "ipaCapabilities", tag(context, 8))]
    pub ipa_capabilities: Option<IpaCapabilities>,
    /// `deviceInfo` (A9).
    #[rasn(identifier = "deviceInfo", tag(context, 9))]
    pub device_info: Option<DeviceInfo>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `profileDownloadErrorReason` of `ProfileDownloadTriggerResult`.
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason {
        /// `ecallActive`.
        ECALL_ACTIVE = 104 "ecallActive",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `profileDownloadError` of `ProfileDownloadTriggerResult`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError {
    /// `profileDownloadErrorReason` (80).
    #[rasn(identifier = "profileDownloadErrorReason", tag(context, 0))]
    pub profile_download_error_reason: ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason,
    /// `errorResponse` (04).
    #[rasn(identifier = "errorResponse")]
    pub error_response: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `profileDownloadTriggerResultData` of `ProfileDownloadTriggerResult`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum ProfileDownloadTriggerResultProfileDownloadTriggerResultData {
    /// `profileInstallationResult` (BF37): see SGP.22.
    #[rasn(identifier = "profileInstallationResult", tag(context, 55))]
    ProfileInstallationResult(Sgp32ProfileInstallationResult),
    /// `profileDownloadError` (30).
    #[rasn(identifier = "profileDownloadError")]
    ProfileDownloadError(
        ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError,
    ),
}

/// `ProfileDownloadTriggerResult` (BF54) (SGP.32 §2.11.2.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 84))]
pub struct ProfileDownloadTriggerResult {
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `profileDownloadTriggerResultData`.
    #[rasn(identifier = "profileDownloadTriggerResultData")]
    pub profile_download_trigger_result_data:
        ProfileDownloadTriggerResultProfileDownloadTriggerResultData,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `euiccConfiguration` of `ISDRProprietaryApplicationTemplateIoT`.
    IsdrProprietaryApplicationTemplateIoTEuiccConfiguration {
        /// IPA in the eUICC (IPAe) supported.
        IPAE_SUPPORTED = 0 "ipaeSupported",
        /// EUICC contains an Enabled Profile.
        ENABLED_PROFILE = 1 "enabledProfile",
    }
}

/// `ISDRProprietaryApplicationTemplateIoT` (E1) (SGP.32 §4.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(private, 1))]
pub struct IsdrProprietaryApplicationTemplateIoT {
    /// `euiccConfiguration` (80).
    #[rasn(identifier = "euiccConfiguration")]
    pub euicc_configuration: IsdrProprietaryApplicationTemplateIoTEuiccConfiguration,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `ipaeOption` of `IpaeActivationRequest`.
    IpaeActivationRequestIpaeOption {
        /// IPAe activation.
        ACTIVATE_IPAE = 0 "activateIpae",
    }
}

/// `IpaeActivationRequest` (BF42) (SGP.32 §4.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 66))]
pub struct IpaeActivationRequest {
    /// `ipaeOption` (80).
    #[rasn(identifier = "ipaeOption")]
    pub ipae_option: IpaeActivationRequestIpaeOption,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `ipaeActivationResult` of `IpaeActivationResponse`.
    IpaeActivationResponseIpaeActivationResult {
        /// `ok`.
        OK = 0 "ok",
        /// `notSupported`.
        NOT_SUPPORTED = 1 "notSupported",
    }
}

/// `IpaeActivationResponse` (BF42) (SGP.32 §4.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 66))]
pub struct IpaeActivationResponse {
    /// `ipaeActivationResult` (80).
    #[rasn(identifier = "ipaeActivationResult")]
    pub ipae_activation_result: IpaeActivationResponseIpaeActivationResult,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `ipaFeatures` of `IpaCapabilities`.
    IpaCapabilitiesIpaFeatures {
        /// `directRspServerCommunication`.
        DIRECT_RSP_SERVER_COMMUNICATION = 0 "directRspServerCommunication",
        /// `indirectRspServerCommunication`.
        INDIRECT_RSP_SERVER_COMMUNICATION = 1 "indirectRspServerCommunication",
        /// `eimDownloadDataHandling`.
        EIM_DOWNLOAD_DATA_HANDLING = 2 "eimDownloadDataHandling",
        /// `eimCtxParams1Generation`.
        EIM_CTX_PARAMS1_GENERATION = 3 "eimCtxParams1Generation",
        /// `eimProfileMetadataVerification`.
        EIM_PROFILE_METADATA_VERIFICATION = 4 "eimProfileMetadataVerification",
        /// `minimizeEsipaBytes`.
        MINIMIZE_ESIPA_BYTES = 5 "minimizeEsipaBytes",
    }
}

named_bits! {
    /// `ipaSupportedProtocols` of `IpaCapabilities`.
    IpaCapabilitiesIpaSupportedProtocols {
        /// `ipaRetrieveHttps`.
        IPA_RETRIEVE_HTTPS = 0 "ipaRetrieveHttps",
        /// `ipaRetrieveCoaps`.
        IPA_RETRIEVE_COAPS = 1 "ipaRetrieveCoaps",
        /// `ipaInjectHttps`.
        IPA_INJECT_HTTPS = 2 "ipaInjectHttps",
        /// `ipaInjectCoaps`.
        IPA_INJECT_COAPS = 3 "ipaInjectCoaps",
        /// `ipaProprietary`.
        IPA_PROPRIETARY = 4 "ipaProprietary",
    }
}

/// `IpaCapabilities` (SGP.32 §4.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct IpaCapabilities {
    /// `ipaFeatures` (80).
    #[rasn(identifier = "ipaFeatures", tag(context, 0))]
    pub ipa_features: IpaCapabilitiesIpaFeatures,
    /// `ipaSupportedProtocols` (81).
    #[rasn(identifier = "ipaSupportedProtocols", tag(context, 1))]
    pub ipa_supported_protocols: Option<IpaCapabilitiesIpaSupportedProtocols>,
    /// `eSipaProprietaryProtocolInformation` (A2): v1.3: additional information for proprietary
    /// protocol(s).
    #[rasn(identifier = "eSipaProprietaryProtocolInformation", tag(context, 2))]
    pub esipa_proprietary_protocol_information: Option<VendorSpecificExtension>,
    /// Members this version does not know.
    pub additions: Additions,
}
