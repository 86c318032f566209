// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image while it is made: adding directories and EFs, and where the next elements belong.

use super::Problem;
use crate::uicc::image::{
    Adf, AdfKind, Dir, DirId, Ef, EfId, Entry, Fill, Image, MF, Patch, Pattern, Security, Span,
};

/// Files that a profile may have; a search in a directory stays short.
const MAX_FILES: usize = 4096;

/// Applications that a profile may have.
const MAX_ADFS: usize = 64;

/// Most directories one above the other, as in a path of the package: the ADF and three DFs.
const MAX_DEPTH: usize = 8;

/// The element that made something: its position and identification.
pub(super) type Origin = (usize, Option<i64>);

/// An image in the making.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) image: Image,
    /// Where PIN, AKA and CDMA elements belong.
    pub(super) context: DirId,
    /// The element at work.
    pub(super) element: Origin,
    /// The ADFs so far.
    adfs: Vec<DirId>,
    /// True once the MF came.
    pub(super) has_mf: bool,
    /// PIN elements and the PUKs they refer to.
    pub(super) wanted_puks: Vec<(u8, Origin)>,
    /// What was written into each EF.
    patches: Vec<Vec<Patch>>,
    /// Bytes that files may still take.
    free: u64,
}

impl Builder {
    pub(super) fn new(memory: u64) -> Self {
        let mut image = Image::default();
        // a package without PE-MF still has somewhere to start from
        image.dirs.push(Dir {
            fid: Some(MF),
            adf: None,
            parent: None,
            security: Security {
                arr: 0x2F06,
                record: 1,
            },
            life_cycle: 0x05,
            pin_status: Box::default(),
            pins: None,
            link: None,
            dirs: Vec::new(),
            efs: Vec::new(),
        });
        Self {
            image,
            context: DirId::MF,
            adfs: Vec::new(),
            element: (0, None),
            has_mf: false,
            wanted_puks: Vec::new(),
            patches: Vec::new(),
            free: memory,
        }
    }

    /// The ADFs so far, the newest first.
    fn adfs(&self) -> impl Iterator<Item = (DirId, &Adf)> {
        let adf = |id: &DirId| Some((*id, self.image.dir(*id)?.adf.as_ref()?));
        self.adfs.iter().rev().filter_map(adf)
    }

    /// The newest ADF of that kind.
    pub(super) fn newest_adf(&self, kind: AdfKind) -> Option<DirId> {
        let mut adfs = self.adfs();
        adfs.find(|(_, adf)| adf.kind == kind).map(|(id, _)| id)
    }

    /// The ADF that elements are about, or the newest.
    pub(super) fn current_adf(&self) -> Option<DirId> {
        self.image
            .adf_of(self.context)
            .or_else(|| self.adfs.last().copied())
    }

    /// The file at a path of the package: file identifiers from the MF, ADFs by the temporary one.
    pub(super) fn resolve(&self, path: &[u8]) -> Result<Entry, Problem> {
        let (fids, odd) = path.as_chunks::<2>();
        if !odd.is_empty() {
            return Err(Problem::value(format!("path {}", hex::encode(path))));
        }
        let fids: Vec<u16> = fids.iter().copied().map(u16::from_be_bytes).collect();
        let missing = || Problem::value(format!("no file at path {}", hex::encode(path)));
        let by_temporary = |fid: u16| self.adfs().find(|(_, adf)| adf.temporary_fid == Some(fid));
        let mut rest = fids.as_slice();
        if let Some((&MF, after)) = rest.split_first() {
            rest = after;
        }
        let mut start = DirId::MF;
        if let Some((&fid, after)) = rest.split_first()
            && let Some((adf, _)) = by_temporary(fid)
        {
            start = adf;
            rest = after;
        }
        self.image.walk(start, rest).ok_or_else(missing)
    }

    /// The directory at a path.
    pub(super) fn resolve_dir(&self, path: &[u8]) -> Result<DirId, Problem> {
        match self.resolve(path)? {
            Entry::Dir(dir) => Ok(dir),
            Entry::Ef(_) => Err(Problem::value(format!(
                "expected a directory at path {}, got an EF",
                hex::encode(path)
            ))),
        }
    }

    fn number_of(&self, count: usize) -> Result<u16, Problem> {
        if self.image.dirs.len() + self.image.efs.len() >= MAX_FILES {
            return Err(Problem::memory(format!("more than {MAX_FILES} files")));
        }
        u16::try_from(count).map_err(|_| Problem::memory("too many files"))
    }

    fn free_fid(&self, parent: DirId, fid: u16) -> Result<(), Problem> {
        let reserved = [MF, 0x3FFF, crate::uicc::image::CURRENT_ADF, 0xFFFF];
        if reserved.contains(&fid) {
            return Err(Problem::value(format!(
                "reserved file identifier {fid:04X}"
            )));
        }
        if self.image.child(parent, fid).is_some() {
            return Err(Problem::value(format!("a second file {fid:04X}")));
        }
        Ok(())
    }

