// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reports of runs, read by others: a browser, an XML parser, a pipe that closes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod browser;
mod junit;
mod kit;
mod page;
mod records;
