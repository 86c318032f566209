// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile management, notifications, eIM configuration and eUICC packages, over APDUs.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod checks;
mod connectivity;
mod eco;
mod emergency;
mod failure;
mod fallback;
mod fixture;
mod ipae;
mod memory_reset;
mod notification;
mod profiles;
mod psmo;
mod rollback;
