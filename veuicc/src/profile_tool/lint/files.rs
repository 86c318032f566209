// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files as the package describes them: parameters, sizes, contents, access rules.
//!
//! What a template adds by default is not known here, so a rule is silent where the package leaves
//! a parameter to the template.

use std::collections::HashMap;

use super::super::package::Package;
use super::Report;
use super::view::{self, File};

/// Elements that open an application with an EF.ARR of its own.
const APPLICATIONS: &[&str] = &["usim", "isim", "csim", "iot"];

pub(super) fn adf(package: &Package, report: &mut Report) {
    for file in view::files(package) {
        let Some(member) = file.member.filter(|member| member.starts_with("adf-")) else {
            continue;
        };
        // the IoT template makes its own ADF
        if file.element.name() == "iot" {
            continue;
        }
        for needed in ["fileID", "dfName", "pinStatusTemplateDO"] {
            if file.field(needed).is_none() {
                report.add(file.element, member, format!("expected {needed}, saw none"));
            }
        }
    }
}

/// The structure of a file descriptor byte (TS 102 222 §6.3.2.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Directory,
    Transparent,
    Records,
    BerTlv,
}

fn shape(descriptor: &[u8]) -> Option<Shape> {
    match descriptor.first()? & 0x3F {
        0x38 => Some(Shape::Directory),
        0x39 => Some(Shape::BerTlv),
        other => match other & 0x07 {
            1 => Some(Shape::Transparent),
            2 | 6 => Some(Shape::Records),
            _ => None,
        },
    }
}

pub(super) fn descriptor(package: &Package, report: &mut Report) {
    for file in view::files(package) {
        let Some(descriptor) = file.field("fileDescriptor") else {
            continue;
        };
        let saw = hex::encode(descriptor);
        let message = match (shape(descriptor), descriptor.len()) {
            (None, _) => {
                format!("expected a directory, transparent, records or BER-TLV, saw {saw}")
            }
            (Some(Shape::Records), 4) if file.record_length().is_some() => continue,
            (Some(Shape::Records), _) => format!("expected a record length, saw {saw}"),
            (Some(_), 2) => continue,
            (Some(_), _) => format!("expected 2 bytes, saw {saw}"),
        };
        report.add(file.element, file.place(), message);
    }
}

pub(super) fn records(package: &Package, report: &mut Report) {
    for file in view::files(package) {
        if let (Some(size), Some(length)) = (file.size(), file.record_length())
            && size % length != 0
        {
            let message = format!(
                "expected records of {length} bytes to fill the file, saw a size of {size}"
            );
            report.add(file.element, file.place(), message);
        }
    }
}

pub(super) fn content(package: &Package, report: &mut Report) {
    for file in view::files(package) {
        // a BER-TLV file has a size for all its objects, which are not counted like this
        let ber = file.field("fileDescriptor").and_then(shape) == Some(Shape::BerTlv);
        let Some(size) = file.size().filter(|_| !ber) else {
            continue;
        };
        let end = file
            .pieces()
            .iter()
            .map(|(at, piece)| at + piece.len())
            .max();
        if let Some(end) = end.filter(|end| *end > size) {
            let message = format!("expected content within {size} bytes, saw it end at {end}");
            report.add(file.element, file.place(), message);
        }
    }
}

/// How many records of an EF.ARR hold a rule, counted to the last one that does.
fn rules(file: &File<'_>) -> Option<usize> {
    let length = file.record_length()?;
    let last = file
        .pieces()
        .iter()
        .filter_map(|(at, piece)| {
            let used = piece.iter().rposition(|byte| *byte != 0xFF)?;
            Some((at + used) / length + 1)
        })
        .max();
    Some(last.unwrap_or(0))
}

/// The identifiers of EF.ARR in the MF and in an application.
const CARD_RULES: [u8; 2] = [0x2F, 0x06];
const APPLICATION_RULES: [u8; 2] = [0x6F, 0x06];

pub(super) fn access_rule(package: &Package, report: &mut Report) {
    let files = view::files(package);
    // of the MF, of DF.TELECOM and of every application, by the number of the element
    let known: HashMap<usize, usize> = files
        .iter()
        .filter(|file| file.member == Some("ef-arr"))
        .filter_map(|file| Some((file.element.number(), rules(file)?)))
        .collect();
    let of = |name: &str| {
        let mut elements = package
            .elements()
            .iter()
            .filter(|element| element.name() == name);
        elements.find_map(|element| known.get(&element.number()).copied())
    };
    let card = of("mf");
    let most = known.values().max().copied();
    let mut application = None;
    let mut number = 0;
    for file in &files {
        if file.element.number() != number {
            number = file.element.number();
            match file.element.name() {
                name if APPLICATIONS.contains(&name) => application = known.get(&number).copied(),
                "telecom" => application = known.get(&number).copied().or(most),
                // wherever generic file management goes, its rules are somewhere
                "genericFileManagement" => application = most,
                _ => {}
            }
        }
        let Some([high, low, record]) = file.field("securityAttributesReferenced") else {
            continue;
        };
        let there = match [*high, *low] {
            CARD_RULES => card,
            APPLICATION_RULES => application,
            _ => continue,
        };
        let record = usize::from(*record);
        if let Some(there) = there.filter(|there| record == 0 || record > *there) {
            let message = format!(
                "expected a record from 1 to {there} of EF.ARR {high:02X}{low:02X}, saw record {record}"
            );
            report.add(file.element, file.place(), message);
        }
    }
}
