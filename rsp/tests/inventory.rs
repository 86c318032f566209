// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every type of the ASN.1 modules has a Rust type or a reason for having none.
//!
//! The tables name the Rust type through a macro, so a row whose type does not exist does not
//! compile. The modules are not part of this repository: without them the comparison is left out
//! and said so, and with `CI=true` that is a failure.

#[path = "inventory/pe.rs"]
mod pe;
#[path = "inventory/rsp.rs"]
mod rsp_definitions;
#[path = "inventory/sgp32.rs"]
mod sgp32;

use std::collections::BTreeSet;
use std::path::PathBuf;

/// One type assignment of a module.
pub(crate) struct Row {
    asn1: &'static str,
    /// The Rust type, or why there is none.
    rust: Result<&'static str, &'static str>,
}

/// A type assignment and its Rust type.
macro_rules! row {
    ($asn1:literal, $rust:ty) => {
        $crate::Row::typed($asn1, std::any::type_name::<$rust>())
    };
}
pub(crate) use row;

impl Row {
    fn typed(asn1: &'static str, rust: &'static str) -> Self {
        Self {
            asn1,
            rust: Ok(rust),
        }
    }
}

/// A type assignment without Rust type.
pub(crate) fn left_out(asn1: &'static str, reason: &'static str) -> Row {
    Row {
        asn1,
        rust: Err(reason),
    }
}

/// The type assignments of a module file, or `None` when the modules are absent.
fn assignments(file: &str) -> Option<Vec<String>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/asn1");
    let path = folder.join(file);
    let Ok(bytes) = std::fs::read(&path) else {
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "{} is absent", path.display());
        println!(
            "left out: comparison with {}, which is absent",
            path.display()
        );
        return None;
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Some(
        text.lines()
            .filter_map(assignment)
            .map(str::to_owned)
            .collect(),
    )
}

/// The name a line assigns a type to. Value assignments start in lower case or name their type.
fn assignment(line: &str) -> Option<&str> {
    let code = line.split("--").next().unwrap_or(line);
    let name = code
        .split("::=")
        .next()
        .filter(|_| code.contains("::="))?
        .trim();
    let one_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (one_word && name.starts_with(|c: char| c.is_ascii_uppercase())).then_some(name)
}

/// Compares a table with the assignments of a module.
fn compare(rows: &[Row], assigned: &[String]) {
    let listed: BTreeSet<&str> = rows.iter().map(|row| row.asn1).collect();
    assert_eq!(listed.len(), rows.len(), "a row stands twice");
    let assigned: BTreeSet<&str> = assigned.iter().map(String::as_str).collect();
    let missing: Vec<_> = assigned.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&assigned).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing {missing:?}, stale {stale:?}"
    );
}

#[test]
fn every_reason_and_type_name_says_something() {
    let tables = [
        rsp_definitions::v2_5(),
        rsp_definitions::v3_0(),
        sgp32::v1_2(),
        sgp32::v1_0(),
        sgp32::v1_3(),
        pe::v3_3_1(),
    ];
    for row in tables.iter().flatten() {
        match row.rust {
            Ok(rust) => assert!(!rust.is_empty()),
            Err(reason) => assert!(reason.split(' ').count() > 3, "{}: {reason}", row.asn1),
        }
    }
}

#[test]
fn rsp_definitions_v2_5() {
    if let Some(assigned) = assignments("RSPDefinitions-v2.5.asn") {
        let rows = rsp_definitions::v2_5();
        compare(&rows, &assigned);
        assert!(rows.iter().all(|row| row.rust.is_ok()));
    }
}

#[test]
fn rsp_definitions_v3_0() {
    let (Some(v2), Some(v3)) = (
        assignments("RSPDefinitions-v2.5.asn"),
        assignments("RSPDefinitions-v3.0.asn"),
    ) else {
        return;
    };
    let added: Vec<String> = v3.into_iter().filter(|name| !v2.contains(name)).collect();
    compare(&rsp_definitions::v3_0(), &added);
}

#[test]
fn sgp32_definitions_v1_2() {
    if let Some(assigned) = assignments("SGP32Definitions-v1.2.asn") {
        let rows = sgp32::v1_2();
        compare(&rows, &assigned);
        assert!(rows.iter().all(|row| row.rust.is_ok()));
        let later = sgp32::v1_3();
        assert!(
            later
                .iter()
                .all(|row| !assigned.iter().any(|name| name == row.asn1))
        );
    }
}

#[test]
fn sgp32_definitions_v1_0() {
    if let Some(assigned) = assignments("SGP32Definitions-v1.0.asn") {
        compare(&sgp32::v1_0(), &assigned);
    }
}

#[test]
fn pe_definitions_v3_3_1() {
    if let Some(assigned) = assignments("PE_Definitions-3.3.1.asn") {
        let rows = pe::v3_3_1();
        compare(&rows, &assigned);
        assert!(rows.iter().all(|row| row.rust.is_ok()));
    }
}
