// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every fault by name: what a correct peer sees of it, and that without it the same flow passes.
//!
//! Each module has a table of faults, from which a macro makes one test each; [`table`] holds the
//! tables together to the table of the server.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "other test programs use the rest")]
mod support;

#[path = "../smds/kit.rs"]
#[expect(dead_code, reason = "the tests of the SM-DS use the rest")]
mod smds;

mod card;
mod cli;
mod device;
mod events;
mod http;
mod json;
mod scopes;
mod table;
mod tls;
