// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages that a case sends: built from values, changed at a place, signed again.
//!
//! Only what is named changes. Everything else keeps its bytes, so a message with a wrong address
//! and a new signature is wrong in nothing but the address.

mod place;
mod sign;
#[cfg(test)]
mod tests;

use rsp::schema::{self, Edit, Tree};
use serde_json::{Map, Value};

use crate::case::{Interface, Node};
use crate::matching::{Bindings, Bound};
use crate::message::{self, Direction};

pub use place::{is_place, place};
pub use sign::{EimKey, Keyring, resign, sign_as, sign_package};

/// Why a message cannot be made as the case wants it.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// A variable without a value.
    #[error("${0} is not known at this point")]
    Unbound(String),
    /// A pattern where a value must be.
    #[error("cannot send the pattern {0}")]
    Pattern(String),
    /// Not a message.
    #[error("expected one message, got {0}")]
    NoMessage(String),
    /// The schema refuses it.
    #[error(transparent)]
    Encode(#[from] message::EncodeError),
    /// A place that is not there, or not what it must be.
    #[error("{path}: {reason}")]
    Place {
        /// The path as written.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// No key to sign with.
    #[error("no key for {0}")]
    NoKey(&'static str),
}

/// Puts the values of variables into a node.
///
/// # Errors
/// [`MakeError`] for unknown variables and patterns.
pub fn value_of(node: &Node, bindings: &Bindings) -> Result<Option<Value>, MakeError> {
    Ok(Some(match node {
        Node::Absent => return Ok(None),
        Node::Variable(variable) => match bindings.get(&variable.name) {
            None => return Err(MakeError::Unbound(variable.name.clone())),
            Some(bound) => {
                return Ok(bound.value().map(|value| match value {
                    Value::String(text) => variable.part(text).into(),
                    value => value.clone(),
                }));
            }
        },
        Node::Boolean(value) => (*value).into(),
        Node::Integer(value) => (*value).into(),
        Node::Text(text) => text.as_str().into(),
        Node::List(items) => items
            .iter()
            .filter_map(|item| value_of(item, bindings).transpose())
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        Node::Map(members) => {
            let mut map = Map::new();
            for (name, node) in members {
                if let Some(value) = value_of(node, bindings)? {
                    map.insert(name.clone(), value);
                }
            }
            Value::Object(map)
        }
        pattern => return Err(MakeError::Pattern(pattern.to_string())),
    }))
}

/// Builds the bytes of a message that the case sends. A kept message is sent as it was received;
/// a kept part keeps its bytes inside the new message.
///
/// # Errors
/// [`MakeError`] when the node is no message or does not fit its type.
pub fn build(
    interface: Interface,
    direction: Direction,
    node: &Node,
    bindings: &Bindings,
) -> Result<Vec<u8>, MakeError> {
    if let Node::Variable(variable) = node {
        return match bindings.get(&variable.name) {
            Some(Bound::Message { raw, .. }) => Ok(raw.clone()),
            Some(_) => Err(MakeError::NoMessage(variable.to_string())),
            None => Err(MakeError::Unbound(variable.name.clone())),
        };
    }
    let (name, content) = node
        .as_choice()
        .ok_or_else(|| MakeError::NoMessage(node.to_string()))?;
    let value =
        value_of(content, bindings)?.ok_or_else(|| MakeError::NoMessage(node.to_string()))?;
    let raw = message::encode(interface, direction, name, &value)?;
    let Some(type_name) = message::type_of(interface, direction, name) else {
        return Ok(raw);
    };
    let mut kept = Vec::new();
    kept_parts(content, String::new(), bindings, &mut kept);
    kept.into_iter().try_fold(raw, |raw, (path, part)| {
        keep_bytes(type_name, &raw, &path, &part)
    })
}

/// The response of a card as a case writes it, with the tag of its function.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn card_answer(node: &Node) -> Result<(u16, Vec<u8>), String> {
    let response = build(
        Interface::Es10b,
        Direction::Response,
        node,
        &Bindings::default(),
    )
    .map_err(|error| error.to_string())?;
    let tag = rsp::tlv::Tag::read(&response).map(|tag| tag.octets());
    let tag = tag.ok().and_then(|tag| u16::try_from(tag).ok());
    let function = tag.filter(|tag| veuicc::Es10::from_tag(*tag).is_some());
    let function = function
        .ok_or_else(|| format!("expected the response of a function of the card, got {node}"))?;
    Ok((function, response))
}

/// Every variable inside that stands for bytes of a message, with its path.
fn kept_parts(node: &Node, path: String, bindings: &Bindings, out: &mut Vec<(String, Vec<u8>)>) {
    match node {
        Node::Variable(variable) => {
            let kept = bindings.get(&variable.name).and_then(Bound::raw);
            if let (Some(raw), None) = (kept, variable.first) {
                out.push((path, raw.to_vec()));
            }
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                kept_parts(item, join(&path, &index.to_string()), bindings, out);
            }
        }
        Node::Map(members) => {
            for (name, node) in members {
                kept_parts(node, join(&path, name), bindings, out);
            }
        }
        _ => (),
    }
}

