// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a file holds and who may touch it; READ BINARY and UPDATE BINARY.

use std::borrow::Cow;

use super::access::{self, Mode};
use super::command::{Length, Target};
use super::image::{DirId, EfId, Records, Security, Structure};
use super::{Uicc, done};
use crate::apdu::Response;
use crate::status_word::StatusWord;

/// Bit of the special file information: readable and updatable when deactivated.
const USABLE_WHEN_DEACTIVATED: u8 = 0x40;

impl Uicc<'_> {
    /// The body of a file as it is now, links followed.
    pub(super) fn body(&self, id: EfId) -> Cow<'_, [u8]> {
        let body = self.image.body_of(id);
        match self.overlay.content(self.image, body) {
            Some(content) => Cow::Borrowed(content),
            None => Cow::Owned(self.image.body(body)),
        }
    }

    /// One record as it is now, from 1.
    pub(super) fn record(&self, id: EfId, number: u8) -> Option<Vec<u8>> {
        let body = self.image.body_of(id);
        let Some(content) = self.overlay.content(self.image, body) else {
            return self.image.record(body, number);
        };
        let records = self.structure(id)?.records()?;
        let index = usize::from(number).checked_sub(1)?;
        let record = content.chunks(usize::from(records.length)).nth(index)?;
        Some(record.to_vec())
    }

    /// Replaces the body of a file, links followed.
    pub(super) fn write(&mut self, id: EfId, body: Vec<u8>) {
        let id = self.image.body_of(id);
        if *self.body(id) != *body {
            self.overlay.to_mut().set_content(self.image, id, body);
        }
    }

    fn structure(&self, id: EfId) -> Option<Structure> {
        self.image.ef(id).map(|ef| ef.structure)
    }

    /// The records of a file that has any.
    pub(super) fn records(&self, id: EfId) -> Result<Records, StatusWord> {
        self.structure(id)
            .and_then(Structure::records)
            .ok_or(StatusWord::INCOMPATIBLE_FILE_STRUCTURE)
    }

    pub(super) fn is_cyclic(&self, id: EfId) -> bool {
        matches!(self.structure(id), Some(Structure::Cyclic(_)))
    }

    /// The largest body of a BER-TLV file.
    pub(super) fn objects_limit(&self, id: EfId) -> Result<usize, StatusWord> {
        match self.structure(id) {
            Some(structure @ Structure::BerTlv { .. }) => Ok(structure.limit() as usize),
            _ => Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE),
        }
    }

    /// The access rule of a file, then its life cycle.
    pub(super) fn demand(&self, id: EfId, mode: Mode) -> Result<(), StatusWord> {
        let ef = self.image.ef(id).ok_or(StatusWord::FAULT)?;
        let rule = self.access_rule(ef.parent, ef.security);
        let context = self.context_of(id, ef.parent);
        let verified = |reference| self.is_verified(context, reference);
        if !access::allows(&rule.unwrap_or_default(), mode, &verified) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        let life_cycle_matters = !matches!(mode, Mode::Activate | Mode::Deactivate)
            && ef.special & USABLE_WHEN_DEACTIVATED == 0;
        if life_cycle_matters && !self.is_active(id) {
            return Err(StatusWord::REFERENCED_DATA_INVALIDATED);
        }
        Ok(())
    }

    /// The directory whose PINs protect a file: through a linked directory, the one it is seen in.
    fn context_of(&self, id: EfId, parent: DirId) -> DirId {
        let current = self.current.directory;
        if self.image.efs_in(current).contains(&id) {
            current
        } else {
            parent
        }
    }

    /// The record of an EF.ARR with the rules of a file: the EF is looked for in the directory of
    /// the file, then upwards (TS 102 221 §9.2.7).
    fn access_rule(&self, directory: DirId, security: Security) -> Option<Vec<u8>> {
        let mut next = Some(directory);
        // every step leads upwards
        while let Some(directory) = next {
            if let Some(arr) = self.image.ef_in(directory, security.arr) {
                return self.record(arr, security.record);
            }
            next = self.image.dir(directory)?.parent;
        }
        None
    }

    pub(super) fn read_binary(
        &mut self,
        target: Target,
        offset: u16,
        length: Length,
    ) -> Result<Response, StatusWord> {
        let id = self.transparent(target)?;
        self.demand(id, Mode::Read)?;
        let body = self.body(id);
        let rest = body
            .get(usize::from(offset)..)
            .filter(|rest| !rest.is_empty())
            .ok_or(StatusWord::WRONG_PARAMETERS)?;
        let (wanted, status) = match length {
            Length::Exactly(wanted) if rest.len() < wanted => (wanted, StatusWord::END_REACHED),
            Length::Exactly(wanted) | Length::AtMost(wanted) => (wanted, StatusWord::OK),
        };
        let data = rest.get(..wanted).unwrap_or(rest).to_vec();
        Ok(Response { data, status })
    }

    pub(super) fn update_binary(
        &mut self,
        target: Target,
        offset: u16,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let id = self.transparent(target)?;
        self.demand(id, Mode::Update)?;
        let mut body = self.body(id).into_owned();
        let start = usize::from(offset);
        if start >= body.len() {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        body.get_mut(start..start + data.len())
            .ok_or(StatusWord::WRONG_LENGTH)?
            .copy_from_slice(data);
        self.write(id, body);
        done()
    }

    fn transparent(&mut self, target: Target) -> Result<EfId, StatusWord> {
        let id = self.target(target)?;
        match self.structure(id) {
            Some(Structure::Transparent(_)) => Ok(id),
            _ => Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE),
        }
    }
}
