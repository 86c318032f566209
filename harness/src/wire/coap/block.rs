// SPDX-License-Identifier: MIT OR Apache-2.0
//! The value of the options Block1 and Block2 (RFC 7959 §2.2).
//!
//! Trap: SZX 7 is reserved, and the number has 20 bits, so the value is up to three bytes long.

/// The largest block number: 20 bits.
const MOST_BLOCKS: u32 = 1 << 20;
/// The largest size exponent: 1024 bytes.
const LARGEST: u8 = 6;

/// One block of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block {
    /// Number, from 0.
    pub number: u32,
    /// Whether more blocks follow.
    pub more: bool,
    /// Size exponent: 0 for 16 bytes to 6 for 1024.
    exponent: u8,
}

impl Block {
    /// The block that begins at `offset` when blocks have at most `size` bytes; none when the
    /// offset is no multiple of the block size, or the number has too many bits.
    #[must_use]
    pub fn at(offset: usize, size: usize, more: bool) -> Option<Self> {
        let exponent = exponent_of(size);
        let size = 16usize << exponent;
        if !offset.is_multiple_of(size) {
            return None;
        }
        let number = u32::try_from(offset / size).ok()?;
        (number < MOST_BLOCKS).then_some(Self {
            number,
            more,
            exponent,
        })
    }

    /// Reads an option value.
    #[must_use]
    pub fn read(value: &[u8]) -> Option<Self> {
        if value.len() > 3 {
            return None;
        }
        let bits = value
            .iter()
            .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let exponent = u8::try_from(bits & 7).ok()?;
        (exponent <= LARGEST).then_some(Self {
            number: bits >> 4,
            more: bits & 8 != 0,
            exponent,
        })
    }

    /// The block behind it, in the same size.
    #[must_use]
    pub const fn next(self) -> Self {
        Self {
            number: self.number.saturating_add(1),
            ..self
        }
    }

    /// The option value, in as few bytes as possible.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let bits = (self.number << 4) | (u32::from(self.more) << 3) | u32::from(self.exponent);
        let bytes = bits.to_be_bytes();
        bytes.into_iter().skip_while(|byte| *byte == 0).collect()
    }

    /// Bytes of a full block.
    #[must_use]
    pub const fn size(self) -> usize {
        16 << self.exponent
    }

    /// The block with the same number in the size that is asked for when it is smaller: how a
    /// server that took a block wants the following ones (RFC 7959 §2.3).
    #[must_use]
    pub fn in_size(self, size: usize) -> Self {
        Self {
            exponent: self.exponent.min(exponent_of(size)),
            ..self
        }
    }

    /// Where the block begins.
    #[must_use]
    pub fn offset(self) -> usize {
        usize::try_from(self.number)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.size())
    }

    /// The part of `body` that this block is, with `more` set as it should be; none when it begins
    /// behind the end. An empty body has one empty block.
    #[must_use]
    pub fn cut(self, body: &[u8]) -> Option<(Self, &[u8])> {
        let from = self.offset();
        if from >= body.len() && from > 0 {
            return None;
        }
        let end = from.saturating_add(self.size()).min(body.len());
        let part = body.get(from..end)?;
        let more = end < body.len();
        Some((Self { more, ..self }, part))
    }
}

/// The exponent of the largest block size that is not larger than `size`; 16 is the smallest.
fn exponent_of(size: usize) -> u8 {
    (0..=LARGEST)
        .rev()
        .find(|exponent| (16usize << exponent) <= size)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_those_of_the_rfc() {
        // RFC 7959 §2.2 and figures of §3
        let first = Block::at(0, 128, true).unwrap();
        assert_eq!(first.to_bytes(), [0x0B]);
        let smallest = Block::at(0, 16, false).unwrap();
        assert!(smallest.to_bytes().is_empty());
        assert_eq!(Block::read(&[]), Some(smallest));
        let last = Block::read(&[0xFF, 0xFF, 0xFE]).unwrap();
        assert_eq!((last.number, last.size()), (0xF_FFFF, 1024));
        assert_eq!(Block::read(&[0x07]), None, "SZX 7 is reserved");
        assert_eq!(Block::read(&[0, 0, 0, 1]), None);
    }

    #[test]
    fn sizes_are_powers_of_two_from_16_to_1024() {
        let sizes = [0, 16, 31, 32, 100, 512, 1024, 1_000_000];
        let blocks = sizes.map(|size| Block::at(0, size, false).unwrap().size());
        assert_eq!(blocks, [16, 16, 16, 32, 64, 512, 1024, 1024]);
        assert_eq!(Block::at(100, 64, false), None);
        assert_eq!(Block::at(16 << 20, 16, false), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in 0..MOST_BLOCKS, more: bool, exponent in 0..=LARGEST) {
            let block = Block { number, more, exponent };
            prop_assert_eq!(Block::read(&block.to_bytes()), Some(block));
        }

        #[test]
        fn blocks_make_up_the_body(length in 0usize..3000, exponent in 0..=LARGEST) {
            let body: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut together = Vec::new();
            for number in 0.. {
                let block = Block { number, more: false, exponent };
                let (cut, part) = block.cut(&body).unwrap();
                prop_assert!(part.len() <= cut.size());
                together.extend_from_slice(part);
                if !cut.more {
                    break;
                }
                prop_assert_eq!(part.len(), cut.size());
            }
            prop_assert_eq!(together, body);
        }

        #[test]
        fn any_value_is_read_or_refused(value: Vec<u8>) {
            if let Some(block) = Block::read(&value) {
                prop_assert!(block.offset().checked_add(block.size()).is_some());
            }
        }
    }
}
