// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of encoding: the same said in other bytes.

use rsp::asn1::OctetString;
use rsp::sgp32::*;
use rsp::tlv::{Tlv, walk};
use veuicc::Metadata;

use crate::fixture::{Eim, enable, enable_with_rollback, iccid, list, metadata, verify};
use crate::rig::{bench, card, card_with_profiles, es10, install, select};

/// The answer of a card with keys to one request.
fn answer(keys: &str, request: &str) -> String {
    let mut card = card(keys);
    select(&mut card);
    es10(&mut card, request)
}

#[test]
fn sign_over_ber() {
    for sign in [false, true] {
        let keys = format!(
            "{{sign_over_ber: {sign}, len_form: long, bool_true: '01', inject_unknown: true}}"
        );
        let mut bench = bench(&keys);
        let package = bench.eim.package(EuiccPackage::PsmoList(vec![list()]));
        let request = bench.eim.request(package);
        let answer = bench.terminal.es10(&request).unwrap();
        // BF51, A0, and in it the data and their signature
        let arm = Tlv::only(Tlv::only(&answer).unwrap().value).unwrap();
        let mut members = walk(arm.value).map(Result::unwrap);
        let (data, signature) = (members.next().unwrap(), members.next().unwrap());
        verify(&bench.eim, data.raw, &OctetString::from(signature.value));
        let is_der = rsp::schema::decode("EuiccPackageResultDataSigned", data.raw)
            .unwrap()
            .is_faithful();
        assert_eq!(is_der, !sign);
        assert_eq!(
            data.raw.ends_with(&[0x9E, 0x81, 1, 0]) || data.raw.ends_with(&[0x9E, 1, 0]),
            sign
        );
        // whoever decodes BER reads the same result
        let result: EuiccPackageResult = rsp::der::decode(&answer).unwrap();
        assert!(matches!(
            result,
            EuiccPackageResult::EuiccPackageResultSigned(_)
        ));
    }
}

#[test]
fn len_form() {
    let der = answer("{}", "BF3E035C015A");
    assert!(der.starts_with("BF3E125A10"), "{der}");
    let long = answer("{len_form: long}", "BF3E035C015A");
    assert!(long.starts_with("BF3E81135A8110"), "{long}");
}

#[test]
fn bool_true() {
    for (key, octet) in [("'FF'", "FF"), ("'01'", "01")] {
        let mut card = card(&format!("{{bool_true: {key}}}"));
        let metadata = Metadata {
            ecall_indication: Some(true),
            ..metadata(1)
        };
        install(&mut card, [metadata]);
        select(&mut card);
        let list = es10(&mut card, "BF2D00");
        assert!(list.contains(&format!("9F7B01{octet}")), "{list}");
    }
}

#[test]
fn nonminimal_int() {
    // SetNickname of a profile that is not there
    let request = format!("BF290E5A0A{}9000", hex::encode(iccid(9)));
    assert_eq!(answer("{}", &request), "BF29038001019000");
    assert_eq!(
        answer("{nonminimal_int: true}", &request),
        "BF2904800200019000"
    );
}

#[test]
fn unsigned_int() {
    for (key, number) in [(false, "80020080"), (true, "800180")] {
        let mut card = card_with_profiles(&format!("{{unsigned_int: {key}, seq_start: 128}}"));
        crate::rig::enable(&mut card, 2, false);
        let list = es10(&mut card, "BF2800");
        assert!(list.contains(&format!("{number}8102")), "{list}");
    }
}

#[test]
fn bitstring() {
    for (key, enabled) in [("der", "81020640"), ("trailing_zeros", "81020040")] {
        let mut card = card_with_profiles(&format!("{{bitstring: {key}}}"));
        crate::rig::enable(&mut card, 2, false);
        let list = es10(&mut card, "BF2800");
        assert!(list.contains(enabled), "{list}");
    }
}

#[test]
fn null_form() {
    let request = AddInitialEimRequest {
        eim_configuration_data_list: vec![Eim::new("eim1").configuration()],
        additions: rsp::raw::Additions::none(),
    };
    let request = hex::encode(rsp::der::encode(&request).unwrap());
    assert_eq!(answer("{}", &request), "BF5704A00205009000");
    assert_eq!(
        answer("{null_form: empty_sequence}", &request),
        "BF5704A00230009000"
    );
}

#[test]
fn inject_unknown() {
    let request = "BF3E035C015A";
    let whole = answer("{inject_unknown: true}", request);
    assert!(
        whole.starts_with("BF3E155A10") && whole.ends_with("9E01009000"),
        "{whole}"
    );
    // every SEQUENCE, but nothing that is signed
    let mut bench = bench("{inject_unknown: true}");
    bench.psmo(vec![enable(2)]);
    let lists = bench.terminal.es10(&[0xBF, 0x28, 0]).unwrap();
    let members = hex::encode(lists).matches("9e0100").count();
    assert_eq!(members, 2);
}

#[test]
fn double_choice_tag() {
    for (key, result) in [(false, vec![0xA0]), (true, vec![0xBF, 0x51])] {
        let mut bench = bench(&format!("{{double_choice_tag: {key}}}"));
        bench.psmo(vec![enable_with_rollback(2)]);
        let answer = bench.terminal.es10(&hex::decode("BF5803800100").unwrap());
        let answer = answer.unwrap();
        let content = Tlv::only(&answer).unwrap().value;
        let members: Vec<_> = walk(content).map(Result::unwrap).collect();
        assert_eq!(members[0].raw, [2, 1, 0]);
        assert!(
            members[1].value.starts_with(&result),
            "{}",
            hex::encode(&answer)
        );
    }
}
