// SPDX-License-Identifier: MIT OR Apache-2.0
//! Test PKI of GSMA remote SIM provisioning: every role of SGP.26 on both curves, from a seed or
//! under an external CI. For tests only: nothing here is secret.
//!
//! - [`Pki::seeded`] and [`Pki::seeded_variant`] issue everything from a number, byte for byte the
//!   same on every run: Variant O, and Ov3, A, B and C with their sub-CAs.
//! - [`Pki::load`] takes a folder in SGP.26 file naming and issues what is missing under its CI.
//! - [`Pki::chain`] and [`Pki::euicc_chain`] give the certificates between a leaf and the CI.
//! - [`Pki::invalid_set`] lists the certificates with one thing wrong, [`Pki::invalid_named`] and
//!   [`Pki::flawed`] make them.
//! - [`Pki::crl`] issues revocation lists.
//! - [`export`] writes a PKI in that naming, [`export_invalid`] the certificates with a flaw. On the
//!   command line both are `smdp pki`.

mod credential;
mod crl;
mod error;
mod export;
mod extensions;
mod invalid;
mod issue;
mod load;
mod names;
mod pki;
mod roles;
mod rows;
mod tls;
mod variant;

pub use credential::Credential;
pub use crl::{CRL_NUMBER_PUBLISHED, Crl};
pub use error::PkiError;
pub use export::{Overwrite, Written, export, export_invalid};
pub use invalid::{Flaw, Invalid, InvalidName};
pub use pki::Pki;
pub use roles::{EUM_EID_PREFIX, Role, TEST_EID, curve_suffix};
pub use rsp::ecdsa::Curve;
pub use variant::Variant;
