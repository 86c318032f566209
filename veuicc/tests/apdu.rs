// SPDX-License-Identifier: MIT OR Apache-2.0
//! The APDU layer, through `transmit` only.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use rsp::env::SeededEnv;
use veuicc::{Card, CardConfig, Reset, ResponseMode};

fn config() -> CardConfig {
    CardConfig {
        eid: [0x89; 16],
        trusted_cis: Vec::new(),
        credentials: Vec::new(),
        default_dp_address: None,
        root_ds_address: "ds.example.com".to_owned(),
        channels: 20,
        response_mode: Some(ResponseMode::Direct),
        memory: 0x10000,
        rules_authorisation_table: Vec::new(),
        capabilities: veuicc::Capabilities::default(),
        personality: veuicc::Personality::spec(),
    }
}

fn card() -> Card {
    Card::new(config(), Box::new(SeededEnv::new(1, "card")))
}

#[track_caller]
fn answers(card: &mut Card, exchanges: &[(&str, &str)]) {
    for (command, expected) in exchanges {
        let command_bytes = hex::decode(command.replace(' ', "")).unwrap();
        let response = hex::encode_upper(card.transmit(&command_bytes));
        assert_eq!(response, expected.replace(' ', ""), "answer to {command}");
    }
}

const SELECT: &str = "A0000005591010FFFFFFFF8900000100";
const ECASD: &str = "A0000005591010FFFFFFFF8900000200";
const FCI: &str =
    "6F24 8410A0000005591010FFFFFFFF8900000100 A5049F6501FF E0058203020500 E103800100";

#[test]
fn select_isd_r_direct_and_by_get_response() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&format!("00A4040010 {SELECT} 00"), &format!("{FCI}9000")),
            (&format!("00A4040010 {SELECT}"), "6126"),
            ("00C0000026", &format!("{FCI}9000")),
            ("00C0000026", "6985"),
            (&format!("00A4040410 {SELECT} 05"), "6F248410A0 6121"),
            (
                "80C0000000",
                &format!("{}9000", &FCI.replace(' ', "")[10..]),
            ),
            (&format!("00A4040C10 {SELECT} 00"), "9000"),
        ],
    );
}

#[test]
fn responses_can_be_restricted_to_get_response() {
    let config = CardConfig {
        response_mode: Some(ResponseMode::GetResponse),
        ..config()
    };
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    answers(
        &mut card,
        &[
            (&format!("00A4040010 {SELECT} 00"), "6126"),
            ("00C0000010", "6F248410A0000005591010FFFFFFFF89 6116"),
            (
                "00C0000016",
                "00000100A5049F6501FFE0058203020500E103800100 9000",
            ),
        ],
    );
}

#[test]
fn select_by_partial_aid() {
    answers(
        &mut card(),
        &[
            // the ISD-R, then the ECASD, then no further one, and back
            ("00A4040C05 A000000559", "9000"),
            ("80F2000100", &format!("8410{SELECT}9000")),
            ("00A4040E05 A000000559", "9000"),
            ("80F2000100", &format!("8410{ECASD}9000")),
            ("00A4040E05 A000000559", "6A82"),
            ("00A4040F05 A000000559", "9000"),
            ("80F2000100", &format!("8410{SELECT}9000")),
            ("00A4040F05 A000000559", "6A82"),
            ("00A4040D05 A000000559", "9000"),
            ("80F2000100", &format!("8410{ECASD}9000")),
            // an ISD-P is no application of the terminal
            ("00A4040C10 A0000005591010FFFFFFFF8900001000", "6A82"),
            ("00A4040C0F A0000005591010FFFFFFFF89000010", "6A82"),
            ("00A4040C04 A0000005", "6A82"),
            ("00A4040C05 A000000087", "6A82"),
            ("00A4040C11 A0000005591010FFFFFFFF890000010000", "6700"),
            ("00A4041C05 A000000559", "6A86"),
            ("00A4000C02 2F00", "6A82"),
            ("00A4050C02 3F00", "6A86"),
        ],
    );
}

