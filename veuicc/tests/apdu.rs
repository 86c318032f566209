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
        response_mode: ResponseMode::Direct,
        memory: 0x10000,
        rules_authorisation_table: Vec::new(),
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
        response_mode: ResponseMode::GetResponse,
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
            ("00A4040C05 A000000559", "9000"),
            ("00A4040E05 A000000559", "6A82"),
            ("00A4040D05 A000000559", "9000"),
            ("00A4040C04 A0000005", "6A82"),
            ("00A4040C05 A000000087", "6A82"),
            ("00A4040C11 A0000005591010FFFFFFFF890000010000", "6700"),
            ("00A4041C05 A000000559", "6A86"),
            ("00A4000C02 3F00", "6A82"),
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
