// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa on the wire: both HTTP bindings, trust, injection, and the table of every function in every
//! binding and wire version (`cargo test -p harness --test esipa -- --list table`).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod client;
mod defects;
mod http;
mod injection;
mod table;
mod world;

const HOST: &str = "eim1.test.example";
const SMDP: &str = "smdp1.test.example";
const IPA: &str = "ipa1.test.example";
/// 2026-07-01: inside the validity of the test certificates.
const NOW: i64 = 1_782_864_000;
