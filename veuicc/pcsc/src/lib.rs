// SPDX-License-Identifier: MIT OR Apache-2.0
//! PC/SC, the little of it that a card test needs, from a library that is loaded at run time: a
//! machine without it builds everything and is told so when it asks for a reader.
//!
//! Traps: a command is sent with the protocol that connecting chose, anything else is refused; a
//! card is noticed a moment after it was inserted, so connecting may have to wait for it
//! ([`Context::wait_for_card`]).

mod api;
mod client;

pub use api::Code;
pub use client::{Card, Context, Disposition, Error, Presence, Protocol, Transaction};
