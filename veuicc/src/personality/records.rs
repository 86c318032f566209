// SPDX-License-Identifier: MIT OR Apache-2.0
//! The values of keys that have parts.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::values::{CapabilityTag, EnableBy, EnableRefresh, QueueWhen, Unblock};
use crate::status_word::StatusWord;

/// See [`super::Keys::block_after_change`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The status word.
    pub status: StatusWord,
    /// What clears it; a reset always does, except that `cold` needs a cold one.
    pub unblock: Unblock,
}

/// See [`super::Keys::proactive_queue`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProactiveQueue {
    /// When they are said.
    pub when: QueueWhen,
    /// The commands, each a whole D0 TLV in hex.
    pub commands: Vec<HexBytes>,
    /// Whether ES10 is answered 6985 until all are done.
    pub block: bool,
}

impl Default for ProactiveQueue {
    fn default() -> Self {
        Self {
            when: QueueWhen::Change,
            commands: Vec::new(),
            block: false,
        }
    }
}

/// See [`super::Keys::termcap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TerminalCapability {
    /// ES10 is answered 6985 before it came.
    pub required: bool,
    /// What has to be in it to count; anything else is answered 6A80.
    pub tag: CapabilityTag,
    /// A second one in a session is answered 6985.
    pub reject_dup: bool,
}

impl Default for TerminalCapability {
    fn default() -> Self {
        Self {
            required: false,
            tag: CapabilityTag::Any,
            reject_dup: false,
        }
    }
}

/// See [`super::Keys::channels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogicalChannels {
    /// How many there are, the basic one included; the card's own number when absent.
    pub max: Option<u8>,
    /// The lowest number that the card gives.
    pub first: u8,
    /// Whether the terminal may choose a number.
    pub assign: bool,
    /// Whether the card may choose.
    pub dynamic: bool,
}

impl Default for LogicalChannels {
    fn default() -> Self {
        Self {
            max: None,
            first: 1,
            assign: true,
            dynamic: true,
        }
    }
}

/// See [`super::Keys::enable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnableQuirks {
    /// The identifier that works; the other one is answered undefinedError.
    pub by: EnableBy,
    /// The refreshFlag that works; the other one is answered undefinedError.
    pub refresh: EnableRefresh,
    /// The profile is enabled, and undefinedError answered.
    pub lie: bool,
    /// How many requests are answered catBusy first, in every session.
    pub busy: u8,
}

impl Default for EnableQuirks {
    fn default() -> Self {
        Self {
            by: EnableBy::Both,
            refresh: EnableRefresh::Both,
            lie: false,
            busy: 0,
        }
    }
}

/// See [`super::Keys::bpp_fail_at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BppFailure {
    /// `bppCommandId`, 0 to 5.
    pub command: u8,
    /// `errorReason`.
    pub reason: u8,
    /// How many segments of that command are accepted first.
    #[serde(default)]
    pub segment: u16,
}

/// Bytes as hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HexBytes(#[serde(with = "crate::state::hex_bytes")] pub Vec<u8>);

/// A version of three numbers, as `1.2.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub [u8; 3]);

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let [major, minor, revision] = self.0;
        to.serialize_str(&format!("{major}.{minor}.{revision}"))
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let numbers: Option<Vec<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
        numbers
            .and_then(|numbers| numbers.try_into().ok())
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("expected a version as 1.2.0, got \"{text}\"")))
    }
}
