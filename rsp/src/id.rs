// SPDX-License-Identifier: MIT OR Apache-2.0
//! Identifiers: bytes on the wire, text in JSON, in configuration and on the screen.
//!
//! Traps: tag 5A holds an EID in plain BCD and an ICCID with swapped nibbles; a TransactionID is
//! upper-case hexadecimal of 1 to 16 bytes and nothing else; object identifiers below 2.999 do not
//! fit the fixed-size types of the certificate crates, hence [`Oid`].

mod eid;
mod iccid;
mod oid;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use eid::Eid;
pub use iccid::Iccid;
pub use oid::Oid;

use crate::env::Env;

/// Why bytes or text are no identifier.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    /// Wrong number of bytes, digits or characters.
    #[error("expected {what} of {expected}, found {found}")]
    Length {
        /// The identifier.
        what: &'static str,
        /// The lengths allowed, with their unit.
        expected: &'static str,
        /// The length found.
        found: usize,
    },
    /// A character or nibble that does not belong.
    #[error("expected {what} of {expected}, found {found:?} at position {position}")]
    Character {
        /// The identifier.
        what: &'static str,
        /// The characters allowed.
        expected: &'static str,
        /// The character found.
        found: char,
        /// Where it stands, counted from 0.
        position: usize,
    },
    /// Object identifiers only: the arcs or their coding.
    #[error("expected an object identifier, found {0:?}")]
    Oid(String),
}

/// Text forms shared by every identifier: `FromStr`, `Display` and serde over one string.
macro_rules! textual {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )+};
}

textual!(Eid, Iccid, Oid, TransactionId, MatchingId, Aid);

/// The nibbles of bytes, high one first.
fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F])
}

/// The hexadecimal digit of a nibble.
fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16)
        .unwrap_or('?')
        .to_ascii_uppercase()
}

/// Identifier of an RSP session (SGP.22 §5.6.1): 1 to 16 bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TransactionId(Vec<u8>);

impl TransactionId {
    /// Takes the bytes of tag 80.
    ///
    /// # Errors
    /// Not 1 to 16 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        if !(1..=16).contains(&bytes.len()) {
            let (what, expected) = ("a TransactionID", "1 to 16 bytes");
            return Err(IdError::Length {
                what,
                expected,
                found: bytes.len(),
            });
        }
        Ok(Self(bytes.to_vec()))
    }

    /// Draws a TransactionID of 16 bytes.
    pub fn generate(env: &mut dyn Env) -> Self {
        Self(env.array::<16>().to_vec())
    }

    /// The bytes of tag 80.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for TransactionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let what = "a TransactionID";
        let stranger = text
            .char_indices()
            .find(|(_, c)| !matches!(c, '0'..='9' | 'A'..='F'));
        if let Some((position, found)) = stranger {
            let expected = "0-9 and A-F";
            return Err(IdError::Character {
                what,
                expected,
                found,
                position,
            });
        }
        let bytes = hex::decode(text).map_err(|_| IdError::Length {
            what,
            expected: "2 to 32 digits, an even number",
            found: text.len(),
        })?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(&self.0))
    }
}

/// MatchingID of an order (SGP.22 §4.1): upper-case letters, digits and hyphens; may be empty.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MatchingId(String);

impl MatchingId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the SM-DP+ is to look for a pending order by EID instead.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for MatchingId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let what = "a MatchingID";
        if text.len() > 255 {
            let expected = "at most 255 characters";
            return Err(IdError::Length {
                what,
                expected,
                found: text.len(),
            });
        }
        let stranger = text
            .char_indices()
            .find(|(_, c)| !matches!(c, '0'..='9' | 'A'..='Z' | '-'));
        if let Some((position, found)) = stranger {
            let expected = "0-9, A-Z and -";
            return Err(IdError::Character {
                what,
                expected,
                found,
                position,
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for MatchingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Application identifier (ISO 7816-4): 5 to 16 bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Aid(Vec<u8>);

impl Aid {
    /// Takes the bytes of tag 4F.
    ///
    /// # Errors
    /// Not 5 to 16 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        if !(5..=16).contains(&bytes.len()) {
            let (what, expected) = ("an AID", "5 to 16 bytes");
            return Err(IdError::Length {
                what,
                expected,
                found: bytes.len(),
            });
        }
        Ok(Self(bytes.to_vec()))
    }

    /// The ISD-R (SGP.22 §2.4.3, SGP.02 Annex H).
    pub fn isd_r() -> Self {
        Self::security_domain(0x0001)
    }

    /// The ECASD (SGP.22 §2.4.2, SGP.02 Annex H).
    pub fn ecasd() -> Self {
        Self::security_domain(0x0002)
    }

    /// The ISD-P with this number, from 0010 upwards (SGP.02 Annex H).
    pub fn isd_p(number: u16) -> Self {
        Self::security_domain(number)
    }

    fn security_domain(number: u16) -> Self {
        let mut bytes = vec![
            0xA0, 0x00, 0x00, 0x05, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0x00,
        ];
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.push(0x00);
        Self(bytes)
    }

    /// The bytes of tag 4F.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Aid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let what = "an AID";
        let stranger = text.char_indices().find(|(_, c)| !c.is_ascii_hexdigit());
        if let Some((position, found)) = stranger {
            let expected = "hexadecimal digits";
            return Err(IdError::Character {
                what,
                expected,
                found,
                position,
            });
        }
        let bytes = hex::decode(text).map_err(|_| IdError::Length {
            what,
            expected: "an even number of digits",
            found: text.len(),
        })?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for Aid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(&self.0))
    }
}

#[cfg(test)]
mod tests;
