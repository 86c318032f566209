// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes of an interface as a named message, and back.
//!
//! A message is called by its type in lower camel case, without the prefix `SGP32-`; on ESipa that
//! is the identifier of the arm. Whatever came gets a name and a value: a message that cannot be
//! decoded is called `undecodable`, with the reason and the bytes, so that it stays on the tape and
//! in explanations.

use rsp::schema::{self, MESSAGES, Tree};
use rsp::tlv::Tag;
use serde_json::{Value, json};

use crate::case::Interface;

/// Who speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// From the client.
    Request,
    /// From the server.
    Response,
}

/// The name of a message that could not be read.
pub const UNDECODABLE: &str = "undecodable";
/// Octets of a message that is none that are kept as its value.
const MOST_SHOWN: usize = 4096;
/// The name of an answer without content: HTTP 204, or a bare 9000.
pub const EMPTY: &str = "empty";
/// The name of a part of a bound profile package after its beginning.
pub const SEGMENT: &str = "boundProfilePackageSegment";
/// The name of a bound profile package, which comes in segments on ES10b.
const PACKAGE: &str = "boundProfilePackage";

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its name in cases.
    pub name: String,
    /// Its content, with ASN.1 identifiers.
    pub value: Value,
    /// Its exact bytes.
    pub raw: Vec<u8>,
    /// The content as a tree over the bytes; names as in `value`.
    pub tree: Option<Tree>,
}

impl Message {
    /// Reads a message of `interface`.
    #[must_use]
    pub fn decode(interface: Interface, direction: Direction, raw: &[u8]) -> Self {
        if raw.is_empty() {
            return Self::plain(EMPTY, json!({}), raw);
        }
        let Some(type_name) = Tag::read(raw)
            .ok()
            .and_then(|tag| by_tag(interface, direction, tag))
        else {
            return match interface {
                Interface::Es10b => Self::plain(SEGMENT, octets(raw), raw),
                _ => Self::undecodable("no message has this tag", raw),
            };
        };
        let name = message_name(type_name);
        match schema::decode(type_name, raw) {
            Ok(tree) => Self {
                name,
                value: tree.to_value(),
                raw: raw.to_vec(),
                tree: Some(tree),
            },
            // a package that was given up in the middle is still one
            Err(_) if interface == Interface::Es10b && name == PACKAGE => {
                Self::plain(&name, octets(raw), raw)
            }
            Err(error) => Self::undecodable(&error.to_string(), raw),
        }
    }

    /// A message that is not read by the schema.
    #[must_use]
    pub fn plain(name: &str, value: Value, raw: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            value,
            raw: raw.to_vec(),
            tree: None,
        }
    }

    /// A message that is none.
    #[must_use]
    pub fn undecodable(reason: &str, raw: &[u8]) -> Self {
        let value = match raw.get(..MOST_SHOWN) {
            Some(start) if start.len() < raw.len() => json!({
                "reason": reason,
                "octets": hex::encode(start),
                "length": raw.len(),
            }),
            _ => json!({ "reason": reason, "octets": hex::encode(raw) }),
        };
        Self::plain(UNDECODABLE, value, raw)
    }

    /// Name and content as a map of one key, as a case writes it.
    #[must_use]
    pub fn as_value(&self) -> Value {
        json!({ self.name.as_str(): self.value })
    }
}

fn octets(raw: &[u8]) -> Value {
    json!({ "octets": hex::encode(raw) })
}

/// A message that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// No message of the interface is called so.
    #[error("no message {name:?} on {interface} in this direction")]
    Name {
        /// The name.
        name: String,
        /// The interface.
        interface: Interface,
    },
    /// The content does not fit the type.
    #[error("{name}: {reason}")]
    Content {
        /// The message.
        name: String,
        /// What the codec says.
        reason: String,
    },
}

/// Writes a message from its name and content.
///
/// # Errors
/// [`EncodeError`] when there is no such message or the content does not fit it.
pub fn encode(
    interface: Interface,
    direction: Direction,
    name: &str,
    value: &Value,
) -> Result<Vec<u8>, EncodeError> {
    if name == EMPTY {
        return Ok(Vec::new());
    }
    let type_name = type_of(interface, direction, name).ok_or_else(|| EncodeError::Name {
        name: name.to_owned(),
        interface,
    })?;
    schema::from_value(type_name, value).map_err(|error| EncodeError::Content {
        name: name.to_owned(),
        reason: error.to_string(),
    })
}

