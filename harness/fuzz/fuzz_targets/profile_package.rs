// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes after a valid header are profile elements or are refused.

#![no_main]

use fuzz::{HEADER, ICCID, card};
use libfuzzer_sys::fuzz_target;
use veuicc::Metadata;

fuzz_target!(|data: &[u8]| {
    let package = [HEADER, data].concat();
    let metadata = Metadata::for_iccid(&ICCID, "Profile");
    let mut card = card();
    let installed = card.install_profile(&package, metadata).is_ok();
    assert_eq!(card.profiles().len(), usize::from(installed));
});
