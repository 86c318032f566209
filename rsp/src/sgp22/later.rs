// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types of SGP.22 v3 that stand in optional members a v3 peer sends.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{SubjectKeyIdentifier, VersionType};
use crate::asn1::{Certificate, ObjectIdentifier, OctetString, integer_names, named_bits};
use crate::raw::Additions;

/// `managingDpList` of `RpmConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct RpmConfigurationManagingDpList {
    /// `managingDpOid` (80): Managing SM-DP+ OID.
    #[rasn(identifier = "managingDpOid", tag(context, 0))]
    pub managing_dp_oid: ObjectIdentifier,
    /// `rpmType` (81).
    #[rasn(identifier = "rpmType", tag(context, 1))]
    pub rpm_type: Option<RpmType>,
    /// `tagList` (5C).
    #[rasn(identifier = "tagList", tag(application, 28))]
    pub tag_list: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `RpmConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct RpmConfiguration {
    /// `managingDpList` (A0).
    #[rasn(identifier = "managingDpList", tag(context, 0))]
    pub managing_dp_list: Vec<RpmConfigurationManagingDpList>,
    /// `pollingAddress` (81).
    #[rasn(identifier = "pollingAddress", tag(context, 1))]
    pub polling_address: Option<String>,
    /// `allowedCiPKId` (82): eSIM CA RootCA PKID that is allowed for managing SM-DP+s.
    #[rasn(identifier = "allowedCiPKId", tag(context, 2))]
    pub allowed_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// `profileOwnerOid` (83).
    #[rasn(identifier = "profileOwnerOid", tag(context, 3))]
    pub profile_owner_oid: ObjectIdentifier,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `RpmType`.
    RpmType {
        /// `enable`.
        ENABLE = 0 "enable",
        /// `disable`.
        DISABLE = 1 "disable",
        /// `delete`.
        DELETE = 2 "delete",
        /// `listProfileInfo`.
        LIST_PROFILE_INFO = 3 "listProfileInfo",
        /// `contactPcmp`.
        CONTACT_PCMP = 4 "contactPcmp",
    }
}

/// `LocalisedTextMessage`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct LocalisedTextMessage {
    /// `languageTag` (80): language tag as defined by RFC 5646; "en" when absent.
    #[rasn(
        identifier = "languageTag",
        default = "default_localised_text_message_language_tag"
    )]
    pub language_tag: String,
    /// `message` (81).
    #[rasn(identifier = "message")]
    pub message: String,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for LocalisedTextMessage {
    fn default() -> Self {
        Self {
            language_tag: default_localised_text_message_language_tag(),
            message: Default::default(),
            additions: Additions::none(),
        }
    }
}

/// `LprConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct LprConfiguration {
    /// `pcmpAddress` (80).
    #[rasn(identifier = "pcmpAddress", tag(context, 0))]
    pub pcmp_address: String,
    /// `dpiEnable` (81).
    #[rasn(identifier = "dpiEnable", tag(context, 1))]
    pub dpi_enable: Option<String>,
    /// `triggerLprOnEnableProfile` (82).
    #[rasn(identifier = "triggerLprOnEnableProfile", tag(context, 2))]
    pub trigger_lpr_on_enable_profile: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `enterpriseRuleBits` of `EnterpriseConfiguration`.
    EnterpriseConfigurationEnterpriseRulesEnterpriseRuleBits {
        /// `referenceEnterpriseRule`.
        REFERENCE_ENTERPRISE_RULE = 0 "referenceEnterpriseRule",
        /// `priorityEnterpriseProfile`.
        PRIORITY_ENTERPRISE_PROFILE = 1 "priorityEnterpriseProfile",
        /// `onlyEnterpriseProfilesCanBeInstalled`.
        ONLY_ENTERPRISE_PROFILES_CAN_BE_INSTALLED = 2 "onlyEnterpriseProfilesCanBeInstalled",
    }
}

