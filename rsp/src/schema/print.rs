// SPDX-License-Identifier: MIT OR Apache-2.0
//! The printer that never fails: names where they are known, raw TLV with its offset where not.
//!
//! ```text
//!     0  BF51 EuiccPackageResult [11]
//!     3    A2 euiccPackageErrorUnsigned [9]
//!     5      80 eimId [1] "a"
//! ```

use std::fmt::Write as _;

use super::apdu;
use super::message::guess_direction;
use super::text;
use super::tree::{Role, Tree};
use super::types::Kind;
use crate::tlv::{MAX_DEPTH, Tag, Tlv};

/// Prints bytes as a message of a type, or as whatever they look like for `auto`: the messages of
/// [`super::MESSAGES`], profile elements, certificates, command APDUs, status words, raw TLV.
#[must_use]
pub fn print(type_name: &str, bytes: &[u8]) -> String {
    let mut out = String::new();
    if type_name == "auto" {
        if !apdu::print(&mut out, bytes) {
            messages(&mut out, bytes, 0, None);
        }
    } else {
        out += &super::decode_lenient(type_name, bytes).print();
    }
    out
}

/// Prints messages that begin at an offset of something larger.
pub(super) fn messages(out: &mut String, bytes: &[u8], offset: usize, request: Option<bool>) {
    if profile(out, bytes) {
        return;
    }
    let Some((head, rest)) = first(bytes) else {
        out.push_str("# No whole TLV\n");
        raw(out, bytes, offset, 0);
        return;
    };
    // only an answer is followed by a status word
    let request = if rest.len() == 2 {
        Some(false)
    } else {
        request
    };
    match guess_direction(head, request) {
        Some(guess) => {
            let _ = writeln!(out, "# {}", guess.title());
            lines(out, &guess.tree, "", offset, 0);
        }
        None => {
            let _ = match certificate(head) {
                Some(summary) => writeln!(out, "# Certificate {summary}"),
                None => writeln!(out, "# No message that is known, as TLV"),
            };
            raw(out, head, offset, 0);
        }
    }
    if rest.is_empty() {
        return;
    }
    if let [high, low] = rest {
        apdu::status(out, *high, *low);
    } else {
        further(out, rest, offset + head.len());
    }
}

/// More messages after the first, without recursion.
fn further(out: &mut String, mut bytes: &[u8], mut offset: usize) {
    while let Some((head, rest)) = first(bytes) {
        match super::guess(head) {
            Some(guess) => lines(out, &guess.tree, "", offset, 0),
            None => raw(out, head, offset, 0),
        }
        offset += head.len();
        bytes = rest;
    }
    raw(out, bytes, offset, 0);
}

fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tlv, rest) = Tlv::read(bytes).ok()?;
    Some((tlv.raw, rest))
}

fn certificate(bytes: &[u8]) -> Option<String> {
    let whole = Tlv::only(bytes)
        .ok()
        .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
    let tags: Vec<_> = whole
        .children()
        .map_while(Result::ok)
        .map(|tlv| tlv.tag)
        .collect();
    (tags == [Tag::SEQUENCE, Tag::SEQUENCE, Tag::new(0x03)]).then(|| text::summary(bytes))?
}

/// A profile package: profile elements one after the other, the header first.
fn profile(out: &mut String, bytes: &[u8]) -> bool {
    let Some((head, mut rest)) = first(bytes) else {
        return false;
    };
    let Ok(header) = super::decode("ProfileElement", head) else {
        return false;
    };
    if header
        .child("header")
        .is_none_or(|header| header.child("iccid").is_none())
    {
        return false;
    }
    let _ = writeln!(out, "# Profile package");
    lines(out, &header, "", 0, 0);
    let mut offset = head.len();
    while let Some((head, more)) = first(rest) {
        lines(
            out,
            &super::decode_lenient("ProfileElement", head),
            "",
            offset,
            0,
        );
        offset += head.len();
        rest = more;
    }
    raw(out, rest, offset, 0);
    true
}

impl Tree {
    /// The tree as indented lines: offset, tag, name, length of the contents, value, remarks.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::new();
        lines(&mut out, self, "", 0, 0);
        out
    }

    /// The value in words, as [`Tree::print`] shows it behind the name; none where the nodes
    /// inside say it all.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        text::value(self)
    }
}

