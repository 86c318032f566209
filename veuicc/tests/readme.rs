// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of ES10 functions in the README is the card's own table, and the card's table has
//! every function that the modules of SGP.22 and SGP.32 have a request for.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rsp::schema::MESSAGES;
use veuicc::Es10;

const BEGIN: &str = "<!-- es10 functions: begin -->\n";
const END: &str = "<!-- es10 functions: end -->";

#[test]
fn the_readme_lists_the_functions_of_the_card() {
    let mut table = String::from("| tag | function | clause |\n|---|---|---|\n");
    for function in Es10::ALL {
        let (tag, name, clause) = (function.tag(), function.name(), function.clause());
        writeln!(table, "| `{tag:04X}` | {name} | {clause} |").unwrap();
    }
    let readme = include_str!("../../README.md");
    let (_, after) = readme.split_once(BEGIN).unwrap();
    let (listed, _) = after.split_once(END).unwrap();
    assert_eq!(
        listed, table,
        "README.md: expected this table between its markers:\n{table}"
    );
}

/// Tags of ES10 messages that are no request of their own.
const NO_REQUESTS: [(u32, &str); 1] = [(
    0xBF37,
    "ProfileInstallationResult: what LoadBoundProfilePackage (BF36) is answered with",
)];

#[test]
fn the_card_has_every_function_of_the_modules() {
    let is_es10 = |interface: &str| ["ES10a", "ES10b", "ES10c"].contains(&interface);
    let requests: BTreeSet<u32> = MESSAGES
        .iter()
        .filter(|message| is_es10(message.interface))
        .map(|message| message.tag.octets())
        .filter(|tag| NO_REQUESTS.iter().all(|(other, _)| other != tag))
        .collect();
    let functions: BTreeSet<u32> = Es10::ALL
        .iter()
        .map(|function| function.tag().into())
        .collect();
    let listed = |tags: Vec<&u32>| {
        tags.iter()
            .map(|tag| format!("{tag:X}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        listed(requests.difference(&functions).collect()),
        Vec::<String>::new(),
        "functions of the modules that the card does not have"
    );
    assert_eq!(
        listed(functions.difference(&requests).collect()),
        Vec::<String>::new(),
        "functions of the card that no module has"
    );
}
