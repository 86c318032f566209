// SPDX-License-Identifier: MIT OR Apache-2.0
//! One EF: its control parameters over the defaults of a template, then its content.
//!
//! Traps: `shortEFID` without a value means no SFI, without the member the template's (or in
//! generic file management the last five bits of the file identifier); a file descriptor with a
//! record length but without a size keeps the template's number of records; a `linkPath` makes
//! the EF a link and its size that of its target.

use rsp::pe::{Fcp, File, FileElement, ProprietaryInfo};

use super::Problem;
use super::builder::Builder;
use super::shape::{Shape, structure};
use super::value::{one_byte, two_bytes};
use crate::uicc::image::{Content, DirId, Ef, EfId, Entry, Fill, Pattern, Security, Structure};

/// What a file is when nobody says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct EfDefaults {
    /// 0 where the package has to give it.
    pub(super) fid: u16,
    pub(super) shape: Shape,
    /// Record of the EF.ARR.
    pub(super) arr: u8,
    /// 0 for none.
    pub(super) sfi: u8,
    pub(super) value: Value,
    /// High update activity.
    pub(super) hot: bool,
}

/// Content of a template.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// The package gives it; FF until then.
    Given,
    /// A pattern.
    Is(Fill, &'static [u8]),
}

impl Value {
    /// True when the file makes sense without content from the package.
    pub(super) fn is_default(self) -> bool {
        matches!(self, Self::Is(..))
    }
}

/// The first file control parameters of a file, if it has any.
pub(super) fn fcp_of(file: &File) -> Option<&Fcp> {
    file.iter().find_map(|element| match element {
        FileElement::FileDescriptor(fcp) => Some(fcp),
        _ => None,
    })
}

/// True when the package does not want the file.
pub(super) fn is_unwanted(file: &File) -> bool {
    file.iter()
        .any(|element| matches!(element, FileElement::DoNotCreate(())))
}

/// Makes an EF: control parameters, then content. With `many`, further control parameters in the
/// list begin further files.
pub(super) fn make_ef(
    builder: &mut Builder,
    parent: DirId,
    defaults: &EfDefaults,
    file: &File,
    many: bool,
) -> Result<(), Problem> {
    let mut current: Option<(EfId, u32)> = None;
    let mut described = false;
    for element in file {
        match element {
            FileElement::DoNotCreate(()) => {}
            FileElement::FileDescriptor(fcp) => {
                if (described || current.is_some()) && !many {
                    return Err(Problem::format("a second file descriptor"));
                }
                described = true;
                current = Some((create_ef(builder, parent, Some(defaults), Some(fcp))?, 0));
            }
            FileElement::FillFileOffset(_) | FileElement::FillFileContent(_) => {
                let (id, at) = match current {
                    Some(current) => current,
                    None => (create_ef(builder, parent, Some(defaults), None)?, 0),
                };
                let after = match element {
                    FileElement::FillFileOffset(skip) => skipped(at, *skip)?,
                    FileElement::FillFileContent(bytes) => fill(builder, id, at, bytes)?,
                    _ => at,
                };
                current = Some((id, after));
            }
        }
    }
    if current.is_none() {
        create_ef(builder, parent, Some(defaults), None)?;
    }
    Ok(())
}

/// The place after an offset, which counts from the end of what was written last.
pub(super) fn skipped(at: u32, skip: i64) -> Result<u32, Problem> {
    u16::try_from(skip)
        .ok()
        .and_then(|skip| at.checked_add(u32::from(skip)))
        .ok_or_else(|| Problem::value(format!("offset {skip}")))
}

/// Writes content and returns the place after it.
pub(super) fn fill(builder: &mut Builder, id: EfId, at: u32, bytes: &[u8]) -> Result<u32, Problem> {
    builder.write(id, at, bytes)?;
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok(at.saturating_add(length))
}