/// One node and what is in it. An untagged CHOICE has no line: its name goes before its arm's.
fn lines(out: &mut String, node: &Tree, prefix: &str, base: usize, depth: usize) {
    let name = format!("{prefix}{}", node.name);
    let at = base + node.offset();
    let untagged = node.header_len() == 0 && node.role != Role::Rubbish;
    if let [arm] = node.children.as_slice()
        && untagged
    {
        remarks(out, node, depth);
        lines(out, arm, &format!("{name}."), base, depth);
        return;
    }
    let tag = node.tag.map(|tag| tag.to_string()).unwrap_or_default();
    let indent = 2 * depth;
    let length = node.contents().len();
    let _ = write!(out, "{at:>5}  {:indent$}{tag} {name} [{length}]", "");
    if let Some(segments) = segments(node) {
        let _ = writeln!(out, " {segments}");
        remarks(out, node, depth);
        return;
    }
    match text::value(node) {
        Some(value) => {
            let _ = writeln!(out, " {value}");
        }
        None => out.push('\n'),
    }
    remarks(out, node, depth);
    nested(out, node, base, depth);
    for child in &node.children {
        lines(out, child, "", base, depth + 1);
    }
}

fn remarks(out: &mut String, node: &Tree, depth: usize) {
    for note in &node.notes {
        let _ = writeln!(out, "{:>5}  {:indent$}! {note}", "", "", indent = 2 * depth);
    }
}

/// The segments of a bound profile package: how many and how long, not what is in them.
fn segments(node: &Tree) -> Option<String> {
    let kind = node.ty?.kind();
    let (Kind::SequenceOf(tag, _), true) = (kind, node.name.contains("equenceOf8")) else {
        return None;
    };
    let sizes: Vec<_> = node
        .children
        .iter()
        .map(|c| c.contents().len().to_string())
        .collect();
    let tag = Tag::new(tag);
    Some(format!(
        "{} segments {tag} of {} octets",
        sizes.len(),
        sizes.join(", ")
    ))
}

/// Octet strings that hold a structure of another module.
fn nested(out: &mut String, node: &Tree, base: usize, depth: usize) {
    if node.name != "simaResponse" {
        return;
    }
    let mut rest = node.contents();
    let mut offset = base + node.contents_range().start;
    while let Some((head, more)) = first(rest) {
        lines(
            out,
            &super::decode_lenient("EUICCResponse", head),
            "",
            offset,
            depth + 1,
        );
        offset += head.len();
        rest = more;
    }
}

/// Bytes of unknown meaning: as TLV as far as that goes, also inside what is cut off.
pub(super) fn raw(out: &mut String, bytes: &[u8], base: usize, depth: usize) {
    let mut at = 0;
    let indent = 2 * depth;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let offset = base + at;
        let Some((tag, header_len, announced)) = header(rest) else {
            let _ = writeln!(out, "{offset:>5}  {:indent$}{}", "", text::octets(rest));
            return;
        };
        let inside = rest.get(header_len..).unwrap_or_default();
        let cut = announced > inside.len();
        let inside = inside.get(..announced).unwrap_or(inside);
        let _ = write!(out, "{offset:>5}  {:indent$}{tag} [{announced}]", "");
        if cut {
            let _ = write!(out, " cut off after {}", inside.len());
        }
        if tag.is_constructed() && depth < MAX_DEPTH {
            out.push('\n');
            raw(out, inside, offset + header_len, depth + 1);
        } else {
            let _ = writeln!(out, " {}", text::octets(inside));
        }
        at += header_len + inside.len();
    }
}

/// Tag, size of the header and announced length, of a TLV that may be cut off.
fn header(bytes: &[u8]) -> Option<(Tag, usize, usize)> {
    match Tlv::read(bytes) {
        Ok((tlv, _)) => Some((tlv.tag, tlv.header_len, tlv.value.len())),
        Err(crate::tlv::TlvError::Short {
            offset, expected, ..
        }) => {
            let tag = Tag::read(bytes).ok()?;
            Some((tag, offset, usize::try_from(expected).ok()?))
        }
        Err(_) => None,
    }
}
