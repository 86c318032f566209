// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Packages: PSMO and eCO, IPA eUICC data requests, triggers.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::Sgp32SetDefaultDpAddressRequest;
use crate::asn1::{
    Certificate, ObjectIdentifier, OctetString, SubjectPublicKeyInfo, integer_names, named_bits,
};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    Iccid, NotificationEvent, Octet16, ProfileInfoListRequest, SubjectKeyIdentifier, TransactionId,
    VendorSpecificExtension,
};

/// `AsnNull`.
pub type AsnNull = ();

/// `EuiccPackageRequest` (BF51) (SGP.32 §2.11.1.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 81))]
pub struct EuiccPackageRequest {
    /// `euiccPackageSigned` (30).
    #[rasn(identifier = "euiccPackageSigned")]
    pub euicc_package_signed: Raw<EuiccPackageSigned>,
    /// `eimSignature` (5F37).
    #[rasn(identifier = "eimSignature", tag(application, 55))]
    pub eim_signature: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackageSigned` (SGP.32 §2.11.1.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EuiccPackageSigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eidValue` (5A).
    #[rasn(identifier = "eidValue", tag(application, 26))]
    pub eid_value: Octet16,
    /// `counterValue` (81).
    #[rasn(identifier = "counterValue", tag(context, 1))]
    pub counter_value: i64,
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `euiccPackage`.
    #[rasn(identifier = "euiccPackage")]
    pub euicc_package: EuiccPackage,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackage` (SGP.32 §2.11.1.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum EuiccPackage {
    /// `psmoList` (A0).
    #[rasn(identifier = "psmoList")]
    PsmoList(Vec<Psmo>),
    /// `ecoList` (A1).
    #[rasn(identifier = "ecoList")]
    EcoList(Vec<Eco>),
}

/// `eimPublicKeyData` of `EimConfigurationData`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum EimConfigurationDataEimPublicKeyData {
    /// `eimPublicKey` (A0): public key of eIM, used for eUICC Package signature verification, where
    /// the encoding follows X.509 standard.
    #[rasn(identifier = "eimPublicKey")]
    EimPublicKey(SubjectPublicKeyInfo),
    /// `eimCertificate` (A1): certificate of eIM, used for eUICC Package signature verification,
    /// where the encoding follows X.509 standard.
    #[rasn(identifier = "eimCertificate")]
    EimCertificate(Certificate),
}

/// `trustedPublicKeyDataTls` of `EimConfigurationData`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum EimConfigurationDataTrustedPublicKeyDataTls {
    /// `trustedEimPkTls` (A0): public key of eIM, used for TLS or DTLS, where the encoding follows
    /// X.509 standard.
    #[rasn(identifier = "trustedEimPkTls")]
    TrustedEimPkTls(SubjectPublicKeyInfo),
    /// `trustedCertificateTls` (A1): either the certificate of eIM, used for (D)TLS, or the
    /// certificate of the CA, where the encoding follows X.509 standard.
    #[rasn(identifier = "trustedCertificateTls")]
    TrustedCertificateTls(Certificate),
}

/// `EimConfigurationData` (SGP.32 §2.11.1.1.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EimConfigurationData {
    /// `eimId` (80): eimId of eIM.
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eimFqdn` (81): FQDN of eIM or intermediate server, if used.
    #[rasn(identifier = "eimFqdn", tag(context, 1))]
    pub eim_fqdn: Option<String>,
    /// `eimIdType` (82).
    #[rasn(identifier = "eimIdType", tag(context, 2))]
    pub eim_id_type: Option<EimIdType>,
    /// `counterValue` (83): initial counterValue for the eIM.
    #[rasn(identifier = "counterValue", tag(context, 3))]
    pub counter_value: Option<i64>,
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    pub association_token: Option<i64>,
    /// `eimPublicKeyData` (A5).
    #[rasn(identifier = "eimPublicKeyData", tag(context, 5))]
    pub eim_public_key_data: Option<EimConfigurationDataEimPublicKeyData>,
    /// `trustedPublicKeyDataTls` (A6).
    #[rasn(identifier = "trustedPublicKeyDataTls", tag(context, 6))]
    pub trusted_public_key_data_tls: Option<EimConfigurationDataTrustedPublicKeyDataTls>,
    /// `eimSupportedProtocol` (87).
    #[rasn(identifier = "eimSupportedProtocol", tag(context, 7))]
    pub eim_supported_protocol: Option<EimSupportedProtocol>,
    /// `euiccCiPKId` (88): CI Public Key Identifier supported on the eUICC for signature creation.
    #[rasn(identifier = "euiccCiPKId", tag(context, 8))]
    pub euicc_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// `indirectProfileDownload` (89): support of Indirect Profile download with indicated
    /// EimSupportedProtocol.
    #[rasn(identifier = "indirectProfileDownload", tag(context, 9))]
    pub indirect_profile_download: Option<()>,
    /// `eSipaProprietaryProtocolInformation` (AA): v1.3: additional information for proprietary
    /// protocol(s).
    #[rasn(identifier = "eSipaProprietaryProtocolInformation", tag(context, 10))]
    pub esipa_proprietary_protocol_information: Option<VendorSpecificExtension>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `EimIdType` (SGP.32 §2.11.1.1.1).
    EimIdType {
        /// `eimIdTypeOid`.
        EIM_ID_TYPE_OID = 1 "eimIdTypeOid",
        /// `eimIdTypeFqdn`.
        EIM_ID_TYPE_FQDN = 2 "eimIdTypeFqdn",
        /// `eimIdTypeProprietary`.
        EIM_ID_TYPE_PROPRIETARY = 3 "eimIdTypeProprietary",
    }
}

