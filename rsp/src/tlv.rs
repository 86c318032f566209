// SPDX-License-Identifier: MIT OR Apache-2.0
//! BER-TLV on bytes: tags, lengths, a walk that never panics, and the writing side.
//!
//! Traps:
//! - a tag is kept as its identifier octets (`BF51`, `5F37`), so it reads like the specification
//!   and two encodings of one tag number are two tags;
//! - long-form and padded lengths are accepted on reading (BER) and reported by
//!   [`Tlv::length_is_minimal`], since signed bytes must survive as they came;
//! - the indefinite length is refused: no specification of this field allows it.

use std::fmt;

/// How many levels of nesting a reader of this crate follows before it gives up.
pub const MAX_DEPTH: usize = 48;

/// The class bits of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The types of ASN.1 itself.
    Universal,
    /// Inter-industry data objects such as `5A` and `5F37`.
    Application,
    /// Meaning depends on the enclosing type.
    Context,
    /// GSMA and TCA templates such as `E3`.
    Private,
}

/// A tag, kept as its identifier octets: one to four bytes, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u32);

impl Tag {
    /// BOOLEAN
    pub const BOOLEAN: Self = Self(0x01);
    /// INTEGER
    pub const INTEGER: Self = Self(0x02);
    /// OCTET STRING
    pub const OCTET_STRING: Self = Self(0x04);
    /// NULL
    pub const NULL: Self = Self(0x05);
    /// UTF8String
    pub const UTF8_STRING: Self = Self(0x0C);
    /// SEQUENCE and SEQUENCE OF
    pub const SEQUENCE: Self = Self(0x30);

    /// The tag with these identifier octets, e.g. `Tag::new(0xBF51)`.
    #[must_use]
    pub const fn new(octets: u32) -> Self {
        Self(octets)
    }

    /// The identifier octets as a number: `0xBF51`.
    #[must_use]
    pub const fn octets(self) -> u32 {
        self.0
    }

    /// How many identifier octets there are.
    #[must_use]
    pub const fn size(self) -> usize {
        match self.0 {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            0x1_0000..=0xFF_FFFF => 3,
            _ => 4,
        }
    }

    const fn first(self) -> u8 {
        (self.0 >> (8 * (self.size() - 1))) as u8
    }

    /// The class bits.
    #[must_use]
    pub const fn class(self) -> Class {
        match self.first() >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::Context,
            _ => Class::Private,
        }
    }

    /// Whether the contents are TLVs.
    #[must_use]
    pub const fn is_constructed(self) -> bool {
        self.first() & 0x20 != 0
    }

    /// The tag number, e.g. 81 for `BF51`.
    #[must_use]
    pub fn number(self) -> u32 {
        if self.size() == 1 {
            return u32::from(self.first() & 0x1F);
        }
        let octets = self.0.to_be_bytes();
        octets
            .iter()
            .skip(5 - self.size())
            .fold(0, |n, octet| n << 7 | u32::from(octet & 0x7F))
    }

    /// The same tag with the constructed bit set or cleared.
    #[must_use]
    pub const fn with_constructed(self, constructed: bool) -> Self {
        let bit = 0x20 << (8 * (self.size() - 1));
        Self(if constructed {
            self.0 | bit
        } else {
            self.0 & !bit
        })
    }

    /// Appends the identifier octets.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend(self.0.to_be_bytes().into_iter().skip(4 - self.size()));
    }

    /// Reads a tag from the start of `bytes`.
    ///
    /// # Errors
    /// When the bytes end inside the tag or the tag has more than four octets.
    pub fn read(bytes: &[u8]) -> Result<Self, TlvError> {
        let (&first, rest) = bytes
            .split_first()
            .ok_or(TlvError::Truncated { offset: 0 })?;
        let mut octets = u32::from(first);
        if first & 0x1F != 0x1F {
            return Ok(Self(octets));
        }
        for (i, &octet) in rest.iter().take(3).enumerate() {
            octets = octets << 8 | u32::from(octet);
            if octet & 0x80 == 0 {
                return Ok(Self(octets));
            }
            if i == 2 {
                return Err(TlvError::LongTag { offset: 0 });
            }
        }
        Err(TlvError::Truncated {
            offset: bytes.len(),
        })
    }

    /// Reads a tag written as hexadecimal text, e.g. `BF51`.
    #[must_use]
    pub fn parse_hex(text: &str) -> Option<Self> {
        let octets = hex::decode(text).ok()?;
        let tag = Self::read(&octets).ok()?;
        (tag.size() == octets.len()).then_some(tag)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$X}", self.0, width = 2 * self.size())
    }
}

