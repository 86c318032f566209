// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any text is a case or is refused with a reason; a case is checked without harm.

#![no_main]

use harness::case::{Context, parse_case, parse_node, problems};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse_case(text) {
        Ok(case) => drop(problems(&case, &Context::default())),
        Err(reason) => assert!(!reason.is_empty()),
    }
    if let Err(reason) = parse_node(text) {
        assert!(!reason.is_empty());
    }
});
