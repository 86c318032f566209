// SPDX-License-Identifier: MIT OR Apache-2.0
//! Packages with anything wrong in them, and any commands to the files of a profile: refused or
//! answered, never a panic. What is drawn repeats with the seed; `VEUICC_HOSTILE_ROUNDS` draws more.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::path::PathBuf;

use rsp::env::{Env, SeededEnv};
use rsp::schema::{Edit, decode_lenient};
use veuicc::profile_tool::{Package, build, lint, to_json, to_tree, to_yaml};
use veuicc::{Card, CardConfig, Metadata, ProfileState, Reset};

/// Rounds of a run that nobody waits for.
const ROUNDS: usize = 60;
/// EF.ICCID of the package.
const ICCID: [u8; 10] = [0x98, 0x00, 0x10, 0x32, 0x54, 0x76, 0x98, 0x10, 0x32, 0xF4];

fn rounds() -> usize {
    let given = std::env::var("VEUICC_HOSTILE_ROUNDS").ok();
    given.map_or(ROUNDS, |text| text.parse().unwrap())
}

/// The package of the fuzz targets: every kind of file.
fn package() -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../harness/fuzz/profile.yaml");
    build(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Draws of one test.
struct Dice(SeededEnv);

impl Dice {
    fn new(label: &str) -> Self {
        Self(SeededEnv::new(1, label))
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        usize::try_from(u32::from_be_bytes(bytes)).unwrap() % end.max(1)
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.below(most + 1)];
        self.0.fill(&mut bytes);
        bytes
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Contents that have been known to matter, or any.
fn contents(dice: &mut Dice) -> Vec<u8> {
    const KNOWN: &[&[u8]] = &[
        &[],
        &[0x00],
        &[0xFF],
        &[0x7F, 0xFF],
        &[0x80, 0x00],
        &[0xFF, 0xFF],
        &[0x00, 0xFF, 0xFF, 0xFF, 0xFF],
        &[0x3F, 0x00],
        &[0x7F, 0xD0],
        &[0x7F, 0xFF, 0x6F, 0x07],
        &[0x42, 0x21, 0x00, 0x00],
        &[0x42, 0x21, 0x00, 0xFF],
        &[0x46, 0x21, 0xFF, 0xFF],
        &[0x78, 0x21],
        &[0x79, 0x21],
    ];
    match dice.below(3) {
        0 => dice.bytes(40),
        _ => dice.one_of(KNOWN).to_vec(),
    }
}

/// A package with a few changes: a value, a missing member, an element twice, gone or elsewhere.
fn changed(package: &[u8], dice: &mut Dice) -> Vec<u8> {
    let read = Package::read(package).unwrap();
    let mut elements: Vec<Vec<u8>> = read
        .elements()
        .iter()
        .map(|e| e.tree().raw().to_vec())
        .collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(elements.len());
        match dice.below(12) {
            0 => {
                elements.remove(at);
            }
            1 => elements.insert(at, elements[dice.below(elements.len())].clone()),
            2 => {
                let other = dice.below(elements.len());
                elements.swap(at, other);
            }
            3 => {
                let length = elements[at].len();
                elements[at][dice.below(length)] = *dice.one_of(&[0, 1, 0x7F, 0x80, 0xFF]);
            }
            _ => {
                let tree = decode_lenient("ProfileElement", &elements[at]);
                let paths: Vec<String> = tree.walk().into_iter().map(|(path, _)| path).collect();
                let path = dice.one_of(&paths);
                let edit = match dice.below(5) {
                    0 => Edit::Remove,
                    _ => Edit::SetContents(contents(dice)),
                };
                elements[at] = tree
                    .edit(path, &edit)
                    .unwrap_or_else(|_| elements[at].clone());
            }
        }
        // an element whose root was taken out is gone
        elements.retain(|element| !element.is_empty());
        if elements.is_empty() {
            elements.push(vec![0xAA, 0]);
        }
    }
    elements.concat()
}

fn card() -> Card {
    let pki = certs::Pki::seeded(1).unwrap();
    let config = CardConfig::from_pki(&pki, certs::TEST_EID).unwrap();
    Card::new(config, Box::new(SeededEnv::new(1, "card")))
}

fn enable(card: &mut Card) {
    let enable = |state: &mut veuicc::State| {
        for profile in &mut state.profiles {
            profile.state = ProfileState::Enabled;
        }
    };
    card.edit_state(enable).unwrap();
    card.reset(Reset::Cold);
}

const FILES: &[u16] = &[
    0x3F00, 0x7FFF, 0x7F10, 0x7FD0, 0x7FB0, 0x5FC0, 0x5FD0, 0x5F3B, 0x2FE2, 0x2F00, 0x2F05, 0x2F06,
    0x2F11, 0x2F12, 0x2F13, 0x2F14, 0x6F3A, 0x6F07, 0x6F06, 0x6F38, 0x6F3C, 0x4F01, 0x4F07, 0x4F0A,
];

const HEADERS: &[[u8; 4]] = &[
    [0x00, 0xA4, 0x00, 0x04],
    [0x00, 0xA4, 0x00, 0x0C],
    [0x00, 0xA4, 0x04, 0x04],
    [0x00, 0xA4, 0x08, 0x04],
    [0x00, 0xA4, 0x09, 0x04],
    [0x00, 0xB0, 0x00, 0x00],
    [0x00, 0xB0, 0x87, 0x00],
    [0x00, 0xD6, 0x00, 0x00],
    [0x00, 0xB2, 0x01, 0x04],
    [0x00, 0xB2, 0x00, 0x02],
    [0x00, 0xDC, 0x01, 0x04],
    [0x00, 0xDC, 0x00, 0x03],
    [0x00, 0xA2, 0x01, 0x04],
    [0x00, 0xA2, 0x00, 0x06],
    [0x80, 0x32, 0x00, 0x00],
    [0x00, 0x20, 0x00, 0x01],
    [0x00, 0x20, 0x00, 0x0A],
    [0x00, 0x20, 0x00, 0x81],
    [0x00, 0x24, 0x00, 0x01],
    [0x00, 0x26, 0x00, 0x01],
    [0x00, 0x28, 0x00, 0x01],
    [0x00, 0x2C, 0x00, 0x01],
    [0x00, 0x04, 0x00, 0x00],
    [0x00, 0x44, 0x00, 0x00],
    [0x00, 0x88, 0x00, 0x81],
    [0x00, 0x88, 0x00, 0x80],
    [0x80, 0x78, 0x00, 0x01],
    [0x80, 0xCB, 0x80, 0x00],
    [0x80, 0xDB, 0x80, 0x00],
    [0x80, 0xF2, 0x00, 0x00],
    [0x80, 0xC2, 0x00, 0x00],
    [0x80, 0x10, 0x00, 0x00],
    [0x80, 0x12, 0x00, 0x00],
    [0x80, 0x14, 0x00, 0x00],
    [0x00, 0x70, 0x00, 0x00],
    [0x80, 0xE2, 0x91, 0x00],
];

const BODIES: &[&str] = &[
    "3030303000000000",
    "30303030ffffffff",
    "39393939ffffffff",
    "3535353535353535",
    "313131313131313130303030ffffffff",
    "30303030ffffffff31313131ffffffff",
    "a0000000871002ffffffff8900010000",
    "a0000000871004ffffffff8900010000",
    "a000000087",
    "7fff6f07",
    "7f106f3a",
    "2f13",
    "0102030405060708",
    "810301020300",
    "5c00",
    "bf3e035c015a",
    "bf2d00",
    "d60100",
];

/// One command: a usual header, sometimes with another byte in it, and a body that may fit.
fn command(dice: &mut Dice) -> Vec<u8> {
    if dice.below(10) == 0 {
        return dice.bytes(20);
    }
    let mut command = dice.one_of(HEADERS).to_vec();
    if dice.below(4) == 0 {
        let position = dice.below(4);
        command[position] = u8::try_from(dice.below(256)).unwrap();
    }
    let body = match dice.below(5) {
        0 => Vec::new(),
        1 => dice.bytes(60),
        2 => {
            let [random, own] = [dice.bytes(16), vec![0x5A; 16]];
            [&[16][..], &own, &[16], &random].concat()
        }
        3 => dice.one_of(FILES).to_be_bytes().to_vec(),
        _ => hex::decode(dice.one_of(BODIES)).unwrap(),
    };
    if !body.is_empty() {
        command.push(u8::try_from(body.len()).unwrap());
        command.extend_from_slice(&body);
    }
    if dice.below(3) > 0 {
        command.push(*dice.one_of(&[0, 1, 8, 10, 255]));
    }
    command
}

/// Sends commands; every answer ends in a status word.
fn talk(card: &mut Card, dice: &mut Dice, count: usize) {
    for _ in 0..count {
        let command = command(dice);
        let answer = card.transmit(&command);
        assert!(answer.len() >= 2, "{}", hex::encode(command));
        if dice.below(50) == 0 {
            card.reset(*dice.one_of(&[Reset::Warm, Reset::Cold]));
        }
    }
}

#[test]
fn changed_packages_are_refused_or_work() {
    let package = package();
    let fresh = card();
    let mut dice = Dice::new("packages");
    let mut installed = 0;
    for _ in 0..rounds() {
        let changed = changed(&package, &mut dice);
        let interpreted = veuicc::profile::interpret(&changed);
        let mut card = Card::with_state(
            fresh.config().clone(),
            Box::new(SeededEnv::new(1, "card")),
            fresh.state().clone(),
            None,
        );
        let outcome = card.install_profile(&changed, Metadata::for_iccid(&ICCID, "Profile"));
        assert_eq!(card.profiles().len(), usize::from(outcome.is_ok()));
        if outcome.is_err() {
            continue;
        }
        assert!(interpreted.is_ok(), "{}", hex::encode(&changed));
        installed += 1;
        enable(&mut card);
        talk(&mut card, &mut dice, 40);
    }
    assert!(installed > 0, "some changes do no harm");
}

#[test]
fn changed_packages_are_printed_built_and_judged() {
    let package = package();
    let mut dice = Dice::new("tool");
    for _ in 0..rounds() {
        let changed = changed(&package, &mut dice);
        let Ok(read) = Package::read(&changed) else {
            continue;
        };
        let yaml = to_yaml(&read);
        let built = build(&yaml).unwrap_or_else(|error| panic!("{error} in\n{yaml}"));
        assert_eq!(hex::encode(built), hex::encode(&changed), "{yaml}");
        drop((to_json(&read), to_tree(&read), lint(&read)));
    }
}

#[test]
fn any_text_is_built_or_refused_with_a_place() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../harness/fuzz/profile.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut dice = Dice::new("text");
    for _ in 0..rounds() {
        let mut bytes: Vec<char> = text.chars().collect();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes[at] = *dice.one_of(&[' ', '\n', '\'', '{', ':', '-', '*', '9', 'f']),
                _ => drop(bytes.drain(at..(at + dice.below(40)).min(text.len() / 2).max(at))),
            }
        }
        if let Err(error) = build(&bytes.iter().collect::<String>()) {
            assert!(!error.message.is_empty());
        }
    }
}

#[test]
fn any_command_to_a_profile_is_answered() {
    let package = package();
    let mut dice = Dice::new("commands");
    let mut card = card();
    card.install_profile(&package, Metadata::for_iccid(&ICCID, "Profile"))
        .unwrap();
    enable(&mut card);
    let state = card.state().clone();
    for _ in 0..rounds() {
        let mut card = Card::with_state(
            card.config().clone(),
            Box::new(SeededEnv::new(1, "card")),
            state.clone(),
            None,
        );
        talk(&mut card, &mut dice, 100);
        card.reset(Reset::Cold);
        let select = "00a4040410a0000000871002ffffffff890001000000";
        let answer = card.transmit(&hex::decode(select).unwrap());
        assert!(
            answer.len() > 2,
            "the USIM is still there: {}",
            hex::encode(answer)
        );
    }
}
