// SPDX-License-Identifier: MIT OR Apache-2.0
//! Building blocks of the typed messages: octet strings, object identifiers, certificates kept as
//! bytes, and the macros behind integer enumerations and named bit strings.
//!
//! Traps:
//! - SIZE constraints are not enforced on decoding. A peer's ICCID of nine octets is an
//!   `iccidOrAidNotFound`, not an undecodable message; `has_valid_size` tells.
//! - Integer enumerations and named bit strings keep values they have no name for.

mod bits;
mod certificate;
mod integer;
mod octets;
mod oid;

pub use bits::Bits;
pub(crate) use bits::named_bits;
pub use certificate::{Certificate, CertificateList, SubjectPublicKeyInfo};
pub(crate) use integer::integer_names;
pub use octets::OctetString;
pub(crate) use octets::octet_strings;
pub use oid::{ObjectIdentifier, OidError};
