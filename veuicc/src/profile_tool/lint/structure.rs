// SPDX-License-Identifier: MIT OR Apache-2.0
//! The elements themselves: form, order, numbers, templates.

use std::collections::HashMap;

use super::super::names;
use super::super::package::{Element, Package};
use super::Report;

/// Elements that describe the whole card.
const ONCE: &[&str] = &["mf", "cd", "telecom", "iot", "opt-iot", "pukCodes"];

/// Elements and what must have come before: one of these.
const AFTER: &[(&str, &[&str])] = &[
    ("cd", &["mf", "genericFileManagement"]),
    ("telecom", &["mf", "genericFileManagement"]),
    ("usim", &["mf", "genericFileManagement"]),
    ("isim", &["mf", "genericFileManagement"]),
    ("csim", &["mf", "genericFileManagement"]),
    ("opt-usim", &["usim", "genericFileManagement"]),
    ("phonebook", &["usim", "genericFileManagement"]),
    ("gsm-access", &["usim", "genericFileManagement"]),
    ("df-5gs", &["usim", "genericFileManagement"]),
    ("df-saip", &["usim", "genericFileManagement"]),
    ("df-snpn", &["usim", "genericFileManagement"]),
    ("df-5gprose", &["usim", "genericFileManagement"]),
    ("opt-isim", &["isim", "genericFileManagement"]),
    ("opt-csim", &["csim", "genericFileManagement"]),
    ("opt-iot", &["iot"]),
    ("eap", &["usim", "isim", "csim", "genericFileManagement"]),
    ("pinCodes", &["mf", "iot", "genericFileManagement"]),
    (
        "akaParameter",
        &["usim", "isim", "csim", "iot", "genericFileManagement"],
    ),
    ("cdmaParameter", &["csim", "genericFileManagement"]),
    ("rfm", &["securityDomain"]),
    ("application", &["securityDomain"]),
];

/// Elements and the templates they may refer to, by the name without its version.
const TEMPLATES: &[(&str, &str)] = &[
    ("mf", "MF"),
    ("cd", "CD"),
    ("telecom", "TELECOM"),
    ("usim", "USIM"),
    ("opt-usim", "OPT-USIM"),
    ("phonebook", "PHONEBOOK"),
    ("gsm-access", "GSM-ACCESS"),
    ("isim", "ISIM"),
    ("opt-isim", "OPT-ISIM"),
    ("csim", "CSIM"),
    ("opt-csim", "OPT-CSIM"),
    ("eap", "EAP"),
    ("df-5gs", "DF-5GS"),
    ("df-saip", "DF-SAIP"),
    ("df-snpn", "DF-SNPN"),
    ("df-5gprose", "DF-5GPROSE"),
    ("iot", "IoT"),
    ("opt-iot", "OPT-IoT"),
];

pub(super) fn form(package: &Package, report: &mut Report) {
    for element in package.elements() {
        if let Err(error) = rsp::schema::decode("ProfileElement", element.tree().raw()) {
            report.add(element, "", error.to_string());
        }
    }
}

pub(super) fn der(package: &Package, report: &mut Report) {
    for element in package.elements() {
        if let Ok(tree) = rsp::schema::decode("ProfileElement", element.tree().raw()) {
            for deviation in tree.deviations() {
                report.add(element, "", deviation.to_string());
            }
        }
    }
}

pub(super) fn header_first(package: &Package, report: &mut Report) {
    let headers = || {
        package
            .elements()
            .iter()
            .filter(|element| element.name() == "header")
    };
    if headers().next().is_none() {
        report.package("expected a header, saw none");
    }
    for (position, element) in headers().enumerate() {
        if position > 0 {
            report.add(element, "", "expected one header, saw another one");
        } else if element.number() != 1 {
            report.add(
                element,
                "",
                format!("expected the header first, saw it at {}", element.number()),
            );
        }
    }
}

