// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links: how a terminal outside this process reaches the card. Each is a thin shell around
//! [`crate::Card::transmit`].

pub mod stdio;
pub mod tcp;
