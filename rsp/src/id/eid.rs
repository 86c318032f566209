// SPDX-License-Identifier: MIT OR Apache-2.0
//! The EID (SGP.22 §4.3.1, SGP.29): 32 decimal digits, plain BCD in tag 5A.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, digit, nibbles};

const WHAT: &str = "an EID";

/// Identifier of an eUICC. Its check digits may be wrong: see [`Eid::has_valid_check_digits`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Eid([u8; 16]);

impl Eid {
    /// Takes the bytes of tag 5A.
    ///
    /// # Errors
    /// Not 16 bytes, or a nibble above 9.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        let array = bytes.try_into().map_err(|_| IdError::Length {
            what: WHAT,
            expected: "16 bytes",
            found: bytes.len(),
        })?;
        match nibbles(bytes).enumerate().find(|(_, nibble)| *nibble > 9) {
            Some((position, nibble)) => Err(IdError::Character {
                what: WHAT,
                expected: "decimal digits",
                found: digit(nibble),
                position,
            }),
            None => Ok(Self(array)),
        }
    }

    /// The bytes of tag 5A, as they also enter the key derivation.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Whether the number is 1 modulo 97 (SGP.29 §4).
    pub fn has_valid_check_digits(&self) -> bool {
        remainder(&self.0) == 1
    }

    /// The same EID with its last two digits replaced by the right check digits.
    #[must_use]
    pub fn with_check_digits(mut self) -> Self {
        if let Some(last) = self.0.last_mut() {
            *last = 0;
        }
        let check = 98 - remainder(&self.0);
        if let Some(last) = self.0.last_mut() {
            *last = ((check / 10) << 4) | (check % 10);
        }
        self
    }

    /// Whether the digits begin with `prefix`, for example an EUM identification number.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.to_string().starts_with(prefix)
    }
}

/// The decimal number modulo 97.
fn remainder(bytes: &[u8; 16]) -> u8 {
    let rest = nibbles(bytes).fold(0_u16, |rest, nibble| (rest * 10 + u16::from(nibble)) % 97);
    // Below 97 by construction.
    u8::try_from(rest).unwrap_or_default()
}

impl FromStr for Eid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let stranger = text.char_indices().find(|(_, c)| !c.is_ascii_digit());
        if let Some((position, found)) = stranger {
            let expected = "decimal digits";
            return Err(IdError::Character {
                what: WHAT,
                expected,
                found,
                position,
            });
        }
        let bytes = hex::decode(text).unwrap_or_default();
        let array = bytes.try_into().map_err(|_| IdError::Length {
            what: WHAT,
            expected: "32 digits",
            found: text.len(),
        })?;
        Ok(Self(array))
    }
}

impl fmt::Display for Eid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
