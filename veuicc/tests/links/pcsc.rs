// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards in the readers of a real pcscd, seen through a PC/SC client. `.ci/pcscd` starts one.

use serde_json::json;
use veuicc_pcsc::{Code, Disposition, Presence};

use crate::readers::{Reader, answers, collected, send, ts48};
use crate::served::{GET_EID, SELECT};

/// RAND, AUTN and the start of the answer of the XOR algorithm (TS 34.108 §8.1.2), for the key
/// 000102..0F, SQN 0 and AMF 0.
fn xor_vector() -> (String, String, String) {
    let rand: [u8; 16] = std::array::from_fn(|index| 0xA0 ^ (index as u8));
    let xdout: Vec<u8> = (0..)
        .zip(rand)
        .map(|(key, rand): (u8, u8)| key ^ rand)
        .collect();
    // MAC = XDOUT xor SQN || AMF, AK conceals SQN
    let autn = [&xdout[3..9], &[0, 0], &xdout[..8]].concat();
    let rotated = |count: usize| [&xdout[count..], &xdout[..count]].concat();
    let answer = [
        [&[0xDB, 16], xdout.as_slice()].concat(),
        [&[16], rotated(1).as_slice()].concat(),
        [&[16], rotated(2).as_slice()].concat(),
    ];
    let [rand, autn, answer] = [rand.to_vec(), autn, answer.concat()].map(hex::encode_upper);
    (rand, autn, answer)
}

#[test]
fn the_usim_of_an_enabled_profile_works_and_a_switch_refreshes_it() {
    let (Some(reader), Some(package)) = (Reader::take(0), ts48()) else {
        return;
    };
    let served = reader.serve(&[]);
    let mut control = served.control();
    control.done(&json!({ "command": "install", "path": package, "enable": true }));
    let other = hex::encode(crate::served::package());
    control.done(&json!({ "command": "install", "package": other }));
    let mut card = reader.card();
    let transaction = card.transaction().unwrap();
    answers(
        &card,
        &[
            ("80100000 04 FFFFFFFF", "9000"),
            ("00A4080C 02 2FE2", "9000"),
            ("00B000000A", "98001032547698103214 9000"),
            ("00A4040C 0C A0000000871002FF49FF0589", "9000"),
            ("00A4000C 02 6F07", "9000"),
            ("00B0000009", "080910101032547698 9000"),
            ("00A4000C 02 6FAD", "9000"),
            ("00B0000004", "80000002 9000"),
            ("00A4000C 02 6F38", "9000"),
            ("00B0000000", "6C11"),
            ("00B0000011", "9EFFBF1DFF3E0083410310010400403E39 9000"),
            // PIN1 is disabled in this profile
            ("0020000108 30303030FFFFFFFF", "6984"),
            ("0028000108 30303030FFFFFFFF", "9000"),
            ("0020000108 31313131FFFFFFFF", "63C2"),
            ("0020000108 30303030FFFFFFFF", "9000"),
        ],
    );
    let (rand, autn, answer) = xor_vector();
    let authenticated = collected(&card, &format!("00880081 22 10{rand} 10{autn}"));
    assert!(
        authenticated.starts_with(&answer) && authenticated.ends_with("9000"),
        "expected {answer}, got {authenticated}"
    );
    // enable the other profile, with REFRESH
    answers(
        &card,
        &[
            ("0070000001", "01 9000"),
            ("01A4040C 10 A0000005591010FFFFFFFF8900000100", "9000"),
        ],
    );
    let enabled = collected(&card, "81E2910014 BF3111A00C5A0A988801000000000020F38101FF");
    assert!(
        enabled.starts_with("BF3103800100 91".replace(' ', "").as_str()),
        "{enabled}"
    );
    let refresh = send(&card, &format!("80120000{}", &enabled[enabled.len() - 2..]));
    assert!(
        refresh.contains("810301") && refresh.ends_with("9000"),
        "{refresh}"
    );
    let response = send(&card, "80140000 0C 810301010082028281 830100");
    assert_eq!(response, "9000");
    answers(
        &card,
        &[
            ("00A4080C 02 2FE2", "9000"),
            ("00B000000A", "988801000000000020F3 9000"),
        ],
    );
    drop(transaction);
    // a cold reset of the reader keeps it
    card.reconnect(Disposition::Unpower).unwrap();
    answers(
        &card,
        &[
            ("00A4080C 02 2FE2", "9000"),
            ("00B000000A", "988801000000000020F3 9000"),
        ],
    );
}

/// Asks a card who it is, again and again.
fn told(reader: &Reader, times: usize) -> Vec<String> {
    let card = reader.card();
    collected(&card, SELECT);
    (0..times).map(|_| collected(&card, GET_EID)).collect()
}

#[test]
fn four_cards_answer_at_the_same_time_each_as_itself_and_one_can_leave() {
    let Some(readers) = Reader::take_all() else {
        return;
    };
    let served = readers[0].serve(&["--cards", "4"]);
    let told = std::thread::scope(|scope| {
        let threads = readers
            .each_ref()
            .map(|reader| scope.spawn(|| told(reader, 200)));
        threads.map(|thread| thread.join().unwrap())
    });
    for (number, eids) in told.iter().enumerate() {
        // the individual number counts up; two check digits follow it
        let expected = format!("BF3E125A108904903212345123451234567890{}", 12 + number);
        let digits = 10 + 30;
        assert_eq!(eids[0][..digits], expected[..digits], "{number}");
        assert!(eids[0].ends_with("9000"), "{}", eids[0]);
        assert!(eids.iter().all(|eid| *eid == eids[0]), "{number}: {eids:?}");
    }
    let different: std::collections::BTreeSet<_> = told.iter().map(|eids| &eids[0]).collect();
    assert_eq!(different.len(), 4);
    // one goes while the others are in the middle of a session each
    let cards = readers.each_ref().map(Reader::card);
    for card in &cards {
        assert_eq!(send(card, "0070000001"), "019000");
        let selected = collected(card, &SELECT.replacen("00", "01", 1));
        assert!(selected.ends_with("9000"), "{selected}");
    }
    let mut control = served.control();
    control.done(&json!({ "command": "remove", "card": 2 }));
    let gone = &readers[1];
    gone.await_empty();
    for (number, card) in cards.iter().enumerate() {
        let status = card.transmit(&[0x81, 0xF2, 0x00, 0x0C]);
        if number == 1 {
            assert_eq!(status.unwrap_err().code(), Some(Code::REMOVED_CARD));
        } else {
            assert_eq!(status.unwrap(), [0x90, 0x00], "{number}");
            let reader = &readers[number];
            let presence = reader.context.presence(&reader.name).unwrap();
            assert!(matches!(presence, Presence::Present(_)), "{number}");
        }
    }
    control.done(&json!({ "command": "insert", "card": 2 }));
    assert!(collected(&gone.card(), SELECT).ends_with("9000"));
}
