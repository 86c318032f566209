// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lenient reading of the wrong forms that peers in the field send.
//!
//! Nearly all of them are one of four: the tag of a CHOICE doubled, the tag of an arm left out, the
//! type's own tag where a context tag replaces it, a context tag written EXPLICIT. Each gets a note
//! that says which. Where several readings are possible, the first that holds strictly is taken.

use super::DecodeError;
use super::reader::{Head, Reader};
use super::tree::{Role, Tree};
use super::types::{Kind, Member, Slot, Type};
use crate::tlv::{MAX_DEPTH, Tag};

impl Reader {
    /// Steps into a whole TLV that repeats the type's own tag inside a tag that replaces it.
    pub(super) fn unwrap_nested(&self, node: &mut Tree, ty: &'static Type) {
        if !self.lenient || node.tag == ty.tag() {
            return;
        }
        let range = node.contents_range();
        let Ok(head) = self.head(range.clone()) else {
            return;
        };
        let own = ty.tag() == Some(head.tag) && head.end == range.end;
        let is_member = ty
            .members()
            .first()
            .is_some_and(|m| m.slot().accepts(head.tag));
        if own && (!is_member || self.fits(ty, head)) {
            self.step_into(node, head, "nested in the tag that replaces it");
        }
    }

    /// Whether the contents of a TLV are strictly a value of a type.
    fn fits(&self, ty: &'static Type, head: Head) -> bool {
        let strict = self.strictly();
        let mut probe = strict.node("".into(), Role::Root, head);
        probe.tag = ty.tag();
        strict.fill(&mut probe, ty, 0).is_ok()
    }

    fn step_into(&self, node: &mut Tree, head: Head, how: &str) {
        node.deviates(format!("{} {how}", head.tag));
        node.header_len += head.header_len;
    }

    /// Certificates and keys: a whole `30…` inside the tag that replaces the 30.
    pub(super) fn opaque(&self, node: &mut Tree) {
        if node.tag == Some(Tag::SEQUENCE) {
            return;
        }
        let range = node.contents_range();
        if let Ok(head) = self.head(range.clone())
            && head.tag == Tag::SEQUENCE
            && head.end == range.end
        {
            self.step_into(node, head, "nested in the tag that replaces it");
        }
    }

    /// A TLV of a SEQUENCE that no member from here on accepts. True when it was found a place.
    pub(super) fn stray(
        &self,
        node: &mut Tree,
        members: &'static [Member],
        seen: &mut [bool],
        head: Head,
        depth: usize,
    ) -> Result<bool, DecodeError> {
        let late = members
            .iter()
            .enumerate()
            .find(|(_, m)| m.slot().accepts(head.tag));
        if let Some((i, member)) = late {
            let again = seen.get(i) == Some(&true);
            let how = if again { "only once" } else { "earlier" };
            let expected = format!("{} {how}", member.slot().expectation());
            let error = DecodeError::new(head.start, expected, self.seen(head));
            self.refuse(node, error.within(member.name()))?;
            if let Some(flag) = seen.get_mut(i) {
                *flag = true;
            }
            self.member(node, (i, member), head, depth)?;
            return Ok(true);
        }
        if self.lenient && self.recover_member(node, members, seen, head, depth) {
            return Ok(true);
        }
        let mut unknown = self.unknown(head, depth);
        if let Some(member) = members.iter().find(|m| bare_arm(m.slot(), head.tag)) {
            unknown.deviates(without_wrapper(member, head.tag));
        }
        node.children.push(unknown);
        Ok(false)
    }

    /// Finds the member a TLV with a wrong tag is meant to be.
    fn recover_member(
        &self,
        node: &mut Tree,
        members: &'static [Member],
        seen: &mut [bool],
        head: Head,
        depth: usize,
    ) -> bool {
        let open = |i: &usize| seen.get(*i) == Some(&false);
        let found = members.iter().enumerate().find_map(|(i, member)| {
            let slot = member.slot();
            let reading = Some(i)
                .filter(open)
                .and_then(|_| self.misread(slot, head))?;
            Some((i, member, reading))
        });
        let Some((i, member, reading)) = found else {
            return false;
        };
        if let Some(flag) = seen.get_mut(i) {
            *flag = true;
        }
        let child = self.read_as(reading, (i, member), head, depth);
        node.children.push(child);
        true
    }

    /// How a TLV that a slot does not accept could still be meant for it.
    fn misread(&self, slot: Slot, head: Head) -> Option<Reading> {
        let tag = slot.tag?;
        if bare_arm(slot, head.tag) {
            return Some(Reading::BareArm);
        }
        if slot.ty.tag() == Some(head.tag) {
            return Some(Reading::OwnTag);
        }
        let flipped = tag.with_constructed(!tag.is_constructed());
        let inner = self.head(head.contents()).ok();
        let nested = inner.is_some_and(|h| h.end == head.end && slot.ty.tag() == Some(h.tag));
        (flipped == head.tag && (nested || !head.tag.is_constructed())).then_some(Reading::Explicit)
    }