#[test]
fn channels_open_carry_their_own_selection_and_close() {
    answers(
        &mut card(),
        &[
            ("0070000001", "01 9000"),
            ("0070000001", "02 9000"),
            ("0070000300", "9000"),
            ("0070000300", "6A81"),
            ("0070000001", "04 9000"),
            // nothing is selected on a channel opened from channel 0
            ("81E2910001 00", "6D00"),
            (&format!("01A4040C10 {SELECT}"), "9000"),
            ("81E2910002 0000", "6A88"),
            ("82E2910002 0000", "6D00"),
            // channel 4 lives in the other class byte
            (&format!("40A4040C10 {SELECT}"), "9000"),
            ("C0E2910002 0000", "6A88"),
            // from channel 1 the ISD-R comes along
            ("0170000001", "05 9000"),
            ("C1E2910002 0000", "6A88"),
            ("0070800100", "9000"),
            ("81E2910002 0000", "6881"),
            ("0070800100", "6881"),
            // a channel can close itself, with its application selected
            ("0270800200", "9000"),
            ("82F2000C", "6881"),
            ("0070800000", "6A86"),
            ("0070801400", "6A86"),
            ("0070810000", "6A86"),
        ],
    );
}

#[test]
fn every_channel_number_works() {
    let mut card = card();
    for number in 1..=19_u8 {
        let opened = card.transmit(&[0x00, 0x70, 0x00, 0x00, 0x01]);
        assert_eq!(opened, [number, 0x90, 0x00]);
        let class = if number < 4 {
            number
        } else {
            0x40 + number - 4
        };
        let status = card.transmit(&[0x80 | class, 0xF2, 0x00, 0x0C]);
        assert_eq!(status, [0x90, 0x00], "STATUS on channel {number}");
    }
    assert_eq!(card.transmit(&[0x00, 0x70, 0x00, 0x00, 0x01]), [0x6A, 0x81]);
}

#[test]
fn store_data_counts_blocks() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&format!("00A4040C10 {SELECT}"), "9000"),
            ("80E2110001 BF", "9000"),
            ("80E2110201 2E", "6A86"),
            ("80E2910101 2E", "6A86"),
            ("80E2110001 BF", "9000"),
            // another command on the channel ends the chain
            ("80F2000C", "9000"),
            ("80E2910101 2E", "6A86"),
            // block 00 starts again
            ("80E2110001 BF", "9000"),
            ("80E2110001 FF", "9000"),
            ("80E2910102 2E00", "6A88"),
            ("80E2900002 BF2E", "6A86"),
            ("80E2910000", "6700"),
            ("00E2910001 00", "6E00"),
        ],
    );
}

#[test]
fn a_chain_survives_what_happens_on_other_channels() {
    answers(
        &mut card(),
        &[
            ("0070000001", "01 9000"),
            (&format!("01A4040C10 {SELECT}"), "9000"),
            ("81E2110001 BF", "9000"),
            ("80F2000C", "9000"),
            ("81E2910102 FF00", "6A88"),
        ],
    );
}

#[test]
fn terminal_capability_profile_and_proactive_rules() {
    answers(
        &mut card(),
        &[
            ("80AA000005 A903830107", "9000"),
            ("80AA000005 A903840107", "9000"),
            ("80AA000003 830107", "6A80"),
            ("80AA000002 A903", "6A80"),
            ("80AA00000A A908 8003FF0000 830107", "9000"),
            ("80AA000004 A9028301", "6A80"),
            ("00AA000005 A903830107", "6E00"),
            ("8012000000", "6985"),
            ("80140000 0C 810301010082028281830100", "6985"),
            ("8010000002 FFFF", "9000"),
            ("8010000000", "6700"),
            ("0070000001", "01 9000"),
            ("8112000000", "6881"),
            ("80F2000100", "6985"),
            ("80F2030C00", "6A86"),
        ],
    );
}

