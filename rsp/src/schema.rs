// SPDX-License-Identifier: MIT OR Apache-2.0
//! The second codec: messages read, printed, written and edited by tables generated from the ASN.1
//! modules, independent of the typed structures of this crate.
//!
//! Values are [`serde_json::Value`] with the ASN.1 identifiers as keys: a CHOICE is a map with one
//! key, an OCTET STRING a lowercase hexadecimal string, NULL `{}`, an INTEGER its name where the
//! module gives one and a number otherwise, named bits an array of names, an OBJECT IDENTIFIER
//! dotted. Members no module knows are under `unknown`, as hexadecimal TLVs. `{"raw": "…"}` stands
//! for a TLV in any place where the schema is to be left aside.
//!
//! Traps:
//! - type names are those of the modules (`EuiccPackageRequest`, `SGP32-ProfileInfo`); the v1.0
//!   dialect of SGP.32 has the same names and is reached by `sgp32_v1_0::EuiccPackageRequest`;
//! - strict reading accepts BER that DER forbids (signed bytes must survive) and notes it:
//!   [`Tree::deviations`] tells;
//! - a member that equals its DEFAULT is not written, as DER demands; `raw` writes it all the same,
//!   and [`Tree::to_exact_value`] puts it where bytes are to come back as they were;
//! - a member the table does not know is no error; a CHOICE arm it does not know is one.

use serde_json::Value;

mod apdu;
mod decode;
mod edit;
mod encode;
mod exact;
mod message;
mod primitive;
mod print;
mod reader;
mod recover;
mod tables;
mod text;
mod tree;
mod types;
mod value;

pub use decode::DecodeError;
pub use edit::{Edit, EditError};
pub use encode::EncodeError;
pub use message::{Guess, MESSAGES, Message, guess};
pub use print::print;
pub use tree::{Deviation, Role, Tree};
pub use types::{Kind, Member, Names, Need, Type};

use reader::Reader;

/// The type with this name: an ASN.1 name, case and hyphens aside, or `sgp32_v1_0::Name`.
#[must_use]
pub fn find_type(name: &str) -> Option<&'static Type> {
    tables::find(name)
}

/// Every type, each with the prefix of its table (`sgp32`, `sgp22`, `pe`, `asn1`, `sgp32_v1_0`).
pub fn types() -> impl Iterator<Item = (&'static str, &'static Type)> {
    tables::all()
}

fn known(name: &str) -> Result<&'static Type, DecodeError> {
    find_type(name).ok_or_else(|| DecodeError::new(0, "the name of an ASN.1 type", name))
}

/// Reads bytes as exactly one message of a type.
///
/// # Errors
/// When the name is unknown or the bytes are not of the type, with path and offset.
pub fn decode(type_name: &str, bytes: &[u8]) -> Result<Tree, DecodeError> {
    strict(known(type_name)?, bytes)
}

fn strict(ty: &'static Type, bytes: &[u8]) -> Result<Tree, DecodeError> {
    let reader = Reader::new(bytes, false);
    let head = reader.head(reader.whole())?;
    if !ty.slot().accepts(head.tag) {
        return Err(DecodeError::new(
            0,
            ty.slot().expectation(),
            reader.seen(head),
        ));
    }
    let tree = reader.slot(ty.name().into(), Role::Root, ty.slot(), head, 0)?;
    if head.end < bytes.len() {
        let saw = primitive::clipped(bytes.get(head.end..).unwrap_or_default());
        return Err(DecodeError::new(head.end, "the end", saw));
    }
    Ok(tree)
}

/// Reads bytes as a message of a type as far as that goes; never fails.
///
/// What does not fit is kept as a node without a type, with a note. Octets after the message are
/// the last child, named `rubbish`.
#[must_use]
pub fn decode_lenient(type_name: &str, bytes: &[u8]) -> Tree {
    match find_type(type_name) {
        Some(ty) => lenient_type(ty, bytes),
        None => lenient(None, bytes),
    }
}

fn lenient_type(ty: &'static Type, bytes: &[u8]) -> Tree {
    match strict(ty, bytes) {
        Ok(tree) if tree.is_faithful() => tree,
        _ => lenient(Some(ty), bytes),
    }
}

fn lenient(ty: Option<&'static Type>, bytes: &[u8]) -> Tree {
    let reader = Reader::new(bytes, true);
    let head = match reader.head(reader.whole()) {
        Ok(head) => head,
        Err(e) => {
            let mut tree = reader.rubbish(reader.whole());
            tree.ty = ty;
            let _ = reader.refuse(&mut tree, e.into());
            return tree;
        }
    };
    let mut tree = match ty {
        Some(ty) if ty.slot().accepts(head.tag) => {
            reader.slot(ty.name().into(), Role::Root, ty.slot(), head, 0)
        }
        Some(ty) => {
            let mut tree = reader.unknown(head, 0);
            let error = DecodeError::new(0, ty.slot().expectation(), reader.seen(head));
            reader.refuse(&mut tree, error).map(|()| tree)
        }
        None => Ok(reader.unknown(head, 0)),
    }
    .unwrap_or_else(|_| reader.rubbish(reader.whole()));
    if head.end < bytes.len() {
        tree.deviates(format!("octets after the end at offset {}", head.end));
        tree.children.push(reader.rubbish(head.end..bytes.len()));
    }
    tree
}

/// Writes a value as DER.
///
/// # Errors
/// When the name is unknown or the value does not fit the type, with the path.
pub fn from_value(type_name: &str, value: &Value) -> Result<Vec<u8>, EncodeError> {
    let ty = find_type(type_name).ok_or_else(|| {
        EncodeError::new(format!(
            "expected the name of an ASN.1 type, saw {type_name}"
        ))
    })?;
    let mut bytes = Vec::new();
    encode::slot(&mut bytes, ty.slot(), value)?;
    Ok(bytes)
}

/// Changes one place of a message; everything else stays as it is, byte for byte.
///
/// The path is made of identifiers and positions: `serverSigned1.serverAddress`,
/// `euiccResult.0.enableResult`. The empty path is the message itself.
///
/// # Errors
/// When the path leads nowhere or the value does not fit.
pub fn edit(type_name: &str, bytes: &[u8], path: &str, edit: &Edit) -> Result<Vec<u8>, EditError> {
    known(type_name)?;
    decode_lenient(type_name, bytes).edit(path, edit)
}
