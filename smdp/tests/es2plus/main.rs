// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+ as SGP.23 §4.3.1 to §4.3.5 tests it: one test per row, and one per pair of codes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

mod caller;
mod cancel_order;
mod confirm_order;
mod desk;
mod download_order;
mod flow;
mod progress;
mod release_profile;
mod request;
mod sequence;
mod wire;