named_bits! {
    /// `EimSupportedProtocol` (SGP.32 §2.11.1.1.1).
    EimSupportedProtocol {
        /// `eimRetrieveHttps`.
        EIM_RETRIEVE_HTTPS = 0 "eimRetrieveHttps",
        /// `eimRetrieveCoaps`.
        EIM_RETRIEVE_COAPS = 1 "eimRetrieveCoaps",
        /// `eimInjectHttps`.
        EIM_INJECT_HTTPS = 2 "eimInjectHttps",
        /// `eimInjectCoaps`.
        EIM_INJECT_COAPS = 3 "eimInjectCoaps",
        /// `eimProprietary`.
        EIM_PROPRIETARY = 4 "eimProprietary",
    }
}

/// `deleteEim` of `Eco`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EcoDeleteEim {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `listEim` of `Eco`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EcoListEim {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `Eco` (SGP.32 §2.11.1.1.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum Eco {
    /// `addEim` (A8): for eIM configuration data see 2.11.1.
    #[rasn(identifier = "addEim", tag(context, 8))]
    AddEim(EimConfigurationData),
    /// `deleteEim` (A9).
    #[rasn(identifier = "deleteEim", tag(context, 9))]
    DeleteEim(EcoDeleteEim),
    /// `updateEim` (AA).
    #[rasn(identifier = "updateEim", tag(context, 10))]
    UpdateEim(EimConfigurationData),
    /// `listEim` (AB).
    #[rasn(identifier = "listEim", tag(context, 11))]
    ListEim(EcoListEim),
}

