// SPDX-License-Identifier: MIT OR Apache-2.0
//! Octet strings of control parameters that are numbers or identifiers.

use super::Problem;

/// A number of two bytes.
pub(super) fn two_bytes(bytes: &[u8], what: &str) -> Result<u16, Problem> {
    <[u8; 2]>::try_from(bytes)
        .map(u16::from_be_bytes)
        .map_err(|_| Problem::value(format!("{what} {}", hex::encode(bytes))))
}

/// A number of one byte.
pub(super) fn one_byte(bytes: &[u8], what: &str) -> Result<u8, Problem> {
    match bytes {
        [byte] => Ok(*byte),
        _ => Err(Problem::value(format!("{what} {}", hex::encode(bytes)))),
    }
}

/// A number in as many bytes as it needs; leading zeroes, which older packages have, are read too.
pub(super) fn number(bytes: &[u8], what: &str) -> Result<u32, Problem> {
    let wrong = || Problem::value(format!("{what} {}", hex::encode(bytes)));
    if bytes.is_empty() || bytes.len() > 4 {
        return Err(wrong());
    }
    Ok(bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte)))
}
