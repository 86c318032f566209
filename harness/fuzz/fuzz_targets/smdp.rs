// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DP+ answers any body of any function, in sequence on one server.

#![no_main]

use fuzz::smdp;
use libfuzzer_sys::fuzz_target;
use rsp::json::Function;

fuzz_target!(|data: &[u8]| {
    let service = smdp();
    for body in data.split(|byte| *byte == b'\n') {
        for function in [
            Function::InitiateAuthentication,
            Function::AuthenticateClient,
            Function::GetBoundProfilePackage,
            Function::HandleNotification,
            Function::CancelSession,
        ] {
            let answer = service.call_json(function, None, body);
            assert!([200, 204, 400].contains(&answer.status), "{answer:?}");
        }
    }
});
