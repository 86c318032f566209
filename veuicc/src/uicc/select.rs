// SPDX-License-Identifier: MIT OR Apache-2.0
//! Selection (TS 102 221 §8.4, §11.1.1): what a name leads to from where a channel is.

use super::command::Target;
use super::image::{CURRENT_ADF, DirId, EfId, Entry, MF};
use super::{Session, Uicc};
use crate::apdu::Response;
use crate::command::{FileName, Template};
use crate::status_word::StatusWord;

impl Uicc<'_> {
    /// SELECT by file identifier or path.
    pub(crate) fn select(
        &mut self,
        name: FileName<'_>,
        template: Template,
    ) -> Result<Response, StatusWord> {
        let entry = self.find(name).ok_or(StatusWord::FILE_NOT_FOUND)?;
        self.enter(entry);
        self.selected(entry, template)
    }

    /// SELECT by AID, once the ADF is found: its application is active on the channel from now on.
    pub(crate) fn select_adf(
        &mut self,
        adf: DirId,
        template: Template,
    ) -> Result<Response, StatusWord> {
        self.enter(Entry::Dir(adf));
        self.current.application = Some(adf);
        self.selected(Entry::Dir(adf), template)
    }

    /// STATUS: the FCP of the current directory.
    pub(crate) fn current_fcp(&self) -> Vec<u8> {
        self.directory_fcp(self.current.directory)
    }

    /// STATUS: the AID of the application that is active on the channel.
    pub(crate) fn application_name(&self) -> Option<&[u8]> {
        let adf = self.image.dir(self.current.application?)?;
        adf.adf.as_ref().map(|adf| &*adf.aid)
    }

    /// Makes a file the current one.
    pub(super) fn enter(&mut self, entry: Entry) {
        self.current.transfer = None;
        self.current.record = None;
        match entry {
            Entry::Dir(dir) => {
                self.current.directory = dir;
                self.current.file = None;
                // another application takes the place of the one before
                if self.image.dir(dir).is_some_and(|dir| dir.adf.is_some()) {
                    self.current.application = Some(dir);
                }
            }
            Entry::Ef(file) => {
                self.current.file = Some(file);
                // a linked directory stays current when one of its files is selected
                let shown = self.image.efs_in(self.current.directory).contains(&file);
                if let Some(ef) = self.image.ef(file)
                    && !shown
                {
                    self.current.directory = ef.parent;
                }
            }
        }
    }

    fn selected(&self, entry: Entry, template: Template) -> Result<Response, StatusWord> {
        let deactivated = matches!(entry, Entry::Ef(file) if !self.is_active(file));
        let status = if deactivated {
            StatusWord::FILE_DEACTIVATED
        } else {
            StatusWord::OK
        };
        let data = match (template, entry) {
            (Template::None, _) => Vec::new(),
            (Template::Control, Entry::Dir(dir)) => self.directory_fcp(dir),
            (Template::Control, Entry::Ef(file)) => self.file_fcp(file),
        };
        Ok(Response { data, status })
    }

    /// What a name of SELECT leads to.
    pub(super) fn find(&self, name: FileName<'_>) -> Option<Entry> {
        let current = self.current.directory;
        match name {
            FileName::Identifier(fid) => self.by_identifier(fid),
            FileName::ChildDirectory(fid) => self.image.dir_in(current, fid).map(Entry::Dir),
            FileName::ChildFile(fid) => self.image.ef_in(current, fid).map(Entry::Ef),
            FileName::Parent => self.image.dir(current)?.parent.map(Entry::Dir),
            FileName::PathFromMf(path) => {
                let path = identifiers(path);
                // terminals write the MF before the rest although it is left out
                let path = path.strip_prefix(&[MF]).unwrap_or(&path);
                match path.split_first() {
                    Some((&CURRENT_ADF, rest)) => self.image.walk(self.current.application?, rest),
                    _ => self.image.walk(DirId::MF, path),
                }
            }
            FileName::PathFromCurrent(path) => self.image.walk(current, &identifiers(path)),
        }
    }

    /// An identifier alone reaches the MF, the current ADF, the current directory, what is in it,
    /// the one above, and the directories beside it (TS 102 221 §8.4.2).
    fn by_identifier(&self, fid: u16) -> Option<Entry> {
        match fid {
            MF => return Some(Entry::Dir(DirId::MF)),
            CURRENT_ADF => return self.current.application.map(Entry::Dir),
            _ => {}
        }
        let current = self.current.directory;
        if let Some(child) = self.image.child(current, fid) {
            return Some(child);
        }
        let dir = self.image.dir(current)?;
        if dir.fid == Some(fid) {
            return Some(Entry::Dir(current));
        }
        let parent = dir.parent?;
        if self.image.dir(parent)?.fid == Some(fid) {
            return Some(Entry::Dir(parent));
        }
        self.image.dir_in(parent, fid).map(Entry::Dir)
    }

    /// The EF a command works on; a short file identifier makes it the current one.
    pub(super) fn target(&mut self, target: Target) -> Result<EfId, StatusWord> {
        match target {
            Target::Current => self.current.file.ok_or(StatusWord::NO_CURRENT_EF),
            Target::Short(sfi) => {
                let file = self
                    .image
                    .ef_by_sfi(self.current.directory, sfi)
                    .ok_or(StatusWord::FILE_NOT_FOUND)?;
                if self.current.file != Some(file) {
                    self.enter(Entry::Ef(file));
                }
                Ok(file)
            }
        }
    }
}

impl Session {
    /// Forgets the local PINs of an application whose last session has ended (TS 102 221 §9.5.1).
    pub(crate) fn application_ended(&mut self, image: &super::image::Image, adf: DirId) {
        self.verified.retain(|(context, reference)| {
            let local = reference & 0x80 != 0;
            let own = image.pin(adf, *reference).map(|(context, _)| context);
            !(local && own == Some(*context))
        });
    }
}

/// Identifiers of a path: two bytes each.
fn identifiers(path: &[u8]) -> Vec<u16> {
    path.chunks_exact(2)
        .filter_map(|fid| fid.try_into().ok())
        .map(u16::from_be_bytes)
        .collect()
}
