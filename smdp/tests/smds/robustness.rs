// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nothing that a server or device sends brings an SM-DS down.

use proptest::prelude::*;
use rsp::json::Es12Function;
use smdp::smds::Registrant;

use crate::kit::{DsKit, delete, register, smdp1};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_body_of_es12_is_answered(body: Vec<u8>, at in 0..400_usize, octet: u8) {
        let kit = DsKit::new();
        let registrant = Registrant::from(&smdp1());
        for request in [register("EVENT-1"), delete("EVENT-1")] {
            let mut damaged = request.to_json();
            if let Some(place) = damaged.get_mut(at) {
                *place = octet;
            }
            for body in [body.as_slice(), damaged.as_slice()] {
                for function in Es12Function::ALL {
                    let call = kit.service.call_es12(function, &registrant, body);
                    let answer = kit.runtime.block_on(call);
                    prop_assert!(matches!(answer.status, 200 | 400));
                }
            }
        }
        prop_assert!(kit.events() <= 1);
    }
}