/// Why bytes are not a TLV. Offsets count from the start of the bytes given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The bytes end inside a tag or a length.
    #[error("expected a tag and a length, saw the end of the data at offset {offset}")]
    Truncated {
        /// Where the data ends.
        offset: usize,
    },
    /// The length announces more than there is.
    #[error("expected {expected} octets of contents at offset {offset}, saw {seen}")]
    Short {
        /// Where the contents begin.
        offset: usize,
        /// What the length says.
        expected: u64,
        /// What is left.
        seen: usize,
    },
    /// A tag of more than four octets.
    #[error("expected a tag of at most four octets at offset {offset}, saw a longer one")]
    LongTag {
        /// Where the tag begins.
        offset: usize,
    },
    /// The indefinite length `80`, or the reserved `FF`.
    #[error("expected a definite length at offset {offset}, saw {seen:02X}")]
    Indefinite {
        /// Where the length is.
        offset: usize,
        /// The length octet.
        seen: u8,
    },
    /// More length octets than any message can need.
    #[error("expected at most eight length octets at offset {offset}, saw {seen}")]
    LongLength {
        /// Where the length is.
        offset: usize,
        /// How many there are.
        seen: usize,
    },
    /// Bytes after the only TLV there should be.
    #[error("expected the end of the data at offset {offset}, saw {seen} more octets")]
    Trailing {
        /// Where they begin.
        offset: usize,
        /// How many there are.
        seen: usize,
    },
}

impl TlvError {
    /// Where it happened, from the start of the bytes given.
    #[must_use]
    pub const fn offset(self) -> usize {
        match self {
            Self::Truncated { offset }
            | Self::Short { offset, .. }
            | Self::LongTag { offset }
            | Self::Indefinite { offset, .. }
            | Self::LongLength { offset, .. }
            | Self::Trailing { offset, .. } => offset,
        }
    }

    /// The same error seen from a caller whose bytes begin `base` octets earlier.
    #[must_use]
    pub const fn at(mut self, base: usize) -> Self {
        match &mut self {
            Self::Truncated { offset }
            | Self::Short { offset, .. }
            | Self::LongTag { offset }
            | Self::Indefinite { offset, .. }
            | Self::LongLength { offset, .. }
            | Self::Trailing { offset, .. } => *offset = offset.saturating_add(base),
        }
        self
    }
}

