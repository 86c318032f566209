// SPDX-License-Identifier: MIT OR Apache-2.0
//! The association token as it enters the signatures between eIM and eUICC (SGP.32 §2.11.1.1,
//! §2.11.2.1).

use crate::tlv::{Tag, tlv};

/// `84 L token`, the TLV that follows what is signed; an absent token counts as zero. The contents
/// are those of an INTEGER: signed, in the shortest form.
#[must_use]
pub fn token_tlv(token: Option<i64>) -> Vec<u8> {
    let octets = token.unwrap_or(0).to_be_bytes();
    // leading octets go while the sign stays
    let spare = |rest: &[u8]| match rest {
        [0x00, next, ..] => *next < 0x80,
        [0xFF, next, ..] => *next >= 0x80,
        _ => false,
    };
    let mut rest = octets.as_slice();
    while let (true, [_, tail @ ..]) = (spare(rest), rest) {
        rest = tail;
    }
    tlv(Tag::new(0x84), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_signed_integers_of_the_shortest_form() {
        let forms = [
            (None, "840100"),
            (Some(0), "840100"),
            (Some(1), "840101"),
            (Some(0x7F), "84017f"),
            (Some(0x80), "84020080"),
            (Some(200), "840200c8"),
            (Some(0x7F_FFFF), "84037fffff"),
            (Some(-1), "8401ff"),
        ];
        for (value, expected) in forms {
            assert_eq!(hex::encode(token_tlv(value)), expected, "{value:?}");
        }
    }
}
