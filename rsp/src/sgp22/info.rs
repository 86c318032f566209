// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC and device information.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    CatSupportedClasses, EuiccFormFactorType, LpaMode, LpaRspCapability, Octet8, PprIds,
    SubjectKeyIdentifier, VersionType,
};
use crate::asn1::{OctetString, integer_names, named_bits};
use crate::raw::Additions;

/// `GetEuiccInfo1Request` (BF20) (SGP.22 §5.7.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 32))]
pub struct GetEuiccInfo1Request {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EUICCInfo1` (BF20) (SGP.22 §5.7.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 32))]
pub struct EuiccInfo1 {
    /// `svn` (82): GSMA SGP.22 version supported (SVN).
    #[rasn(identifier = "svn", tag(context, 2))]
    pub svn: VersionType,
    /// `euiccCiPKIdListForVerification` (A9): List of CI Public Key Identifiers supported on the
    /// eUICC for signature verification.
    #[rasn(identifier = "euiccCiPKIdListForVerification", tag(context, 9))]
    pub euicc_ci_pk_id_list_for_verification: Vec<SubjectKeyIdentifier>,
    /// `euiccCiPKIdListForSigning` (AA): List of CI Public Key Identifier supported on the eUICC
    /// for signature creation.
    #[rasn(identifier = "euiccCiPKIdListForSigning", tag(context, 10))]
    pub euicc_ci_pk_id_list_for_signing: Vec<SubjectKeyIdentifier>,
    /// `euiccCiPKIdListForSigningV3` (B1): from SGP.22 v3: signing with certificate chain variants
    /// A, B and C.
    #[rasn(identifier = "euiccCiPKIdListForSigningV3", tag(context, 17))]
    pub euicc_ci_pk_id_list_for_signing_v3: Option<Vec<SubjectKeyIdentifier>>,
    /// `euiccRspCapability` (88): from SGP.22 v3.
    #[rasn(identifier = "euiccRspCapability", tag(context, 8))]
    pub euicc_rsp_capability: Option<RspCapability>,
    /// `highestSvn` (93): from SGP.22 v3.
    #[rasn(identifier = "highestSvn", tag(context, 19))]
    pub highest_svn: Option<VersionType>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEuiccInfo2Request` (BF22) (SGP.22 §5.7.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 34))]
