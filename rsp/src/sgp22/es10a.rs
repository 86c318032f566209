// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10a: addresses, the LPA in the eUICC, the ISD-R template.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{SubjectKeyIdentifier, VersionType};
use crate::asn1::{integer_names, named_bits};
use crate::raw::Additions;

/// `EuiccConfiguredAddressesRequest` (BF3C) (SGP.22 §5.7.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 60))]
pub struct EuiccConfiguredAddressesRequest {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccConfiguredAddressesResponse` (BF3C) (SGP.22 §5.7.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 60))]
pub struct EuiccConfiguredAddressesResponse {
    /// `defaultDpAddress` (80): Default SM-DP+ address as an FQDN.
    #[rasn(identifier = "defaultDpAddress")]
    pub default_dp_address: Option<String>,
    /// `rootDsAddress` (81): Root SM-DS address as an FQDN.
    #[rasn(identifier = "rootDsAddress")]
    pub root_ds_address: String,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `lpaeSupport` of `ISDRProprietaryApplicationTemplate`.
    IsdrProprietaryApplicationTemplateLpaeSupport {
        /// `lpaeUsingCat`.
        LPAE_USING_CAT = 0 "lpaeUsingCat",
        /// `lpaeUsingScws`.
        LPAE_USING_SCWS = 1 "lpaeUsingScws",
        /// `enabledProfile`.
        ENABLED_PROFILE = 2 "enabledProfile",
        /// `lpaeUsingE4ESupported`.
        LPAE_USING_E4_E_SUPPORTED = 3 "lpaeUsingE4ESupported",
    }
}

/// `ISDRProprietaryApplicationTemplate` (E0).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(private, 0))]
pub struct IsdrProprietaryApplicationTemplate {
    /// `svn` (82): GSMA SGP.22 version supported (SVN).
    #[rasn(identifier = "svn", tag(context, 2))]
    pub svn: VersionType,
    /// `lpaeSupport` (03).
    #[rasn(identifier = "lpaeSupport")]
    pub lpae_support: Option<IsdrProprietaryApplicationTemplateLpaeSupport>,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `lpaeOption` of `LpaeActivationRequest`.
    LpaeActivationRequestLpaeOption {
        /// LPAe with LUIe based on CAT.
        ACTIVATE_CAT_BASED_LPAE = 0 "activateCatBasedLpae",
        /// LPAe with LUIe based on SCWS.
        ACTIVATE_SCWS_BASED_LPAE = 1 "activateScwsBasedLpae",
    }
}

/// `LpaeActivationRequest` (BF42).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 66))]
pub struct LpaeActivationRequest {
    /// `lpaeOption` (80).
    #[rasn(identifier = "lpaeOption")]
    pub lpae_option: LpaeActivationRequestLpaeOption,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `lpaeActivationResult` of `LpaeActivationResponse`.
    LpaeActivationResponseLpaeActivationResult {
        /// `ok`.
        OK = 0 "ok",
        /// `notSupported`.
        NOT_SUPPORTED = 1 "notSupported",
    }
}

/// `LpaeActivationResponse` (BF42).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 66))]
pub struct LpaeActivationResponse {
    /// `lpaeActivationResult` (80).
    #[rasn(identifier = "lpaeActivationResult")]
    pub lpae_activation_result: LpaeActivationResponseLpaeActivationResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SetDefaultDpAddressRequest` (BF3F) (SGP.22 §5.7.4).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 63))]
pub struct SetDefaultDpAddressRequest {
    /// `defaultDpAddress` (80): Default SM-DP+ address as an FQDN.
    #[rasn(identifier = "defaultDpAddress")]
    pub default_dp_address: String,
    /// `allowedCiPKId` (81): from SGP.22 v3.
    #[rasn(identifier = "allowedCiPKId")]
    pub allowed_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `setDefaultDpAddressResult` of `SetDefaultDpAddressResponse`.
    SetDefaultDpAddressResponseSetDefaultDpAddressResult {
        /// `ok`.
        OK = 0 "ok",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SetDefaultDpAddressResponse` (BF3F) (SGP.22 §5.7.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 63))]
pub struct SetDefaultDpAddressResponse {
    /// `setDefaultDpAddressResult` (80).
    #[rasn(identifier = "setDefaultDpAddressResult")]
    pub set_default_dp_address_result: SetDefaultDpAddressResponseSetDefaultDpAddressResult,
    /// Members this version does not know.
    pub additions: Additions,
}
