// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generic file management and authentication parameters.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{ApplicationIdentifier, Fcp, PeHeader, UInt8, UInt16};
use crate::asn1::{OctetString, integer_names};
use crate::raw::Additions;

/// `PE-GenericFileManagement`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeGenericFileManagement {
    /// `gfm-header` (A0).
    #[rasn(identifier = "gfm-header")]
    pub gfm_header: PeHeader,
    /// `fileManagementCMD` (A1).
    #[rasn(identifier = "fileManagementCMD")]
    pub file_management_cmd: Vec<FileManagement>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `element` of `FileManagement`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum FileManagementElement {
    /// `filePath` (80): Use Temporary File ID for ADF.
    #[rasn(identifier = "filePath", tag(context, 0))]
    FilePath(OctetString),
    /// `createFCP` (62).
    #[rasn(identifier = "createFCP", tag(application, 2))]
    CreateFcp(Fcp),
    /// `fillFileOffset` (02).
    #[rasn(identifier = "fillFileOffset")]
    FillFileOffset(UInt16),
    /// `fillFileContent` (81).
    #[rasn(identifier = "fillFileContent", tag(context, 1))]
    FillFileContent(OctetString),
}

/// `FileManagement`.
pub type FileManagement = Vec<FileManagementElement>;

/// `MappingParameter`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct MappingParameter {
    /// `mappingOptions` (80).
    #[rasn(identifier = "mappingOptions")]
    pub mapping_options: OctetString,
    /// `mappingSource` (81).
    #[rasn(identifier = "mappingSource")]
    pub mapping_source: ApplicationIdentifier,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `algorithmID` of `AlgoParameter`.
    AlgoParameterAlgorithmId {
        /// `milenage`.
        MILENAGE = 1 "milenage",
        /// `tuak`.
        TUAK = 2 "tuak",
        /// `usim-test-algorithm`.
        USIM_TEST_ALGORITHM = 3 "usim-test-algorithm",
    }
}

/// `AlgoParameter`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct AlgoParameter {
    /// `algorithmID` (80).
    #[rasn(identifier = "algorithmID")]
    pub algorithm_id: AlgoParameterAlgorithmId,
    /// `algorithmOptions` (81).
    #[rasn(identifier = "algorithmOptions")]
    pub algorithm_options: OctetString,
    /// `key` (82).
    #[rasn(identifier = "key")]
    pub key: OctetString,
    /// `opc` (83).
    #[rasn(identifier = "opc")]
    pub opc: OctetString,
    /// `rotationConstants` (84); 4000204060 when absent.
    #[rasn(
        identifier = "rotationConstants",
        default = "default_algo_parameter_rotation_constants"
    )]
    pub rotation_constants: OctetString,
    /// `xoringConstants` (85); the value of the module when absent.
    #[rasn(
        identifier = "xoringConstants",
        default = "default_algo_parameter_xoring_constants"
    )]
    pub xoring_constants: OctetString,
    /// `authCounterMax` (86).
    #[rasn(identifier = "authCounterMax")]
    pub auth_counter_max: Option<OctetString>,
    /// `numberOfKeccak` (87); 1 when absent.
    #[rasn(
        identifier = "numberOfKeccak",
        default = "default_algo_parameter_number_of_keccak"
    )]
    pub number_of_keccak: UInt8,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `algoConfiguration` of `PE-AKAParameter`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum PeAkaParameterAlgoConfiguration {
    /// `mappingParameter` (A0).
    #[rasn(identifier = "mappingParameter")]
    MappingParameter(MappingParameter),
    /// `algoParameter` (A1).
    #[rasn(identifier = "algoParameter")]
    AlgoParameter(AlgoParameter),
}

/// `PE-AKAParameter`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeAkaParameter {
    /// `aka-header` (A0).
    #[rasn(identifier = "aka-header")]
    pub aka_header: PeHeader,
    /// `algoConfiguration` (A1).
    #[rasn(identifier = "algoConfiguration")]
    pub algo_configuration: PeAkaParameterAlgoConfiguration,
    /// `sqnOptions` (82); 02 when absent.
    #[rasn(
        identifier = "sqnOptions",
        default = "default_pe_aka_parameter_sqn_options"
    )]
    pub sqn_options: OctetString,
    /// `sqnDelta` (83); 000010000000 when absent.
    #[rasn(
        identifier = "sqnDelta",
        default = "default_pe_aka_parameter_sqn_delta"
    )]
    pub sqn_delta: OctetString,
    /// `sqnAgeLimit` (84); 000010000000 when absent.
    #[rasn(
        identifier = "sqnAgeLimit",
        default = "default_pe_aka_parameter_sqn_age_limit"
    )]
    pub sqn_age_limit: OctetString,
    /// `sqnInit` (A5); 32 times 000000000000 when absent.
    #[rasn(identifier = "sqnInit", default = "default_pe_aka_parameter_sqn_init")]
    pub sqn_init: Vec<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-CDMAParameter`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PeCdmaParameter {
    /// `cdma-header` (A0).
    #[rasn(identifier = "cdma-header")]
    pub cdma_header: PeHeader,
    /// `authenticationKey` (81).
    #[rasn(identifier = "authenticationKey")]
    pub authentication_key: OctetString,
    /// `ssd` (82).
    #[rasn(identifier = "ssd")]
    pub ssd: Option<OctetString>,
    /// `hrpdAccessAuthenticationData` (83).
    #[rasn(identifier = "hrpdAccessAuthenticationData")]
    pub hrpd_access_authentication_data: Option<OctetString>,
    /// `simpleIPAuthenticationData` (84).
    #[rasn(identifier = "simpleIPAuthenticationData")]
    pub simple_ip_authentication_data: Option<OctetString>,
    /// `mobileIPAuthenticationData` (85).
    #[rasn(identifier = "mobileIPAuthenticationData")]
    pub mobile_ip_authentication_data: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

fn default_algo_parameter_rotation_constants() -> OctetString {
    OctetString::from([0x40, 0x00, 0x20, 0x40, 0x60])
}

fn default_algo_parameter_xoring_constants() -> OctetString {
    OctetString::from([
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x08,
    ])
}

const fn default_algo_parameter_number_of_keccak() -> UInt8 {
    1
}

fn default_pe_aka_parameter_sqn_options() -> OctetString {
    OctetString::from([0x02])
}

fn default_pe_aka_parameter_sqn_delta() -> OctetString {
    OctetString::from([0x00, 0x00, 0x10, 0x00, 0x00, 0x00])
}

fn default_pe_aka_parameter_sqn_age_limit() -> OctetString {
    OctetString::from([0x00, 0x00, 0x10, 0x00, 0x00, 0x00])
}

fn default_pe_aka_parameter_sqn_init() -> Vec<OctetString> {
    vec![OctetString::from([0; 6]); 32]
}