pub(super) fn end_last(package: &Package, report: &mut Report) {
    let last = package.elements().len();
    let ends: Vec<_> = package
        .elements()
        .iter()
        .filter(|element| element.name() == "end")
        .collect();
    if ends.is_empty() {
        report.package("expected an end element, saw none");
    }
    for element in ends.into_iter().filter(|element| element.number() != last) {
        let behind = last - element.number();
        report.add(
            element,
            "",
            format!("expected the end last, saw {behind} elements behind it"),
        );
    }
}

pub(super) fn once(package: &Package, report: &mut Report) {
    for name in ONCE {
        let same = package
            .elements()
            .iter()
            .filter(|element| element.name() == *name);
        for element in same.skip(1) {
            report.add(element, "", format!("expected one {name}, saw another one"));
        }
    }
}

pub(super) fn order(package: &Package, report: &mut Report) {
    for (index, element) in package.elements().iter().enumerate() {
        let Some((_, needed)) = AFTER.iter().find(|(name, _)| *name == element.name()) else {
            continue;
        };
        let mut before = package.elements().iter().take(index);
        if !before.any(|earlier| needed.contains(&earlier.name())) {
            let needed: Vec<_> = needed
                .iter()
                .filter(|name| **name != "genericFileManagement")
                .copied()
                .collect();
            report.add(
                element,
                "",
                format!("expected {} before it, saw none", needed.join(" or ")),
            );
        }
    }
}

pub(super) fn unique(package: &Package, report: &mut Report) {
    let mut seen: HashMap<i64, &Element> = HashMap::new();
    for element in package.elements() {
        let Some(number) = element.identification() else {
            continue;
        };
        match seen.get(&number) {
            Some(earlier) => {
                let message = format!(
                    "identification {number} is that of element {} as well",
                    earlier.number()
                );
                report.add(element, "identification", message);
            }
            None => {
                seen.insert(number, element);
            }
        }
    }
}

pub(super) fn ascending(package: &Package, report: &mut Report) {
    let numbered = package
        .elements()
        .iter()
        .filter_map(|element| Some((element, element.identification()?)));
    let mut highest = -1;
    let mut falls = Vec::new();
    for (element, number) in numbered {
        if number < highest {
            falls.push((element, number));
        }
        highest = highest.max(number);
    }
    if let Some((element, number)) = falls.first() {
        let more = match falls.len() {
            1 => String::new(),
            count => format!("; {} more below", count - 1),
        };
        let message = format!("identification {number} follows a higher one{more}");
        report.add(element, "identification", message);
    }
}

pub(super) fn template(package: &Package, report: &mut Report) {
    for element in package.elements() {
        let Some(oid) = element.template() else {
            continue;
        };
        let own = TEMPLATES
            .iter()
            .find(|(name, _)| *name == element.name())
            .map(|(_, own)| *own);
        let found = names::template(&oid);
        let message = match (own, found) {
            (_, None) => format!("expected a known template, saw {oid}"),
            (Some(own), Some(found)) if found.split(' ').next() != Some(own) => {
                format!("expected a template of {own}, saw {oid}, which is that of {found}")
            }
            (_, Some(_)) => continue,
        };
        report.add(element, "templateID", message);
    }
}

pub(super) fn iot(package: &Package, report: &mut Report) {
    let options = package
        .header()
        .is_some_and(|header| header.child("iotOptions").is_some());
    let elements = || package.elements().iter();
    let template = elements().find(|element| element.name() == "iot");
    match (options, template) {
        (true, None) => {
            report.package("expected an iot element as the header has iotOptions, saw none")
        }
        (false, Some(element)) => {
            report.add(element, "", "expected iotOptions in the header, saw none")
        }
        (true, Some(_)) => {
            for element in elements().filter(|element| element.name() == "mf") {
                report.add(
                    element,
                    "",
                    "expected no MF template in an IoT minimal profile, saw one",
                );
            }
        }
        (false, None) => {}
    }
}
