// SPDX-License-Identifier: MIT OR Apache-2.0
//! From bytes to a [`Tree`], led by the tables.
//!
//! Strict reading wants the module's tags in the module's order; legal BER that DER forbids is
//! noted on the node. Members the table does not know are kept, as EXTENSIBILITY IMPLIED asks.
//! Lenient reading never fails: what strict refuses becomes a note, see `recover`.

use std::borrow::Cow;
use std::ops::Range;

use super::primitive::{self, Finding};
use super::reader::{Head, Reader};
use super::tree::{Role, Tree};
use super::types::{Kind, Member, Need, Slot, Type, one_of};
use crate::tlv::{MAX_DEPTH, Tag, TlvError};

/// Why bytes are not a message of the type asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at offset {offset}: expected {expected}, saw {saw}", self.place())]
pub struct DecodeError {
    /// The members leading to the place, separated by dots.
    pub path: String,
    /// Where in the bytes.
    pub offset: usize,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub saw: String,
}

impl DecodeError {
    pub(super) fn new(offset: usize, expected: impl Into<String>, saw: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            offset,
            expected: expected.into(),
            saw: saw.into(),
        }
    }

    fn place(&self) -> &str {
        if self.path.is_empty() {
            "message"
        } else {
            &self.path
        }
    }

    pub(super) fn within(mut self, name: &str) -> Self {
        self.path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{name}.{}", self.path)
        };
        self
    }
}

impl From<TlvError> for DecodeError {
    fn from(e: TlvError) -> Self {
        // the text of a TlvError is `expected … at offset …, saw …`
        let text = e.to_string();
        let (expected, saw) = text
            .split_once(", saw ")
            .unwrap_or((text.as_str(), "something else"));
        let expected = expected.trim_start_matches("expected ");
        let expected = expected
            .rsplit_once(" at offset ")
            .map_or(expected, |(text, _)| text);
        Self::new(e.offset(), expected, saw)
    }
}

impl Reader {
    /// The node of a slot over a TLV that the slot accepts.
    pub(super) fn slot(
        &self,
        name: Cow<'static, str>,
        role: Role,
        slot: Slot,
        head: Head,
        depth: usize,
    ) -> Result<Tree, DecodeError> {
        let mut node = self.node(name, role, head);
        node.ty = Some(slot.ty);
        if depth > MAX_DEPTH {
            self.refuse(
                &mut node,
                DecodeError::new(head.start, "less nesting", "too much"),
            )?;
            return Ok(node);
        }
        if slot.tag.is_some() {
            self.fill(&mut node, slot.ty, depth)?;
            return Ok(node);
        }
        // an untagged CHOICE or an open type has no header of its own
        node.header_len = 0;
        node.notes.clear();
        if let Kind::Choice(arms) = slot.ty.kind() {
            self.arm(&mut node, arms, head, depth)?;
        }
        Ok(node)
    }

    /// Adds the arm a TLV selects.
    pub(super) fn arm(
        &self,
        node: &mut Tree,
        arms: &'static [Member],
        head: Head,
        depth: usize,
    ) -> Result<(), DecodeError> {
        let found = arms
            .iter()
            .enumerate()
            .find(|(_, arm)| arm.slot().accepts(head.tag));
        let Some((i, arm)) = found else {
            let error = DecodeError::new(head.start, one_of(arms), self.seen(head));
            self.refuse(node, error)?;
            node.children.push(self.unknown(head, depth));
            return Ok(());
        };
        let child = self
            .slot(
                arm.name().into(),
                Role::Member(i),
                arm.slot(),
                head,
                depth + 1,
            )
            .map_err(|e| e.within(arm.name()))?;
        node.children.push(child);
        Ok(())
    }

    /// Reads the contents of a node as a type.
    pub(super) fn fill(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        depth: usize,
    ) -> Result<(), DecodeError> {
        match ty.kind() {
            Kind::Sequence(members) => self.sequence(node, ty, members, depth),
            Kind::Set(members) => self.set(node, members, depth),
            Kind::SequenceOf(tag, element) | Kind::SetOf(tag, element) => {
                self.sequence_of(node, ty, Slot::element(tag, element), depth)
            }
            Kind::Choice(arms) => self.choice(node, ty, arms, depth),
            Kind::Opaque => {
                self.opaque(node);
                Ok(())
            }
            Kind::Any | Kind::Alias(_) => Ok(()),
            kind => self.primitive(node, ty, kind),
        }
    }

    fn primitive(&self, node: &mut Tree, ty: &Type, kind: Kind) -> Result<(), DecodeError> {
        match primitive::check(kind, self.bytes(node.contents_range())) {
            None => Ok(()),
            Some(Finding::NotDer(text)) => {
                node.deviates(text);
                Ok(())
            }
            Some(Finding::Broken { expected, saw }) => {
                let expected = format!("{expected} as {}", ty.describe());
                let error = DecodeError::new(node.contents_range().start, expected, saw);
                self.refuse(node, error)
            }
        }
    }

