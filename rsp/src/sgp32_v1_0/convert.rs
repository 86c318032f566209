// SPDX-License-Identifier: MIT OR Apache-2.0
//! Between the types of SGP.32 v1.0 and those of [`crate::sgp32`], which programs think in.
//!
//! `From<sgp32_v1_0::X> for sgp32::X` always works. The way back is `TryFrom` where v1.0 lacks
//! something that changes what a message means, and `From` where nothing is lost but hints: members
//! that only describe (such as `indirectProfileDownload`) are left out, and a result code that v1.0
//! does not name becomes `undefinedError`.
//!
//! Traps:
//! - What is signed is not written anew: [`Raw`] holds the converted value beside the bytes as they
//!   came, and the way back reads those bytes. Who signs for a v1.0 peer encodes the v1.0 type.
//! - Most of a message has the same bytes in both versions, and what differs can look like the
//!   other: `eimIdType` of `EimIdInfo` is `84` here and `82` there.

mod answer;
mod data;
mod data_request;
mod es10b;
mod esipa;
mod esipa_package;
mod package;
mod result;

use std::convert::Infallible;

use rasn::Decode;

use crate::der::CodecError;
use crate::raw::Raw;

/// Why a value has no form in the other version.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConvertError {
    /// SGP.32 v1.0 has nothing that means the same.
    #[error("expected what SGP.32 v1.0 has, got {0}")]
    Missing(&'static str),
    /// SGP.32 v1.0 has it, and later versions have nothing that means the same.
    #[error("expected what later versions of SGP.32 have, got {0}")]
    Gone(&'static str),
    /// The signed bytes are not those of SGP.32 v1.0.
    #[error("expected signed data of SGP.32 v1.0, {0}")]
    Signed(#[from] CodecError),
}

impl From<Infallible> for ConvertError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Signed data as SGP.32 v1.0 has it: the bytes decide, not the value that was made of them.
fn signed_bytes<T: Decode, U>(raw: Raw<U>) -> Result<Raw<T>, ConvertError> {
    Ok(Raw::from_bytes(raw.into_bytes())?)
}

/// Both ways between two SEQUENCEs that differ in the names of their members: member of v1.0, member
/// of [`crate::sgp32`].
macro_rules! sequences {
    ($($name:ident => $current:ident { $($old:ident: $new:ident),* $(,)? })*) => {$(
        impl From<$crate::sgp32_v1_0::$name> for $crate::sgp32::$current {
            fn from(old: $crate::sgp32_v1_0::$name) -> Self {
                Self { $($new: old.$old,)* additions: old.additions }
            }
        }

        impl From<$crate::sgp32::$current> for $crate::sgp32_v1_0::$name {
            fn from(new: $crate::sgp32::$current) -> Self {
                Self { $($old: new.$new,)* additions: new.additions }
            }
        }
    )*};
}

/// Both ways between two CHOICEs with the same arms; those after the semicolon hold types that differ.
macro_rules! choices {
    ($($name:ident { $($arm:ident),* $(; $($other:ident),+)? $(,)? })*) => {$(
        impl From<$crate::sgp32_v1_0::$name> for $crate::sgp32::$name {
            fn from(old: $crate::sgp32_v1_0::$name) -> Self {
                match old {
                    $($crate::sgp32_v1_0::$name::$arm(value) => Self::$arm(value),)*
                    $($($crate::sgp32_v1_0::$name::$other(value) => Self::$other(value.into()),)+)?
                }
            }
        }

        impl From<$crate::sgp32::$name> for $crate::sgp32_v1_0::$name {
            fn from(new: $crate::sgp32::$name) -> Self {
                match new {
                    $($crate::sgp32::$name::$arm(value) => Self::$arm(value),)*
                    $($($crate::sgp32::$name::$other(value) => Self::$other(value.into()),)+)?
                }
            }
        }
    )*};
}

pub(crate) use choices;
pub(crate) use sequences;
