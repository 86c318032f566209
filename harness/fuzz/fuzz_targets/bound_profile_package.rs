// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card outside a download takes any bound profile package without harm, whole or in pieces.

#![no_main]

use fuzz::card;
use libfuzzer_sys::fuzz_target;
use rsp::tlv::{Tag, tlv};
use veuicc::terminal::{Terminal, TerminalOptions, bpp_segments};

fuzz_target!(|data: &[u8]| {
    let mut terminal = Terminal::open(card(), TerminalOptions::default()).expect("an ISD-R");
    let wrapped = tlv(Tag::new(0xBF36), data);
    for package in [data, &wrapped] {
        assert_eq!(bpp_segments(package).concat(), package);
        let _ = terminal.load_bound_profile_package(package);
    }
    assert!(
        terminal.es10(&[0xBF, 0x2E, 0x00]).is_ok(),
        "the card still works"
    );
});
