// SPDX-License-Identifier: MIT OR Apache-2.0
//! One directory: its control parameters over the defaults of a template.

use rsp::pe::Fcp;

use super::Problem;
use super::builder::Builder;
use super::file::{life_cycle, security};
use super::value::two_bytes;
use crate::uicc::image::{Adf, AdfKind, Dir, DirId};

/// What a directory is when nobody says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct DirDefaults {
    /// 0 where the package gives it.
    pub(super) fid: u16,
    /// For an ADF.
    pub(super) adf: Option<AdfKind>,
    /// Record of the EF.ARR.
    pub(super) arr: Option<u8>,
}

/// Creates a directory from its control parameters.
pub(super) fn create_dir(
    builder: &mut Builder,
    parent: DirId,
    defaults: &DirDefaults,
    fcp: Option<&Fcp>,
) -> Result<DirId, Problem> {
    let given = fcp
        .and_then(|fcp| fcp.file_id.as_ref())
        .map(|fid| two_bytes(fid, "file identifier"))
        .transpose()?;
    let name = fcp.and_then(|fcp| fcp.df_name.as_ref());
    let adf = match (defaults.adf, name) {
        (Some(kind), Some(aid)) if aid.has_valid_size() => Some(Adf {
            aid: aid.as_bytes().into(),
            temporary_fid: given,
            kind,
        }),
        (Some(_), Some(aid)) => {
            return Err(Problem::value(format!("dfName {}", hex::encode(&**aid))));
        }
        (Some(_), None) => return Err(Problem::value("an ADF without dfName")),
        (None, _) => None,
    };
    let fid = given.or((defaults.fid != 0).then_some(defaults.fid));
    if adf.is_none() && fid.is_none() {
        return Err(Problem::value("a directory without an identifier"));
    }
    let link = fcp
        .and_then(|fcp| fcp.link_path.as_ref())
        .filter(|path| !path.is_empty())
        .map(|path| linked_dir(builder, path))
        .transpose()?;
    let dir = Dir {
        fid: if adf.is_some() { None } else { fid },
        security: security(fcp, defaults.arr, adf.is_some() || parent == DirId::MF)?,
        adf,
        parent: Some(parent),
        life_cycle: life_cycle(fcp)?,
        pin_status: pin_status(fcp),
        pins: None,
        link,
        dirs: Vec::new(),
        efs: Vec::new(),
    };
    builder.add_dir(dir)
}

/// The directory at the end of a chain of links.
fn linked_dir(builder: &Builder, path: &[u8]) -> Result<DirId, Problem> {
    let target = builder.resolve_dir(path)?;
    let further = builder.image.dir(target).and_then(|dir| dir.link);
    Ok(further.unwrap_or(target))
}

/// The PIN status template DO.
pub(super) fn pin_status(fcp: Option<&Fcp>) -> Box<[u8]> {
    fcp.and_then(|fcp| fcp.pin_status_template_do.as_deref())
        .unwrap_or_default()
        .into()
}
