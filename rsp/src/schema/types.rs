// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a schema table is made of.
//!
//! Tags are already resolved: a slot (a member, an arm, an element) carries the one tag that is on
//! the wire, 0 where an untagged CHOICE or an open type stands and the tag is that of its contents.

use std::fmt;

use crate::tlv::Tag;

/// A named ASN.1 type.
pub struct Type {
    name: &'static str,
    tag: u32,
    kind: Kind,
}

impl Type {
    pub(super) const fn new(name: &'static str, tag: u32, kind: Kind) -> Self {
        Self { name, tag, kind }
    }

    /// The name in the module; inner types without a name are called `ParentField`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The tag the type has by itself; none for an untagged CHOICE.
    #[must_use]
    pub const fn tag(&self) -> Option<Tag> {
        slot_tag(self.tag)
    }

    /// What is inside, with aliases followed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let mut ty = self;
        while let Kind::Alias(target) = ty.kind {
            ty = target;
        }
        ty.kind
    }

    /// The members of a SEQUENCE or SET, or the arms of a CHOICE.
    #[must_use]
    pub fn members(&self) -> &'static [Member] {
        match self.kind() {
            Kind::Sequence(members) | Kind::Set(members) | Kind::Choice(members) => members,
            _ => &[],
        }
    }

    /// The slot this type fills when it is a message of its own.
    pub(crate) const fn slot(&'static self) -> Slot {
        Slot {
            tag: slot_tag(self.tag),
            ty: self,
        }
    }

    /// How the type is called in an error message.
    pub(crate) fn describe(&self) -> &'static str {
        match self.kind() {
            Kind::Sequence(_) | Kind::Opaque => "SEQUENCE",
            Kind::SequenceOf(..) => "SEQUENCE OF",
            Kind::Set(_) => "SET",
            Kind::SetOf(..) => "SET OF",
            Kind::Choice(_) => "CHOICE",
            Kind::Integer(_) => "INTEGER",
            Kind::Enumerated(_) => "ENUMERATED",
            Kind::BitString(_) => "BIT STRING",
            Kind::OctetString => "OCTET STRING",
            Kind::Text => "text",
            Kind::Oid => "OBJECT IDENTIFIER",
            Kind::Boolean => "BOOLEAN",
            Kind::Null => "NULL",
            Kind::Any | Kind::Alias(_) => "anything",
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Names of integers or bits.
pub type Names = &'static [(&'static str, i64)];

/// The ASN.1 kind of a type.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// SEQUENCE
    Sequence(&'static [Member]),
    /// SEQUENCE OF, with the tag and type of the element
    SequenceOf(u32, &'static Type),
    /// SET
    Set(&'static [Member]),
    /// SET OF, with the tag and type of the element
    SetOf(u32, &'static Type),
    /// CHOICE
    Choice(&'static [Member]),
    /// INTEGER, with its named numbers
    Integer(Names),
    /// ENUMERATED
    Enumerated(Names),
    /// BIT STRING, with its named bits
    BitString(Names),
    /// OCTET STRING
    OctetString,
    /// UTF8String and the other character strings
    Text,
    /// OBJECT IDENTIFIER
    Oid,
    /// BOOLEAN
    Boolean,
    /// NULL
    Null,
    /// A SEQUENCE kept closed: X.509 certificates, keys and revocation lists
    Opaque,
    /// An open type: any TLV
    Any,
    /// Another name for a type
    Alias(&'static Type),
}

/// Whether a member is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Always.
    Must,
    /// OPTIONAL.
    May,
    /// DEFAULT, with the contents octets that DER leaves out.
    Default(&'static [u8]),
}

/// A member of a SEQUENCE or an arm of a CHOICE: name, tag on the wire, type, need.
#[derive(Debug, Clone, Copy)]
pub struct Member(
    pub(super) &'static str,
    pub(super) u32,
    pub(super) &'static Type,
    pub(super) Need,
);

impl Member {
    /// The ASN.1 identifier.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.0
    }

    /// The tag on the wire; none where the contents of an untagged CHOICE decide.
    #[must_use]
    pub const fn tag(&self) -> Option<Tag> {
        slot_tag(self.1)
    }

    /// The type.
    #[must_use]
    pub const fn ty(&self) -> &'static Type {
        self.2
    }

    /// Whether it is there.
    #[must_use]
    pub const fn need(&self) -> Need {
        self.3
    }

    pub(crate) const fn slot(&self) -> Slot {
        Slot {
            tag: slot_tag(self.1),
            ty: self.2,
        }
    }
}

const fn slot_tag(tag: u32) -> Option<Tag> {
    if tag == 0 { None } else { Some(Tag::new(tag)) }
}

/// A place in a message: the tag that stands there and the type of what follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) tag: Option<Tag>,
    pub(crate) ty: &'static Type,
}

impl Slot {
    /// The slot of the elements of a SEQUENCE OF.
    pub(crate) const fn element(tag: u32, ty: &'static Type) -> Self {
        Self {
            tag: slot_tag(tag),
            ty,
        }
    }

    /// Whether a TLV with this tag belongs here.
    pub(crate) fn accepts(self, tag: Tag) -> bool {
        match self.tag {
            Some(own) => own == tag,
            None => match self.ty.kind() {
                Kind::Choice(arms) => arms.iter().any(|arm| arm.slot().accepts(tag)),
                _ => true,
            },
        }
    }

    /// `INTEGER 81`, or `one of A0 psmoList, A1 ecoList`.
    pub(crate) fn expectation(self) -> String {
        match (self.tag, self.ty.kind()) {
            (Some(tag), _) => format!("{} {tag}", self.ty.describe()),
            (None, Kind::Choice(arms)) => one_of(arms),
            (None, _) => self.ty.describe().to_owned(),
        }
    }
}

/// `one of A0 psmoList, A1 ecoList`
pub(crate) fn one_of(arms: &[Member]) -> String {
    let arms: Vec<_> = arms
        .iter()
        .map(|arm| match arm.tag() {
            Some(tag) => format!("{tag} {}", arm.name()),
            None => arm.name().to_owned(),
        })
        .collect();
    format!("one of {}", arms.join(", "))
}
