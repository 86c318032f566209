// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conformance test harness for SGP.32 IPA and eIM implementations.
//!
//! - `case` is a test case as data; `collect` finds cases, `fixture` the state actors start in.
//! - `run` takes one case from start to verdict; `engine` judges every exchange on the way, with
//!   `message`, `matching`, `mutate` and `invariant`; `tape` keeps what was exchanged.
//! - `schedule` runs many at a time: `select` says which, `expect` what is known about them,
//!   `smoke` whether it is worth the while.
//! - `mutants` shows that cases notice mistakes; `snapshot` is traffic as somebody accepted it,
//!   `difference` what has changed since.
//! - `network` is what clients see of the servers, `capture` what crossed the links.
//! - `recording` is a case as a tape that travels, and plays either side of it again.
//! - `event`, `report`, `redact` and `verdict` are what comes out.
//! - `eim` is the mock eIM, `ipa` the reference IPA, `defect` what either can do wrong on request, `iut` what implementations are given,
//!   `by_hand` what their commands have in common.
//! - `lpa` is a Local Profile Assistant for use by hand.
//! - `scenario` is a device's life in one command.
//! - `wire` is what crosses sockets.

pub mod by_hand;
pub mod capture;
pub mod case;
pub mod cli;
pub mod collect;
pub mod coverage;
pub mod defect;
pub mod difference;
pub mod eim;
pub mod engine;
pub mod event;
pub mod expect;
pub mod explain;
pub mod fixture;
pub mod invariant;
pub mod ipa;
pub mod iut;
mod lpa;
pub mod matching;
pub mod message;
pub mod mutants;
pub mod mutate;
pub mod network;
pub mod record;
pub mod recording;
pub mod redact;
pub mod report;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod select;
pub mod smoke;
pub mod snapshot;
pub mod tape;
pub mod under_test;
pub mod verdict;
pub mod wire;
