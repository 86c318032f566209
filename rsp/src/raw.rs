// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values that keep the bytes they came in.
//!
//! - [`Raw`] holds a decoded value and its exact encoding. Signatures are checked and forwarded
//!   over `bytes()`; nothing signed is encoded a second time.
//! - [`Additions`] holds the unknown members at the end of an extensible SEQUENCE (the modules
//!   say EXTENSIBILITY IMPLIED), in order, and writes them back.

use core::fmt;
use core::ops::Deref;

use rasn::types::{Any, Constraints, Identifier, Tag, TagTree};
use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use crate::der::{self, CodecError};

/// A value together with its exact encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw<T> {
    value: T,
    bytes: Vec<u8>,
}

impl<T: Encode> Raw<T> {
    /// Encodes `value` once, in DER; these are the bytes to sign.
    ///
    /// # Errors
    /// When the value has no encoding.
    pub fn new(value: T) -> Result<Self, CodecError> {
        let bytes = der::encode(&value)?;
        Ok(Self { value, bytes })
    }
}

impl<T: Encode> Raw<T> {
    /// Encodes `value` once and lets `style` write the bytes anew: for senders that do not write
    /// DER. The bytes are those to sign.
    ///
    /// # Errors
    /// When the value has no encoding.
    pub fn encoded(value: T, style: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Result<Self, CodecError> {
        let bytes = style(der::encode(&value)?);
        Ok(Self { value, bytes })
    }
}

impl<T: Decode> Raw<T> {
    /// Decodes `bytes` and keeps them as they are.
    ///
    /// # Errors
    /// When the bytes are not one whole encoding of `T`.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, CodecError> {
        let bytes = bytes.into();
        let value = der::decode(&bytes)?;
        Ok(Self { value, bytes })
    }
}

impl<T> Raw<T> {
    /// The exact encoding, tag and length included.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The decoded value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value converted, beside the bytes as they are: for a message in another dialect than the
    /// one that the program thinks in. Encoding writes those bytes.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Raw<U> {
        Raw {
            value: convert(self.value),
            bytes: self.bytes,
        }
    }

    /// Gives up the bytes.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Gives up the value.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl<T> Deref for Raw<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: AsnType> AsnType for Raw<T> {
    const TAG: Tag = T::TAG;
    const TAG_TREE: TagTree = T::TAG_TREE;
    const IDENTIFIER: Identifier = T::IDENTIFIER;
}

impl<T: Encode> Encode for Raw<T> {
    fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
        &self,
        encoder: &mut E,
        tag: Tag,
        _: &Constraints,
        identifier: Identifier,
    ) -> Result<(), E::Error> {
        let bytes = if tag == Self::TAG {
            self.bytes.clone()
        } else {
            retag(&self.bytes, tag)
        };
        encoder
            .encode_any(Tag::EOC, &Any::new(bytes), identifier)
            .map(drop)
    }
}

impl<T: Decode> Decode for Raw<T> {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        tag: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        let codec = decoder.codec();
        let bytes = decoder.decode_any(Tag::EOC)?.into_bytes();
        let custom = |reason: String| <D::Error as rasn::de::Error>::custom(reason, codec);
        if tag == Self::TAG {
            return Self::from_bytes(bytes).map_err(|error| custom(error.to_string()));
        }
        let seen = first_tag(&bytes);
        if seen != Some(tag) {
            return Err(custom(format!("expected tag {tag}, saw {seen:?}")));
        }
        Self::from_bytes(retag(&bytes, Self::TAG)).map_err(|error| custom(error.to_string()))
    }
}

/// Unknown members at the end of a SEQUENCE, each as its whole TLV.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Additions(Vec<Vec<u8>>);

impl Additions {
    /// No unknown members.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether there are no unknown members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The unknown members in order, each a whole TLV.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// Appends one member, given as a whole TLV.
    pub fn push(&mut self, tlv: impl Into<Vec<u8>>) {
        self.0.push(tlv.into());
    }
}

impl<T: Into<Vec<u8>>> FromIterator<T> for Additions {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        Self(members.into_iter().map(Into::into).collect())
    }
}

impl fmt::Debug for Additions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(hex::encode))
            .finish()
    }
}

impl AsnType for Additions {
    const TAG: Tag = Tag::EOC;
    const TAG_TREE: TagTree = TagTree::Leaf(Tag::EOC);
}

