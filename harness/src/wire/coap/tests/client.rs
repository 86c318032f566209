// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the client makes of answers.

use coap_lite::{CoapOption, MessageClass, ResponseType};

use super::super::*;
use super::bytes;

/// What a client makes of one response to a POST of 3000 bytes in blocks of 1024.
fn reaction(change: impl FnOnce(&mut Message)) -> Result<Step, CoapError> {
    let mut transfer = Transfer::new(&Settings::default(), None, &[1], bytes(3000));
    let mut response = Message::response(ResponseType::Continue, &[1]);
    response.set_block(CoapOption::Block1, Block::at(0, 1024, true).unwrap());
    change(&mut response);
    transfer.answer(&response)
}

fn sent(step: Step) -> (u32, usize, bool) {
    match step {
        Step::Send(request) => {
            let block = request.block(CoapOption::Block1).unwrap().unwrap();
            (block.number, block.size(), block.more)
        }
        Step::Done(body) => panic!("{body:?}"),
    }
}

#[test]
fn the_client_follows_the_servers_wishes() {
    assert_eq!(sent(reaction(|_| ()).unwrap()), (1, 1024, true));
    let smaller = |response: &mut Message| {
        response.set_block(CoapOption::Block1, Block::at(0, 32, true).unwrap());
    };
    assert_eq!(sent(reaction(smaller).unwrap()), (32, 32, true));
    let incomplete = |response: &mut Message| {
        *response = Message::response(ResponseType::RequestEntityIncomplete, &[1]);
    };
    assert_eq!(sent(reaction(incomplete).unwrap()), (0, 1024, true));
    let too_large = |response: &mut Message| {
        *response = Message::response(ResponseType::RequestEntityTooLarge, &[1]);
        response.set_block(CoapOption::Block1, Block::at(0, 64, false).unwrap());
    };
    assert_eq!(sent(reaction(too_large).unwrap()), (0, 64, true));
}

#[test]
fn the_client_stops_at_what_it_cannot_use() {
    let code = |code| move |response: &mut Message| *response = Message::response(code, &[1]);
    let refused = reaction(code(ResponseType::NotFound)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "expected CoAP 2.01, 2.04 or 2.05, got 4.04"
    );
    let early = reaction(code(ResponseType::Changed)).unwrap_err();
    assert!(matches!(early, CoapError::Blocks(_)));
    let hopeless = reaction(code(ResponseType::RequestEntityTooLarge)).unwrap_err();
    assert!(matches!(hopeless, CoapError::Code { .. }));
    let mut transfer = Transfer::new(&Settings::default(), None, &[1], bytes(3000));
    let incomplete = Message::response(ResponseType::RequestEntityIncomplete, &[1]);
    let outcomes: Vec<_> = (0..5)
        .map(|_| transfer.answer(&incomplete).is_ok())
        .collect();
    assert_eq!(outcomes, [true, true, true, true, false]);
}

/// The first block of an answer, with its ETag.
fn block2(number: usize, tag: u8, part: &[u8]) -> Message {
    let mut response = Message::response(ResponseType::Content, &[1]);
    let block = Block::at(number * 16, 16, true).unwrap();
    response.set_block(CoapOption::Block2, block);
    response.set(CoapOption::ETag, vec![tag]);
    response.set_payload(part);
    response
}

#[test]
fn blocks_of_another_answer_are_refused_and_holes_asked_for_again() {
    let mut transfer = Transfer::new(&Settings::default(), None, &[1], bytes(10));
    assert!(!transfer.is_repeatable(), "it makes the server act");
    transfer.answer(&block2(0, 1, &[1; 16])).unwrap();
    assert!(transfer.is_repeatable());
    match transfer.answer(&block2(2, 1, &[1; 16])).unwrap() {
        Step::Send(request) => {
            let block = request.block(CoapOption::Block2).unwrap().unwrap();
            assert_eq!((block.number, request.payload()), (1, &[][..]));
        }
        Step::Done(body) => panic!("{body:?}"),
    }
    let mixed = transfer.answer(&block2(1, 2, &[1; 16])).unwrap_err();
    assert!(mixed.to_string().contains("another ETag"), "{mixed}");
    let short = transfer.answer(&block2(1, 1, &[1; 15])).unwrap_err();
    assert!(short.to_string().contains("full block"), "{short}");
}

#[test]
fn an_answer_larger_than_allowed_is_refused() {
    let settings = Settings {
        body_limit: 20,
        ..Settings::default()
    };
    let mut transfer = Transfer::new(&settings, None, &[1], bytes(10));
    transfer.answer(&block2(0, 1, &[1; 16])).unwrap();
    let excess = transfer.answer(&block2(1, 1, &[1; 16])).unwrap_err();
    assert!(excess.to_string().contains("at most 20 bytes"), "{excess}");
}

#[test]
fn what_the_peer_says_is_shown_without_control_characters() {
    let mut response = Message::response(ResponseType::BadRequest, &[1]);
    response.set_payload(b"no\x1b[2J such\nthing");
    let shown = reaction(|message| *message = response)
        .unwrap_err()
        .to_string();
    assert!(shown.ends_with("got 4.00 (no[2J suchthing)"), "{shown}");
    assert_eq!(MessageClass::Empty.to_string(), "0.00");
}
