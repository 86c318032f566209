// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b: eUICC information, authentication, download, notifications, eIM configuration, packages.

mod authenticate;
mod download;
pub(crate) mod eim;
pub(crate) mod info;
pub(crate) mod notification;
mod package;
