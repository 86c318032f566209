// SPDX-License-Identifier: MIT OR Apache-2.0
//! A bound profile package as its segments, found in an answer of either binding and put back; and
//! what is inside them.
//!
//! Faults work on the bytes and not on the typed package, which knows no unknown tag and no order
//! but the right one. What is protected is opened with the session keys, changed and protected
//! again, so that the MAC of everything but the fault is right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsp::bsp::{Bsp, SegmentTag, SessionKeys};
use rsp::der;
use rsp::sgp22::ReplaceSessionKeysRequest;
use rsp::tlv::{Tag, Tlv, tlv, walk};
use serde_json::Value;

use super::{Channel, Done, Hand, NotDone, json};
use crate::service::{ASN1, HttpAnswer};

/// Tag of the whole.
const BOUND_PROFILE_PACKAGE: Tag = Tag::new(0xBF36);
/// `firstSequenceOf87`.
pub(super) const FIRST_87: Tag = Tag::new(0xA0);
/// `sequenceOf88`.
pub(super) const SEQUENCE_88: Tag = Tag::new(0xA1);
/// `secondSequenceOf87`.
pub(super) const SECOND_87: Tag = Tag::new(0xA2);
/// `sequenceOf86`.
pub(super) const SEQUENCE_86: Tag = Tag::new(0xA3);

/// A sequence of segments, each a whole TLV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(super) tag: Tag,
    pub(super) segments: Vec<Vec<u8>>,
}

/// A bound profile package (SGP.22 §2.5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// InitialiseSecureChannel (BF23), the whole TLV.
    pub(super) channel: Vec<u8>,
    pub(super) parts: Vec<Part>,
}

/// What the segments protect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(super) configure: Vec<u8>,
    pub(super) metadata: Vec<u8>,
    /// ReplaceSessionKeys (BF26).
    pub(super) replace: Option<Vec<u8>>,
    pub(super) elements: Vec<u8>,
}

