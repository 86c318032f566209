// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile information, metadata and eUICC information with the IoT members.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::Sgp32AuthenticateServerResponse;
use crate::asn1::{OctetString, integer_names, named_bits};
use crate::raw::Additions;
use crate::sgp22::{
    CertificationDataObject, DpProprietaryData, Iccid, IconType,
    NotificationConfigurationInformation, OctetTo16, OperatorId, PprIds, ProfileClass,
    ProfileState, RspCapability, SubjectKeyIdentifier, TransactionId, UiccCapability,
    VendorSpecificExtension, VersionType,
};

/// `iotSpecificProfileInfo` of `SGP32-ProfileInfo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct Sgp32ProfileInfoIotSpecificProfileInfo {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-ProfileInfo` (E3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(private, 3))]
pub struct Sgp32ProfileInfo {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    pub iccid: Option<Iccid>,
    /// `isdpAid` (4F): AID of the ISD-P containing the Profile.
    #[rasn(identifier = "isdpAid", tag(application, 15))]
    pub isdp_aid: Option<OctetTo16>,
    /// `profileState` (9F70).
    #[rasn(identifier = "profileState", tag(context, 112))]
    pub profile_state: Option<ProfileState>,
    /// `profileNickname` (90).
    #[rasn(identifier = "profileNickname", tag(context, 16))]
    pub profile_nickname: Option<String>,
    /// `serviceProviderName` (91).
    #[rasn(identifier = "serviceProviderName", tag(context, 17))]
    pub service_provider_name: Option<String>,
    /// `profileName` (92).
    #[rasn(identifier = "profileName", tag(context, 18))]
    pub profile_name: Option<String>,
    /// `iconType` (93).
    #[rasn(identifier = "iconType", tag(context, 19))]
    pub icon_type: Option<IconType>,
    /// `icon` (94): see condition in ES10b:GetProfilesInfo.
    #[rasn(identifier = "icon", tag(context, 20))]
    pub icon: Option<OctetString>,
    /// `profileClass` (95).
    #[rasn(identifier = "profileClass", tag(context, 21))]
    pub profile_class: Option<ProfileClass>,
    /// `notificationConfigurationInfo` (B6).
    #[rasn(identifier = "notificationConfigurationInfo", tag(context, 22))]
    pub notification_configuration_info: Option<Vec<NotificationConfigurationInformation>>,
    /// `profileOwner` (B7).
    #[rasn(identifier = "profileOwner", tag(context, 23))]
    pub profile_owner: Option<OperatorId>,
    /// `dpProprietaryData` (B8).
    #[rasn(identifier = "dpProprietaryData", tag(context, 24))]
    pub dp_proprietary_data: Option<DpProprietaryData>,
    /// `profilePolicyRules` (99).
    #[rasn(identifier = "profilePolicyRules", tag(context, 25))]
    pub profile_policy_rules: Option<PprIds>,
    /// `serviceSpecificDataStoredInEuicc` (BF22).
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `ecallIndication` (9F7B).
    #[rasn(identifier = "ecallIndication", tag(context, 123))]
    pub ecall_indication: Option<bool>,
    /// `fallbackAttribute` (9F26): indicates a Fallback Profile if set to TRUE; FALSE when absent.
    #[rasn(
        identifier = "fallbackAttribute",
        tag(context, 38),
        default = "default_false"
    )]
    pub fallback_attribute: bool,
    /// `fallbackAllowed` (9F67): indicates if Fallback is authorized by the Profile Owner.
    #[rasn(identifier = "fallbackAllowed", tag(context, 103))]
    pub fallback_allowed: Option<bool>,
    /// `iotSpecificProfileInfo` (BF64): v1.3.
    #[rasn(identifier = "iotSpecificProfileInfo", tag(context, 100))]
    pub iot_specific_profile_info: Option<Sgp32ProfileInfoIotSpecificProfileInfo>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for Sgp32ProfileInfo {
    fn default() -> Self {
        Self {
            iccid: None,
            isdp_aid: None,
            profile_state: None,
            profile_nickname: None,
            service_provider_name: None,
            profile_name: None,
            icon_type: None,
            icon: None,
            profile_class: None,
            notification_configuration_info: None,
            profile_owner: None,
            dp_proprietary_data: None,
            profile_policy_rules: None,
            service_specific_data_stored_in_euicc: None,
            ecall_indication: None,
            fallback_attribute: default_false(),
            fallback_allowed: None,
            iot_specific_profile_info: None,
            additions: Additions::none(),
        }
    }
}

