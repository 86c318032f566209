// SPDX-License-Identifier: MIT OR Apache-2.0
//! Contents octets of the primitive types: what they say, and whether DER would say it so.

use std::fmt::Write as _;

use super::types::{Kind, Names};

/// What is wrong with contents octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// Legal BER that DER forbids; the value is clear.
    NotDer(String),
    /// Not a value of the type.
    Broken {
        /// What should be there.
        expected: &'static str,
        /// What is there.
        saw: String,
    },
}

fn broken(expected: &'static str, saw: impl Into<String>) -> Option<Finding> {
    Some(Finding::Broken {
        expected,
        saw: saw.into(),
    })
}

fn not_der(text: impl Into<String>) -> Option<Finding> {
    Some(Finding::NotDer(text.into()))
}

/// Checks the contents of a primitive type; nothing to say about the others.
pub(super) fn check(kind: Kind, contents: &[u8]) -> Option<Finding> {
    match kind {
        Kind::Boolean => match contents {
            [0x00 | 0xFF] => None,
            [other] => not_der(format!("TRUE as {other:02X}, DER has FF")),
            _ => broken("one octet", octets(contents)),
        },
        Kind::Integer(_) | Kind::Enumerated(_) => match contents {
            [] => broken("at least one octet", "none"),
            [0x00, next, ..] if next & 0x80 == 0 => not_der("INTEGER not in its shortest form"),
            [0xFF, next, ..] if next & 0x80 != 0 => not_der("INTEGER not in its shortest form"),
            _ => None,
        },
        Kind::Null => {
            if contents.is_empty() {
                None
            } else {
                broken("no contents", octets(contents))
            }
        }
        Kind::Text => match std::str::from_utf8(contents) {
            Ok(_) => None,
            Err(e) => broken(
                "UTF-8",
                format!("{:?} at {}", octets(contents), e.valid_up_to()),
            ),
        },
        Kind::Oid => match oid_to_text(contents) {
            Some(_) => None,
            None => broken("an object identifier", octets(contents)),
        },
        Kind::BitString(names) => check_bits(contents, !names.is_empty()),
        _ => None,
    }
}

fn octets(contents: &[u8]) -> String {
    format!("{} octets {}", contents.len(), clipped(contents))
}

/// Hexadecimal, cut after 16 octets.
pub(super) fn clipped(bytes: &[u8]) -> String {
    match bytes.get(..16).filter(|_| bytes.len() > 16) {
        Some(head) => format!("{}…", hex::encode_upper(head)),
        None => hex::encode_upper(bytes),
    }
}

fn check_bits(contents: &[u8], named: bool) -> Option<Finding> {
    let Some((&unused, bits)) = contents.split_first() else {
        return broken("a count of unused bits", "no octets");
    };
    if unused == 8 && !bits.is_empty() {
        return not_der("8 unused bits where none are meant");
    }
    if unused > 7 || (unused > 0 && bits.is_empty()) {
        return broken(
            "0 to 7 unused bits",
            format!("{unused} of {} octets", bits.len()),
        );
    }
    let last = bits.last().copied().unwrap_or(0xFF);
    if unused > 0 && last & ((1 << unused) - 1) != 0 {
        return not_der("unused bits that are not zero");
    }
    if named && (u32::from(unused) != last.trailing_zeros() % 8 || last == 0) && !bits.is_empty() {
        return not_der("named bits with trailing zeros");
    }
    None
}

/// The value of an INTEGER that fits.
pub(super) fn integer(contents: &[u8]) -> Option<i64> {
    let (&first, _) = contents.split_first()?;
    let negative = first & 0x80 != 0;
    let fill = if negative { 0xFF } else { 0x00 };
    let excess = contents.len().saturating_sub(8);
    let (head, tail) = contents.split_at_checked(excess)?;
    if head.iter().any(|&octet| octet != fill) {
        return None;
    }
    let start = if negative { -1 } else { 0 };
    let value = tail
        .iter()
        .fold(start, |n: i64, &octet| n << 8 | i64::from(octet));
    (excess == 0 || (value < 0) == negative).then_some(value)
}

/// The shortest two's complement of an integer.
pub(super) fn integer_octets(value: i64) -> Vec<u8> {
    let octets = value.to_be_bytes();
    let fill = if value < 0 { 0xFF } else { 0x00 };
    let redundant = octets
        .windows(2)
        .take_while(|pair| matches!(pair, [a, b] if *a == fill && (b ^ fill) & 0x80 == 0))
        .count();
    octets.into_iter().skip(redundant).collect()
}

/// The name of a number or bit.
pub(super) fn name_of(names: Names, value: i64) -> Option<&'static str> {
    names
        .iter()
        .find(|(_, number)| *number == value)
        .map(|(name, _)| *name)
}