/// One TLV inside bytes that live elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag.
    pub tag: Tag,
    /// Octets of tag and length together.
    pub header_len: usize,
    /// The contents.
    pub value: &'a [u8],
    /// Tag, length and contents.
    pub raw: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Takes the first TLV off `bytes` and returns it with what follows.
    ///
    /// # Errors
    /// When the bytes do not begin with a whole TLV of definite length.
    pub fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), TlvError> {
        let tag = Tag::read(bytes)?;
        let after_tag = bytes.get(tag.size()..).unwrap_or_default();
        let (length, length_size) = read_length(after_tag).map_err(|e| e.at(tag.size()))?;
        let header_len = tag.size() + length_size;
        let rest = bytes.get(header_len..).unwrap_or_default();
        let split = usize::try_from(length)
            .ok()
            .and_then(|n| rest.split_at_checked(n));
        let (value, rest) = split.ok_or(TlvError::Short {
            offset: header_len,
            expected: length,
            seen: rest.len(),
        })?;
        let raw = bytes.get(..header_len + value.len()).unwrap_or_default();
        Ok((
            Self {
                tag,
                header_len,
                value,
                raw,
            },
            rest,
        ))
    }

    /// Reads bytes that are exactly one TLV.
    ///
    /// # Errors
    /// Those of [`Tlv::read`], and when something follows.
    pub fn only(bytes: &'a [u8]) -> Result<Self, TlvError> {
        let (tlv, rest) = Self::read(bytes)?;
        if rest.is_empty() {
            return Ok(tlv);
        }
        Err(TlvError::Trailing {
            offset: tlv.raw.len(),
            seen: rest.len(),
        })
    }

    /// The TLVs of the contents, whatever the constructed bit says.
    #[must_use]
    pub const fn children(&self) -> Tlvs<'a> {
        Tlvs::new(self.value)
    }

    /// The first TLV of the contents with this tag.
    #[must_use]
    pub fn child(&self, tag: Tag) -> Option<Self> {
        find(self.value, tag)
    }

    /// Whether the length has the only form DER allows.
    #[must_use]
    pub const fn length_is_minimal(&self) -> bool {
        self.header_len == self.tag.size() + length_size(self.value.len())
    }
}

/// The length at the start of `bytes` and the octets it takes.
fn read_length(bytes: &[u8]) -> Result<(u64, usize), TlvError> {
    let (&first, rest) = bytes
        .split_first()
        .ok_or(TlvError::Truncated { offset: 0 })?;
    match first {
        0..=0x7F => Ok((u64::from(first), 1)),
        0x80 | 0xFF => Err(TlvError::Indefinite {
            offset: 0,
            seen: first,
        }),
        _ => {
            let count = usize::from(first & 0x7F);
            if count > 8 {
                return Err(TlvError::LongLength {
                    offset: 0,
                    seen: count,
                });
            }
            let octets = rest.get(..count).ok_or(TlvError::Truncated {
                offset: bytes.len(),
            })?;
            Ok((
                octets.iter().fold(0, |n, &o| n << 8 | u64::from(o)),
                1 + count,
            ))
        }
    }
}

/// The TLVs of a byte string in order. After an error there is nothing more.
#[derive(Debug, Clone)]
pub struct Tlvs<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Tlvs<'a> {
    /// Walks these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
        }
    }

    /// Where the next TLV begins.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What has not been read.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Tlvs<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match Tlv::read(self.rest) {
            Ok((tlv, rest)) => {
                self.rest = rest;
                self.offset += tlv.raw.len();
                Some(Ok(tlv))
            }
            Err(e) => {
                self.rest = &[];
                Some(Err(e.at(self.offset)))
            }
        }
    }
}

/// Walks the TLVs of these bytes.
#[must_use]
pub const fn walk(bytes: &[u8]) -> Tlvs<'_> {
    Tlvs::new(bytes)
}

/// The first TLV with this tag, not looking inside others.
#[must_use]
pub fn find(bytes: &[u8], tag: Tag) -> Option<Tlv<'_>> {
    walk(bytes).map_while(Result::ok).find(|tlv| tlv.tag == tag)
}

/// Octets of the shortest length field for so many octets of contents.
#[must_use]
pub const fn length_size(length: usize) -> usize {
    if length < 0x80 {
        return 1;
    }
    let bits = usize::BITS - length.leading_zeros();
    1 + bits.div_ceil(8) as usize
}

/// Appends the shortest length field.
pub fn write_length(out: &mut Vec<u8>, length: usize) {
    let count = length_size(length) - 1;
    let octets = (length as u64).to_be_bytes();
    if let Some(octets) = octets
        .get(8_usize.saturating_sub(count)..)
        .filter(|_| count > 0)
    {
        out.push(0x80 | u8::try_from(count).unwrap_or(8));
        out.extend_from_slice(octets);
    } else {
        out.push(u8::try_from(length).unwrap_or(0x7F));
    }
}

