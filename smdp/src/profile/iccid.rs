// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where an unprotected profile package says its ICCID, so that it can be given another without
//! any other byte or length changing.
//!
//! - the ProfileHeader has it in the order of its digits;
//! - EF.ICCID has it with the digits of each octet swapped. Its content may come in pieces, with
//!   offsets that count from the end of the piece before, from a fill or repeat pattern, or from
//!   generic file management (TCA eUICC Profile Package §8.3);
//! - anything else, such as the parameters of an application, may repeat it whole.
//!
//! Trap: an ICCID with hardly any variety (all zeros) occurs by chance, so that its repetitions are
//! left alone.

mod file;

use std::collections::BTreeMap;
use std::ops::Range;

use rsp::tlv::{Tag, Tlv, TlvError, walk};

use file::EfIccid;

/// Different octets that an ICCID must have for its repetitions to be more than chance.
const VARIETY: usize = 4;

/// What stands at one octet of a package: a part of the ICCID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Two digits in printed order, as in the header.
    Printed(usize),
    /// Two digits swapped, as in EF.ICCID.
    Swapped(usize),
    /// One digit as a character.
    Character(usize),
}

/// What an octet of a repetition is, by its place in it.
type PartAt = fn(usize) -> Part;

/// The octets of a package that depend on its ICCID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    octets: Vec<(usize, Part)>,
    /// Octets of EF.ICCID that no byte of the package gives: they are FF.
    unwritten: Vec<usize>,
    /// Digits of the ICCID where the package has it as text.
    characters: Option<usize>,
}

/// Why a package cannot be given another ICCID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// The package is no row of TLVs inside either.
    #[error("expected profile elements: {0}")]
    Tlv(#[from] TlvError),
    /// No element makes an EF.ICCID.
    #[error("expected an element with EF.ICCID, found none")]
    NoFile,
    /// EF.ICCID is a link to another file.
    #[error("expected EF.ICCID to have content of its own, found a link")]
    Linked,
    /// EF.ICCID has another content than the header.
    #[error("expected EF.ICCID to be {expected} as in the ProfileHeader, found {found}")]
    Differs {
        /// The header's ICCID as in EF.ICCID.
        expected: String,
        /// The content of the file.
        found: String,
    },
    /// The package has no room for the new ICCID.
    #[error("expected an ICCID with {expected}, got {got}")]
    NoRoom {
        /// What the package can hold.
        expected: String,
        /// What it was to hold.
        got: String,
    },
}

impl Places {
    /// Finds the places in a package whose header has `iccid`, given as in EF.ICCID.
    pub(super) fn find(package: &[u8], iccid: &[u8; 10]) -> Result<Self, RewriteError> {
        let mut header = None;
        let mut file = EfIccid::default();
        for element in members(package, 0) {
            let element = element?;
            if header.is_none() {
                header = children(element)
                    .filter_map(Result::ok)
                    .find(|member| member.tlv.tag == Tag::new(0x83));
            }
            file.read(element)?;
        }
        let mut octets = Vec::new();
        if let Some(header) = header {
            octets.extend((0..10).map(|at| (header.start + at, Part::Printed(at))));
        }
        let mut unwritten = Vec::new();
        for (at, origin) in file.origins()?.iter().enumerate() {
            match origin {
                Some(offset) => octets.push((*offset, Part::Swapped(at))),
                None if file.is_from_header() => {}
                None => unwritten.push(at),
            }
        }
        let mut places = Self {
            octets,
            unwritten,
            characters: None,
        };
        places.check(package, iccid)?;
        places.add_repetitions(package, iccid);
        Ok(places)
    }

    /// EF.ICCID has to be what the header says.
    fn check(&self, package: &[u8], iccid: &[u8; 10]) -> Result<(), RewriteError> {
        let mut found = *iccid;
        for at in &self.unwritten {
            found
                .get_mut(*at)
                .into_iter()
                .for_each(|octet| *octet = 0xFF);
        }
        for (offset, part) in &self.octets {
            if let Part::Swapped(at) = part
                && let (Some(seen), Some(octet)) = (package.get(*offset), found.get_mut(*at))
            {
                *octet = *seen;
            }
        }
        if found == *iccid {
            return Ok(());
        }
        Err(RewriteError::Differs {
            expected: hex::encode_upper(iccid),
            found: hex::encode_upper(found),
        })
    }

