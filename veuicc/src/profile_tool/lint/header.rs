// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile header: version, ICCID, mandatory templates.

use rsp::id::Iccid;
use rsp::schema::Tree;

use super::super::names;
use super::super::package::{Element, Package};
use super::Report;
use super::view;

/// The newest major version of the format.
const NEWEST_MAJOR_VERSION: usize = 3;

/// The header with its element.
fn header(package: &Package) -> Option<(&Element, &Tree)> {
    package.elements().first().zip(package.header())
}

pub(super) fn version(package: &Package, report: &mut Report) {
    let Some((element, header)) = header(package) else {
        return;
    };
    let major = header
        .child("major-version")
        .and_then(|version| view::number(version.contents()));
    if !major.is_some_and(|major| (1..=NEWEST_MAJOR_VERSION).contains(&major)) {
        let saw = major.map_or_else(|| "none".to_owned(), |major| major.to_string());
        report.add(
            element,
            "major-version",
            format!("expected 1 to {NEWEST_MAJOR_VERSION}, saw {saw}"),
        );
    }
}

/// The ICCID of the header: its digits are in their order there, unlike everywhere else.
fn iccid_of(header: &Tree) -> Option<Result<Iccid, rsp::id::IdError>> {
    let digits = header.child("iccid")?.contents();
    let swapped: Vec<u8> = digits.iter().map(|byte| byte.rotate_left(4)).collect();
    Some(Iccid::from_bytes(&swapped))
}

pub(super) fn iccid(package: &Package, report: &mut Report) {
    if let Some((element, header)) = header(package)
        && let Some(Err(error)) = iccid_of(header)
    {
        report.add(element, "iccid", error.to_string());
    }
}

pub(super) fn check_digit(package: &Package, report: &mut Report) {
    if let Some((element, header)) = header(package)
        && let Some(Ok(iccid)) = iccid_of(header)
        && !iccid.has_valid_check_digit()
    {
        report.add(
            element,
            "iccid",
            format!("the last digit of {iccid} is not its check digit"),
        );
    }
}

pub(super) fn file(package: &Package, report: &mut Report) {
    let Some(Ok(expected)) = header(package).and_then(|(_, header)| iccid_of(header)) else {
        return;
    };
    for name in ["mf", "iot"] {
        let Some((element, content)) = view::content(package, name, "ef-iccid") else {
            continue;
        };
        if content != expected.as_bytes() {
            let message = format!(
                "expected {}, the ICCID of the header with swapped digits, saw {}",
                hex::encode(expected.as_bytes()),
                hex::encode(content)
            );
            report.add(element, "ef-iccid", message);
        }
    }
}

pub(super) fn templates(package: &Package, report: &mut Report) {
    let Some((first, header)) = header(package) else {
        return;
    };
    let list = header.child("eUICC-Mandatory-GFSTEList");
    let declared: Vec<String> = list.map_or(Vec::new(), |list| {
        let oids = list.children.iter().map(Tree::to_value);
        oids.filter_map(|oid| oid.as_str().map(str::to_owned))
            .collect()
    });
    let named = |oid: &str| {
        names::template(oid).map_or_else(|| oid.to_owned(), |name| format!("{name} {oid}"))
    };
    for element in package.elements() {
        let mandated = element
            .members()
            .first()
            .is_some_and(|header| header.child("mandated").is_some());
        if let Some(oid) = element
            .template()
            .filter(|oid| mandated && !declared.contains(oid))
        {
            let message = format!(
                "the element is mandated, its template {} is not declared",
                named(&oid)
            );
            report.add(element, "templateID", message);
        }
    }
    for oid in declared {
        let used = package
            .elements()
            .iter()
            .any(|element| element.template().as_ref() == Some(&oid));
        if !used {
            let message = format!("template {} is declared, no element uses it", named(&oid));
            report.add(first, "eUICC-Mandatory-GFSTEList", message);
        }
    }
}
