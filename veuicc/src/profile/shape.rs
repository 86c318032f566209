// SPDX-License-Identifier: MIT OR Apache-2.0
//! Structure and size of an EF: what its file descriptor and its size say, the template for the
//! rest.

use rsp::pe::Fcp;

use super::Problem;
use super::file::EfDefaults;
use super::value::number;
use crate::uicc::image::{Records, Structure};

/// Structure and size of a template; 0 where the package gives it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Transparent: size.
    Tr(u16),
    /// Linear fixed: number of records, length.
    Lf(u8, u8),
    /// Cyclic: number of records, length.
    Cy(u8, u8),
    /// BER-TLV.
    Bt,
}

/// Structure and size of the file with that identifier.
pub(super) fn structure(
    fid: u16,
    defaults: Option<&EfDefaults>,
    fcp: Option<&Fcp>,
) -> Result<Structure, Problem> {
    let descriptor = fcp.and_then(|fcp| fcp.file_descriptor.as_ref());
    let shape = match (descriptor, defaults) {
        (Some(descriptor), _) => {
            described_shape(descriptor, defaults.map(|defaults| defaults.shape))?
        }
        (None, Some(defaults)) => defaults.shape,
        (None, None) => return Err(Problem::value("an EF without a file descriptor")),
    };
    let size = fcp
        .and_then(|fcp| fcp.ef_file_size.as_ref())
        .map(|size| number(size, "file size"))
        .transpose()?;
    let maximum = fcp
        .and_then(|fcp| fcp.proprietary_ef_info.as_ref()?.maximum_file_size.as_ref())
        .map(|size| number(size, "maximum file size"))
        .transpose()?;
    let no_size = || Problem::value(format!("file {fid:04X} without a size"));
    let records = |count: u8, length: u8| records(fid, count, length, size);
    match shape {
        Shape::Tr(default) => {
            let size = size.unwrap_or(u32::from(default));
            (size > 0)
                .then_some(Structure::Transparent(size))
                .ok_or_else(no_size)
        }
        Shape::Lf(count, length) => records(count, length).map(Structure::LinearFixed),
        Shape::Cy(count, length) => records(count, length).map(Structure::Cyclic),
        Shape::Bt => {
            let reserved = size.or(maximum).ok_or_else(no_size)?;
            Ok(Structure::BerTlv { reserved, maximum })
        }
    }
}

/// The shape of a file descriptor; a record length or number it leaves out is the template's.
fn described_shape(descriptor: &[u8], default: Option<Shape>) -> Result<Shape, Problem> {
    let wrong = || Problem::value(format!("file descriptor {}", hex::encode(descriptor)));
    let (&first, rest) = descriptor.split_first().ok_or_else(wrong)?;
    let (count, length) = match default {
        Some(Shape::Lf(count, length) | Shape::Cy(count, length)) => (count, length),
        _ => (0, 0),
    };
    let length = match rest {
        [] | [_] => length,
        [_, length] | [_, 0, length] => *length,
        _ => return Err(wrong()),
    };
    let size = match default {
        Some(Shape::Tr(size)) => size,
        _ => 0,
    };
    match first & 0x3F {
        0x01 => Ok(Shape::Tr(size)),
        0x02 => Ok(Shape::Lf(count, length)),
        0x06 => Ok(Shape::Cy(count, length)),
        0x39 => Ok(Shape::Bt),
        _ => Err(wrong()),
    }
}

fn records(fid: u16, count: u8, length: u8, size: Option<u32>) -> Result<Records, Problem> {
    let wrong = |size: u32| {
        Problem::value(format!(
            "file {fid:04X} of {size} bytes with records of {length}"
        ))
    };
    let count = match size {
        None => count,
        Some(size) if length == 0 || !size.is_multiple_of(u32::from(length)) => {
            return Err(wrong(size));
        }
        Some(size) => u8::try_from(size / u32::from(length)).map_err(|_| wrong(size))?,
    };
    if length == 0 || count == 0 || count == u8::MAX {
        return Err(wrong(u32::from(count) * u32::from(length)));
    }
    Ok(Records { length, count })
}
