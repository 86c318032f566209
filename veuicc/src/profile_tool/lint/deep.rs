// SPDX-License-Identifier: MIT OR Apache-2.0
//! What only the file system tells: the interpreter of the card carries the package out.

use std::collections::BTreeMap;

use super::super::package::Package;
use super::Report;
use super::files;
use crate::profile::{DEFAULT_MEMORY, ElementError, Interpreter, LeftOut, interpret};
use crate::uicc::image::{DirId, Image};

/// Carries the package out as far as it goes.
fn carry_out(package: &Package) -> (Result<Image, ElementError>, Vec<LeftOut>) {
    let mut interpreter = Interpreter::new(DEFAULT_MEMORY);
    for element in package.elements() {
        if let Err(error) = interpreter.element(element.tree().raw()) {
            return (Err(error), interpreter.left_out().to_vec());
        }
    }
    let left_out = interpreter.left_out().to_vec();
    (interpreter.finish(), left_out)
}

pub(super) fn interpretation(package: &Package, report: &mut Report) {
    let (Err(error), _) = carry_out(package) else {
        return;
    };
    let message = format!("{}: {}", error.status, error.reason);
    match package.elements().get(error.index) {
        Some(element) => report.add(element, "", message),
        None => report.package(message),
    }
}

pub(super) fn left_out(package: &Package, report: &mut Report) {
    let (_, left_out) = carry_out(package);
    for LeftOut {
        identification,
        status,
    } in left_out
    {
        let mut elements = package.elements().iter();
        if let Some(element) = elements.find(|element| element.identification() == identification) {
            report.add(element, "", format!("this card leaves it out: {status}"));
        }
    }
}

pub(super) fn access_rule(package: &Package, report: &mut Report) {
    // references that the package itself makes have a finding with their element
    let mut explicit = Report::default();
    files::access_rule(package, &mut explicit);
    let Ok(image) = interpret(&package.bytes()) else {
        return;
    };
    if !explicit.is_empty() {
        return;
    }
    // one finding for the files of a directory that miss the same record
    let mut missing: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (_, ef) in image.efs() {
        if image.access_rule(ef.parent, ef.security).is_none() {
            let place = (ef.parent, ef.security.arr, ef.security.record);
            let files = missing.entry(place).or_default();
            files.push(format!("{:04X}", ef.fid));
        }
    }
    for ((parent, arr, record), files) in missing {
        report.package(format!(
            "{}, files {}: expected record {record} of EF.ARR {arr:04X}, saw none",
            directory(&image, parent),
            files.join(" ")
        ));
    }
}

/// `ADF a0000000871002…/5FC0`
fn directory(image: &Image, id: DirId) -> String {
    let adf = image
        .adf_of(id)
        .and_then(|adf| image.dir(adf)?.adf.as_ref());
    let root = adf.map_or_else(
        || "3F00".to_owned(),
        |adf| format!("ADF {}", hex::encode(&adf.aid)),
    );
    let path = image.path_of(id);
    let path = path.iter().filter(|fid| **fid != 0x3F00);
    path.fold(root, |text, fid| format!("{text}/{fid:04X}"))
}
