// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ in JSON: what is read is written to a body that reads the same; and the SM-DP+ answers the
//! body as any function, before a session, in the middle and at the end of one (first byte).

#![no_main]

use fuzz::server::{ask, input, smdp_at};
use libfuzzer_sys::fuzz_target;
use rsp::json::{Es9Request, Function, Interface, decode_response, encode_response};

fuzz_target!(|data: &[u8]| {
    let Some((stage, body)) = input(data, false) else {
        return;
    };
    let body = body.as_slice();
    let mut readable = Vec::new();
    for function in Function::ALL {
        if let Ok(request) = Es9Request::from_json(function, body) {
            let written = request.to_json().expect("what was read can be written");
            let again = Es9Request::from_json(function, &written);
            assert_eq!(again.as_ref().ok(), Some(&request));
            readable.push(function);
        }
        for interface in [Interface::Es9, Interface::Es11] {
            if let Ok(response) = decode_response(interface, function, body) {
                let written = encode_response(&response).expect("what was read can be written");
                let again = decode_response(interface, function, &written);
                assert_eq!(again.as_ref().ok(), Some(&response));
            }
        }
    }
    // a server costs some signatures, so it is made for requests that reach it
    if !readable.is_empty() {
        let service = smdp_at(stage);
        for function in readable {
            ask(&*service, &function.path(), body);
        }
    }
});