#[test]
fn garbage_gets_a_status_word() {
    answers(
        &mut card(),
        &[
            ("", "6700"),
            ("00", "6700"),
            ("00A404", "6700"),
            ("00A40400 10 A000", "6700"),
            ("00FF0000", "6D00"),
            ("FFA40400", "6882"),
            ("A0A40000023F00", "6E00"),
            ("80A40400", "6E00"),
            ("00C0010000", "6A86"),
        ],
    );
}

#[test]
fn reset_closes_channels() {
    let mut card = card();
    answers(
        &mut card,
        &[("0070000001", "01 9000"), ("81F2000C", "9000")],
    );
    let atr = card.reset(Reset::Warm);
    assert_eq!(atr.first(), Some(&0x3B));
    answers(&mut card, &[("81F2000C", "6881")]);
}

#[test]
fn the_eid_is_told_by_the_ecasd_and_the_isd_r() {
    let eid = format!("5A10{}9000", "89".repeat(16));
    answers(
        &mut card(),
        &[
            // without an application of the eUICC there is no GET DATA
            ("80CA005A00", "6D00"),
            (
                &format!("00A4040010 {ECASD} 00"),
                &format!("6F18 8410{ECASD} A5049F6501FF 9000"),
            ),
            ("80CA005A00", &eid),
            ("00CA005A00", &eid),
            ("80CA005B00", "6A88"),
            ("80E2910002 0000", "6D00"),
            (&format!("00A4040C10 {SELECT}"), "9000"),
            ("80CA005A00", &eid),
        ],
    );
}

#[test]
fn a_session_is_ended_by_the_one_who_has_it() {
    answers(
        &mut card(),
        &[
            (&format!("00A4044C10 {SELECT}"), "6985"),
            (&format!("00A4040C10 {SELECT}"), "9000"),
            (&format!("00A4044C10 {SELECT}"), "9000"),
            ("80E2910002 0000", "6D00"),
            (&format!("00A4048C10 {SELECT}"), "6A86"),
        ],
    );
}

#[test]
fn t_0_repeats_a_command_with_the_right_le() {
    let config = CardConfig {
        response_mode: Some(ResponseMode::GetResponse),
        ..config()
    };
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    card.queue_proactive(hex::decode("D009810301030082028182").unwrap());
    answers(
        &mut card,
        &[
            (&format!("00A4040C10 {SELECT}"), "910B"),
            ("80CA005A00", "6C12"),
            ("80CA005A12", "5A1089898989898989898989898989898989 910B"),
            // the command that is repeated is not carried out again
            ("0070000000", "6C01"),
            ("0070000001", "01 910B"),
            ("0070000001", "02 910B"),
            // any other command in between, and it is
            ("0070000000", "6C01"),
            ("80F2000C", "910B"),
            ("0070000001", "04 910B"),
            ("8012000000", "6C0B"),
            ("801200000B", "D009810301030082028182 9000"),
            ("801400000C 810301030082028281830100", "9000"),
            (&format!("00A4040010 {SELECT}"), "6126"),
            ("00C0000030", "6C26"),
            ("00C0000026", &format!("{FCI}9000")),
        ],
    );
}

#[test]
fn proactive_commands_are_fetched_in_their_order() {
    let mut card = card();
    let menu = "D00B8103012500820281828500";
    card.queue_proactive(hex::decode(menu).unwrap());
    card.queue_proactive(hex::decode("D009810302030082028182").unwrap());
    answers(
        &mut card,
        &[
            ("80F2000C", "910D"),
            ("0070000001", "01 910D"),
            ("81F2000C", "910D"),
            ("8112000000", "6881"),
            ("801200000D", &format!("{menu}9000")),
            ("801200000D", "6985"),
            ("801400000C 810301250082028281830130", "910B"),
            // a terminal that is busy gets it again
            ("801200000B", "D009810302030082028182 9000"),
            ("8014000003 810301", "6A80"),
            ("801400000C 810302030082028281830120", "910B"),
            ("801200000B", "D009810302030082028182 9000"),
            ("801400000C 810302030082028281830100", "9000"),
        ],
    );
}

