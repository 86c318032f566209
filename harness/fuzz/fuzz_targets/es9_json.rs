// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests and answers of the JSON binding: what is read is written to a body that reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rsp::json::{Es9Request, Function, Interface, decode_response, encode_response};

const FUNCTIONS: [Function; 5] = [
    Function::InitiateAuthentication,
    Function::GetBoundProfilePackage,
    Function::AuthenticateClient,
    Function::HandleNotification,
    Function::CancelSession,
];

fuzz_target!(|body: &[u8]| {
    for function in FUNCTIONS {
        if let Ok(request) = Es9Request::from_json(function, body) {
            let written = request.to_json().expect("what was read can be written");
            assert_eq!(
                Es9Request::from_json(function, &written).as_ref().ok(),
                Some(&request)
            );
        }
        for interface in [Interface::Es9, Interface::Es11] {
            if let Ok(response) = decode_response(interface, function, body) {
                let written = encode_response(&response).expect("what was read can be written");
                let again = decode_response(interface, function, &written);
                assert_eq!(again.as_ref().ok(), Some(&response));
            }
        }
    }
});
