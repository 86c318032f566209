// SPDX-License-Identifier: MIT OR Apache-2.0
//! The macro for INTEGER types with named numbers.

/// Defines a newtype over `i64` whose constants are the named numbers of the module, in its
/// order. Numbers without a name are kept.
macro_rules! integer_names {
    ($(
        $(#[$meta:meta])*
        $type:ident $(($tag:expr))? { $($(#[$doc:meta])* $constant:ident = $number:literal $name:literal,)* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub i64);

        impl $type {
            $($(#[$doc])* pub const $constant: Self = Self($number);)*

            /// The named numbers, in the module's order.
            pub const NAMED: &'static [(Self, &'static str)] = &[$((Self::$constant, $name)),*];

            /// The name the module gives this number.
            pub fn name(self) -> Option<&'static str> {
                Self::NAMED.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
            }
        }

        impl From<i64> for $type {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({})", self.name().unwrap_or("unnamed"), self.0)
            }
        }

        impl rasn::AsnType for $type {
            const TAG: rasn::types::Tag = integer_names!(@tag $($tag)?);
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
                encoder.encode_integer(tag, constraints, &self.0, identifier).map(drop)
            }
        }

        impl rasn::Decode for $type {
            fn decode_with_tag_and_constraints<D: rasn::Decoder>(
                decoder: &mut D,
                tag: rasn::types::Tag,
                constraints: &rasn::types::Constraints,
            ) -> Result<Self, D::Error> {
                decoder.decode_integer::<i64>(tag, constraints).map(Self)
            }
        }
    )*};
    (@tag) => { rasn::types::Tag::INTEGER };
    (@tag $tag:expr) => { $tag };
}

pub(crate) use integer_names;

#[cfg(test)]
mod tests {
    use crate::der::{decode, encode};
    use crate::sgp22::NotificationSentResponseDeleteNotificationStatus as Sample;

    #[test]
    fn unnamed_numbers_survive() {
        let value: Sample = decode(&[2, 2, 0x01, 0x00]).unwrap();
        assert_eq!((value, value.name()), (Sample(256), None));
        assert_eq!(encode(&value).unwrap(), [2, 2, 1, 0]);
        assert_eq!(
            format!("{:?} {value:?}", Sample::UNDEFINED_ERROR),
            "undefinedError(127) unnamed(256)"
        );
        assert_eq!(Sample::NAMED[0], (Sample::OK, "ok"));
    }

    #[test]
    fn redundant_octets_are_read_and_oversized_numbers_refused() {
        assert_eq!(decode::<Sample>(&[2, 4, 0, 0, 0, 7]), Ok(Sample(7)));
        assert_eq!(decode::<Sample>(&[2, 1, 0xFF]), Ok(Sample(-1)));
        assert!(decode::<Sample>(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(decode::<Sample>(&[2, 0]).is_err());
    }
}