#[test]
fn envelopes_are_answered() {
    answers(
        &mut card(),
        &[
            ("80C2000004 D6031901", "6A80"),
            ("80C2000005 D603190105", "9000"),
            ("80C2000006 D40486020112 00", "00009000"),
            ("80C2000003 E10100", "6A80"),
            ("80C20000", "6700"),
            ("80C2010005 D603190105", "6A86"),
            ("00C2000005 D603190105", "6E00"),
        ],
    );
}

#[test]
fn challenges_have_the_length_asked_for_and_differ() {
    let mut card = card();
    let first = card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]);
    let second = card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]);
    assert_eq!((first.len(), &first[8..]), (10, &[0x90, 0x00][..]));
    assert_ne!(first, second);
    assert_eq!(card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x00]).len(), 258);
    answers(&mut card, &[("8084000008", "6E00"), ("0084010008", "6A86")]);
}

#[test]
fn without_files_there_is_an_mf_with_nothing_to_read() {
    let mf = "621E 82027821 83023F00 A506800171870101 8A0105 8C0100 C606900100830101 9000";
    answers(
        &mut card(),
        &[
            ("80F2000000", mf),
            ("00A40004023F00 00", mf),
            ("00A40004023F00", "6120"),
            ("00A4000C023F00", "9000"),
            (&format!("00A4040C10 {SELECT}"), "9000"),
            ("80F2000000", "6985"),
            ("00A4000C023F00", "9000"),
            ("80F2000000", mf),
            ("80F2000100", "6985"),
            ("00A4000C022F00", "6A82"),
            ("00A4080C022FE2", "6A82"),
            ("00A40304", "6A82"),
            ("00A4030402 3F00", "6700"),
            ("00A4000C01 3F", "6700"),
            ("00A4080C03 3F0000", "6700"),
            ("00A400080000", "6700"),
            ("00A4001002 3F00", "6A86"),
            ("00A4040C07 A0000000871002", "6A82"),
            ("00B0000000", "6D00"),
            ("0020000100", "6D00"),
            ("80B0000000", "6E00"),
            ("00F20000", "6E00"),
        ],
    );
}

/// Interface bytes and historical bytes, read as TS 102 221 §6.3 and ISO/IEC 7816-4 §12.1.1 say.
#[test]
fn the_answer_to_reset_says_what_the_card_does() {
    let mut card = card();
    let atr = card.reset(Reset::Cold);
    assert_eq!(atr, card.reset(Reset::Warm));
    assert_eq!(atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte), 0);
    let (historical, checked) = (usize::from(atr[1] & 0x0F), atr.len() - 1);
    // TA1 and TD1; T=0, TD2; T=15 with TA3 and TB3
    assert_eq!((atr[1] & 0xF0, atr[3], atr[4]), (0x90, 0x80, 0x3F));
    assert_eq!(
        atr[5], 0xC7,
        "clock stop on either level, classes A, B and C"
    );
    assert_eq!(atr[6] & 0x82, 0x82, "functions of an eUICC");
    let historical = &atr[checked - historical..checked];
    assert_eq!(historical[0], 0x80, "compact TLV objects");
    assert_eq!(
        historical[1..3],
        [0x31, 0xE0],
        "selection by full and partial name"
    );
    assert_eq!(historical[3], 0x73, "card capabilities");
    assert_eq!(
        historical[4] & 0xF4,
        0xF4,
        "name, path, identifier, short identifier"
    );
    assert_eq!(historical[6] & 0x40, 0x40, "extended lengths");
    assert_eq!(
        historical[6] & 0x1F,
        0x1F,
        "channels by number or not, 8 or more"
    );
}
