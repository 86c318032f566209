// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values and patterns against the ASN.1 types they stand for: a name that no type has is a mistake
//! of the case, and must never become a verdict on an implementation.

use rsp::schema::{Kind, Member, Names, Type};

use super::node::Node;

/// Everything in `node` that no value of `ty` can have, as `path: mistake`.
pub(super) fn mistakes(ty: &Type, node: &Node, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(ty, node, path, &mut found);
    found
}

fn walk(ty: &Type, node: &Node, path: &str, found: &mut Vec<String>) {
    if matches!(
        node,
        Node::Any | Node::Absent | Node::Variable(_) | Node::Length(_)
    ) {
        return;
    }
    let mut wrong = |expected: &str| found.push(format!("{path}: expected {expected}, got {node}"));
    match (ty.kind(), node) {
        (Kind::Opaque | Kind::Any | Kind::Alias(_), _) => (),
        (Kind::Sequence(known) | Kind::Set(known), Node::Map(members)) => {
            walk_members(known, members, path, found);
        }
        (Kind::Choice(known), Node::Map(members)) if members.len() == 1 => {
            walk_members(known, members, path, found);
        }
        (Kind::Sequence(_) | Kind::Set(_), _) => wrong("members"),
        (Kind::Choice(_), _) => wrong("a map of one key"),
        (Kind::SequenceOf(_, element) | Kind::SetOf(_, element), Node::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                walk(element, item, &format!("{path}[{index}]"), found);
            }
        }
        (Kind::SequenceOf(_, element) | Kind::SetOf(_, element), Node::Contains(item)) => {
            walk(element, item, path, found);
        }
        (Kind::SequenceOf(..) | Kind::SetOf(..), _) => wrong("a list"),
        (Kind::Integer(_) | Kind::Enumerated(_), Node::Integer(_)) => (),
        (Kind::Integer(names) | Kind::Enumerated(names), Node::Text(text)) => {
            name(names, text, path, found);
        }
        (Kind::BitString(names), Node::List(bits)) => {
            for bit in bits {
                if let Node::Text(text) = bit {
                    name(names, text, path, found);
                }
            }
        }
        (Kind::BitString(names), Node::Contains(bit)) => {
            if let Node::Text(text) = &**bit {
                name(names, text, path, found);
            }
        }
        (Kind::BitString(_), Node::Map(_)) | (Kind::Boolean, Node::Boolean(_)) => (),
        (Kind::OctetString, Node::Text(text)) if is_hex(text) => (),
        (Kind::Text | Kind::Oid, Node::Text(_)) | (Kind::Text, Node::Contains(_)) => (),
        (Kind::Null, Node::Map(members)) if members.is_empty() => (),
        (Kind::OctetString, _) => wrong("octets as hex in quotes"),
        (Kind::Integer(_) | Kind::Enumerated(_), _) => wrong("a number or its name"),
        (Kind::BitString(_), _) => wrong("a list of bit names"),
        (Kind::Boolean, _) => wrong("true or false"),
        (Kind::Text | Kind::Oid, _) => wrong("a text"),
        (Kind::Null, _) => wrong("{}"),
    }
}

fn walk_members(known: &[Member], members: &[(String, Node)], path: &str, found: &mut Vec<String>) {
    for (name, node) in members {
        // ready-made bytes stand for any member (`rsp::schema::from_value`)
        if matches!(name.as_str(), "raw" | "unknown") {
            continue;
        }
        match known.iter().find(|member| member.name() == name) {
            Some(member) => walk(member.ty(), node, &format!("{path}.{name}"), found),
            None => {
                let names: Vec<_> = known.iter().map(Member::name).collect();
                let names = names.join(", ");
                found.push(format!(
                    "{path}: unknown member {name:?}; known are {names}"
                ));
            }
        }
    }
}

fn name(names: Names, text: &str, path: &str, found: &mut Vec<String>) {
    if names.iter().any(|(known, _)| *known == text) {
        return;
    }
    let known: Vec<_> = names.iter().map(|(known, _)| *known).collect();
    found.push(match known.as_slice() {
        [] => format!("{path}: expected a number, got {text:?}"),
        known => format!(
            "{path}: unknown name {text:?}; known are {}",
            known.join(", ")
        ),
    });
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}
