// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a JSON value to DER, led by the tables.

use serde_json::{Map, Value};

use super::primitive;
use super::types::{Kind, Member, Names, Need, Slot, Type};
use crate::tlv::{self, Tag, Tlv};

/// Why a value cannot be written as a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", self.place())]
pub struct EncodeError {
    /// Where in the value: `psmoList[0].enable`.
    pub path: String,
    /// What is wrong: what was expected and what was seen.
    pub message: String,
}

impl EncodeError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            message: message.into(),
        }
    }

    fn expected(what: &str, saw: &Value) -> Self {
        let saw = saw.to_string();
        let short: String = saw.chars().take(60).collect();
        let dots = if short.len() < saw.len() { "…" } else { "" };
        Self::new(format!("expected {what}, saw {short}{dots}"))
    }

    fn place(&self) -> String {
        if self.path.is_empty() {
            String::new()
        } else {
            format!("{}: ", self.path)
        }
    }

    fn within(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }
}

/// Appends the TLV of a slot.
pub(super) fn slot(out: &mut Vec<u8>, slot: Slot, value: &Value) -> Result<(), EncodeError> {
    if let Some(bytes) = raw(value)? {
        out.extend(bytes);
        return Ok(());
    }
    let Some(tag) = slot.tag else {
        return match slot.ty.kind() {
            Kind::Choice(arms) => choice(out, slot.ty, arms, value),
            _ => {
                let bytes = octets(value)?;
                Tlv::only(&bytes).map_err(|e| EncodeError::new(e.to_string()))?;
                out.extend(bytes);
                Ok(())
            }
        };
    };
    let mut body = Vec::new();
    contents(&mut body, slot.ty, value)?;
    tlv::write(out, tag, &body);
    Ok(())
}

