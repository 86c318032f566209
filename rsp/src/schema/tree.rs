// SPDX-License-Identifier: MIT OR Apache-2.0
//! A decoded message: names and types over the exact bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::types::Type;
use crate::tlv::Tag;

/// What a node is to the node above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The message itself.
    Root,
    /// The member or arm with this position in its type.
    Member(usize),
    /// An element of a SEQUENCE OF.
    Element,
    /// A TLV the type does not know.
    Unknown,
    /// Octets that are no TLV.
    Rubbish,
}

/// One node of a decoded message.
///
/// Every node keeps its exact bytes: nothing is lost and nothing is normalised.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The identifier of the member, the position of the element, the name of the root's type.
    pub name: Cow<'static, str>,
    /// What the node is to the node above it.
    pub role: Role,
    /// The type, where one is known.
    pub ty: Option<&'static Type>,
    /// The tag on the wire; an untagged CHOICE shows that of its arm.
    pub tag: Option<Tag>,
    /// The nodes inside, in wire order.
    pub children: Vec<Self>,
    /// Remarks: `deviates: …` for what the module or DER does not allow.
    pub notes: Vec<Cow<'static, str>>,
    pub(super) source: Arc<[u8]>,
    pub(super) start: usize,
    pub(super) header_len: usize,
    pub(super) end: usize,
}

impl Tree {
    /// Where the node begins, from the start of the bytes given to the decoder.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.start
    }

    /// Octets of tag and length; 0 for an untagged CHOICE, which has none of its own.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        self.header_len
    }

    /// Tag, length and contents.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.source.get(self.start..self.end).unwrap_or_default()
    }

    /// The contents octets.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        self.source.get(self.contents_range()).unwrap_or_default()
    }

    pub(super) const fn contents_range(&self) -> Range<usize> {
        self.start + self.header_len..self.end
    }

    /// The bytes of the whole message.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// The name of the type; empty where none is known.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.ty.map_or("", Type::name)
    }

    /// The child with this name or position.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The node at a path such as `serverSigned1.serverAddress` or `euiccResult.0.enableResult`.
    /// `euiccResult[0]` is the same as `euiccResult.0`; the empty path is the node itself.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Self> {
        segments(path).try_fold(self, |node, segment| node.child(segment))
    }

    /// Every node below and including this one, each with its path, in wire order.
    #[must_use]
    pub fn walk(&self) -> Vec<(String, &Self)> {
        let mut nodes = Vec::new();
        self.collect(String::new(), &mut nodes);
        nodes
    }

    fn collect<'a>(&'a self, path: String, nodes: &mut Vec<(String, &'a Self)>) {
        nodes.push((path.clone(), self));
        for child in &self.children {
            child.collect(join(&path, &child.name), nodes);
        }
    }

    /// Everything in the message that the module or DER does not allow.
    #[must_use]
    pub fn deviations(&self) -> Vec<Deviation> {
        let mut found = Vec::new();
        for (path, node) in self.walk() {
            for note in &node.notes {
                if let Some(text) = note.strip_prefix(DEVIATES) {
                    let path = path.clone();
                    found.push(Deviation {
                        path,
                        offset: node.start,
                        text: text.to_owned(),
                    });
                }
            }
        }
        found
    }

    /// Whether the message is what the module and DER ask for.
    #[must_use]
    pub fn is_faithful(&self) -> bool {
        let told = self.notes.iter().any(|note| note.starts_with(DEVIATES));
        !told && self.children.iter().all(Self::is_faithful)
    }

    pub(super) fn deviates(&mut self, text: impl std::fmt::Display) {
        self.notes.push(format!("{DEVIATES}{text}").into());
    }
}

const DEVIATES: &str = "deviates: ";

/// One way in which a message is not what the module and DER ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{text} at offset {offset}", at(path))]
pub struct Deviation {
    /// Where in the message.
    pub path: String,
    /// Where in the bytes.
    pub offset: usize,
    /// What it is.
    pub text: String,
}

fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

/// The parts of a path.
pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '[', ']'])
        .filter(|segment| !segment.is_empty())
}

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
