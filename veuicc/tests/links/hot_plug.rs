// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card that is taken out and put back while terminals hold connections to it.

use std::time::{Duration, Instant};

use serde_json::json;
use veuicc_pcsc::{Code, Disposition, Presence};

use crate::readers::{Reader, answers, collected, send};
use crate::served::GET_EID;

const SELECT_ISD_R_ON_1: &str = "01A4040C 10 A0000005591010FFFFFFFF8900000100";
/// SetDefaultDpAddress "dp1.test", and how GetEuiccConfiguredAddresses tells it.
const SET_ADDRESS: &str = "81E291000D BF3F0A 8008 6470312E74657374";
const GET_ADDRESSES: &str = "81E2910003 BF3C00";
const ADDRESS: &str = "80086470312E74657374";

#[test]
fn a_terminal_sees_its_card_go_and_come_back_without_channels_and_with_its_state() {
    let Some(reader) = Reader::take(0) else {
        return;
    };
    let served = reader.serve(&[]);
    let mut control = served.control();
    let mut card = reader.card();
    let mut other = reader.card();
    answers(
        &card,
        &[("0070000001", "01 9000"), (SELECT_ISD_R_ON_1, "9000")],
    );
    assert_eq!(collected(&card, SET_ADDRESS), "BF3F038001009000");
    assert_eq!(send(&other, "81F2000C"), "9000");

    control.done(&json!({ "command": "remove" }));
    reader.await_empty();
    for gone in [&card, &other] {
        let error = gone.transmit(&[0x81, 0xF2, 0, 0x0C]).unwrap_err();
        assert_eq!(error.code(), Some(Code::REMOVED_CARD), "{error}");
    }
    let error = card.reconnect(Disposition::Leave).unwrap_err();
    assert_eq!(error.code(), Some(Code::NO_SMARTCARD), "{error}");
    let error = reader.context.connect(&reader.name).unwrap_err();
    assert_eq!(error.code(), Some(Code::NO_SMARTCARD), "{error}");

    control.done(&json!({ "command": "insert" }));
    reader.atr();
    // it is another card as far as the handle is concerned, until it is told otherwise
    let error = card.transmit(&[0x81, 0xF2, 0, 0x0C]).unwrap_err();
    assert_eq!(error.code(), Some(Code::REMOVED_CARD), "{error}");
    card.reconnect(Disposition::Leave).unwrap();
    other.reconnect(Disposition::Leave).unwrap();
    let new = reader.card();
    for (number, terminal) in [&card, &other, &new].into_iter().enumerate() {
        // nobody opened it since
        assert_eq!(send(terminal, "81F2000C"), "6881", "{number}");
    }
    answers(
        &new,
        &[("0070000001", "01 9000"), (SELECT_ISD_R_ON_1, "9000")],
    );
    for terminal in [&card, &other, &new] {
        let addresses = collected(terminal, GET_ADDRESSES);
        assert!(addresses.contains(ADDRESS), "{addresses}");
    }
}

#[test]
fn a_card_that_goes_during_a_command_leaves_nobody_waiting() {
    let Some(reader) = Reader::take(1) else {
        return;
    };
    let served = reader.serve(&[]);
    let mut control = served.control();
    let mut card = reader.card();
    answers(
        &card,
        &[("0070000001", "01 9000"), (SELECT_ISD_R_ON_1, "9000")],
    );
    // a minute for an answer, which nobody waits for
    let fault = json!({ "at": { "nth": 1 }, "kind": { "delay": 60_000 } });
    control.done(&json!({ "command": "fault", "fault": fault }));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| card.transmit(&hex::decode(GET_EID).unwrap()));
        // the command is in the card when its fault is used up
        while control.done(&json!({ "command": "faults" }))["faults"] != json!([]) {
            std::thread::sleep(Duration::from_millis(20));
        }
        control.done(&json!({ "command": "remove" }));
        let answer = asked.join().unwrap();
        assert!(answer.is_err(), "{answer:02X?}");
    });
    assert!(begun.elapsed() < Duration::from_secs(30), "{begun:?}");
    reader.await_empty();
    assert_eq!(
        reader.context.presence(&reader.name).unwrap(),
        Presence::Empty
    );
    control.done(&json!({ "command": "insert" }));
    reader.atr();
    card.reconnect(Disposition::Reset).unwrap();
    answers(
        &card,
        &[
            ("81F2000C", "6881"),
            ("0070000001", "01 9000"),
            (SELECT_ISD_R_ON_1, "9000"),
        ],
    );
}

#[test]
fn a_card_goes_and_comes_many_times() {
    let Some(reader) = Reader::take(2) else {
        return;
    };
    let served = reader.serve(&[]);
    let mut control = served.control();
    let mut card = reader.card();
    for turn in 0..5 {
        control.done(&json!({ "command": "remove" }));
        // put back before pcscd has looked, as far as one who asks the card is concerned
        control.done(&json!({ "command": "insert" }));
        reader.await_empty();
        reader.atr();
        card.reconnect(Disposition::Leave).unwrap();
        assert_eq!(send(&card, "0070000001"), "019000", "{turn}");
    }
}
