// SPDX-License-Identifier: MIT OR Apache-2.0
//! BIT STRING as a set of bits, and the macro for its named kinds.
//!
//! DER drops trailing zero bits of named bit lists (X.690 §11.2.2), so `07 80` and `00 80` are the
//! same set and compare equal here (FIELD catalogue ENC-15).

use core::fmt;

use rasn::types::{BitString, Constraints, Identifier, Tag, TagTree};
use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

/// A set of bit numbers; bit 0 is the first bit of the BIT STRING.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bits(Vec<u8>);

impl Bits {
    /// The empty set.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether `bit` is set.
    pub fn contains(&self, bit: usize) -> bool {
        self.0
            .get(bit / 8)
            .is_some_and(|octet| octet & (0x80 >> (bit % 8)) != 0)
    }

    /// Sets `bit`.
    pub fn insert(&mut self, bit: usize) {
        let index = bit / 8;
        if self.0.len() <= index {
            self.0.resize(index + 1, 0);
        }
        if let Some(octet) = self.0.get_mut(index) {
            *octet |= 0x80 >> (bit % 8);
        }
    }

    /// The numbers of the set bits, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.0.len() * 8).filter(|bit| self.contains(*bit))
    }

    /// Whether no bit is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of bits up to the last set one.
    fn len(&self) -> usize {
        self.0.last().map_or(0, |last| {
            let unused = usize::try_from(last.trailing_zeros()).unwrap_or(0);
            self.0.len() * 8 - unused
        })
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(bits: I) -> Self {
        let mut set = Self::new();
        for bit in bits {
            set.insert(bit);
        }
        set
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl AsnType for Bits {
    const TAG: Tag = Tag::BIT_STRING;
    const TAG_TREE: TagTree = TagTree::Leaf(Tag::BIT_STRING);
}

impl Encode for Bits {
    fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
        &self,
        encoder: &mut E,
        tag: Tag,
        _: &Constraints,
        identifier: Identifier,
    ) -> Result<(), E::Error> {
        let mut bits = BitString::from_slice(&self.0);
        bits.truncate(self.len());
        encoder
            .encode_bit_string(tag, &Constraints::default(), &bits, identifier)
            .map(drop)
    }
}

impl Decode for Bits {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        tag: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        let bits = decoder.decode_bit_string(tag, &Constraints::default())?;
        Ok(bits.iter_ones().collect())
    }
}

/// Defines a named BIT STRING: a newtype over [`Bits`] with a constant per named bit.
macro_rules! named_bits {
    ($(
        $(#[$meta:meta])*
        $type:ident { $($(#[$doc:meta])* $constant:ident = $bit:literal $name:literal,)* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct $type(pub $crate::asn1::Bits);

        impl $type {
            $($(#[$doc])* pub const $constant: usize = $bit;)*

            /// The named bits, in the module's order.
            pub const NAMED: &'static [(usize, &'static str)] = &[$(($bit, $name)),*];

            /// The set of these bits.
            pub fn of(bits: &[usize]) -> Self {
                Self(bits.iter().copied().collect())
            }

            /// Whether `bit`, one of the constants, is set.
            pub fn has(&self, bit: usize) -> bool {
                self.0.contains(bit)
            }

            /// This set with `bit` added.
            #[must_use]
            pub fn with(mut self, bit: usize) -> Self {
                self.0.insert(bit);
                self
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let name = |bit: usize| {
                    let named = Self::NAMED.iter().find(|(number, _)| *number == bit);
                    named.map_or_else(|| format!("bit{bit}"), |(_, name)| (*name).to_owned())
                };
                let names: Vec<String> = self.0.iter().map(name).collect();
                write!(f, "{{{}}}", names.join(", "))
            }
        }

        impl rasn::AsnType for $type {
            const TAG: rasn::types::Tag = rasn::types::Tag::BIT_STRING;
            const TAG_TREE: rasn::types::TagTree = rasn::types::TagTree::Leaf(Self::TAG);
        }

        impl rasn::Encode for $type {
            fn encode_with_tag_and_constraints<'b, E: rasn::Encoder<'b>>(
                &self,
                encoder: &mut E,
                tag: rasn::types::Tag,
                constraints: &rasn::types::Constraints,
                identifier: rasn::types::Identifier,
            ) -> Result<(), E::Error> {
                self.0.encode_with_tag_and_constraints(encoder, tag, constraints, identifier)
            }
        }

        impl rasn::Decode for $type {
            fn decode_with_tag_and_constraints<D: rasn::Decoder>(
                decoder: &mut D,
                tag: rasn::types::Tag,
                constraints: &rasn::types::Constraints,
            ) -> Result<Self, D::Error> {
                $crate::asn1::Bits::decode_with_tag_and_constraints(decoder, tag, constraints).map(Self)
            }
        }
    )*};
}

pub(crate) use named_bits;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{decode, encode};

    #[test]
    fn trailing_zero_bits_mean_nothing() {
        let minimal: Bits = decode(&[3, 2, 7, 0x80]).unwrap();
        let padded: Bits = decode(&[3, 3, 0, 0x80, 0x00]).unwrap();
        assert_eq!(minimal, padded);
        assert_eq!(encode(&padded).unwrap(), [3, 2, 7, 0x80]);
        assert_eq!(encode(&Bits::new()).unwrap(), [3, 1, 0]);
        assert_eq!(decode(&[3, 2, 0, 0]), Ok(Bits::new()));
    }

    #[test]
    fn every_single_bit_and_all_bits_come_back() {
        for bit in 0..40 {
            let set: Bits = [bit].into_iter().collect();
            assert_eq!(decode::<Bits>(&encode(&set).unwrap()), Ok(set.clone()));
            assert_eq!(set.iter().collect::<Vec<_>>(), [bit]);
        }
        let all: Bits = (0..16).collect();
        assert_eq!(encode(&all).unwrap(), [3, 3, 0, 0xFF, 0xFF]);
    }

    #[test]
    fn impossible_unused_bit_counts_are_refused() {
        assert!(decode::<Bits>(&[3, 2, 8, 0xFF]).is_err());
        assert!(decode::<Bits>(&[3, 1, 1]).is_err());
        assert!(decode::<Bits>(&[3, 0]).is_err());
    }
}
