// SPDX-License-Identifier: MIT OR Apache-2.0
//! Object identifiers of any arc, kept as their DER content.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::IdError;

/// An object identifier, for example the one of an SM-DP+ (2.999.10 in the test set).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Oid(Vec<u8>);

impl Oid {
    /// Takes the content of a DER object identifier, without tag and length.
    ///
    /// # Errors
    /// Empty, unfinished, not minimal, or an arc above 64 bits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, IdError> {
        let oid = Self(bytes.to_vec());
        match arcs(bytes) {
            Some(_) => Ok(oid),
            None => Err(IdError::Oid(hex::encode_upper(bytes))),
        }
    }

    /// The DER content, without tag and length.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The arcs, at least two.
    pub fn arcs(&self) -> Vec<u64> {
        arcs(&self.0).unwrap_or_default()
    }

    /// Whether `self` lies below `parent` or is `parent`.
    pub fn starts_with(&self, parent: &Self) -> bool {
        self.0.starts_with(&parent.0)
    }
}

fn arcs(bytes: &[u8]) -> Option<Vec<u64>> {
    let mut arcs = Vec::new();
    let mut number: Option<u64> = None;
    for byte in bytes {
        if number.is_none() && *byte == 0x80 {
            return None;
        }
        let value = number.unwrap_or_default().checked_mul(0x80)? | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            arcs.push(value);
            number = None;
        } else {
            number = Some(value);
        }
    }
    let (first, rest) = arcs.split_first()?;
    if number.is_some() {
        return None;
    }
    let root = (first / 40).min(2);
    Some([&[root, first - 40 * root], rest].concat())
}

fn push(bytes: &mut Vec<u8>, arc: u64) {
    let groups = (0..10)
        .rev()
        .map(|group| u8::try_from(arc >> (7 * group) & 0x7F));
    let mut started = false;
    for (position, group) in groups.enumerate() {
        let group = group.unwrap_or_default();
        started |= group != 0 || position == 9;
        if started {
            bytes.push(if position == 9 { group } else { group | 0x80 });
        }
    }
}

impl FromStr for Oid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let refused = || IdError::Oid(text.to_owned());
        let arc = |part: &str| {
            let plain = part.bytes().all(|byte| byte.is_ascii_digit());
            let minimal = part == "0" || !part.starts_with('0');
            part.parse::<u64>()
                .ok()
                .filter(|_| plain && minimal)
                .ok_or_else(refused)
        };
        let arcs = text.split('.').map(arc).collect::<Result<Vec<_>, _>>()?;
        let [root @ 0..=2, second, rest @ ..] = arcs.as_slice() else {
            return Err(refused());
        };
        if *root < 2 && *second > 39 {
            return Err(refused());
        }
        let mut bytes = Vec::new();
        push(
            &mut bytes,
            second.checked_add(40 * root).ok_or_else(refused)?,
        );
        for arc in rest {
            push(&mut bytes, *arc);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arcs: Vec<String> = self.arcs().iter().map(u64::to_string).collect();
        f.write_str(&arcs.join("."))
    }
}
