// SPDX-License-Identifier: MIT OR Apache-2.0
//! Another encoding of the same value, for peers that are to notice when signed bytes were written
//! anew on their way.

use rsp::raw::Raw;
use rsp::tlv::Tlv;

/// The same value with one octet more in its outermost length; as it is when that cannot be.
pub(crate) fn longer<T: rasn::Decode + Clone>(signed: &Raw<T>) -> Raw<T> {
    let written = || {
        let outer = Tlv::only(signed.bytes()).ok()?;
        let mut bytes = Vec::with_capacity(signed.bytes().len() + 3);
        outer.tag.write(&mut bytes);
        let length = u32::try_from(outer.value.len()).ok()?.to_be_bytes();
        bytes.push(0x84);
        bytes.extend(length);
        bytes.extend_from_slice(outer.value);
        Raw::from_bytes(bytes).ok()
    };
    written().unwrap_or_else(|| signed.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_stays_and_the_bytes_change() {
        let signed = Raw::<i64>::new(5).unwrap();
        let other = longer(&signed);
        assert_eq!(other.value(), signed.value());
        assert_eq!(other.bytes(), [2, 0x84, 0, 0, 0, 1, 5]);
    }
}
