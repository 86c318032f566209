// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same files over APDUs, as a terminal reads them from a card with the profile enabled.

use rsp::env::SeededEnv;
use veuicc::uicc::image::{EfId, Entry, Structure};
use veuicc::{Card, CardConfig, Metadata, ProfileState, ResponseMode};

use crate::comparison::condition;
use crate::structure::Documented;
use crate::{Case, find, iccid};

/// What READ BINARY takes at once.
const BLOCK: usize = 0xF0;

fn card(case: &Case) -> Card {
    let config = CardConfig {
        eid: [0x89; 16],
        trusted_cis: Vec::new(),
        credentials: Vec::new(),
        default_dp_address: None,
        root_ds_address: "ds.example.com".to_owned(),
        channels: 20,
        response_mode: Some(ResponseMode::Direct),
        memory: 0x10_0000,
        rules_authorisation_table: Vec::new(),
        capabilities: veuicc::Capabilities::default(),
        personality: veuicc::Personality::spec(),
    };
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let metadata = Metadata::for_iccid(&iccid(&case.package), "TS.48");
    card.install_profile(&case.package, metadata).unwrap();
    card.edit_state(|state| {
        for profile in &mut state.profiles {
            profile.state = ProfileState::Enabled;
        }
    })
    .unwrap();
    card
}

/// Data and status word.
fn send(card: &mut Card, command: &str) -> (Vec<u8>, u16) {
    let command = hex::decode(command.replace(' ', "")).unwrap();
    let mut answer = card.transmit(&command);
    let status = answer.split_off(answer.len() - 2);
    let status = <[u8; 2]>::try_from(status).unwrap();
    (answer, u16::from_be_bytes(status))
}

#[track_caller]
fn done(card: &mut Card, command: &str) -> Vec<u8> {
    let (data, status) = send(card, command);
    assert_eq!(status, 0x9000, "{command}");
    data
}

/// Selects a file by its path in the sheet.
fn select(card: &mut Card, path: &str) {
    let (start, rest) = path.split_once('/').unwrap();
    let aid = match start {
        "USIM" => "A0000000871002",
        "ISIM" => "A0000000871004",
        "CSIM" => "A0000003431002",
        _ => "",
    };
    let mut path = rest.replace('/', "");
    if !aid.is_empty() {
        done(card, &format!("00A4040C {:02X} {aid}", aid.len() / 2));
        path.insert_str(0, "7FFF");
    }
    done(card, &format!("00A4080C {:02X} {path}", path.len() / 2));
}

/// Reads the selected file whole.
fn read(card: &mut Card, structure: Structure) -> Result<Vec<u8>, u16> {
    let mut body = Vec::new();
    let mut take = |card: &mut Card, command: String| {
        let (data, status) = send(card, &command);
        body.extend_from_slice(&data);
        if status == 0x9000 {
            Ok(())
        } else {
            Err(status)
        }
    };
    if let Some(records) = structure.records() {
        for number in 1..=records.count {
            take(card, format!("00B2 {number:02X} 04 {:02X}", records.length))?;
        }
        return Ok(body);
    }
    let size = structure.size() as usize;
    for at in (0..size).step_by(BLOCK) {
        let length = BLOCK.min(size - at);
        take(card, format!("00B0 {at:04X} {length:02X}"))?;
    }
    Ok(body)
}

/// Reads one file and compares it; false when its rule does not let anyone read it.
fn compare(case: &Case, card: &mut Card, file: &Documented, id: EfId) -> bool {
    let ef = case.image.ef(id).unwrap();
    select(card, &file.path);
    let rule = case.image.access_rule(ef.parent, ef.security).unwrap();
    let seen = read(card, ef.structure);
    if condition(&rule, 0x01) == "NEVER" {
        assert_eq!(seen, Err(0x6982), "{}: {}", case.name, file.path);
        return false;
    }
    let expected = Ok(hex::encode(case.image.body(id)));
    assert_eq!(
        seen.map(hex::encode),
        expected,
        "{}: {}",
        case.name,
        file.path
    );
    true
}

#[test]
fn every_readable_file_is_read_over_apdus() {
    for case in crate::cases() {
        let mut card = card(&case);
        // PIN 1 is disabled; the administrative code is for the whole card
        done(&mut card, "0020000A08 3535353535353535");
        let mut read = 0;
        for file in &case.files {
            let Some(Entry::Ef(id)) = find(&case.image, &file.path) else {
                continue;
            };
            let structure = case.image.ef(id).unwrap().structure;
            if !matches!(structure, Structure::BerTlv { .. }) {
                read += usize::from(compare(&case, &mut card, file, id));
            }
        }
        println!("{}: {read} files read", case.name);
        assert!(read > 220, "{}: {read} files read", case.name);
    }
}
