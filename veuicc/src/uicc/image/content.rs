// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a file holds: a pattern and what was written over it, both as places in one pool of bytes.
//!
//! Most files of a profile are all FF; such a file costs nothing here. [`Image::body`] makes the
//! bytes when they are wanted.

use super::{Dir, Ef, EfId, Image, Records, Structure};

/// Bytes in the pool of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

/// Bytes written over the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// Where in the body.
    pub(crate) offset: u32,
    pub(crate) bytes: Span,
}

/// How a pattern that is shorter than the file (or record) becomes as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fill {
    /// Its last byte is repeated behind it (fillPattern, TS 102 222 §6.3.2.2.2).
    #[default]
    LastByte,
    /// Its first byte is repeated before it.
    FirstByte,
    /// It is repeated as a whole (repeatPattern).
    Repeat,
}

/// The pattern of a file; in record-oriented files of each record. An empty one means FF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pattern {
    pub(crate) fill: Fill,
    pub(crate) bytes: Span,
}

/// What an EF holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content {
    pub(crate) pattern: Pattern,
    /// Its patches: the first of them and how many.
    pub(crate) patches: (u32, u32),
}

impl Image {
    /// The EF whose body an EF has: itself, or its target when it is a link.
    #[must_use]
    pub fn body_of(&self, id: EfId) -> EfId {
        self.ef(id).and_then(|ef| ef.link).unwrap_or(id)
    }

    /// The whole body of an EF as the package wrote it, links followed. For BER-TLV files: the
    /// objects, one after the other.
    #[must_use]
    pub fn body(&self, id: EfId) -> Vec<u8> {
        let Some(ef) = self.ef(self.body_of(id)) else {
            return Vec::new();
        };
        let mut body = self.pattern_body(ef);
        for patch in self.patches_of(ef) {
            let bytes = self.bytes(patch.bytes);
            let start = patch.offset as usize;
            let end = start + bytes.len();
            if matches!(ef.structure, Structure::BerTlv { .. }) && body.len() < end {
                body.resize(end, 0xFF);
            }
            if let Some(place) = body.get_mut(start..end) {
                place.copy_from_slice(bytes);
            }
        }
        body
    }

    /// One record of a record-oriented EF, from 1.
    #[must_use]
    pub fn record(&self, id: EfId, number: u8) -> Option<Vec<u8>> {
        let ef = self.ef(self.body_of(id))?;
        let Records { length, count } = ef.structure.records()?;
        if number == 0 || number > count {
            return None;
        }
        let length = usize::from(length);
        let start = (usize::from(number) - 1) * length;
        let mut record = self.expanded(ef.content.pattern, length);
        for patch in self.patches_of(ef) {
            let bytes = self.bytes(patch.bytes);
            for (at, byte) in (patch.offset as usize..).zip(bytes) {
                if let Some(place) = at.checked_sub(start).and_then(|at| record.get_mut(at)) {
                    *place = *byte;
                }
            }
        }
        Some(record)
    }

    /// Bytes of all EFs that are no links: what the profile takes of the card's memory.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        let own = self.efs.iter().filter(|ef| ef.link.is_none());
        own.map(|ef| u64::from(ef.structure.size())).sum()
    }

    /// Bytes of memory that the files take in this process, PINs and elements that are kept aside.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let children = |dir: &Dir| {
            size_of_val(dir.dirs.as_slice())
                + size_of_val(dir.efs.as_slice())
                + dir.pin_status.len()
                + dir.adf.as_ref().map_or(0, |adf| adf.aid.len())
        };
        size_of_val(self.dirs.as_slice())
            + size_of_val(self.efs.as_slice())
            + size_of_val(self.patches.as_slice())
            + self.pool.len()
            + self.dirs.iter().map(children).sum::<usize>()
    }

    fn patches_of(&self, ef: &Ef) -> &[Patch] {
        let (first, count) = ef.content.patches;
        let first = first as usize;
        self.patches
            .get(first..first + count as usize)
            .unwrap_or_default()
    }

    fn bytes(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        self.pool
            .get(start..start + span.length as usize)
            .unwrap_or_default()
    }

    fn pattern_body(&self, ef: &Ef) -> Vec<u8> {
        let pattern = ef.content.pattern;
        match ef.structure {
            Structure::Transparent(size) => self.expanded(pattern, size as usize),
            Structure::LinearFixed(records) | Structure::Cyclic(records) => self
                .expanded(pattern, usize::from(records.length))
                .repeat(usize::from(records.count)),
            Structure::BerTlv { .. } => Vec::new(),
        }
    }

    /// A pattern made as long as a file or a record.
    fn expanded(&self, pattern: Pattern, length: usize) -> Vec<u8> {
        let bytes = self.bytes(pattern.bytes);
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
            return vec![0xFF; length];
        };
        let missing = length.saturating_sub(bytes.len());
        let mut filled = Vec::with_capacity(length);
        match pattern.fill {
            Fill::LastByte => {
                filled.extend_from_slice(bytes);
                filled.extend(std::iter::repeat_n(last, missing));
            }
            Fill::FirstByte => {
                filled.extend(std::iter::repeat_n(first, missing));
                filled.extend_from_slice(bytes);
            }
            Fill::Repeat => filled.extend(bytes.iter().cycle().take(length)),
        }
        filled.truncate(length);
        filled
    }
}
