// SPDX-License-Identifier: MIT OR Apache-2.0
//! PINs and PUKs.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::{PeHeader, UInt8};
use crate::asn1::{OctetString, integer_names};
use crate::raw::Additions;

integer_names! {
    /// `PINKeyReferenceValue`.
    PinKeyReferenceValue {
        /// PIN global of App 1.
        PIN_APPL1 = 1 "pinAppl1",
        /// PIN global of App 2.
        PIN_APPL2 = 2 "pinAppl2",
        /// PIN global of App 3.
        PIN_APPL3 = 3 "pinAppl3",
        /// PIN global of App 4.
        PIN_APPL4 = 4 "pinAppl4",
        /// PIN global of App 5.
        PIN_APPL5 = 5 "pinAppl5",
        /// PIN global of App 6.
        PIN_APPL6 = 6 "pinAppl6",
        /// PIN global of App 7.
        PIN_APPL7 = 7 "pinAppl7",
        /// PIN global of App 8.
        PIN_APPL8 = 8 "pinAppl8",
        /// Administrative Key 1.
        ADM1 = 10 "adm1",
        /// Administrative Key 2.
        ADM2 = 11 "adm2",
        /// Administrative Key 3.
        ADM3 = 12 "adm3",
        /// Administrative Key 4.
        ADM4 = 13 "adm4",
        /// Administrative Key 5.
        ADM5 = 14 "adm5",
        /// PIN local of App 1.
        SECOND_PIN_APPL1 = 129 "secondPINAppl1",
        /// PIN local of App 2.
        SECOND_PIN_APPL2 = 130 "secondPINAppl2",
        /// PIN local of App 3.
        SECOND_PIN_APPL3 = 131 "secondPINAppl3",
        /// PIN local of App 4.
        SECOND_PIN_APPL4 = 132 "secondPINAppl4",
        /// PIN local of App 5.
        SECOND_PIN_APPL5 = 133 "secondPINAppl5",
        /// PIN local of App 6.
        SECOND_PIN_APPL6 = 134 "secondPINAppl6",
        /// PIN local of App 7.
        SECOND_PIN_APPL7 = 135 "secondPINAppl7",
        /// PIN local of App 8.
        SECOND_PIN_APPL8 = 136 "secondPINAppl8",
        /// Administrative Key 6.
        ADM6 = 138 "adm6",
        /// Administrative Key 7.
        ADM7 = 139 "adm7",
        /// Administrative Key 8.
        ADM8 = 140 "adm8",
        /// Administrative Key 9.
        ADM9 = 141 "adm9",
        /// Administrative Key 10.
        ADM10 = 142 "adm10",
    }
}

/// `PINConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PinConfiguration {
    /// `keyReference` (80).
    #[rasn(identifier = "keyReference")]
    pub key_reference: PinKeyReferenceValue,
    /// `pinValue` (81).
    #[rasn(identifier = "pinValue")]
    pub pin_value: OctetString,
    /// `unblockingPINReference` (82).
    #[rasn(identifier = "unblockingPINReference")]
    pub unblocking_pin_reference: Option<PukKeyReferenceValue>,
    /// `pinAttributes` (83); 7 when absent.
    #[rasn(
        identifier = "pinAttributes",
        default = "default_pin_configuration_pin_attributes"
    )]
    pub pin_attributes: UInt8,
    /// `maxNumOfAttemps-retryNumLeft` (84); 51 when absent.
    #[rasn(
        identifier = "maxNumOfAttemps-retryNumLeft",
        default = "default_pin_configuration_max_num_of_attemps_retry_num_left"
    )]
    pub max_num_of_attemps_retry_num_left: UInt8,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `pinCodes` of `PE-PINCodes`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum PePinCodesPinCodes {
    /// `pinconfig` (A0).
    #[rasn(identifier = "pinconfig")]
    Pinconfig(Vec<PinConfiguration>),
    /// `filePath` (81).
    #[rasn(identifier = "filePath")]
    FilePath(OctetString),
}

/// `PE-PINCodes`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PePinCodes {
    /// `pin-Header` (A0).
    #[rasn(identifier = "pin-Header")]
    pub pin_header: PeHeader,
    /// `pinCodes` (A1).
    #[rasn(identifier = "pinCodes")]
    pub pin_codes: PePinCodesPinCodes,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `PUKKeyReferenceValue`.
    PukKeyReferenceValue {
        /// PUK Reference 1.
        PUK_APPL1 = 1 "pukAppl1",
        /// PUK Reference 2.
        PUK_APPL2 = 2 "pukAppl2",
        /// PUK Reference 3.
        PUK_APPL3 = 3 "pukAppl3",
        /// PUK Reference 4.
        PUK_APPL4 = 4 "pukAppl4",
        /// PUK Reference 5.
        PUK_APPL5 = 5 "pukAppl5",
        /// PUK Reference 6.
        PUK_APPL6 = 6 "pukAppl6",
        /// PUK Reference 7.
        PUK_APPL7 = 7 "pukAppl7",
        /// PUK Reference 8.
        PUK_APPL8 = 8 "pukAppl8",
        /// PUK Reference 9.
        SECOND_PUK_APPL1 = 129 "secondPUKAppl1",
        /// PUK Reference 10.
        SECOND_PUK_APPL2 = 130 "secondPUKAppl2",
        /// PUK Reference 11.
        SECOND_PUK_APPL3 = 131 "secondPUKAppl3",
        /// PUK Reference 12.
        SECOND_PUK_APPL4 = 132 "secondPUKAppl4",
        /// PUK Reference 13.
        SECOND_PUK_APPL5 = 133 "secondPUKAppl5",
        /// PUK Reference 14.
        SECOND_PUK_APPL6 = 134 "secondPUKAppl6",
        /// PUK Reference 15.
        SECOND_PUK_APPL7 = 135 "secondPUKAppl7",
        /// PUK Reference 16.
        SECOND_PUK_APPL8 = 136 "secondPUKAppl8",
    }
}

/// `PUKConfiguration`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PukConfiguration {
    /// `keyReference` (80).
    #[rasn(identifier = "keyReference")]
    pub key_reference: PukKeyReferenceValue,
    /// `pukValue` (81).
    #[rasn(identifier = "pukValue")]
    pub puk_value: OctetString,
    /// `maxNumOfAttemps-retryNumLeft` (82); 170 when absent.
    #[rasn(
        identifier = "maxNumOfAttemps-retryNumLeft",
        default = "default_puk_configuration_max_num_of_attemps_retry_num_left"
    )]
    pub max_num_of_attemps_retry_num_left: UInt8,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `PE-PUKCodes`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct PePukCodes {
    /// `puk-Header` (A0).
    #[rasn(identifier = "puk-Header")]
    pub puk_header: PeHeader,
    /// `pukCodes` (A1).
    #[rasn(identifier = "pukCodes")]
    pub puk_codes: Vec<PukConfiguration>,
    /// Members this version does not know.
    pub additions: Additions,
}

const fn default_pin_configuration_pin_attributes() -> UInt8 {
    7
}

const fn default_pin_configuration_max_num_of_attemps_retry_num_left() -> UInt8 {
    51
}

const fn default_puk_configuration_max_num_of_attemps_retry_num_left() -> UInt8 {
    170
}