    /// Adds a directory below its parent.
    pub(super) fn add_dir(&mut self, dir: Dir) -> Result<DirId, Problem> {
        let id = DirId(self.number_of(self.image.dirs.len())?);
        let parent = dir.parent.unwrap_or(DirId::MF);
        if let Some(fid) = dir.fid {
            self.free_fid(parent, fid)?;
        }
        if self.image.path_of(parent).len() >= MAX_DEPTH {
            return Err(Problem::value("directories are nested too deep"));
        }
        if let Some(adf) = &dir.adf {
            self.free_adf(&adf.aid, adf.temporary_fid)?;
        }
        if dir.adf.is_some() {
            self.adfs.push(id);
        } else if let Some(parent) = self.image.dirs.get_mut(usize::from(parent.0)) {
            parent.dirs.push(id);
        }
        self.image.dirs.push(dir);
        Ok(id)
    }

    fn free_adf(&self, aid: &[u8], temporary: Option<u16>) -> Result<(), Problem> {
        if self.adfs.len() >= MAX_ADFS {
            return Err(Problem::memory(format!(
                "more than {MAX_ADFS} applications"
            )));
        }
        for (_, adf) in self.adfs() {
            if *adf.aid == *aid {
                let aid = hex::encode(aid);
                return Err(Problem::value(format!("a second application {aid}")));
            }
            if temporary.is_some() && adf.temporary_fid == temporary {
                return Err(Problem::value("a temporary file identifier is used twice"));
            }
        }
        Ok(())
    }

    /// Adds an EF to its directory.
    pub(super) fn add_ef(&mut self, ef: Ef) -> Result<EfId, Problem> {
        let id = EfId(self.number_of(self.image.efs.len())?);
        self.free_fid(ef.parent, ef.fid)?;
        if ef.link.is_none() {
            let size = u64::from(ef.structure.size());
            self.free = self
                .free
                .checked_sub(size)
                .ok_or_else(|| Problem::memory(format!("file {:04X} of {size} bytes", ef.fid)))?;
        }
        if let Some(parent) = self.image.dirs.get_mut(usize::from(ef.parent.0)) {
            if parent.link.is_some() {
                return Err(Problem::value("a file in a directory that is a link"));
            }
            parent.efs.push(id);
        }
        self.image.efs.push(ef);
        Ok(id)
    }

    /// Keeps bytes.
    fn keep(&mut self, bytes: &[u8]) -> Result<Span, Problem> {
        let start = u32::try_from(self.image.pool.len());
        let (Ok(start), Ok(length)) = (start, u32::try_from(bytes.len())) else {
            return Err(Problem::memory("too many bytes of content"));
        };
        self.image.pool.extend_from_slice(bytes);
        Ok(Span { start, length })
    }

    /// Keeps a pattern; FF all over costs nothing.
    pub(super) fn pattern(&mut self, fill: Fill, bytes: &[u8]) -> Result<Pattern, Problem> {
        if bytes.iter().all(|byte| *byte == 0xFF) {
            return Ok(Pattern::default());
        }
        let bytes = self.keep(bytes)?;
        Ok(Pattern { fill, bytes })
    }

    /// Writes into the body of an EF.
    pub(super) fn write(&mut self, id: EfId, offset: u32, bytes: &[u8]) -> Result<(), Problem> {
        let target = self.image.body_of(id);
        let Some(ef) = self.image.ef(target) else {
            return Err(Problem::format("content without a file"));
        };
        let limit = ef.structure.limit();
        let fid = ef.fid;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let end = offset.checked_add(length);
        if end.is_none_or(|end| end > limit) {
            return Err(Problem::value(format!(
                "content of file {fid:04X}: {length} bytes at {offset}, it has {limit}"
            )));
        }
        let bytes = self.keep(bytes)?;
        let place = usize::from(target.0);
        if self.patches.len() <= place {
            self.patches.resize_with(place + 1, Vec::new);
        }
        if let Some(patches) = self.patches.get_mut(place) {
            patches.push(Patch { offset, bytes });
        }
        Ok(())
    }

    /// The image, its patches in one list.
    pub(super) fn into_image(mut self) -> Image {
        for (ef, patches) in self.image.efs.iter_mut().zip(&self.patches) {
            let first = self.image.patches.len();
            self.image.patches.extend_from_slice(patches);
            let run = (u32::try_from(first), u32::try_from(patches.len()));
            ef.content.patches = (run.0.unwrap_or(0), run.1.unwrap_or(0));
        }
        let image = &mut self.image;
        image.patches.shrink_to_fit();
        image.pool.shrink_to_fit();
        image.dirs.shrink_to_fit();
        image.efs.shrink_to_fit();
        self.image
    }
}
