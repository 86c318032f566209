// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards with an enabled profile.

use std::path::PathBuf;

use rsp::env::SeededEnv;
use rsp::tlv::{Tag, Tlv};
use veuicc::{Card, CardConfig, Metadata, ProfileState};

/// AID of the USIM of the test package, and of the application beside it.
pub(crate) const USIM: &str = "A0000000871002FFFFFFFF8900010000";
pub(crate) const OTHER: &str = "A0000000871002FFFFFFFF8900020000";
/// Codes of the test package.
pub(crate) const PIN: &str = "31323334FFFFFFFF";
pub(crate) const PIN2: &str = "35363738FFFFFFFF";
pub(crate) const PUK: &str = "3131313131313131";
pub(crate) const PUK2: &str = "3232323232323232";
pub(crate) const WRONG: &str = "39393939FFFFFFFF";
pub(crate) const ADM: &str = "3535353535353535";

/// A card that can sign notifications; made once.
pub(crate) fn config() -> CardConfig {
    static CONFIG: std::sync::OnceLock<CardConfig> = std::sync::OnceLock::new();
    CONFIG
        .get_or_init(|| {
            let pki = certs::Pki::seeded(1).unwrap();
            CardConfig::from_pki(&pki, certs::TEST_EID).unwrap()
        })
        .clone()
}

/// ICCID of the profile header, nibbles swapped as in EF.ICCID.
pub(crate) fn iccid(package: &[u8]) -> [u8; 10] {
    let (header, _) = Tlv::read(package).unwrap();
    let iccid = header.child(Tag::new(0x83)).unwrap().value;
    <[u8; 10]>::try_from(iccid)
        .unwrap()
        .map(|byte| byte.rotate_left(4))
}

/// The test package.
pub(crate) fn package() -> Vec<u8> {
    let elements: Vec<serde_json::Value> =
        serde_saphyr::from_str(include_str!("package.yaml")).unwrap();
    rsp::package::build(&elements).unwrap()
}

/// The first TS.48 package, beside the checkout; nothing where it is not, which CI does not accept.
pub(crate) fn ts48_package() -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/profiles/ts48-v7.0/saip2.3-bertlv-suci.der");
    let package = std::fs::read(&file).ok();
    assert!(
        package.is_some() || std::env::var_os("CI").is_none(),
        "{} is missing",
        file.display()
    );
    package
}

pub(crate) fn install(card: &mut Card, package: &[u8], state: ProfileState) -> Vec<u8> {
    let metadata = Metadata::for_iccid(&iccid(package), "UICC");
    let aid = card.install_profile(package, metadata).unwrap();
    card.edit_state(|state_| {
        for profile in &mut state_.profiles {
            if profile.aid == aid {
                profile.state = state;
            }
        }
    })
    .unwrap();
    aid
}

/// A card with the test package enabled.
pub(crate) fn card() -> Card {
    card_with(config(), &package())
}

pub(crate) fn card_with(config: CardConfig, package: &[u8]) -> Card {
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    install(&mut card, package, ProfileState::Enabled);
    card
}

pub(crate) fn send(card: &mut Card, command: &str) -> String {
    let command = hex::decode(command.replace(' ', "")).unwrap();
    hex::encode_upper(card.transmit(&command))
}

/// Sends commands and compares the answers. `*` at the end of an expectation stands for any bytes,
/// then the status word.
#[track_caller]
pub(crate) fn answers(card: &mut Card, exchanges: &[(&str, &str)]) {
    for (command, expected) in exchanges {
        let answer = send(card, command);
        let expected = expected.replace(' ', "");
        match expected.split_once('*') {
            Some((start, status)) => assert!(
                answer.starts_with(start) && answer.ends_with(status),
                "answer to {command}: expected {expected}, got {answer}"
            ),
            None => assert_eq!(answer, expected, "answer to {command}"),
        }
    }
}

/// SELECT of the USIM without data.
pub(crate) fn usim() -> String {
    format!("00A4040C10 {USIM}")
}
