// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sections and segments of a bound profile package (SGP.22 §2.5.5): their heads, and what is
//! inside once the secure channel has opened them.

use rsp::bsp::{MAX_SEGMENT, SegmentTag};
use rsp::sgp22::{BppCommandId, ErrorReason};

use super::{LONGEST_SECTION, Loader};
use crate::es8::BppError;
use crate::es8::head::{Head, head};

impl Loader {
    pub(super) fn structure(&self) -> BppError {
        BppError::new(self.command(), ErrorReason::SCP03T_STRUCTURE_ERROR)
    }

    /// The next TLV's head; nothing when it is not all there.
    pub(super) fn head(&self, at: usize) -> Result<Option<Head>, BppError> {
        let bytes = self.received.get(at..).unwrap_or_default();
        head(bytes).map_err(|()| self.structure())
    }

    /// The header of A1 or A3: returns where the section ends.
    pub(super) fn section(&mut self, tag: u16) -> Result<Option<usize>, BppError> {
        let Some(head) = self.head(self.offset)? else {
            return Ok(None);
        };
        let end = self.offset + head.header + head.length;
        if head.tag != tag || head.length == 0 || end > self.end {
            return Err(self.structure());
        }
        self.offset += head.header;
        Ok(Some(end))
    }

    /// A whole section of 87 segments: returns what they carry.
    pub(super) fn encrypted_section(&mut self, tag: u16) -> Result<Option<Vec<u8>>, BppError> {
        let Some(head) = self.head(self.offset)? else {
            return Ok(None);
        };
        let end = self.offset + head.header + head.length;
        if head.tag != tag || head.length == 0 || head.length > LONGEST_SECTION || end > self.end {
            return Err(self.structure());
        }
        if self.received.len() < end {
            return Ok(None);
        }
        self.offset += head.header;
        let mut plain = Vec::new();
        while self.offset < end {
            match self.segment(SegmentTag::Tag87, end) {
                Some(part) => plain.extend_from_slice(&part?),
                None => return Err(self.structure()),
            }
        }
        Ok(Some(plain))
    }

    /// The next segment, unprotected; nothing when it is not whole yet.
    pub(super) fn segment(
        &mut self,
        tag: SegmentTag,
        end: usize,
    ) -> Option<Result<Vec<u8>, BppError>> {
        let command = self.command_of(tag);
        let structure = BppError::new(command, ErrorReason::SCP03T_STRUCTURE_ERROR);
        let rest = self.received.get(self.offset..).unwrap_or_default();
        let head = match head(rest) {
            Ok(head) => head?,
            Err(()) => return Some(Err(structure)),
        };
        let length = head.header + head.length;
        if head.tag != u16::from(tag.byte()) || length > MAX_SEGMENT || self.offset + length > end {
            return Some(Err(structure));
        }
        let bytes = rest.get(..length)?;
        let Some(bsp) = &mut self.bsp else {
            return Some(Err(structure));
        };
        let plain = bsp
            .unprotect(tag, bytes)
            .map_err(|error| BppError::segment(command, &error));
        self.offset += length;
        Some(plain)
    }

    pub(super) fn command_of(&self, tag: SegmentTag) -> BppCommandId {
        match tag {
            SegmentTag::Tag86 => BppCommandId::LOAD_PROFILE_ELEMENTS,
            SegmentTag::Tag87 => self.command(),
            SegmentTag::Tag88 => BppCommandId::STORE_METADATA,
        }
    }
}
