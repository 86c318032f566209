// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types of SGP.32 v1.0 whose names or wire form differ from v1.2; the others are re-exported.
//!
//! Traps: `EimIdInfo.eimIdType` is `84` here and `82` in v1.2; `ProvideEimPackageResult` is a
//! CHOICE here and a SEQUENCE in v1.2; EuiccMemoryReset is `BF34` here and `BF64` in v1.2;
//! `AddInitialEim` error 2 and the reset bits 3 and 4 mean something else (VER-01, VER-02).

#![expect(
    elided_lifetimes_in_paths,
    reason = "rasn's derive of a tagged CHOICE leaves a lifetime out"
)]
#![expect(
    clippy::large_enum_variant,
    reason = "a message is decoded once and passed by reference; boxes would only be noise"
)]
#![expect(clippy::enum_variant_names, reason = "names are the module's")]

mod convert;
mod data;
mod es10b;
mod esipa;
mod esipa_package;
mod package;
mod result;

pub use convert::ConvertError;
pub use data::*;
pub use es10b::*;
pub use esipa::*;
pub use esipa_package::*;
pub use package::*;
pub use result::*;

pub use crate::sgp32::{
    AddEimResult, AuthenticateClientOkDsEsipa, CancelSessionRequestEsipa,
    CancelSessionResponseEsipa, CompactCancelSessionResponseOk, CompactEuiccCancelSessionSigned,
    CompactEuiccSigned1, CompactEuiccSigned2, CompactPrepareDownloadResponseOk,
    CompactProfileInstallationResult, CompactProfileInstallationResultData, CompactSuccessResult,
    DeleteEimResult, DeleteProfileResult, DisableProfileResult, EimAcknowledgements, EimIdType,
    EimSupportedProtocol, EnableProfileResult, EuiccPackageErrorCode,
    GetBoundProfilePackageOkEsipa, GetBoundProfilePackageRequestEsipa, GetCertsRequest,
    GetCertsResponse, IpaCapabilities, IpaMode, ProfileDownloadData, ProfileDownloadTriggerRequest,
    ProfileRollbackRequest, RollbackProfileResult, SequenceNumber, Sgp32CancelSessionOk,
    Sgp32CancelSessionResponse, Sgp32PrepareDownloadResponse, Sgp32ProfileInfoListError,
    Sgp32ProfileInstallationResult, Sgp32RetrieveNotificationsListRequest, UpdateEimResult,
};
