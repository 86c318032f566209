// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server as a process, and clients that nobody here wrote: curl, wget, OpenSSL, GnuTLS, mbedTLS
//! and Python. Each client is a row of a table: its arguments, and what it has to say in the end.
//!
//! On a person's machine rows of programs that are not there are left out; CI has them all.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod http;
#[path = "../support/initiate.rs"]
mod initiate;
mod names;
mod openssl;
mod programs;
mod published;
mod raw;
mod refused;
mod table;
mod tls;
mod world;
