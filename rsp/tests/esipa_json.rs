// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON binding of ESipa carries every message: the golden ones of `vectors/`, and drawn ones
//! with contents that nobody would encode that way.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rsp::json::esipa::{
    Function, request_from_json, request_to_json, response_from_json, response_to_json,
};
use rsp::tlv::{Tag, tlv};
use serde_json::Value;

/// Folders of `vectors/` that hold messages from the caller, and from the one called.
const REQUESTS: [&str; 8] = [
    "InitiateAuthenticationRequestEsipa",
    "AuthenticateClientRequestEsipa",
    "GetBoundProfilePackageRequestEsipa",
    "TransferEimPackageRequest",
    "GetEimPackageRequest",
    "ProvideEimPackageResult",
    "HandleNotificationEsipa",
    "CancelSessionRequestEsipa",
];
const RESPONSES: [&str; 7] = [
    "InitiateAuthenticationResponseEsipa",
    "AuthenticateClientResponseEsipa",
    "GetBoundProfilePackageResponseEsipa",
    "TransferEimPackageResponse",
    "GetEimPackageResponse",
    "ProvideEimPackageResultResponse",
    "CancelSessionResponseEsipa",
];

/// The messages of a folder and of the one with the members of later versions.
fn vectors(name: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let mut found = Vec::new();
    for folder in [name.to_owned(), format!("{name}@later")] {
        let Ok(files) = std::fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for file in files {
            let path = file.unwrap().path();
            let vector: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let der = hex::decode(vector["der"].as_str().unwrap()).unwrap();
            found.push((path.display().to_string(), der));
        }
    }
    assert!(!found.is_empty(), "no vectors of {name}");
    found
}

#[test]
fn golden_requests_come_back_as_the_bytes_they_were() {
    for (file, message) in REQUESTS.iter().flat_map(|name| vectors(name)) {
        let (function, body) = request_to_json(&message).unwrap();
        let again = request_from_json(function, &body).unwrap();
        assert_eq!(hex::encode(again), hex::encode(message), "{file}");
    }
}

#[test]
fn golden_answers_come_back_as_the_bytes_they_were() {
    for (file, message) in RESPONSES.iter().flat_map(|name| vectors(name)) {
        let function = Function::of_message(&message).unwrap();
        let body = response_to_json(function, &message, None).unwrap();
        let again = response_from_json(function, &body).unwrap();
        assert_eq!(hex::encode(again.message), hex::encode(message), "{file}");
    }
}

/// A data object with any content, its length now and then longer than it has to be.
fn object(tag: u32) -> impl Strategy<Value = Vec<u8>> {
    (vec(any::<u8>(), 0..200), any::<bool>()).prop_map(move |(content, long)| {
        if !long {
            return tlv(Tag::new(tag), &content);
        }
        let mut bytes = Vec::new();
        Tag::new(tag).write(&mut bytes);
        bytes.extend([0x83, 0, 0, u8::try_from(content.len()).unwrap()]);
        bytes.extend(content);
        bytes
    })
}

fn fixed(tag: u32, size: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), size).prop_map(move |content| tlv(Tag::new(tag), &content))
}

fn id(tag: u32) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..=16).prop_map(move |content| tlv(Tag::new(tag), &content))
}

fn text(tag: u32) -> impl Strategy<Value = Vec<u8>> {
    "[ -~ä€]{0,30}".prop_map(move |text| tlv(Tag::new(tag), text.as_bytes()))
}

fn maybe(part: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    option::of(part).prop_map(Option::unwrap_or_default)
}

fn eid() -> impl Strategy<Value = Vec<u8>> {
    vec(0_u8..100, 16).prop_map(|octets| {
        let bcd: Vec<u8> = octets.into_iter().map(|n| n / 10 * 16 + n % 10).collect();
        tlv(Tag::new(0x5A), &bcd)
    })
}

