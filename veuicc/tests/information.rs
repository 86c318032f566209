// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the card tells and what a terminal may set, through a terminal on a logical channel.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use certs::{Curve, Pki, TEST_EID};
use rsp::asn1::OctetString;
use rsp::env::SeededEnv;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::*;
use veuicc::coverage::Recorder;
use veuicc::terminal::{Terminal, TerminalError, TerminalOptions};
use veuicc::{Card, CardConfig};

fn pki() -> Pki {
    Pki::seeded(1).unwrap()
}

fn terminal(options: TerminalOptions) -> Terminal<Card> {
    let mut config = CardConfig::from_pki(&pki(), TEST_EID).unwrap();
    config.default_dp_address = Some("smdp.example.com".to_owned());
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    card.set_tap(Box::new(Recorder::new(temporary, env!("CARGO_CRATE_NAME"))));
    Terminal::open(card, options).unwrap()
}

fn es10<Q: rasn::Encode, A: rasn::Decode>(terminal: &mut Terminal<Card>, request: &Q) -> A {
    let response = terminal.es10(&rsp::der::encode(request).unwrap()).unwrap();
    rsp::der::decode(&response).unwrap()
}

#[test]
fn every_block_size_and_channel_gives_the_same_eid() {
    let request = GetEuiccDataRequest {
        tag_list: [0x5A].into(),
        additions: Additions::none(),
    };
    for (block_size, channel) in [(1, None), (3, Some(3)), (120, Some(4)), (255, Some(19))] {
        let options = TerminalOptions {
            block_size,
            channel,
            ..TerminalOptions::default()
        };
        let mut terminal = terminal(options);
        let response: GetEuiccDataResponse = es10(&mut terminal, &request);
        assert_eq!(*response.eid_value, TEST_EID);
    }
}

#[test]
fn another_data_object_than_the_eid_cannot_be_asked_for() {
    let mut terminal = terminal(TerminalOptions::default());
    let error = terminal.es10(&[0xBF, 0x3E, 3, 0x5C, 1, 0x5B]).unwrap_err();
    assert!(matches!(error, TerminalError::Status { status, .. } if status.0 == 0x6A80));
}

#[test]
fn euicc_info_names_the_cis_and_the_iot_version() {
    let mut terminal = terminal(TerminalOptions::default());
    let info1: EuiccInfo1 = es10(&mut terminal, &GetEuiccInfo1Request::default());
    let info2: Sgp32EuiccInfo2 = es10(&mut terminal, &GetEuiccInfo2Request::default());
    let cis: Vec<_> = pki()
        .curves()
        .map(|curve| pki().ci_key_id(curve).unwrap())
        .collect();
    let ids = |list: &[SubjectKeyIdentifier]| list.iter().map(|id| id.to_vec()).collect::<Vec<_>>();
    assert_eq!(ids(&info1.euicc_ci_pk_id_list_for_signing), cis);
    assert_eq!(ids(&info2.euicc_ci_pk_id_list_for_verification), cis);
    assert_eq!(info2.ipa_mode, Some(IpaMode::IPAD));
    let iot = info2.iot_specific_info.unwrap();
    assert_eq!(iot.iot_version, [VersionType::from([1, 2, 0])]);
}

#[test]
fn certificates_come_by_ci_key_identifier_whole_or_truncated() {
    let mut terminal = terminal(TerminalOptions::default());
    let id = pki().ci_key_id(Curve::BrainpoolP256r1).unwrap();
    let mut ask = |id: Option<Vec<u8>>| -> GetCertsResponse {
        let request = GetCertsRequest {
            euicc_ci_pk_id: id.map(SubjectKeyIdentifier::from),
            additions: Additions::none(),
        };
        es10(&mut terminal, &request)
    };
    let whole = ask(Some(id.clone()));
    assert!(matches!(whole, GetCertsResponse::Certs(_)), "{whole:?}");
    assert_eq!(ask(Some(id.into_iter().take(5).collect())), whole);
    let first = ask(None);
    assert_ne!(first, whole);
    assert_eq!(ask(Some(pki().ci_key_id(Curve::NistP256).unwrap())), first);
    let unknown = GetCertsResponseGetCertsError::INVALID_CI_PK_ID;
    assert_eq!(
        ask(Some(vec![0xEE; 20])),
        GetCertsResponse::GetCertsError(unknown)
    );
}

#[test]
fn the_default_address_is_set_by_either_function_and_removed_by_an_empty_one() {
    let mut terminal = terminal(TerminalOptions::default());
    let get = |terminal: &mut Terminal<Card>| {
        let request = EuiccConfiguredAddressesRequest::default();
        let response: EuiccConfiguredAddressesResponse = es10(terminal, &request);
        assert_eq!(response.root_ds_address, "testrootsmds.example.com");
        response.default_dp_address
    };
    assert_eq!(get(&mut terminal).as_deref(), Some("smdp.example.com"));
    let of_lpa = SetDefaultDpAddressRequest {
        default_dp_address: "one.example.com".to_owned(),
        allowed_ci_pk_id: None,
        additions: Additions::none(),
    };
    let response: SetDefaultDpAddressResponse = es10(&mut terminal, &of_lpa);
    assert_eq!(response.set_default_dp_address_result.0, 0);
    assert_eq!(get(&mut terminal).as_deref(), Some("one.example.com"));
    let mut set = |address: String| {
        let of_ipa = Sgp32SetDefaultDpAddressRequest {
            default_dp_address: address,
            additions: Additions::none(),
        };
        let response: Sgp32SetDefaultDpAddressResponse = es10(&mut terminal, &of_ipa);
        let address = get(&mut terminal);
        (response.set_default_dp_address_result.0, address)
    };
    assert_eq!(
        set("two.example.com".to_owned()),
        (0, Some("two.example.com".to_owned()))
    );
    assert_eq!(
        set("x".repeat(256)),
        (127, Some("two.example.com".to_owned()))
    );
    assert_eq!(set(String::new()), (0, None));
}

#[test]
fn the_rules_authorisation_table_allows_every_operator() {
    let mut terminal = terminal(TerminalOptions::default());
    let response: GetRatResponse = es10(&mut terminal, &GetRatRequest::default());
    let [rule] = response.rat.as_slice() else {
        panic!("{:?}", response.rat)
    };
    assert_eq!(rule.ppr_ids, PprIds::of(&[PprIds::PPR1, PprIds::PPR2]));
    assert_eq!(
        rule.allowed_operators.first().unwrap().mcc_mnc,
        OctetString::from([0xEE; 3])
    );
}

#[test]
fn a_challenge_is_never_the_same() {
    let mut terminal = terminal(TerminalOptions::default());
    let mut ask = || -> GetEuiccChallengeResponse {
        es10(&mut terminal, &GetEuiccChallengeRequest::default())
    };
    assert_ne!(ask().euicc_challenge, ask().euicc_challenge);
}
