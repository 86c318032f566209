// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card in a reader, which is played here: vpcd's side of the protocol.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use veuicc::link::frame::read_frame;

use crate::served::{GET_EID, SELECT, Served};

/// One slot of a reader.
struct Reader(TcpListener);

/// A card in the slot.
struct Inserted(TcpStream);

impl Reader {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// Two slots on consecutive ports.
    fn pair() -> [Self; 2] {
        loop {
            let first = Self::new();
            let next = first.port().saturating_add(1);
            if let Ok(second) = TcpListener::bind(("127.0.0.1", next)) {
                return [first, Self(second)];
            }
        }
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    fn link(&self) -> String {
        format!("vpcd:127.0.0.1:{}", self.port())
    }

    /// Waits for the card.
    fn card(&self) -> Inserted {
        Inserted(self.0.accept().unwrap().0)
    }
}

impl Inserted {
    /// Length and body apart, as vpcd does.
    fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap();
        self.0.write_all(&length.to_be_bytes()).unwrap();
        self.0.write_all(message).unwrap();
    }

    fn power_on(&mut self) -> String {
        self.send(&[1]);
        self.send(&[4]);
        self.receive()
    }

    fn transmit(&mut self, command: &str) -> String {
        self.send(&hex::decode(command).unwrap());
        self.receive()
    }

    fn receive(&mut self) -> String {
        hex::encode_upper(read_frame(&mut self.0).unwrap().unwrap())
    }

    fn is_gone(&mut self) -> bool {
        !matches!(read_frame(&mut self.0), Ok(Some(_)))
    }
}

#[test]
fn a_reader_powers_resets_and_asks() {
    let reader = Reader::new();
    let _served = Served::start(&["--link", &reader.link()]);
    let mut card = reader.card();
    assert!(card.power_on().starts_with("3B9"));
    assert_eq!(card.transmit("0070000001"), "019000");
    assert_eq!(card.transmit("81F2000C"), "9000");
    // warm reset: no answer, but no channel either
    card.send(&[2]);
    assert_eq!(card.transmit("81F2000C"), "6881");
    assert_eq!(card.transmit(SELECT), "6126");
    card.send(&[0]);
    assert!(card.power_on().starts_with("3B9"));
}

#[test]
fn the_card_comes_back_to_a_reader_that_starts_again() {
    let reader = Reader::new();
    let _served = Served::start(&["--link", &reader.link()]);
    for _ in 0..2 {
        let mut card = reader.card();
        assert!(card.power_on().starts_with("3B9"));
        // and leaves one that speaks nonsense
        card.send(&[9]);
        assert!(card.is_gone());
    }
}

#[test]
fn answers_are_not_late() {
    let reader = Reader::new();
    let _served = Served::start(&["--link", &reader.link()]);
    let mut card = reader.card();
    card.power_on();
    let start = Instant::now();
    for _ in 0..100 {
        card.transmit("80F2000C");
    }
    // a delayed acknowledgement costs 40 ms each
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_removed_card_leaves_the_reader() {
    let reader = Reader::new();
    let served = Served::controlled(&["--link", &reader.link()]);
    let mut control = served.control();
    let mut card = reader.card();
    card.power_on();
    control.done(&json!({ "command": "remove" }));
    assert!(card.is_gone());
    control.done(&json!({ "command": "insert" }));
    let mut card = reader.card();
    assert!(card.power_on().starts_with("3B9"));
    assert_eq!(card.transmit(SELECT), "6126");
}

#[test]
fn a_card_without_power_leaves_the_reader_and_comes_back() {
    let reader = Reader::new();
    let served = Served::controlled(&["--link", &reader.link()]);
    let fault = json!({ "at": { "nth": 1 }, "kind": "tearBefore" });
    let mut card = reader.card();
    card.power_on();
    served
        .control()
        .done(&json!({ "command": "fault", "fault": fault }));
    card.send(&hex::decode(SELECT).unwrap());
    assert!(card.is_gone());
    let mut card = reader.card();
    card.power_on();
    assert_eq!(card.transmit(SELECT), "6126");
}

#[test]
fn several_cards_are_in_several_slots() {
    let readers = Reader::pair();
    let _served = Served::start(&["--link", &readers[0].link(), "--cards", "2"]);
    let eids = readers.map(|reader| {
        let mut card = reader.card();
        card.power_on();
        card.transmit(SELECT);
        assert_eq!(card.transmit(GET_EID), "6115");
        card.transmit("00C0000015")
    });
    assert!(eids.iter().all(|eid| eid.ends_with("9000")), "{eids:?}");
    assert_ne!(eids[0], eids[1]);
}
