// SPDX-License-Identifier: MIT OR Apache-2.0
//! Frames on TCP and on Unix sockets; how serving begins and ends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use serde_json::json;
use veuicc::link::frame::{read_frame, write_frame};

use crate::served::{GET_EID, SELECT, Served};

fn exchange(stream: &mut (impl Read + Write), hex: &str) -> String {
    write_frame(stream, &hex::decode(hex).unwrap()).unwrap();
    hex::encode_upper(read_frame(stream).unwrap().unwrap())
}

fn serve_tcp(arguments: &[&str]) -> (Served, String) {
    let mut card = Served::start(&[&["--link", "tcp:127.0.0.1:0"], arguments].concat());
    let address = card.wait_for("listening on tcp:");
    (card, address)
}

#[test]
fn tcp_frames_reset_and_sequential_connections() {
    let (_card, address) = serve_tcp(&[]);
    let connect = || TcpStream::connect(&address).unwrap();
    let mut stream = connect();
    assert!(exchange(&mut stream, "").starts_with("3B9"));
    assert_eq!(exchange(&mut stream, "0070000001"), "019000");
    assert_eq!(exchange(&mut stream, "81F2000C"), "9000");
    // an empty frame resets
    exchange(&mut stream, "");
    assert_eq!(exchange(&mut stream, "81F2000C"), "6881");
    drop(stream);
    // a connection that ends inside a frame harms nobody
    let mut broken = connect();
    broken.write_all(&[0, 9, 1]).unwrap();
    drop(broken);
    let mut stream = connect();
    assert!(exchange(&mut stream, SELECT).ends_with("9000"));
}

#[test]
fn unix_sockets_carry_the_same_frames() {
    let mut card = Served::start(&["--link", "unix:@/card"]);
    card.wait_for("listening on unix:");
    for _ in 0..2 {
        let mut stream = UnixStream::connect(card.path("card")).unwrap();
        assert!(exchange(&mut stream, "").starts_with("3B9"));
        assert!(exchange(&mut stream, SELECT).ends_with("9000"));
    }
}

#[test]
fn a_slot_without_a_card_answers_empty_frames() {
    let mut card = Served::controlled(&["--link", "unix:@/card"]);
    let mut stream = UnixStream::connect(card.path("card")).unwrap();
    let mut control = card.control();
    assert_eq!(exchange(&mut stream, "0070000001"), "019000");
    control.done(&json!({ "command": "remove" }));
    assert_eq!(exchange(&mut stream, "0070000001"), "");
    assert_eq!(exchange(&mut stream, ""), "");
    control.done(&json!({ "command": "insert" }));
    // the power was off
    assert_eq!(exchange(&mut stream, "0070000001"), "019000");
    card.child.kill().unwrap();
}

#[test]
fn every_link_has_a_card_of_its_own() {
    let mut card = Served::start(&[
        "--link",
        "unix:@/card",
        "--cards",
        "3",
        "--state",
        "@/state.json",
    ]);
    card.wait_for("card 3: listening");
    let eids = ["card", "card-2", "card-3"].map(|name| {
        let mut stream = UnixStream::connect(card.path(name)).unwrap();
        exchange(&mut stream, SELECT);
        exchange(&mut stream, GET_EID)
    });
    assert_eq!(
        eids,
        [
            "BF3E125A10890490321234512345123456789012359000",
            "BF3E125A10890490321234512345123456789013329000",
            "BF3E125A10890490321234512345123456789014299000",
        ]
    );
    for name in ["state.json", "state-2.json", "state-3.json"] {
        assert!(card.path(name).is_file(), "{name}");
    }
}

#[test]
fn a_signal_ends_it_in_order() {
    for signal in ["INT", "TERM"] {
        let mut card = Served::controlled(&["--link", "unix:@/card", "--link", "at:@/modem"]);
        let names = ["card", "modem", "control"];
        for name in names {
            assert!(card.path(name).symlink_metadata().is_ok(), "{name}");
        }
        card.signal(signal);
        assert!(card.child.wait().unwrap().success());
        for name in names {
            assert!(card.path(name).symlink_metadata().is_err(), "{name}");
        }
    }
}

#[test]
fn a_closed_standard_error_ends_nothing() {
    let mut card = Served::start(&["--link", "vpcd:127.0.0.1:1", "--link", "unix:@/card"]);
    card.wait_for("listening on unix:");
    card.stop_listening();
    let mut control = UnixStream::connect(card.path("card")).unwrap();
    assert!(exchange(&mut control, SELECT).ends_with("9000"));
    // what is no request is told on standard error
    let (mut stdio, mut line) = (Served::start(&["--link", "stdio"]), [0; 1]);
    stdio.stop_listening();
    let request = r#"{"type":"apdu","payload":{"func":"connect","param":null}}"#;
    let input = stdio.child.stdin.as_mut().unwrap();
    writeln!(input, "noise\n{request}").unwrap();
    stdio
        .child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut line)
        .unwrap();
    assert_eq!(line, *b"{");
}
