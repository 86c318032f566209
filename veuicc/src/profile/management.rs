// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generic file management (TCA §8.3.5): files at any path, without a template.
//!
//! Traps: a path stays until the next one, creating a DF does not go into it; content goes into the
//! EF that was created or selected last; without a path the MF is meant.

use rsp::pe::{Fcp, FileManagementElement, PeGenericFileManagement};

use super::Problem;
use super::builder::Builder;
use super::directory::{DirDefaults, create_dir};
use super::file::{create_ef, fill, skipped};
use crate::uicc::image::{AdfKind, DirId, EfId, Entry};

/// Bits of the file descriptor byte that say "DF or ADF".
const DIRECTORY: u8 = 0x38;

/// Carries out the commands of an element.
pub(super) fn carry_out(
    builder: &mut Builder,
    element: &PeGenericFileManagement,
) -> Result<(), Problem> {
    let mut directory = DirId::MF;
    let mut file: Option<(EfId, u32)> = None;
    for command in element.file_management_cmd.iter().flatten() {
        match command {
            FileManagementElement::FilePath(path) => match builder.resolve(path)? {
                Entry::Dir(dir) => (directory, file) = (dir, None),
                Entry::Ef(ef) => file = Some((ef, 0)),
            },
            FileManagementElement::CreateFcp(fcp) => {
                file = create(builder, directory, fcp)?.map(|ef| (ef, 0));
            }
            FileManagementElement::FillFileOffset(skip) => {
                let (ef, at) = selected(file)?;
                file = Some((ef, skipped(at, *skip)?));
            }
            FileManagementElement::FillFileContent(bytes) => {
                let (ef, at) = selected(file)?;
                file = Some((ef, fill(builder, ef, at, bytes)?));
            }
        }
    }
    Ok(())
}

fn selected(file: Option<(EfId, u32)>) -> Result<(EfId, u32), Problem> {
    file.ok_or_else(|| Problem::format("content without a file"))
}

/// Creates what the control parameters describe; nothing is selected after a directory.
fn create(builder: &mut Builder, directory: DirId, fcp: &Fcp) -> Result<Option<EfId>, Problem> {
    let descriptor = fcp
        .file_descriptor
        .as_ref()
        .and_then(|descriptor| descriptor.first());
    if descriptor.is_none_or(|first| first & 0x3F != DIRECTORY) {
        return create_ef(builder, directory, None, Some(fcp)).map(Some);
    }
    let is_adf = fcp.df_name.is_some();
    let defaults = DirDefaults {
        fid: 0,
        adf: is_adf.then_some(AdfKind::Other),
        arr: None,
    };
    let parent = if is_adf { DirId::MF } else { directory };
    create_dir(builder, parent, &defaults, Some(fcp)).map(|_| None)
}
