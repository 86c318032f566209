// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which codes the functions of the servers owe, and which of them an answer carries.
//!
//! The crate `coverage` compares what is owed with the committed table and with what tests reach.
//! After a change of tests or functions the table of codes is made anew:
//!
//! ```text
//! rm -rf target/tmp/reached && cargo test -p smdp
//! cargo run -p smdp -- coverage --record target/tmp/reached --output smdp/coverage/codes.tsv
//! ```
//!
//! Traps: the ASN.1 binding has one integer for several pairs of codes and 127 for the rest, so a
//! test that reaches an integer has not reached each of its pairs; and a notification that was
//! taken is HTTP 204, which says nothing of what became of it.

mod owed;
mod recorder;

use coverage::Subject;

pub use owed::owed;
pub use recorder::Recorder;

/// The servers with their committed tables.
pub const SUBJECT: Subject = Subject {
    name: "these servers",
    columns: [
        "function",
        "binding",
        "code",
        "subject and reason",
        "meaning",
        "clause",
    ],
    key: [0, 1, 2],
    owed,
    codes: include_str!("../coverage/codes.tsv"),
    cases: include_str!("../coverage/parts_d_e.tsv"),
    case_ids: include_str!("../coverage/parts_d_e_ids.txt"),
};
