// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types of `SGP32Definitions` (SGP.32 v1.2), in the module's order, with the members of v1.3.
//!
//! Traps:
//! - The types whose name clashes with SGP.22 carry the prefix of the published module:
//!   `SGP32-EUICCInfo2` is `Sgp32EuiccInfo2`. Using the SGP.22 type for them loses the compact
//!   arms and the IoT members.
//! - `EuiccPackageResult` is a tagged CHOICE: `BF51 { A0 | A1 | A2 }`; as a member with the same
//!   tag it is written once (ENC-03, ENC-08).
//! - `CancelSessionRequestEsipa` replaces `BF41` by `A1` (ENC-09).
//! - The error arms of AuthenticateClient and GetBoundProfilePackage differ from ES9+ (ENC-10).
//!
//! The types the module imports are re-exported from [`crate::sgp22`].

#![expect(
    elided_lifetimes_in_paths,
    reason = "rasn's derive of a tagged CHOICE leaves a lifetime out"
)]
#![expect(
    clippy::large_enum_variant,
    reason = "a message is decoded once and passed by reference; boxes would only be noise"
)]
#![expect(clippy::enum_variant_names, reason = "names are the module's")]

mod compact;
mod data;
mod es10b;
mod esipa;
mod esipa_package;
mod later;
mod package;
mod profile;
mod result;
mod result_code;
mod switch;

pub use compact::*;
pub use data::*;
pub use es10b::*;
pub use esipa::*;
pub use esipa_package::*;
pub use later::*;
pub use package::*;
pub use profile::*;
pub use result::*;
pub use result_code::*;
pub use switch::*;

pub use crate::asn1::{Certificate, SubjectPublicKeyInfo};
pub use crate::sgp22::{
    AuthenticateResponseError, BoundProfilePackage, CancelSessionReason, CancelSessionResponseOk,
    CertificationDataObject, CtxParams1, DeviceInfo, DpProprietaryData, ErrorResult, EuiccInfo1,
    EuiccSignPir, Iccid, IconType, NotificationConfigurationInformation, NotificationEvent,
    NotificationMetadata, Octet1, Octet16, Octet32, OctetTo16, OperatorId, OtherSignedNotification,
    PprIds, PrepareDownloadResponseError, PrepareDownloadResponseOk, ProfileClass,
    ProfileInfoListRequest, ProfileInstallationResultData, ProfileState, RspCapability,
    RulesAuthorisationTable, ServerSigned1, SmdpSigned2, SubjectKeyIdentifier, TransactionId,
    UiccCapability, VendorSpecificExtension, VersionType,
};
