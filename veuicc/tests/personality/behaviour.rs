// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of behaviour.

use rsp::asn1::OctetString;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp32::*;
use rsp::tlv::{Tag, Tlv, walk};
use veuicc::terminal::bpp_segments;
use veuicc::{Card, Reset};

use crate::common::{self, Package, Server};
use crate::fixture::{Bench, Eim, enable_with_rollback, iccid, list, metadata, verify};
use crate::rig::{
    bench, card, card_with_profiles, enable as enable_profile, enable_by_aid, enabled, es10,
    install, select, terminal,
};

/// Sends a package and returns its answer.
fn load(bench: &mut Bench, commands: Vec<Psmo>) -> Vec<u8> {
    let package = bench.eim.package(EuiccPackage::PsmoList(commands));
    let request = bench.eim.request(package);
    bench.terminal.es10(&request).unwrap()
}

/// What is inside a TLV.
#[track_caller]
fn inside(bytes: &[u8], tag: u32) -> Vec<u8> {
    let tlv = Tlv::only(bytes).unwrap();
    assert_eq!(tlv.tag, Tag::new(tag), "{}", hex::encode(bytes));
    tlv.value.to_vec()
}

/// The signed data of EuiccPackageResultSigned, and the signature.
fn signed(content: &[u8]) -> (Vec<u8>, OctetString) {
    let mut members = walk(content).map(Result::unwrap);
    let data = members.next().unwrap().raw.to_vec();
    (data, OctetString::from(members.next().unwrap().value))
}

#[test]
fn epr_form() {
    for (key, arm) in [("spec", true), ("bare", false)] {
        let mut bench = bench(&format!("{{epr_form: {key}}}"));
        let answer = load(&mut bench, vec![list()]);
        let mut content = inside(&answer, 0xBF51);
        if arm {
            content = inside(&content, 0xA0);
        }
        let (data, signature) = signed(&content);
        verify(&bench.eim, &data, &signature);
        // the list of results has the same form
        let listed = bench.terminal.es10(&hex::decode("BF2B04A0028200").unwrap());
        assert_eq!(inside(&inside(&listed.unwrap(), 0xBF2B), 0xA2), answer);
    }
}

#[test]
fn bf2d_form() {
    for (key, ok, ongoing) in [
        ("spec", 0xA0, "BF2D0381010B9000"),
        ("sequence", 0x30, "BF2D0381010B9000"),
        ("bare", 0xE3, "BF2D0381010B9000"),
        ("universal_error", 0xA0, "BF2D0302010B9000"),
    ] {
        let keys = format!("{{bf2d_form: {key}, refresh: silent}}");
        let mut card = card_with_profiles(&keys);
        let answer = hex::decode(es10(&mut card, "BF2D00")).unwrap();
        let content = inside(&answer[..answer.len() - 2], 0xBF2D);
        assert_eq!(content[0], ok, "{key}");
        enable_profile(&mut card, 2, true);
        assert_eq!(es10(&mut card, "BF2D00"), ongoing, "{key}");
        // also inside a result, where it is signed
        let mut bench = bench(&keys);
        let answer = load(&mut bench, vec![list()]);
        let (data, signature) = signed(&inside(&inside(&answer, 0xBF51), 0xA0));
        verify(&bench.eim, &data, &signature);
        let at = data.windows(2).position(|two| two == [0xBF, 0x2D]).unwrap();
        let (found, _) = Tlv::read(&data[at..]).unwrap();
        assert_eq!(found.value[0], ok, "{key}");
    }
}

#[test]
fn bf2b_accept() {
    let (wrapped, bare) = ("BF2B05A003800105", "BF2B03800105");
    for (key, to_wrapped, to_bare) in [
        ("wrapped", "BF2B02A0009000", None),
        ("bare", "BF2B0381017F9000", Some("BF2B02A0009000")),
        ("both", "BF2B02A0009000", Some("BF2B02A0009000")),
    ] {
        let mut card = card(&format!("{{bf2b_accept: {key}}}"));
        select(&mut card);
        assert_eq!(es10(&mut card, wrapped), to_wrapped, "{key}");
        if let Some(expected) = to_bare {
            assert_eq!(es10(&mut card, bare), expected, "{key}");
        }
    }
}

