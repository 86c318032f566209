// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every key of a personality has a test of its name here that shows the deviation, and shows the
//! card of the specification beside it where that is not plain.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod behaviour;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../common/mod.rs"]
mod common;
mod content;
mod dialect;
mod encoding;
mod fault;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../package/fixture.rs"]
mod fixture;
mod library;
mod rig;
mod transport;

use veuicc::personality::Keys;

/// The files with a test for every key.
const SOURCES: [&str; 5] = [
    include_str!("transport.rs"),
    include_str!("content.rs"),
    include_str!("behaviour.rs"),
    include_str!("encoding.rs"),
    include_str!("dialect.rs"),
];

#[test]
fn every_key_has_a_test_of_its_name() {
    let tests: Vec<&str> = SOURCES
        .iter()
        .flat_map(|source| source.split("#[test]\nfn ").skip(1))
        .filter_map(|rest| rest.split_once('('))
        .map(|(name, _)| name)
        .collect();
    for key in Keys::ALL {
        assert!(tests.contains(&key.name), "no test shows {}", key.name);
    }
}
