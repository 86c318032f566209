// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DS as SGP.23 tests it: ES11 for devices, ES12 for SM-DP+, the cascade between two SM-DS.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

mod authenticate;
mod card;
mod cascade;
mod initiate;
mod kit;
mod order;
mod peer;
mod register;
mod restart;
mod retrieve;
mod robustness;
mod tls;
