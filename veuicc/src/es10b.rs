// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b: eUICC information, authentication, download, notifications, eIM configuration, packages,
//! and what an IPA may do by itself: immediate enabling, fallback, emergency, memory reset.

mod authenticate;
mod connectivity;
mod crl;
mod download;
pub(crate) mod eim;
mod emergency;
mod fallback;
pub(crate) mod immediate;
pub(crate) mod info;
mod ipae;
mod memory_reset;
pub(crate) mod notification;
pub(crate) mod package;
