// SPDX-License-Identifier: MIT OR Apache-2.0
//! The known answers of `vectors/crypto` for the tests of this module.

use std::path::PathBuf;

use serde_json::Value;

/// The cases of one file; its header must name type, source and clause and at least two sources.
pub(crate) fn cases(name: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../vectors/crypto")
        .join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let value: Value = serde_json::from_str(&text).unwrap();
    for member in ["type", "source", "clause"] {
        assert!(value[member].is_string(), "{name}: no {member}");
    }
    assert!(value["sources"].as_array().unwrap().len() >= 2, "{name}");
    let cases = value["cases"].as_array().unwrap().clone();
    assert!(!cases.is_empty(), "{name}: no cases");
    cases
}

/// The bytes of a hexadecimal member.
pub(crate) fn bytes(case: &Value, member: &str) -> Vec<u8> {
    let text = case[member]
        .as_str()
        .unwrap_or_else(|| panic!("no {member}"));
    hex::decode(text).unwrap()
}

/// A hexadecimal member of exactly `N` bytes.
pub(crate) fn array<const N: usize>(case: &Value, member: &str) -> [u8; N] {
    bytes(case, member)
        .try_into()
        .unwrap_or_else(|_| panic!("{member}: expected {N} bytes"))
}

/// The SQN of a case as a number.
pub(crate) fn sqn(case: &Value) -> u64 {
    u64::from_str_radix(case["sqn"].as_str().unwrap(), 16).unwrap()
}

/// The AMF of a case.
pub(crate) fn amf(case: &Value) -> [u8; 2] {
    array(case, "amf")
}