pub struct GetEuiccInfo2Request {
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `euiccCategory` of `EUICCInfo2`.
    EuiccInfo2EuiccCategory {
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
    /// `treProperties` of `EUICCInfo2`.
    EuiccInfo2TreProperties {
        /// `isDiscrete`.
        IS_DISCRETE = 0 "isDiscrete",
        /// `isIntegrated`.
        IS_INTEGRATED = 1 "isIntegrated",
        /// `usesRemoteMemory`.
        USES_REMOTE_MEMORY = 2 "usesRemoteMemory",
    }
}

/// `EUICCInfo2` (BF22) (SGP.22 §5.7.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 34))]
pub struct EuiccInfo2 {
    /// `profileVersion` (81): SIMAlliance Profile package version supported.
    #[rasn(identifier = "profileVersion", tag(context, 1))]
    pub profile_version: VersionType,
    /// `svn` (82): GSMA SGP.22 version supported (SVN).
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
    /// `javacardVersion` (86).
    #[rasn(identifier = "javacardVersion", tag(context, 6))]
    pub javacard_version: Option<VersionType>,
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
    pub euicc_category: Option<EuiccInfo2EuiccCategory>,
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
    /// `treProperties` (8D): from SGP.22 v2.3.
    #[rasn(identifier = "treProperties", tag(context, 13))]
    pub tre_properties: Option<EuiccInfo2TreProperties>,
    /// `treProductReference` (8E): from SGP.22 v2.3: Platform_Label as defined in the
    /// GlobalPlatform DLOA specification.
    #[rasn(identifier = "treProductReference", tag(context, 14))]
    pub tre_product_reference: Option<String>,
    /// `additionalProfilePackageVersions` (AF): from SGP.22 v3.
    #[rasn(identifier = "additionalProfilePackageVersions", tag(context, 15))]
    pub additional_profile_package_versions: Option<Vec<VersionType>>,
    /// `lpaMode` (90): from SGP.22 v3: active LPA; SGP.32 uses the same tag for ipaMode.
    #[rasn(identifier = "lpaMode", tag(context, 16))]
    pub lpa_mode: Option<LpaMode>,
    /// `euiccCiPKIdListForSigningV3` (B1): from SGP.22 v3.
    #[rasn(identifier = "euiccCiPKIdListForSigningV3", tag(context, 17))]
    pub euicc_ci_pk_id_list_for_signing_v3: Option<Vec<SubjectKeyIdentifier>>,
    /// `additionalEuiccInfo` (92): from SGP.22 v3: EUM specific.
    #[rasn(identifier = "additionalEuiccInfo", tag(context, 18))]
    pub additional_euicc_info: Option<OctetString>,
    /// `highestSvn` (93): from SGP.22 v3.
    #[rasn(identifier = "highestSvn", tag(context, 19))]
    pub highest_svn: Option<VersionType>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `RspCapability` (SGP.22 §5.7.8).
    RspCapability {
        /// `additionalProfile`.
        ADDITIONAL_PROFILE = 0 "additionalProfile",
        /// `crlSupport`.
        CRL_SUPPORT = 1 "crlSupport",
        /// `rpmSupport`.
        RPM_SUPPORT = 2 "rpmSupport",
        /// `testProfileSupport`.
        TEST_PROFILE_SUPPORT = 3 "testProfileSupport",
        /// Support for ASN.1 extensibility in the Device Info.
        DEVICE_INFO_EXTENSIBILITY_SUPPORT = 4 "deviceInfoExtensibilitySupport",
        /// Support for Service Specific Data in the Profile Metadata.
        SERVICE_SPECIFIC_DATA_SUPPORT = 5 "serviceSpecificDataSupport",
        /// Support for storing HRI server address.
        HRI_SERVER_ADDRESS_SUPPORT = 6 "hriServerAddressSupport",
        /// Service Provider message is allowed within Profile metadata.
        SERVICE_PROVIDER_MESSAGE_SUPPORT = 7 "serviceProviderMessageSupport",
        /// Support for LPA Proxy.
        LPA_PROXY_SUPPORT = 8 "lpaProxySupport",
        /// Support for enterprise profiles.
        ENTERPRISE_PROFILES_SUPPORT = 9 "enterpriseProfilesSupport",
        /// Support for storing Service Description.
        SERVICE_DESCRIPTION_SUPPORT = 10 "serviceDescriptionSupport",
        /// Support for Device change.
        DEVICE_CHANGE_SUPPORT = 11 "deviceChangeSupport",
        /// Support for encrypted Device Change data in Device Change response.
        ENCRYPTED_DEVICE_CHANGE_DATA_SUPPORT = 12 "encryptedDeviceChangeDataSupport",
        /// Support for including estimated profile size.
        ESTIMATED_PROFILE_SIZE_INDICATION_SUPPORT = 13 "estimatedProfileSizeIndicationSupport",
        /// Support for profile size in GetProfilesInfo.
        PROFILE_SIZE_IN_PROFILES_INFO_SUPPORT = 14 "profileSizeInProfilesInfoSupport",
        /// Support for CRL stapling.
        CRL_STAPLING_V3_SUPPORT = 15 "crlStaplingV3Support",
        /// Support for certificate chain verification Variant A, B and C.
        CERT_CHAIN_V3_VERIFICATION_SUPPORT = 16 "certChainV3VerificationSupport",
        /// Support for SM-DS signed response.
        SIGNED_SMDS_RESPONSE_V3_SUPPORT = 17 "signedSmdsResponseV3Support",
        /// EUICCInfo1 includes euiccRspCapability.
        EUICC_RSP_CAP_IN_INFO1 = 18 "euiccRspCapInInfo1",
        /// Support for eUICC OS Update.
        OS_UPDATE_SUPPORT = 19 "osUpdateSupport",
        /// Support for cancel session reasons empty SPN and empty Profile Name.
        CANCEL_FOR_EMPTY_SPN_PN_SUPPORT = 20 "cancelForEmptySpnPnSupport",
        /// Support for updating NotificationConfigurationInfo as defined in section 5.4.1.
        UPDATE_NOTIF_CONFIG_INFO_SUPPORT = 21 "updateNotifConfigInfoSupport",
        /// Support for the modified update metadata mechanism defined in section 5.4.1.
        UPDATE_METADATA_V3_SUPPORT = 22 "updateMetadataV3Support",
    }
}

/// `CertificationDataObject` (SGP.22 §5.7.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct CertificationDataObject {
    /// `platformLabel` (80): Platform_Label as defined in GlobalPlatform DLOA specification.
    #[rasn(identifier = "platformLabel")]
    pub platform_label: String,
    /// `discoveryBaseURL` (81): Discovery Base URL of the SE default DLOA Registrar as defined in
    /// GlobalPlatform DLOA specification.
    #[rasn(identifier = "discoveryBaseURL")]
    pub discovery_base_url: String,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `CertificateInfo`.
    CertificateInfo {
        /// EUICC has a CERT.EUICC.ECDSA in GlobalPlatform format. The use of this bit is
        /// deprecated.
        RESERVED = 0 "reserved",
        /// EUICC has a CERT.EUICC.ECDSA in X.509 format.
        CERT_SIGNING_X509 = 1 "certSigningX509",
        /// `rfu2`.
        RFU2 = 2 "rfu2",
        /// `rfu3`.
        RFU3 = 3 "rfu3",
        /// Handling of Certificate in GlobalPlatform format. The use of this bit is deprecated.
        RESERVED2 = 4 "reserved2",
        /// Handling of Certificate in X.509 format.
        CERT_VERIFICATION_X509 = 5 "certVerificationX509",
    }
}

