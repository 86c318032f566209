// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a person wants to read of a primitive value, and of a certificate in one line.

use super::primitive::{self, clipped};
use super::tree::Tree;
use super::types::{Kind, Names};
use crate::tlv::{Tag, Tlv, walk};

/// The value of a leaf as text; none where the children say it all.
pub(super) fn value(node: &Tree) -> Option<String> {
    let contents = node.contents();
    let Some(ty) = node.ty else {
        return (node.children.is_empty() && !contents.is_empty()).then(|| octets(contents));
    };
    Some(match ty.kind() {
        Kind::Integer(names) | Kind::Enumerated(names) => integer(names, contents),
        Kind::BitString(names) => bits(names, contents),
        Kind::OctetString => octet_string(node, contents),
        Kind::Text => match std::str::from_utf8(contents) {
            Ok(text) => format!("{text:?}"),
            Err(_) => octets(contents),
        },
        Kind::Oid => primitive::oid_to_text(contents).unwrap_or_else(|| octets(contents)),
        Kind::Boolean => match contents {
            [0] => "FALSE".to_owned(),
            [_] => "TRUE".to_owned(),
            _ => octets(contents),
        },
        Kind::Opaque => summary(&node.certificate()).unwrap_or_else(|| octets(contents)),
        Kind::Any => octets(contents),
        Kind::Null
        | Kind::Sequence(_)
        | Kind::SequenceOf(..)
        | Kind::Set(_)
        | Kind::SetOf(..)
        | Kind::Choice(_)
        | Kind::Alias(_) => return None,
    })
}

/// Hexadecimal, whole up to 80 octets.
pub(super) fn octets(bytes: &[u8]) -> String {
    match bytes.get(..80).filter(|_| bytes.len() > 80) {
        Some(head) => format!("{}… ({} octets)", hex::encode_upper(head), bytes.len()),
        None => hex::encode_upper(bytes),
    }
}

fn integer(names: Names, contents: &[u8]) -> String {
    let Some(value) = primitive::integer(contents) else {
        return octets(contents);
    };
    match primitive::name_of(names, value) {
        Some(name) => format!("{name}({value})"),
        None if names.is_empty() => value.to_string(),
        None => format!("{value} (no name in the module)"),
    }
}

fn bits(names: Names, contents: &[u8]) -> String {
    let (set, count) = primitive::bits(contents);
    if names.is_empty() {
        return format!(
            "{count} bits {}",
            octets(contents.get(1..).unwrap_or_default())
        );
    }
    let names: Vec<_> = set
        .into_iter()
        .map(|bit| match primitive::name_of(names, bit) {
            Some(name) => name.to_owned(),
            None => format!("bit {bit}"),
        })
        .collect();
    format!("{{{}}}", names.join(", "))
}

fn octet_string(node: &Tree, contents: &[u8]) -> String {
    let plain = octets(contents);
    let reading = match (node.type_name(), node.name.as_ref()) {
        ("VersionType", _) => version(contents),
        // the header of a profile package has its ICCID in reading order already
        ("Iccid", _) => Some(iccid(contents)),
        (_, "iccid") if contents.first() == Some(&0x98) => Some(iccid(contents)),
        (_, "tagList") => tags(contents),
        _ => None,
    };
    match reading {
        Some(reading) => format!("{plain} = {reading}"),
        None => plain,
    }
}

/// `02 05 00` is 2.5.0.
fn version(contents: &[u8]) -> Option<String> {
    match contents {
        [major, minor, revision] => Some(format!("{major}.{minor}.{revision}")),
        _ => None,
    }
}

/// An ICCID in reading order: nibbles swapped, filler left out.
fn iccid(contents: &[u8]) -> String {
    let nibbles = contents.iter().flat_map(|octet| [octet & 0xF, octet >> 4]);
    let digits: String = nibbles
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect();
    digits.trim_end_matches('f').to_uppercase()
}

/// A concatenation of tags, one by one.
fn tags(mut contents: &[u8]) -> Option<String> {
    let mut tags = Vec::new();
    while !contents.is_empty() {
        let tag = Tag::read(contents).ok()?;
        contents = contents.get(tag.size()..)?;
        tags.push(tag.to_string());
    }
    Some(tags.join(" "))
}

/// A certificate in one line: common name, subject key identifier, size.
pub(super) fn summary(der: &[u8]) -> Option<String> {
    let whole = Tlv::only(der).ok()?;
    let tbs = whole.children().next()?.ok()?;
    if whole.children().count() != 3 || tbs.tag != Tag::SEQUENCE {
        return Some(format!("{} octets {}", der.len(), clipped(der)));
    }
    let fields: Vec<_> = tbs.children().map_while(Result::ok).collect();
    let version = fields
        .first()
        .is_some_and(|field| field.tag == Tag::new(0xA0));
    let subject = fields.get(4 + usize::from(version))?;
    let name = subject
        .children()
        .map_while(Result::ok)
        .filter_map(|set| set.children().next()?.ok())
        .find_map(|attribute| after_oid(attribute, &[0x55, 0x04, 0x03]));
    let name = name.map(|name| String::from_utf8_lossy(name.value).into_owned());
    let extensions = fields.last().filter(|field| field.tag == Tag::new(0xA3));
    let identifier = extensions
        .and_then(|field| field.child(Tag::SEQUENCE))
        .and_then(|list| {
            let mut list = list.children().map_while(Result::ok);
            list.find_map(|extension| after_oid(extension, &[0x55, 0x1D, 0x0E]))
        })
        .and_then(|value| Tlv::only(value.value).ok());
    let mut text = format!("CN={:?}", name.unwrap_or_default());
    if let Some(identifier) = identifier {
        text += &format!(" SKI={}", hex::encode_upper(identifier.value));
    }
    Some(format!("{text} ({} octets)", der.len()))
}

/// The last TLV of a SEQUENCE that begins with an object identifier.
fn after_oid<'a>(sequence: Tlv<'a>, oid: &[u8]) -> Option<Tlv<'a>> {
    let mut parts = walk(sequence.value).map_while(Result::ok);
    parts
        .next()
        .filter(|part| part.tag == Tag::new(0x06) && part.value == oid)?;
    parts.last()
}