impl Package {
    pub(super) fn parse(encoded: &[u8]) -> Option<Self> {
        let whole = Tlv::only(encoded).ok()?;
        let mut children = whole.children();
        let channel = children.next()?.ok()?.raw.to_vec();
        let part = |part: Result<Tlv<'_>, _>| {
            let part = part.ok()?;
            let segments = walk(part.value).map(|segment| segment.map(|it| it.raw.to_vec()));
            Some(Part {
                tag: part.tag,
                segments: segments.collect::<Result<_, _>>().ok()?,
            })
        };
        let parts = children.map(part).collect::<Option<_>>()?;
        Some(Self { channel, parts })
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut content = self.channel.clone();
        for part in &self.parts {
            content.extend(tlv(part.tag, &part.segments.concat()));
        }
        tlv(BOUND_PROFILE_PACKAGE, &content)
    }

    /// The segments under a tag.
    pub(super) fn part(&mut self, tag: Tag) -> Result<&mut Vec<Vec<u8>>, NotDone> {
        let part = self.parts.iter_mut().find(|part| part.tag == tag);
        let part = part.ok_or_else(|| NotDone::new(format!("the package has no {tag}")))?;
        Ok(&mut part.segments)
    }

    /// One segment under a tag, counted from 1.
    pub(super) fn segment(&mut self, tag: Tag, number: usize) -> Result<&mut Vec<u8>, NotDone> {
        let segments = self.part(tag)?;
        let count = segments.len();
        let segment = number.checked_sub(1).and_then(|it| segments.get_mut(it));
        let missing = || NotDone::new(format!("segment {number} of {count} in {tag}"));
        segment.ok_or_else(missing)
    }

    fn read(&self, bsp: &mut Bsp, tag: Tag, segment: SegmentTag) -> Result<Vec<u8>, NotDone> {
        let part = self.parts.iter().find(|part| part.tag == tag);
        let mut plain = Vec::new();
        for bytes in part.into_iter().flat_map(|part| &part.segments) {
            plain.extend(bsp.unprotect(segment, bytes).map_err(NotDone::new)?);
        }
        Ok(plain)
    }

    /// Opens every segment.
    pub(super) fn open(&self, channel: &Channel) -> Result<Plain, NotDone> {
        let mut bsp = Bsp::new(&channel.keys);
        let configure = self.read(&mut bsp, FIRST_87, SegmentTag::Tag87)?;
        let metadata = self.read(&mut bsp, SEQUENCE_88, SegmentTag::Tag88)?;
        let mut replace = None;
        if self.parts.iter().any(|part| part.tag == SECOND_87) {
            let plain = self.read(&mut bsp, SECOND_87, SegmentTag::Tag87)?;
            bsp.replace_keys(&replacement(&plain)?);
            replace = Some(plain);
        }
        let elements = self.read(&mut bsp, SEQUENCE_86, SegmentTag::Tag86)?;
        Ok(Plain {
            configure,
            metadata,
            replace,
            elements,
        })
    }

    /// Protects everything anew. `elements` gives the keys of the profile elements when they are
    /// others than the package says.
    pub(super) fn close(
        &mut self,
        channel: &Channel,
        plain: &Plain,
        elements: Option<&SessionKeys>,
    ) -> Done {
        let mut bsp = Bsp::new(&channel.keys);
        let mut parts = Vec::new();
        let mut put = |tag, segments| parts.push(Part { tag, segments });
        put(
            FIRST_87,
            bsp.protect_all(SegmentTag::Tag87, &plain.configure),
        );
        // the metadata keeps its cuts as far as they go
        let size = self.part(SEQUENCE_88)?.first().map_or(0, Vec::len);
        let size = payload(size).unwrap_or(SegmentTag::Tag88.capacity());
        let metadata = plain.metadata.chunks(size);
        let metadata = metadata.map(|part| bsp.protect(SegmentTag::Tag88, part));
        put(SEQUENCE_88, metadata.collect());
        if let Some(replace) = &plain.replace {
            put(SECOND_87, bsp.protect_all(SegmentTag::Tag87, replace));
            if let Ok(keys) = replacement(replace) {
                bsp.replace_keys(&keys);
            }
        }
        if let Some(keys) = elements {
            bsp.replace_keys(keys);
        }
        put(
            SEQUENCE_86,
            bsp.protect_all(SegmentTag::Tag86, &plain.elements),
        );
        self.parts = parts;
        Ok(())
    }

    /// Opens the package, changes what is inside, and protects it again.
    pub(super) fn change(
        &mut self,
        hand: &Hand<'_>,
        change: impl FnOnce(&mut Plain) -> Done,
    ) -> Done {
        let channel = channel(hand)?;
        let mut plain = self.open(channel)?;
        change(&mut plain)?;
        self.close(channel, &plain, None)
    }
}

/// The channel that is needed for what is protected.
pub(super) fn channel<'a>(hand: &'a Hand<'_>) -> Result<&'a Channel, NotDone> {
    let channel = hand.channel.as_ref();
    channel.ok_or_else(|| NotDone::new("the session keys of the package are not known"))
}

/// Bytes of metadata in a segment of so many bytes.
fn payload(segment: usize) -> Option<usize> {
    let inside = |header: usize| segment.checked_sub(header + 8);
    let header = match segment {
        0..=0x81 => 2,
        0x82..=0x102 => 3,
        _ => 4,
    };
    inside(header).filter(|size| *size > 0)
}

/// The keys of a ReplaceSessionKeys.
pub(super) fn replacement(plain: &[u8]) -> Result<SessionKeys, NotDone> {
    let request: ReplaceSessionKeysRequest = der::decode(plain).map_err(NotDone::new)?;
    let size = || NotDone::new("a key of ReplaceSessionKeys is not of 16 octets");
    Ok(SessionKeys {
        initial_mac_chaining_value: request
            .initial_mac_chaining_value
            .to_array()
            .ok_or_else(size)?,
        enc: request.ppk_enc.to_array().ok_or_else(size)?,
        mac: request.ppk_cmac.to_array().ok_or_else(size)?,
    })
}

