// SPDX-License-Identifier: MIT OR Apache-2.0
//! A message in words: what is sent in it, or what must be in it.

use std::collections::BTreeSet;

use crate::case::{Node, Variable};

/// Something said of a message, so many levels deep.
pub(super) type Phrase = (usize, String);

/// Name of a message and a phrase for each thing that is said of its content. What is judged binds
/// variables, which `known` then has.
pub(super) fn message(
    pattern: &Node,
    sent: bool,
    known: &mut BTreeSet<String>,
) -> (String, Vec<Phrase>) {
    match pattern {
        Node::Variable(variable) => {
            let name = format!("the message kept as {variable}, byte for byte");
            (name, Vec::new())
        }
        pattern => match pattern.as_choice() {
            Some((name, content)) => {
                let mut phrases = Vec::new();
                phrases_of((0, ""), content, sent, known, &mut phrases);
                (name.to_owned(), phrases)
            }
            None => (pattern.to_string(), Vec::new()),
        },
    }
}

/// Says what stands under `path`, where nothing stands beside it; members that stand beside each
/// other come one level deeper.
fn phrases_of(
    (depth, path): (usize, &str),
    node: &Node,
    sent: bool,
    known: &mut BTreeSet<String>,
    phrases: &mut Vec<Phrase>,
) {
    match node {
        Node::Map(members) if members.is_empty() && path.is_empty() => (),
        Node::Map(members) if !members.is_empty() => {
            let alone = members.len() == 1 || path.is_empty();
            if !alone {
                phrases.push((depth, format!("{path}:")));
            }
            for (name, node) in members {
                let inner = match path {
                    path if alone && !path.is_empty() => format!("{path}.{name}"),
                    _ => name.clone(),
                };
                let depth = if alone { depth } else { depth + 1 };
                phrases_of((depth, &inner), node, sent, known, phrases);
            }
        }
        Node::List(items) if !sent && items.iter().any(|item| matches!(item, Node::Map(_))) => {
            let elements = if items.len() == 1 {
                "element"
            } else {
                "elements"
            };
            phrases.push((depth, format!("{path} has {} {elements}", items.len())));
            for (index, item) in items.iter().enumerate() {
                let inner = format!("[{index}]");
                phrases_of((depth + 1, &inner), item, sent, known, phrases);
            }
        }
        node if sent => phrases.push((depth, format!("{path} = {node}"))),
        node => {
            let said = judged(node, known);
            let path = if path.is_empty() { "it" } else { path };
            phrases.push((depth, format!("{path} {said}")));
        }
    }
}

/// What a value must be.
pub(super) fn judged(node: &Node, known: &mut BTreeSet<String>) -> String {
    match node {
        Node::Any => "is there, whatever it is".to_owned(),
        Node::Absent => "is not there".to_owned(),
        Node::Variable(variable) => seen(variable, known),
        Node::Length(length) => format!("has {length} octets, characters or elements"),
        Node::Contains(inner) => format!("contains {inner}"),
        node => format!("is {node}"),
    }
}

fn seen(variable: &Variable, known: &mut BTreeSet<String>) -> String {
    let Variable {
        name,
        optional,
        first,
    } = variable;
    if let Some(octets) = first {
        return format!("is the first {octets} octets of ${name}");
    }
    let absence = if *optional { ", or is not there" } else { "" };
    if known.insert(name.clone()) {
        format!("is kept as ${name}{absence}")
    } else {
        format!("is the same as ${name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::parse_node;

    fn said(yaml: &str, sent: bool) -> Vec<Phrase> {
        let mut known = BTreeSet::from(["eid".to_owned()]);
        message(&parse_node(yaml).unwrap(), sent, &mut known).1
    }

    #[test]
    fn what_stands_alone_is_one_path() {
        let yaml = "{m: {a: {b: {c: $x, d: $x?, e: $eid}}, f: {g: {len: 3}}}}";
        let expected = [
            (0, "a.b:"),
            (1, "c is kept as $x"),
            (1, "d is the same as $x"),
            (1, "e is the same as $eid"),
            (0, "f.g has 3 octets, characters or elements"),
        ];
        let said = said(yaml, false);
        let said: Vec<(usize, &str)> = said.iter().map(|(d, text)| (*d, text.as_str())).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn what_is_sent_has_values() {
        assert_eq!(
            said("{m: {a: [1, 2]}}", true),
            [(0, "a = [1, 2]".to_owned())]
        );
        assert_eq!(said("{m: {}}", true), []);
        let list = said("{m: {a: [{b: any}]}}", false);
        let expected = [
            (0, "a has 1 element"),
            (1, "[0].b is there, whatever it is"),
        ];
        assert_eq!(list, expected.map(|(depth, text)| (depth, text.to_owned())));
    }
}
