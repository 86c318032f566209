// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whatever an associated eIM signs, the card answers, and still works afterwards.

#![no_main]

use fuzz::{Eim, associated};
use libfuzzer_sys::fuzz_target;
use veuicc::terminal::{Terminal, TerminalOptions};

fuzz_target!(|data: &[u8]| {
    let Some((&kind, bytes)) = data.split_first() else {
        return;
    };
    let Ok(mut terminal) = Terminal::open(associated(), TerminalOptions::default()) else {
        return;
    };
    let eim = Eim::new();
    let signed = match kind % 3 {
        0 => bytes.to_vec(),
        1 => eim.package(0xA0, bytes),
        _ => eim.package(0xA1, bytes),
    };
    let _ = terminal.es10(&eim.request(&signed));
    let retrieve = [0xBF, 0x2B, 0x00];
    assert!(terminal.es10(&retrieve).is_ok(), "the card still works");
});
