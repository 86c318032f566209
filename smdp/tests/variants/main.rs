// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain variants of SGP.26 v3 between card and server: whole downloads under each on both
//! curves, cards and servers of different variants under one CI, TLS, and the PKI as files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

mod chain;
mod download;
mod files;
mod tls;