    fn sequence(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        members: &'static [Member],
        depth: usize,
    ) -> Result<(), DecodeError> {
        self.unwrap_nested(node, ty);
        let (heads, error) = self.heads(node.contents_range());
        let mut seen = vec![false; members.len()];
        let mut stray = None;
        let mut next = 0;
        for head in heads {
            let accepted = |(_, member): &(usize, &Member)| member.slot().accepts(head.tag);
            if let Some((i, member)) = members.iter().enumerate().skip(next).find(accepted) {
                self.missing(node, members, &seen, next..i, stray.or(Some(head)))?;
                if let Some(flag) = seen.get_mut(i) {
                    *flag = true;
                }
                next = i + 1;
                self.member(node, (i, member), head, depth)?;
            } else if !self.stray(node, members, &mut seen, head, depth)? {
                stray = stray.or(Some(head));
            }
        }
        self.torn(node, error)?;
        self.missing(node, members, &seen, next..members.len(), stray)
    }

    /// Adds one member.
    pub(super) fn member(
        &self,
        node: &mut Tree,
        (i, member): (usize, &'static Member),
        head: Head,
        depth: usize,
    ) -> Result<(), DecodeError> {
        let mut child = self
            .slot(
                member.name().into(),
                Role::Member(i),
                member.slot(),
                head,
                depth + 1,
            )
            .map_err(|e| e.within(member.name()))?;
        if matches!(member.need(), Need::Default(default) if default == child.contents()) {
            child.deviates("DEFAULT value written out");
        }
        node.children.push(child);
        Ok(())
    }

    /// Tells which mandatory members of a range are not there.
    fn missing(
        &self,
        node: &mut Tree,
        members: &'static [Member],
        seen: &[bool],
        range: Range<usize>,
        instead: Option<Head>,
    ) -> Result<(), DecodeError> {
        let count = range.len();
        let absent = members
            .iter()
            .zip(seen)
            .skip(range.start)
            .take(count)
            .filter(|(member, seen)| !**seen && member.need() == Need::Must);
        for (member, _) in absent {
            let (offset, saw) = match instead {
                Some(head) => (head.start, self.seen(head)),
                None => (node.end, "the end".to_owned()),
            };
            let error = DecodeError::new(offset, member.slot().expectation(), saw);
            self.refuse(node, error.within(member.name()))?;
        }
        Ok(())
    }

    fn set(
        &self,
        node: &mut Tree,
        members: &'static [Member],
        depth: usize,
    ) -> Result<(), DecodeError> {
        let (heads, error) = self.heads(node.contents_range());
        let mut seen = vec![false; members.len()];
        for head in heads {
            let found = members
                .iter()
                .enumerate()
                .find(|(i, m)| seen.get(*i) == Some(&false) && m.slot().accepts(head.tag));
            match found {
                Some((i, member)) => {
                    if let Some(flag) = seen.get_mut(i) {
                        *flag = true;
                    }
                    self.member(node, (i, member), head, depth)?;
                }
                None => node.children.push(self.unknown(head, depth)),
            }
        }
        self.torn(node, error)?;
        self.missing(node, members, &seen, 0..members.len(), None)
    }

    fn sequence_of(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        slot: Slot,
        depth: usize,
    ) -> Result<(), DecodeError> {
        if !slot.accepts(Tag::SEQUENCE) {
            self.unwrap_nested(node, ty);
        }
        let (heads, error) = self.heads(node.contents_range());
        for (i, head) in heads.into_iter().enumerate() {
            let name = i.to_string();
            if slot.accepts(head.tag) {
                let child = self
                    .slot(name.clone().into(), Role::Element, slot, head, depth + 1)
                    .map_err(|e| e.within(&name))?;
                node.children.push(child);
                continue;
            }
            let error = DecodeError::new(head.start, slot.expectation(), self.seen(head));
            self.refuse(node, error.within(&name))?;
            node.children
                .push(self.foreign_element(slot, head, name, depth));
        }
        self.torn(node, error)
    }

    fn choice(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        arms: &'static [Member],
        depth: usize,
    ) -> Result<(), DecodeError> {
        if self.lenient {
            self.recover_choice(node, ty, arms, depth);
            return Ok(());
        }
        let range = node.contents_range();
        if range.is_empty() {
            return Err(DecodeError::new(range.start, one_of(arms), "the end"));
        }
        let head = self.head(range.clone())?;
        self.arm(node, arms, head, depth)?;
        if head.end < range.end {
            let saw = primitive::clipped(self.bytes(head.end..range.end));
            return Err(DecodeError::new(head.end, "one alternative only", saw));
        }
        Ok(())
    }
}
