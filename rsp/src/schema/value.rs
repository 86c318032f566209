// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a [`Tree`] to a JSON value with the ASN.1 identifiers as keys.

use serde_json::{Map, Value, json};

use super::primitive;
use super::tree::{Role, Tree};
use super::types::{Kind, Names};
use crate::tlv::{Tag, tlv};

impl Tree {
    /// The message as a value; see the module's documentation for the forms.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let Some(ty) = self.ty else {
            return raw(self.raw());
        };
        if self.role == Role::Rubbish {
            return raw(self.raw());
        }
        let contents = self.contents();
        match ty.kind() {
            Kind::Sequence(_) | Kind::Set(_) | Kind::Choice(_) => Value::Object(self.members()),
            Kind::SequenceOf(..) | Kind::SetOf(..) => {
                self.children.iter().map(Self::to_value).collect()
            }
            Kind::Integer(names) | Kind::Enumerated(names) => integer(names, contents),
            Kind::BitString(names) => bits(names, contents),
            Kind::OctetString => hex::encode(contents).into(),
            Kind::Text => match std::str::from_utf8(contents) {
                Ok(text) => text.into(),
                Err(_) => raw(self.raw()),
            },
            Kind::Oid => match primitive::oid_to_text(contents) {
                Some(text) => text.into(),
                None => raw(self.raw()),
            },
            Kind::Boolean => match contents {
                [octet] => (*octet != 0).into(),
                _ => raw(self.raw()),
            },
            Kind::Null => Value::Object(Map::new()),
            Kind::Opaque => hex::encode(self.certificate()).into(),
            // an open type stands under the explicit tag of its member
            Kind::Any | Kind::Alias(_) => hex::encode(contents).into(),
        }
    }

    /// A certificate or key as a whole `30…`, whichever tag replaces the 30 on the wire.
    #[must_use]
    pub fn certificate(&self) -> Vec<u8> {
        if self.tag == Some(Tag::SEQUENCE) {
            return self.raw().to_vec();
        }
        tlv(Tag::SEQUENCE, self.contents())
    }

    fn members(&self) -> Map<String, Value> {
        let mut map = Map::new();
        let mut unknown = Vec::new();
        for child in &self.children {
            // a member that is there twice is kept as bytes: a map has each key once
            if matches!(child.role, Role::Member(_)) && !map.contains_key(child.name.as_ref()) {
                map.insert(child.name.to_string(), child.to_value());
            } else {
                unknown.push(Value::from(hex::encode(child.raw())));
            }
        }
        if !unknown.is_empty() {
            map.insert("unknown".to_owned(), unknown.into());
        }
        map
    }
}

/// The value that stands for bytes as they are.
pub(super) fn raw(bytes: &[u8]) -> Value {
    json!({ "raw": hex::encode(bytes) })
}

fn integer(names: Names, contents: &[u8]) -> Value {
    match primitive::integer(contents) {
        Some(value) => match primitive::name_of(names, value) {
            Some(name) => name.into(),
            None => value.into(),
        },
        None => json!({ "hex": hex::encode(contents) }),
    }
}

fn bits(names: Names, contents: &[u8]) -> Value {
    let (set, count) = primitive::bits(contents);
    if names.is_empty() {
        return json!({ "bits": count, "hex": hex::encode(contents.get(1..).unwrap_or_default()) });
    }
    set.into_iter()
        .map(|bit| match primitive::name_of(names, bit) {
            Some(name) => Value::from(name),
            None => bit.into(),
        })
        .collect()
}