/// Creates an EF from its control parameters, over the defaults of a template.
pub(super) fn create_ef(
    builder: &mut Builder,
    parent: DirId,
    defaults: Option<&EfDefaults>,
    fcp: Option<&Fcp>,
) -> Result<EfId, Problem> {
    let given = fcp.and_then(|fcp| fcp.file_id.as_ref());
    let default_fid = defaults.map(|defaults| defaults.fid);
    let fid = given
        .map(|fid| two_bytes(fid, "file identifier"))
        .transpose()?
        .or(default_fid.filter(|fid| *fid != 0))
        .ok_or_else(|| Problem::value("a file without an identifier"))?;
    let link = fcp
        .and_then(|fcp| fcp.link_path.as_ref())
        .filter(|path| !path.is_empty())
        .map(|path| linked_ef(builder, path))
        .transpose()?;
    let structure = match link {
        Some((_, structure)) => structure,
        None => structure(fid, defaults, fcp)?,
    };
    let info = fcp.and_then(|fcp| fcp.proprietary_ef_info.as_ref());
    let hot = defaults.is_some_and(|defaults| defaults.hot);
    let special = match info {
        Some(info) => one_byte(&info.special_file_information, "special file information")?,
        None if hot => 0x80,
        None => 0x00,
    };
    let ef = Ef {
        fid,
        parent,
        sfi: sfi(fid, defaults, fcp)?,
        structure,
        shareable: descriptor_byte(fcp).is_none_or(|byte| byte & 0x40 != 0),
        security: security(
            fcp,
            defaults.map(|defaults| defaults.arr),
            parent == DirId::MF,
        )?,
        life_cycle: life_cycle(fcp)?,
        special,
        content: Content {
            pattern: match link {
                Some(_) => Pattern::default(),
                None => pattern(builder, defaults, info)?,
            },
            patches: (0, 0),
        },
        link: link.map(|(target, _)| target),
    };
    builder.add_ef(ef)
}

fn linked_ef(builder: &Builder, path: &[u8]) -> Result<(EfId, Structure), Problem> {
    let Entry::Ef(target) = builder.resolve(path)? else {
        return Err(Problem::value("an EF linked to a directory"));
    };
    let target = builder.image.body_of(target);
    let ef = builder.image.ef(target);
    ef.map(|ef| (target, ef.structure))
        .ok_or_else(|| Problem::value("a link to nothing"))
}

fn descriptor_byte(fcp: Option<&Fcp>) -> Option<u8> {
    fcp?.file_descriptor.as_ref()?.first().copied()
}

fn sfi(fid: u16, defaults: Option<&EfDefaults>, fcp: Option<&Fcp>) -> Result<Option<u8>, Problem> {
    let given = fcp.and_then(|fcp| fcp.short_efid.as_deref());
    let sfi = match (given, defaults) {
        (Some([]), _) => 0,
        (Some([coded]), _) if coded & 0x07 == 0 => coded >> 3,
        (Some(other), _) => {
            return Err(Problem::value(format!("shortEFID {}", hex::encode(other))));
        }
        (None, Some(defaults)) => defaults.sfi,
        (None, None) => u8::try_from(fid & 0x1F).unwrap_or(0),
    };
    Ok((1..=30).contains(&sfi).then_some(sfi))
}

/// Access rules: EF.ARR and record, or the record alone. Then the EF.ARR is 2F06 for the MF, ADFs
/// and what is directly in the MF, else 6F06.
pub(super) fn security(
    fcp: Option<&Fcp>,
    default: Option<u8>,
    of_mf: bool,
) -> Result<Security, Problem> {
    let arr = if of_mf { 0x2F06 } else { 0x6F06 };
    let given = fcp.and_then(|fcp| fcp.security_attributes_referenced.as_deref());
    match (given, default) {
        (Some([record]), _) => Ok(Security {
            arr,
            record: *record,
        }),
        (Some([high, low, record]), _) => Ok(Security {
            arr: u16::from_be_bytes([*high, *low]),
            record: *record,
        }),
        (Some(other), _) => Err(Problem::value(format!(
            "securityAttributesReferenced {}",
            hex::encode(other)
        ))),
        (None, Some(record)) => Ok(Security { arr, record }),
        (None, None) => Err(Problem::value("a file without access rules")),
    }
}

/// The life cycle status byte.
pub(super) fn life_cycle(fcp: Option<&Fcp>) -> Result<u8, Problem> {
    fcp.map_or(Ok(0x05), |fcp| one_byte(&fcp.lcsi, "life cycle status"))
}

/// The pattern the package gives, else the template's.
fn pattern(
    builder: &mut Builder,
    defaults: Option<&EfDefaults>,
    info: Option<&ProprietaryInfo>,
) -> Result<Pattern, Problem> {
    let fill = info.and_then(|info| info.fill_pattern.as_deref());
    let repeat = info.and_then(|info| info.repeat_pattern.as_deref());
    match (fill, repeat, defaults.map(|defaults| defaults.value)) {
        (Some(_), Some(_), _) => Err(Problem::value("both a fill and a repeat pattern")),
        (Some(bytes), None, _) => builder.pattern(Fill::LastByte, bytes),
        (None, Some(bytes), _) => builder.pattern(Fill::Repeat, bytes),
        (None, None, Some(Value::Is(fill, bytes))) => builder.pattern(fill, bytes),
        (None, None, _) => Ok(Pattern::default()),
    }
}
