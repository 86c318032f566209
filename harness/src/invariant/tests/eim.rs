// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eIM hands out, acknowledges and relays.

use rsp::association::token_tlv;
use rsp::schema;

use super::*;

/// What differs from a right package.
#[derive(Clone, Copy)]
struct Package {
    eim_id: &'static str,
    eid: &'static str,
    counter: i64,
    token: Option<i64>,
    iccid: &'static str,
}

const RIGHT: Package = Package {
    eim_id: EIM,
    eid: EID,
    counter: 5,
    token: Some(200),
    iccid: "98001032547698103214",
};

fn hands_out(bench: &mut Bench, package: Package) -> Option<&'static str> {
    hands_out_list(
        bench,
        package,
        &json!({ "psmoList": [{ "enable": { "iccid": package.iccid } }] }),
    )
}

fn hands_out_list(bench: &mut Bench, package: Package, list: &Value) -> Option<&'static str> {
    hands_out_as(bench, package, list, None)
}

fn hands_out_as(
    bench: &mut Bench,
    package: Package,
    list: &Value,
    transaction: Option<&str>,
) -> Option<&'static str> {
    bench.polls();
    let mut signed = json!({
        "eimId": package.eim_id,
        "eidValue": package.eid,
        "counterValue": package.counter,
        "euiccPackage": list,
    });
    if let Some(transaction) = transaction {
        signed["eimTransactionId"] = json!(transaction);
    }
    let mut input = schema::from_value("EuiccPackageSigned", &signed).unwrap();
    input.extend(token_tlv(package.token));
    let value = json!({ "euiccPackageRequest": {
        "euiccPackageSigned": signed,
        "eimSignature": hex::encode(key().sign(&input)),
    }});
    bench.answers(Interface::Esipa, "getEimPackageResponse", &value)
}

#[test]
fn a_package_is_for_who_asked_from_who_is_known() {
    let mut bench = Bench::new(RoleName::Eim);
    assert_eq!(hands_out(&mut bench, RIGHT), None);
    let eid = OTHER_EID;
    let other = hands_out(&mut bench, Package { eid, ..RIGHT });
    assert_eq!(other, Some("package-of"));
    let eim_id = "eim9.test.example";
    let other = hands_out(&mut bench, Package { eim_id, ..RIGHT });
    assert_eq!(other, Some("package-of"));
}

#[test]
fn counters_rise() {
    let mut bench = Bench::new(RoleName::Eim);
    let package = |counter, iccid| Package {
        counter,
        iccid,
        ..RIGHT
    };
    let (one, two) = ("98001032547698103214", "98001032547698103223");
    assert_eq!(hands_out(&mut bench, package(4, one)), Some("counter"));
    let mut bench = Bench::new(RoleName::Eim);
    assert_eq!(hands_out(&mut bench, package(5, one)), None);
    assert_eq!(hands_out(&mut bench, package(5, one)), None, "once more");
    assert_eq!(hands_out(&mut bench, package(5, two)), Some("counter"));
    assert_eq!(hands_out(&mut bench, package(130, two)), None);
    assert_eq!(hands_out(&mut bench, package(6, one)), Some("counter"));
}

#[test]
fn a_package_has_one_enable_and_one_disable_at_most() {
    let mut bench = Bench::new(RoleName::Eim);
    let enable = json!({ "enable": { "iccid": RIGHT.iccid } });
    let disable = json!({ "disable": { "iccid": RIGHT.iccid } });
    let both = json!({ "psmoList": [disable, enable] });
    assert_eq!(hands_out_list(&mut bench, RIGHT, &both), None);
    let twice = json!({ "psmoList": [enable, { "getRAT": {} }, enable] });
    let counter = 6;
    let package = Package { counter, ..RIGHT };
    assert_eq!(
        hands_out_list(&mut bench, package, &twice),
        Some("commands")
    );
}

#[test]
fn a_transaction_has_the_same_commands_whenever_it_goes_out() {
    let mut bench = Bench::new(RoleName::Eim);
    let list = |name: &str| json!({ "psmoList": [{ name: { "iccid": RIGHT.iccid } }] });
    let mut out = |counter, transaction, name: &str| {
        let package = Package { counter, ..RIGHT };
        hands_out_as(&mut bench, package, &list(name), Some(transaction))
    };
    assert_eq!(out(5, "0102", "enable"), None);
    assert_eq!(out(6, "0102", "enable"), None, "a retry");
    assert_eq!(out(7, "0102", "disable"), Some("one-transaction"));
    assert_eq!(out(8, "0103", "disable"), None);
}

#[test]
fn the_signature_is_the_eims_with_its_token() {
    let mut bench = Bench::new(RoleName::Eim);
    assert_eq!(hands_out(&mut bench, RIGHT), None);
    let token = Some(201);
    let counter = 6;
    let wrong = Package {
        token,
        counter,
        ..RIGHT
    };
    assert_eq!(hands_out(&mut bench, wrong), Some("eim-signature"));
}

