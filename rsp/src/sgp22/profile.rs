// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile information and metadata.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{
    DeviceChangeConfiguration, DpProprietaryData, EnterpriseConfiguration, Iccid,
    LocalisedTextMessage, LprConfiguration, OctetTo16, RpmConfiguration, ServiceDescription,
    VendorSpecificExtension,
};
use crate::asn1::{OctetString, integer_names, named_bits};
use crate::raw::Additions;

/// `searchCriteria` of `ProfileInfoListRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum ProfileInfoListRequestSearchCriteria {
    /// `isdpAid` (4F): AID of the ISD-P.
    #[rasn(identifier = "isdpAid", tag(application, 15))]
    IsdpAid(OctetTo16),
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    Iccid(Iccid),
    /// `profileClass` (95).
    #[rasn(identifier = "profileClass", tag(context, 21))]
    ProfileClass(ProfileClass),
}

/// `ProfileInfoListRequest` (BF2D) (SGP.22 §5.7.15).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 45))]
pub struct ProfileInfoListRequest {
    /// `searchCriteria` (A0).
    #[rasn(identifier = "searchCriteria", tag(context, 0))]
    pub search_criteria: Option<ProfileInfoListRequestSearchCriteria>,
    /// `tagList` (5C).
    #[rasn(identifier = "tagList", tag(application, 28))]
    pub tag_list: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileInfoListResponse` (BF2D) (SGP.22 §5.7.15).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 45)))]
pub enum ProfileInfoListResponse {
    /// `profileInfoListOk` (A0).
    #[rasn(identifier = "profileInfoListOk")]
    ProfileInfoListOk(Vec<ProfileInfo>),
    /// `profileInfoListError` (81).
    #[rasn(identifier = "profileInfoListError")]
    ProfileInfoListError(ProfileInfoListError),
}

/// `ProfileInfo` (E3) (SGP.22 §5.7.15).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(private, 3))]
pub struct ProfileInfo {
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
    /// `icon` (94): see condition in ES10c:GetProfilesInfo.
    #[rasn(identifier = "icon", tag(context, 20))]
    pub icon: Option<OctetString>,
    /// `profileClass` (95); operational when absent.
    #[rasn(
        identifier = "profileClass",
        tag(context, 21),
        default = "default_profile_info_profile_class"
    )]
    pub profile_class: ProfileClass,
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
    /// `serviceSpecificDataStoredInEuicc` (BF22): from SGP.22 v2.4.
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `rpmConfiguration` (BA): from SGP.22 v3.
    #[rasn(identifier = "rpmConfiguration", tag(context, 26))]
    pub rpm_configuration: Option<RpmConfiguration>,
    /// `hriServerAddress` (9B): from SGP.22 v3.
    #[rasn(identifier = "hriServerAddress", tag(context, 27))]
    pub hri_server_address: Option<String>,
    /// `lprConfiguration` (BC): from SGP.22 v3.
    #[rasn(identifier = "lprConfiguration", tag(context, 28))]
    pub lpr_configuration: Option<LprConfiguration>,
    /// `enterpriseConfiguration` (BD): from SGP.22 v3.
    #[rasn(identifier = "enterpriseConfiguration", tag(context, 29))]
    pub enterprise_configuration: Option<EnterpriseConfiguration>,
    /// `serviceDescription` (9F1F): from SGP.22 v3.
    #[rasn(identifier = "serviceDescription", tag(context, 31))]
    pub service_description: Option<ServiceDescription>,
    /// `deviceChangeConfiguration` (BF20): from SGP.22 v3.
    #[rasn(identifier = "deviceChangeConfiguration", tag(context, 32))]
    pub device_change_configuration: Option<DeviceChangeConfiguration>,
    /// `enabledOnEsimPort` (9F24): from SGP.22 v3.
    #[rasn(identifier = "enabledOnEsimPort", tag(context, 36))]
    pub enabled_on_esim_port: Option<i64>,
    /// `profileSize` (9F25): from SGP.22 v3: octets.
    #[rasn(identifier = "profileSize", tag(context, 37))]
    pub profile_size: Option<i64>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for ProfileInfo {
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
            profile_class: default_profile_info_profile_class(),
            notification_configuration_info: None,
            profile_owner: None,
            dp_proprietary_data: None,
            profile_policy_rules: None,
            service_specific_data_stored_in_euicc: None,
            rpm_configuration: None,
            hri_server_address: None,
            lpr_configuration: None,
            enterprise_configuration: None,
            service_description: None,
            device_change_configuration: None,
            enabled_on_esim_port: None,
            profile_size: None,
            additions: Additions::none(),
        }
    }
}

named_bits! {
    /// `PprIds`.
    PprIds {
        /// Defines how to update PPRs via ES6.
        PPR_UPDATE_CONTROL = 0 "pprUpdateControl",
        /// Indicator for PPR1 'Disabling of this Profile is not allowed'.
        PPR1 = 1 "ppr1",
        /// Indicator for PPR2 'Deletion of this Profile is not allowed'.
        PPR2 = 2 "ppr2",
        /// Indicator for PPR3 'Deletion of this Profile is required upon its successful disabling'.
        PPR3 = 3 "ppr3",
    }
}

/// `OperatorID`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct OperatorId {
    /// `mccMnc` (80): MCC and MNC coded as defined in 3GPP TS 24.008.
    #[rasn(identifier = "mccMnc")]
    pub mcc_mnc: OctetString,
    /// `gid1` (81): referring to content of EF GID1 (file identifier '6F3E') as defined in 3GPP TS
    /// 31.102.
    #[rasn(identifier = "gid1")]
    pub gid1: Option<OctetString>,
    /// `gid2` (82): referring to content of EF GID2 (file identifier '6F3F') as defined in 3GPP TS
    /// 31.102.
    #[rasn(identifier = "gid2")]
    pub gid2: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `ProfileInfoListError` (SGP.22 §5.7.15).
    ProfileInfoListError {
        /// `incorrectInputValues`.
        INCORRECT_INPUT_VALUES = 1 "incorrectInputValues",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `StoreMetadataRequest` (BF25) (SGP.22 §5.5.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 37))]
pub struct StoreMetadataRequest {
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
    /// `profileClass` (95): (default if absent: 'operational').
    #[rasn(identifier = "profileClass", tag(context, 21))]
    pub profile_class: Option<ProfileClass>,
    /// `notificationConfigurationInfo` (B6).
    #[rasn(identifier = "notificationConfigurationInfo", tag(context, 22))]
    pub notification_configuration_info: Option<Vec<NotificationConfigurationInformation>>,
    /// `profileOwner` (B7).
    #[rasn(identifier = "profileOwner", tag(context, 23))]
    pub profile_owner: Option<OperatorId>,
    /// `profilePolicyRules` (99).
    #[rasn(identifier = "profilePolicyRules", tag(context, 25))]
    pub profile_policy_rules: Option<PprIds>,
    /// `serviceSpecificDataStoredInEuicc` (BF22): from SGP.22 v2.4.
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `serviceSpecificDataNotStoredInEuicc` (BF23): from SGP.22 v2.4.
    #[rasn(identifier = "serviceSpecificDataNotStoredInEuicc", tag(context, 35))]
    pub service_specific_data_not_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `rpmConfiguration` (BA): from SGP.22 v3.
    #[rasn(identifier = "rpmConfiguration", tag(context, 26))]
    pub rpm_configuration: Option<RpmConfiguration>,
    /// `hriServerAddress` (9B): from SGP.22 v3.
    #[rasn(identifier = "hriServerAddress", tag(context, 27))]
    pub hri_server_address: Option<String>,
    /// `serviceProviderMessage` (BE): from SGP.22 v3.
    #[rasn(identifier = "serviceProviderMessage", tag(context, 30))]
    pub service_provider_message: Option<LocalisedTextMessage>,
    /// `lprConfiguration` (BC): from SGP.22 v3.
    #[rasn(identifier = "lprConfiguration", tag(context, 28))]
    pub lpr_configuration: Option<LprConfiguration>,
    /// `enterpriseConfiguration` (BD): from SGP.22 v3.
    #[rasn(identifier = "enterpriseConfiguration", tag(context, 29))]
    pub enterprise_configuration: Option<EnterpriseConfiguration>,
    /// `serviceDescription` (9F1F): from SGP.22 v3.
    #[rasn(identifier = "serviceDescription", tag(context, 31))]
    pub service_description: Option<ServiceDescription>,
    /// `deviceChangeConfiguration` (BF20): from SGP.22 v3.
    #[rasn(identifier = "deviceChangeConfiguration", tag(context, 32))]
    pub device_change_configuration: Option<DeviceChangeConfiguration>,
    /// `estimatedProfileSize` (9F21): from SGP.22 v3: octets.
    #[rasn(identifier = "estimatedProfileSize", tag(context, 33))]
    pub estimated_profile_size: Option<i64>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `NotificationEvent`.
    NotificationEvent {
        /// `notificationInstall`.
        NOTIFICATION_INSTALL = 0 "notificationInstall",
        /// `notificationEnable`.
        NOTIFICATION_ENABLE = 1 "notificationEnable",
        /// `notificationDisable`.
        NOTIFICATION_DISABLE = 2 "notificationDisable",
        /// `notificationDelete`.
        NOTIFICATION_DELETE = 3 "notificationDelete",
        /// `notificationRpmEnable`.
        NOTIFICATION_RPM_ENABLE = 4 "notificationRpmEnable",
        /// `notificationRpmDisable`.
        NOTIFICATION_RPM_DISABLE = 5 "notificationRpmDisable",
        /// `notificationRpmDelete`.
        NOTIFICATION_RPM_DELETE = 6 "notificationRpmDelete",
        /// `loadRpmPackageResult`.
        LOAD_RPM_PACKAGE_RESULT = 7 "loadRpmPackageResult",
    }
}

/// `NotificationConfigurationInformation`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct NotificationConfigurationInformation {
    /// `profileManagementOperation` (80).
    #[rasn(identifier = "profileManagementOperation")]
    pub profile_management_operation: NotificationEvent,
    /// `notificationAddress` (81): FQDN to forward the notification.
    #[rasn(identifier = "notificationAddress")]
    pub notification_address: String,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `IconType`.
    IconType {
        /// `jpg`.
        JPG = 0 "jpg",
        /// `png`.
        PNG = 1 "png",
    }
}

integer_names! {
    /// `ProfileState`.
    ProfileState {
        /// `disabled`.
        DISABLED = 0 "disabled",
        /// `enabled`.
        ENABLED = 1 "enabled",
    }
}

integer_names! {
    /// `ProfileClass`.
    ProfileClass {
        /// `test`.
        TEST = 0 "test",
        /// `provisioning`.
        PROVISIONING = 1 "provisioning",
        /// `operational`.
        OPERATIONAL = 2 "operational",
    }
}

/// `UpdateMetadataRequest` (BF2A) (SGP.22 §5.4.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 42))]
pub struct UpdateMetadataRequest {
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
    /// `serviceSpecificDataStoredInEuicc` (BF22): from SGP.22 v2.4.
    #[rasn(identifier = "serviceSpecificDataStoredInEuicc", tag(context, 34))]
    pub service_specific_data_stored_in_euicc: Option<VendorSpecificExtension>,
    /// `notificationConfigurationInfo` (B6): from SGP.22 v3.
    #[rasn(identifier = "notificationConfigurationInfo", tag(context, 22))]
    pub notification_configuration_info: Option<Vec<NotificationConfigurationInformation>>,
    /// `tagsForDeletion` (5C): from SGP.22 v3: tag list.
    #[rasn(identifier = "tagsForDeletion", tag(application, 28))]
    pub tags_for_deletion: Option<OctetString>,
    /// `rpmConfiguration` (BA): from SGP.22 v3.
    #[rasn(identifier = "rpmConfiguration", tag(context, 26))]
    pub rpm_configuration: Option<RpmConfiguration>,
    /// `hriServerAddress` (9B): from SGP.22 v3.
    #[rasn(identifier = "hriServerAddress", tag(context, 27))]
    pub hri_server_address: Option<String>,
    /// `lprConfiguration` (BC): from SGP.22 v3.
    #[rasn(identifier = "lprConfiguration", tag(context, 28))]
    pub lpr_configuration: Option<LprConfiguration>,
    /// `enterpriseConfiguration` (BD): from SGP.22 v3.
    #[rasn(identifier = "enterpriseConfiguration", tag(context, 29))]
    pub enterprise_configuration: Option<EnterpriseConfiguration>,
    /// `deviceChangeConfiguration` (BF20): from SGP.22 v3.
    #[rasn(identifier = "deviceChangeConfiguration", tag(context, 32))]
    pub device_change_configuration: Option<DeviceChangeConfiguration>,
    /// Members this version does not know.
    pub additions: Additions,
}

const fn default_profile_info_profile_class() -> ProfileClass {
    ProfileClass::OPERATIONAL
}
