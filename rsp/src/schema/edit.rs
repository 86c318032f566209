// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changing one place of a message and nothing else: the bytes outside stay as they are, only the
//! lengths of what encloses the place are written anew.

use std::ops::Range;

use serde_json::Value;

use super::encode;
use super::tree::{Role, Tree, join, segments};
use super::types::{Kind, Slot, Type};
use super::{DecodeError, EncodeError};
use crate::tlv::{self, Tlv};

/// What to do at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Write this value there: in place of what is there, or where the module puts the member, or
    /// at the end of a SEQUENCE OF, or instead of the other alternative of a CHOICE.
    Set(Value),
    /// Put these octets there as they are, tag and length included; in the same places as `Set`.
    SetRaw(Vec<u8>),
    /// Put these contents octets under the tag that is there.
    SetContents(Vec<u8>),
    /// Take it out.
    Remove,
    /// Put these octets behind everything inside the place, e.g. a member no module knows.
    Append(Vec<u8>),
}

/// Why an edit is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The message is not of the type.
    #[error("expected a message to edit: {0}")]
    Decode(#[from] DecodeError),
    /// There is no such place, and none where the module would put it.
    #[error("expected a member {missing} in {within}, saw {saw}")]
    NoSuchPlace {
        /// The part of the path that leads nowhere.
        missing: String,
        /// The path as far as it goes, or `the message`.
        within: String,
        /// The members there are.
        saw: String,
    },
    /// The value does not fit the type of the place.
    #[error("{path}: {error}")]
    Encode {
        /// The place.
        path: String,
        /// What does not fit.
        error: EncodeError,
    },
}

/// A range of the source and what replaces it.
struct Splice {
    range: Range<usize>,
    bytes: Vec<u8>,
}

impl Tree {
    /// The message with one place changed.
    ///
    /// # Errors
    /// When the path leads nowhere or the value does not fit.
    pub fn edit(&self, path: &str, edit: &Edit) -> Result<Vec<u8>, EditError> {
        let mut above = Vec::new();
        let mut node = self;
        let mut at = String::new();
        let mut parts = segments(path).peekable();
        while let Some(part) = parts.next() {
            above.push(node);
            if let Some(child) = node.child(part) {
                node = child;
                at = join(&at, part);
                continue;
            }
            if parts.peek().is_some() {
                return Err(nowhere(node, part, &at));
            }
            let splice = node.insertion(part, edit, &at)?;
            return Ok(self.splice(&above, splice));
        }
        let splice = node.change(edit, path, &mut above)?;
        Ok(self.splice(&above, splice))
    }