named_bits! {
    /// `UICCCapability` (SGP.22 §5.7.8).
    UiccCapability {
        /// `contactlessSupport`.
        CONTACTLESS_SUPPORT = 0 "contactlessSupport",
        /// `usimSupport`.
        USIM_SUPPORT = 1 "usimSupport",
        /// `isimSupport`.
        ISIM_SUPPORT = 2 "isimSupport",
        /// `csimSupport`.
        CSIM_SUPPORT = 3 "csimSupport",
        /// `akaMilenage`.
        AKA_MILENAGE = 4 "akaMilenage",
        /// `akaCave`.
        AKA_CAVE = 5 "akaCave",
        /// `akaTuak128`.
        AKA_TUAK128 = 6 "akaTuak128",
        /// `akaTuak256`.
        AKA_TUAK256 = 7 "akaTuak256",
        /// `usimTestAlgorithm`, `rfu1` before v3.
        USIM_TEST_ALGORITHM = 8 "usimTestAlgorithm",
        /// `rfu2`.
        RFU2 = 9 "rfu2",
        /// `gbaAuthenUsim`.
        GBA_AUTHEN_USIM = 10 "gbaAuthenUsim",
        /// `gbaAuthenISim`.
        GBA_AUTHEN_I_SIM = 11 "gbaAuthenISim",
        /// `mbmsAuthenUsim`.
        MBMS_AUTHEN_USIM = 12 "mbmsAuthenUsim",
        /// `eapClient`.
        EAP_CLIENT = 13 "eapClient",
        /// `javacard`.
        JAVACARD = 14 "javacard",
        /// `multos`.
        MULTOS = 15 "multos",
        /// `multipleUsimSupport`.
        MULTIPLE_USIM_SUPPORT = 16 "multipleUsimSupport",
        /// `multipleIsimSupport`.
        MULTIPLE_ISIM_SUPPORT = 17 "multipleIsimSupport",
        /// `multipleCsimSupport`.
        MULTIPLE_CSIM_SUPPORT = 18 "multipleCsimSupport",
        /// `berTlvFileSupport`.
        BER_TLV_FILE_SUPPORT = 19 "berTlvFileSupport",
        /// `dfLinkSupport`.
        DF_LINK_SUPPORT = 20 "dfLinkSupport",
        /// `catTp`.
        CAT_TP = 21 "catTp",
        /// `getIdentity`.
        GET_IDENTITY = 22 "getIdentity",
        /// `profile-a-x25519`.
        PROFILE_A_X25519 = 23 "profile-a-x25519",
        /// `profile-b-p256`.
        PROFILE_B_P256 = 24 "profile-b-p256",
        /// `suciCalculatorApi`.
        SUCI_CALCULATOR_API = 25 "suciCalculatorApi",
        /// `dns-resolution`.
        DNS_RESOLUTION = 26 "dns-resolution",
        /// `scp11ac`.
        SCP11AC = 27 "scp11ac",
        /// `scp11c-authorization-mechanism`.
        SCP11C_AUTHORIZATION_MECHANISM = 28 "scp11c-authorization-mechanism",
        /// `s16mode`.
        S16MODE = 29 "s16mode",
        /// `eaka`.
        EAKA = 30 "eaka",
        /// `iotminimal`.
        IOTMINIMAL = 31 "iotminimal",
    }
}

