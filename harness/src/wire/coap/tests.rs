// SPDX-License-Identifier: MIT OR Apache-2.0
//! The message layer and the server, one datagram at a time.

mod client;
mod network;

use std::sync::Arc;
use std::time::{Duration, Instant};

use coap_lite::{CoapOption, MessageType, ResponseType};
use rsp::env::SeededEnv;

use super::message::code_text;
use super::*;
use crate::wire::esipa::{Answer, Delivery};

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 253) as u8).collect()
}

fn responder(settings: Settings) -> Responder {
    Responder::new(Arc::new(settings), SeededEnv::new(1, "server"))
}

/// Sends `request` to a server and returns its reply.
fn ask(server: &mut Responder, request: &Message, answer: &[u8]) -> Option<Message> {
    let now = Instant::now();
    if let Some(job) = server.receive(&request.to_bytes().unwrap(), now) {
        server.finish(job.id, answer.to_vec(), now).unwrap();
    }
    server.poll().map(|reply| Message::read(&reply).unwrap())
}

fn post(kind: MessageType, id: u16, payload: &[u8]) -> Message {
    let mut request = Message::post(PATH, &[9]);
    request.stamp(kind, id);
    request.set_payload(payload);
    request
}

#[test]
fn what_begins_a_request_is_told_from_what_goes_on() {
    let begins = |message: &Message| responder::begins_request(&message.to_bytes().unwrap());
    let mut request = post(MessageType::Confirmable, 7, &[1]);
    assert!(begins(&request));
    request.set_block(CoapOption::Block2, Block::at(0, 64, false).unwrap());
    assert!(begins(&request), "which size of blocks it wants");
    request.set_block(CoapOption::Block2, Block::at(64, 64, false).unwrap());
    assert!(!begins(&request), "the next block of an answer");
    request.set_block(CoapOption::Block1, Block::at(64, 64, false).unwrap());
    assert!(begins(&request), "the next block of a request");
    assert!(!begins(&Message::empty(MessageType::Acknowledgement, 7)));
    assert!(!responder::begins_request(&[0xFF]));
}

#[test]
fn a_broken_off_answer_is_no_answer() {
    let mut server = responder(Settings::default());
    let request = post(MessageType::Confirmable, 7, &[1]).to_bytes().unwrap();
    let now = Instant::now();
    let job = server.receive(&request, now).unwrap();
    let half = Answer {
        delivery: Delivery::Half,
        ..vec![2].into()
    };
    server.finish(job.id, half, now).unwrap();
    assert_eq!(server.poll(), None);
}

#[test]
fn a_duplicate_gets_the_answer_of_the_first() {
    let mut server = responder(Settings::default());
    let request = post(MessageType::Confirmable, 7, &[1]).to_bytes().unwrap();
    let now = Instant::now();
    let job = server.receive(&request, now).unwrap();
    assert_eq!(server.receive(&request, now), None, "while it is worked on");
    server.finish(job.id, vec![2], now).unwrap();
    let reply = server.poll().unwrap();
    assert_eq!(server.receive(&request, now), None, "afterwards");
    assert_eq!(server.poll(), Some(reply));
    let lifetime = Transmission::default().lifetime();
    assert_eq!(lifetime, Duration::from_secs(247), "RFC 7252 §4.8.2");
    let later = server.receive(&request, now + lifetime);
    assert!(later.is_some(), "the id is free again");
}

#[test]
fn non_confirmable_requests_get_non_confirmable_answers() {
    let mut server = responder(Settings::default());
    let reply = ask(
        &mut server,
        &post(MessageType::NonConfirmable, 7, &[1]),
        &[2],
    )
    .unwrap();
    assert_eq!(reply.kind(), MessageType::NonConfirmable);
    assert_eq!((reply.token(), reply.payload()), (&[9][..], &[2][..]));
    assert_eq!(code_text(reply.code()), "2.04");
}

#[test]
fn an_answer_without_a_body_has_no_content_format() {
    let mut server = responder(Settings::default());
    let reply = ask(&mut server, &post(MessageType::Confirmable, 7, &[1]), &[]).unwrap();
    assert_eq!(code_text(reply.code()), "2.04");
    assert_eq!(reply.option(CoapOption::ContentFormat), None);
    let mut request = post(MessageType::Confirmable, 8, &[1]);
    request.set_uint(CoapOption::ContentFormat, 65_001);
    let reply = ask(&mut server, &request, &[2]).unwrap();
    assert_eq!(reply.uint(CoapOption::ContentFormat), Some(65_001));
}

#[test]
fn a_slow_answer_is_acknowledged_first_and_repeated_until_it_is_acknowledged() {
    let mut server = responder(Settings::default());
    let timers = Transmission::default();
    let mut now = Instant::now();
    let request = post(MessageType::Confirmable, 7, &[1]).to_bytes().unwrap();
    let job = server.receive(&request, now).unwrap();
    assert_eq!(server.deadline(), Some(now + timers.patience));
    now += timers.patience;
    server.tick(now);
    let empty = server.poll().unwrap();
    assert_eq!(empty, [0x60, 0, 0, 7]);
    server.finish(job.id, vec![2], now).unwrap();
    let late = server.poll().unwrap();
    let answer = Message::read(&late).unwrap();
    assert_eq!(answer.kind(), MessageType::Confirmable);
    now = server.deadline().unwrap();
    server.tick(now);
    assert_eq!(server.poll(), Some(late));
    let [high, low] = answer.id().to_be_bytes();
    assert_eq!(server.receive(&[0x60, 0, high, low], now), None);
    assert_eq!(server.deadline(), None);
}

