// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any commands on a card with files: no panic, an answer each time, a state that can be kept.

use proptest::prelude::*;
use rsp::env::SeededEnv;
use veuicc::{Card, ResponseMode};

use super::fixture::*;

/// Instructions of the card, with P1, P2 and data that mean something more often than chance
/// would let them.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let class = prop::sample::select(vec![0x00, 0x80, 0x01, 0x81, 0x40, 0xC0]);
    let instruction = prop::sample::select(vec![
        0xA4, 0xA4, 0xA4, 0xB0, 0xD6, 0xB2, 0xDC, 0xA2, 0x32, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x04,
        0x44, 0xCB, 0xDB, 0x88, 0x78, 0xF2, 0x70, 0xC0, 0x84, 0xCA, 0x10, 0xC2, 0xAA,
    ]);
    let p1 = prop_oneof![
        prop::sample::select(vec![0x00, 0x04, 0x08, 0x09, 0x01, 0x03, 0x81, 0x83, 0x91]),
        any::<u8>()
    ];
    let p2 = prop_oneof![
        prop::sample::select(vec![
            0x00, 0x04, 0x0C, 0x01, 0x81, 0x0A, 0x02, 0x03, 0x80, 0x1C
        ]),
        any::<u8>()
    ];
    let known = prop::sample::select(vec![
        "3F00",
        "7FFF",
        "7F10",
        "5F3A",
        "6F07",
        "6F38",
        "2FE2",
        "2F06",
        "2F11",
        "2F12",
        "2F13",
        "A0000000871002",
        "A000000087",
        "7FFF6F07",
        "31323334FFFFFFFF",
        "30303030FFFFFFFF",
        "3535353535353535",
        "8003010203",
        "80",
        "11111111",
    ])
    .prop_map(|text| hex::decode(text).unwrap());
    let data = prop_oneof![
        known,
        prop::collection::vec(any::<u8>(), 0..20),
        Just(Vec::new())
    ];
    (class, instruction, p1, p2, data, any::<Option<u8>>()).prop_map(
        |(class, instruction, p1, p2, data, le)| {
            let mut command = vec![class, instruction, p1, p2];
            if !data.is_empty() {
                command.push(u8::try_from(data.len()).unwrap());
                command.extend(data);
            }
            command.extend(le);
            command
        },
    )
}

/// Cards are cut from one that has the profile already.
fn from_state(package: &[u8], mode: ResponseMode) -> Card {
    let config = veuicc::CardConfig {
        response_mode: Some(mode),
        ..config()
    };
    let state = card_with(config.clone(), package).state().clone();
    Card::with_state(config, Box::new(SeededEnv::new(3, "card")), state, None)
}

fn run(package: &[u8], mode: ResponseMode, commands: &[Vec<u8>]) -> Result<(), TestCaseError> {
    let mut card = from_state(package, mode);
    for command in commands {
        let answer = card.transmit(command);
        prop_assert!(answer.len() >= 2, "{command:02X?}");
    }
    // what is kept can be read back and says the same
    let text = serde_json::to_string(card.state()).unwrap();
    let state: veuicc::State = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(&state, card.state());
    // the files are still there
    card.reset(veuicc::Reset::Cold);
    let select = card.transmit(&[0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00]);
    prop_assert_eq!(select, [0x90, 0x00]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_commands_are_answered(commands in prop::collection::vec(command(), 1..60)) {
        run(&package(), ResponseMode::Direct, &commands)?;
    }

    #[test]
    fn any_commands_are_answered_over_t_0(commands in prop::collection::vec(command(), 1..40)) {
        run(&package(), ResponseMode::GetResponse, &commands)?;
    }

    #[test]
    fn any_commands_are_answered_with_the_generic_test_profile(
        commands in prop::collection::vec(command(), 1..60),
    ) {
        if let Some(package) = ts48_package() {
            run(&package, ResponseMode::Direct, &commands)?;
        }
    }
}