#[test]
fn after_a_new_association_key_token_and_counter_are_open() {
    let mut bench = Bench::new(RoleName::Eim);
    let eco = json!({ "ecoList": [{ "deleteEim": { "eimId": EIM } }] });
    assert_eq!(hands_out_list(&mut bench, RIGHT, &eco), None);
    let fresh = Package {
        token: Some(1),
        counter: 1,
        ..RIGHT
    };
    assert_eq!(hands_out(&mut bench, fresh), None);
}

fn delivers(bench: &mut Bench, number: i64) {
    let value = json!({ "eidValue": EID, "eimPackageResult": { "euiccPackageResult": {
        "euiccPackageResultSigned": {
            "euiccPackageResultDataSigned": {
                "eimId": EIM,
                "counterValue": 5,
                "seqNumber": number,
                "euiccResult": [{ "enableResult": "ok" }],
            },
            "euiccSignEPR": SIGNATURE,
        },
    }}});
    bench.asks(Interface::Esipa, "provideEimPackageResult", &value);
}

#[test]
fn acknowledged_is_what_came() {
    let mut bench = Bench::new(RoleName::Eim);
    let mut acknowledges = |number| {
        delivers(&mut bench, 7);
        let value = json!({ "eimAcknowledgements": [number] });
        bench.answers(Interface::Esipa, "provideEimPackageResultResponse", &value)
    };
    assert_eq!(acknowledges(7), None);
    assert_eq!(acknowledges(8), Some("acknowledged"));
}

fn authentication(signature: &str, certificate: &[u8]) -> Value {
    json!({ "initiateAuthenticationOkEsipa": {
        "transactionId": "0a",
        "serverSigned1": server_signed(),
        "serverSignature1": signature,
        "euiccCiPKIdentifierToBeUsed": "0102",
        "serverCertificate": { "raw": hex::encode(certificate) },
    }})
}

fn server_signed() -> Value {
    json!({
        "transactionId": "0a",
        "euiccChallenge": "00112233445566778899aabbccddeeff",
        "serverAddress": "smdp1.test.example",
        "serverChallenge": "00112233445566778899aabbccddeeff",
    })
}

#[test]
fn a_signature_of_a_server_that_nobody_sees_is_verified() {
    let pki = certs::Pki::seeded(1).unwrap();
    let own = pki
        .credential(certs::Role::DpAuth, Curve::NistP256)
        .unwrap();
    let signed = schema::from_value("ServerSigned1", &server_signed()).unwrap();
    let right = hex::encode(own.key.sign(&signed));
    for (signature, breach) in [
        (right.as_str(), None),
        (SIGNATURE, Some("server-signature")),
    ] {
        let mut bench = Bench::new(RoleName::Eim);
        let value = json!({ "euiccChallenge": "00112233445566778899aabbccddeeff" });
        bench.asks(
            Interface::Esipa,
            "initiateAuthenticationRequestEsipa",
            &value,
        );
        let value = authentication(signature, &own.certificate);
        let name = "initiateAuthenticationResponseEsipa";
        assert_eq!(bench.answers(Interface::Esipa, name, &value), breach);
    }
}

/// What messages of an eIM break, one for each of its rules.
pub(super) fn broken() -> Vec<Option<&'static str>> {
    let package = |package| hands_out(&mut Bench::new(RoleName::Eim), package);
    let acknowledgement = json!({ "eimAcknowledgements": [8] });
    let mut bench = Bench::new(RoleName::Eim);
    delivers(&mut bench, 7);
    let name = "provideEimPackageResultResponse";
    let acknowledges = bench.answers(Interface::Esipa, name, &acknowledgement);
    let pki = certs::Pki::seeded(1).unwrap();
    let own = pki
        .credential(certs::Role::DpAuth, Curve::NistP256)
        .unwrap();
    let mut bench = Bench::new(RoleName::Eim);
    let challenge = json!({ "euiccChallenge": "00112233445566778899aabbccddeeff" });
    let name = "initiateAuthenticationRequestEsipa";
    bench.asks(Interface::Esipa, name, &challenge);
    let forged = authentication(SIGNATURE, &own.certificate);
    let name = "initiateAuthenticationResponseEsipa";
    let one = json!({ "psmoList": [{ "enable": { "iccid": RIGHT.iccid } }] });
    let other = json!({ "psmoList": [{ "delete": { "iccid": RIGHT.iccid } }] });
    let two = json!({ "psmoList": [one["psmoList"][0], one["psmoList"][0]] });
    let mut twice = Bench::new(RoleName::Eim);
    hands_out_as(&mut twice, RIGHT, &one, Some("01"));
    let next = Package {
        counter: 6,
        ..RIGHT
    };
    vec![
        hands_out_list(&mut Bench::new(RoleName::Eim), RIGHT, &two),
        hands_out_as(&mut twice, next, &other, Some("01")),
        package(Package {
            eid: OTHER_EID,
            ..RIGHT
        }),
        package(Package {
            counter: 4,
            ..RIGHT
        }),
        package(Package {
            token: Some(201),
            ..RIGHT
        }),
        acknowledges,
        bench.answers(Interface::Esipa, name, &forged),
    ]
}
