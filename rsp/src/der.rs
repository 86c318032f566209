// SPDX-License-Identifier: MIT OR Apache-2.0
//! DER out, tolerant BER in, for the typed messages.
//!
//! Traps:
//! - Encoding is always DER; decoding accepts any BER (long-form and indefinite lengths, TRUE as
//!   any non-zero octet, redundant INTEGER octets) and looks at the constructed bit only of
//!   SEQUENCEs. A strict reader of encodings is the schema codec, not this one.
//! - Signed content must not go through `decode` and `encode`: see [`crate::raw::Raw`].
//! - Nesting is limited before any type sees the input, so that hostile input cannot exhaust the
//!   stack.

use rasn::ber::de::{Decoder, DecoderOptions};
use rasn::{Decode, Encode};

/// Deepest nesting of constructed values accepted in one message. The deepest message of the
/// modules stays below 24.
pub const MAX_DEPTH: usize = 48;

/// Why bytes could not be decoded, or a value not be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes are not an encoding of the type.
    #[error("expected {expected}, {reason}")]
    Decode {
        /// Name of the expected type.
        expected: &'static str,
        /// What the decoder saw.
        reason: String,
    },
    /// A complete value was followed by more bytes.
    #[error("expected the end after {expected}, saw {extra} more bytes")]
    Trailing {
        /// Name of the decoded type.
        expected: &'static str,
        /// Number of bytes left over.
        extra: usize,
    },
    /// Constructed values are nested deeper than [`MAX_DEPTH`].
    #[error("expected at most {MAX_DEPTH} levels of nesting, saw more")]
    TooDeep,
    /// The value has no encoding.
    #[error("expected an encodable {expected}, {reason}")]
    Encode {
        /// Name of the type.
        expected: &'static str,
        /// What the encoder refused.
        reason: String,
    },
}

/// Encodes a value in DER.
///
/// # Errors
/// When a member has no encoding, such as an OBJECT IDENTIFIER without content.
pub fn encode<T: Encode>(value: &T) -> Result<Vec<u8>, CodecError> {
    rasn::der::encode(value).map_err(|error| CodecError::Encode {
        expected: type_name::<T>(),
        reason: error.to_string(),
    })
}

/// Decodes one value from BER or DER; bytes after it are an error.
///
/// # Errors
/// When the bytes are not one whole encoding of `T`.
pub fn decode<T: Decode>(input: &[u8]) -> Result<T, CodecError> {
    let (value, rest) = decode_first(input)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(CodecError::Trailing {
            expected: type_name::<T>(),
            extra: rest.len(),
        })
    }
}

/// Decodes the first value of `input` and returns the bytes after it: for sequences of values
/// without a wrapper, such as the elements of a profile package.
///
/// # Errors
/// When the bytes do not start with an encoding of `T`.
pub fn decode_first<T: Decode>(input: &[u8]) -> Result<(T, &[u8]), CodecError> {
    if exceeds_depth(input) {
        return Err(CodecError::TooDeep);
    }
    let mut decoder = Decoder::new(input, DecoderOptions::ber());
    let value = T::decode(&mut decoder).map_err(|error| CodecError::Decode {
        expected: type_name::<T>(),
        reason: error.to_string(),
    })?;
    Ok((value, decoder.remaining()))
}

/// The last path segment of the type's name.
fn type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    if name.contains('<') {
        return name;
    }
    name.rsplit("::").next().unwrap_or(name)
}

/// Whether constructed values are nested deeper than [`MAX_DEPTH`]. Walks without recursion and
/// stops at the first malformed header: the decoder reports that one.
fn exceeds_depth(input: &[u8]) -> bool {
    let mut rest = input;
    // bytes left in each open constructed value, `None` for the indefinite form
    let mut open: Vec<Option<usize>> = Vec::new();
    loop {
        while matches!(open.last(), Some(Some(0))) {
            open.pop();
        }
        let Some(header) = Header::read(rest) else {
            return false;
        };
        let skipped = if header.constructed {
            header.size
        } else {
            header.size + header.length.unwrap_or(0)
        };
        let Some(after) = rest.get(skipped..) else {
            return false;
        };
        rest = after;
        if header.end_of_contents && matches!(open.last(), Some(None)) {
            open.pop();
        }
        for left in open.iter_mut().flatten() {
            *left = left.saturating_sub(skipped);
        }
        if header.constructed {
            open.push(header.length);
            if open.len() > MAX_DEPTH {
                return true;
            }
        }
    }
}

/// The first value of `input`: its content octets and the bytes after it. `None` when there is
/// no whole value of definite length.
pub(crate) fn split_value(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = Header::read(input)?;
    input.get(header.size..)?.split_at_checked(header.length?)
}

/// Identifier and length octets of one value.
struct Header {
    /// Number of identifier and length octets.
    size: usize,
    /// Whether the content is a list of values.
    constructed: bool,
    /// Octets of content; `None` for the indefinite form.
    length: Option<usize>,
    /// Whether these are end-of-contents octets.
    end_of_contents: bool,
}

impl Header {
    fn read(input: &[u8]) -> Option<Self> {
        let (&first, mut rest) = input.split_first()?;
        if first & 0x1F == 0x1F {
            loop {
                let (&octet, tail) = rest.split_first()?;
                rest = tail;
                if octet & 0x80 == 0 {
                    break;
                }
            }
        }
        let (&initial, mut tail) = rest.split_first()?;
        let length = match initial {
            0..=0x7F => Some(usize::from(initial)),
            0x80 => None,
            _ => {
                let octets = usize::from(initial & 0x7F);
                let mut length = 0_usize;
                for &octet in tail.get(..octets)? {
                    length = length.checked_mul(256)?.checked_add(usize::from(octet))?;
                }
                tail = tail.get(octets..)?;
                Some(length)
            }
        };
        let size = input.len() - tail.len();
        if size.checked_add(length.unwrap_or(0))? > input.len() {
            return None;
        }
        Some(Self {
            size,
            constructed: first & 0x20 != 0,
            length,
            end_of_contents: first == 0 && initial == 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_bytes_are_refused() {
        assert_eq!(decode::<i64>(&[2, 1, 5]), Ok(5));
        let error = decode::<i64>(&[2, 1, 5, 0]).unwrap_err();
        assert_eq!(
            error,
            CodecError::Trailing {
                expected: "i64",
                extra: 1
            }
        );
        assert_eq!(decode_first::<i64>(&[2, 1, 5, 0]), Ok((5, &[0][..])));
    }

    #[test]
    fn depth_counts_definite_and_indefinite_values() {
        let nest = |levels: usize, header: &[u8]| header.repeat(levels);
        assert!(exceeds_depth(&nest(10_000, &[0xA0, 0x80])));
        assert!(!exceeds_depth(&nest(MAX_DEPTH, &[0xA0, 0x80])));
        // definite lengths, innermost first
        let mut value = Vec::new();
        for _ in 0..=MAX_DEPTH {
            let mut outer = vec![0xA0];
            outer.push(0x82);
            outer.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            outer.extend(value);
            value = outer;
        }
        assert!(exceeds_depth(&value));
        assert!(!exceeds_depth(&value[4..]));
    }

    #[test]
    fn siblings_do_not_add_depth() {
        let siblings = [0x30, 0x00].repeat(1000);
        assert!(!exceeds_depth(&siblings));
    }

    #[test]
    fn wide_indefinite_values_close() {
        let closed = [0x30, 0x80, 0, 0].repeat(1000);
        assert!(!exceeds_depth(&closed));
    }
}
