// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCTET STRING and the macro for its named, sized kinds.

/// Defines OCTET STRING newtypes: `/// doc` `Name: sizes`, or `Name: sizes, tag` with a tag of its own.
macro_rules! octet_strings {
    ($($(#[$meta:meta])* $name:ident : $sizes:expr $(, $tag:expr)? ;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Vec<u8>);

        impl $name {
            /// Whether the number of octets is one the module allows; decoding accepts any.
            pub fn has_valid_size(&self) -> bool {
                let sizes: core::ops::RangeInclusive<usize> = $sizes;
                sizes.contains(&self.0.len())
            }

            /// The octets.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The octets as an array, when there are exactly `N`.
            pub fn to_array<const N: usize>(&self) -> Option<[u8; N]> {
                <[u8; N]>::try_from(self.0.as_slice()).ok()
            }
        }

        impl core::ops::Deref for $name {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<Vec<u8>> for $name {
            fn from(octets: Vec<u8>) -> Self {
                Self(octets)
            }
        }

        impl From<&[u8]> for $name {
            fn from(octets: &[u8]) -> Self {
                Self(octets.to_vec())
            }
        }

        impl<const N: usize> From<[u8; N]> for $name {
            fn from(octets: [u8; N]) -> Self {
                Self(octets.to_vec())
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({})", stringify!($name), hex::encode(&self.0))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&hex::encode(&self.0))
            }
        }

        impl rasn::AsnType for $name {
            const TAG: rasn::types::Tag = octet_strings!(@tag $($tag)?);
            const TAG_TREE: rasn::types::TagTree = rasn::types::TagTree::Leaf(Self::TAG);
        }

        impl rasn::Encode for $name {
            fn encode_with_tag_and_constraints<'b, E: rasn::Encoder<'b>>(
                &self,
                encoder: &mut E,
                tag: rasn::types::Tag,
                _: &rasn::types::Constraints,
                identifier: rasn::types::Identifier,
            ) -> Result<(), E::Error> {
                let unlimited = rasn::types::Constraints::default();
                encoder.encode_octet_string(tag, &unlimited, &self.0, identifier).map(drop)
            }
        }

        impl rasn::Decode for $name {
            fn decode_with_tag_and_constraints<D: rasn::Decoder>(
                decoder: &mut D,
                tag: rasn::types::Tag,
                _: &rasn::types::Constraints,
            ) -> Result<Self, D::Error> {
                let unlimited = rasn::types::Constraints::default();
                decoder.decode_octet_string::<Vec<u8>>(tag, &unlimited).map(Self)
            }
        }
    )*};
    (@tag) => { rasn::types::Tag::OCTET_STRING };
    (@tag $tag:expr) => { $tag };
}

pub(crate) use octet_strings;

octet_strings! {
    /// OCTET STRING without a name of its own.
    OctetString: 0..=usize::MAX;
}
