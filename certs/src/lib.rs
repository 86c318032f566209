// SPDX-License-Identifier: MIT OR Apache-2.0
//! Test PKI of GSMA remote SIM provisioning: every role of SGP.26 on both curves, from a seed or
//! under an external CI. For tests only: nothing here is secret.
//!
//! - [`Pki::seeded`] issues everything from a number, byte for byte the same on every run.
//! - [`Pki::load`] takes a folder in SGP.26 file naming and issues what is missing under its CI.
//! - [`Pki::invalid`] issues a certificate with one thing wrong.
//! - [`export`] writes a PKI in that naming.

mod credential;
mod error;
mod export;
mod extensions;
mod invalid;
mod issue;
mod load;
mod pki;
mod roles;
mod rows;
mod tls;

pub use credential::Credential;
pub use error::PkiError;
pub use export::{Overwrite, export};
pub use invalid::Flaw;
pub use pki::Pki;
pub use roles::{EUM_EID_PREFIX, Role, TEST_EID, curve_suffix};
pub use rsp::ecdsa::Curve;
