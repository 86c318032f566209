// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages that are made, changed and signed.

use rsp::ecdsa::{Curve, PrivateKey};
use serde_json::json;

use super::*;
use crate::case::{Resign, Signer, parse_node};

const TYPE: &str = "GetEimPackageResponse";

fn package(bindings: &Bindings) -> Vec<u8> {
    let node = parse_node(
        "getEimPackageResponse: {euiccPackageRequest: {euiccPackageSigned: {eimId: eim1, \
         eidValue: '89049032123451234512345678901235', counterValue: 1, \
         euiccPackage: {psmoList: [{enable: {iccid: '98001032547698103214'}}]}}, \
         eimSignature: ''}}",
    )
    .unwrap();
    build(Interface::Esipa, Direction::Response, &node, bindings).unwrap()
}

fn eim() -> EimKey {
    EimKey {
        eim_id: "eim1".to_owned(),
        key: PrivateKey::from_scalar(Curve::NistP256, &[7; 32]).unwrap(),
        association_token: Some(200),
    }
}

#[test]
fn a_package_is_signed_over_itself_and_the_token() {
    let raw = sign_package(TYPE, &package(&Bindings::default()), &eim()).unwrap();
    let tree = schema::decode(TYPE, &raw).unwrap();
    let signed = node(&tree, "euiccPackageSigned").unwrap();
    let signature = node(&tree, "eimSignature").unwrap().contents().to_vec();
    let mut input = signed.raw().to_vec();
    input.extend_from_slice(&[0x84, 0x02, 0x00, 0xC8]);
    eim().key.public_key().verify(&input, &signature).unwrap();
}

#[test]
fn one_place_changes_and_nothing_else() {
    let raw = package(&Bindings::default());
    let changed = set(TYPE, &raw, "counterValue", Some(&Value::from(9))).unwrap();
    assert_eq!(changed.len(), raw.len());
    let differing = raw.iter().zip(&changed).filter(|(a, b)| a != b).count();
    assert_eq!(differing, 1);
    let keys = Keyring {
        eims: vec![eim()],
        ..Keyring::default()
    };
    let resigned = resign(TYPE, &changed, Resign::EimSignature, &keys, None).unwrap();
    assert!(resigned.len() > changed.len());
}

/// What makes a signature again, what it is over, and whose key it is.
#[test]
fn the_card_signs_again_what_was_changed() {
    let card = PrivateKey::from_scalar(Curve::NistP256, &[9; 32]).unwrap();
    let keys = Keyring {
        euicc: Some(card.clone()),
        eims: vec![eim()],
        ..Keyring::default()
    };
    let value = json!({ "euiccPackageResultSigned": {
        "euiccPackageResultDataSigned": {
            "eimId": "eim1", "counterValue": 1, "seqNumber": 1,
            "euiccResult": [{ "enableResult": "ok" }],
        },
        "euiccSignEPR": "00",
    }});
    let ty = "EuiccPackageResult";
    let raw = schema::from_value(ty, &value).unwrap();
    let raw = set(ty, &raw, "counterValue", Some(&2.into())).unwrap();
    let signed = resign(ty, &raw, Resign::EuiccSignEpr, &keys, None).unwrap();
    let tree = schema::decode(ty, &signed).unwrap();
    let mut input = node(&tree, "euiccPackageResultDataSigned")
        .unwrap()
        .raw()
        .to_vec();
    input.extend_from_slice(&[0x84, 0x02, 0x00, 0xC8]);
    let signature = node(&tree, "euiccSignEPR").unwrap().contents();
    card.public_key().verify(&input, signature).unwrap();
    let without = resign(ty, &raw, Resign::EuiccSignEpr, &Keyring::default(), None);
    assert!(without.is_err());
}

#[test]
fn another_signer_is_wrong_in_nothing_but_the_key() {
    let keys = Keyring {
        eims: vec![eim()],
        ..Keyring::default()
    };
    let raw = package(&Bindings::default());
    let signed = sign_as(TYPE, &raw, Signer::Wrong, &keys).unwrap();
    let tree = schema::decode(TYPE, &signed).unwrap();
    let mut input = node(&tree, "euiccPackageSigned").unwrap().raw().to_vec();
    input.extend_from_slice(&[0x84, 0x02, 0x00, 0xC8]);
    let signature = node(&tree, "eimSignature").unwrap().contents();
    assert!(eim().key.public_key().verify(&input, signature).is_err());
    let stranger = PrivateKey::from_scalar(Curve::NistP256, &[0x5A; 32]).unwrap();
    stranger.public_key().verify(&input, signature).unwrap();
    assert!(sign_as(TYPE, &raw, Signer::Eim2, &keys).is_err());
}

#[test]
fn a_path_that_leads_nowhere_is_named() {
    let raw = package(&Bindings::default());
    let error = set(TYPE, &raw, "serverSigned1.serverAddress", None).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("serverSigned1.serverAddress: "),
        "{error}"
    );
}

#[test]
fn kept_messages_go_out_as_they_came() {
    let mut bindings = Bindings::default();
    let raw = vec![0xBF, 0x51, 0x81, 0x00];
    bindings.set(
        "p",
        Bound::Message {
            name: "euiccPackageRequest".to_owned(),
            value: Value::Null,
            raw: raw.clone(),
        },
    );
    let node = parse_node("$p").unwrap();
    assert_eq!(
        build(Interface::Es10b, Direction::Request, &node, &bindings).unwrap(),
        raw
    );
    let unknown = parse_node("$q").unwrap();
    let error = build(Interface::Es10b, Direction::Request, &unknown, &bindings).unwrap_err();
    assert_eq!(error.to_string(), "$q is not known at this point");
}
