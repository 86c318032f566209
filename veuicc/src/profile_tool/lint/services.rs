// SPDX-License-Identifier: MIT OR Apache-2.0
//! Services: what the header asks of the card, what EF.UST tells the terminal.

use std::collections::HashSet;

use rsp::schema::Tree;

use super::super::inspect::service_numbers;
use super::super::package::{Element, Package};
use super::Report;
use super::naa;
use super::view;

/// SUCI parameters for the terminal, and for the USIM itself (TS 31.102 §4.2.8).
const IDENTIFIER_PRIVACY: usize = 124;
const SUCI_BY_USIM: usize = 125;

/// Services of EF.UST that stand for a file: number, member of a template, file identifier.
const FILES: &[(usize, &str, [u8; 2])] = &[
    (2, "ef-fdn", [0x6F, 0x3B]),
    (10, "ef-sms", [0x6F, 0x3C]),
    (12, "ef-smsp", [0x6F, 0x42]),
    (15, "ef-cbmi", [0x6F, 0x45]),
    (16, "ef-cbmir", [0x6F, 0x50]),
    (17, "ef-gid1", [0x6F, 0x3E]),
    (18, "ef-gid2", [0x6F, 0x3F]),
    (19, "ef-spn", [0x6F, 0x46]),
    (20, "ef-plmnwact", [0x6F, 0x60]),
    (21, "ef-msisdn", [0x6F, 0x40]),
    (27, "ef-kc", [0x4F, 0x20]),
    (42, "ef-oplmnwact", [0x6F, 0x61]),
    (43, "ef-hplmnwact", [0x6F, 0x62]),
    (45, "ef-pnn", [0x6F, 0xC5]),
    (46, "ef-opl", [0x6F, 0xC6]),
    (47, "ef-mbdn", [0x6F, 0xC7]),
    (48, "ef-mwis", [0x6F, 0xCA]),
    (49, "ef-cfis", [0x6F, 0xCB]),
    (51, "ef-spdi", [0x6F, 0xCD]),
    (71, "ef-ehplmn", [0x6F, 0xD9]),
    (85, "ef-epsloci", [0x6F, 0xE3]),
    (122, "ef-5gs3gpploci", [0x4F, 0x01]),
];

/// Members that a template creates without being asked (TCA Annex A): the package need not name
/// them.
const CREATED_BY_DEFAULT: &[&str] = &["ef-epsloci", "ef-kc", "ef-5gs3gpploci"];

/// A service of the header, and whether the profile needs it.
struct Needed {
    name: &'static str,
    element: usize,
    why: &'static str,
}

/// What the profile needs of the card, each with the element that needs it.
fn needed(package: &Package) -> Vec<Needed> {
    let mut needed = Vec::new();
    let mut add = |name, element: &Element, why| {
        needed.push(Needed {
            name,
            element: element.number(),
            why,
        });
    };
    let elements = || package.elements().iter();
    for (element, service, several) in [
        ("usim", "usim", "multiple-usim"),
        ("isim", "isim", "multiple-isim"),
        ("csim", "csim", "multiple-csim"),
    ] {
        for (position, found) in elements()
            .filter(|candidate| candidate.name() == element)
            .enumerate()
        {
            add(service, found, "the application");
            if position == 1 {
                add(several, found, "a second application");
            }
        }
    }
    for (element, service, why) in [
        ("iot", "usim", "the application"),
        ("eap", "eap", "the EAP client"),
        ("cdmaParameter", "cave", "the CDMA parameters"),
    ] {
        if let Some(found) = elements().find(|candidate| candidate.name() == element) {
            add(service, found, why);
        }
    }
    for (element, parameter) in naa::algorithms(package) {
        let long = parameter
            .child("key")
            .is_some_and(|key| key.contents().len() == 32);
        match naa::algorithm(parameter) {
            Some(1) => add("milenage", element, "the algorithm"),
            Some(2) => add(
                if long { "tuak256" } else { "tuak128" },
                element,
                "the algorithm",
            ),
            Some(3) => add("usim-test-algorithm", element, "the algorithm"),
            _ => {}
        }
    }
    needed_by_files(package, &mut add);
    if let Some((element, services)) = ust(package)
        && services.contains(&SUCI_BY_USIM)
    {
        add("get-identity", element, "service 125 of EF.UST");
    }
    needed
}

