// SPDX-License-Identifier: MIT OR Apache-2.0
//! Nothing a terminal sends makes the card panic, and every answer is a response APDU.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use certs::{Pki, TEST_EID};
use proptest::prelude::*;
use rsp::env::SeededEnv;
use veuicc::{Card, CardConfig, Es10};

fn card() -> Card {
    static CONFIG: std::sync::OnceLock<CardConfig> = std::sync::OnceLock::new();
    let config = CONFIG
        .get_or_init(|| CardConfig::from_pki(&Pki::seeded(1).unwrap(), TEST_EID).unwrap())
        .clone();
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let select = hex::decode("00A4040C10A0000005591010FFFFFFFF8900000100").unwrap();
    assert_eq!(card.transmit(&select), [0x90, 0x00]);
    card
}

/// Bytes that begin with the tag of a function and its length, more often than chance would.
fn request() -> impl Strategy<Value = Vec<u8>> {
    let tag = prop::sample::select(Es10::ALL).prop_map(|function| function.tag());
    (tag, prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(tag, content)| {
        let mut request = tag.to_be_bytes().to_vec();
        request.push(u8::try_from(content.len()).unwrap());
        request.extend(content);
        request
    })
}

proptest! {
    #[test]
    fn any_bytes_are_answered(commands in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20)) {
        let mut card = card();
        for command in commands {
            prop_assert!(card.transmit(&command).len() >= 2);
        }
    }

    #[test]
    fn any_request_is_answered(requests in prop::collection::vec(request(), 1..8)) {
        let mut card = card();
        for request in requests {
            let mut command = vec![0x80, 0xE2, 0x91, 0x00, u8::try_from(request.len()).unwrap()];
            command.extend(request);
            command.push(0x00);
            let answer = card.transmit(&command);
            prop_assert!(answer.len() >= 2);
        }
    }
}
