// SPDX-License-Identifier: MIT OR Apache-2.0
//! IPA eUICC data and eUICC information.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{EimConfigurationData, Sgp32RetrieveNotificationsListResponse};
use crate::asn1::{Certificate, OctetString, integer_names, named_bits};
use crate::raw::Additions;
use crate::sgp22::{
    CertificationDataObject, DeviceInfo, EuiccInfo1, PprIds, RspCapability, SubjectKeyIdentifier,
    TransactionId, UiccCapability, VersionType,
};
use crate::sgp32::{IpaCapabilities, IpaMode, Sgp32ProfileInstallationResult};

integer_names! {
    /// `ipaEuiccDataError` of `IpaEuiccDataResponse`.
    IpaEuiccDataResponseIpaEuiccDataError {
        /// `incorrectTagList`.
        INCORRECT_TAG_LIST = 1 "incorrectTagList",
        /// `euiccCiPKIdNotFound`.
        EUICC_CI_PK_ID_NOT_FOUND = 5 "euiccCiPKIdNotFound",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `IpaEuiccDataResponse` (BF52) (SGP.32 v1.0 §2.11.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 82)))]
pub enum IpaEuiccDataResponse {
    /// `ipaEuiccData` (A0).
    #[rasn(identifier = "ipaEuiccData")]
    IpaEuiccData(IpaEuiccData),
    /// `ipaEuiccDataError` (81).
    #[rasn(identifier = "ipaEuiccDataError")]
    IpaEuiccDataError(IpaEuiccDataResponseIpaEuiccDataError),
}