#[test]
fn repetitions_end_after_the_last() {
    let timers = Transmission::default();
    let mut client = Endpoint::new(timers, SeededEnv::new(1, "client"));
    let mut now = Instant::now();
    let begin = now;
    let id = client
        .send(post(MessageType::Confirmable, 0, &[1]), now)
        .unwrap();
    let first = client.poll().unwrap();
    let mut copies = 0;
    loop {
        now = client.deadline().unwrap();
        match client.tick(now) {
            None => assert_eq!(client.poll().as_ref(), Some(&first)),
            Some(Event::GaveUp(given_up)) => {
                assert_eq!(given_up, id);
                break;
            }
            Some(other) => panic!("{other:?}"),
        }
        copies += 1;
    }
    assert_eq!(copies, 4, "MAX_RETRANSMIT");
    // MAX_TRANSMIT_WAIT lies between 62 s and 93 s (RFC 7252 §4.8.2)
    assert!((62..=93).contains(&(now - begin).as_secs()));
}

#[test]
fn a_ping_is_answered_by_a_reset() {
    let mut server = responder(Settings::default());
    assert_eq!(server.receive(&[0x40, 0, 0, 9], Instant::now()), None);
    assert_eq!(server.poll(), Some(vec![0x70, 0, 0, 9]));
}

#[test]
fn uploads_larger_than_allowed_get_4_13() {
    let mut server = responder(Settings {
        body_limit: 40,
        ..Settings::default()
    });
    let part = |id: u16, offset: usize, more| {
        let mut request = post(MessageType::Confirmable, id, &[1; 32]);
        request.set_block(CoapOption::Block1, Block::at(offset, 32, more).unwrap());
        request
    };
    let reply = ask(&mut server, &part(1, 0, true), &[]).unwrap();
    assert_eq!(code_text(reply.code()), "2.31");
    let reply = ask(&mut server, &part(2, 32, false), &[]).unwrap();
    assert_eq!(code_text(reply.code()), "4.13");
    assert_eq!(reply.uint(CoapOption::Size1), Some(40));
    let reply = ask(&mut server, &part(3, 64, false), &[]).unwrap();
    assert_eq!(code_text(reply.code()), "4.08");
}

#[test]
fn two_answers_of_one_peer_are_not_mixed() {
    let mut server = responder(Settings::default());
    let begin = |server: &mut Responder, id: u16, tag: u8, answer: Vec<u8>| {
        let mut request = post(MessageType::Confirmable, id, &[tag]);
        request.set(CoapOption::Unknown(292), vec![tag]);
        ask(server, &request, &answer).unwrap()
    };
    begin(&mut server, 1, 1, vec![0x11; 2000]);
    begin(&mut server, 2, 2, vec![0x22; 2000]);
    let mut rest = post(MessageType::Confirmable, 3, &[]);
    rest.set(CoapOption::Unknown(292), vec![1]);
    rest.set_block(CoapOption::Block2, Block::at(1024, 1024, false).unwrap());
    let reply = ask(&mut server, &rest, &[]).unwrap();
    assert_eq!(reply.payload(), &[0x11; 976]);
    rest.stamp(MessageType::Confirmable, 4);
    rest.set_block(CoapOption::Block2, Block::at(2048, 1024, false).unwrap());
    let reply = ask(&mut server, &rest, &[]).unwrap();
    assert_eq!(code_text(reply.code()), "4.08", "behind the end");
}

#[test]
fn an_answer_acknowledges_its_request() {
    let mut client = Endpoint::new(Transmission::default(), SeededEnv::new(1, "client"));
    let now = Instant::now();
    client
        .send(post(MessageType::Confirmable, 0, &[1]), now)
        .unwrap();
    client.poll();
    let mut answer = Message::response(ResponseType::Changed, &[9]);
    answer.stamp(MessageType::Confirmable, 0x4321);
    let datagram = answer.to_bytes().unwrap();
    assert!(matches!(
        client.receive(&datagram, now),
        Some(Event::Response(_))
    ));
    assert_eq!(client.deadline(), None, "nothing is repeated any more");
    assert_eq!(client.poll(), Some(vec![0x60, 0, 0x43, 0x21]));
    assert!(client.receive(&datagram, now).is_none(), "once");
    assert_eq!(client.poll(), Some(vec![0x60, 0, 0x43, 0x21]));
}

#[test]
fn keys_are_read_from_a_command_line() {
    let psk: Psk = "lab:6162".parse().unwrap();
    assert_eq!((psk.identity, psk.key), (b"lab".to_vec(), b"ab".to_vec()));
    for wrong in ["lab", ":61", "a:", "a:6"] {
        assert!(wrong.parse::<Psk>().is_err(), "{wrong}");
    }
}
