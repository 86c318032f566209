// SPDX-License-Identifier: MIT OR Apache-2.0
//! A notation for BER values: `BF51{ 80(61) }` is a constructed value holding a primitive one;
//! lengths are filled in.

/// A value: its identifier octets, and its content or its members.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Primitive(Vec<u8>, Vec<u8>),
    Constructed(Vec<u8>, Vec<Self>),
}

/// How lengths are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    Minimal,
    /// `84 00 00 00 05`: legal BER, not DER.
    Long,
    /// `80 … 00 00` around constructed values: legal BER, not DER.
    Indefinite,
}

/// Reads the notation.
pub(crate) fn parse(text: &str) -> Vec<Node> {
    let text: String = text.split_whitespace().collect();
    let (nodes, rest) = members(&text);
    assert!(rest.is_empty(), "left over: {rest}");
    nodes
}

fn members(mut text: &str) -> (Vec<Node>, &str) {
    let mut nodes = Vec::new();
    while let Some(at) = text.find(['{', '(', '}']) {
        if let Some(rest) = text.strip_prefix('}') {
            return (nodes, rest);
        }
        let tag = hex::decode(&text[..at]).unwrap();
        if text[at..].starts_with('{') {
            let (inner, rest) = members(&text[at + 1..]);
            nodes.push(Node::Constructed(tag, inner));
            text = rest;
        } else {
            let end = at + text[at..].find(')').unwrap();
            nodes.push(Node::Primitive(
                tag,
                hex::decode(&text[at + 1..end]).unwrap(),
            ));
            text = &text[end + 1..];
        }
    }
    (nodes, text)
}

impl Node {
    /// The encoding.
    pub(crate) fn bytes(&self, form: Length) -> Vec<u8> {
        let (tag, content, constructed) = match self {
            Self::Primitive(tag, content) => (tag, content.clone(), false),
            Self::Constructed(tag, members) => (
                tag,
                members.iter().flat_map(|node| node.bytes(form)).collect(),
                true,
            ),
        };
        let mut out = tag.clone();
        match form {
            Length::Indefinite if constructed => {
                out.push(0x80);
                out.extend(content);
                out.extend([0, 0]);
                return out;
            }
            Length::Long => {
                out.push(0x84);
                out.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            }
            _ if content.len() < 0x80 => out.push(content.len() as u8),
            _ => {
                out.push(0x82);
                out.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        out.extend(content);
        out
    }

    /// This value with `extra` appended to each of its constructed values in turn.
    pub(crate) fn with_extra_member(&self, extra: &Self) -> Vec<Self> {
        let Self::Constructed(tag, members) = self else {
            return Vec::new();
        };
        let mut appended = members.clone();
        appended.push(extra.clone());
        let mut all = vec![Self::Constructed(tag.clone(), appended)];
        for (index, member) in members.iter().enumerate() {
            for changed in member.with_extra_member(extra) {
                let mut members = members.clone();
                members[index] = changed;
                all.push(Self::Constructed(tag.clone(), members));
            }
        }
        all
    }
}
