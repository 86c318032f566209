// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card inside another program: made, asked for its EID, given a profile, read.
//!
//! `cargo run -p veuicc --example embed -- PACKAGE.der`; without a package, one of the tests is taken.

use std::error::Error;

use rsp::env::SeededEnv;
use rsp::sgp22::{
    EnableProfileRequest, EnableProfileRequestProfileIdentifier, EnableProfileResponse,
    GetEuiccDataRequest, GetEuiccDataResponse,
};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig, Metadata};

fn main() -> Result<(), Box<dyn Error>> {
    // the same seed gives the same PKI and the same random numbers on every run
    let pki = certs::Pki::seeded(1)?;
    let config = CardConfig::from_pki(&pki, certs::TEST_EID)?;
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));

    // a profile as a fixture; a download would go through the terminal below
    let package = package()?;
    let metadata = Metadata::of_package(&package)?;
    let iccid = metadata.iccid.clone();
    card.install_profile(&package, metadata)?;

    // the terminal does what an IPA's card layer does: channel, blocks, GET RESPONSE, REFRESH
    let mut terminal = Terminal::open(card, TerminalOptions::default())?;
    let request = rsp::der::encode(&GetEuiccDataRequest {
        tag_list: [0x5A].into(),
        additions: rsp::raw::Additions::none(),
    })?;
    let answer: GetEuiccDataResponse = rsp::der::decode(&terminal.es10(&request)?)?;
    println!("EID      {}", hex::encode(&*answer.eid_value));

    let iccid = <[u8; 10]>::try_from(iccid).map_err(|_| "an iccid has 10 bytes")?;
    let request = rsp::der::encode(&EnableProfileRequest {
        profile_identifier: EnableProfileRequestProfileIdentifier::Iccid(iccid.into()),
        refresh_flag: true,
        target_esim_port: None,
        additions: rsp::raw::Additions::none(),
    })?;
    let answer: EnableProfileResponse = rsp::der::decode(&terminal.es10(&request)?)?;
    println!("enabled  {:?}", answer.enable_result);

    // the card itself is bytes in, bytes out: SELECT EF.ICCID by path, READ BINARY
    let card = terminal.card();
    card.transmit(&[0x00, 0xA4, 0x08, 0x0C, 2, 0x2F, 0xE2]);
    let content = card.transmit(&[0x00, 0xB0, 0x00, 0x00, 10]);
    let (content, status_word) = content.split_at(content.len().saturating_sub(2));
    let (content, status_word) = (hex::encode(content), hex::encode(status_word));
    println!("EF.ICCID {content}, status word {status_word}");
    Ok(())
}

fn package() -> Result<Vec<u8>, Box<dyn Error>> {
    if let Some(path) = std::env::args_os().nth(1) {
        return Ok(std::fs::read(path)?);
    }
    let text = include_str!("../tests/uicc/package.yaml");
    let elements: Vec<serde_json::Value> = serde_saphyr::from_str(text)?;
    Ok(rsp::package::build(&elements)?)
}
