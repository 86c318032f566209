// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files: file control parameters and content.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{ApplicationIdentifier, UInt16};
use crate::asn1::OctetString;
use crate::raw::Additions;

/// `ProprietaryInfo`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct ProprietaryInfo {
    /// `specialFileInformation` (C0); 00 when absent.
    #[rasn(
        identifier = "specialFileInformation",
        tag(private, 0),
        default = "default_proprietary_info_special_file_information"
    )]
    pub special_file_information: OctetString,
    /// `fillPattern` (C1).
    #[rasn(identifier = "fillPattern", tag(private, 1))]
    pub fill_pattern: Option<OctetString>,
    /// `repeatPattern` (C2).
    #[rasn(identifier = "repeatPattern", tag(private, 2))]
    pub repeat_pattern: Option<OctetString>,
    /// `maximumFileSize` (86).
    #[rasn(identifier = "maximumFileSize", tag(context, 6))]
    pub maximum_file_size: Option<OctetString>,
    /// `fileDetails` (84); 01 when absent.
    #[rasn(
        identifier = "fileDetails",
        tag(context, 4),
        default = "default_proprietary_info_file_details"
    )]
    pub file_details: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for ProprietaryInfo {
    fn default() -> Self {
        Self {
            special_file_information: default_proprietary_info_special_file_information(),
            fill_pattern: None,
            repeat_pattern: None,
            maximum_file_size: None,
            file_details: default_proprietary_info_file_details(),
            additions: Additions::none(),
        }
    }
}

/// `Fcp`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct Fcp {
    /// `fileDescriptor` (82).
    #[rasn(identifier = "fileDescriptor", tag(context, 2))]
    pub file_descriptor: Option<OctetString>,
    /// `fileID` (83).
    #[rasn(identifier = "fileID", tag(context, 3))]
    pub file_id: Option<OctetString>,
    /// `dfName` (84).
    #[rasn(identifier = "dfName", tag(context, 4))]
    pub df_name: Option<ApplicationIdentifier>,
    /// `lcsi` (8A); 05 when absent.
    #[rasn(identifier = "lcsi", tag(context, 10), default = "default_fcp_lcsi")]
    pub lcsi: OctetString,
    /// `securityAttributesReferenced` (8B).
    #[rasn(identifier = "securityAttributesReferenced", tag(context, 11))]
    pub security_attributes_referenced: Option<OctetString>,
    /// `efFileSize` (80).
    #[rasn(identifier = "efFileSize", tag(context, 0))]
    pub ef_file_size: Option<OctetString>,
    /// `pinStatusTemplateDO` (C6).
    #[rasn(identifier = "pinStatusTemplateDO", tag(private, 6))]
    pub pin_status_template_do: Option<OctetString>,
    /// `shortEFID` (88).
    #[rasn(identifier = "shortEFID", tag(context, 8))]
    pub short_efid: Option<OctetString>,
    /// `proprietaryEFInfo` (A5).
    #[rasn(identifier = "proprietaryEFInfo", tag(context, 5))]
    pub proprietary_ef_info: Option<ProprietaryInfo>,
    /// `linkPath` (C7).
    #[rasn(identifier = "linkPath", tag(private, 7))]
    pub link_path: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

impl Default for Fcp {
    fn default() -> Self {
        Self {
            file_descriptor: None,
            file_id: None,
            df_name: None,
            lcsi: default_fcp_lcsi(),
            security_attributes_referenced: None,
            ef_file_size: None,
            pin_status_template_do: None,
            short_efid: None,
            proprietary_ef_info: None,
            link_path: None,
            additions: Additions::none(),
        }
    }
}

/// `element` of `File`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum FileElement {
    /// `doNotCreate` (80).
    #[rasn(identifier = "doNotCreate")]
    DoNotCreate(()),
    /// `fileDescriptor` (A1).
    #[rasn(identifier = "fileDescriptor")]
    FileDescriptor(Fcp),
    /// `fillFileOffset` (82).
    #[rasn(identifier = "fillFileOffset")]
    FillFileOffset(UInt16),
    /// `fillFileContent` (83).
    #[rasn(identifier = "fillFileContent")]
    FillFileContent(OctetString),
}

/// `File`.
pub type File = Vec<FileElement>;

fn default_proprietary_info_special_file_information() -> OctetString {
    OctetString::from([0x00])
}

fn default_proprietary_info_file_details() -> OctetString {
    OctetString::from([0x01])
}

fn default_fcp_lcsi() -> OctetString {
    OctetString::from([0x05])
}
