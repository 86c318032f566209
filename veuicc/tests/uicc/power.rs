// SPDX-License-Identifier: MIT OR Apache-2.0
//! Resets, profile switches, and what is kept.

use rsp::env::SeededEnv;
use veuicc::{Card, ProfileChange, ProfileState, Reset};

use super::fixture::*;

/// The test package as another profile: other ICCID, other IMSI.
fn second_package() -> Vec<u8> {
    let yaml = include_str!("package.yaml")
        .replace("8988100000000000023f", "8988100000000000031f")
        .replace("988801000000000020f3", "988801000000000030f1")
        .replace("080910100000000020", "080910100000000030");
    let elements: Vec<serde_json::Value> = serde_saphyr::from_str(&yaml).unwrap();
    rsp::package::build(&elements).unwrap()
}

/// Both profiles, the first enabled.
fn two() -> (Card, ProfileChange) {
    let mut card = card();
    let first = card.state().enabled_profile().unwrap().aid.clone();
    let second = install(&mut card, &second_package(), ProfileState::Disabled);
    let change = ProfileChange {
        disable: Some(first),
        enable: Some(second),
    };
    (card, change)
}

#[test]
fn a_reset_forgets_what_was_verified_and_selected() {
    for kind in [Reset::Cold, Reset::Warm] {
        let mut card = card();
        answers(
            &mut card,
            &[
                (&usim(), "9000"),
                (&format!("0020000108 {PIN}"), "9000"),
                ("00B0870000", "*9000"),
                ("0070000001", "01 9000"),
            ],
        );
        card.reset(kind);
        answers(
            &mut card,
            &[
                ("00A4000C027FFF", "6A82"),
                ("80F2000000", "6223*9000"),
                ("81F2000C", "6881"),
                (&usim(), "9000"),
                ("00B0870000", "6982"),
            ],
        );
    }
}

#[test]
fn another_profile_has_other_files_after_a_reset() {
    let (mut card, change) = two();
    answers(
        &mut card,
        &[
            ("00A4000C022FE2", "9000"),
            ("00B0000000", "988801000000000020F3 9000"),
            ("00D6810001 FF", "9000"),
            (&format!("0020000108 {WRONG}"), "63C2"),
        ],
    );
    card.edit_state(|state| state.profile_change = Some(change))
        .unwrap();
    answers(&mut card, &[("00A4000C022FE2", "9000")]);
    card.reset(Reset::Cold);
    answers(
        &mut card,
        &[
            ("00A4000C022FE2", "9000"),
            ("00B0000000", "988801000000000030F1 9000"),
            ("00B0810000", "0102030405 9000"),
            ("00200001", "63C3"),
            (&format!("0020000108 {PIN}"), "9000"),
            (&usim(), "9000"),
            ("00B0870000", "080910100000000030 9000"),
        ],
    );
    // the first one has what was written into it
    let (first, second) = (
        card.profiles()[0].aid.clone(),
        card.profiles()[1].aid.clone(),
    );
    let back = ProfileChange {
        disable: Some(second),
        enable: Some(first),
    };
    card.edit_state(|state| state.profile_change = Some(back))
        .unwrap();
    card.reset(Reset::Warm);
    answers(
        &mut card,
        &[("00B0810000", "FF02030405 9000"), ("00200001", "63C2")],
    );
}

/// ES10c.EnableProfile of the second profile on channel 1, with or without refreshFlag.
fn enable(card: &mut Card, aid: &[u8], refresh: bool) -> String {
    let flag = if refresh { "FF" } else { "00" };
    let request = format!("BF3117 A012 4F10{} 8101{flag}", hex::encode(aid));
    send(card, &format!("81E291001A {request} 00"))
}

const ISD_R_ON_1: &str = "01A4040C10 A0000005591010FFFFFFFF8900000100";

#[test]
fn a_refresh_brings_the_other_profile_and_closes_the_channels() {
    let (mut card, change) = two();
    let first = "988801000000000020F3 9000";
    answers(
        &mut card,
        &[
            ("80100000 02 FFFF", "9000"),
            ("0070000001", "01 9000"),
            (ISD_R_ON_1, "9000"),
            ("0070000001", "02 9000"),
            (&format!("0020000108 {PIN}"), "9000"),
        ],
    );
    let answer = enable(&mut card, &change.enable.unwrap(), true);
    assert_eq!(answer, "BF3103800100910B");
    answers(
        &mut card,
        &[
            // until the terminal has answered, the old profile is there
            ("00A4000C022FE2", "910B"),
            ("00B0000000", &first.replace("9000", "910B")),
            ("801200000B", "D009810301010482028182 9000"),
            ("00B0000000", first),
            ("801400000C 810301010402028281830100", "9000"),
            ("81F2000C", "6881"),
            ("82F2000C", "6881"),
            ("00B0000000", "6986"),
            ("00A4000C022FE2", "9000"),
            ("00B0000000", "988801000000000030F1 9000"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "6982"),
        ],
    );
}

