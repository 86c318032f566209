// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ICCID (ITU-T E.118): 18 to 20 digits, nibble-swapped BCD padded with F in tag 5A.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, digit, nibbles};

const WHAT: &str = "an ICCID";
const LENGTHS: &str = "18 to 20 digits";

/// Identifier of a profile. Its last digit need not be a right check digit:
/// see [`Iccid::has_valid_check_digit`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iccid([u8; 10]);

impl Iccid {
    /// Takes the bytes of tag 5A, nibbles swapped.
    ///
    /// # Errors
    /// Not 10 bytes, fewer than 18 digits, or anything but F after the digits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        let array: [u8; 10] = bytes.try_into().map_err(|_| IdError::Length {
            what: WHAT,
            expected: "10 bytes",
            found: bytes.len(),
        })?;
        let text: String = nibbles(&array.map(|byte| byte.rotate_left(4)))
            .map(digit)
            .collect();
        text.parse()
    }

    /// The bytes of tag 5A, nibbles swapped.
    pub fn as_bytes(&self) -> &[u8; 10] {
        &self.0
    }

    /// Whether the last digit is the Luhn check digit of the others.
    pub fn has_valid_check_digit(&self) -> bool {
        let text = self.to_string();
        text.split_at_checked(text.len() - 1)
            .is_some_and(|(body, last)| luhn(body).to_string() == last)
    }

    /// The ICCID made of `body` and its Luhn check digit.
    ///
    /// # Errors
    /// `body` is not made of 17 to 19 digits.
    pub fn with_check_digit(body: &str) -> Result<Self, IdError> {
        format!("{body}{}", luhn(body)).parse()
    }
}

/// The Luhn check digit to append to `body`.
fn luhn(body: &str) -> u32 {
    let digits = body
        .chars()
        .rev()
        .map(|c| c.to_digit(10).unwrap_or_default());
    let sum: u32 = digits
        .enumerate()
        .map(|(position, digit)| match (position % 2, digit) {
            (0, digit) if digit > 4 => digit * 2 - 9,
            (0, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    (10 - sum % 10) % 10
}

impl FromStr for Iccid {
    type Err = IdError;

    /// Reads digits in their printed order; trailing F are tolerated.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.trim_end_matches(['F', 'f']);
        let stranger = digits.char_indices().find(|(_, c)| !c.is_ascii_digit());
        if let Some((position, found)) = stranger {
            let expected = "decimal digits, F only at the end";
            return Err(IdError::Character {
                what: WHAT,
                expected,
                found,
                position,
            });
        }
        if !(18..=20).contains(&digits.len()) || text.len() > 20 {
            let found = if text.len() > 20 {
                text.len()
            } else {
                digits.len()
            };
            return Err(IdError::Length {
                what: WHAT,
                expected: LENGTHS,
                found,
            });
        }
        let mut bytes = [0; 10];
        hex::decode_to_slice(format!("{digits:F<20}"), &mut bytes).map_err(|_| {
            IdError::Length {
                what: WHAT,
                expected: LENGTHS,
                found: digits.len(),
            }
        })?;
        Ok(Self(bytes.map(|byte| byte.rotate_left(4))))
    }
}

impl fmt::Display for Iccid {
    /// Digits in their printed order, without padding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = nibbles(&self.0.map(|byte| byte.rotate_left(4)))
            .map(digit)
            .collect();
        f.write_str(text.trim_end_matches('F'))
    }
}
