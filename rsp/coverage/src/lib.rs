// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables of the result codes that an actor owes, each with the test that reaches it.
//!
//! An actor (the card, the servers) computes what it owes from its own tables; a committed table
//! names a test for each code or a reason why there is none; tests write down what they reach
//! ([`Recorder`]); [`Subject`] compares the three and prints them.
//!
//! After a change of tests or functions a table of codes is made anew from a test run:
//! `rm -rf target/tmp/reached`, `cargo test`, and the actor's `coverage --record` with `--output`.

mod cases;
mod command;
mod print;
mod recorder;
mod sources;
mod table;

pub use cases::{Case, cases, inventory};
pub use command::{Arguments, Failure};
pub use recorder::{Recorder, Records, read_records};
pub use sources::Programs;
pub use table::{Facts, Key, Row, Subject, gaps};
