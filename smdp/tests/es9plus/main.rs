// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ as SGP.23 §4.3.12 to §4.3.16 tests it: one test per row, in both bindings where it matters.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

mod asn1;
mod authenticate_certificates;
mod authenticate_errors;
mod authenticate_nominal;
mod binding;
mod cancel;
mod cancel_authenticated;
mod cancel_delivered;
mod complete_flow;
mod eligibility;
mod initiate;
mod malformed;
mod notification;
mod notification_trust;
mod package;
mod package_errors;
mod retry_different;
mod retry_reuse;
mod reusable;
mod robustness;
mod scene;
mod sgp32;
