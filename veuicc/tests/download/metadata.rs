// SPDX-License-Identifier: MIT OR Apache-2.0
//! StoreMetadata (SGP.22 §5.5.3).

use rsp::asn1::OctetString;
use rsp::ecdsa::Curve;
use rsp::sgp22::*;
use veuicc::Capabilities;
use veuicc::terminal::{Terminal, TerminalOptions};

use crate::common::*;
use crate::result::{expect_error, expect_success, load_fails};

pub(crate) fn with_metadata(change: impl FnOnce(&mut StoreMetadataRequest)) -> Package {
    let mut request = metadata();
    change(&mut request);
    Package {
        metadata: rsp::der::encode(&request).unwrap(),
        ..Package::new()
    }
}

#[test]
fn metadata_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::STORE_METADATA;
    let fails = |package: Package, reason| {
        load_fails(|server, otpk| server.bind(otpk, &package), command, reason)
    };
    fails(
        with_metadata(|metadata| metadata.profile_class = Some(ProfileClass(9))),
        Reason::UNSUPPORTED_PROFILE_CLASS,
    );
    fails(
        with_metadata(|metadata| metadata.service_provider_name = "x".repeat(33)),
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        with_metadata(|metadata| metadata.icon = Some(OctetString::from([1, 2, 3]))),
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        Package {
            metadata: vec![0xBF, 0x25, 0x00],
            ..Package::new()
        },
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        // a rule without an owner is in no entry of the table
        with_metadata(|metadata| {
            metadata.profile_policy_rules = Some(PprIds::of(&[PprIds::PPR1]));
        }),
        Reason::PPR_NOT_ALLOWED,
    );
}

#[test]
fn a_policy_rule_is_installed_when_the_table_has_it_for_the_owner() {
    let package = with_metadata(|metadata| {
        metadata.profile_policy_rules = Some(PprIds::of(&[PprIds::PPR1, PprIds::PPR2]));
        metadata.profile_owner = Some(OperatorId {
            mcc_mnc: OctetString::from([0x62, 0xF2, 0x10]),
            gid1: None,
            gid2: None,
            additions: rsp::raw::Additions::none(),
        });
    });
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &package);
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    let rules = terminal.card().profiles()[0].policy_rules();
    assert!(rules.ppr1 && rules.ppr2 && !rules.update_control);
}

#[test]
fn the_same_iccid_is_not_installed_twice() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    for round in 0..2 {
        let otpk = prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &Package::new());
        let response = terminal.load_bound_profile_package(&bpp).unwrap();
        if round == 0 {
            expect_success(&response);
        } else {
            let reason = ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_ALREADY_EXISTS_ON_EUICC;
            expect_error(&response, BppCommandId::STORE_METADATA, reason);
        }
    }
    assert_eq!(terminal.card().profiles().len(), 1);
}

#[test]
fn a_second_profile_may_not_forbid_its_disabling() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    let otpk = prepare(&mut terminal, &server, None);
    let package = with_metadata(|metadata| {
        metadata.iccid = [0x98; 10].into();
        metadata.profile_policy_rules = Some(PprIds::of(&[PprIds::PPR1]));
        metadata.profile_owner = Some(OperatorId {
            mcc_mnc: OctetString::from([0x62, 0xF2, 0x10]),
            gid1: None,
            gid2: None,
            additions: rsp::raw::Additions::none(),
        });
    });
    let bpp = server.bind(&otpk, &package);
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let reason = ErrorReason::PPR_NOT_ALLOWED;
    expect_error(&response, BppCommandId::STORE_METADATA, reason);
}

#[test]
fn a_card_without_test_profiles_takes_none() {
    let mut config = config();
    config.capabilities = Capabilities {
        test_profiles: false,
        ..Capabilities::default()
    };
    let options = TerminalOptions::default();
    let mut terminal = Terminal::open(card_of(config), options).unwrap();
    let server = Server::new(Curve::NistP256);
    let otpk = prepare(&mut terminal, &server, None);
    let package = with_metadata(|metadata| metadata.profile_class = Some(ProfileClass::TEST));
    let bpp = server.bind(&otpk, &package);
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let reason = ErrorReason::UNSUPPORTED_PROFILE_CLASS;
    expect_error(&response, BppCommandId::STORE_METADATA, reason);
}
