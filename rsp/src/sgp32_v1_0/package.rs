// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Packages: PSMO and eCO, IPA eUICC data requests.

use rasn::{AsnType, Decode, Decoder, Encode};

use crate::asn1::{Certificate, ObjectIdentifier, OctetString, SubjectPublicKeyInfo};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    Iccid, NotificationEvent, Octet16, ProfileInfoListRequest, SubjectKeyIdentifier, TransactionId,
};
use crate::sgp32::{EimIdType, EimSupportedProtocol};

/// `EuiccPackageRequest` (BF51) (SGP.32 v1.0 §2.11.1.1).
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

/// `EuiccPackageSigned` (SGP.32 v1.0 §2.11.1.1).
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
    /// `transactionId` (82).
    #[rasn(identifier = "transactionId", tag(context, 2))]
    pub transaction_id: Option<TransactionId>,
    /// `euiccPackage`.
    #[rasn(identifier = "euiccPackage")]
    pub euicc_package: EuiccPackage,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackage` (SGP.32 v1.0 §2.11.1.1).
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

/// `EimConfigurationData` (SGP.32 v1.0 §2.11.1.1.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EimConfigurationData {
    /// `eimId` (80): eimId of eIM.
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eimFqdn` (81): FQDN of eIM.
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
    /// Members this version does not know.
    pub additions: Additions,
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

/// `Eco` (SGP.32 v1.0 §2.11.1.1.2).
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

/// `configureAutoEnable` of `Psmo`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PsmoConfigureAutoEnable {
    /// `autoEnableFlag` (80).
    #[rasn(identifier = "autoEnableFlag", tag(context, 0))]
    pub auto_enable_flag: Option<()>,
    /// `smdpOid` (81).
    #[rasn(identifier = "smdpOid", tag(context, 1))]
    pub smdp_oid: Option<ObjectIdentifier>,
    /// `smdpAddress` (82).
    #[rasn(identifier = "smdpAddress", tag(context, 2))]
    pub smdp_address: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `Psmo` (SGP.32 v1.0 §2.11.1.1.3).
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
    /// `configureAutoEnable` (A7).
    #[rasn(identifier = "configureAutoEnable", tag(context, 7))]
    ConfigureAutoEnable(PsmoConfigureAutoEnable),
}

/// `searchCriteria` of `IpaEuiccDataRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum IpaEuiccDataRequestSearchCriteria {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    SeqNumber(i64),
    /// `profileManagementOperation` (81).
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    ProfileManagementOperation(NotificationEvent),
    /// `euiccPackageResults` (82).
    #[rasn(identifier = "euiccPackageResults", tag(context, 2))]
    EuiccPackageResults(()),
}

/// `IpaEuiccDataRequest` (BF52) (SGP.32 v1.0 §2.11.1.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 82))]
pub struct IpaEuiccDataRequest {
    /// `tagList` (5C).
    #[rasn(identifier = "tagList", tag(application, 28))]
    pub tag_list: OctetString,
    /// `euiccCiPKId` (04): CI Public Key Identifier supported on the eUICC for signature creation.
    #[rasn(identifier = "euiccCiPKId")]
    pub euicc_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// `searchCriteria` (A1).
    #[rasn(identifier = "searchCriteria", tag(context, 1))]
    pub search_criteria: Option<IpaEuiccDataRequestSearchCriteria>,
    /// Members this version does not know.
    pub additions: Additions,
}
