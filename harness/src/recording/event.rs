// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happened on the wires of the implementation under test.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::said::Said;
use crate::case::Interface;

/// Octets, in hex.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Octets(pub Vec<u8>);

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let octets = hex::decode(&text);
        let octets = octets.map_err(|error| de::Error::custom(format!("hex: {error}")))?;
        // one value has one form, so that a tape that is written again has the same bytes
        if text.bytes().any(|letter| letter.is_ascii_uppercase()) {
            return Err(de::Error::custom("hex: expected lower case"));
        }
        Ok(Self(octets))
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The implementation under test.
    Iut,
    /// The harness.
    Harness,
}

/// How a card was reset.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset {
    /// It was without power.
    Cold,
    /// It kept its power.
    Warm,
}

impl From<veuicc::Reset> for Reset {
    fn from(reset: veuicc::Reset) -> Self {
        match reset {
            veuicc::Reset::Cold => Self::Cold,
            veuicc::Reset::Warm => Self::Warm,
        }
    }
}

impl From<Reset> for veuicc::Reset {
    fn from(reset: Reset) -> Self {
        match reset {
            Reset::Cold => Self::Cold,
            Reset::Warm => Self::Warm,
        }
    }
}

/// One event, as the implementation under test has it.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Event {
    /// A command to the card, and what it answered; nothing when it lost its power.
    Apdu {
        /// Command APDU.
        command: Octets,
        /// Response APDU.
        answer: Octets,
    },
    /// The implementation reset the card.
    Reset {
        /// Cold or warm.
        kind: Reset,
        /// Answer to reset.
        atr: Octets,
    },
    /// A connection is open.
    Open {
        /// Counts the connections of the case from 1.
        connection: u64,
        /// Who opened it.
        by: Actor,
        /// What is spoken on it.
        interface: Interface,
        /// The server.
        host: String,
        /// Whether it is hidden by TLS.
        tls: bool,
        /// What TLS has agreed on (`http/1.1`, `h2`).
        alpn: Option<String>,
    },
    /// The implementation opened a connection that came to nothing: TLS did not agree.
    Failed {
        /// What was to be spoken on it.
        interface: Interface,
        /// The server.
        host: String,
    },
    /// The implementation sent this.
    Sent {
        /// On which connection.
        connection: u64,
        /// What.
        said: Said,
    },
    /// The implementation got this.
    Got {
        /// On which connection.
        connection: u64,
        /// What.
        said: Said,
    },
    /// A connection was closed.
    Close {
        /// Which.
        connection: u64,
        /// Who began.
        by: Actor,
    },
    /// The case performs a step.
    Step {
        /// Its number.
        step: usize,
        /// What it does, in words.
        what: String,
    },
    /// A step was not met in its time.
    Late {
        /// Its number.
        step: usize,
    },
    /// A process of the implementation ended.
    Ended {
        /// How, in words.
        words: String,
        /// Who ended it.
        by: Actor,
        /// It said that it cannot do what the case needs.
        unsupported: bool,
        /// It said that it has failed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        failed: bool,
    },
    /// The device was told to do something on the spot.
    Told {
        /// What went wrong, in words.
        failed: Option<String>,
        /// Why it cannot do that.
        unsupported: Option<String>,
    },
    /// The eIM was given an order.
    Order {
        /// For which eUICC.
        eid: Octets,
        /// Its kind: `package`, `data`, `trigger`, `indirect`.
        kind: String,
        /// What is ordered: DER, or the activation code of an indirect download.
        work: String,
        /// What came of it.
        answer: OrderAnswer,
    },
    /// The eIM was asked how far an order has come.
    Status {
        /// The id of the order.
        id: String,
        /// What was hoped for.
        wanted: String,
        /// What came of it.
        answer: OrderAnswer,
    },
    /// What the implementation wrote to its standard output and error.
    Output {
        /// As text, as far as it is some.
        text: String,
    },
}

/// What an eIM said on its northbound interface.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum OrderAnswer {
    /// The id of the order, or its status.
    Said(String),
    /// It did not take it.
    Refused {
        /// Whose fault that is.
        fault: crate::verdict::Fault,
        /// Why.
        reason: String,
        /// Whether it said so itself.
        by: Actor,
    },
}

impl Event {
    /// The event in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Apdu { command, .. } => format!("command {}", short(&command.0)),
            Self::Reset { .. } => "reset of the card".to_owned(),
            Self::Open {
                host, interface, ..
            } => format!("connection to {host} ({interface})"),
            Self::Failed { host, .. } => format!("handshake with {host} that fails"),
            Self::Sent { said, .. } => format!("sent {}", said.words()),
            Self::Got { said, .. } => format!("got {}", said.words()),
            Self::Close { .. } => "end of a connection".to_owned(),
            Self::Step { what, .. } => format!("step: {what}"),
            Self::Late { .. } => "the time of a step".to_owned(),
            Self::Ended { .. } => "end of the program".to_owned(),
            Self::Told { .. } => "end of what the device was told".to_owned(),
            Self::Order { kind, .. } => format!("order ({kind})"),
            Self::Status { id, .. } => format!("status of order {id}"),
            Self::Output { .. } => "output".to_owned(),
        }
    }
}

/// The beginning of octets.
pub(super) fn short(octets: &[u8]) -> String {
    const SHOWN: usize = 16;
    match octets.get(..SHOWN) {
        Some(start) if octets.len() > SHOWN => {
            format!("{}… ({} bytes)", hex::encode(start), octets.len())
        }
        _ => hex::encode(octets),
    }
}
