// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tapes that travel: what crossed every interface of an implementation under test in one case, in
//! its order, and enough about the case to play either side of it again without the other.
//!
//! A tape is a text file of JSON lines: a [`Header`], one [`Event`] per line, and a [`Footer`] with
//! the digest of all lines before it. [`Trace`] gathers the events of a running case; a [`Player`]
//! plays the implementation from them, in a case in which everybody else is live; a
//! [`Counterpart`] plays everybody else, against a live IPA.
//!
//! Trap: what the implementation does next may depend on what the case has done meanwhile (a card
//! taken out, a network that is gone). So every step that the case performs is an event as well, at
//! which player and driver wait for each other.

mod compare;
mod counterpart;
mod digest;
mod divert;
mod door;
mod event;
mod file;
mod header;
mod limits;
mod line;
mod player;
mod said;
mod trace;
mod walk;
mod writer;

pub use compare::Difference;
pub use counterpart::Counterpart;
pub use digest::{case_digest, pki_digest};
pub(crate) use door::Door;
pub use event::{Actor, Event, Octets, OrderAnswer, Reset};
pub use file::{FORMAT, Footer, Recording, RecordingError};
pub use header::{Described, Header};
pub(crate) use player::End;
pub use player::{Played, Player};
pub use said::{Http, Said};
pub use trace::Trace;
pub(crate) use walk::Walking;
pub use writer::Tapes;