    /// The change of a node that is there.
    fn change<'a>(
        &'a self,
        edit: &Edit,
        path: &str,
        above: &mut Vec<&'a Self>,
    ) -> Result<Splice, EditError> {
        let whole = self.start..self.end;
        Ok(match edit {
            Edit::Set(value) => Splice {
                range: whole,
                bytes: self.written(value).map_err(|e| wrong(path, e))?,
            },
            Edit::SetRaw(bytes) => Splice {
                range: whole,
                bytes: bytes.clone(),
            },
            Edit::Remove => Splice {
                range: whole,
                bytes: Vec::new(),
            },
            Edit::SetContents(bytes) => {
                above.push(self);
                Splice {
                    range: self.contents_range(),
                    bytes: bytes.clone(),
                }
            }
            Edit::Append(bytes) => {
                above.push(self);
                Splice {
                    range: self.end..self.end,
                    bytes: bytes.clone(),
                }
            }
        })
    }

    /// A value written for this node, under the tag that is due here.
    fn written(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        let ty = self
            .ty
            .ok_or_else(|| EncodeError::new("expected a place of known type"))?;
        let untagged = self.header_len == 0 && ty.tag().is_none();
        let slot = Slot {
            tag: self.tag.filter(|_| !untagged),
            ty,
        };
        let mut bytes = Vec::new();
        encode::slot(&mut bytes, slot, value)?;
        Ok(bytes)
    }

    /// Where a member that is not there belongs, and its bytes.
    fn insertion(&self, name: &str, edit: &Edit, at: &str) -> Result<Splice, EditError> {
        let none = || nowhere(self, name, at);
        let ty = self.ty.ok_or_else(none)?;
        let (slot, range) = match ty.kind() {
            Kind::SequenceOf(tag, element) | Kind::SetOf(tag, element) => {
                let index = name.parse::<usize>().ok();
                index
                    .filter(|i| *i >= self.children.len())
                    .ok_or_else(none)?;
                (Slot::element(tag, element), self.end..self.end)
            }
            kind => {
                let found = ty
                    .members()
                    .iter()
                    .enumerate()
                    .find(|(_, m)| m.name() == name);
                let (i, member) = found.ok_or_else(none)?;
                let range = if matches!(kind, Kind::Choice(_)) {
                    self.contents_range()
                } else {
                    let place = self.place_of(i);
                    place..place
                };
                (member.slot(), range)
            }
        };
        match edit {
            Edit::Set(value) => {
                let mut bytes = Vec::new();
                let path = join(at, name);
                encode::slot(&mut bytes, slot, value).map_err(|e| wrong(&path, e))?;
                Ok(Splice { range, bytes })
            }
            Edit::SetRaw(bytes) => Ok(Splice {
                range,
                bytes: bytes.clone(),
            }),
            Edit::SetContents(bytes) => match slot.tag {
                Some(tag) => Ok(Splice {
                    range,
                    bytes: tlv::tlv(tag, bytes),
                }),
                None => Err(none()),
            },
            Edit::Remove | Edit::Append(_) => Err(none()),
        }
    }

    /// Where the member with this position goes among those that are there.
    fn place_of(&self, index: usize) -> usize {
        let later = |role: Role| matches!(role, Role::Member(i) if i > index);
        match self.children.iter().find(|child| later(child.role)) {
            Some(next) => next.start,
            // before what no module knows: additions come last
            None => self
                .children
                .iter()
                .rev()
                .find(|child| matches!(child.role, Role::Member(_)))
                .map_or(self.contents_range().start, |last| last.end),
        }
    }

    /// The source with a splice made and the lengths around it written anew.
    fn splice(&self, above: &[&Self], splice: Splice) -> Vec<u8> {
        let source = self.source();
        let part = |range: Range<usize>| source.get(range).unwrap_or_default();
        let Splice {
            mut range,
            mut bytes,
        } = splice;
        for node in above.iter().rev().filter(|node| node.header_len > 0) {
            let inside = node.contents_range();
            let mut body = part(inside.start..range.start).to_vec();
            body.append(&mut bytes);
            body.extend_from_slice(part(range.end..inside.end));
            bytes = rewrap(part(node.start..inside.end), node.header_len, body);
            range = node.start..node.end;
        }
        let mut out = part(0..range.start).to_vec();
        out.append(&mut bytes);
        out.extend_from_slice(part(range.end..source.len()));
        out
    }
}

/// New contents under the header or headers of an old TLV.
fn rewrap(old: &[u8], header_len: usize, contents: Vec<u8>) -> Vec<u8> {
    let Ok((tlv, _)) = Tlv::read(old) else {
        return contents;
    };
    // a doubled tag is two headers: the inner one first
    let contents = if tlv.header_len < header_len {
        rewrap(tlv.value, header_len - tlv.header_len, contents)
    } else {
        contents
    };
    if contents.len() == tlv.value.len() {
        let mut same = old.get(..tlv.header_len).unwrap_or_default().to_vec();
        same.extend(contents);
        return same;
    }
    tlv::tlv(tlv.tag, &contents)
}

fn wrong(path: &str, error: EncodeError) -> EditError {
    EditError::Encode {
        path: path.to_owned(),
        error,
    }
}

fn nowhere(node: &Tree, missing: &str, at: &str) -> EditError {
    let known = node.ty.map_or(&[][..], Type::members);
    let names: Vec<_> = if known.is_empty() {
        node.children
            .iter()
            .map(|child| child.name.to_string())
            .collect()
    } else {
        known
            .iter()
            .map(|member| member.name().to_owned())
            .collect()
    };
    EditError::NoSuchPlace {
        missing: missing.to_owned(),
        within: if at.is_empty() {
            "the message".to_owned()
        } else {
            at.to_owned()
        },
        saw: if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        },
    }
}
