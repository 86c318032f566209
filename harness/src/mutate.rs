// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages that a case sends: built from values, changed at a place, signed again.
//!
//! Only what is named changes. Everything else keeps its bytes, so a message with a wrong address
//! and a new signature is wrong in nothing but the address.

use rsp::association::token_tlv;
use rsp::ecdsa::PrivateKey;
use rsp::schema::{self, Edit, Tree};
use serde_json::{Map, Value};

use crate::case::{Interface, Node, Resign};
use crate::matching::{Bindings, Bound};
use crate::message::{self, Direction};

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

/// The keys with which a message can be signed again.
#[derive(Clone, Default)]
pub struct Keyring {
    /// DPauth.
    pub dp_auth: Option<PrivateKey>,
    /// DPpb.
    pub dp_pb: Option<PrivateKey>,
    /// Signing keys of eIMs by `eimId`, each with the association token that the card gave it.
    pub eims: Vec<EimKey>,
}

/// How an eIM signs.
#[derive(Clone)]
pub struct EimKey {
    /// `eimId`.
    pub eim_id: String,
    /// The key.
    pub key: PrivateKey,
    /// The association token, when the card gave one.
    pub association_token: Option<i64>,
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
            Some(bound) => return Ok(bound.value().cloned()),
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

/// Every variable inside that stands for bytes of a message, with its path.
fn kept_parts(node: &Node, path: String, bindings: &Bindings, out: &mut Vec<(String, Vec<u8>)>) {
    match node {
        Node::Variable(variable) => {
            if let Some(raw) = bindings.get(&variable.name).and_then(Bound::raw) {
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

/// Makes a signature of a message again.
///
/// `signature1` is `euiccSignature1` of the session, which `smdpSignature2` covers too.
///
/// # Errors
/// [`MakeError`] when the message has no such signature or there is no key.
pub fn resign(
    type_name: &str,
    raw: &[u8],
    what: Resign,
    keys: &Keyring,
    signature1: Option<&[u8]>,
) -> Result<Vec<u8>, MakeError> {
    match what {
        Resign::ServerSignature1 => {
            let key = keys.dp_auth.as_ref().ok_or(MakeError::NoKey("DPauth"))?;
            sign_over(
                type_name,
                raw,
                "serverSigned1",
                "serverSignature1",
                key,
                &[],
            )
        }
        Resign::SmdpSignature2 => {
            let key = keys.dp_pb.as_ref().ok_or(MakeError::NoKey("DPpb"))?;
            let signature1 = signature1.ok_or(MakeError::NoKey("euiccSignature1"))?;
            let mut tail = vec![0x5F, 0x37, 0x40];
            tail.extend_from_slice(signature1);
            sign_over(type_name, raw, "smdpSigned2", "smdpSignature2", key, &tail)
        }
        Resign::EimSignature => {
            let tree = decode(type_name, raw, "euiccPackageSigned")?;
            let eim_id = node(&tree, "euiccPackageSigned.eimId")?.contents().to_vec();
            let eim = keys
                .eims
                .iter()
                .find(|eim| eim.eim_id.as_bytes() == eim_id)
                .ok_or(MakeError::NoKey("this eimId"))?;
            sign_package(type_name, raw, eim)
        }
    }
}

/// Signs the eUICC package in a message of the eIM: over `euiccPackageSigned` and the association
/// token, `84 01 00` when there is none (SGP.32 §2.11.1.1).
///
/// # Errors
/// [`MakeError`] when there is no package in the message.
pub fn sign_package(type_name: &str, raw: &[u8], eim: &EimKey) -> Result<Vec<u8>, MakeError> {
    let token = token_tlv(eim.association_token);
    sign_over(
        type_name,
        raw,
        "euiccPackageSigned",
        "eimSignature",
        &eim.key,
        &token,
    )
}

fn sign_over(
    type_name: &str,
    raw: &[u8],
    signed: &str,
    signature: &str,
    key: &PrivateKey,
    tail: &[u8],
) -> Result<Vec<u8>, MakeError> {
    let tree = decode(type_name, raw, signed)?;
    let mut input = node(&tree, signed)?.raw().to_vec();
    input.extend_from_slice(tail);
    let made = hex::encode(key.sign(&input));
    set(type_name, raw, signature, Some(&Value::String(made)))
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

#[cfg(test)]
mod tests {
    use rsp::ecdsa::Curve;

    use super::*;
    use crate::case::parse_node;

    const TYPE: &str = "GetEimPackageResponse";

    fn package(bindings: &Bindings) -> Vec<u8> {
        let node = parse_node(
            "getEimPackageResponse: {euiccPackageRequest: {euiccPackageSigned: {eimId: eim1, \
             eidValue: '89049032123451234512345678901235', counterValue: 1, \
             euiccPackage: {psmoList: [{enable: {iccid: '98001032547698103214'}}]}}, \
             eimSignature: ''}}",
        )
        .unwrap();
        build(Interface::Esipa, Direction::Response, &node, bindings).unwrap()
    }

    fn eim() -> EimKey {
        EimKey {
            eim_id: "eim1".to_owned(),
            key: PrivateKey::from_scalar(Curve::NistP256, &[7; 32]).unwrap(),
            association_token: Some(200),
        }
    }

    #[test]
    fn a_package_is_signed_over_itself_and_the_token() {
        let raw = sign_package(TYPE, &package(&Bindings::default()), &eim()).unwrap();
        let tree = schema::decode(TYPE, &raw).unwrap();
        let signed = node(&tree, "euiccPackageSigned").unwrap();
        let signature = node(&tree, "eimSignature").unwrap().contents().to_vec();
        let mut input = signed.raw().to_vec();
        input.extend_from_slice(&[0x84, 0x02, 0x00, 0xC8]);
        eim().key.public_key().verify(&input, &signature).unwrap();
    }

    #[test]
    fn one_place_changes_and_nothing_else() {
        let raw = package(&Bindings::default());
        let changed = set(TYPE, &raw, "counterValue", Some(&Value::from(9))).unwrap();
        assert_eq!(changed.len(), raw.len());
        let differing = raw.iter().zip(&changed).filter(|(a, b)| a != b).count();
        assert_eq!(differing, 1);
        let keys = Keyring {
            eims: vec![eim()],
            ..Keyring::default()
        };
        let resigned = resign(TYPE, &changed, Resign::EimSignature, &keys, None).unwrap();
        assert!(resigned.len() > changed.len());
    }

    #[test]
    fn a_path_that_leads_nowhere_is_named() {
        let raw = package(&Bindings::default());
        let error = set(TYPE, &raw, "serverSigned1.serverAddress", None).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("serverSigned1.serverAddress: "),
            "{error}"
        );
    }

    #[test]
    fn kept_messages_go_out_as_they_came() {
        let mut bindings = Bindings::default();
        let raw = vec![0xBF, 0x51, 0x81, 0x00];
        bindings.set(
            "p",
            Bound::Message {
                name: "euiccPackageRequest".to_owned(),
                value: Value::Null,
                raw: raw.clone(),
            },
        );
        let node = parse_node("$p").unwrap();
        assert_eq!(
            build(Interface::Es10b, Direction::Request, &node, &bindings).unwrap(),
            raw
        );
        let unknown = parse_node("$q").unwrap();
        let error = build(Interface::Es10b, Direction::Request, &unknown, &bindings).unwrap_err();
        assert_eq!(error.to_string(), "$q is not known at this point");
    }
}