/// Appends one TLV with the shortest length.
pub fn write(out: &mut Vec<u8>, tag: Tag, value: &[u8]) {
    tag.write(out);
    write_length(out, value.len());
    out.extend_from_slice(value);
}

/// One TLV with the shortest length.
#[must_use]
pub fn tlv(tag: Tag, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(tag.size() + length_size(value.len()) + value.len());
    write(&mut out, tag, value);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_read_like_the_specification() {
        for (hex, class, number, constructed) in [
            ("BF51", Class::Context, 81, true),
            ("5F37", Class::Application, 55, false),
            ("9F7B", Class::Context, 123, false),
            ("E3", Class::Private, 3, true),
            ("BF8148", Class::Context, 200, true),
            ("30", Class::Universal, 16, true),
        ] {
            let tag = Tag::parse_hex(hex).unwrap();
            assert_eq!(tag.to_string(), hex);
            assert_eq!((tag.class(), tag.number()), (class, number), "{hex}");
            assert_eq!(tag.is_constructed(), constructed, "{hex}");
            assert_eq!(
                tag.with_constructed(!constructed)
                    .with_constructed(constructed),
                tag
            );
        }
        assert_eq!(Tag::parse_hex("BF"), None);
        assert_eq!(Tag::new(0xBF51).with_constructed(false), Tag::new(0x9F51));
    }

    #[test]
    fn lengths_at_every_boundary_survive() {
        for length in [0, 1, 127, 128, 255, 256, 65535, 65536] {
            let bytes = tlv(Tag::new(0x5F37), &vec![7; length]);
            let read = Tlv::only(&bytes).unwrap();
            assert_eq!(read.value.len(), length);
            assert!(read.length_is_minimal());
        }
        let long = [0x04, 0x82, 0x00, 0x01, 0xAA];
        assert!(!Tlv::only(&long).unwrap().length_is_minimal());
    }

    #[test]
    fn refusals_name_the_place() {
        assert_eq!(
            Tlv::only(&[0x30, 0x80, 0, 0]).unwrap_err().to_string(),
            "expected a definite length at offset 1, saw 80"
        );
        assert_eq!(
            Tlv::only(&[0x04, 0x05, 1]).unwrap_err().to_string(),
            "expected 5 octets of contents at offset 2, saw 1"
        );
        assert_eq!(
            Tlv::only(&[0x05, 0, 1]),
            Err(TlvError::Trailing { offset: 2, seen: 1 })
        );
        let mut walk = walk(&[0x05, 0x00, 0x04, 0x09]);
        assert!(walk.next().unwrap().is_ok());
        assert_eq!(
            walk.next(),
            Some(Err(TlvError::Short {
                offset: 4,
                expected: 9,
                seen: 0
            }))
        );
        assert_eq!(walk.next(), None);
        assert_eq!(
            Tlv::only(&[0x04, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]),
            Err(TlvError::Short {
                offset: 10,
                expected: u64::MAX,
                seen: 0
            })
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut seen = 0;
            for tlv in walk(&bytes).map_while(Result::ok) {
                seen += tlv.raw.len();
                prop_assert!(seen <= bytes.len());
                for _ in tlv.children() {}
            }
        }

        #[test]
        fn written_tlvs_are_read_back(number in 0_u8..0x1F, value in prop::collection::vec(any::<u8>(), 0..400)) {
            let tag = Tag::new(0x80 | u32::from(number));
            let bytes = tlv(tag, &value);
            let read = Tlv::only(&bytes).unwrap();
            prop_assert_eq!(read.tag, tag);
            prop_assert_eq!(read.value, &value[..]);
        }
    }
}
