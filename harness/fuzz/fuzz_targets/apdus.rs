// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any sequence of commands is answered, each with a status word at least.

#![no_main]

use fuzz::card;
use libfuzzer_sys::fuzz_target;
use veuicc::ISDR_AID;

fuzz_target!(|data: &[u8]| {
    let mut card = card();
    let select = [&[0x00, 0xA4, 0x04, 0x0C, 16], &ISDR_AID[..]].concat();
    assert_eq!(card.transmit(&select), [0x90, 0x00]);
    let mut rest = data;
    while let Some((&length, after)) = rest.split_first() {
        // the top bit makes the content a block of STORE DATA
        let (content, next) = after.split_at(usize::from(length & 0x7F).min(after.len()));
        let mut command = content.to_vec();
        if let (0x80.., Some((&number, block))) = (length, content.split_first()) {
            let last = if number & 0x80 == 0 { 0x91 } else { 0x11 };
            command = vec![0x80, 0xE2, last, number & 0x7F, block.len() as u8];
            command.extend_from_slice(block);
        }
        assert!(card.transmit(&command).len() >= 2);
        rest = next;
    }
});
