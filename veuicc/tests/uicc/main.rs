// SPDX-License-Identifier: MIT OR Apache-2.0
//! The UICC behind an enabled profile, through APDUs only.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod access;
mod binary;
mod fixture;
mod network;
mod objects;
mod pins;
mod power;
mod random;
mod records;
mod selection;
mod ts48;
