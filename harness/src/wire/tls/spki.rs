// SPDX-License-Identifier: MIT OR Apache-2.0
//! The public key of a certificate.

/// The `SubjectPublicKeyInfo` of a certificate, found by walking its DER: the walk needs no more
/// than the order of the fields (RFC 5280 §4.1), so it also works on certificates that a strict
/// parser refuses.
#[must_use]
pub fn spki_of(certificate: &[u8]) -> Option<&[u8]> {
    let (outer, _) = element(certificate)?;
    let (tbs, _) = element(outer.content)?;
    let mut rest = tbs.content;
    if rest.first() == Some(&0xA0) {
        rest = element(rest)?.1;
    }
    // serialNumber, signature, issuer, validity, subject
    for _ in 0..5 {
        rest = element(rest)?.1;
    }
    Some(element(rest)?.0.whole)
}

struct Element<'a> {
    whole: &'a [u8],
    content: &'a [u8],
}

fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let first = *bytes.get(1)?;
    let (length, header) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let count = usize::from(first & 0x7F);
        let octets = bytes.get(2..2usize.checked_add(count)?)?;
        if count == 0 || count > 4 {
            return None;
        }
        let length = octets
            .iter()
            .fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (length, 2 + count)
    };
    let end = header.checked_add(length)?;
    let whole = bytes.get(..end)?;
    Some((
        Element {
            whole,
            content: whole.get(header..)?,
        },
        bytes.get(end..)?,
    ))
}
