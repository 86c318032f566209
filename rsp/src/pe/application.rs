// SPDX-License-Identifier: MIT OR Apache-2.0
//! Security domains and applications.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{ApplicationIdentifier, PeHeader, UInt8, UInt16};
use crate::asn1::OctetString;
use crate::raw::Additions;

/// `openPersoData` of `PE-SecurityDomain`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PeSecurityDomainOpenPersoData {
    /// `restrictParameter` (D9).
    #[rasn(identifier = "restrictParameter", tag(private, 25))]
    pub restrict_parameter: Option<OctetString>,
    /// `contactlessProtocolParameters` (04).
    #[rasn(identifier = "contactlessProtocolParameters")]
    pub contactless_protocol_parameters: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `catTpParameters` of `PE-SecurityDomain`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeSecurityDomainCatTpParameters {
    /// `catTpMaxSduSize` (80).
    #[rasn(identifier = "catTpMaxSduSize")]
    pub cat_tp_max_sdu_size: UInt16,
    /// `catTpMaxPduSize` (81).
    #[rasn(identifier = "catTpMaxPduSize")]
    pub cat_tp_max_pdu_size: UInt16,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-SecurityDomain`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeSecurityDomain {
    /// `sd-Header` (A0).
    #[rasn(identifier = "sd-Header")]
    pub sd_header: PeHeader,
    /// `instance` (A1): see section 8.7.3.
    #[rasn(identifier = "instance")]
    pub instance: ApplicationInstance,
    /// `keyList` (A2): see section 8.6.3.
    #[rasn(identifier = "keyList")]
    pub key_list: Option<Vec<KeyObject>>,
    /// `sdPersoData` (A3).
    #[rasn(identifier = "sdPersoData")]
    pub sd_perso_data: Option<Vec<OctetString>>,
    /// `openPersoData` (A4).
    #[rasn(identifier = "openPersoData")]
    pub open_perso_data: Option<PeSecurityDomainOpenPersoData>,
    /// `catTpParameters` (A5).
    #[rasn(identifier = "catTpParameters")]
    pub cat_tp_parameters: Option<PeSecurityDomainCatTpParameters>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `keyComponents` of `KeyObject`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct KeyObjectKeyComponents {
    /// `keyType` (80).
    #[rasn(identifier = "keyType", tag(context, 0))]
    pub key_type: OctetString,
    /// `keyData` (86).
    #[rasn(identifier = "keyData", tag(context, 6))]
    pub key_data: OctetString,
    /// `macLength` (87); 8 when absent.
    #[rasn(
        identifier = "macLength",
        tag(context, 7),
        default = "default_key_object_key_components_mac_length"
    )]
    pub mac_length: UInt8,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for KeyObjectKeyComponents {
    fn default() -> Self {
        Self {
            key_type: Default::default(),
            key_data: Default::default(),
            mac_length: default_key_object_key_components_mac_length(),
            additions: Additions::none(),
        }
    }
}

/// `KeyObject`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct KeyObject {
    /// `keyUsageQualifier` (95).
    #[rasn(identifier = "keyUsageQualifier", tag(context, 21))]
    pub key_usage_qualifier: OctetString,
    /// `keyAccess` (96); 00 when absent.
    #[rasn(
        identifier = "keyAccess",
        tag(context, 22),
        default = "default_key_object_key_access"
    )]
    pub key_access: OctetString,
    /// `keyIdentifier` (82).
    #[rasn(identifier = "keyIdentifier", tag(context, 2))]
    pub key_identifier: OctetString,
    /// `keyVersionNumber` (83).
    #[rasn(identifier = "keyVersionNumber", tag(context, 3))]
    pub key_version_number: OctetString,
    /// `keyCounterValue` (85).
    #[rasn(identifier = "keyCounterValue", tag(context, 5))]
    pub key_counter_value: Option<OctetString>,
    /// `keyComponents` (30).
    #[rasn(identifier = "keyComponents")]
    pub key_components: Vec<KeyObjectKeyComponents>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for KeyObject {
    fn default() -> Self {
        Self {
            key_usage_qualifier: Default::default(),
            key_access: default_key_object_key_access(),
            key_identifier: Default::default(),
            key_version_number: Default::default(),
            key_counter_value: None,
            key_components: Default::default(),
            additions: Additions::none(),
        }
    }
}

/// `PE-Application`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeApplication {
    /// `app-Header` (A0).
    #[rasn(identifier = "app-Header")]
    pub app_header: PeHeader,
    /// `loadBlock` (A1).
    #[rasn(identifier = "loadBlock")]
    pub load_block: Option<ApplicationLoadPackage>,
    /// `instanceList` (A2).
    #[rasn(identifier = "instanceList")]
    pub instance_list: Option<Vec<ApplicationInstance>>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ApplicationLoadPackage`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct ApplicationLoadPackage {
    /// `loadPackageAID` (4F).
    #[rasn(identifier = "loadPackageAID", tag(application, 15))]
    pub load_package_aid: ApplicationIdentifier,
    /// `securityDomainAID` (4F).
    #[rasn(identifier = "securityDomainAID", tag(application, 15))]
    pub security_domain_aid: Option<ApplicationIdentifier>,
    /// `nonVolatileCodeLimitC6` (C6).
    #[rasn(identifier = "nonVolatileCodeLimitC6", tag(private, 6))]
    pub non_volatile_code_limit_c6: Option<OctetString>,
    /// `volatileDataLimitC7` (C7).
    #[rasn(identifier = "volatileDataLimitC7", tag(private, 7))]
    pub volatile_data_limit_c7: Option<OctetString>,
    /// `nonVolatileDataLimitC8` (C8).
    #[rasn(identifier = "nonVolatileDataLimitC8", tag(private, 8))]
    pub non_volatile_data_limit_c8: Option<OctetString>,
    /// `hashValue` (C1).
    #[rasn(identifier = "hashValue", tag(private, 1))]
    pub hash_value: Option<OctetString>,
    /// `loadBlockObject` (C4).
    #[rasn(identifier = "loadBlockObject", tag(private, 4))]
    pub load_block_object: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ApplicationInstance`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct ApplicationInstance {
    /// `applicationLoadPackageAID` (4F).
    #[rasn(identifier = "applicationLoadPackageAID", tag(application, 15))]
    pub application_load_package_aid: ApplicationIdentifier,
    /// `classAID` (4F).
    #[rasn(identifier = "classAID", tag(application, 15))]
    pub class_aid: ApplicationIdentifier,
    /// `instanceAID` (4F).
    #[rasn(identifier = "instanceAID", tag(application, 15))]
    pub instance_aid: ApplicationIdentifier,
    /// `extraditeSecurityDomainAID` (4F).
    #[rasn(identifier = "extraditeSecurityDomainAID", tag(application, 15))]
    pub extradite_security_domain_aid: Option<ApplicationIdentifier>,
    /// `applicationPrivileges` (82).
    #[rasn(identifier = "applicationPrivileges", tag(context, 2))]
    pub application_privileges: OctetString,
    /// `lifeCycleState` (83); 07 when absent.
    #[rasn(
        identifier = "lifeCycleState",
        tag(context, 3),
        default = "default_application_instance_life_cycle_state"
    )]
    pub life_cycle_state: OctetString,
    /// `applicationSpecificParametersC9` (C9).
    #[rasn(identifier = "applicationSpecificParametersC9", tag(private, 9))]
    pub application_specific_parameters_c9: OctetString,
    /// `systemSpecificParameters` (EF).
    #[rasn(identifier = "systemSpecificParameters", tag(private, 15))]
    pub system_specific_parameters: Option<ApplicationSystemParameters>,
    /// `applicationParameters` (EA).
    #[rasn(identifier = "applicationParameters", tag(private, 10))]
    pub application_parameters: Option<UiccApplicationParameters>,
    /// `processData` (30).
    #[rasn(identifier = "processData")]
    pub process_data: Option<Vec<OctetString>>,
    /// `controlReferenceTemplate` (B0).
    #[rasn(identifier = "controlReferenceTemplate", tag(context, 16))]
    pub control_reference_template: Option<ControlReferenceTemplate>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for ApplicationInstance {
    fn default() -> Self {
        Self {
            application_load_package_aid: Default::default(),
            class_aid: Default::default(),
            instance_aid: Default::default(),
            extradite_security_domain_aid: None,
            application_privileges: Default::default(),
            life_cycle_state: default_application_instance_life_cycle_state(),
            application_specific_parameters_c9: Default::default(),
            system_specific_parameters: None,
            application_parameters: None,
            process_data: None,
            control_reference_template: None,
            additions: Additions::none(),
        }
    }
}

/// `ApplicationSystemParameters`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct ApplicationSystemParameters {
    /// `volatileMemoryQuotaC7` (C7).
    #[rasn(identifier = "volatileMemoryQuotaC7", tag(private, 7))]
    pub volatile_memory_quota_c7: Option<OctetString>,
    /// `nonVolatileMemoryQuotaC8` (C8).
    #[rasn(identifier = "nonVolatileMemoryQuotaC8", tag(private, 8))]
    pub non_volatile_memory_quota_c8: Option<OctetString>,
    /// `globalServiceParameters` (CB).
    #[rasn(identifier = "globalServiceParameters", tag(private, 11))]
    pub global_service_parameters: Option<OctetString>,
    /// `implicitSelectionParameter` (CF).
    #[rasn(identifier = "implicitSelectionParameter", tag(private, 15))]
    pub implicit_selection_parameter: Option<OctetString>,
    /// `volatileReservedMemory` (D7).
    #[rasn(identifier = "volatileReservedMemory", tag(private, 23))]
    pub volatile_reserved_memory: Option<OctetString>,
    /// `nonVolatileReservedMemory` (D8).
    #[rasn(identifier = "nonVolatileReservedMemory", tag(private, 24))]
    pub non_volatile_reserved_memory: Option<OctetString>,
    /// `ts102226SIMFileAccessToolkitParameter` (CA).
    #[rasn(identifier = "ts102226SIMFileAccessToolkitParameter", tag(private, 10))]
    pub ts102226_sim_file_access_toolkit_parameter: Option<OctetString>,
    /// `ts102226AdditionalContactlessParameters` (A0).
    #[rasn(
        identifier = "ts102226AdditionalContactlessParameters",
        tag(context, 0)
    )]
    pub ts102226_additional_contactless_parameters: Option<Ts102226AdditionalContactlessParameters>,
    /// `contactlessProtocolParameters` (D9).
    #[rasn(identifier = "contactlessProtocolParameters", tag(private, 25))]
    pub contactless_protocol_parameters: Option<OctetString>,
    /// `userInteractionContactlessParameters` (DA).
    #[rasn(identifier = "userInteractionContactlessParameters", tag(private, 26))]
    pub user_interaction_contactless_parameters: Option<OctetString>,
    /// `cumulativeGrantedVolatileMemory` (82).
    #[rasn(identifier = "cumulativeGrantedVolatileMemory", tag(context, 2))]
    pub cumulative_granted_volatile_memory: Option<OctetString>,
    /// `cumulativeGrantedNonVolatileMemory` (83).
    #[rasn(identifier = "cumulativeGrantedNonVolatileMemory", tag(context, 3))]
    pub cumulative_granted_non_volatile_memory: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `UICCApplicationParameters`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct UiccApplicationParameters {
    /// `uiccToolkitApplicationSpecificParametersField` (80).
    #[rasn(
        identifier = "uiccToolkitApplicationSpecificParametersField",
        tag(context, 0)
    )]
    pub uicc_toolkit_application_specific_parameters_field: Option<OctetString>,
    /// `uiccAccessApplicationSpecificParametersField` (81).
    #[rasn(
        identifier = "uiccAccessApplicationSpecificParametersField",
        tag(context, 1)
    )]
    pub uicc_access_application_specific_parameters_field: Option<OctetString>,
    /// `uiccAdministrativeAccessApplicationSpecificParametersField` (82).
    #[rasn(
        identifier = "uiccAdministrativeAccessApplicationSpecificParametersField",
        tag(context, 2)
    )]
    pub uicc_administrative_access_application_specific_parameters_field: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `TS102226AdditionalContactlessParameters`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct Ts102226AdditionalContactlessParameters {
    /// `protocolParameterData` (80).
    #[rasn(identifier = "protocolParameterData")]
    pub protocol_parameter_data: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ControlReferenceTemplate`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct ControlReferenceTemplate {
    /// `applicationProviderIdentifier` (5F20).
    #[rasn(identifier = "applicationProviderIdentifier", tag(application, 32))]
    pub application_provider_identifier: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

fn default_key_object_key_access() -> OctetString {
    OctetString::from([0x00])
}

const fn default_key_object_key_components_mac_length() -> UInt8 {
    8
}

fn default_application_instance_life_cycle_state() -> OctetString {
    OctetString::from([0x07])
}
