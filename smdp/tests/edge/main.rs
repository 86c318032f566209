// SPDX-License-Identifier: MIT OR Apache-2.0
//! The shell on real sockets: TLS, HTTP, and what it does with clients that break the rules.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod bounds;
mod clients;
mod hello;
mod http2;
#[path = "../support/initiate.rs"]
mod initiate;
mod kit;
mod malformed;
mod random;
mod shell;
mod tls;
