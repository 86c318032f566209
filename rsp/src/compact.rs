// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compact forms of what an eUICC has signed (SGP.32 §5.14.2, §5.14.3, §5.14.7, §5.14.8): how an IPA
//! makes them and how an eIM finds the signed bytes again.
//!
//! An IPA that minimizes bytes leaves out what the eIM knows. Traps:
//! - the signature covers the full form, so the eIM has to find it to the byte. `shorten` of each
//!   module expands what it has made and gives nothing when that is not the bytes of the card;
//! - what the eIM knows differs from session to session, hence a `Known` for each form, filled by
//!   either side from its own records.

pub mod authenticate;
pub mod cancel;
pub mod download;
pub mod notification;

use crate::der::CodecError;

/// Why a compact form cannot be expanded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ExpandError {
    /// Something that the compact form leaves out is not known.
    #[error("expected {0} to be known, it is not")]
    Unknown(&'static str),
    /// Something has another size than it can have.
    #[error("{what}: expected {expected} octets, got {seen}")]
    Size {
        /// Which member.
        what: &'static str,
        /// Octets that it has to have.
        expected: usize,
        /// Octets that it has.
        seen: usize,
    },
    /// What is known has another form than its type.
    #[error("{0}")]
    Codec(#[from] CodecError),
}