#[test]
fn a_silent_switch_leaves_the_isd_r_where_it_is() {
    let (mut card, change) = two();
    answers(
        &mut card,
        &[
            ("0070000001", "01 9000"),
            (ISD_R_ON_1, "9000"),
            ("0070000001", "02 9000"),
            (&usim(), "9000"),
            (&format!("0020000108 {PIN}"), "9000"),
        ],
    );
    let answer = enable(&mut card, &change.enable.unwrap(), false);
    assert_eq!(answer, "BF31038001009000");
    answers(
        &mut card,
        &[
            ("81F2000100", "*9000"),
            ("82F2000C", "6881"),
            ("80F2000100", "6985"),
            (&usim(), "9000"),
            ("00B0870000", "6982"),
            (&format!("0020000108 {PIN}"), "9000"),
            ("00B0870000", "080910100000000030 9000"),
        ],
    );
}

#[test]
fn a_card_continues_from_its_state() {
    let mut card = card();
    answers(
        &mut card,
        &[
            ("00D6810001 FF", "9000"),
            ("00DC021C04 99999999", "9000"),
            ("0004000002 2F10", "9000"),
            (&format!("0020000108 {WRONG}"), "63C2"),
            (&usim(), "9000"),
            (&format!("0020008108 {PIN2}"), "9000"),
            ("00D6850001 42", "9000"),
            (&format!("002C008110 {PUK}{WRONG}"), "63C1"),
        ],
    );
    let text = serde_json::to_string(card.state()).unwrap();
    assert!(text.contains("\"3F00/2F11\""), "{text}");
    assert!(text.contains(&format!("\"{USIM}/6F56\"")), "{text}");
    let state = serde_json::from_str(&text).unwrap();
    let env = Box::new(SeededEnv::new(2, "card"));
    let mut again = Card::with_state(config(), env, state, None);
    answers(
        &mut again,
        &[
            ("00A4000C022F10", "6283"),
            ("0044000002 2F10", "9000"),
            ("00B0810000", "FF02030405 9000"),
            ("00B2021C04", "99999999 9000"),
            ("00200001", "63C2"),
            (&usim(), "9000"),
            ("00B0850000", "42 9000"),
            ("002C0081", "63C1"),
        ],
    );
}

#[test]
fn what_the_store_does_not_take_did_not_happen() {
    /// A store that always fails.
    struct Full;
    impl veuicc::Store for Full {
        fn save(&mut self, _: &veuicc::State) -> Result<(), veuicc::StoreError> {
            Err(veuicc::StoreError::File {
                path: "full".into(),
                source: std::io::Error::other("no space"),
            })
        }
    }
    let state = card().state().clone();
    let env = Box::new(SeededEnv::new(1, "card"));
    let mut card = Card::with_state(config(), env, state, Some(Box::new(Full)));
    answers(
        &mut card,
        &[
            ("00D6810001 FF", "6581"),
            ("00B0810000", "0102030405 9000"),
            (&format!("0020000108 {WRONG}"), "6581"),
            ("00200001", "63C3"),
            (&format!("0024000110 {PIN}{PIN2}"), "6581"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "6982"),
            // nothing has to be kept for this one
            (&format!("0020000108 {PIN}"), "9000"),
            ("00B0000000", "0A0B0C 9000"),
        ],
    );
}

#[test]
fn a_profile_without_files_leaves_the_mf_and_the_isd_r() {
    let elements = [
        serde_json::json!({"header": {
            "major-version": 2, "minor-version": 3, "iccid": "8988100000000000015f",
            "eUICC-Mandatory-services": {}, "eUICC-Mandatory-GFSTEList": [],
        }}),
        serde_json::json!({"end": {"end-header": {"mandated": {}, "identification": 2}}}),
    ];
    let mut card = card_with(config(), &rsp::package::build(&elements).unwrap());
    answers(
        &mut card,
        &[
            ("00A4000C023F00", "9000"),
            ("80F2000000", "621E82027821*9000"),
            ("00A4000C022FE2", "6A82"),
            ("00B0810000", "6D00"),
            (&format!("00{}", &ISD_R_ON_1[2..]), "9000"),
            ("80F2000100", "8410*9000"),
        ],
    );
}
