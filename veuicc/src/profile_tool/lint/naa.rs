// SPDX-License-Identifier: MIT OR Apache-2.0
//! Network access applications: their algorithm and their subscription.

use rsp::schema::Tree;

use super::super::inspect::imsi_digits;
use super::super::package::{Element, Package};
use super::Report;
use super::view;

/// Applications, and the elements of which one gives their parameters.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("usim", &["akaParameter"]),
    ("isim", &["akaParameter"]),
    ("iot", &["akaParameter"]),
    ("csim", &["cdmaParameter", "akaParameter"]),
];

/// What an algorithm asks for: name, its number, lengths of the key, length of OPc or TOPc.
const ALGORITHMS: &[(&str, usize, &[usize], usize)] = &[
    ("milenage", 1, &[16], 16),
    ("tuak", 2, &[16, 32], 32),
    ("usim-test-algorithm", 3, &[16], 16),
];

pub(super) fn present(package: &Package, report: &mut Report) {
    let elements = package.elements();
    for element in elements {
        let Some((_, wanted)) = PARAMETERS.iter().find(|(name, _)| *name == element.name()) else {
            continue;
        };
        let mut own = elements
            .iter()
            .skip(element.number())
            .take_while(|later| !PARAMETERS.iter().any(|(name, _)| *name == later.name()));
        if !own.any(|later| wanted.contains(&later.name())) {
            let message = format!(
                "expected {} before the next application, saw none",
                wanted.join(" or ")
            );
            report.add(element, "", message);
        }
    }
}

/// The elements that configure an algorithm of their own.
pub(super) fn algorithms(package: &Package) -> impl Iterator<Item = (&Element, &Tree)> {
    package.elements().iter().filter_map(|element| {
        let parameter = element.body()?.find("algoConfiguration.algoParameter")?;
        Some((element, parameter))
    })
}

/// The number of an algorithm.
pub(super) fn algorithm(parameter: &Tree) -> Option<usize> {
    view::number(parameter.child("algorithmID")?.contents())
}

pub(super) fn key_length(package: &Package, report: &mut Report) {
    for (element, parameter) in algorithms(package) {
        let number = algorithm(parameter);
        let Some((name, _, keys, opc)) = ALGORITHMS.iter().find(|row| Some(row.1) == number) else {
            let saw = number.map_or_else(|| "none".to_owned(), |number| number.to_string());
            report.add(
                element,
                "algorithmID",
                format!("expected a known algorithm, saw {saw}"),
            );
            continue;
        };
        for (member, allowed) in [("key", *keys), ("opc", &[*opc][..])] {
            let length = parameter
                .child(member)
                .map_or(0, |value| value.contents().len());
            // the test algorithm has no use for OPc
            let unused = member == "opc" && *name == "usim-test-algorithm";
            if !allowed.contains(&length) && !unused {
                let allowed: Vec<_> = allowed.iter().map(usize::to_string).collect();
                let message = format!(
                    "expected {} bytes for {name}, saw {length}",
                    allowed.join(" or ")
                );
                report.add(element, member, message);
            }
        }
    }
}

pub(super) fn constants(package: &Package, report: &mut Report) {
    for (element, parameter) in algorithms(package) {
        for (member, expected) in [("rotationConstants", 5), ("xoringConstants", 80)] {
            if let Some(length) = parameter.child(member).map(|value| value.contents().len())
                && length != expected
            {
                report.add(
                    element,
                    member,
                    format!("expected {expected} bytes, saw {length}"),
                );
            }
        }
    }
}

pub(super) fn imsi(package: &Package, report: &mut Report) {
    for element in package.elements() {
        let Some(content) = view::content_in(element, "ef-imsi") else {
            continue;
        };
        let saw = hex::encode(content);
        let digits = imsi_digits(content)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let Some(digits) = digits.filter(|digits| (6..=15).contains(&digits.len())) else {
            report.add(
                element,
                "ef-imsi",
                format!("expected a length and 6 to 15 digits, saw {saw}"),
            );
            continue;
        };
        // the low nibble of the first digit byte: 9 for an odd number of digits, 1 for an even one
        let parity = if digits.len() % 2 == 1 { 9 } else { 1 };
        let found = content.get(1).map_or(0, |byte| byte & 0x0F);
        if found != parity {
            let message = format!(
                "expected parity {parity} for {} digits, saw {found} in {saw}",
                digits.len()
            );
            report.add(element, "ef-imsi", message);
        }
    }
}
