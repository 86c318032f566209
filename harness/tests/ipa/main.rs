// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference IPA with a real card and real eIMs: switches of the profile and the network that
//! follows them, restarts in the middle, cards with habits, and its deliberate mistakes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod data;
mod inject;
mod kit;
mod mistakes;
mod network;
mod personalities;
mod restart;
mod several;
mod switch;
