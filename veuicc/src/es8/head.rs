// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tag and length of a TLV whose content is still on its way.

/// Tag, header length and content length of a TLV whose content need not be there.
pub(super) struct Head {
    pub(super) tag: u16,
    pub(super) header: usize,
    pub(super) length: usize,
}

/// Reads tag and length; nothing when they are not all there, an error when they cannot be part
/// of a bound profile package.
pub(super) fn head(bytes: &[u8]) -> Result<Option<Head>, ()> {
    let (tag, tag_size) = match bytes {
        [first, second, ..] if first & 0x1F == 0x1F => (u16::from_be_bytes([*first, *second]), 2),
        [first] if first & 0x1F == 0x1F => return Ok(None),
        [first, ..] => (u16::from(*first), 1),
        [] => return Ok(None),
    };
    let Some((first, rest)) = bytes.get(tag_size..).and_then(<[u8]>::split_first) else {
        return Ok(None);
    };
    let (length, digits) = match first {
        0..=0x7F => (usize::from(*first), 0),
        0x81..=0x83 => {
            let digits = usize::from(first & 0x0F);
            let Some(number) = rest.get(..digits) else {
                return Ok(None);
            };
            (
                number
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
                digits,
            )
        }
        _ => return Err(()),
    };
    Ok(Some(Head {
        tag,
        header: tag_size + 1 + digits,
        length,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_soon_as_they_are_there() {
        let read = |bytes: &[u8]| head(bytes).map(|head| head.map(|h| (h.tag, h.header, h.length)));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[0xBF]), Ok(None));
        assert_eq!(read(&[0xBF, 0x36]), Ok(None));
        assert_eq!(read(&[0xBF, 0x36, 0x82, 0x4B]), Ok(None));
        assert_eq!(
            read(&[0xBF, 0x36, 0x82, 0x4B, 0x76]),
            Ok(Some((0xBF36, 5, 0x4B76)))
        );
        assert_eq!(read(&[0x86, 0x7F]), Ok(Some((0x86, 2, 0x7F))));
        assert_eq!(read(&[0x86, 0x80]), Err(()));
        assert_eq!(read(&[0x86, 0x84, 0, 0, 0, 1]), Err(()));
    }
}
