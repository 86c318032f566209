// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any text makes cases or is refused with a reason; what it makes is checked and told without harm.

#![no_main]

use std::path::Path;

use harness::case::{Case, Context, parse_case, parse_node, problems};
use harness::explain::explain;
use libfuzzer_sys::fuzz_target;

/// A file may make many cases; the first show what the others would.
const MOST: usize = 8;

fuzz_target!(|text: &str| {
    let cases = Case::of_text("x", Path::new("/nowhere/x.yaml"), text, &Context::default());
    assert!(!cases.is_empty());
    for (id, case) in cases.into_iter().take(MOST) {
        match case {
            Ok(case) => {
                assert_eq!(id, case.id);
                assert!(explain(&case, &Default::default()).starts_with(&id));
            }
            Err(reason) => assert!(!reason.to_string().is_empty()),
        }
    }
    match parse_case(text) {
        Ok(case) => drop(problems(&case, &Context::default())),
        Err(reason) => assert!(!reason.is_empty()),
    }
    if let Err(reason) = parse_node(text) {
        assert!(!reason.is_empty());
    }
});
