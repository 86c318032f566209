// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TS.48 generic test profiles, element by element: decoded and written back byte for byte.
//!
//! The profiles are not part of this repository: without them the test says what it leaves out,
//! and with `CI=true` that is a failure.

#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be read is a failed test"
)]

use std::path::PathBuf;

use rsp::der::{decode_first, encode};
use rsp::pe::ProfileElement;

fn profiles() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "{} is absent", folder.display());
        println!(
            "left out: profiles of {}, which is absent",
            folder.display()
        );
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let profiles: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "der"))
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    assert!(
        !profiles.is_empty(),
        "{} holds no profile",
        folder.display()
    );
    profiles
}

#[test]
fn every_element_comes_back_byte_for_byte() {
    for (name, profile) in profiles() {
        let mut rest = profile.as_slice();
        let mut elements = Vec::new();
        while !rest.is_empty() {
            let (element, after) = decode_first::<ProfileElement>(rest)
                .unwrap_or_else(|error| panic!("{name}, element {}: {error}", elements.len()));
            let bytes = &rest[..rest.len() - after.len()];
            assert_eq!(
                hex::encode(encode(&element).unwrap()),
                hex::encode(bytes),
                "{name}, element {}: {element:?}",
                elements.len()
            );
            elements.push(element);
            rest = after;
        }
        assert!(
            matches!(elements.first(), Some(ProfileElement::Header(_))),
            "{name}"
        );
        assert!(
            matches!(elements.last(), Some(ProfileElement::End(_))),
            "{name}"
        );
    }
}