/// `enterpriseRules` of `EnterpriseConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EnterpriseConfigurationEnterpriseRules {
    /// `enterpriseRuleBits` (80).
    #[rasn(identifier = "enterpriseRuleBits", tag(context, 0))]
    pub enterprise_rule_bits: EnterpriseConfigurationEnterpriseRulesEnterpriseRuleBits,
    /// `numberOfNonEnterpriseProfiles` (81): that can be Enabled.
    #[rasn(identifier = "numberOfNonEnterpriseProfiles", tag(context, 1))]
    pub number_of_non_enterprise_profiles: i64,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EnterpriseConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseConfiguration {
    /// `enterpriseOid` (80).
    #[rasn(identifier = "enterpriseOid", tag(context, 0))]
    pub enterprise_oid: ObjectIdentifier,
    /// `enterpriseName` (81).
    #[rasn(identifier = "enterpriseName", tag(context, 1))]
    pub enterprise_name: String,
    /// `enterpriseRules` (A2).
    #[rasn(identifier = "enterpriseRules", tag(context, 2))]
    pub enterprise_rules: Option<EnterpriseConfigurationEnterpriseRules>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `requestToDp` of `DeviceChangeConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct DeviceChangeConfigurationRequestToDp {
    /// `smdpAddressForDc` (80): SM-DP+ address that processes the Device Change.
    #[rasn(identifier = "smdpAddressForDc")]
    pub smdp_address_for_dc: String,
    /// `allowedCiPKId` (81): PKID allowed for the SM-DP+ address that processes the Device Change.
    #[rasn(identifier = "allowedCiPKId")]
    pub allowed_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// `eidRequired` (82): the EID of the new Device is required.
    #[rasn(identifier = "eidRequired")]
    pub eid_required: Option<()>,
    /// `tacRequired` (83): the TAC of the new Device is required.
    #[rasn(identifier = "tacRequired")]
    pub tac_required: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `usingStoredAc` of `DeviceChangeConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct DeviceChangeConfigurationUsingStoredAc {
    /// `activationCodeForDc` (80): Activation Code for Device Change of this Profile.
    #[rasn(identifier = "activationCodeForDc")]
    pub activation_code_for_dc: String,
    /// `deleteOldProfile` (81): deletion of this Profile is required before providing the
    /// Activation code to the new Device.
    #[rasn(identifier = "deleteOldProfile")]
    pub delete_old_profile: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `DeviceChangeConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum DeviceChangeConfiguration {
    /// `requestToDp` (A0).
    #[rasn(identifier = "requestToDp", tag(context, 0))]
    RequestToDp(DeviceChangeConfigurationRequestToDp),
    /// `usingStoredAc` (A1).
    #[rasn(identifier = "usingStoredAc", tag(context, 1))]
    UsingStoredAc(DeviceChangeConfigurationUsingStoredAc),
}

/// `CertificateChain`.
pub type CertificateChain = Vec<Certificate>;

integer_names! {
    /// `LpaMode`.
    LpaMode {
        /// LPAd is active.
        LPAD = 0 "lpad",
        /// LPAe is active.
        LPAE = 1 "lpae",
    }
}

named_bits! {
    /// `LpaRspCapability`.
    LpaRspCapability {
        /// `crlStaplingV3Support`.
        CRL_STAPLING_V3_SUPPORT = 0 "crlStaplingV3Support",
        /// `certChainV3Support`.
        CERT_CHAIN_V3_SUPPORT = 1 "certChainV3Support",
        /// `apduApiSupport`.
        APDU_API_SUPPORT = 2 "apduApiSupport",
        /// `enterpriseCapableDevice`.
        ENTERPRISE_CAPABLE_DEVICE = 3 "enterpriseCapableDevice",
        /// `lpaProxySupport`.
        LPA_PROXY_SUPPORT = 4 "lpaProxySupport",
        /// `signedSmdsResponseV3Support`.
        SIGNED_SMDS_RESPONSE_V3_SUPPORT = 5 "signedSmdsResponseV3Support",
        /// `euiccCiUpdateSupport`.
        EUICC_CI_UPDATE_SUPPORT = 6 "euiccCiUpdateSupport",
        /// `eventCheckingSupport`.
        EVENT_CHECKING_SUPPORT = 7 "eventCheckingSupport",
        /// `pushServiceSupport`.
        PUSH_SERVICE_SUPPORT = 8 "pushServiceSupport",
        /// `pendingOperationAlertingSupport`.
        PENDING_OPERATION_ALERTING_SUPPORT = 9 "pendingOperationAlertingSupport",
    }
}

named_bits! {
    /// `CatSupportedClasses`.
    CatSupportedClasses {
        /// `a`.
        A = 0 "a",
        /// `b`.
        B = 1 "b",
        /// `c`.
        C = 2 "c",
        /// `d`.
        D = 3 "d",
        /// `e`.
        E = 4 "e",
        /// `f`.
        F = 5 "f",
        /// `g`.
        G = 6 "g",
        /// `h`.
        H = 7 "h",
        /// `i`.
        I = 8 "i",
        /// `j`.
        J = 9 "j",
        /// `k`.
        K = 10 "k",
        /// `l`.
        L = 11 "l",
        /// `m`.
        M = 12 "m",
        /// `n`.
        N = 13 "n",
        /// `o`.
        O = 14 "o",
        /// `p`.
        P = 15 "p",
        /// `q`.
        Q = 16 "q",
        /// `r`.
        R = 17 "r",
        /// `s`.
        S = 18 "s",
        /// `t`.
        T = 19 "t",
        /// `u`.
        U = 20 "u",
        /// `v`.
        V = 21 "v",
        /// `w`.
        W = 22 "w",
        /// `x`.
        X = 23 "x",
        /// `y`.
        Y = 24 "y",
        /// `z`.
        Z = 25 "z",
        /// `aa`.
        AA = 26 "aa",
        /// `ab`.
        AB = 27 "ab",
        /// `ac`.
        AC = 28 "ac",
        /// `ad`.
        AD = 29 "ad",
    }
}

integer_names! {
    /// `EuiccFormFactorType`.
    EuiccFormFactorType {
        /// EUICC can be removed.
        REMOVABLE_EUICC = 0 "removableEuicc",
        /// EUICC cannot be removed.
        NON_REMOVABLE_EUICC = 1 "nonRemovableEuicc",
    }
}

named_bits! {
    /// `ServiceDescription`.
    ServiceDescription {
        /// Operator-provided voice service.
        VOICE = 0 "voice",
        /// Operator-provided data service.
        DATA = 1 "data",
    }
}

named_bits! {
    /// `OperationType`.
    OperationType {
        /// `profileDownload`.
        PROFILE_DOWNLOAD = 0 "profileDownload",
        /// `rpm`.
        RPM = 1 "rpm",
    }
}

/// `MatchingIdSource`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum MatchingIdSource {
    /// `none` (80).
    #[rasn(identifier = "none", tag(context, 0))]
    None(()),
    /// `activationCode` (81).
    #[rasn(identifier = "activationCode", tag(context, 1))]
    ActivationCode(()),
    /// `smdsOid` (82).
    #[rasn(identifier = "smdsOid", tag(context, 2))]
    SmdsOid(ObjectIdentifier),
}

/// `SessionContext`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct SessionContext {
    /// `serverSvn` (80): RSP Server SVN (provided for information only).
    #[rasn(identifier = "serverSvn", tag(context, 0))]
    pub server_svn: VersionType,
    /// `crlStaplingV3Used` (81): Indicates CRLs were attached to the RSP Server response.
    #[rasn(identifier = "crlStaplingV3Used", tag(context, 1))]
    pub crl_stapling_v3_used: bool,
    /// `euiccCiPKIdToBeUsedV3` (82).
    #[rasn(identifier = "euiccCiPKIdToBeUsedV3", tag(context, 2))]
    pub euicc_ci_pk_id_to_be_used_v3: Option<SubjectKeyIdentifier>,
    /// `supportedPushServices` (A3).
    #[rasn(identifier = "supportedPushServices", tag(context, 3))]
    pub supported_push_services: Option<Vec<ObjectIdentifier>>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `ServerRspCapability`.
    ServerRspCapability {
        /// Support for CRL stapling.
        CRL_STAPLING_V3_SUPPORT = 0 "crlStaplingV3Support",
        /// Support for Event Record signing.
        EVENT_LIST_SIGNING_V3_SUPPORT = 1 "eventListSigningV3Support",
        /// Support for Push Service.
        PUSH_SERVICE_V3_SUPPORT = 2 "pushServiceV3Support",
        /// `cancelForEmptySpnPnSupport`.
        CANCEL_FOR_EMPTY_SPN_PN_SUPPORT = 3 "cancelForEmptySpnPnSupport",
    }
}

fn default_localised_text_message_language_tag() -> String {
    "en".to_owned()
}
