// SPDX-License-Identifier: MIT OR Apache-2.0
//! DEACTIVATE FILE and ACTIVATE FILE (TS 102 221 §11.1.14, §11.1.15).

use super::access::Mode;
use super::command::File;
use super::image::{EfId, Entry};
use super::{Uicc, done};
use crate::apdu::Response;
use crate::command::FileName;
use crate::status_word::StatusWord;

/// Bits of a life cycle status byte that tell activated ('05') from deactivated ('04').
const LIFE_CYCLE: u8 = 0x05;
const DEACTIVATED: u8 = 0x04;

impl Uicc<'_> {
    pub(super) fn deactivate_file(&mut self, file: File<'_>) -> Result<Response, StatusWord> {
        self.set_active(file, false)
    }

    pub(super) fn activate_file(&mut self, file: File<'_>) -> Result<Response, StatusWord> {
        self.set_active(file, true)
    }

    pub(super) fn is_active(&self, id: EfId) -> bool {
        self.overlay.active(self.image, id).unwrap_or_else(|| {
            let life_cycle = self.image.ef(id).map(|ef| ef.life_cycle);
            life_cycle.is_none_or(|byte| byte & LIFE_CYCLE != DEACTIVATED)
        })
    }

    /// The file becomes the current one.
    fn set_active(&mut self, file: File<'_>, active: bool) -> Result<Response, StatusWord> {
        let id = match self.named(file)? {
            Entry::Ef(id) => id,
            Entry::Dir(_) => return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE),
        };
        let mode = if active {
            Mode::Activate
        } else {
            Mode::Deactivate
        };
        self.demand(id, mode)?;
        if self.is_active(id) != active {
            self.overlay.to_mut().set_active(self.image, id, active);
        }
        if self.current.file != Some(id) {
            self.enter(Entry::Ef(id));
        }
        done()
    }

    fn named(&self, file: File<'_>) -> Result<Entry, StatusWord> {
        let name = match file {
            File::Current => {
                let current = self.current.file.map(Entry::Ef);
                return current.ok_or(StatusWord::NO_CURRENT_EF);
            }
            File::Identifier(fid) => FileName::Identifier(fid),
            File::PathFromMf(path) => FileName::PathFromMf(path),
            File::PathFromCurrent(path) => FileName::PathFromCurrent(path),
        };
        self.find(name).ok_or(StatusWord::FILE_NOT_FOUND)
    }
}
