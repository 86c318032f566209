// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate revocation lists and certificate extensions.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::Time;
use crate::asn1::{CertificateList, integer_names};
use crate::raw::Additions;

/// `LoadCRLRequest` (BF35) (SGP.22 §5.7.12).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 53))]
pub struct LoadCrlRequest {
    /// `crl` (A0).
    #[rasn(identifier = "crl")]
    pub crl: CertificateList,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `LoadCRLResponse` (BF35) (SGP.22 §5.7.12).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 53)))]
pub enum LoadCrlResponse {
    /// `loadCRLResponseOk` (A0).
    #[rasn(identifier = "loadCRLResponseOk")]
    LoadCrlResponseOk(LoadCrlResponseOk),
    /// `loadCRLResponseError` (81).
    #[rasn(identifier = "loadCRLResponseError")]
    LoadCrlResponseError(LoadCrlResponseError),
}

/// `missingParts` of `LoadCRLResponseOk`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct LoadCrlResponseOkMissingParts {
    /// `number` (80).
    #[rasn(identifier = "number")]
    pub number: i64,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `LoadCRLResponseOk` (SGP.22 §5.7.12).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct LoadCrlResponseOk {
    /// `missingParts` (A0).
    #[rasn(identifier = "missingParts")]
    pub missing_parts: Option<Vec<LoadCrlResponseOkMissingParts>>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `LoadCRLResponseError` (SGP.22 §5.7.12).
    LoadCrlResponseError {
        /// `invalidSignature`.
        INVALID_SIGNATURE = 1 "invalidSignature",
        /// `invalidCRLFormat`.
        INVALID_CRL_FORMAT = 2 "invalidCRLFormat",
        /// `notEnoughMemorySpace`.
        NOT_ENOUGH_MEMORY_SPACE = 3 "notEnoughMemorySpace",
        /// `verificationKeyNotFound`.
        VERIFICATION_KEY_NOT_FOUND = 4 "verificationKeyNotFound",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ExpirationDate`.
pub type ExpirationDate = Time;

/// `TotalPartialCrlNumber`.
pub type TotalPartialCrlNumber = i64;

/// `PartialCrlNumber`.
pub type PartialCrlNumber = i64;
