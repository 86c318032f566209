// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong with a PKI: one line each, naming the file or the holder.

use std::path::PathBuf;

use rsp::ecdsa::{Curve, KeyError};
use thiserror::Error;

use crate::roles::Role;
use crate::variant::Variant;

/// Why a certificate is not there.
#[derive(Debug, Error)]
pub enum PkiError {
    /// The loaded PKI has no CI on this curve.
    #[error("expected a {role} certificate on {curve}, found no CI on that curve in this PKI")]
    NotInPki {
        /// The role asked for.
        role: Role,
        /// The curve asked for.
        curve: Curve,
    },
    /// The variant has no such sub-CA.
    #[error("expected a role of variant {variant}, found {role}")]
    NotInVariant {
        /// The role asked for.
        role: Role,
        /// The variant of the PKI.
        variant: Variant,
    },
    /// No recipe makes this certificate wrong in this way.
    #[error(
        "expected a flaw that a {role} certificate of variant {variant} can have, found {flaw}"
    )]
    NoRecipe {
        /// The role asked for.
        role: Role,
        /// The variant of the PKI.
        variant: Variant,
        /// The name of the flaw.
        flaw: &'static str,
    },
    /// No invalid certificate has this name.
    #[error("expected the name of an invalid certificate of variant {variant}, found {name:?}")]
    NoInvalid {
        /// The variant of the PKI.
        variant: Variant,
        /// The name asked for.
        name: String,
    },
    /// A TLS certificate was asked for a role that has none.
    #[error("expected a TLS role (dp-tls, ds-tls, eim-tls and the like), found {0}")]
    NotTls(Role),
    /// The holder's name cannot stand in a certificate.
    #[error("expected {expected}, found {seen:?}")]
    Holder {
        /// What the holder's name should be.
        expected: &'static str,
        /// What was given.
        seen: String,
    },
    /// A file of an external PKI is missing, damaged or does not belong to its neighbours.
    #[error("{}: expected {expected}, found {seen}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        expected: String,
        /// What is.
        seen: String,
    },
    /// A file or folder cannot be written.
    #[error("{}: cannot write: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The export folder has something in it.
    #[error("{}: expected an empty or absent folder, found files (--force overwrites)", .0.display())]
    NotEmpty(PathBuf),
    /// The encoder refused a certificate.
    #[error("expected an encodable certificate: {0}")]
    Encoding(String),
    /// The key does not fit.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<der::Error> for PkiError {
    fn from(error: der::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

impl From<x509_cert::builder::Error> for PkiError {
    fn from(error: x509_cert::builder::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}

impl From<rcgen::Error> for PkiError {
    fn from(error: rcgen::Error) -> Self {
        Self::Encoding(error.to_string())
    }
}
