// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes after a valid header are profile elements or are refused; so is a package that works
//! after some of its bytes have changed. What is installed can be enabled and read.
//!
//! The first byte decides: even, the rest are elements; odd, the rest are changes of a package, each
//! a position of two bytes and a byte.

#![no_main]

use fuzz::{HEADER, ICCID, PACKAGE_ICCID, card, package};
use libfuzzer_sys::fuzz_target;
use veuicc::{Metadata, ProfileState, Reset};

fuzz_target!(|data: &[u8]| {
    let Some((&kind, data)) = data.split_first() else {
        return;
    };
    let (package, iccid) = if kind & 1 == 0 {
        ([HEADER, data].concat(), ICCID)
    } else {
        let mut package = package().to_vec();
        for change in data.chunks_exact(3) {
            let position = usize::from(change[0]) << 8 | usize::from(change[1]);
            let position = position % package.len();
            package[position] = change[2];
        }
        (package, PACKAGE_ICCID)
    };
    let _ = veuicc::profile::interpret(&package);
    let mut card = card();
    let installed = card
        .install_profile(&package, Metadata::for_iccid(&iccid, "Profile"))
        .is_ok();
    assert_eq!(card.profiles().len(), usize::from(installed));
    if !installed {
        return;
    }
    let enable = card.edit_state(|state| {
        for profile in &mut state.profiles {
            profile.state = ProfileState::Enabled;
        }
    });
    assert!(enable.is_ok());
    card.reset(Reset::Cold);
    for fid in [0x3F00_u16, 0x2FE2, 0x2F00, 0x2F06, 0x7F10, 0x7FFF, 0x6F07] {
        let [high, low] = fid.to_be_bytes();
        assert!(card.transmit(&[0x00, 0xA4, 0x00, 0x04, 2, high, low, 0]).len() >= 2);
        assert!(card.transmit(&[0x00, 0xB0, 0x00, 0x00, 0x00]).len() >= 2);
        assert!(card.transmit(&[0x00, 0xB2, 0x01, 0x04, 0x00]).len() >= 2);
    }
});
