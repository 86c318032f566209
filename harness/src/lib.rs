// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conformance test harness for SGP.32 IPA and eIM implementations.
//!
//! - `case` is a test case as data; `collect` finds cases, `fixture` the state actors start in.
//! - `run` takes one case from start to verdict; `engine` judges every exchange on the way, with
//!   `message`, `matching`, `mutate` and `invariant`; `tape` keeps what was exchanged.
//! - `event`, `report`, `redact` and `verdict` are what comes out.
//! - `eim` is the mock eIM, `ipa` the reference IPA, `defect` what either can do wrong on request, `iut` what implementations are given,
//!   `by_hand` what their commands have in common.
//! - `lpa` is a Local Profile Assistant for use by hand.
//! - `scenario` is a device's life in one command.
//! - `wire` is what crosses sockets.

pub mod by_hand;
pub mod case;
pub mod cli;
pub mod collect;
pub mod defect;
pub mod eim;
pub mod engine;
pub mod event;
pub mod fixture;
pub mod invariant;
pub mod ipa;
pub mod iut;
mod lpa;
pub mod matching;
pub mod message;
pub mod mutate;
pub mod redact;
pub mod report;
pub mod run;
pub mod scenario;
pub mod tape;
pub mod verdict;
pub mod wire;
