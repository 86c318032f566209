// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards with an enabled TS.48 profile, as published or with other authentication parameters.

use std::path::PathBuf;

use certs::{Pki, TEST_EID};
use rsp::asn1::OctetString;
use rsp::der::{decode_first, encode};
use rsp::env::SeededEnv;
use rsp::pe::{AlgoParameter, PeAkaParameter, PeAkaParameterAlgoConfiguration, ProfileElement};
use veuicc::{Card, CardConfig, InstallError, Metadata, ProfileState};

/// AIDs of the applications of the profile.
pub(crate) const USIM: &str = "A0000000871002FF49FF0589";
pub(crate) const ISIM: &str = "A0000000871004";
/// K of the profile (TS 34.108 §8.2).
pub(crate) const K: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// The four published packages.
const PACKAGES: [&str; 4] = [
    "saip2.3-bertlv-suci.der",
    "saip2.3-bertlv-suci-noramrfm.der",
    "saip2.3-nobertlv.der",
    "saip2.3-nobertlv-noramrfm.der",
];

/// The published packages as they are, by name.
pub(crate) fn packages() -> Vec<(&'static str, Vec<u8>)> {
    let read = |name| Some((name, read(name)?));
    PACKAGES.into_iter().filter_map(read).collect()
}

fn read(name: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/profiles/ts48-v7.0")
        .join(name);
    let package = std::fs::read(&file).ok();
    if package.is_none() {
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "{} is missing", file.display());
        println!("left out: {} is missing", file.display());
    }
    package
}

/// The first published package with its elements changed.
pub(crate) fn package(change: impl FnMut(&mut ProfileElement)) -> Option<Vec<u8>> {
    let mut elements = elements(&read(PACKAGES[0])?);
    elements.iter_mut().for_each(change);
    let encoded = elements.iter().flat_map(|element| encode(element).unwrap());
    Some(encoded.collect())
}

fn elements(mut package: &[u8]) -> Vec<ProfileElement> {
    let mut elements = Vec::new();
    while !package.is_empty() {
        let (element, rest) = decode_first(package).unwrap();
        elements.push(element);
        package = rest;
    }
    elements
}

/// The package with other AKA parameters; `change` gets the number of the element, from 0 (USIM).
pub(crate) fn with_parameters(
    mut change: impl FnMut(usize, &mut PeAkaParameter),
) -> Option<Vec<u8>> {
    let mut count = 0;
    package(|element| {
        if let ProfileElement::AkaParameter(parameter) = element {
            change(count, parameter);
            count += 1;
        }
    })
}

/// The members of an algorithm's parameters, to be changed.
pub(crate) fn algorithm(element: &mut PeAkaParameter) -> &mut AlgoParameter {
    match &mut element.algo_configuration {
        PeAkaParameterAlgoConfiguration::AlgoParameter(parameter) => parameter,
        PeAkaParameterAlgoConfiguration::MappingParameter(_) => panic!("the package maps"),
    }
}

pub(crate) fn octets(bytes: &[u8]) -> OctetString {
    OctetString::from(bytes.to_vec())
}

/// A card without a profile.
pub(crate) fn empty_card() -> Card {
    static CONFIG: std::sync::OnceLock<CardConfig> = std::sync::OnceLock::new();
    let config = CONFIG
        .get_or_init(|| CardConfig::from_pki(&Pki::seeded(1).unwrap(), TEST_EID).unwrap())
        .clone();
    Card::new(config, Box::new(SeededEnv::new(1, "card")))
}

/// Installs a package under the ICCID of its header.
pub(crate) fn install(card: &mut Card, package: &[u8]) -> Result<Vec<u8>, InstallError> {
    let Some(ProfileElement::Header(header)) = elements(package).into_iter().next() else {
        panic!("a package begins with its header");
    };
    let iccid: [u8; 10] = header.iccid.as_ref().try_into().unwrap();
    let metadata = Metadata::for_iccid(&iccid.map(|byte| byte.rotate_left(4)), "TS.48");
    card.install_profile(package, metadata)
}

/// A card with `package` enabled.
pub(crate) fn card(package: &[u8]) -> Card {
    let mut card = empty_card();
    install(&mut card, package).unwrap();
    card.edit_state(|state| {
        for profile in &mut state.profiles {
            profile.state = ProfileState::Enabled;
        }
    })
    .unwrap();
    card
}

/// Sends a command and splits data and status word of the answer.
pub(crate) fn send(card: &mut Card, command: &str) -> (Vec<u8>, u16) {
    let mut answer = card.transmit(&hex::decode(command.replace(' ', "")).unwrap());
    let status = answer.split_off(answer.len() - 2);
    (answer, u16::from_be_bytes(status.try_into().unwrap()))
}

/// Sends a command that has to be answered with this status word and returns the data.
#[track_caller]
pub(crate) fn expect(card: &mut Card, command: &str, status: u16) -> Vec<u8> {
    let (data, seen) = send(card, command);
    assert_eq!(
        seen, status,
        "{command}: expected {status:04X}, saw {seen:04X}"
    );
    data
}

/// Selects an application by its AID, or the beginning of it.
pub(crate) fn select(card: &mut Card, aid: &str) {
    let length = aid.len() / 2;
    expect(card, &format!("00A4040C {length:02X} {aid}"), 0x9000);
}
