// SPDX-License-Identifier: MIT OR Apache-2.0
//! BER-TLV files: RETRIEVE DATA and SET DATA (TS 102 221 §11.3), in blocks.
//!
//! The body of such a file is its data objects, one after the other.

use rsp::tlv::{Tag, Tlv};

use super::access::Mode;
use super::command::{Block, Target};
use super::image::EfId;
use super::{Uicc, done};
use crate::apdu::Response;
use crate::status_word::StatusWord;

/// The tag that asks for the list of tags.
const TAG_LIST: Tag = Tag::new(0x5C);

/// A data object on its way, in blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Transfer {
    /// To the terminal: what was not sent yet.
    Out(EfId, Vec<u8>),
    /// From the terminal: what has come.
    In(EfId, Vec<u8>),
}

impl Uicc<'_> {
    pub(super) fn retrieve_data(
        &mut self,
        target: Target,
        block: Block,
        tag: &[u8],
        length: usize,
    ) -> Result<Response, StatusWord> {
        let id = self.target(target)?;
        self.objects_limit(id)?;
        let mut object = match (block, self.current.transfer.take()) {
            (Block::First, _) => {
                self.demand(id, Mode::Read)?;
                let wanted = Tag::read(tag).map_err(|_| StatusWord::INCORRECT_DATA)?;
                if wanted.size() != tag.len() {
                    return Err(StatusWord::INCORRECT_DATA);
                }
                self.object(id, wanted)
                    .ok_or(StatusWord::REFERENCED_DATA_NOT_FOUND)?
            }
            (Block::Next, Some(Transfer::Out(from, rest))) if from == id => rest,
            (Block::Next, _) => return Err(StatusWord::CONDITIONS_NOT_SATISFIED),
        };
        if object.len() <= length {
            return Ok(Response::data(object));
        }
        let rest = object.split_off(length);
        self.current.transfer = Some(Transfer::Out(id, rest));
        Ok(Response {
            data: object,
            status: StatusWord::MORE_DATA_AVAILABLE,
        })
    }

    pub(super) fn set_data(
        &mut self,
        target: Target,
        block: Block,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let id = self.target(target)?;
        let limit = self.objects_limit(id)?;
        self.demand(id, Mode::Update)?;
        let mut object = match (block, self.current.transfer.take()) {
            (Block::First, _) => Vec::new(),
            (Block::Next, Some(Transfer::In(to, object))) if to == id => object,
            (Block::Next, _) => return Err(StatusWord::CONDITIONS_NOT_SATISFIED),
        };
        object.extend_from_slice(data);
        let tag = Tag::read(&object).map_err(|_| StatusWord::INCORRECT_DATA)?;
        // the tag alone, or with a length of zero, deletes
        if object.len() == tag.size() {
            return self.put_object(id, tag, &[], limit);
        }
        match Tlv::read(&object) {
            Ok((whole, [])) if whole.value.is_empty() => self.put_object(id, tag, &[], limit),
            Ok((whole, [])) => self.put_object(id, tag, whole.raw, limit),
            Ok(_) => Err(StatusWord::INCORRECT_DATA),
            Err(rsp::tlv::TlvError::Short { expected, .. }) => {
                if usize::try_from(expected).map_or(true, |expected| expected > limit) {
                    return Err(StatusWord::NOT_ENOUGH_MEMORY);
                }
                self.current.transfer = Some(Transfer::In(id, object));
                Ok(Response::status(StatusWord::MORE_DATA_EXPECTED))
            }
            Err(_) => Err(StatusWord::INCORRECT_DATA),
        }
    }

    /// A data object, or the list of all tags.
    fn object(&self, id: EfId, tag: Tag) -> Option<Vec<u8>> {
        let body = self.body(id);
        if tag == TAG_LIST {
            let mut tags = Vec::new();
            for object in objects(&body) {
                object.tag.write(&mut tags);
            }
            return Some(rsp::tlv::tlv(TAG_LIST, &tags));
        }
        let mut objects = objects(&body);
        objects
            .find(|object| object.tag == tag)
            .map(|object| object.raw.to_vec())
    }

    /// Puts an object in the place of the one with its tag; nothing deletes it.
    fn put_object(
        &mut self,
        id: EfId,
        tag: Tag,
        object: &[u8],
        limit: usize,
    ) -> Result<Response, StatusWord> {
        let body = self.body(id);
        let mut kept = Vec::with_capacity(body.len() + object.len());
        let mut found = false;
        for known in objects(&body) {
            if known.tag == tag {
                found = true;
                kept.extend_from_slice(object);
            } else {
                kept.extend_from_slice(known.raw);
            }
        }
        if object.is_empty() && !found {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if !found {
            kept.extend_from_slice(object);
        }
        if kept.len() > limit {
            return Err(StatusWord::NOT_ENOUGH_MEMORY);
        }
        self.write(id, kept);
        done()
    }
}

/// The objects of a body; padding ends them.
fn objects(mut rest: &[u8]) -> impl Iterator<Item = Tlv<'_>> {
    std::iter::from_fn(move || {
        if matches!(rest.first(), None | Some(0x00 | 0xFF)) {
            return None;
        }
        let (object, after) = Tlv::read(rest).ok()?;
        rest = after;
        Some(object)
    })
}