#[test]
fn empty_notif() {
    for (key, bf28, bf2b, results) in [
        ("list", "BF2802A0009000", "BF2B02A0009000", "BF2B02A2009000"),
        (
            "'127'",
            "BF280381017F9000",
            "BF2B0381017F9000",
            "BF2B0381017F9000",
        ),
        ("'6A88'", "6A88", "6A88", "6A88"),
        ("nothing", "9000", "9000", "9000"),
    ] {
        let mut card = card_with_profiles(&format!("{{empty_notif: {key}}}"));
        let lists = [
            ("BF2800", bf28),
            ("BF2B00", bf2b),
            ("BF2B04A0028200", results),
        ];
        for (request, expected) in lists {
            assert_eq!(es10(&mut card, request), expected, "{key} {request}");
        }
        enable_profile(&mut card, 2, false);
        assert!(es10(&mut card, "BF2800").starts_with("BF28"), "{key}");
    }
}

#[test]
fn refreshflag_tag() {
    // rollbackNotAllowed(1)
    let answered = "BF58030201019000";
    for (key, context, universal) in [
        ("'80'", answered, "6A80"),
        ("'01'", "6A80", answered),
        ("both", answered, answered),
    ] {
        let mut card = card(&format!("{{refreshflag_tag: {key}}}"));
        select(&mut card);
        assert_eq!(es10(&mut card, "BF5803800100"), context, "{key}");
        assert_eq!(es10(&mut card, "BF5803010100"), universal, "{key}");
    }
}

#[test]
fn enable() {
    const OK: &str = "BF31038001009000";
    const UNDEFINED: &str = "BF310380017F9000";
    const BUSY: &str = "BF31038001059000";
    // by ICCID with refreshFlag, by AID with it, by ICCID without it
    for (keys, answers) in [
        ("{}", [OK, OK, OK]),
        ("{by: iccid}", [OK, UNDEFINED, OK]),
        ("{by: aid}", [UNDEFINED, OK, UNDEFINED]),
        ("{refresh: with}", [OK, OK, UNDEFINED]),
        ("{refresh: without}", [UNDEFINED, UNDEFINED, OK]),
        ("{lie: true}", [UNDEFINED, UNDEFINED, UNDEFINED]),
    ] {
        let asked: [fn(&mut Card) -> String; 3] = [
            |card| enable_profile(card, 2, true),
            |card| enable_by_aid(card, 2, true),
            |card| enable_profile(card, 2, false),
        ];
        for (ask, answer) in asked.into_iter().zip(answers) {
            let mut card = card_with_profiles(&format!("{{enable: {keys}}}"));
            assert_eq!(ask(&mut card), answer, "{keys}");
            let happened = answer == OK || keys.contains("lie");
            assert_eq!(enabled(&card), Some(if happened { 2 } else { 1 }), "{keys}");
        }
    }
    let mut card = card_with_profiles("{enable: {busy: 2}}");
    for answer in [BUSY, BUSY, OK] {
        assert_eq!(enable_profile(&mut card, 2, false), answer);
    }
}

#[test]
fn idempotent_enable() {
    for (key, by_es10c, by_psmo) in [
        (
            false,
            "BF31038001029000",
            EnableProfileResult::PROFILE_NOT_IN_DISABLED_STATE,
        ),
        (true, "BF31038001009000", EnableProfileResult::OK),
    ] {
        let keys = format!("{{idempotent_enable: {key}}}");
        let mut card = card_with_profiles(&keys);
        assert_eq!(enable_profile(&mut card, 1, false), by_es10c);
        assert_eq!(enabled(&card), Some(1));
        let mut bench = bench(&keys);
        let results = bench.psmo(vec![crate::fixture::enable(1)]);
        assert_eq!(results, [EuiccResultData::EnableResult(by_psmo)]);
        assert_eq!(bench.enabled(), Some(1));
    }
}