/// The type of the message called `name`.
#[must_use]
pub fn type_of(interface: Interface, direction: Direction, name: &str) -> Option<&'static str> {
    let mut named = rows(interface)
        .filter_map(|row| side(row, direction))
        .filter(|type_name| message_name(type_name) == name);
    // two functions reset the memory of a card: an IPA calls that of SGP.32
    let first = named.next()?;
    let mut wider = std::iter::once(first).chain(named);
    Some(wider.find(|it| it.starts_with("SGP32-")).unwrap_or(first))
}

/// The function whose request is called `name`.
#[must_use]
pub fn function_of(interface: Interface, name: &str) -> Option<&'static schema::Message> {
    rows(interface).find(|row| message_name(row.request) == name)
}

/// The types of the answers to the request called `name`.
#[must_use]
pub fn answers_to(interface: Interface, name: &str) -> Vec<&'static str> {
    rows(interface)
        .filter(|row| message_name(row.request) == name)
        .filter_map(|row| row.response)
        .collect()
}

/// Whether a case may name this message.
#[must_use]
pub fn is_known(interface: Interface, direction: Direction, name: &str) -> bool {
    match (direction, name) {
        (Direction::Response, EMPTY) => true,
        (Direction::Request, SEGMENT) => interface == Interface::Es10b,
        _ => type_of(interface, direction, name).is_some(),
    }
}

fn by_tag(interface: Interface, direction: Direction, tag: Tag) -> Option<&'static str> {
    rows(interface)
        .filter(|row| row.tag == tag)
        .find_map(|row| side(row, direction))
}

fn rows(interface: Interface) -> impl Iterator<Item = &'static schema::Message> {
    MESSAGES.iter().filter(move |row| match interface {
        Interface::Esipa => row.interface == "ESipa",
        Interface::Es9Plus => row.interface == "ES9+",
        Interface::Es10b => row.interface.starts_with("ES10"),
        // ES11 has messages of ES9+, and one answer of its own
        Interface::Es11 => matches!(row.interface, "ES9+" | "ES11"),
    })
}

const fn side(row: &'static schema::Message, direction: Direction) -> Option<&'static str> {
    match direction {
        Direction::Request => Some(row.request),
        Direction::Response => row.response,
    }
}

/// How a case calls messages of a type.
#[must_use]
pub fn message_name(type_name: &str) -> String {
    let bare = type_name.strip_prefix("SGP32-").unwrap_or(type_name);
    let upper = bare.chars().take_while(char::is_ascii_uppercase).count();
    // an acronym falls as a whole, up to the next word: EUICCInfo1 is euiccInfo1
    let lower = if upper > 1 { upper - 1 } else { upper };
    let (head, tail) = bare.split_at(lower);
    format!("{}{tail}", head.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule() {
        for (type_name, name) in [
            ("GetEuiccChallengeRequest", "getEuiccChallengeRequest"),
            ("SGP32-CancelSessionResponse", "cancelSessionResponse"),
            ("EUICCInfo1", "euiccInfo1"),
            ("SGP32-EUICCInfo2", "euiccInfo2"),
        ] {
            assert_eq!(message_name(type_name), name);
        }
    }

    #[test]
    fn a_message_is_read_and_written() {
        let eid = "89049032123451234512345678901235";
        let value = json!({ "eidValue": eid });
        let name = "getEimPackageRequest";
        let raw = encode(Interface::Esipa, Direction::Request, name, &value).unwrap();
        assert_eq!(hex::encode(&raw), format!("bf4f125a10{eid}"));
        let read = Message::decode(Interface::Esipa, Direction::Request, &raw);
        assert_eq!(read.as_value(), json!({ name: value }));
    }

    #[test]
    fn rubbish_keeps_its_bytes() {
        for raw in [&[0x01][..], &[0xBF, 0x4F, 0x05, 0x5A], &[0xFF; 3]] {
            let read = Message::decode(Interface::Esipa, Direction::Request, raw);
            assert_eq!(read.name, UNDECODABLE);
            assert_eq!(read.value["octets"], hex::encode(raw));
        }
    }

    #[test]
    fn nothing_is_an_empty_answer() {
        let read = Message::decode(Interface::Es10b, Direction::Response, &[]);
        assert_eq!(read.name, EMPTY);
    }
}
