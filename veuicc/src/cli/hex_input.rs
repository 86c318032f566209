// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hex as people type it.

use super::failure::{Failure, bad_input};

/// Characters of garbage that a message repeats.
const QUOTED: usize = 40;

/// Reads hex with blanks anywhere; a message quotes no more than a line of it.
pub(crate) fn parse_hex(text: &str) -> Result<Vec<u8>, Failure> {
    let compact: String = text.split_whitespace().collect();
    if compact.is_empty() {
        return Err(bad_input("expected hex, got nothing"));
    }
    hex::decode(&compact).map_err(|error| {
        let start: String = compact.chars().take(QUOTED).collect();
        let more = if start.len() < compact.len() {
            "…"
        } else {
            ""
        };
        bad_input(format!("expected hex, got \"{start}{more}\": {error}"))
    })
}