#[test]
fn auto_revert() {
    for (key, in_the_end) in [("never", 2), ("on_reset", 1)] {
        let mut card = card_with_profiles(&format!("{{auto_revert: {key}}}"));
        card.edit_state(|state| state.profiles[0].fallback_attribute = true)
            .unwrap();
        enable_profile(&mut card, 2, false);
        card.reset(Reset::Cold);
        assert_eq!(enabled(&card), Some(2), "{key}");
        card.reset(Reset::Cold);
        assert_eq!(enabled(&card), Some(in_the_end), "{key}");
    }
}

#[test]
fn state_visible() {
    for (key, shown) in [("immediate", true), ("after_reset", false)] {
        let mut card = card_with_profiles(&format!("{{state_visible: {key}}}"));
        install(&mut card, [metadata(7)]);
        let iccid = hex::encode_upper(iccid(7));
        assert_eq!(es10(&mut card, "BF2D00").contains(&iccid), shown, "{key}");
        card.reset(Reset::Cold);
        select(&mut card);
        assert!(es10(&mut card, "BF2D00").contains(&iccid), "{key}");
    }
}

#[test]
fn last_eim() {
    for (key, code, left) in [
        ("deleted", DeleteEimResult::LAST_EIM_DELETED, 0),
        ("refused", DeleteEimResult::UNDEFINED_ERROR, 1),
    ] {
        let mut bench = bench(&format!("{{last_eim: {key}}}"));
        let delete = Eco::DeleteEim(EcoDeleteEim {
            eim_id: "eim1".to_owned(),
            additions: Additions::none(),
        });
        let results = bench.eco(vec![delete]);
        assert_eq!(results, [EuiccResultData::DeleteEimResult(code)]);
        assert_eq!(bench.card().state().eims.len(), left);
    }
}

#[test]
fn bpp_fail_at() {
    let package = Package {
        profile_protection_keys: true,
        ..Package::new()
    };
    // BF23; A0; A1, 88; A2; A3, 86, 86, …
    for (command, segment, accepted) in [
        (0, 0, 0),
        (1, 0, 1),
        (2, 0, 2),
        (2, 1, 3),
        (4, 0, 4),
        (5, 0, 5),
        (5, 2, 7),
    ] {
        let keys =
            format!("{{bpp_fail_at: {{command: {command}, reason: 13, segment: {segment}}}}}");
        let mut terminal = terminal(card(&keys));
        let server = Server::new(Curve::NistP256);
        let otpk = common::prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &package);
        for (index, part) in bpp_segments(&bpp).into_iter().enumerate() {
            let answer = terminal.segment(part).unwrap();
            if index < accepted {
                assert!(answer.is_empty(), "{keys} segment {index}");
                continue;
            }
            let result: rsp::sgp22::ProfileInstallationResult = rsp::der::decode(&answer).unwrap();
            let data = &result.profile_installation_result_data.final_result;
            let rsp::sgp22::ProfileInstallationResultDataFinalResult::ErrorResult(error) = data
            else {
                panic!("{data:?}");
            };
            assert_eq!(
                (error.bpp_command_id.0, error.error_reason.0),
                (command, 13)
            );
            break;
        }
        // the result waits as a notification, and nothing is installed
        assert_eq!(terminal.card().state().pending.len(), 1);
        assert_eq!(terminal.card().profiles(), []);
    }
}

