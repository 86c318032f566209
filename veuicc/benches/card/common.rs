// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards for the benchmarks.

use std::path::PathBuf;
use std::sync::OnceLock;

use rsp::env::SeededEnv;
use veuicc::profile_tool::{build, with_iccid};
use veuicc::{Card, CardConfig, ISDR_AID, Metadata, ProfileState, Reset};

/// GetEuiccData for the EID, in one block of STORE DATA.
pub(crate) const GET_EID: &[u8] = &[
    0x80, 0xE2, 0x91, 0x00, 0x06, 0xBF, 0x3E, 0x03, 0x5C, 0x01, 0x5A, 0x00,
];

/// SELECT of the ISD-R that asks for no answer.
pub(crate) fn select_isdr() -> Vec<u8> {
    [&[0x00, 0xA4, 0x04, 0x0C, 16], &ISDR_AID[..]].concat()
}

/// A card of the test PKI, fresh from the factory.
pub(crate) fn factory() -> Card {
    static CONFIG: OnceLock<CardConfig> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let pki = certs::Pki::seeded(1).unwrap();
        CardConfig::from_pki(&pki, certs::TEST_EID).unwrap()
    });
    Card::new(config.clone(), Box::new(SeededEnv::new(1, "card")))
}

/// A package of TS.48 where there is one, else one of the repository; and its name.
pub(crate) fn package() -> (&'static str, Vec<u8>) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let published = root.join("../../shared/profiles/ts48-v7.0/saip2.3-bertlv-suci.der");
    let (name, package) = match std::fs::read(published) {
        Ok(package) => ("TS.48", package),
        Err(_) => {
            let own = root.join("../testcases/fixtures/profiles/operational.yaml");
            let text = std::fs::read_to_string(own).unwrap();
            ("operational", build(&text).unwrap())
        }
    };
    let iccid = "8988100000000000015".parse().unwrap();
    (name, with_iccid(&package, &iccid).unwrap())
}

/// A card with that profile enabled.
pub(crate) fn enabled(package: &[u8]) -> Card {
    let mut card = factory();
    let iccid = "8988100000000000015".parse::<rsp::id::Iccid>().unwrap();
    let metadata = Metadata::for_iccid(iccid.as_bytes(), "benchmark");
    card.install_profile(package, metadata).unwrap();
    card.edit_state(|state| {
        for profile in &mut state.profiles {
            profile.state = ProfileState::Enabled;
        }
    })
    .unwrap();
    card.reset(Reset::Cold);
    card
}