    /// Looks for the ICCID in every form outside the places that are known.
    fn add_repetitions(&mut self, package: &[u8], iccid: &[u8; 10]) {
        let mut kinds = iccid.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < VARIETY {
            return;
        }
        let digits = digits(iccid);
        let printed = iccid.map(|octet| octet.rotate_left(4));
        let forms: [(&[u8], PartAt); 3] = [
            (&printed, Part::Printed),
            (iccid, Part::Swapped),
            (digits.as_bytes(), Part::Character),
        ];
        let known: Vec<usize> = self.octets.iter().map(|(offset, _)| *offset).collect();
        for (form, part) in forms {
            for range in occurrences(package, form) {
                if known.iter().any(|offset| range.contains(offset)) {
                    continue;
                }
                let parts = range.enumerate().map(|(at, offset)| (offset, part(at)));
                self.octets.extend(parts);
                if let Part::Character(_) = part(0) {
                    self.characters = Some(digits.len());
                }
            }
        }
    }

    /// What to write where for another ICCID, given as in EF.ICCID.
    pub(super) fn changes(&self, iccid: &[u8; 10]) -> Result<BTreeMap<usize, u8>, RewriteError> {
        let digits = digits(iccid);
        let no_room = |expected| RewriteError::NoRoom {
            expected,
            got: digits.clone(),
        };
        if let Some(count) = self.characters.filter(|count| *count != digits.len()) {
            return Err(no_room(format!("{count} digits")));
        }
        let is_padding = |at: &usize| iccid.get(*at) == Some(&0xFF);
        if !self.unwritten.iter().all(is_padding) {
            let written = 20 - 2 * self.unwritten.len();
            return Err(no_room(format!("at most {written} digits")));
        }
        let mut changes = BTreeMap::new();
        for (offset, part) in &self.octets {
            let octet = match part {
                Part::Swapped(at) => iccid.get(*at).copied(),
                Part::Printed(at) => iccid.get(*at).map(|octet| octet.rotate_left(4)),
                Part::Character(at) => digits.as_bytes().get(*at).copied(),
            };
            let Some(octet) = octet else { continue };
            // An octet of a pattern may stand for several octets of the file.
            if changes
                .insert(*offset, octet)
                .is_some_and(|old| old != octet)
            {
                return Err(no_room("the repetitions of a pattern".to_owned()));
            }
        }
        Ok(changes)
    }
}

/// The digits of an ICCID without padding.
pub(super) fn digits(iccid: &[u8; 10]) -> String {
    let printed = iccid.map(|octet| octet.rotate_left(4));
    hex::encode_upper(printed).trim_end_matches('F').to_owned()
}

fn occurrences(package: &[u8], form: &[u8]) -> Vec<Range<usize>> {
    let size = form.len().max(1);
    let windows = package.windows(size).enumerate();
    windows
        .filter(|(_, window)| *window == form)
        .map(|(start, _)| start..start + size)
        .collect()
}

/// A TLV of a package, and where its contents begin in the package.
#[derive(Debug, Clone, Copy)]
struct Member<'a> {
    tlv: Tlv<'a>,
    start: usize,
}

/// The TLVs of bytes that begin at `base` of the package.
fn members(bytes: &[u8], base: usize) -> impl Iterator<Item = Result<Member<'_>, TlvError>> {
    let mut tlvs = walk(bytes);
    std::iter::from_fn(move || {
        let offset = base + tlvs.offset();
        let member = tlvs.next()?.map(|tlv| Member {
            tlv,
            start: offset + tlv.header_len,
        });
        Some(member.map_err(|error| error.at(base)))
    })
}

fn children(member: Member<'_>) -> impl Iterator<Item = Result<Member<'_>, TlvError>> {
    members(member.tlv.value, member.start)
}

#[cfg(test)]
mod tests;