#[test]
fn bpp_strict_segments() {
    for strict in [false, true] {
        let mut terminal = terminal(card(&format!("{{bpp_strict_segments: {strict}}}")));
        let server = Server::new(Curve::NistP256);
        let otpk = common::prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &Package::new());
        let segments = bpp_segments(&bpp);
        terminal.segment(segments[0]).unwrap();
        terminal.segment(segments[1]).unwrap();
        // the header of A1 together with the first 88
        let joined = [segments[2], segments[3]].concat();
        let answer = terminal.segment(&joined);
        if !strict {
            assert!(answer.unwrap().is_empty());
            continue;
        }
        let error = answer.unwrap_err().to_string();
        assert!(error.contains("6A80"), "{error}");
        // cut in the right way the package goes on
        let rest = segments[2..].iter();
        let last = rest.map(|part| terminal.segment(part).unwrap()).last();
        assert!(last.unwrap().starts_with(&[0xBF, 0x37]));
        assert_eq!(terminal.card().profiles().len(), 1);
    }
}

#[test]
fn otpk() {
    for (key, same) in [("reuse", true), ("new", false)] {
        let mut terminal = terminal(card(&format!("{{otpk: {key}}}")));
        let server = Server::new(Curve::NistP256);
        let first = common::prepare(&mut terminal, &server, None);
        let second = common::prepare(&mut terminal, &server, Some(first.clone()));
        assert_eq!(first == second, same, "{key}");
    }
}

#[test]
fn epr_sign() {
    for key in ["v1.1", "v1.0", "no_token"] {
        let mut bench = bench(&format!("{{epr_sign: {key}}}"));
        let package = bench.eim.package(EuiccPackage::PsmoList(vec![list()]));
        let request = bench.eim.request(package);
        let answer = bench.terminal.es10(&request).unwrap();
        let (data, signature) = signed(&inside(&inside(&answer, 0xBF51), 0xA0));
        let (_, package_signature) = signed(&inside(&request, 0xBF51));
        let mut after_package = data.clone();
        rsp::tlv::write(&mut after_package, Tag::new(0x5F37), &package_signature);
        let token = rsp::association::token_tlv(bench.eim.token);
        let covered = match key {
            "v1.1" => [data, token].concat(),
            "v1.0" => after_package,
            _ => data,
        };
        euicc_key().verify(&covered, &signature).unwrap();
    }
}

/// The key that signs for an eIM that names no CI.
pub(crate) fn euicc_key() -> rsp::ecdsa::PublicKey {
    let config = crate::fixture::config();
    let certificate = &config.credentials[0].euicc_certificate;
    let view = rsp::chain::CertificateView::parse(certificate).unwrap();
    view.public_key().unwrap().clone()
}

#[test]
fn addeim_form() {
    let eim = Eim::new("eim1");
    let add = |keys: &str, again: bool| {
        let mut card = card(keys);
        select(&mut card);
        let request = AddInitialEimRequest {
            eim_configuration_data_list: vec![eim.configuration()],
            additions: Additions::none(),
        };
        let request = hex::encode(rsp::der::encode(&request).unwrap());
        let first = es10(&mut card, &request);
        if again {
            es10(&mut card, &request)
        } else {
            first
        }
    };
    for (key, ok, error) in [
        ("spec", "BF5704A00205009000", "BF57038101029000"),
        ("bare", "BF570205009000", "BF57038101029000"),
        ("ok_on_failure", "BF5704A00205009000", "BF5704A00205009000"),
    ] {
        let keys = format!("{{addeim_form: {key}}}");
        assert_eq!(add(&keys, false), ok, "{key}");
        assert_eq!(add(&keys, true), error, "{key}");
    }
}

#[test]
fn a_rollback_goes_with_every_form_of_results() {
    for key in ["spec", "bare"] {
        let mut bench = bench(&format!("{{epr_form: {key}}}"));
        load(&mut bench, vec![enable_with_rollback(2)]);
        let answer = bench.terminal.es10(&hex::decode("BF5803800100").unwrap());
        assert!(answer.unwrap().starts_with(&[0xBF, 0x58]));
        assert_eq!(bench.enabled(), Some(1));
    }
}
