// SPDX-License-Identifier: MIT OR Apache-2.0
//! Security domains, their keys, remote file management.

use std::collections::HashSet;

use rsp::schema::Tree;

use super::super::package::{Element, Package};
use super::Report;
use super::view;

/// Key types of GlobalPlatform with the lengths of their data.
const KEY_LENGTHS: &[(u8, &str, &[usize])] = &[
    (0x80, "DES", &[8, 16, 24]),
    (0x82, "3DES", &[16, 24]),
    (0x88, "AES", &[16, 24, 32]),
    (0x90, "HMAC-SHA-1", &[16, 20, 24, 32]),
];

fn named<'a>(package: &'a Package, name: &'a str) -> impl Iterator<Item = &'a Element> {
    package
        .elements()
        .iter()
        .filter(move |element| element.name() == name)
}

fn keys(element: &Element) -> &[Tree] {
    let list = element.body().and_then(|body| body.child("keyList"));
    list.map_or(&[], |list| &list.children)
}

fn octets<'a>(tree: &'a Tree, member: &str) -> &'a [u8] {
    tree.child(member).map_or(&[], Tree::contents)
}

fn title(key: &Tree) -> String {
    format!(
        "key {}/{}",
        hex::encode_upper(octets(key, "keyVersionNumber")),
        hex::encode_upper(octets(key, "keyIdentifier"))
    )
}

pub(super) fn mno_sd(package: &Package, report: &mut Report) {
    let Some(element) = named(package, "securityDomain").next() else {
        return;
    };
    let other = element
        .body()
        .and_then(|body| body.find("instance.extraditeSecurityDomainAID"));
    if let Some(other) = other {
        let message = format!(
            "expected no extradition of the MNO-SD, saw one to {}",
            hex::encode(other.contents())
        );
        report.add(element, "extraditeSecurityDomainAID", message);
    }
}

pub(super) fn unique(package: &Package, report: &mut Report) {
    for element in named(package, "securityDomain") {
        let mut seen = HashSet::new();
        for key in keys(element) {
            if !seen.insert((
                octets(key, "keyVersionNumber"),
                octets(key, "keyIdentifier"),
            )) {
                report.add(element, title(key), "expected the key once, saw it again");
            }
        }
    }
}

pub(super) fn key_length(package: &Package, report: &mut Report) {
    for element in named(package, "securityDomain") {
        for key in keys(element) {
            let components = key
                .child("keyComponents")
                .map_or(&[][..], |list| &list.children);
            for component in components {
                let kind = octets(component, "keyType").first().copied();
                let length = octets(component, "keyData").len();
                let row = KEY_LENGTHS
                    .iter()
                    .find(|(number, ..)| Some(*number) == kind);
                if let Some((_, name, allowed)) = row
                    && !allowed.contains(&length)
                {
                    let allowed: Vec<_> = allowed.iter().map(usize::to_string).collect();
                    let message = format!(
                        "expected {} bytes for {name}, saw {length}",
                        allowed.join(", ")
                    );
                    report.add(element, title(key), message);
                }
            }
        }
    }
}

pub(super) fn tar(package: &Package, report: &mut Report) {
    for element in named(package, "rfm") {
        let Some(body) = element.body() else {
            continue;
        };
        match body.child("tarList") {
            Some(list) if list.children.is_empty() => {
                report.add(element, "tarList", "expected at least one TAR, saw none");
            }
            Some(list) => {
                for tar in list.children.iter().filter(|tar| tar.contents().len() != 3) {
                    let message = format!(
                        "expected TARs of 3 bytes, saw {}",
                        hex::encode(tar.contents())
                    );
                    report.add(element, "tarList", message);
                }
            }
            None if octets(body, "instanceAID").len() < 15 => {
                let message =
                    "expected a tarList, or a TAR in bytes 13 to 15 of the AID, saw neither";
                report.add(element, "instanceAID", message);
            }
            None => {}
        }
    }
}

pub(super) fn adf(package: &Package, report: &mut Report) {
    let files = view::files(package);
    let names: HashSet<_> = files
        .iter()
        .filter_map(|file| file.field("dfName"))
        .collect();
    for element in named(package, "rfm") {
        let aid = element
            .body()
            .and_then(|body| body.find("adfRFMAccess.adfAID"));
        if let Some(aid) = aid.filter(|aid| !names.contains(aid.contents())) {
            let message = format!(
                "expected the name of an ADF of the package, saw {}",
                hex::encode(aid.contents())
            );
            report.add(element, "adfRFMAccess.adfAID", message);
        }
    }
}