/// `iotSpecificMetadata` of `SGP32-StoreMetadataRequest`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct Sgp32StoreMetadataRequestIotSpecificMetadata {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-StoreMetadataRequest` (BF25).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 37))]
pub struct Sgp32StoreMetadataRequest {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    pub iccid: Iccid,
    /// `serviceProviderName` (91).
    #[rasn(identifier = "serviceProviderName", tag(context, 17))]
    pub service_provider_name: String,
    /// `profileName` (92): (corresponds to 'Short Description' defined in SGP.21).
    #[rasn(identifier = "profileName", tag(context, 18))]
    pub profile_name: String,
    /// `iconType` (93): (JPG or PNG).
    #[rasn(identifier = "iconType", tag(context, 19))]
    pub icon_type: Option<IconType>,
    /// `icon` (94): (Data of the icon. Size 64 x 64 pixel. This field SHALL only be present if
    /// iconType is present).
    #[rasn(identifier = "icon", tag(context, 20))]
    pub icon: Option<OctetString>,
    /// `profileClass` (95); operational when absent.
    #[rasn(
        identifier = "profileClass",
        tag(context, 21),
        default = "default_sgp32_store_metadata_request_profile_class"
    )]
    pub profile_class: ProfileClass,
    /// `notificationConfigurationInfo` (B6).
    #[rasn(identifier = "notificationConfigurationInfo", tag(context, 22))]
    pub notification_configuration_info: Option<Vec<NotificationConfigurationInformation>>,
    /// `profileOwner` (B7).
    #[rasn(identifier = "profileOwner", tag(context, 23))]
    pub profile_owner: Option<OperatorId>,
    /// `profilePolicyRules` (99).
    #[rasn(identifier = "profilePolicyRules", tag(context, 25))]
    pub profile_policy_rules: Option<PprIds>,
    /// `serviceSpecificDataStoredInEuicc` (BF22).
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `serviceSpecificDataNotStoredInEuicc` (BF23).
    #[rasn(identifier = "serviceSpecificDataNotStoredInEuicc", tag(context, 35))]
    pub service_specific_data_not_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `ecallIndication` (9F7B).
    #[rasn(identifier = "ecallIndication", tag(context, 123))]
    pub ecall_indication: Option<bool>,
    /// `fallbackAllowed` (9F67).
    #[rasn(identifier = "fallbackAllowed", tag(context, 103))]
    pub fallback_allowed: Option<bool>,
    /// `iotSpecificMetadata` (BF64): v1.3.
    #[rasn(identifier = "iotSpecificMetadata", tag(context, 100))]
    pub iot_specific_metadata: Option<Sgp32StoreMetadataRequestIotSpecificMetadata>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for Sgp32StoreMetadataRequest {
    fn default() -> Self {
        Self {
            iccid: Default::default(),
            service_provider_name: Default::default(),
            profile_name: Default::default(),
            icon_type: None,
            icon: None,
            profile_class: default_sgp32_store_metadata_request_profile_class(),
            notification_configuration_info: None,
            profile_owner: None,
            profile_policy_rules: None,
            service_specific_data_stored_in_euicc: None,
            service_specific_data_not_stored_in_euicc: None,
            ecall_indication: None,
            fallback_allowed: None,
            iot_specific_metadata: None,
            additions: Additions::none(),
        }
    }
}

/// `SGP32-AuthenticateClientRequest` (BF3B).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 59))]
pub struct Sgp32AuthenticateClientRequest {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `authenticateServerResponse` (BF38): This is the response from ES10b.AuthenticateServer.
    #[rasn(identifier = "authenticateServerResponse", tag(context, 56))]
    pub authenticate_server_response: Sgp32AuthenticateServerResponse,
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

/// `SGP32-EUICCInfo2` (BF22) (SGP.32 §5.9.2).
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
    /// `euiccCiPKIdListForSigningV3` (B1): not used by this version of SGP.32.
    #[rasn(identifier = "euiccCiPKIdListForSigningV3", tag(context, 17))]
    pub euicc_ci_pk_id_list_for_signing_v3: Option<Vec<SubjectKeyIdentifier>>,
    /// `additionalEuiccInfo` (92): not used by this version of SGP.32.
    #[rasn(identifier = "additionalEuiccInfo", tag(context, 18))]
    pub additional_euicc_info: Option<OctetString>,
    /// `highestSvn` (93): not used by this version of SGP.32.
    #[rasn(identifier = "highestSvn", tag(context, 19))]
    pub highest_svn: Option<VersionType>,
    /// `iotSpecificInfo` (B4): mandatory within SGP.32.
    #[rasn(identifier = "iotSpecificInfo", tag(context, 20))]
    pub iot_specific_info: Option<IoTSpecificInfo>,
    /// `euiccMinimumSecurityLevel` (95): v1.3.
    #[rasn(identifier = "euiccMinimumSecurityLevel", tag(context, 21))]
    pub euicc_minimum_security_level: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `IoTSpecificInfo` (SGP.32 §5.9.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct IoTSpecificInfo {
    /// `iotVersion` (A0): SGP.32 version(s) supported by the eUICC, at least one must be present.
    #[rasn(identifier = "iotVersion", tag(context, 0))]
    pub iot_version: Vec<VersionType>,
    /// `ecallSupported` (81): if present, eUICC supports the Emergency Mechanism.
    #[rasn(identifier = "ecallSupported", tag(context, 1))]
    pub ecall_supported: Option<()>,
    /// `fallbackSupported` (82): if present, eUICC supports the Fallback Mechanism.
    #[rasn(identifier = "fallbackSupported", tag(context, 2))]
    pub fallback_supported: Option<()>,
    /// `fallbackAllowedUpdateSupported` (83): v1.3: fallbackAllowed can be updated by ES6.
    #[rasn(identifier = "fallbackAllowedUpdateSupported", tag(context, 3))]
    pub fallback_allowed_update_supported: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `IpaMode` (SGP.32 §5.9.2).
    IpaMode {
        /// IPAd is active.
        IPAD = 0 "ipad",
        /// IPAe is active.
        IPAE = 1 "ipae",
    }
}

const fn default_false() -> bool {
    false
}

const fn default_sgp32_store_metadata_request_profile_class() -> ProfileClass {
    ProfileClass::OPERATIONAL
}