/// Replaces the contents at `path` by those of `part`: the tag is that of the new place.
fn keep_bytes(type_name: &str, raw: &[u8], path: &str, part: &[u8]) -> Result<Vec<u8>, MakeError> {
    let tree = schema::decode_lenient(type_name, raw);
    let Some(place) = tree.find(path) else {
        return Ok(raw.to_vec());
    };
    let contents = rsp::tlv::Tlv::only(part).map_or(part, |tlv| tlv.value);
    if place.contents() == contents || place.raw() == part {
        return Ok(raw.to_vec());
    }
    tree.edit(path, &Edit::SetContents(contents.to_vec()))
        .map_err(|error| MakeError::Place {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// Changes one place of a message. The path may leave out what is above it, as long as it is
/// found in one place only.
///
/// # Errors
/// [`MakeError::Place`] when the path leads nowhere, or to several places, or the value does not
/// fit there.
pub fn set(
    type_name: &str,
    raw: &[u8],
    path: &str,
    value: Option<&Value>,
) -> Result<Vec<u8>, MakeError> {
    let fail = |reason: String| MakeError::Place {
        path: path.to_owned(),
        reason,
    };
    let tree = schema::decode(type_name, raw).map_err(|error| fail(error.to_string()))?;
    let full = full_path(&tree, path).map_err(fail)?;
    let edit = value.map_or(Edit::Remove, |value| Edit::Set(value.clone()));
    tree.edit(&full, &edit)
        .map_err(|error| fail(error.to_string()))
}

/// The whole path of the one place that ends in `path`. A member that is not there yet is found
/// by what is above it.
fn full_path(tree: &Tree, path: &str) -> Result<String, String> {
    let places = ending_in(tree, path);
    match places.as_slice() {
        [place] => return Ok(place.clone()),
        [] => (),
        several => return Err(format!("ambiguous: {}", several.join(", "))),
    }
    let Some((above, name)) = path.rsplit_once('.') else {
        return Ok(path.to_owned());
    };
    match ending_in(tree, above).as_slice() {
        [place] => Ok(join(place, name)),
        [] => Err("no such place in the message".to_owned()),
        several => Err(format!("ambiguous: {}", several.join(", "))),
    }
}

fn ending_in(tree: &Tree, path: &str) -> Vec<String> {
    let suffix = format!(".{path}");
    tree.walk()
        .into_iter()
        .map(|(found, _)| found)
        .filter(|found| found == path || found.ends_with(&suffix))
        .collect()
}

fn decode(type_name: &str, raw: &[u8], path: &str) -> Result<Tree, MakeError> {
    schema::decode(type_name, raw).map_err(|error| MakeError::Place {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn node<'a>(tree: &'a Tree, path: &str) -> Result<&'a Tree, MakeError> {
    let fail = |reason: String| MakeError::Place {
        path: path.to_owned(),
        reason,
    };
    let full = full_path(tree, path).map_err(fail)?;
    tree.find(&full)
        .ok_or_else(|| fail("no such place in the message".to_owned()))
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
