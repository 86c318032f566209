// SPDX-License-Identifier: MIT OR Apache-2.0
//! OBJECT IDENTIFIER as its content octets: every arc of the tree fits (2.999.x, UUID arcs), and
//! what came in goes out.

use core::fmt;
use core::str::FromStr;

use rasn::types::{Constraints, Identifier, Tag, TagTree};
use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

/// An OBJECT IDENTIFIER, kept as its content octets (without tag and length).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectIdentifier(Vec<u8>);

/// Why a text is not an object identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidError {
    /// An arc is not a decimal number of up to 128 bits.
    #[error("expected a decimal arc, saw {0:?}")]
    Arc(String),
    /// Fewer than two arcs, a first arc above 2, or a second arc above 39 under 0 or 1.
    #[error("expected two or more arcs under 0, 1 or 2, saw {0:?}")]
    Root(String),
}

impl ObjectIdentifier {
    /// Takes content octets as they are.
    pub fn from_content(octets: impl Into<Vec<u8>>) -> Self {
        Self(octets.into())
    }

    /// The content octets, without tag and length.
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    /// Builds from arcs.
    ///
    /// # Errors
    /// When there is no such node: see [`OidError`].
    pub fn from_arcs(arcs: &[u128]) -> Result<Self, OidError> {
        let root = || OidError::Root(format!("{arcs:?}"));
        let (first, second, rest) = match arcs {
            [first, second, rest @ ..] => (*first, *second, rest),
            _ => return Err(root()),
        };
        if first > 2 || (first < 2 && second > 39) {
            return Err(root());
        }
        let head = second.checked_add(first * 40).ok_or_else(root)?;
        let mut content = Vec::new();
        push_arc(&mut content, head);
        for arc in rest {
            push_arc(&mut content, *arc);
        }
        Ok(Self(content))
    }

    /// The arcs, or `None` when the octets end inside an arc or an arc exceeds 128 bits.
    pub fn arcs(&self) -> Option<Vec<u128>> {
        let mut arcs = Vec::new();
        let mut arc = 0_u128;
        for octet in &self.0 {
            if arc >> 121 != 0 {
                return None;
            }
            arc = (arc << 7) | u128::from(octet & 0x7F);
            if octet & 0x80 == 0 {
                if arcs.is_empty() {
                    let first = (arc / 40).min(2);
                    arcs.extend([first, arc - first * 40]);
                } else {
                    arcs.push(arc);
                }
                arc = 0;
            }
        }
        let complete = self.0.last().is_some_and(|last| last & 0x80 == 0);
        complete.then_some(arcs)
    }
}

fn push_arc(content: &mut Vec<u8>, arc: u128) {
    let groups = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group == 0 { 0 } else { 0x80 };
        let bits = (arc >> (7 * group)) & 0x7F;
        content.push(more | bits.to_le_bytes()[0]);
    }
}

impl FromStr for ObjectIdentifier {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        let arc = |arc: &str| {
            let digits = !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
            let number = if digits { arc.parse().ok() } else { None };
            number.ok_or_else(|| OidError::Arc(arc.to_owned()))
        };
        let arcs = text.split('.').map(arc).collect::<Result<Vec<u128>, _>>()?;
        Self::from_arcs(&arcs).map_err(|_| OidError::Root(text.to_owned()))
    }
}

impl fmt::Display for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arcs() {
            Some(arcs) => {
                let arcs: Vec<String> = arcs.iter().map(u128::to_string).collect();
                f.write_str(&arcs.join("."))
            }
            None => write!(f, "malformed:{}", hex::encode(&self.0)),
        }
    }
}

impl fmt::Debug for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl AsnType for ObjectIdentifier {
    const TAG: Tag = Tag::OBJECT_IDENTIFIER;
    const TAG_TREE: TagTree = TagTree::Leaf(Tag::OBJECT_IDENTIFIER);
}

impl Encode for ObjectIdentifier {
    fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
        &self,
        encoder: &mut E,
        tag: Tag,
        _: &Constraints,
        identifier: Identifier,
    ) -> Result<(), E::Error> {
        // the content is already encoded, so it is written as opaque octets under the tag
        encoder
            .encode_octet_string(tag, &Constraints::default(), &self.0, identifier)
            .map(drop)
    }
}

impl Decode for ObjectIdentifier {
    fn decode_with_tag_and_constraints<D: Decoder>(
        decoder: &mut D,
        tag: Tag,
        _: &Constraints,
    ) -> Result<Self, D::Error> {
        let codec = decoder.codec();
        let content: Vec<u8> = decoder.decode_octet_string(tag, &Constraints::default())?;
        let oid = Self(content);
        if oid.0.last().is_none_or(|last| last & 0x80 != 0) {
            let reason = format!("expected whole arcs, saw {}", hex::encode(&oid.0));
            return Err(<D::Error as rasn::de::Error>::custom(reason, codec));
        }
        Ok(oid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{decode, encode};

    #[test]
    fn example_arc_999_encodes_and_prints() {
        let oid: ObjectIdentifier = "2.999.10".parse().unwrap();
        assert_eq!(encode(&oid).unwrap(), [0x06, 0x03, 0x88, 0x37, 0x0A]);
        assert_eq!(
            decode::<ObjectIdentifier>(&[0x06, 0x03, 0x88, 0x37, 0x0A])
                .unwrap()
                .to_string(),
            "2.999.10"
        );
        let gsma: ObjectIdentifier = "2.23.146.1.2.1.0.0".parse().unwrap();
        assert_eq!(
            gsma.content(),
            [0x67, 0x81, 0x12, 0x01, 0x02, 0x01, 0x00, 0x00]
        );
    }

    #[test]
    fn limits_of_the_tree() {
        for text in [
            "0.39",
            "1.39.0",
            "2.47.4294967296",
            "2.25.329800735698586629295641978511506172918",
        ] {
            assert_eq!(text.parse::<ObjectIdentifier>().unwrap().to_string(), text);
        }
        for text in ["", "1", "3.1", "0.40", "1.2.", "1.-2", "1.+2", "a.b"] {
            assert!(text.parse::<ObjectIdentifier>().is_err(), "{text}");
        }
    }

    #[test]
    fn malformed_content_is_refused_or_shown() {
        assert!(decode::<ObjectIdentifier>(&[6, 0]).is_err());
        assert!(decode::<ObjectIdentifier>(&[6, 2, 0x2A, 0x86]).is_err());
        assert_eq!(
            ObjectIdentifier::from_content([0x86]).to_string(),
            "malformed:86"
        );
        assert_eq!(ObjectIdentifier::from_content([0xFF; 40]).arcs(), None);
    }
}
