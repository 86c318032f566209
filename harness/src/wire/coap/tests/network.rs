// SPDX-License-Identifier: MIT OR Apache-2.0
//! Client and server over a network that loses, doubles and reorders, in time that only the test
//! moves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rsp::env::{Env, SeededEnv};

use super::super::*;
use super::{bytes, responder};

/// What happens to the datagrams of one direction, in percent.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    lost: u8,
    doubled: u8,
    delayed: u8,
}

/// A client with one transfer, a server, and the datagrams between them.
struct Network {
    now: Instant,
    dice: SeededEnv,
    fate: Fate,
    client: Endpoint,
    transfer: Transfer,
    server: Responder,
    /// Datagrams under way: when they arrive, whether at the server, what they are.
    under_way: Vec<(Instant, bool, Vec<u8>)>,
    /// Jobs that are worked on, and when they are done.
    working: Vec<(Instant, Job)>,
    executed: Vec<Vec<u8>>,
    work: Duration,
    id: u16,
}

impl Network {
    fn new(seed: u64, fate: Fate, sizes: (usize, usize), body: Vec<u8>) -> Self {
        let settings = |block_size| Settings {
            block_size,
            transmission: Transmission {
                // enough that no message is ever given up: that would be another test
                max_retransmit: 20,
                ack_timeout: Duration::from_millis(200),
                ..Transmission::default()
            },
            ..Settings::default()
        };
        let own = settings(sizes.0);
        let mut client = Endpoint::new(own.transmission, SeededEnv::new(seed, "client"));
        let token = client.token();
        Self {
            now: Instant::now(),
            dice: SeededEnv::new(seed, "dice"),
            fate,
            transfer: Transfer::new(&own, Some("eim1.test.example"), &token, body),
            client,
            server: Responder::new(Arc::new(settings(sizes.1)), SeededEnv::new(seed, "server")),
            under_way: Vec::new(),
            working: Vec::new(),
            executed: Vec::new(),
            work: Duration::from_millis(30),
            id: 0,
        }
    }

    fn chance(&mut self, percent: u8) -> bool {
        let mut byte = [0];
        self.dice.fill(&mut byte);
        u32::from(byte[0]) * 100 < u32::from(percent) * 256
    }

    fn carry(&mut self, to_server: bool, datagram: Vec<u8>) {
        let copies = if self.chance(self.fate.doubled) { 2 } else { 1 };
        for _ in 0..copies {
            if self.chance(self.fate.lost) {
                continue;
            }
            let late = self.chance(self.fate.delayed);
            let travel = if late { 700 } else { 5 };
            let arrival = self.now + Duration::from_millis(travel);
            self.under_way.push((arrival, to_server, datagram.clone()));
        }
    }

    fn flush(&mut self) {
        while let Some(datagram) = self.client.poll() {
            self.carry(true, datagram);
        }
        while let Some(datagram) = self.server.poll() {
            self.carry(false, datagram);
        }
    }

    /// Lets the client post, and the server answer with `answer`, to the end.
    fn run(&mut self, answer: &[u8]) -> Result<Vec<u8>, CoapError> {
        self.id = self.client.send(self.transfer.request()?, self.now)?;
        for _ in 0..200_000 {
            self.flush();
            let arrivals = self.under_way.iter().map(|(at, ..)| *at);
            let timers = [self.client.deadline(), self.server.deadline()];
            let work = self.working.iter().map(|(at, _)| *at);
            let next = arrivals.chain(work).chain(timers.into_iter().flatten());
            self.now = next.min().expect("something to wait for").max(self.now);
            if let Some(outcome) = self.turn(answer)? {
                return Ok(outcome);
            }
        }
        panic!("the exchange does not end");
    }

    /// One moment.
    fn turn(&mut self, answer: &[u8]) -> Result<Option<Vec<u8>>, CoapError> {
        let now = self.now;
        let due = |at: &Instant| *at <= now;
        for (_, job) in self.working.extract_if(.., |(at, _)| due(at)) {
            self.server.finish(job.id, answer.to_vec(), now)?;
        }
        let arrived: Vec<_> = self.under_way.extract_if(.., |(at, ..)| due(at)).collect();
        let mut events = Vec::new();
        for (_, to_server, datagram) in arrived {
            if !to_server {
                events.extend(self.client.receive(&datagram, now));
            } else if let Some(job) = self.server.receive(&datagram, now) {
                self.executed.push(job.body.clone());
                self.working.push((now + self.work, job));
            }
        }
        self.server.tick(now);
        events.extend(self.client.tick(now));
        for event in events {
            match event {
                Event::Response(response) if self.transfer.owns(&response) => {
                    match self.transfer.answer(&response)? {
                        Step::Done(body) => return Ok(Some(body)),
                        Step::Send(request) => self.id = self.client.send(request, now)?,
                    }
                }
                Event::GaveUp(id) if id == self.id => return Err(CoapError::Closed),
                Event::Reset(id) if id == self.id => return Err(CoapError::Reset),
                _ => {}
            }
        }
        Ok(None)
    }
}

#[test]
fn every_block_size_carries_a_body_both_ways() {
    for client in [16, 32, 64, 128, 256, 512, 1024] {
        for server in [16, 64, 1024] {
            for length in [0, 1, 15, 16, 17, 1024, 1025, 5000] {
                let mut network = Network::new(1, Fate::default(), (client, server), bytes(length));
                let answer = bytes(5000 - length);
                assert_eq!(network.run(&answer).unwrap(), answer);
                assert_eq!(network.executed, [bytes(length)], "{client} {server}");
            }
        }
    }
}

#[test]
fn late_answers_come_as_messages_of_their_own() {
    let mut network = Network::new(1, Fate::default(), (64, 64), bytes(100));
    network.work = Duration::from_secs(30);
    assert_eq!(network.run(&bytes(200)).unwrap(), bytes(200));
    assert_eq!(network.executed.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_bad_network_changes_nothing(
        seed: u64,
        lost in 0u8..25,
        doubled in 0u8..50,
        delayed in 0u8..30,
        up in 0usize..3000,
        down in 0usize..3000,
        exponents in (0u32..7, 0u32..7),
        work in 0u64..1500,
    ) {
        let fate = Fate { lost, doubled, delayed };
        let sizes = (16 << exponents.0, 16 << exponents.1);
        let mut network = Network::new(seed, fate, sizes, bytes(up));
        network.work = Duration::from_millis(work);
        prop_assert_eq!(network.run(&bytes(down)).unwrap(), bytes(down));
        prop_assert_eq!(network.executed, [bytes(up)]);
    }

    #[test]
    fn nothing_from_outside_panics(datagrams: Vec<Vec<u8>>, seed: u64) {
        let mut server = responder(Settings::default());
        let settings = Settings::default();
        let mut client = Endpoint::new(settings.transmission, SeededEnv::new(seed, "client"));
        let mut transfer = Transfer::new(&settings, None, &[1], bytes(3000));
        let mut now = Instant::now();
        client.send(transfer.request().unwrap(), now).unwrap();
        for datagram in datagrams {
            if let Some(job) = server.receive(&datagram, now) {
                server.finish(job.id, bytes(2000), now).unwrap();
            }
            if let Some(Event::Response(response)) = client.receive(&datagram, now) {
                let _outcome = transfer.answer(&response);
            }
            now += Duration::from_secs(1);
            server.tick(now);
            client.tick(now);
        }
    }
}
