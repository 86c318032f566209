// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM with a real card: every operation, everything that polls and results can bring, its
//! store under kill -9, its order API, and each of its deliberate mistakes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod api;
mod defects;
mod injection;
mod kit;
mod learning;
mod operations;
mod polling;
mod results;
mod serve;
mod store;
