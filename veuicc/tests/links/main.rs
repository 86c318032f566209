// SPDX-License-Identifier: MIT OR Apache-2.0
//! The links and the command line, from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod at;
mod command_line;
mod control;
mod hot_plug;
mod pcsc;
mod pcscd;
mod protocols;
mod readers;
mod robustness;
mod served;
mod sockets;
mod stdio;
mod tools;
mod vpcd;
