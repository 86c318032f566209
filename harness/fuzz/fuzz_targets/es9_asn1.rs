// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ in ASN.1: what is read is written to bytes that read the same; and the SM-DP+ answers the
//! body before a session, in the middle and at the end of one (first byte).

#![no_main]

use fuzz::server::{ask, input, smdp_at};
use libfuzzer_sys::fuzz_target;
use rsp::json::{Es9Request, Function, Interface, response_from_asn1, response_to_asn1};
use smdp::ASN1_PATH;

fuzz_target!(|data: &[u8]| {
    let Some((stage, body)) = input(data, true) else {
        return;
    };
    let body = body.as_slice();
    for function in Function::ALL {
        for interface in [Interface::Es9, Interface::Es11] {
            if let Ok(response) = response_from_asn1(interface, function, body) {
                let written = response_to_asn1(interface, function, &response);
                let written = written.expect("what was read can be written");
                let again = response_from_asn1(interface, function, &written);
                assert_eq!(again.is_ok_and(|again| again.is_ok()), response.is_ok());
            }
        }
    }
    if let Ok(request) = Es9Request::from_asn1(body) {
        let written = request.to_asn1().expect("what was read can be written");
        assert_eq!(Es9Request::from_asn1(&written).as_ref().ok(), Some(&request));
        let service = smdp_at(stage);
        ask(&*service, ASN1_PATH, body);
    }
});
