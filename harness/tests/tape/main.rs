// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tapes: a program is recorded in cases that it passes and fails, and played again without it.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod against;
mod damage;
mod kit;
mod played;
