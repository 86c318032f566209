// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards in the readers of a real pcscd, seen through a PC/SC client. `.ci/pcscd` starts one.
//!
//! Readers 0 and 1 ("Virtual 0 …") are on the first two ports, 2 and 3 ("Virtual 1 …") on the next.

use std::time::Duration;

use serde_json::json;
use veuicc_pcsc::{Card, Code, Context, Disposition};

use crate::served::{GET_EID, SELECT, Served};

/// pcscd looks for cards a few times per second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A reader of the pcscd that was started for the tests.
struct Reader {
    context: Context,
    name: String,
    port: u16,
}

impl Reader {
    /// Nothing where no pcscd was started, which CI does not accept.
    fn find(number: u16) -> Option<Self> {
        let Some(first) = std::env::var_os("VEUICC_PCSC") else {
            let expected = "expected VEUICC_PCSC, as bash .ci/pcscd sets it";
            assert!(std::env::var_os("CI").is_none(), "{expected}");
            eprintln!("skipped: {expected}");
            return None;
        };
        let first: u16 = first.to_str().unwrap().parse().unwrap();
        let context = Context::establish().unwrap();
        let start = format!("Virtual {} ", number / 2);
        let end = format!(" 0{}", number % 2);
        let readers = context.readers().unwrap();
        let mut names = readers.iter();
        let name = names.find(|it| it.starts_with(&start) && it.ends_with(&end));
        let name = name.unwrap_or_else(|| panic!("no reader {number} in {readers:?}"));
        Some(Self {
            name: name.clone(),
            context,
            port: first + number,
        })
    }

    fn serve(&self, arguments: &[&str]) -> Served {
        let link = format!("vpcd:127.0.0.1:{}", self.port);
        Served::controlled(&[&["--link", &link], arguments].concat())
    }

    fn card(&self) -> Card {
        let atr = self.context.wait_for_card(&self.name, PATIENCE).unwrap();
        assert_eq!(atr.first(), Some(&0x3B));
        self.context.connect(&self.name).unwrap()
    }
}

fn send(card: &Card, command: &str) -> String {
    let command = hex::decode(command.replace(' ', "")).unwrap();
    hex::encode_upper(card.transmit(&command).unwrap())
}

fn answers(card: &Card, expected: &[(&str, &str)]) {
    for (command, answer) in expected {
        assert_eq!(send(card, command), answer.replace(' ', ""), "{command}");
    }
}

/// The first TS.48 package, beside the checkout; nothing where it is not, which CI does not accept.
fn ts48() -> Option<std::path::PathBuf> {
    let file = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/profiles/ts48-v7.0/saip2.3-bertlv-suci.der");
    let there = file.is_file();
    assert!(
        there || std::env::var_os("CI").is_none(),
        "{}",
        file.display()
    );
    there.then_some(file)
}

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
    let (Some(reader), Some(package)) = (Reader::find(0), ts48()) else {
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
            ("00B0000000", "9EFFBF1DFF3E0083410310010400403E39 9000"),
            // PIN1 is disabled in this profile
            ("0020000108 30303030FFFFFFFF", "6984"),
            ("0028000108 30303030FFFFFFFF", "9000"),
            ("0020000108 31313131FFFFFFFF", "63C2"),
            ("0020000108 30303030FFFFFFFF", "9000"),
        ],
    );
    let (rand, autn, answer) = xor_vector();
    let authenticated = send(&card, &format!("00880081 22 10{rand} 10{autn} 00"));
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
    let enabled = send(
        &card,
        "81E2910014 BF3111A00C5A0A988801000000000020F38101FF 00",
    );
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

#[test]
fn two_slots_work_at_the_same_time_and_a_card_can_leave() {
    let (Some(first), Some(second)) = (Reader::find(2), Reader::find(3)) else {
        return;
    };
    let served = first.serve(&["--cards", "2"]);
    let ask = |reader: &Reader| {
        let card = reader.card();
        send(&card, SELECT);
        (0..200).map(|_| send(&card, GET_EID)).collect::<Vec<_>>()
    };
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| ask(&first));
        let two = scope.spawn(|| ask(&second));
        (one.join().unwrap(), two.join().unwrap())
    });
    assert!(one.iter().all(|eid| *eid == one[0]), "{one:?}");
    assert!(two.iter().all(|eid| *eid == two[0]), "{two:?}");
    assert!(
        one[0].ends_with("9000") && one[0] != two[0],
        "{} {}",
        one[0],
        two[0]
    );
    // out, in again, and the other one never noticed
    let card = first.card();
    let mut control = served.control();
    control.done(&json!({ "command": "remove" }));
    first
        .context
        .wait_for_removal(&first.name, PATIENCE)
        .unwrap();
    let gone = card.transmit(&[0x80, 0xF2, 0x00, 0x0C]).unwrap_err();
    assert_eq!(gone.code(), Some(Code::REMOVED_CARD), "{gone}");
    drop(card);
    control.done(&json!({ "command": "insert" }));
    assert!(send(&first.card(), SELECT).ends_with("9000"));
    assert!(send(&second.card(), SELECT).ends_with("9000"));
}
