// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card reads every profile package of GSMA TS.48 v7.0.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::PathBuf;

use rsp::env::SeededEnv;
use rsp::tlv::{Tag, Tlv};
use veuicc::{Card, CardConfig, InstallError, Metadata, ResponseMode};

/// The packages, beside the checkout; nothing where they are not, which CI does not accept.
fn packages() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        eprintln!("left out: {} is missing", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "der"));
    files.sort();
    assert_eq!(files.len(), 4, "{files:?}");
    files
}

fn card() -> Card {
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
    Card::new(config, Box::new(SeededEnv::new(1, "card")))
}

/// ICCID of the profile header, nibbles swapped as in EF.ICCID.
fn iccid(package: &[u8]) -> [u8; 10] {
    let (header, _) = Tlv::read(package).unwrap();
    let iccid = header.child(Tag::new(0x83)).unwrap().value;
    <[u8; 10]>::try_from(iccid)
        .unwrap()
        .map(|byte| byte.rotate_left(4))
}

#[test]
fn every_package_of_ts48_is_read_and_kept_as_it_came() {
    for file in packages() {
        let package = std::fs::read(&file).unwrap();
        let metadata = Metadata::for_iccid(&iccid(&package), "TS.48");
        let mut card = card();
        card.install_profile(&package, metadata.clone())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(card.profiles()[0].profile_elements, package);
        let again = card.install_profile(&package, metadata);
        assert!(
            matches!(again, Err(InstallError::IccidExists(_))),
            "{again:?}"
        );
    }
}

#[test]
fn a_damaged_package_is_refused_with_the_element_that_is_wrong() {
    for file in packages() {
        let package = std::fs::read(&file).unwrap();
        let metadata = Metadata::for_iccid(&iccid(&package), "TS.48");
        let (header, _) = Tlv::read(&package).unwrap();
        let mut damaged = package.clone();
        // the element behind the header becomes one that does not exist
        damaged[header.raw.len()] = 0xE7;
        let error = card().install_profile(&damaged, metadata).unwrap_err();
        assert!(error.to_string().contains("profile element 2 "), "{error}");
    }
}

#[test]
fn the_profiles_of_the_test_cases_can_be_installed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testcases/fixtures/profiles");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut subscriptions = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let elements: Vec<serde_json::Value> = serde_saphyr::from_str(&text).unwrap();
        let package = rsp::package::build(&elements).unwrap();
        let metadata = Metadata::for_iccid(&iccid(&package), "test case");
        card()
            .install_profile(&package, metadata)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let image = veuicc::profile::interpret(&package).unwrap();
        if !elements.iter().any(|element| element.get("usim").is_some()) {
            continue;
        }
        subscriptions += 1;
        let adf = image.adfs().next().map(|(id, _)| id);
        let imsi = adf.and_then(|adf| image.ef_in(adf, 0x6F07));
        assert!(imsi.is_some(), "{}: no USIM", file.display());
        assert_eq!(image.akas.len(), 1, "{}", file.display());
    }
    assert!(subscriptions >= 2, "{subscriptions} with a USIM");
}
