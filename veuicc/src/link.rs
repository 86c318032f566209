// SPDX-License-Identifier: MIT OR Apache-2.0
//! Links: how a terminal outside this process reaches the card. Each is a thin shell around a
//! [`Slot`], which holds the card and can be without one.
//!
//! Traps: a terminal waits for an answer, so nothing here may buffer one; an empty slot answers at
//! once, in the way the link has for it.

pub mod at;
pub mod control;
pub mod frame;
mod reader;
pub mod slot;
pub mod stdio;
pub mod tcp;
pub mod unix;
pub mod vpcd;

pub use slot::{Event, Slot, StandIn};