    /// The node of a member in one of the wrong forms.
    fn read_as(
        &self,
        reading: Reading,
        (i, member): (usize, &'static Member),
        head: Head,
        depth: usize,
    ) -> Tree {
        let mut node = self.node(member.name().into(), Role::Member(i), head);
        node.ty = Some(member.ty());
        let due = member.tag().unwrap_or(head.tag);
        match reading {
            Reading::BareArm => {
                node.header_len = 0;
                node.deviates(without_wrapper(member, head.tag));
                let _ = self.arm(&mut node, member.ty().members(), head, depth + 1);
                return node;
            }
            Reading::OwnTag => node.deviates(format!("tag {} where {due} is due", head.tag)),
            Reading::Explicit => match self.head(head.contents()) {
                Ok(inner) if head.tag.is_constructed() => {
                    self.step_into(&mut node, inner, "explicit inside the tag that replaces it");
                }
                _ => node.deviates(format!("tag {} where {due} is due", head.tag)),
            },
        }
        if depth < MAX_DEPTH {
            let _ = self.fill(&mut node, member.ty(), depth + 1);
        }
        node
    }

    /// An element with a tag the SEQUENCE OF does not have.
    pub(super) fn foreign_element(
        &self,
        slot: Slot,
        head: Head,
        name: String,
        depth: usize,
    ) -> Tree {
        if slot.tag.is_some() && slot.ty.tag() == Some(head.tag) {
            let mut node = self.node(name.into(), Role::Element, head);
            node.ty = Some(slot.ty);
            let _ = self.fill(&mut node, slot.ty, depth + 1);
            return node;
        }
        let mut node = self.unknown(head, depth);
        node.name = name.into();
        node
    }

    /// The contents of a tagged CHOICE, in whatever form they came.
    pub(super) fn recover_choice(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        arms: &'static [Member],
        depth: usize,
    ) {
        let (heads, error) = self.heads(node.contents_range());
        let Some((&first, rest)) = heads.split_first() else {
            if error.is_none() {
                node.deviates(format!(
                    "expected {}, saw the end",
                    super::types::one_of(arms)
                ));
            }
            let _ = self.torn(node, error);
            return;
        };
        if rest.is_empty() && error.is_none() && self.reread(node, ty, arms, first, depth) {
            return;
        }
        let known = arms.iter().any(|arm| arm.slot().accepts(first.tag));
        if !(known && rest.is_empty()) && self.bare(node, arms, depth) {
            return;
        }
        let _ = self.arm(node, arms, first, depth);
        for head in rest {
            node.deviates(format!("more than one alternative: {}", self.seen(*head)));
            node.children.push(self.unknown(*head, depth));
        }
        let _ = self.torn(node, error);
    }

    /// The only TLV of a CHOICE: the right arm, the CHOICE again, or an arm with its own tag.
    fn reread(
        &self,
        node: &mut Tree,
        ty: &'static Type,
        arms: &'static [Member],
        head: Head,
        depth: usize,
    ) -> bool {
        let known = arms.iter().find(|arm| arm.slot().accepts(head.tag));
        if let Some(arm) = known {
            let strict = self.strictly();
            let holds = strict
                .slot("".into(), Role::Root, arm.slot(), head, depth + 1)
                .is_ok();
            if holds || !self.bare(node, arms, depth) {
                let _ = self.arm(node, arms, head, depth);
            }
            return true;
        }
        if (ty.tag() == Some(head.tag) || node.tag == Some(head.tag)) && node.header_len < 64 {
            self.step_into(node, head, "doubled");
            self.recover_choice(node, ty, arms, depth);
            return true;
        }
        let readings: Vec<_> = arms
            .iter()
            .enumerate()
            .filter_map(|(i, arm)| Some((i, arm, self.misread(arm.slot(), head)?)))
            .collect();
        let best = readings
            .iter()
            .find(|(_, arm, _)| self.plausible(arm.ty(), head));
        let Some(&(i, arm, reading)) = best.or(readings.first()) else {
            return false;
        };
        let child = self.read_as(reading, (i, arm), head, depth);
        node.children.push(child);
        true
    }

    /// Whether a TLV with an arm's own tag really is that arm: the arms may all be SEQUENCEs.
    fn plausible(&self, ty: &'static Type, head: Head) -> bool {
        match ty.kind() {
            Kind::Opaque => {
                let children = self.heads(head.contents()).0.len();
                (ty.name() == "SubjectPublicKeyInfo") == (children == 2)
            }
            _ => self.fits(ty, head),
        }
    }

    /// The contents of a CHOICE as the contents of an arm whose tag was left out.
    fn bare(&self, node: &mut Tree, arms: &'static [Member], depth: usize) -> bool {
        let strict = self.strictly();
        for (i, arm) in arms.iter().enumerate() {
            let (Some(tag), Kind::Sequence(_) | Kind::SequenceOf(..)) =
                (arm.tag(), arm.ty().kind())
            else {
                continue;
            };
            let range = node.contents_range();
            let head = Head {
                tag,
                start: range.start,
                header_len: 0,
                end: range.end,
                minimal: true,
            };
            let name = arm.name().into();
            let Ok(mut child) = strict.slot(name, Role::Member(i), arm.slot(), head, depth + 1)
            else {
                continue;
            };
            child.deviates(format!("tag {tag} of the alternative left out"));
            node.children.push(child);
            return true;
        }
        false
    }
}

/// The wrong forms of a member.
#[derive(Debug, Clone, Copy)]
enum Reading {
    /// The type's own tag, where a context tag replaces it.
    OwnTag,
    /// The context tag around the type's own tag.
    Explicit,
    /// An arm of a CHOICE without the tag around it.
    BareArm,
}

/// Whether a tag is that of an arm of a CHOICE whose own tag is missing.
fn bare_arm(slot: Slot, tag: Tag) -> bool {
    slot.tag.is_some()
        && slot.ty.tag().is_none()
        && matches!(slot.ty.kind(), Kind::Choice(arms) if arms.iter().any(|arm| arm.tag() == Some(tag)))
}

fn without_wrapper(member: &Member, tag: Tag) -> String {
    match member.tag() {
        Some(wrapper) => format!("{tag} of {} without {wrapper} around it", member.name()),
        None => format!("{tag} of {}", member.name()),
    }
}
