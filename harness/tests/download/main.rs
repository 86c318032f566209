// SPDX-License-Identifier: MIT OR Apache-2.0
//! Direct downloads: a real card, a real SM-DP+ and a real SM-DS behind real sockets, an eIM that
//! says what the test wants; the reference IPA in process, the LPA and the factory as commands.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bench;
mod defects;
mod failures;
mod lpa;
mod recorder;
mod scenario;
mod triggers;
