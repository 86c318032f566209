// SPDX-License-Identifier: MIT OR Apache-2.0
//! `bytes:` of an exchange: what is done to the octets of a message when nothing of its content is
//! to change any more.

use rsp::tlv::{Tlv, write_length};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// Octets of one unit of `pad`.
const MEBIBYTE: usize = 1 << 20;
/// The most that `pad` makes of a message, in units.
const MOST_PADDING: usize = 16;

/// One thing that is done to the octets of a message.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ByteChange {
    /// So many octets are missing at its end.
    Truncate(usize),
    /// These octets follow it.
    Append(Hex),
    /// These octets stand for it.
    Replace(Hex),
    /// It comes twice, one right behind the other.
    Twice,
    /// Its outermost length has the indefinite form.
    Indefinite,
    /// Its outermost length takes four octets.
    Long,
    /// Its outermost tag.
    Tag(Hex),
    /// The tag of what stands first in it: of a message CHOICE the arm.
    Arm(Hex),
    /// Octets of zero follow it until it has so many MiB.
    Pad(usize),
}

/// Octets, written as hex in quotes.
#[derive(Clone, Debug, Eq, PartialEq, JsonSchema)]
pub struct Hex(#[schemars(with = "String")] Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let octets = hex::decode(&text);
        octets
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format!("expected octets in hex, got {text:?}")))
    }
}

impl ByteChange {
    /// What cannot be meant.
    #[must_use]
    pub fn mistake(&self) -> Option<&'static str> {
        match self {
            Self::Truncate(0) => Some("truncate: expected how many octets are missing, got 0"),
            Self::Pad(size) if !(1..=MOST_PADDING).contains(size) => {
                Some("pad: expected 1 to 16 MiB")
            }
            Self::Tag(Hex(octets)) | Self::Arm(Hex(octets)) if octets.is_empty() => {
                Some("a tag has one octet or more")
            }
            _ => None,
        }
    }

    /// The message with this change; nothing when it has no place for it.
    #[must_use]
    pub fn apply(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(match self {
            Self::Truncate(missing) => {
                let kept = message.len().checked_sub(*missing)?;
                message.get(..kept)?.to_vec()
            }
            Self::Append(Hex(octets)) => [message, octets].concat(),
            Self::Replace(Hex(octets)) => octets.clone(),
            Self::Twice => message.repeat(2),
            Self::Indefinite => {
                let (tag, value) = outer(message)?;
                [tag, &[0x80], value, &[0, 0]].concat()
            }
            Self::Long => {
                let (tag, value) = outer(message)?;
                let length = u32::try_from(value.len()).ok()?.to_be_bytes();
                [tag, &[0x84], &length, value].concat()
            }
            Self::Tag(Hex(tag)) => {
                let (_, value) = outer(message)?;
                written(tag, value)
            }
            Self::Arm(Hex(arm)) => {
                let (tag, value) = outer(message)?;
                let (first, rest) = Tlv::read(value).ok()?;
                written(tag, &[&written(arm, first.value), rest].concat())
            }
            Self::Pad(size) => {
                let mut padded = message.to_vec();
                padded.resize(padded.len().max(size * MEBIBYTE), 0);
                padded
            }
        })
    }
}

impl std::fmt::Display for ByteChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Truncate(missing) => write!(f, "the last {missing} octets are missing"),
            Self::Append(Hex(octets)) => write!(f, "{} follows it", hex::encode(octets)),
            Self::Replace(Hex(octets)) if octets.is_empty() => f.write_str("nothing stands for it"),
            Self::Replace(Hex(octets)) => write!(f, "{} stands for it", hex::encode(octets)),
            Self::Twice => f.write_str("it comes twice, one right behind the other"),
            Self::Indefinite => f.write_str("its outermost length has the indefinite form"),
            Self::Long => f.write_str("its outermost length takes four octets"),
            Self::Tag(Hex(tag)) => write!(f, "its tag is {}", hex::encode(tag)),
            Self::Arm(Hex(tag)) => write!(f, "the tag inside it is {}", hex::encode(tag)),
            Self::Pad(size) => write!(f, "zeros follow it, up to {size} MiB"),
        }
    }
}

/// The tag and the contents of a message.
fn outer(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let tlv = Tlv::only(message).ok()?;
    let mut tag = Vec::new();
    tlv.tag.write(&mut tag);
    Some((message.get(..tag.len())?, tlv.value))
}

fn written(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let mut raw = tag.to_vec();
    write_length(&mut raw, value.len());
    raw.extend_from_slice(value);
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(change: &str, message: &str) -> Option<String> {
        let change: ByteChange = serde_json::from_str(change).unwrap();
        let message = hex::decode(message).unwrap();
        change.apply(&message).map(hex::encode)
    }

    #[test]
    fn each_change_is_made() {
        let message = "bf4f03020101";
        for (change, sent) in [
            (r#"{"truncate":2}"#, "bf4f0302"),
            (r#"{"append":"00ff"}"#, "bf4f0302010100ff"),
            (r#"{"replace":""}"#, ""),
            (r#""twice""#, "bf4f03020101bf4f03020101"),
            (r#""indefinite""#, "bf4f800201010000"),
            (r#""long""#, "bf4f8400000003020101"),
            (r#"{"tag":"bf50"}"#, "bf5003020101"),
            (r#"{"arm":"bf7f"}"#, "bf4f04bf7f0101"),
        ] {
            assert_eq!(changed(change, message).as_deref(), Some(sent), "{change}");
        }
        let padded = changed(r#"{"pad":1}"#, message).unwrap();
        assert!(padded.starts_with(message) && padded.len() == 2 << 20);
    }

    #[test]
    fn what_has_no_place_is_not_made() {
        for change in [r#"{"truncate":7}"#, r#"{"arm":"bf7f"}"#, r#""long""#] {
            assert_eq!(changed(change, "bf4f"), None, "{change}");
        }
        assert!(serde_json::from_str::<ByteChange>(r#"{"append":"x"}"#).is_err());
    }
}
