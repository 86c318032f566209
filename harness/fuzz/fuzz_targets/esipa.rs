// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIM answers any ESipa message; its resolver knows no host, so nothing leaves the machine.

#![no_main]

use fuzz::{eim, runtime};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let answer = runtime().block_on(async { eim().await.handle(data).await });
    let notification = data.starts_with(&[0xBF, 0x3D]);
    assert!(notification || !answer.is_empty());
});