/// `IpaEuiccData` (SGP.32 v1.0 §2.11.2.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct IpaEuiccData {
    /// `defaultSmdpAddress` (80).
    #[rasn(identifier = "defaultSmdpAddress", tag(context, 0))]
    pub default_smdp_address: Option<String>,
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
    /// `ipaCapabilities` (A8).
    #[rasn(identifier = "ipaCapabilities", tag(context, 8))]
    pub ipa_capabilities: Option<IpaCapabilities>,
    /// `deviceInfo` (A9).
    #[rasn(identifier = "deviceInfo", tag(context, 9))]
    pub device_info: Option<DeviceInfo>,
    /// `notificationsList` (BF2B).
    #[rasn(identifier = "notificationsList", tag(context, 43))]
    pub notifications_list: Option<Sgp32RetrieveNotificationsListResponse>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `profileDownloadError` of `ProfileDownloadTriggerResult`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError {
    /// `errorResponse` (80).
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

/// `ProfileDownloadTriggerResult` (BF54) (SGP.32 v1.0 §2.11.2.3).
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

integer_names! {
    /// `euiccCategory` of `SGP32-EUICCInfo2`.
    Sgp32EuiccInfo2EuiccCategory {
        /// `other`.
        OTHER = 0 "other",
        /// `basicEuicc`.
        BASIC_EUICC = 1 "basicEuicc",
        /// `mediumEuicc`.
        MEDIUM_EUICC = 2 "mediumEuicc",
        /// `contactlessEuicc`.
        CONTACTLESS_EUICC = 3 "contactlessEuicc",
    }
}

named_bits! {
    /// `treProperties` of `SGP32-EUICCInfo2`.
    Sgp32EuiccInfo2TreProperties {
        /// `isDiscrete`.
        IS_DISCRETE = 0 "isDiscrete",
        /// `isIntegrated`.
        IS_INTEGRATED = 1 "isIntegrated",
        /// Refers to the usage of remote memory protected by the Remote Memory Protection Function
        /// described in SGP.21.
        USES_REMOTE_MEMORY = 2 "usesRemoteMemory",
    }
}

/// `SGP32-EUICCInfo2` (BF22) (SGP.32 v1.0 §5.9.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 34))]
pub struct Sgp32EuiccInfo2 {
    /// `profileVersion` (81): Base eUICC Profile package version supported.
    #[rasn(identifier = "profileVersion", tag(context, 1))]
    pub profile_version: VersionType,
    /// `svn` (82): GSMA SGP.22 version supported (SVN)referenced by SGP.32.
    #[rasn(identifier = "svn", tag(context, 2))]
    pub svn: VersionType,
    /// `euiccFirmwareVer` (83): eUICC Firmware version.
    #[rasn(identifier = "euiccFirmwareVer", tag(context, 3))]
    pub euicc_firmware_ver: VersionType,
    /// `extCardResource` (84): Extended Card Resource Information according to ETSI TS 102 226.
    #[rasn(identifier = "extCardResource", tag(context, 4))]
    pub ext_card_resource: OctetString,
    /// `uiccCapability` (85).
    #[rasn(identifier = "uiccCapability", tag(context, 5))]
    pub uicc_capability: UiccCapability,
    /// `ts102241Version` (86).
    #[rasn(identifier = "ts102241Version", tag(context, 6))]
    pub ts102241_version: Option<VersionType>,
    /// `globalplatformVersion` (87).
    #[rasn(identifier = "globalplatformVersion", tag(context, 7))]
    pub globalplatform_version: Option<VersionType>,
    /// `rspCapability` (88).
    #[rasn(identifier = "rspCapability", tag(context, 8))]
    pub rsp_capability: RspCapability,
    /// `euiccCiPKIdListForVerification` (A9): List of CI Public Key Identifiers supported on the
    /// eUICC for signature verification.
    #[rasn(identifier = "euiccCiPKIdListForVerification", tag(context, 9))]
    pub euicc_ci_pk_id_list_for_verification: Vec<SubjectKeyIdentifier>,
    /// `euiccCiPKIdListForSigning` (AA): List of CI Public Key Identifier supported on the eUICC
    /// for signature creation.
    #[rasn(identifier = "euiccCiPKIdListForSigning", tag(context, 10))]
    pub euicc_ci_pk_id_list_for_signing: Vec<SubjectKeyIdentifier>,
    /// `euiccCategory` (8B).
    #[rasn(identifier = "euiccCategory", tag(context, 11))]
    pub euicc_category: Option<Sgp32EuiccInfo2EuiccCategory>,
    /// `forbiddenProfilePolicyRules` (99).
    #[rasn(identifier = "forbiddenProfilePolicyRules", tag(context, 25))]
    pub forbidden_profile_policy_rules: Option<PprIds>,
    /// `ppVersion` (04): Protection Profile version.
    #[rasn(identifier = "ppVersion")]
    pub pp_version: VersionType,
    /// `sasAcreditationNumber` (0C).
    #[rasn(identifier = "sasAcreditationNumber")]
    pub sas_acreditation_number: String,
    /// `certificationDataObject` (AC).
    #[rasn(identifier = "certificationDataObject", tag(context, 12))]
    pub certification_data_object: Option<CertificationDataObject>,
    /// `treProperties` (8D).
    #[rasn(identifier = "treProperties", tag(context, 13))]
    pub tre_properties: Option<Sgp32EuiccInfo2TreProperties>,
    /// `treProductReference` (8E): Platform_Label as defined in GlobalPlatform DLOA specification.
    #[rasn(identifier = "treProductReference", tag(context, 14))]
    pub tre_product_reference: Option<String>,
    /// `additionalEuiccProfilePackageVersions` (AF).
    #[rasn(identifier = "additionalEuiccProfilePackageVersions", tag(context, 15))]
    pub additional_euicc_profile_package_versions: Option<Vec<VersionType>>,
    /// `ipaMode` (90): active IPA, mandatory within SGP.32.
    #[rasn(identifier = "ipaMode", tag(context, 16))]
    pub ipa_mode: Option<IpaMode>,
    /// `rfu2` (B1): not used by this version of SGP.32.
    #[rasn(identifier = "rfu2", tag(context, 17))]
    pub rfu2: Option<Vec<SubjectKeyIdentifier>>,
    /// `rfu3` (92).
    #[rasn(identifier = "rfu3", tag(context, 18))]
    pub rfu3: Option<OctetString>,
    /// `rfu4` (93): not used by this version of SGP.32.
    #[rasn(identifier = "rfu4", tag(context, 19))]
    pub rfu4: Option<VersionType>,
    /// `iotSpecificInfo` (B4): mandatory within SGP.32.
    #[rasn(identifier = "iotSpecificInfo", tag(context, 20))]
    pub iot_specific_info: Option<IoTSpecificInfo>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `IoTSpecificInfo` (SGP.32 v1.0 §5.9.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct IoTSpecificInfo {
    /// `iotVersion` (A0): SGP.32 version(s) supported by the eUICC, at least one must be present.
    #[rasn(identifier = "iotVersion", tag(context, 0))]
    pub iot_version: Vec<VersionType>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `AddInitialEimRequest` (BF57) (SGP.32 v1.0 §5.9.4).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 87))]
pub struct AddInitialEimRequest {
    /// `eimConfigurationDataList` (A0).
    #[rasn(identifier = "eimConfigurationDataList", tag(context, 0))]
    pub eim_configuration_data_list: Vec<EimConfigurationData>,
    /// Members this version does not know.
    pub additions: Additions,
}
