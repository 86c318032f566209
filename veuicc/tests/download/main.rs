// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile download as the card sees it: every check of AuthenticateServer, PrepareDownload,
//! CancelSession, LoadBoundProfilePackage and LoadCRL has a test that fails it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod authenticate;
mod cancel;
mod channel;
#[path = "../common/mod.rs"]
mod common;
mod crl;
mod elements;
mod load;
mod metadata;
mod prepare;
mod result;