/// Edits the package in an answer; nothing when there is none.
pub(super) fn edit(
    answer: &mut HttpAnswer,
    act: impl FnOnce(&mut Package) -> Done,
) -> Option<Done> {
    if answer.media_type == ASN1 {
        let encoded = inner(&answer.body, 0)?.to_vec();
        let mut package = Package::parse(&encoded)?;
        if let Err(reason) = act(&mut package) {
            return Some(Err(reason));
        }
        answer.body = replaced(&answer.body, &package.encode(), 0)?;
        return Some(Ok(()));
    }
    let mut members = json::members(answer)?;
    let text = members.get("boundProfilePackage")?.as_str()?;
    let mut package = Package::parse(&STANDARD.decode(text).ok()?)?;
    if let Err(reason) = act(&mut package) {
        return Some(Err(reason));
    }
    let text = STANDARD.encode(package.encode());
    members.insert("boundProfilePackage".to_owned(), Value::from(text));
    json::put(answer, &members);
    Some(Ok(()))
}

/// Levels above the package in the ASN.1 binding.
const MOST_LEVELS: usize = 6;

/// The package inside other TLVs.
fn inner(bytes: &[u8], level: usize) -> Option<&[u8]> {
    let mut children = walk(bytes).map_while(Result::ok);
    children.find_map(|child| match child.tag {
        BOUND_PROFILE_PACKAGE => Some(child.raw),
        tag if tag.is_constructed() && level < MOST_LEVELS => inner(child.value, level + 1),
        _ => None,
    })
}

/// The same TLVs around another package.
fn replaced(bytes: &[u8], package: &[u8], level: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for child in walk(bytes) {
        let child = child.ok()?;
        if child.tag == BOUND_PROFILE_PACKAGE {
            out.extend_from_slice(package);
        } else if child.tag.is_constructed()
            && level < MOST_LEVELS
            && inner(child.value, 0).is_some()
        {
            out.extend(tlv(child.tag, &replaced(child.value, package, level + 1)?));
        } else {
            out.extend_from_slice(child.raw);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Channel {
        let keys = SessionKeys {
            initial_mac_chaining_value: [1; 16],
            enc: [2; 16],
            mac: [3; 16],
        };
        Channel {
            euicc_otpk: vec![4; 65],
            keys,
        }
    }

    fn plain(replace: bool) -> Plain {
        let request = ReplaceSessionKeysRequest {
            initial_mac_chaining_value: [4; 16].into(),
            ppk_enc: [5; 16].into(),
            ppk_cmac: [6; 16].into(),
            additions: Default::default(),
        };
        Plain {
            configure: vec![0xBF, 0x24, 0x00],
            metadata: vec![7; 1500],
            replace: replace.then(|| der::encode(&request).unwrap()),
            elements: vec![8; 3000],
        }
    }

    #[test]
    fn what_is_closed_opens_and_closes_to_the_same_bytes() {
        for replace in [false, true] {
            let mut package = Package {
                channel: vec![0xBF, 0x23, 0x00],
                parts: vec![Part {
                    tag: SEQUENCE_88,
                    segments: Vec::new(),
                }],
            };
            package.close(&keys(), &plain(replace), None).unwrap();
            let before = package.encode();
            assert_eq!(Package::parse(&before).unwrap(), package);
            assert_eq!(package.open(&keys()).unwrap(), plain(replace));
            package.close(&keys(), &plain(replace), None).unwrap();
            assert_eq!(hex::encode(package.encode()), hex::encode(before));
        }
    }

    #[test]
    fn the_payload_of_a_segment_follows_from_its_length() {
        let mut bsp = Bsp::new(&keys().keys);
        for size in [1, 40, 119, 120, 247, 248, 1008] {
            let segment = bsp.protect(SegmentTag::Tag88, &vec![0; size]);
            assert_eq!(payload(segment.len()), Some(size));
        }
    }

    #[test]
    fn a_package_is_found_and_replaced_inside_other_tlvs() {
        let package = tlv(BOUND_PROFILE_PACKAGE, &[0xBF, 0x23, 0x00]);
        let around = tlv(
            Tag::new(0xA0),
            &[vec![0x80, 0x00], package.clone()].concat(),
        );
        let whole = tlv(Tag::new(0xA2), &tlv(Tag::new(0xBF3A), &around));
        assert_eq!(inner(&whole, 0), Some(package.as_slice()));
        let other = tlv(BOUND_PROFILE_PACKAGE, &[0; 200]);
        let changed = replaced(&whole, &other, 0).unwrap();
        assert_eq!(inner(&changed, 0), Some(other.as_slice()));
        assert_eq!(replaced(&changed, &package, 0).unwrap(), whole);
    }
}
