// SPDX-License-Identifier: MIT OR Apache-2.0
//! CoAP: datagrams, each after its length, go to both ends of the message layer. The
//! top bit of the length lets time pass.
//!
//! Whatever comes, what goes out is CoAP, a message id is executed once, and no body is larger than
//! allowed.

#![no_main]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use harness::wire::coap::{Endpoint, Event, Message, Responder, Settings, Step, Transfer};
use libfuzzer_sys::fuzz_target;
use rsp::env::SeededEnv;

const LIMIT: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let settings = Settings {
        body_limit: LIMIT,
        ..Settings::default()
    };
    let shared = Arc::new(settings.clone());
    let mut server = Responder::new(shared, SeededEnv::new(1, "server"));
    let mut client = Endpoint::new(settings.transmission, SeededEnv::new(1, "client"));
    // what is sent back has this token, so that inputs can answer it
    let mut transfer = Transfer::new(&settings, None, &[1], vec![7; 3000]);
    let mut now = Instant::now();
    let request = transfer.request().expect("a request");
    client.send(request, now).expect("room");
    let mut executed = BTreeMap::new();
    let lifetime = settings.transmission.lifetime;
    let mut rest = data;
    while let Some((&length, after)) = rest.split_first() {
        let (datagram, next) = after.split_at(usize::from(length & 0x7F).min(after.len()));
        if length & 0x80 != 0 {
            now += Duration::from_secs(1);
            server.tick(now);
            client.tick(now);
        }
        if let Some(job) = server.receive(datagram, now) {
            let id = Message::read(datagram).expect("a message").id();
            let before = executed.insert(id, now);
            assert!(before.is_none_or(|then| then + lifetime <= now), "twice");
            assert!(job.body.len() <= LIMIT);
            server.finish(job.id, vec![9; 2000], now).expect("an answer");
        }
        if let Some(Event::Response(response)) = client.receive(datagram, now)
            && let Ok(Step::Done(body)) = transfer.answer(&response)
        {
            assert!(body.len() <= LIMIT);
        }
        while let Some(out) = server.poll().or_else(|| client.poll()) {
            Message::read(&out).expect("CoAP");
        }
        rest = next;
    }
});
