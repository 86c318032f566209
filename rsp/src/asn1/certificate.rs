// SPDX-License-Identifier: MIT OR Apache-2.0
//! X.509 structures as their exact bytes.
//!
//! A certificate is signed, so it is never taken apart and put together again here. The PKIX
//! modules are EXPLICIT TAGS, the RSP modules refer to their SEQUENCEs IMPLICIT: under `[5]` stand
//! the three members of the certificate without the `30` around them (ENC-06, ENC-07). Such a
//! member is put back under `30` on decoding. Some peers nest the whole `30 …` under the context
//! tag; that form is read too, and written in the implicit form.

use core::fmt;

use rasn::types::{Any, Constraints, Identifier, Tag, TagTree};
use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use crate::der::split_value;
use crate::raw::{first_tag, retag};

macro_rules! exact_sequences {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// Takes the DER of the whole SEQUENCE, starting with `30`; not checked here.
            pub fn from_der(der: impl Into<Vec<u8>>) -> Self {
                Self(der.into())
            }

            /// The DER of the whole SEQUENCE, starting with `30`.
            pub fn as_der(&self) -> &[u8] {
                &self.0
            }

            /// Gives up the DER.
            pub fn into_der(self) -> Vec<u8> {
                self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<Vec<u8>> for $name {
            fn from(der: Vec<u8>) -> Self {
                Self(der)
            }
        }

        impl From<&[u8]> for $name {
            fn from(der: &[u8]) -> Self {
                Self(der.to_vec())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), hex::encode(&self.0))
            }
        }

        impl AsnType for $name {
            const TAG: Tag = Tag::SEQUENCE;
            const TAG_TREE: TagTree = TagTree::Leaf(Tag::SEQUENCE);
        }

        impl Encode for $name {
            fn encode_with_tag_and_constraints<'b, E: Encoder<'b>>(
                &self,
                encoder: &mut E,
                tag: Tag,
                _: &Constraints,
                identifier: Identifier,
            ) -> Result<(), E::Error> {
                let tlv = if tag == Self::TAG { self.0.clone() } else { retag(&self.0, tag) };
                encoder.encode_any(Tag::EOC, &Any::new(tlv), identifier).map(drop)
            }
        }

        impl Decode for $name {
            fn decode_with_tag_and_constraints<D: Decoder>(
                decoder: &mut D,
                tag: Tag,
                _: &Constraints,
            ) -> Result<Self, D::Error> {
                let codec = decoder.codec();
                let tlv = decoder.decode_any(Tag::EOC)?.into_bytes();
                as_sequence(tlv, tag)
                    .map(Self)
                    .map_err(|reason| <D::Error as rasn::de::Error>::custom(reason, codec))
            }
        }
    )*};
}

exact_sequences! {
    /// `Certificate` (RFC 5280 §4.1) as its exact DER.
    Certificate;
    /// `CertificateList` (RFC 5280 §5.1) as its exact DER.
    CertificateList;
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1) as its exact DER.
    SubjectPublicKeyInfo;
}

/// The SEQUENCE found under `tag`, starting with `30`.
fn as_sequence(tlv: Vec<u8>, tag: Tag) -> Result<Vec<u8>, String> {
    let seen = first_tag(&tlv);
    let constructed = tlv.first().is_some_and(|first| first & 0x20 != 0);
    if seen != Some(tag) || !constructed {
        return Err(format!("expected a constructed {tag}, saw {seen:?}"));
    }
    if tag == Tag::SEQUENCE {
        return Ok(tlv);
    }
    if let Some(nested) = sole_sequence(&tlv) {
        return Ok(nested.to_vec());
    }
    Ok(retag(&tlv, Tag::SEQUENCE))
}

/// The only child of a constructed value, when there is exactly one and it is a SEQUENCE.
fn sole_sequence(tlv: &[u8]) -> Option<&[u8]> {
    let (content, _) = split_value(tlv)?;
    let (_, rest) = split_value(content)?;
    (rest.is_empty() && content.first() == Some(&0x30)).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{decode, encode};

    #[derive(AsnType, Encode, Decode, Debug, PartialEq)]
    struct Holder {
        #[rasn(tag(context, 5))]
        certificate: Option<Certificate>,
        #[rasn(tag(context, 6))]
        key: Option<SubjectPublicKeyInfo>,
    }

    const DER: [u8; 11] = [0x30, 9, 0x30, 1, 1, 0x30, 0, 0x03, 2, 0, 7];

    #[test]
    fn implicit_form_is_put_back_under_30_and_written_again() {
        let wire = [0x30, 11, 0xA5, 9, 0x30, 1, 1, 0x30, 0, 0x03, 2, 0, 7];
        let holder: Holder = decode(&wire).unwrap();
        assert_eq!(holder.certificate, Some(Certificate::from_der(DER)));
        assert_eq!(encode(&holder).unwrap(), wire);
    }

    #[test]
    fn nested_form_is_read_and_written_implicit() {
        let mut wire = vec![0x30, 13, 0xA5, 11];
        wire.extend(DER);
        let holder: Holder = decode(&wire).unwrap();
        assert_eq!(holder.certificate, Some(Certificate::from_der(DER)));
        assert_eq!(encode(&holder).unwrap()[..4], [0x30, 11, 0xA5, 9]);
    }

    #[test]
    fn two_children_of_a_key_are_not_a_nested_form() {
        let wire = [0x30, 8, 0xA6, 6, 0x30, 0, 0x03, 2, 0, 7];
        let holder: Holder = decode(&wire).unwrap();
        assert_eq!(
            holder.key.unwrap().as_der(),
            [0x30, 6, 0x30, 0, 0x03, 2, 0, 7]
        );
    }

    #[test]
    fn primitive_and_foreign_tags_are_refused() {
        assert!(decode::<Certificate>(&[0x10, 0]).is_err());
        assert!(decode::<Certificate>(&[0x31, 0]).is_err());
        assert!(decode::<Holder>(&[0x30, 2, 0x85, 0]).is_err());
    }
}