/// `enable` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoEnable {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid", tag(application, 26))]
    pub iccid: Iccid,
    /// `rollbackFlag` (05).
    #[rasn(identifier = "rollbackFlag")]
    pub rollback_flag: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `disable` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoDisable {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid", tag(application, 26))]
    pub iccid: Iccid,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `delete` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoDelete {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid", tag(application, 26))]
    pub iccid: Iccid,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `getRAT` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoGetRat {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `configureImmediateEnable` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoConfigureImmediateEnable {
    /// `immediateEnableFlag` (80).
    #[rasn(identifier = "immediateEnableFlag", tag(context, 0))]
    pub immediate_enable_flag: Option<()>,
    /// `defaultSmdpOid` (81).
    #[rasn(identifier = "defaultSmdpOid", tag(context, 1))]
    pub default_smdp_oid: Option<ObjectIdentifier>,
    /// `defaultSmdpAddress` (82).
    #[rasn(identifier = "defaultSmdpAddress", tag(context, 2))]
    pub default_smdp_address: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `setFallbackAttribute` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoSetFallbackAttribute {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid", tag(application, 26))]
    pub iccid: Iccid,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `unsetFallbackAttribute` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoUnsetFallbackAttribute {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `Psmo` (SGP.32 §2.11.1.1.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum Psmo {
    /// `enable` (A3).
    #[rasn(identifier = "enable", tag(context, 3))]
    Enable(PsmoEnable),
    /// `disable` (A4).
    #[rasn(identifier = "disable", tag(context, 4))]
    Disable(PsmoDisable),
    /// `delete` (A5).
    #[rasn(identifier = "delete", tag(context, 5))]
    Delete(PsmoDelete),
    /// `listProfileInfo` (BF2D).
    #[rasn(identifier = "listProfileInfo", tag(context, 45))]
    ListProfileInfo(ProfileInfoListRequest),
    /// `getRAT` (A6).
    #[rasn(identifier = "getRAT", tag(context, 6))]
    GetRat(PsmoGetRat),
    /// `configureImmediateEnable` (A7).
    #[rasn(identifier = "configureImmediateEnable", tag(context, 7))]
    ConfigureImmediateEnable(PsmoConfigureImmediateEnable),
    /// `setFallbackAttribute` (A8).
    #[rasn(identifier = "setFallbackAttribute", tag(context, 8))]
    SetFallbackAttribute(PsmoSetFallbackAttribute),
    /// `unsetFallbackAttribute` (A9).
    #[rasn(identifier = "unsetFallbackAttribute", tag(context, 9))]
    UnsetFallbackAttribute(PsmoUnsetFallbackAttribute),
    /// `setDefaultDpAddress` (BF65).
    #[rasn(identifier = "setDefaultDpAddress", tag(context, 101))]
    SetDefaultDpAddress(Sgp32SetDefaultDpAddressRequest),
}

/// `searchCriteriaNotification` of `IpaEuiccDataRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum IpaEuiccDataRequestSearchCriteriaNotification {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    SeqNumber(i64),
    /// `profileManagementOperation` (81).
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    ProfileManagementOperation(NotificationEvent),
}

/// `searchCriteriaEuiccPackageResult` of `IpaEuiccDataRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum IpaEuiccDataRequestSearchCriteriaEuiccPackageResult {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    SeqNumber(i64),
}

/// `IpaEuiccDataRequest` (BF52) (SGP.32 §2.11.1.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 82))]
pub struct IpaEuiccDataRequest {
    /// `tagList` (5C).
    #[rasn(identifier = "tagList", tag(application, 28))]
    pub tag_list: OctetString,
    /// `euiccCiPKIdentifierToBeUsed` (04): CI Public Key Identifier (possibly truncated) supported
    /// on the eUICC for signature creation.
    #[rasn(identifier = "euiccCiPKIdentifierToBeUsed")]
    pub euicc_ci_pk_identifier_to_be_used: Option<OctetString>,
    /// `searchCriteriaNotification` (A1).
    #[rasn(identifier = "searchCriteriaNotification", tag(context, 1))]
    pub search_criteria_notification: Option<IpaEuiccDataRequestSearchCriteriaNotification>,
    /// `searchCriteriaEuiccPackageResult` (A2).
    #[rasn(identifier = "searchCriteriaEuiccPackageResult", tag(context, 2))]
    pub search_criteria_euicc_package_result:
        Option<IpaEuiccDataRequestSearchCriteriaEuiccPackageResult>,
    /// `eimTransactionId` (83).
    #[rasn(identifier = "eimTransactionId", tag(context, 3))]
    pub eim_transaction_id: Option<TransactionId>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileDownloadTriggerRequest` (BF54) (SGP.32 §2.11.1.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 84))]
pub struct ProfileDownloadTriggerRequest {
    /// `profileDownloadData` (A0).
    #[rasn(identifier = "profileDownloadData", tag(context, 0))]
    pub profile_download_data: Option<ProfileDownloadData>,
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `contactSmds` of `ProfileDownloadData`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ProfileDownloadDataContactSmds {
    /// `smdsAddress` (80).
    #[rasn(identifier = "smdsAddress")]
    pub smds_address: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileDownloadData` (SGP.32 §2.11.1.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum ProfileDownloadData {
    /// `activationCode` (80).
    #[rasn(identifier = "activationCode", tag(context, 0))]
    ActivationCode(String),
    /// `contactDefaultSmdp` (81).
    #[rasn(identifier = "contactDefaultSmdp", tag(context, 1))]
    ContactDefaultSmdp(()),
    /// `contactSmds` (A2).
    #[rasn(identifier = "contactSmds", tag(context, 2))]
    ContactSmds(ProfileDownloadDataContactSmds),
}
