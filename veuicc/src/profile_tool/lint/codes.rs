// SPDX-License-Identifier: MIT OR Apache-2.0
//! PIN and PUK codes and those who refer to them.

use std::collections::HashSet;

use rsp::schema::Tree;

use super::super::names;
use super::super::package::{Element, Package};
use super::Report;
use super::view;

/// Elements that create an ADF or DF and so open a new PIN context (TCA §8.5.1).
const CONTEXTS: &[&str] = &[
    "usim",
    "isim",
    "csim",
    "telecom",
    "cd",
    "phonebook",
    "gsm-access",
    "df-5gs",
    "df-saip",
    "df-snpn",
    "df-5gprose",
    "eap",
    "iot",
];

fn codes<'a>(package: &'a Package, name: &'a str) -> impl Iterator<Item = &'a Element> {
    package
        .elements()
        .iter()
        .filter(move |element| element.name() == name)
}

/// The entries of a PIN element; those that share the codes of another file have none.
fn pins(element: &Element) -> &[Tree] {
    let list = element
        .body()
        .and_then(|body| body.find("pinCodes.pinconfig"));
    list.map_or(&[], |list| &list.children)
}

fn puks(element: &Element) -> &[Tree] {
    let list = element.body().and_then(|body| body.child("pukCodes"));
    list.map_or(&[], |list| &list.children)
}

fn number(entry: &Tree, member: &str) -> Option<u8> {
    let value = view::number(entry.child(member)?.contents())?;
    u8::try_from(value).ok()
}

/// The key reference as people write it.
fn reference(entry: &Tree, member: &str) -> String {
    let value = entry.child(member).map(Tree::to_value);
    match value {
        Some(serde_json::Value::String(name)) => name,
        Some(value) => value.to_string(),
        None => "no reference".to_owned(),
    }
}

pub(super) fn puk_place(package: &Package, report: &mut Report) {
    let elements = package.elements();
    for element in codes(package, "pukCodes") {
        let before = elements
            .get(element.number().wrapping_sub(2))
            .map_or("nothing", Element::name);
        if !["mf", "genericFileManagement", "header"].contains(&before) {
            let message =
                format!("expected it right after the creation of the MF, saw it after {before}");
            report.add(element, "", message);
        }
    }
}

pub(super) fn puk_reference(package: &Package, report: &mut Report) {
    let known: HashSet<_> = codes(package, "pukCodes")
        .flat_map(puks)
        .filter_map(|puk| number(puk, "keyReference"))
        .collect();
    for element in codes(package, "pinCodes") {
        for pin in pins(element) {
            let wanted = number(pin, "unblockingPINReference");
            if wanted.is_some_and(|wanted| !known.contains(&wanted)) {
                let wanted = reference(pin, "unblockingPINReference");
                let message = format!("expected {wanted} among the PUK codes, saw none");
                report.add(element, reference(pin, "keyReference"), message);
            }
        }
    }
}

pub(super) fn puk_value(package: &Package, report: &mut Report) {
    for element in codes(package, "pukCodes") {
        for puk in puks(element) {
            let value = puk.child("pukValue").map_or(&[][..], Tree::contents);
            if value.len() != 8 || !value.iter().all(u8::is_ascii_digit) {
                let message = format!("expected 8 digits, saw {}", hex::encode(value));
                report.add(element, reference(puk, "keyReference"), message);
            }
        }
    }
}

/// What the nearest element before it creates: the MF, or an ADF or DF.
fn is_global(package: &Package, element: &Element) -> bool {
    let before = package
        .elements()
        .iter()
        .take(element.number().saturating_sub(1));
    let context = before.rev().find_map(|earlier| match earlier.name() {
        "mf" => Some(true),
        "genericFileManagement" => creates_directory(earlier).then_some(false),
        name => CONTEXTS.contains(&name).then_some(false),
    });
    context.unwrap_or(true)
}

fn creates_directory(element: &Element) -> bool {
    let files = view::of_element(element);
    files.iter().any(|file| {
        let kind = file.field("fileDescriptor").and_then(<[u8]>::first);
        kind.is_some_and(|kind| kind & 0x3F == 0x38)
    })
}

pub(super) fn scope(package: &Package, report: &mut Report) {
    for element in codes(package, "pinCodes") {
        let global = is_global(package, element);
        for pin in pins(element) {
            let Some(key) = number(pin, "keyReference") else {
                continue;
            };
            let local = (0x81..=0x88).contains(&key);
            if local == global {
                let (expected, saw) = if global {
                    ("a global", "a local")
                } else {
                    ("a local", "a global")
                };
                let message = format!("expected {expected} PIN in this context, saw {saw} one");
                report.add(element, reference(pin, "keyReference"), message);
            }
        }
    }
}

pub(super) fn pin_value(package: &Package, report: &mut Report) {
    for element in codes(package, "pinCodes") {
        for pin in pins(element) {
            let value = pin.child("pinValue").map_or(&[][..], Tree::contents);
            let digits = value
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let padded = value.iter().skip(digits).all(|byte| *byte == 0xFF);
            // administrative keys are any 8 bytes
            let key = number(pin, "keyReference").unwrap_or_default() & 0x7F;
            let right = key > 8 || ((4..=8).contains(&digits) && padded);
            if value.len() != 8 || !right {
                let message = format!(
                    "expected 8 bytes, 4 to 8 digits padded with FF, saw {}",
                    hex::encode(value)
                );
                report.add(element, reference(pin, "keyReference"), message);
            }
        }
    }
}

pub(super) fn attempts(package: &Package, report: &mut Report) {
    let all = codes(package, "pinCodes")
        .flat_map(|element| pins(element).iter().map(move |entry| (element, entry)));
    let puks = codes(package, "pukCodes")
        .flat_map(|element| puks(element).iter().map(move |entry| (element, entry)));
    for (element, entry) in all.chain(puks) {
        if let Some(counter) = number(entry, "maxNumOfAttemps-retryNumLeft") {
            let (most, left) = (counter >> 4, counter & 0x0F);
            if most == 0 || left > most {
                let message = format!(
                    "expected at most {most} attempts left and at least 1 allowed, saw {left} of {most}"
                );
                report.add(element, reference(entry, "keyReference"), message);
            }
        }
    }
}

pub(super) fn status(package: &Package, report: &mut Report) {
    let known: HashSet<u8> = codes(package, "pinCodes")
        .flat_map(pins)
        .filter_map(|pin| number(pin, "keyReference"))
        .collect();
    for file in view::files(package) {
        let missing: Vec<_> = file
            .field("pinStatusTemplateDO")
            .unwrap_or_default()
            .iter()
            .filter(|key| !known.contains(key))
            .map(|key| names::key(*key))
            .collect();
        if !missing.is_empty() {
            let message = format!("expected PIN codes for {}, saw none", missing.join(", "));
            report.add(file.element, file.place(), message);
        }
    }
}
