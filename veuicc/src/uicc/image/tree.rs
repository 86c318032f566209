// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding files: by identifier, short identifier, path and AID.

use super::{Dir, DirId, Ef, EfId, Image, MF, Security};

/// What a name in a directory leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A DF or an ADF.
    Dir(DirId),
    /// An EF.
    Ef(EfId),
}

impl Image {
    /// The directory with that number.
    #[must_use]
    pub fn dir(&self, id: DirId) -> Option<&Dir> {
        self.dirs.get(usize::from(id.0))
    }

    /// The EF with that number.
    #[must_use]
    pub fn ef(&self, id: EfId) -> Option<&Ef> {
        self.efs.get(usize::from(id.0))
    }

    /// Every directory, the MF first.
    pub fn dirs(&self) -> impl Iterator<Item = (DirId, &Dir)> {
        (0..).map(DirId).zip(&self.dirs)
    }

    /// Every EF.
    pub fn efs(&self) -> impl Iterator<Item = (EfId, &Ef)> {
        (0..).map(EfId).zip(&self.efs)
    }

    /// Every ADF, in package order.
    pub fn adfs(&self) -> impl Iterator<Item = (DirId, &Dir)> {
        self.dirs().filter(|(_, dir)| dir.adf.is_some())
    }

    /// DFs in a directory; those of its target when it is a link.
    #[must_use]
    pub fn dirs_in(&self, id: DirId) -> &[DirId] {
        self.shown(id).map_or(&[], |dir| dir.dirs.as_slice())
    }

    /// EFs in a directory; those of its target when it is a link.
    #[must_use]
    pub fn efs_in(&self, id: DirId) -> &[EfId] {
        self.shown(id).map_or(&[], |dir| dir.efs.as_slice())
    }

    fn shown(&self, id: DirId) -> Option<&Dir> {
        let dir = self.dir(id)?;
        dir.link.map_or(Some(dir), |target| self.dir(target))
    }

    /// The DF with that file identifier in a directory.
    #[must_use]
    pub fn dir_in(&self, id: DirId, fid: u16) -> Option<DirId> {
        let dirs = self.dirs_in(id).iter().copied();
        dirs.into_iter()
            .find(|child| self.dir(*child).is_some_and(|dir| dir.fid == Some(fid)))
    }

    /// The EF with that file identifier in a directory.
    #[must_use]
    pub fn ef_in(&self, id: DirId, fid: u16) -> Option<EfId> {
        let efs = self.efs_in(id).iter().copied();
        efs.into_iter()
            .find(|child| self.ef(*child).is_some_and(|ef| ef.fid == fid))
    }

    /// The file with that file identifier in a directory.
    #[must_use]
    pub fn child(&self, id: DirId, fid: u16) -> Option<Entry> {
        self.ef_in(id, fid)
            .map(Entry::Ef)
            .or_else(|| self.dir_in(id, fid).map(Entry::Dir))
    }

    /// The EF with that short file identifier in a directory.
    #[must_use]
    pub fn ef_by_sfi(&self, id: DirId, sfi: u8) -> Option<EfId> {
        let efs = self.efs_in(id).iter().copied();
        efs.into_iter()
            .find(|child| self.ef(*child).is_some_and(|ef| ef.sfi == Some(sfi)))
    }

    /// The ADFs whose AID begins with those bytes, in package order.
    pub fn adfs_by_aid(&self, aid: &[u8]) -> impl Iterator<Item = DirId> {
        self.adfs().filter_map(move |(id, dir)| {
            let adf = dir.adf.as_ref()?;
            adf.aid.starts_with(aid).then_some(id)
        })
    }

    /// The ADF a directory is in, itself included.
    #[must_use]
    pub fn adf_of(&self, id: DirId) -> Option<DirId> {
        let mut next = id;
        for _ in 0..=self.dirs.len() {
            let dir = self.dir(next)?;
            if dir.adf.is_some() {
                return Some(next);
            }
            next = dir.parent?;
        }
        None
    }

    /// The file at the end of a path of file identifiers below a directory. The MF's identifier
    /// may lead a path from the MF.
    #[must_use]
    pub fn walk(&self, from: DirId, path: &[u16]) -> Option<Entry> {
        let path = match path.split_first() {
            Some((&MF, rest)) if from == DirId::MF => rest,
            _ => path,
        };
        let mut entry = Entry::Dir(from);
        for fid in path {
            let Entry::Dir(dir) = entry else {
                return None;
            };
            entry = self.child(dir, *fid)?;
        }
        Some(entry)
    }

    /// The path of a directory: file identifiers from the MF, or from its ADF, which is left out.
    #[must_use]
    pub fn path_of(&self, id: DirId) -> Vec<u16> {
        let mut path = Vec::new();
        let mut next = Some(id);
        for _ in 0..=self.dirs.len() {
            let Some(dir) = next.and_then(|id| self.dir(id)) else {
                break;
            };
            let Some(fid) = dir.fid else {
                break;
            };
            path.push(fid);
            next = dir.parent;
        }
        path.reverse();
        path
    }

    /// The record of an EF.ARR with the access rules of a file in a directory: the EF is looked
    /// for there, then upwards to the ADF or the MF, at last in the MF (TS 102 221 §9.2.7).
    #[must_use]
    pub fn access_rule(&self, directory: DirId, security: Security) -> Option<Vec<u8>> {
        let mut next = directory;
        for _ in 0..=self.dirs.len() {
            if let Some(arr) = self.ef_in(next, security.arr) {
                return self.record(arr, security.record);
            }
            next = self.dir(next)?.parent?;
        }
        None
    }
}
