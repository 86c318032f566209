// SPDX-License-Identifier: MIT OR Apache-2.0
//! Basic types and the choice of profile elements.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    PeAkaParameter, PeApplication, PeCd, PeCdmaParameter, PeCsim, PeDf5Gprose, PeDf5Gs, PeDfSaip,
    PeDfSnpn, PeEap, PeEnd, PeGenericFileManagement, PeGsmAccess, PeIoT, PeIsim, PeMf,
    PeNonStandard, PeOptCsim, PeOptIoT, PeOptIsim, PeOptUsim, PePhonebook, PePinCodes, PePukCodes,
    PeRfm, PeSecurityDomain, PeTelecom, PeUsim,
};
use crate::asn1::{ObjectIdentifier, OctetString, named_bits, octet_strings};
use crate::raw::Additions;

/// `UInt8`.
pub type UInt8 = i64;

/// `UInt15`.
pub type UInt15 = i64;

/// `UInt16`.
pub type UInt16 = i64;

/// `UInt31`.
pub type UInt31 = i64;

octet_strings! {
    /// `ApplicationIdentifier`.
    ApplicationIdentifier: 5..=16;
}

/// `PEHeader`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeHeader {
    /// `mandated` (80).
    #[rasn(identifier = "mandated")]
    pub mandated: Option<()>,
    /// `identification` (81): Identification number of this PE.
    #[rasn(identifier = "identification")]
    pub identification: UInt15,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileElement`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum ProfileElement {
    /// `header` (A0).
    #[rasn(identifier = "header")]
    Header(ProfileHeader),
    /// `genericFileManagement` (A1).
    #[rasn(identifier = "genericFileManagement")]
    GenericFileManagement(PeGenericFileManagement),
    /// `pinCodes` (A2).
    #[rasn(identifier = "pinCodes")]
    PinCodes(PePinCodes),
    /// `pukCodes` (A3).
    #[rasn(identifier = "pukCodes")]
    PukCodes(PePukCodes),
    /// `akaParameter` (A4).
    #[rasn(identifier = "akaParameter")]
    AkaParameter(PeAkaParameter),
    /// `cdmaParameter` (A5).
    #[rasn(identifier = "cdmaParameter")]
    CdmaParameter(PeCdmaParameter),
    /// `securityDomain` (A6).
    #[rasn(identifier = "securityDomain")]
    SecurityDomain(PeSecurityDomain),
    /// `rfm` (A7).
    #[rasn(identifier = "rfm")]
    Rfm(PeRfm),
    /// `application` (A8).
    #[rasn(identifier = "application")]
    Application(PeApplication),
    /// `nonStandard` (A9).
    #[rasn(identifier = "nonStandard")]
    NonStandard(PeNonStandard),
    /// `end` (AA).
    #[rasn(identifier = "end")]
    End(PeEnd),
    /// `rfu1` (AB): this avoids renumbering of tag values.
    #[rasn(identifier = "rfu1")]
    Rfu1(PeDummy),
    /// `rfu2` (AC): in case other non-file-system PEs are.
    #[rasn(identifier = "rfu2")]
    Rfu2(PeDummy),
    /// `rfu3` (AD): added here in future versions.
    #[rasn(identifier = "rfu3")]
    Rfu3(PeDummy),
    /// `rfu4` (AE).
    #[rasn(identifier = "rfu4")]
    Rfu4(PeDummy),
    /// `rfu5` (AF).
    #[rasn(identifier = "rfu5")]
    Rfu5(PeDummy),
    /// `mf` (B0).
    #[rasn(identifier = "mf")]
    Mf(PeMf),
    /// `cd` (B1).
    #[rasn(identifier = "cd")]
    Cd(PeCd),
    /// `telecom` (B2).
    #[rasn(identifier = "telecom")]
    Telecom(PeTelecom),
    /// `usim` (B3).
    #[rasn(identifier = "usim")]
    Usim(PeUsim),
    /// `opt-usim` (B4).
    #[rasn(identifier = "opt-usim")]
    OptUsim(PeOptUsim),
    /// `isim` (B5).
    #[rasn(identifier = "isim")]
    Isim(PeIsim),
    /// `opt-isim` (B6).
    #[rasn(identifier = "opt-isim")]
    OptIsim(PeOptIsim),
    /// `phonebook` (B7).
    #[rasn(identifier = "phonebook")]
    Phonebook(PePhonebook),
    /// `gsm-access` (B8).
    #[rasn(identifier = "gsm-access")]
    GsmAccess(PeGsmAccess),
    /// `csim` (B9).
    #[rasn(identifier = "csim")]
    Csim(PeCsim),
    /// `opt-csim` (BA).
    #[rasn(identifier = "opt-csim")]
    OptCsim(PeOptCsim),
    /// `eap` (BB).
    #[rasn(identifier = "eap")]
    Eap(PeEap),
    /// `df-5gs` (BC).
    #[rasn(identifier = "df-5gs")]
    Df5gs(PeDf5Gs),
    /// `df-saip` (BD).
    #[rasn(identifier = "df-saip")]
    DfSaip(PeDfSaip),
    /// `df-snpn` (BE).
    #[rasn(identifier = "df-snpn")]
    DfSnpn(PeDfSnpn),
    /// `df-5gprose` (BF1F).
    #[rasn(identifier = "df-5gprose")]
    Df5gprose(PeDf5Gprose),
    /// `iot` (BF20).
    #[rasn(identifier = "iot")]
    Iot(PeIoT),
    /// `opt-iot` (BF21).
    #[rasn(identifier = "opt-iot")]
    OptIot(PeOptIoT),
}

/// `PE-Dummy`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct PeDummy {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `eUICC-Mandatory-AIDs` of `ProfileHeader`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ProfileHeaderEuiccMandatoryAiDs {
    /// `aid` (80).
    #[rasn(identifier = "aid")]
    pub aid: ApplicationIdentifier,
    /// `version` (81).
    #[rasn(identifier = "version")]
    pub version: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileHeader`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ProfileHeader {
    /// `major-version` (80): set to 3 for this version of the specification.
    #[rasn(identifier = "major-version")]
    pub major_version: UInt8,
    /// `minor-version` (81): set to 3 for this version of the specification.
    #[rasn(identifier = "minor-version")]
    pub minor_version: UInt8,
    /// `profileType` (82).
    #[rasn(identifier = "profileType")]
    pub profile_type: Option<String>,
    /// `iccid` (83): ICCID of the Profile.
    #[rasn(identifier = "iccid")]
    pub iccid: OctetString,
    /// `pol` (84).
    #[rasn(identifier = "pol")]
    pub pol: Option<OctetString>,
    /// `eUICC-Mandatory-services` (A5).
    #[rasn(identifier = "eUICC-Mandatory-services")]
    pub euicc_mandatory_services: ServicesList,
    /// `eUICC-Mandatory-GFSTEList` (A6).
    #[rasn(identifier = "eUICC-Mandatory-GFSTEList")]
    pub euicc_mandatory_gfste_list: Vec<ObjectIdentifier>,
    /// `connectivityParameters` (87).
    #[rasn(identifier = "connectivityParameters")]
    pub connectivity_parameters: Option<OctetString>,
    /// `eUICC-Mandatory-AIDs` (A8).
    #[rasn(identifier = "eUICC-Mandatory-AIDs")]
    pub euicc_mandatory_ai_ds: Option<Vec<ProfileHeaderEuiccMandatoryAiDs>>,
    /// `iotOptions` (A9): details for IoT Minimal Profile, mandatory for IoT Minimal Profiles.
    #[rasn(identifier = "iotOptions")]
    pub iot_options: Option<IotOptions>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `IotOptions`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct IotOptions {
    /// `pix` (80): PIX value to be used for IoT Minimal Profiles.
    #[rasn(identifier = "pix")]
    pub pix: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ServicesList`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ServicesList {
    /// `contactless` (80).
    #[rasn(identifier = "contactless")]
    pub contactless: Option<()>,
    /// `usim` (81).
    #[rasn(identifier = "usim")]
    pub usim: Option<()>,
    /// `isim` (82).
    #[rasn(identifier = "isim")]
    pub isim: Option<()>,
    /// `csim` (83).
    #[rasn(identifier = "csim")]
    pub csim: Option<()>,
    /// `milenage` (84).
    #[rasn(identifier = "milenage")]
    pub milenage: Option<()>,
    /// `tuak128` (85).
    #[rasn(identifier = "tuak128")]
    pub tuak128: Option<()>,
    /// `cave` (86).
    #[rasn(identifier = "cave")]
    pub cave: Option<()>,
    /// `gba-usim` (87).
    #[rasn(identifier = "gba-usim")]
    pub gba_usim: Option<()>,
    /// `gba-isim` (88).
    #[rasn(identifier = "gba-isim")]
    pub gba_isim: Option<()>,
    /// `mbms` (89).
    #[rasn(identifier = "mbms")]
    pub mbms: Option<()>,
    /// `eap` (8A).
    #[rasn(identifier = "eap")]
    pub eap: Option<()>,
    /// `javacard` (8B).
    #[rasn(identifier = "javacard")]
    pub javacard: Option<()>,
    /// `multos` (8C).
    #[rasn(identifier = "multos")]
    pub multos: Option<()>,
    /// `multiple-usim` (8D).
    #[rasn(identifier = "multiple-usim")]
    pub multiple_usim: Option<()>,
    /// `multiple-isim` (8E).
    #[rasn(identifier = "multiple-isim")]
    pub multiple_isim: Option<()>,
    /// `multiple-csim` (8F).
    #[rasn(identifier = "multiple-csim")]
    pub multiple_csim: Option<()>,
    /// `tuak256` (90).
    #[rasn(identifier = "tuak256")]
    pub tuak256: Option<()>,
    /// `usim-test-algorithm` (91).
    #[rasn(identifier = "usim-test-algorithm")]
    pub usim_test_algorithm: Option<()>,
    /// `ber-tlv` (92).
    #[rasn(identifier = "ber-tlv")]
    pub ber_tlv: Option<()>,
    /// `dfLink` (93).
    #[rasn(identifier = "dfLink")]
    pub df_link: Option<()>,
    /// `cat-tp` (94).
    #[rasn(identifier = "cat-tp")]
    pub cat_tp: Option<()>,
    /// `get-identity` (95).
    #[rasn(identifier = "get-identity")]
    pub get_identity: Option<()>,
    /// `profile-a-x25519` (96).
    #[rasn(identifier = "profile-a-x25519")]
    pub profile_a_x25519: Option<()>,
    /// `profile-b-p256` (97).
    #[rasn(identifier = "profile-b-p256")]
    pub profile_b_p256: Option<()>,
    /// `suciCalculatorApi` (98).
    #[rasn(identifier = "suciCalculatorApi")]
    pub suci_calculator_api: Option<()>,
    /// `dns-resolution` (99).
    #[rasn(identifier = "dns-resolution")]
    pub dns_resolution: Option<()>,
    /// `scp11ac` (9A).
    #[rasn(identifier = "scp11ac")]
    pub scp11ac: Option<()>,
    /// `scp11c-authorization-mechanism` (9B).
    #[rasn(identifier = "scp11c-authorization-mechanism")]
    pub scp11c_authorization_mechanism: Option<()>,
    /// `s16mode` (9C).
    #[rasn(identifier = "s16mode")]
    pub s16mode: Option<()>,
    /// `eaka` (9D).
    #[rasn(identifier = "eaka")]
    pub eaka: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `UICCCapability`.
    UiccCapability {
        /// Contactless (SWP, HCI and associated APIs).
        CONTACTLESS_SUPPORT = 0 "contactlessSupport",
        /// USIM as defined by 3GPP.
        USIM_SUPPORT = 1 "usimSupport",
        /// ISIM as defined by 3GPP.
        ISIM_SUPPORT = 2 "isimSupport",
        /// CSIM as defined by 3GPP2.
        CSIM_SUPPORT = 3 "csimSupport",
        /// Milenage as AKA algorithm.
        AKA_MILENAGE = 4 "akaMilenage",
        /// CAVE as authentication algorithm.
        AKA_CAVE = 5 "akaCave",
        /// TUAK as AKA algorithm with 128 bit key length.
        AKA_TUAK128 = 6 "akaTuak128",
        /// TUAK as AKA algorithm with 256 bit key length.
        AKA_TUAK256 = 7 "akaTuak256",
        /// USIM test algorithm.
        USIM_TEST_ALGORITHM = 8 "usimTestAlgorithm",
        /// Reserved for further algorithms.
        RFU2 = 9 "rfu2",
        /// GBA authentication in the context of USIM.
        GBA_AUTHEN_USIM = 10 "gbaAuthenUsim",
        /// GBA authentication in the context of ISIM.
        GBA_AUTHEN_I_SIM = 11 "gbaAuthenISim",
        /// MBMS authentication in the context of USIM.
        MBMS_AUTHEN_USIM = 12 "mbmsAuthenUsim",
        /// EAP client.
        EAP_CLIENT = 13 "eapClient",
        /// Java Card(TM) support.
        JAVACARD = 14 "javacard",
        /// Multos support.
        MULTOS = 15 "multos",
        /// Multiple USIM applications are supported within the same Profile.
        MULTIPLE_USIM_SUPPORT = 16 "multipleUsimSupport",
        /// Multiple ISIM applications are supported within the same Profile.
        MULTIPLE_ISIM_SUPPORT = 17 "multipleIsimSupport",
        /// Multiple CSIM applications are supported within the same Profile.
        MULTIPLE_CSIM_SUPPORT = 18 "multipleCsimSupport",
        /// BER TLV files.
        BER_TLV_FILE_SUPPORT = 19 "berTlvFileSupport",
        /// Linked Directory Files.
        DF_LINK_SUPPORT = 20 "dfLinkSupport",
        /// Support of CAT TP.
        CAT_TP = 21 "catTp",
        /// Support of the GET IDENTITY command as defined in ETSI TS 102 221.
        GET_IDENTITY = 22 "getIdentity",
        /// Support of ECIES Profile A as defined in 3GPP TS 33.501.
        PROFILE_A_X25519 = 23 "profile-a-x25519",
        /// Support of ECIES Profile B as defined in 3GPP TS 33.501.
        PROFILE_B_P256 = 24 "profile-b-p256",
        /// Support of the associated API for SUCI derivation as defined in 3GPP 31.130.
        SUCI_CALCULATOR_API = 25 "suciCalculatorApi",
        /// Support of DNS Resolution as defined by GP Amd B.
        DNS_RESOLUTION = 26 "dns-resolution",
        /// Support of GP Amd F SCP11 variants a and c.
        SCP11AC = 27 "scp11ac",
        /// Support of SCP11c authorization mechanism.
        SCP11C_AUTHORIZATION_MECHANISM = 28 "scp11c-authorization-mechanism",
        /// Support of S16 mode as defined in GP Amd D and Amd F.
        S16MODE = 29 "s16mode",
        /// Support of enhanced AKA algorithm as defined in 3GPP TS.
        EAKA = 30 "eaka",
        /// Support of IoT Minimal Profile as described in section 7.5.
        IOTMINIMAL = 31 "iotminimal",
    }
}