/// `DeviceInfo` (SGP.22 §4.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct DeviceInfo {
    /// `tac` (80).
    #[rasn(identifier = "tac")]
    pub tac: Octet8,
    /// `deviceCapabilities` (A1).
    #[rasn(identifier = "deviceCapabilities")]
    pub device_capabilities: DeviceCapabilities,
    /// `imei` (82).
    #[rasn(identifier = "imei")]
    pub imei: Option<Octet8>,
    /// `preferredLanguages` (A3): from SGP.22 v2.2.2.
    #[rasn(identifier = "preferredLanguages")]
    pub preferred_languages: Option<Vec<String>>,
    /// `deviceTestMode` (84): from SGP.22 v3.
    #[rasn(identifier = "deviceTestMode")]
    pub device_test_mode: Option<()>,
    /// `lpaRspCapability` (85): from SGP.22 v3.
    #[rasn(identifier = "lpaRspCapability")]
    pub lpa_rsp_capability: Option<LpaRspCapability>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `DeviceCapabilities` (SGP.22 §4.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct DeviceCapabilities {
    /// `gsmSupportedRelease` (80).
    #[rasn(identifier = "gsmSupportedRelease")]
    pub gsm_supported_release: Option<VersionType>,
    /// `utranSupportedRelease` (81).
    #[rasn(identifier = "utranSupportedRelease")]
    pub utran_supported_release: Option<VersionType>,
    /// `cdma2000onexSupportedRelease` (82).
    #[rasn(identifier = "cdma2000onexSupportedRelease")]
    pub cdma2000onex_supported_release: Option<VersionType>,
    /// `cdma2000hrpdSupportedRelease` (83).
    #[rasn(identifier = "cdma2000hrpdSupportedRelease")]
    pub cdma2000hrpd_supported_release: Option<VersionType>,
    /// `cdma2000ehrpdSupportedRelease` (84).
    #[rasn(identifier = "cdma2000ehrpdSupportedRelease")]
    pub cdma2000ehrpd_supported_release: Option<VersionType>,
    /// `eutranSupportedRelease` (85).
    #[rasn(identifier = "eutranSupportedRelease")]
    pub eutran_supported_release: Option<VersionType>,
    /// `contactlessSupportedRelease` (86).
    #[rasn(identifier = "contactlessSupportedRelease")]
    pub contactless_supported_release: Option<VersionType>,
    /// `rspCrlSupportedVersion` (87).
    #[rasn(identifier = "rspCrlSupportedVersion")]
    pub rsp_crl_supported_version: Option<VersionType>,
    /// `rspRpmSupportedVersion` (88): nrEpcSupportedRelease in v3.
    #[rasn(identifier = "rspRpmSupportedVersion")]
    pub rsp_rpm_supported_version: Option<VersionType>,
    /// `nr5gcSupportedRelease` (89): from SGP.22 v2.2.2.
    #[rasn(identifier = "nr5gcSupportedRelease")]
    pub nr5gc_supported_release: Option<VersionType>,
    /// `eutran5gcSupportedRelease` (8A): from SGP.22 v2.2.2.
    #[rasn(identifier = "eutran5gcSupportedRelease")]
    pub eutran5gc_supported_release: Option<VersionType>,
    /// `lpaSvn` (8B): from SGP.22 v2.2.2.
    #[rasn(identifier = "lpaSvn")]
    pub lpa_svn: Option<VersionType>,
    /// `catSupportedClasses` (8C): from SGP.22 v2.2.2.
    #[rasn(identifier = "catSupportedClasses")]
    pub cat_supported_classes: Option<CatSupportedClasses>,
    /// `euiccFormFactorType` (8D): from SGP.22 v2.2.2.
    #[rasn(identifier = "euiccFormFactorType")]
    pub euicc_form_factor_type: Option<EuiccFormFactorType>,
    /// Members this version does not know.
    pub additions: Additions,
}
