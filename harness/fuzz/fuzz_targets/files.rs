// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any sequence of commands to the files of an enabled profile is answered, each with a status word
//! at least, and the card still works afterwards.
//!
//! A piece of the input is a length and that many bytes. The top bit of the length puts one of the
//! usual headers in front of it, so that commands that mean something are not left to luck.

#![no_main]

use fuzz::{USIM_AID, enabled};
use libfuzzer_sys::fuzz_target;
use veuicc::Reset;

/// CLA, INS, P1, P2 of commands with data: SELECT, READ, UPDATE, SEARCH, VERIFY, AUTHENTICATE …
const HEADERS: &[[u8; 4]] = &[
    [0x00, 0xA4, 0x00, 0x04],
    [0x00, 0xA4, 0x04, 0x04],
    [0x00, 0xA4, 0x08, 0x04],
    [0x00, 0xA4, 0x09, 0x04],
    [0x00, 0xD6, 0x00, 0x00],
    [0x00, 0xDC, 0x01, 0x04],
    [0x00, 0xDC, 0x00, 0x02],
    [0x00, 0xDC, 0x00, 0x03],
    [0x00, 0xA2, 0x01, 0x04],
    [0x00, 0xA2, 0x01, 0x06],
    [0x80, 0x32, 0x00, 0x00],
    [0x00, 0x20, 0x00, 0x01],
    [0x00, 0x24, 0x00, 0x01],
    [0x00, 0x26, 0x00, 0x01],
    [0x00, 0x28, 0x00, 0x01],
    [0x00, 0x2C, 0x00, 0x01],
    [0x00, 0x20, 0x00, 0x0A],
    [0x00, 0x88, 0x00, 0x81],
    [0x00, 0x88, 0x00, 0x80],
    [0x80, 0x78, 0x00, 0x01],
    [0x80, 0xCB, 0x80, 0x00],
    [0x80, 0xDB, 0x80, 0x00],
    [0x00, 0x44, 0x00, 0x00],
    [0x00, 0x04, 0x00, 0x00],
    [0x80, 0xF2, 0x00, 0x00],
    [0x80, 0xC2, 0x00, 0x00],
];

fuzz_target!(|data: &[u8]| {
    let mut card = enabled();
    let mut rest = data;
    while let Some((&length, after)) = rest.split_first() {
        let (content, next) = after.split_at(usize::from(length & 0x7F).min(after.len()));
        let mut command = content.to_vec();
        if let (0x80.., Some((&number, body))) = (length, content.split_first()) {
            if number == 0xFF {
                assert!(card.reset(Reset::Warm).len() > 2);
                rest = next;
                continue;
            }
            let header = HEADERS[usize::from(number) % HEADERS.len()];
            command = header.to_vec();
            // the upper numbers choose the channel
            command[0] |= number / HEADERS.len() as u8 % 4;
            if !body.is_empty() {
                command.push(body.len() as u8);
                command.extend_from_slice(body);
            }
            command.push(0);
        }
        assert!(card.transmit(&command).len() >= 2);
        rest = next;
    }
    card.reset(Reset::Cold);
    let select = [&[0x00, 0xA4, 0x04, 0x04, 16], &USIM_AID[..], &[0]].concat();
    let answer = card.transmit(&select);
    assert!(answer.ends_with(&[0x90, 0x00]) || answer[answer.len() - 2] == 0x62, "{answer:02X?}");
});
