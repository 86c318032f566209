// SPDX-License-Identifier: MIT OR Apache-2.0
//! One member of a body and the data object that it stands for (SGP.32 §6.4.1).
//!
//! Nothing here looks inside a data object: what was signed goes from one form into the other as
//! the bytes it was.

use serde_json::{Map, Value};

use crate::json::JsonError;
use crate::json::member::{base64, to_base64, to_hex};
use crate::tlv::{Tag, Tlv, TlvError, tlv, walk};

/// How a data object stands in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Base64 of the data object.
    Object,
    /// Base64 of its value, which has so many octets when a number is given.
    Value(Option<usize>),
    /// Base64 of the data object; read without tag and length as well. A value of the size given
    /// is never taken for a data object.
    Either(Option<usize>),
    /// Base64 of the same content under another tag.
    Retagged(Tag),
    /// Hexadecimal text of 1 to 16 octets.
    Hex,
    /// Text.
    Text,
    /// 32 decimal digits.
    Eid,
    /// `true` for a NULL that is there.
    Flag,
    /// A number.
    Integer,
    /// An object.
    Members(&'static [Member]),
}

/// A member of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    /// Another name that peers give it.
    pub(super) also: Option<&'static str>,
    pub(super) tag: Tag,
    pub(super) form: Form,
    pub(super) mandatory: bool,
}

impl Member {
    pub(super) const fn new(name: &'static str, tag: u32, form: Form) -> Self {
        Self {
            name,
            also: None,
            tag: Tag::new(tag),
            form,
            mandatory: true,
        }
    }

    pub(super) const fn optional(mut self) -> Self {
        self.mandatory = false;
        self
    }

    pub(super) const fn also(mut self, name: &'static str) -> Self {
        self.also = Some(name);
        self
    }

    /// The name under which a body has it. `null` counts as absent, and so does a flag that is
    /// false.
    pub(super) fn key(&self, body: &Map<String, Value>) -> Option<&'static str> {
        let there = |name: &&'static str| match body.get(*name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(false)) => !matches!(self.form, Form::Flag),
            Some(_) => true,
        };
        [Some(self.name), self.also]
            .into_iter()
            .flatten()
            .find(there)
    }

    /// The data object for the member that a body has under `key`.
    pub(super) fn read(
        &self,
        body: &Map<String, Value>,
        key: &'static str,
    ) -> Result<Vec<u8>, JsonError> {
        let value = body.get(key).ok_or(JsonError::Missing { member: key })?;
        Ok(match self.form {
            Form::Object => self.object(key, base64(body, key)?)?,
            Form::Value(size) => tlv(self.tag, &sized(key, base64(body, key)?, size)?),
            Form::Either(size) => self.either(key, base64(body, key)?, size)?,
            Form::Retagged(other) => self.retagged(key, &base64(body, key)?, other)?,
            Form::Hex => tlv(self.tag, &identifier(key, text(key, value)?)?),
            Form::Text => tlv(self.tag, text(key, value)?.as_bytes()),
            Form::Eid => tlv(self.tag, &eid(key, text(key, value)?)?),
            Form::Flag => match value {
                Value::Bool(true) => tlv(self.tag, &[]),
                _ => return Err(JsonError::invalid(key, "expected true".to_owned())),
            },
            Form::Integer => tlv(self.tag, &integer(key, value)?),
            Form::Members(members) => match value {
                Value::Object(inner) => tlv(self.tag, &read_all(members, inner)?),
                _ => return Err(JsonError::invalid(key, "expected an object".to_owned())),
            },
        })
    }

    /// The member for a data object.
    pub(super) fn write(&self, object: &Tlv<'_>) -> Result<Value, JsonError> {
        Ok(match self.form {
            Form::Object | Form::Either(_) => to_base64(object.raw),
            Form::Value(_) => to_base64(object.value),
            Form::Retagged(other) => to_base64(&tlv(other, object.value)),
            Form::Hex => to_hex(object.value),
            Form::Text => std::str::from_utf8(object.value)
                .map(Value::from)
                .map_err(|error| JsonError::invalid(self.name, error.to_string()))?,
            Form::Eid => Value::from(hex::encode_upper(object.value)),
            Form::Flag => Value::from(true),
            Form::Integer => Value::from(number(self.name, object.value)?),
            Form::Members(members) => {
                let mut inner = Map::new();
                write_all(members, object.value, &mut inner)?;
                Value::Object(inner)
            }
        })
    }

    fn object(&self, key: &'static str, bytes: Vec<u8>) -> Result<Vec<u8>, JsonError> {
        let seen = match Tlv::only(&bytes) {
            Ok(object) if object.tag == self.tag => return Ok(bytes),
            Ok(object) => object.tag.to_string(),
            Err(error) => error.to_string(),
        };
        let problem = format!("expected a data object {}, saw {seen}", self.tag);
        Err(JsonError::invalid(key, problem))
    }

    fn either(
        &self,
        key: &'static str,
        bytes: Vec<u8>,
        size: Option<usize>,
    ) -> Result<Vec<u8>, JsonError> {
        let is_bare = size == Some(bytes.len());
        match Tlv::only(&bytes) {
            Ok(object) if !is_bare && object.tag == self.tag => return Ok(bytes),
            _ => {}
        }
        let object = tlv(self.tag, &bytes);
        match size {
            // it would be read as a bare value again
            Some(size) if size == object.len() => {
                let seen = format!("expected {size} octets, got {}", bytes.len());
                Err(JsonError::invalid(key, seen))
            }
            _ => Ok(object),
        }
    }

    fn retagged(&self, key: &'static str, bytes: &[u8], other: Tag) -> Result<Vec<u8>, JsonError> {
        match Tlv::only(bytes) {
            Ok(object) if object.tag == other || object.tag == self.tag => {
                Ok(tlv(self.tag, object.value))
            }
            Ok(object) => {
                let problem = format!("expected a data object {other}, saw {}", object.tag);
                Err(JsonError::invalid(key, problem))
            }
            Err(error) => Err(JsonError::invalid(key, error.to_string())),
        }
    }
}