/// The bytes of `{"raw": "…"}`.
fn raw(value: &Value) -> Result<Option<Vec<u8>>, EncodeError> {
    match value.as_object() {
        Some(map) if map.len() == 1 => match map.get("raw") {
            Some(text) => octets(text).map(Some).map_err(|e| e.within("raw")),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Appends the contents octets of a type.
pub(super) fn contents(
    out: &mut Vec<u8>,
    ty: &'static Type,
    value: &Value,
) -> Result<(), EncodeError> {
    match ty.kind() {
        Kind::Sequence(members) | Kind::Set(members) => sequence(out, ty, members, value),
        Kind::SequenceOf(tag, element) | Kind::SetOf(tag, element) => {
            sequence_of(out, Slot::element(tag, element), value)
        }
        Kind::Choice(arms) => choice(out, ty, arms, value),
        kind => {
            out.extend(primitive_contents(kind, value)?);
            Ok(())
        }
    }
}

fn primitive_contents(kind: Kind, value: &Value) -> Result<Vec<u8>, EncodeError> {
    match kind {
        Kind::Integer(names) | Kind::Enumerated(names) => integer(names, value),
        Kind::BitString(names) => bits(names, value),
        Kind::Text => match value.as_str() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(EncodeError::expected("a text", value)),
        },
        Kind::Oid => value
            .as_str()
            .and_then(primitive::oid_from_text)
            .ok_or_else(|| EncodeError::expected("an object identifier such as 2.999.10", value)),
        Kind::Boolean => match value.as_bool() {
            Some(flag) => Ok(vec![if flag { 0xFF } else { 0x00 }]),
            None => Err(EncodeError::expected("true or false", value)),
        },
        Kind::Null if value.is_null() || value.as_object().is_some_and(Map::is_empty) => {
            Ok(Vec::new())
        }
        Kind::Null => Err(EncodeError::expected("{} for NULL", value)),
        Kind::Opaque => {
            let bytes = octets(value)?;
            let whole = Tlv::only(&bytes)
                .ok()
                .filter(|tlv| tlv.tag == Tag::SEQUENCE);
            let whole =
                whole.ok_or_else(|| EncodeError::expected("a whole DER SEQUENCE", value))?;
            Ok(whole.value.to_vec())
        }
        _ => octets(value),
    }
}

fn octets(value: &Value) -> Result<Vec<u8>, EncodeError> {
    value
        .as_str()
        .and_then(|text| hex::decode(text).ok())
        .ok_or_else(|| EncodeError::expected("octets as quoted hexadecimal", value))
}

fn sequence(
    out: &mut Vec<u8>,
    ty: &Type,
    members: &'static [Member],
    value: &Value,
) -> Result<(), EncodeError> {
    let map = value
        .as_object()
        .ok_or_else(|| EncodeError::expected(&format!("a map for {}", ty.name()), value))?;
    for key in map.keys() {
        if key != "unknown" && !members.iter().any(|member| member.name() == key) {
            return Err(EncodeError::new(unknown_key("member", key, members)));
        }
    }
    for member in members {
        match (map.get(member.name()), member.need()) {
            (Some(value), need) => {
                place(out, member.slot(), need, value).map_err(|e| e.within(member.name()))?;
            }
            (None, Need::Must) => {
                let message = format!("missing member {} of {}", member.name(), ty.name());
                return Err(EncodeError::new(message));
            }
            (None, _) => {}
        }
    }
    match map.get("unknown") {
        Some(value) => unknown(out, value).map_err(|e| e.within("unknown")),
        None => Ok(()),
    }
}

/// Appends what stands in a place of a SEQUENCE: nothing for a DEFAULT.
pub(super) fn place(
    out: &mut Vec<u8>,
    at: Slot,
    need: Need,
    value: &Value,
) -> Result<(), EncodeError> {
    if let Need::Default(octets) = need
        && raw(value)?.is_none()
    {
        let mut body = Vec::new();
        contents(&mut body, at.ty, value)?;
        if body == octets {
            return Ok(());
        }
    }
    slot(out, at, value)
}

/// Members no module knows: an array of TLVs in hexadecimal.
fn unknown(out: &mut Vec<u8>, value: &Value) -> Result<(), EncodeError> {
    let list = value
        .as_array()
        .ok_or_else(|| EncodeError::expected("an array of hexadecimal TLVs", value))?;
    for (i, item) in list.iter().enumerate() {
        out.extend(octets(item).map_err(|e| e.within(&format!("[{i}]")))?);
    }
    Ok(())
}

fn sequence_of(out: &mut Vec<u8>, element: Slot, value: &Value) -> Result<(), EncodeError> {
    let list = value
        .as_array()
        .ok_or_else(|| EncodeError::expected("an array", value))?;
    for (i, item) in list.iter().enumerate() {
        slot(out, element, item).map_err(|e| e.within(&format!("[{i}]")))?;
    }
    Ok(())
}

fn choice(
    out: &mut Vec<u8>,
    ty: &Type,
    arms: &'static [Member],
    value: &Value,
) -> Result<(), EncodeError> {
    let one = value
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.iter().next());
    let Some((key, inner)) = one else {
        let (name, arms) = (ty.name(), names_of(arms));
        let what = format!("a map whose one key is an alternative of {name} ({arms})");
        return Err(EncodeError::expected(&what, value));
    };
    if key == "unknown" {
        return unknown(out, inner).map_err(|e| e.within(key));
    }
    match arms.iter().find(|arm| arm.name() == key) {
        Some(arm) => slot(out, arm.slot(), inner).map_err(|e| e.within(key)),
        None => Err(EncodeError::new(unknown_key("alternative", key, arms))),
    }
}

fn unknown_key(what: &str, key: &str, members: &[Member]) -> String {
    format!("unknown {what} {key}; known are {}", names_of(members))
}

fn names_of(members: &[Member]) -> String {
    members
        .iter()
        .map(Member::name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn integer(names: Names, value: &Value) -> Result<Vec<u8>, EncodeError> {
    if let Some(number) = value.as_i64() {
        return Ok(primitive::integer_octets(number));
    }
    if let Some(text) = value.as_str() {
        let named = names
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, number)| *number);
        return match named.or_else(|| text.parse().ok()) {
            Some(number) => Ok(primitive::integer_octets(number)),
            None => {
                let known: Vec<_> = names.iter().map(|(name, _)| *name).collect();
                let what = if known.is_empty() {
                    "a number".to_owned()
                } else {
                    format!("a number or one of {}", known.join(", "))
                };
                Err(EncodeError::expected(&what, value))
            }
        };
    }
    match value.get("hex") {
        Some(text) => octets(text).map_err(|e| e.within("hex")),
        None => Err(EncodeError::expected("a number or its name", value)),
    }
}

fn bits(names: Names, value: &Value) -> Result<Vec<u8>, EncodeError> {
    if let Some(hex) = value.get("hex") {
        return counted_bits(value, hex);
    }
    let list = value
        .as_array()
        .ok_or_else(|| EncodeError::expected("an array of bit names or {bits, hex}", value))?;
    let mut set = Vec::new();
    for (i, item) in list.iter().enumerate() {
        let bit = match item.as_str() {
            Some(text) => names
                .iter()
                .find(|(name, _)| *name == text)
                .map(|(_, bit)| *bit),
            None => item.as_i64(),
        };
        let bit = bit
            .and_then(|bit| usize::try_from(bit).ok())
            .filter(|bit| *bit < 4096);
        set.push(bit.ok_or_else(|| {
            let known: Vec<_> = names.iter().map(|(name, _)| *name).collect();
            let what = format!("a bit number or one of {}", known.join(", "));
            EncodeError::expected(&what, item).within(&format!("[{i}]"))
        })?);
    }
    Ok(primitive::bits_octets(&set))
}

fn counted_bits(value: &Value, hex: &Value) -> Result<Vec<u8>, EncodeError> {
    let bytes = octets(hex).map_err(|e| e.within("hex"))?;
    let count = value.get("bits").map_or(Some(bytes.len() * 8), |count| {
        count.as_u64().and_then(|count| usize::try_from(count).ok())
    });
    let unused = count
        .and_then(|count| (bytes.len() * 8).checked_sub(count))
        .filter(|n| *n < 8);
    let unused = unused.and_then(|n| u8::try_from(n).ok());
    let unused = unused.ok_or_else(|| EncodeError::expected("as many bits as octets", value))?;
    Ok(std::iter::once(unused).chain(bytes).collect())
}
