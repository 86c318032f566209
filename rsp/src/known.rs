// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tests compare against: the known answers of `vectors/crypto` and the published SGP.26 set.

use std::path::PathBuf;

use serde_json::Value;

/// One file of known answers; its header must name type, source and clause.
pub(crate) fn vectors(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../vectors/crypto")
        .join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let value: Value = serde_json::from_str(&text).unwrap();
    for member in ["type", "source", "clause"] {
        assert!(value[member].is_string(), "{name}: no {member}");
    }
    value
}

/// The bytes of a hexadecimal member.
pub(crate) fn bytes(value: &Value, member: &str) -> Vec<u8> {
    let text = value[member]
        .as_str()
        .unwrap_or_else(|| panic!("no {member}"));
    hex::decode(text).unwrap()
}

/// A hexadecimal member of exactly `N` bytes.
pub(crate) fn array<const N: usize>(value: &Value, member: &str) -> [u8; N] {
    bytes(value, member)
        .try_into()
        .unwrap_or_else(|_| panic!("{member}: expected {N} bytes"))
}

/// The cases of a file.
pub(crate) fn cases(value: &Value) -> &[Value] {
    let cases = value["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    cases
}

/// A file of the published SGP.26 set. Outside CI the set may be missing, and then so is the test.
pub(crate) fn sgp26(path: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/sgp26");
    if !folder.is_dir() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{} is missing",
            folder.display()
        );
        println!("skipped: {} is missing", folder.display());
        return None;
    }
    let file = folder.join(path);
    Some(std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

/// As [`sgp26`], for text files.
pub(crate) fn sgp26_text(path: &str) -> Option<String> {
    sgp26(path).map(|bytes| String::from_utf8(bytes).unwrap())
}