/// What the files need.
fn needed_by_files<'a>(
    package: &'a Package,
    add: &mut impl FnMut(&'static str, &'a Element, &'static str),
) {
    for file in view::files(package) {
        let kind = file
            .field("fileDescriptor")
            .and_then(<[u8]>::first)
            .map(|kind| kind & 0x3F);
        if kind == Some(0x39) {
            add("ber-tlv", file.element, "a BER-TLV file");
        }
        if kind == Some(0x38) && file.field("linkPath").is_some() {
            add("dfLink", file.element, "a linked directory");
        }
    }
}

/// The services of EF.UST.
fn ust(package: &Package) -> Option<(&Element, Vec<usize>)> {
    let (element, content) = view::content(package, "usim", "ef-ust")?;
    Some((element, service_numbers(content)))
}

fn declared_services(package: &Package) -> Option<&Tree> {
    package.header()?.child("eUICC-Mandatory-services")
}

pub(super) fn declared(package: &Package, report: &mut Report) {
    let Some(services) = declared_services(package) else {
        return;
    };
    let mut told = HashSet::new();
    for Needed { name, element, why } in needed(package) {
        let element = package.elements().get(element.wrapping_sub(1));
        if let Some(element) =
            element.filter(|_| services.child(name).is_none() && told.insert(name))
        {
            report.add(
                element,
                "",
                format!("expected {name} in the header for {why}, saw none"),
            );
        }
    }
}

/// Services whose need cannot be seen in a package.
const INVISIBLE: &[&str] = &[
    "contactless",
    "gba-usim",
    "gba-isim",
    "mbms",
    "javacard",
    "multos",
    "cat-tp",
    "eap",
    "suciCalculatorApi",
    "dns-resolution",
    "scp11ac",
    "scp11c-authorization-mechanism",
    "s16mode",
    "eaka",
    "get-identity",
    "profile-a-x25519",
    "profile-b-p256",
];

pub(super) fn used(package: &Package, report: &mut Report) {
    let Some((first, services)) = package.elements().first().zip(declared_services(package)) else {
        return;
    };
    let needed: HashSet<_> = needed(package)
        .into_iter()
        .map(|needed| needed.name)
        .collect();
    for service in &services.children {
        let name = service.name.as_ref();
        if !needed.contains(name) && !INVISIBLE.contains(&name) {
            report.add(
                first,
                format!("eUICC-Mandatory-services.{name}"),
                "nothing in the profile needs it",
            );
        }
    }
}

pub(super) fn files(package: &Package, report: &mut Report) {
    let Some((element, services)) = ust(package) else {
        return;
    };
    let files = view::files(package);
    for (number, member, fid) in FILES
        .iter()
        .filter(|(number, ..)| services.contains(number))
    {
        let there = files
            .iter()
            .any(|file| file.member == Some(member) || file.field("fileID") == Some(fid));
        let implied = CREATED_BY_DEFAULT.contains(member);
        if !there && !implied {
            let message =
                format!("service {number} is available, its file {member} is not created");
            report.add(element, "ef-ust", message);
        }
    }
}

pub(super) fn suci(package: &Package, report: &mut Report) {
    let Some((element, services)) = ust(package) else {
        return;
    };
    let there = |name: &str, member: &str| {
        let mut elements = package
            .elements()
            .iter()
            .filter(|candidate| candidate.name() == name);
        elements.any(|candidate| {
            view::of_element(candidate)
                .iter()
                .any(|file| file.member == Some(member))
        })
    };
    if !services.contains(&IDENTIFIER_PRIVACY) {
        if services.contains(&SUCI_BY_USIM) {
            report.add(
                element,
                "ef-ust",
                "expected service 124 beside service 125, saw it missing",
            );
        }
        return;
    }
    let (name, member) = if services.contains(&SUCI_BY_USIM) {
        ("df-saip", "ef-suci-calc-info-usim")
    } else {
        ("df-5gs", "ef-suci-calc-info")
    };
    if !there(name, member) {
        report.add(
            element,
            "ef-ust",
            format!("expected {member} in {name} for the SUCI, saw none"),
        );
    }
}
