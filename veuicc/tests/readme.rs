// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of ES10 functions in the README is the card's own table.

use std::fmt::Write as _;

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