/// Reads the members of a body in the order of the ASN.1 module.
pub(super) fn read_all(
    members: &[Member],
    body: &Map<String, Value>,
) -> Result<Vec<u8>, JsonError> {
    let mut content = Vec::new();
    for member in members {
        match member.key(body) {
            Some(key) => content.extend(member.read(body, key)?),
            None if member.mandatory => {
                return Err(JsonError::Missing {
                    member: member.name,
                });
            }
            None => {}
        }
    }
    Ok(content)
}

/// Writes the data objects that have a member; two of the same tag go to the members in order.
/// Others have no place in this binding.
pub(super) fn write_all(
    members: &[Member],
    content: &[u8],
    body: &mut Map<String, Value>,
) -> Result<(), JsonError> {
    let mut left: Vec<&Member> = members.iter().collect();
    for object in walk(content) {
        let object = object.map_err(|error| no_message(&error))?;
        if let Some(at) = left.iter().position(|member| member.tag == object.tag) {
            let member = left.remove(at);
            body.insert(member.name.to_owned(), member.write(&object)?);
        }
    }
    Ok(())
}

/// Reads exactly one of the members; nothing when the body has none.
pub(super) fn read_one(
    members: &[Member],
    body: &Map<String, Value>,
) -> Result<Option<Vec<u8>>, JsonError> {
    let mut found = members
        .iter()
        .filter_map(|member| Some((member, member.key(body)?)));
    let Some((member, key)) = found.next() else {
        return Ok(None);
    };
    if let Some((_, second)) = found.next() {
        let problem = format!("expected one of them, it stands beside {key}");
        return Err(JsonError::invalid(second, problem));
    }
    member.read(body, key).map(Some)
}

/// Bytes of ours that are no message of ESipa.
pub(super) fn no_message(seen: &dyn std::fmt::Display) -> JsonError {
    JsonError::Encode(crate::der::CodecError::Decode {
        expected: "a message of ESipa",
        reason: format!("saw {seen}"),
    })
}

impl From<TlvError> for JsonError {
    fn from(error: TlvError) -> Self {
        no_message(&error)
    }
}

fn text<'a>(key: &'static str, value: &'a Value) -> Result<&'a str, JsonError> {
    value
        .as_str()
        .ok_or_else(|| JsonError::invalid(key, "expected a string".to_owned()))
}

fn sized(key: &'static str, bytes: Vec<u8>, size: Option<usize>) -> Result<Vec<u8>, JsonError> {
    match size {
        Some(size) if size != bytes.len() => {
            let seen = format!("expected {size} octets, got {}", bytes.len());
            Err(JsonError::invalid(key, seen))
        }
        _ => Ok(bytes),
    }
}

/// A transaction identifier, in either case (SGP.32 §6.4.1.1).
fn identifier(key: &'static str, text: &str) -> Result<Vec<u8>, JsonError> {
    let bytes = hex::decode(text)
        .map_err(|error| JsonError::invalid(key, format!("{error} in {text:?}")))?;
    if bytes.is_empty() || bytes.len() > 16 {
        let seen = format!("expected 1 to 16 octets, got {}", bytes.len());
        return Err(JsonError::invalid(key, seen));
    }
    Ok(bytes)
}

/// An EID as it is printed (SGP.32 §6.4.1.5).
fn eid(key: &'static str, text: &str) -> Result<Vec<u8>, JsonError> {
    let decimal = text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_digit());
    decimal
        .then(|| hex::decode(text).ok())
        .flatten()
        .ok_or_else(|| JsonError::invalid(key, format!("expected 32 digits, got {text:?}")))
}

/// The data object of an EID that has a text (SGP.32 §6.4.1.5).
pub(super) fn checked_eid(key: &'static str, object: &Tlv<'_>) -> Result<Vec<u8>, JsonError> {
    Ok(tlv(object.tag, &eid(key, &hex::encode(object.value))?))
}

fn integer(key: &'static str, value: &Value) -> Result<Vec<u8>, JsonError> {
    let number = value
        .as_i64()
        .ok_or_else(|| JsonError::invalid(key, "expected an integer".to_owned()))?;
    Ok(integer_content(number))
}

/// The contents of an INTEGER.
pub(super) fn integer_content(number: i64) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let sign = if number < 0 { 0xFF } else { 0x00 };
    let redundant = octets
        .windows(2)
        .take_while(
            |pair| matches!(pair, [first, second] if *first == sign && (second ^ sign) < 0x80),
        )
        .count();
    octets.into_iter().skip(redundant).collect()
}

/// The number in the contents of an INTEGER.
pub(super) fn number(name: &'static str, content: &[u8]) -> Result<i64, JsonError> {
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    if content.is_empty() || content.len() > 8 {
        let seen = format!("expected an INTEGER, saw {} octets", content.len());
        return Err(JsonError::invalid(name, seen));
    }
    let start = if negative { -1 } else { 0 };
    Ok(content
        .iter()
        .fold(start, |number, octet| number << 8 | i64::from(*octet)))
}
