// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile packages to order.

use std::path::PathBuf;

use rsp::tlv::{Tag, tlv};
use smdp::{Profile, Profiles};

/// ICCID of [`package`], as in EF.ICCID.
pub(crate) const ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0x14];

/// A header of version 2.3 and enough content for three segments.
pub(crate) fn package() -> Profile {
    let mut package = tlv(
        Tag::new(0xA0),
        &hex::decode("80010281010382015483 0A89000123456789012341A500".replace(' ', "")).unwrap(),
    );
    package.extend(tlv(Tag::new(0xA7), &[0x5A; 2500]));
    package.extend([0xAA, 0x00]);
    Profile::from_der(package).unwrap()
}

/// A profile of `testcases/fixtures/profiles`, by name.
pub(crate) fn fixture(name: &str) -> Profile {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testcases/fixtures/profiles");
    let text = std::fs::read_to_string(folder.join(name).with_extension("yaml")).unwrap();
    Profile::from_der(veuicc::profile_tool::build(&text).unwrap()).unwrap()
}

/// The GSMA TS.48 packages, by file name. Outside CI the folder may be missing, and then so is the
/// test.
pub(crate) fn ts48() -> Option<Profiles> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0");
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
    Some(Profiles::load(&folder).unwrap())
}
