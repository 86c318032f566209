// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card itself fails: undefinedError(127) of every function and of every command of a package.

use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::Es10;
use veuicc::coverage::{codes, reached};

const NAMES: [&str; 2] = ["undefinedError", "undfinedError"];
/// Their answers are signed.
const SIGNED: [Es10; 2] = [Es10::LoadEuiccPackage, Es10::LoadBoundProfilePackage];

#[test]
fn every_function_answers_undefined_error() {
    let mut bench = Bench::new();
    let before = bench.card().state().clone();
    for function in Es10::ALL {
        let code = codes()
            .into_iter()
            .find(|code| code.function == function.name() && NAMES.contains(&code.name));
        let Some(code) = code.filter(|_| !SIGNED.contains(function)) else {
            continue;
        };
        bench.card().arm_failure(function.name());
        let mut request = function.tag().to_be_bytes().to_vec();
        request.extend([8, 0x30, 6, 0x80, 1, 0xAA, 0x81, 1, 0]);
        let response = bench.terminal.es10(&request).unwrap();
        let found = reached(&request, &response);
        assert!(found.contains(&code.key()), "{}: {found:?}", code.function);
    }
    assert_eq!(*bench.card().state(), before);
}

#[test]
fn a_card_that_always_refuses_a_function_answers_it_every_time() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        bench.card().arm_failure("ListNotification");
    }
    let undefined = [0xBF, 0x28, 3, 0x81, 1, 127];
    for _ in 0..2 {
        let response = bench.terminal.es10(&[0xBF, 0x28, 0]).unwrap();
        assert_eq!(response, undefined);
    }
    let response = bench.terminal.es10(&[0xBF, 0x28, 0]).unwrap();
    assert_ne!(response, undefined);
}

/// A package of one command, given by its tag, in which the card fails.
fn failing(name: &str, list: u32, tag: u32) -> Vec<EuiccResultData> {
    let mut bench = Bench::new();
    bench.card().arm_failure(name);
    let command = rsp::tlv::tlv(rsp::tlv::Tag::new(tag), &[]);
    let request = bench.eim.request_with(list, &command);
    let eim = bench.eim.clone();
    bench.result_of(&eim, &request).euicc_result
}

#[test]
fn every_command_of_a_package_answers_undefined_error() {
    for (list, kind) in [(0xA0, "Psmo"), (0xA1, "Eco")] {
        let arms = rsp::schema::find_type(kind).unwrap().members();
        for arm in arms {
            let tag = arm.tag().unwrap().octets();
            let results = failing(arm.name(), list, tag);
            let [result] = results.as_slice() else {
                panic!("{}: {results:?}", arm.name())
            };
            let bytes = rsp::der::encode(result).unwrap();
            assert!(bytes.ends_with(&[1, 127]), "{}: {result:?}", arm.name());
        }
    }
}

#[test]
fn results_before_the_failure_stay() {
    let mut bench = Bench::new();
    bench.card().arm_failure("delete");
    let results = bench.psmo(vec![disable(1), delete(2), delete(3)]);
    assert_eq!(
        results,
        [
            disabled(DisableProfileResult::OK),
            deleted(DeleteProfileResult::UNDEFINED_ERROR)
        ]
    );
    assert_eq!(bench.card().profiles().len(), 3);
    assert_eq!(bench.enabled(), None);
}

#[test]
fn an_installation_under_keys_that_are_gone_does_not_stop_the_card() {
    let mut bench = Bench::new();
    let installation = veuicc::Installation {
        transaction_id: vec![1],
        smdp_oid: "1.2.3".to_owned(),
        smdp_address: "smdp.example".to_owned(),
        iccid: None,
        bpp_command_id: 5,
        ci_key_id: vec![9; 20],
    };
    let edited = bench
        .card()
        .edit_state(|state| state.installation = Some(installation));
    edited.unwrap();
    bench.terminal.restart().unwrap();
    assert_eq!(bench.card().state().installation, None);
    assert_eq!(bench.card().state().pending, []);
    assert_eq!(
        bench.psmo(vec![enable(2)]),
        [enabled(EnableProfileResult::OK)]
    );
}

#[test]
fn a_failure_in_the_package_itself_is_signed_and_leaves_the_counter() {
    let mut bench = Bench::new();
    let before = bench.card().state().clone();
    bench.card().arm_failure("LoadEuiccPackage");
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    let code = bench.error(package.clone());
    assert_eq!(code, EuiccPackageErrorCode::UNDEFINED_ERROR);
    assert_eq!(*bench.card().state(), before);
    // the same package is executed when it comes again
    let request = bench.eim.request(package);
    let eim = bench.eim.clone();
    let results = bench.result_of(&eim, &request).euicc_result;
    assert_eq!(results, [enabled(EnableProfileResult::OK)]);
}