/// The positions of the bits that are set, and how many bits there are.
pub(super) fn bits(contents: &[u8]) -> (Vec<i64>, usize) {
    let Some((&unused, octets)) = contents.split_first() else {
        return (Vec::new(), 0);
    };
    let count = (octets.len() * 8).saturating_sub(usize::from(unused & 7));
    let set = octets
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1))
        .take(count)
        .zip(0_i64..)
        .filter_map(|(set, position)| set.then_some(position))
        .collect();
    (set, count)
}

/// The contents of a BIT STRING with named bits: trailing zeros left out, as DER demands.
pub(super) fn bits_octets(set: &[usize]) -> Vec<u8> {
    let Some(&highest) = set.iter().max() else {
        return vec![0];
    };
    let mut octets = vec![0_u8; highest / 8 + 2];
    for bit in set {
        if let Some(octet) = octets.get_mut(bit / 8 + 1) {
            *octet |= 0x80 >> (bit % 8);
        }
    }
    if let Some(unused) = octets.first_mut() {
        *unused = u8::try_from(7 - highest % 8).unwrap_or(0);
    }
    octets
}

/// The dotted form of an object identifier.
pub(super) fn oid_to_text(contents: &[u8]) -> Option<String> {
    let mut arcs = Vec::new();
    let mut arc = 0_u64;
    let mut open = false;
    for octet in contents {
        arc = arc.checked_mul(128)?.checked_add(u64::from(octet & 0x7F))?;
        open = octet & 0x80 != 0;
        if !open {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    let (&first, rest) = arcs.split_first().filter(|_| !open)?;
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for arc in rest {
        let _ = write!(text, ".{arc}");
    }
    Some(text)
}

/// The contents octets of a dotted object identifier.
pub(super) fn oid_from_text(text: &str) -> Option<Vec<u8>> {
    let arcs = text
        .split('.')
        .map(|arc| arc.parse().ok())
        .collect::<Option<Vec<u64>>>()?;
    let (&root, rest) = arcs.split_first()?;
    let (&second, rest) = rest.split_first()?;
    if root > 2 || (root < 2 && second > 39) {
        return None;
    }
    let mut octets = Vec::new();
    let first = second.checked_add(root * 40)?;
    for arc in std::iter::once(&first).chain(rest) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let low = u8::try_from(arc >> (7 * group) & 0x7F).unwrap_or(0);
            octets.push(if group > 0 { low | 0x80 } else { low });
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_signed_and_shortest() {
        for (value, octets) in [
            (0, "00"),
            (127, "7f"),
            (128, "0080"),
            (200, "00c8"),
            (-1, "ff"),
            (-128, "80"),
            (-129, "ff7f"),
            (0x7F_FFFF, "7fffff"),
            (i64::MIN, "8000000000000000"),
            (i64::MAX, "7fffffffffffffff"),
        ] {
            assert_eq!(hex::encode(integer_octets(value)), octets);
            assert_eq!(integer(&hex::decode(octets).unwrap()), Some(value));
        }
        assert_eq!(
            integer(&hex::decode("0000000000000000007f").unwrap()),
            Some(127)
        );
        assert_eq!(integer(&hex::decode("008000000000000000").unwrap()), None);
        assert_eq!(integer(&[]), None);
        assert!(matches!(
            check(Kind::Integer(&[]), &[0, 5]),
            Some(Finding::NotDer(_))
        ));
        assert_eq!(check(Kind::Integer(&[]), &[0, 0x80]), None);
    }

    #[test]
    fn object_identifiers_with_arc_999_survive() {
        for (text, octets) in [
            ("2.999.10", "88370a"),
            ("1.2.840.10045.2.1", "2a8648ce3d0201"),
            ("2.23.146.1", "67811201"),
        ] {
            assert_eq!(
                oid_to_text(&hex::decode(octets).unwrap()).as_deref(),
                Some(text)
            );
            assert_eq!(
                oid_from_text(text).map(hex::encode).as_deref(),
                Some(octets)
            );
        }
        assert_eq!(oid_to_text(&[0x88]), None);
        assert_eq!(oid_to_text(&[0xFF; 12]), None);
        assert_eq!(oid_from_text("1.40"), None);
    }

    #[test]
    fn named_bits_are_cut_and_deviations_told() {
        let named = Kind::BitString(&[("a", 0)]);
        assert_eq!(hex::encode(bits_octets(&[5, 6])), "0106");
        assert_eq!(hex::encode(bits_octets(&[0])), "0780");
        assert_eq!(hex::encode(bits_octets(&[])), "00");
        assert_eq!(bits(&[1, 0x06]), (vec![5, 6], 7));
        assert_eq!(check(named, &[7, 0x80]), None);
        assert_eq!(check(named, &[0]), None);
        for octets in [
            &[0, 0x80][..],
            &[6, 0x80],
            &[7, 0x81],
            &[8, 0x80],
            &[7, 0x00],
        ] {
            assert!(
                matches!(check(named, octets), Some(Finding::NotDer(_))),
                "{octets:?}"
            );
        }
        for octets in [&[][..], &[3], &[9, 0x80]] {
            assert!(
                matches!(check(named, octets), Some(Finding::Broken { .. })),
                "{octets:?}"
            );
        }
    }
}
