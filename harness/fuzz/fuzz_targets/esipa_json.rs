// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa in JSON: what is read is written to a body that reads the same. The first byte picks the
//! function and what the rest is: a body, or a message of the ASN.1 binding.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rsp::json::esipa::{
    Function, error_message, refusal_of, request_from_json, request_to_json, response_from_json,
    response_to_json,
};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let function = Function::ALL[usize::from(first & 0x07)];
    if first & 0x80 == 0 {
        request(function, rest);
        response(function, rest);
    } else {
        message(function, rest);
    }
});

fn request(function: Function, body: &[u8]) {
    match request_from_json(function, body) {
        Ok(message) => {
            let (called, written) =
                request_to_json(&message).expect("what was read can be written");
            assert_eq!(called, function);
            assert_eq!(request_from_json(function, &written), Ok(message));
        }
        Err(error) => {
            let failure = refusal_of(function, &error);
            let written = response_to_json(function, &[], Some(&failure)).expect("a refusal");
            let read = response_from_json(function, &written).expect("a refusal");
            assert_eq!(read.failure, Some(failure));
        }
    }
}

fn response(function: Function, body: &[u8]) {
    let Ok(read) = response_from_json(function, body) else {
        return;
    };
    let written =
        response_to_json(function, &read.message, None).expect("what was read is written");
    if written.is_empty() {
        return;
    }
    let again = response_from_json(function, &written).expect("what was written is read");
    // integers without a pair of codes all become one
    if again.failure.is_none() {
        assert_eq!(again.message, read.message);
    }
}

fn message(function: Function, message: &[u8]) {
    if let Ok((called, body)) = request_to_json(message) {
        request(called, &body);
    }
    if let Ok(body) = response_to_json(function, message, None) {
        response(function, &body);
    }
    let code = message
        .iter()
        .fold(0_i64, |code, octet| code << 8 | i64::from(*octet));
    let error = error_message(function, code);
    response_to_json(function, &error, None).expect("an error of ours");
}
