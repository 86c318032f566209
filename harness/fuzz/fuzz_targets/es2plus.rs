// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+: what is read is written to a body that reads and is written the same, but for the message
//! that every statusCodeData gets; and the SM-DP+ answers bodies, one a line, as any function an
//! operator calls.

#![no_main]

use fuzz::server::{Stage, ask, es2plus, smdp_at};
use libfuzzer_sys::fuzz_target;
use rsp::json::{Es2Function, Es2Request, decode_es2_response, encode_es2_response};
use smdp::http::Handler;

fuzz_target!(|data: &[u8]| {
    let handler = es2plus(smdp_at(Stage::Fresh));
    for body in data.split(|byte| *byte == b'\n') {
        for function in Es2Function::ALL {
            if let Ok(request) = Es2Request::from_json(function, body) {
                let written = request.to_json();
                let again = Es2Request::from_json(function, &written).expect("it was written");
                assert_eq!(again.to_json(), written);
            }
            if let Ok(response) = decode_es2_response(function, body) {
                let written = encode_es2_response(&response);
                let again = decode_es2_response(function, &written).expect("it was written");
                assert_eq!(encode_es2_response(&again), written);
            }
            if handler.resource(&function.path()).is_some() {
                ask(&handler, &function.path(), body);
            }
        }
    }
});
