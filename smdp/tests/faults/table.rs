// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of the server and the tables of the tests name the same faults.

use std::collections::BTreeSet;

use crate::{card, events, http, json, tls};

#[test]
fn every_fault_has_a_test_and_every_test_a_fault() {
    let tables = [
        card::BY_CARD,
        card::BY_DEVICE,
        json::BY_READER,
        json::BY_COMPARISON,
        events::BY_SMDS,
        http::BY_CLIENT,
        tls::BY_CLIENT,
        tls::BY_TIERS,
    ];
    let tested: BTreeSet<&str> = tables
        .into_iter()
        .flatten()
        .map(|fault| fault.split(':').next().unwrap())
        .collect();
    let known: BTreeSet<&str> = smdp::fault::all().map(|fault| fault.name).collect();
    let untested: Vec<_> = known.difference(&tested).collect();
    assert!(untested.is_empty(), "without a test: {untested:?}");
    let unknown: Vec<_> = tested.difference(&known).collect();
    assert!(unknown.is_empty(), "not in the table: {unknown:?}");
}

#[test]
fn every_row_is_one_name_and_one_sentence() {
    let mut seen = BTreeSet::new();
    for fault in smdp::fault::all() {
        let name = fault.name;
        assert!(seen.insert(name), "{name} comes twice");
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.chars().all(kebab), "{name}");
        assert!(!fault.sentence.contains('\n'), "{name}");
        assert!(!fault.sentence.contains("  "), "{name}");
        assert!(fault.sentence.len() > 40, "{name}");
        assert!(!fault.sentence.ends_with('.'), "{name}");
        // a parameter that is left out is one that could be given
        if let Some(text) = Some(fault.parameter.default_text()).filter(|text| !text.is_empty()) {
            let armed = format!("{name}:{text}");
            assert!(armed.parse::<smdp::ArmedFault>().is_ok(), "{armed}");
        }
    }
}