fn message(tag: u32, parts: Vec<Vec<u8>>) -> Vec<u8> {
    tlv(Tag::new(tag), &parts.concat())
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (
            fixed(0x81, 16),
            maybe(text(0x83)),
            maybe(object(0xBF20)),
            maybe(id(0x82))
        )
            .prop_map(|(a, b, c, d)| message(0xBF39, vec![a, b, c, d])),
        (id(0x80), object(0xBF38)).prop_map(|(a, b)| message(0xBF3B, vec![a, b])),
        (id(0x80), object(0xBF21)).prop_map(|(a, b)| message(0xBF3A, vec![a, b])),
        prop_oneof![
            object(0xBF51),
            object(0xBF52),
            object(0xBF53),
            object(0xBF54)
        ]
        .prop_map(|a| message(0xBF4E, vec![a])),
        (eid(), any::<bool>(), 0_u8..128, maybe(fixed(0x82, 3))).prop_map(|(a, told, cause, d)| {
            let told = if told {
                vec![0x80, 0, 0x81, 1, cause]
            } else {
                Vec::new()
            };
            message(0xBF4F, vec![a, told, d])
        }),
        (
            maybe(eid()),
            prop_oneof![
                object(0xBF51),
                object(0x30),
                object(0xBF52),
                object(0xBF54),
                object(0xA0)
            ]
        )
            .prop_map(|(a, b)| message(0xBF50, vec![a, b])),
        object(0xBF37).prop_map(|a| message(0xBF3D, vec![tlv(Tag::new(0xA0), &a)])),
        object(0xBF50).prop_map(|a| message(0xBF3D, vec![a])),
        (id(0x80), vec(any::<u8>(), 0..100))
            .prop_map(|(a, b)| message(0xBF41, vec![a, tlv(Tag::new(0xA1), &b)])),
    ]
}

fn answer() -> impl Strategy<Value = Vec<u8>> {
    let arm = |tag, parts: Vec<Vec<u8>>| tlv(Tag::new(tag), &parts.concat());
    prop_oneof![
        (
            maybe(id(0x80)),
            object(0x30),
            fixed(0x5F37, 64),
            (1_usize..=20).prop_flat_map(|size| fixed(0x04, size)),
            object(0x30),
            maybe(text(0x0C)),
            maybe(object(0xA0).prop_map(|inner| tlv(Tag::new(0xA2), &inner)))
        )
            .prop_map(move |(a, b, c, d, e, f, g)| {
                message(0xBF39, vec![arm(0xA0, vec![a, b, c, d, e, f, g])])
            }),
        (
            maybe(id(0x80)),
            maybe(object(0xBF25)),
            object(0x30),
            fixed(0x5F37, 64),
            object(0x30),
            maybe(fixed(0x04, 32))
        )
            .prop_map(move |(a, b, c, d, e, f)| {
                message(0xBF3B, vec![arm(0xA0, vec![a, b, c, d, e, f])])
            }),
        (maybe(id(0x80)), object(0xBF36))
            .prop_map(move |(a, b)| message(0xBF3A, vec![arm(0xA0, vec![a, b])])),
        prop_oneof![object(0xBF51), object(0xBF52), object(0xBF54)]
            .prop_map(|a| message(0xBF4F, vec![a])),
        object(0xBF53).prop_map(|a| message(0xBF50, vec![a])),
        (object(0xBF51), vec(any::<u8>(), 0..100)).prop_map(move |(a, b)| {
            message(0xBF4E, vec![arm(0x30, vec![a, tlv(Tag::new(0xA0), &b)])])
        }),
    ]
}

proptest! {
    #[test]
    fn any_request_comes_back_as_the_bytes_it_was(message in request()) {
        let (function, body) = request_to_json(&message).unwrap();
        prop_assert_eq!(request_from_json(function, &body).unwrap(), message);
    }

    #[test]
    fn any_answer_comes_back_as_the_bytes_it_was(message in answer()) {
        let function = Function::of_message(&message).unwrap();
        let body = response_to_json(function, &message, None).unwrap();
        let read = response_from_json(function, &body).unwrap();
        prop_assert_eq!(read.message, message);
        prop_assert_eq!(read.failure, None);
    }

    #[test]
    fn any_body_is_read_or_refused(index in 0_usize..8, body in vec(any::<u8>(), 0..200)) {
        let function = Function::ALL[index];
        let _ = request_from_json(function, &body);
        let _ = response_from_json(function, &body);
        let _ = request_to_json(&body);
        let _ = response_to_json(function, &body, None);
    }
}
