// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and responses that stay bytes: whole TLVs of any content.
//!
//! A request is kept as bytes where the function itself must answer what cannot be decoded, and
//! where a signature covers it. A response is written from bytes where it repeats what was signed.

/// Defines a type that is one whole TLV as its bytes, for the codec.
macro_rules! verbatim {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) Vec<u8>);

        impl rasn::AsnType for $name {
            const TAG: rasn::types::Tag = rasn::types::Tag::EOC;
            const TAG_TREE: rasn::types::TagTree = rasn::types::TagTree::Leaf(Self::TAG);
        }

        impl rasn::Decode for $name {
            fn decode_with_tag_and_constraints<D: rasn::Decoder>(
                decoder: &mut D,
                _: rasn::types::Tag,
                _: &rasn::types::Constraints,
            ) -> Result<Self, D::Error> {
                Ok(Self(decoder.decode_any(rasn::types::Tag::EOC)?.into_bytes()))
            }
        }

        impl rasn::Encode for $name {
            fn encode_with_tag_and_constraints<'b, E: rasn::Encoder<'b>>(
                &self,
                encoder: &mut E,
                _: rasn::types::Tag,
                _: &rasn::types::Constraints,
                identifier: rasn::types::Identifier,
            ) -> Result<(), E::Error> {
                let any = rasn::types::Any::new(self.0.clone());
                encoder.encode_any(rasn::types::Tag::EOC, &any, identifier).map(drop)
            }
        }
    )*};
}

verbatim! {
    /// LoadEuiccPackage (SGP.32 §5.9.1): its signature covers bytes, and its commands are decoded
    /// one by one.
    LoadEuiccPackage;
    /// GetProfilesInfo (SGP.22 §5.7.15, SGP.32 §5.9.14): a filter that cannot be decoded has an
    /// error code of its own.
    GetProfilesInfo;
    /// A response made of bytes that were encoded, and mostly signed, earlier.
    Encoded;
}
