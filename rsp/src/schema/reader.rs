// SPDX-License-Identifier: MIT OR Apache-2.0
//! One pass over one byte string: where its TLVs are, the nodes over them, and what becomes of
//! a refusal.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::DecodeError;
use super::tree::{Role, Tree};
use crate::tlv::{MAX_DEPTH, Tag, Tlv, TlvError};

/// A TLV's place in the source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) tag: Tag,
    pub(super) start: usize,
    pub(super) header_len: usize,
    pub(super) end: usize,
    /// Whether the length is in its shortest form.
    pub(super) minimal: bool,
}

impl Head {
    pub(super) const fn contents(self) -> Range<usize> {
        self.start + self.header_len..self.end
    }
}

/// One reading of one byte string.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    source: Arc<[u8]>,
    pub(super) lenient: bool,
}

impl Reader {
    pub(super) fn new(bytes: &[u8], lenient: bool) -> Self {
        Self {
            source: bytes.into(),
            lenient,
        }
    }

    /// The same bytes, read without mercy.
    pub(super) fn strictly(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            lenient: false,
        }
    }

    pub(super) fn whole(&self) -> Range<usize> {
        0..self.source.len()
    }

    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.source.get(range).unwrap_or_default()
    }

    /// The TLV at the start of a range.
    pub(super) fn head(&self, range: Range<usize>) -> Result<Head, TlvError> {
        let start = range.start;
        let (tlv, _) = Tlv::read(self.bytes(range)).map_err(|e| e.at(start))?;
        Ok(Head {
            tag: tlv.tag,
            start,
            header_len: tlv.header_len,
            end: start + tlv.raw.len(),
            minimal: tlv.length_is_minimal(),
        })
    }

    /// The TLVs of a range up to the first that is none.
    pub(super) fn heads(&self, range: Range<usize>) -> (Vec<Head>, Option<TlvError>) {
        let mut heads = Vec::new();
        let mut at = range.start;
        while at < range.end {
            match self.head(at..range.end) {
                Ok(head) => {
                    at = head.end;
                    heads.push(head);
                }
                Err(e) => return (heads, Some(e)),
            }
        }
        (heads, None)
    }

    /// An empty node over a TLV.
    pub(super) fn node(&self, name: Cow<'static, str>, role: Role, head: Head) -> Tree {
        let mut node = Tree {
            name,
            role,
            ty: None,
            tag: Some(head.tag),
            children: Vec::new(),
            notes: Vec::new(),
            source: Arc::clone(&self.source),
            start: head.start,
            header_len: head.header_len,
            end: head.end,
        };
        if !head.minimal {
            node.deviates("length not in its shortest form");
        }
        node
    }

    /// A TLV of unknown meaning, with what is inside it as far as it is TLV.
    pub(super) fn unknown(&self, head: Head, depth: usize) -> Tree {
        let mut node = self.node("unknown".into(), Role::Unknown, head);
        if head.tag.is_constructed() && depth < MAX_DEPTH {
            let (heads, error) = self.heads(head.contents());
            if error.is_none() {
                node.children = heads
                    .into_iter()
                    .map(|h| self.unknown(h, depth + 1))
                    .collect();
            }
        }
        node
    }

    /// Octets that are no TLV.
    pub(super) fn rubbish(&self, range: Range<usize>) -> Tree {
        let head = Head {
            tag: Tag::new(0),
            start: range.start,
            header_len: 0,
            end: range.end,
            minimal: true,
        };
        let mut node = self.node("rubbish".into(), Role::Rubbish, head);
        node.tag = None;
        node
    }

    /// In strict reading an error, in lenient a note on the node.
    pub(super) fn refuse(&self, node: &mut Tree, error: DecodeError) -> Result<(), DecodeError> {
        if !self.lenient {
            return Err(error);
        }
        let place = if error.path.is_empty() {
            String::new()
        } else {
            format!("{} ", error.path)
        };
        let DecodeError {
            expected,
            saw,
            offset,
            ..
        } = &error;
        let text = format!("{place}expected {expected}, saw {saw} at offset {offset}");
        node.deviates(text);
        Ok(())
    }

    /// Handles contents that stop being TLV.
    pub(super) fn torn(&self, node: &mut Tree, error: Option<TlvError>) -> Result<(), DecodeError> {
        let Some(error) = error else { return Ok(()) };
        self.refuse(node, error.into())?;
        let start = node
            .children
            .last()
            .map_or(node.contents_range().start, |child| child.end);
        node.children.push(self.rubbish(start..node.end));
        Ok(())
    }

    /// `02 01 05`, for error messages.
    pub(super) fn seen(&self, head: Head) -> String {
        let contents = self.bytes(head.contents());
        let tag = head.tag;
        match contents.len() {
            0 => format!("{tag} (empty)"),
            n if n <= 8 => format!("{tag} {}", hex::encode_upper(contents)),
            n => format!("{tag} of {n} octets"),
        }
    }
}
