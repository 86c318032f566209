// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SM-DS: what is read of ES12 is written to a body that reads the same; and it answers bodies,
//! one a line, as any function of ES12 and ES11.

#![no_main]

use fuzz::server::{ask, smds};
use libfuzzer_sys::fuzz_target;
use rsp::json::{Es12Function, Es12Request, Function, read_status, write_status};
use smdp::http::Handler;

fuzz_target!(|data: &[u8]| {
    let (es11, es12) = smds();
    for body in data.split(|byte| *byte == b'\n') {
        for function in Es12Function::ALL {
            if let Ok(request) = Es12Request::from_json(function, body) {
                let again = Es12Request::from_json(function, &request.to_json());
                assert_eq!(again.as_ref().ok(), Some(&request));
            }
            ask(&es12, &function.path(), body);
        }
        if let Ok(status) = read_status(body) {
            let written = write_status(&status);
            let again = read_status(&written).expect("it was written");
            assert_eq!(write_status(&again), written);
        }
        for function in [Function::InitiateAuthentication, Function::AuthenticateClient] {
            if es11.resource(&function.path()).is_some() {
                ask(&es11, &function.path(), body);
            }
        }
    }
});