impl Encode for Additions {
    fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
        &self,
        encoder: &mut E,
        _: Tag,
        _: &Constraints,
        identifier: Identifier,
    ) -> Result<(), E::Error> {
        for member in &self.0 {
            encoder.encode_any(Tag::EOC, &Any::new(member.clone()), identifier)?;
        }
        Ok(())
    }
}

impl Decode for Additions {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        _: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        let mut members = Vec::new();
        while let Some(AnyTlv(member)) = decoder.decode_optional::<AnyTlv>()? {
            members.push(member);
        }
        Ok(Self(members))
    }
}

/// One value of any tag, as its bytes.
struct AnyTlv(Vec<u8>);

impl AsnType for AnyTlv {
    const TAG: Tag = Tag::EOC;
    const TAG_TREE: TagTree = TagTree::Leaf(Tag::EOC);
}

impl Decode for AnyTlv {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        _: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        Ok(Self(decoder.decode_any(Tag::EOC)?.into_bytes()))
    }
}

/// Splits identifier octets from the rest of a TLV.
fn split_identifier(tlv: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = tlv.first()?;
    let size = if first & 0x1F == 0x1F {
        2 + tlv.get(1..)?.iter().position(|octet| octet & 0x80 == 0)?
    } else {
        1
    };
    tlv.split_at_checked(size)
}

/// The tag of a TLV.
pub(crate) fn first_tag(tlv: &[u8]) -> Option<Tag> {
    let (identifier, _) = split_identifier(tlv)?;
    let (first, more) = identifier.split_first()?;
    let number = if more.is_empty() {
        u32::from(first & 0x1F)
    } else {
        more.iter().try_fold(0_u32, |number, octet| {
            number
                .checked_mul(128)?
                .checked_add(u32::from(octet & 0x7F))
        })?
    };
    let class = match first >> 6 {
        0 => rasn::types::Class::Universal,
        1 => rasn::types::Class::Application,
        2 => rasn::types::Class::Context,
        _ => rasn::types::Class::Private,
    };
    Some(Tag::new(class, number))
}

/// The TLV with another tag and the same content (IMPLICIT tagging); the form bit stays.
pub(crate) fn retag(tlv: &[u8], tag: Tag) -> Vec<u8> {
    let Some((identifier, rest)) = split_identifier(tlv) else {
        return tlv.to_vec();
    };
    let form = identifier.first().copied().unwrap_or(0) & 0x20;
    let mut out = identifier_octets(tag, form);
    out.extend_from_slice(rest);
    out
}

/// Identifier octets of a tag; `form` is 0x20 for constructed values.
fn identifier_octets(tag: Tag, form: u8) -> Vec<u8> {
    let lead = (tag.class as u8) << 6 | form;
    match u8::try_from(tag.value) {
        Ok(number) if number < 0x1F => vec![lead | number],
        _ => {
            let mut groups = vec![(tag.value & 0x7F).to_le_bytes()[0]];
            let mut value = tag.value >> 7;
            while value > 0 {
                groups.push(0x80 | (value & 0x7F).to_le_bytes()[0]);
                value >>= 7;
            }
            groups.push(lead | 0x1F);
            groups.reverse();
            groups
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rasn::types::Class;

    #[test]
    fn retag_keeps_form_and_content() {
        assert_eq!(
            retag(&[0x30, 1, 5], Tag::new(Class::Context, 5)),
            [0xA5, 1, 5]
        );
        assert_eq!(
            retag(&[0x04, 1, 5], Tag::new(Class::Context, 81)),
            [0x9F, 0x51, 1, 5]
        );
        assert_eq!(
            retag(&[0xBF, 0x81, 0x01, 0], Tag::new(Class::Application, 1)),
            [0x61, 0]
        );
        assert_eq!(
            first_tag(&[0xBF, 0x81, 0x01, 0]),
            Some(Tag::new(Class::Context, 129))
        );
    }

    #[test]
    fn bytes_survive_as_received() {
        // long-form length: legal BER, not DER
        let received = [0x02, 0x81, 0x01, 0x05];
        let raw = Raw::<i64>::from_bytes(received).unwrap();
        assert_eq!((*raw.value(), raw.bytes()), (5, &received[..]));
        assert_eq!(der::encode(&raw).unwrap(), received);
        assert_eq!(Raw::new(5_i64).unwrap().bytes(), [2, 1, 5]);
    }
}
