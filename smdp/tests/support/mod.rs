// SPDX-License-Identifier: MIT OR Apache-2.0
//! The test kit of the servers, shared by the test programs:
//!
//! ```text
//! #[path = "../support/mod.rs"]
//! #[expect(dead_code, reason = "other test programs use the rest")]
//! mod support;
//! ```
//!
//! - [`kit::Kit`]: an SM-DP+ with orders and a clock, as a [`host::Host`].
//! - [`host::Host`]: interfaces in this process, called by path, media type and body, or by typed
//!   request in either binding; and the same behind a TLS socket ([`wire::Listening`]).
//! - [`euicc::Euicc`]: a scripted eUICC, which signs right or wrong. [`lpa::Lpa`]: the device
//!   around it, which takes a session as far as a test wants.
//! - [`card::CardRun`]: the virtual card instead of it, for whole downloads.
//! - [`answer::Answer`]: what came back, with its assertions.
//! - [`record::record`]: every answer of every interface passes there.
//!
//! Tests are plain `#[test]` functions: the kit has a runtime of its own, which must not be
//! started from within another.

pub(crate) mod answer;
pub(crate) mod card;
pub(crate) mod euicc;
pub(crate) mod host;
pub(crate) mod kit;
pub(crate) mod lpa;
pub(crate) mod profile;
pub(crate) mod record;
pub(crate) mod wire;
