// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program `smdp` as somebody runs it: command line, configuration, file, administration,
//! trace, logs, its end and its sudden end.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod admin;
mod cli;
mod config;
mod db;
mod device;
mod kill;
mod process;
mod trace;
