// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of the content level.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::*;
use veuicc::terminal::Terminal;
use veuicc::{Card, State, Store, StoreError};

use crate::common::{self, Package, Server};
use crate::fixture::{Bench, Eim, enable, verified};
use crate::rig::*;

fn info2(keys: &str) -> Sgp32EuiccInfo2 {
    common::es10(&mut terminal(card(keys)), &GetEuiccInfo2Request::default())
}

/// Downloads a profile whose package may be damaged; returns the result.
fn download(
    terminal: &mut Terminal<Card>,
    damaged: bool,
) -> ProfileInstallationResultDataFinalResult {
    let server = Server::new(Curve::NistP256);
    let otpk = common::prepare(terminal, &server, None);
    let mut package = Package::new();
    if damaged {
        package.elements.truncate(1200);
    }
    let bpp = server.bind(&otpk, &package);
    let result = terminal.load_bound_profile_package(&bpp).unwrap();
    let result: ProfileInstallationResult = rsp::der::decode(&result).unwrap();
    result.profile_installation_result_data.final_result.clone()
}

#[track_caller]
fn fails_with(result: &ProfileInstallationResultDataFinalResult, expected: ErrorReason) {
    match result {
        ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
            assert_eq!(error.error_reason, expected);
        }
        other => panic!("expected errorResult, got {other:?}"),
    }
}

/// Free non-volatile memory in extCardResource.
fn free_memory(terminal: &mut Terminal<Card>) -> u32 {
    let info: Sgp32EuiccInfo2 = common::es10(terminal, &GetEuiccInfo2Request::default());
    let resource = info.ext_card_resource.to_vec();
    u32::from_be_bytes(resource[5..9].try_into().unwrap())
}

#[test]
fn svn() {
    for (key, shown) in [("2.5.0", "020500"), ("2.3.1", "020301")] {
        let mut card = card(&format!("{{svn: {key}}}"));
        let fci = send(&mut card, &format!("00A4040010{ISDR}00"));
        assert!(fci.contains(&format!("E0058203{shown}")), "{fci}");
        let info = es10(&mut card, "BF2000");
        assert!(info.contains(&format!("8203{shown}")), "{info}");
    }
}

#[test]
fn profile_version() {
    let told = info2("{profile_version: 1.4.0}");
    assert_eq!(told.profile_version.to_vec(), [1, 4, 0]);
    assert_eq!(told.additional_euicc_profile_package_versions, None);
    // the package is of version 2
    let mut terminal = terminal(card("{profile_version: 1.4.0}"));
    let reason = ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
    fails_with(&download(&mut terminal, false), reason);
    assert_eq!(terminal.card().profiles(), []);
}

#[test]
fn iot_version() {
    let told = |keys: &str| -> Vec<Vec<u8>> {
        let specific = info2(keys).iot_specific_info.unwrap();
        specific.iot_version.iter().map(|it| it.to_vec()).collect()
    };
    assert_eq!(told("{}"), [[1, 2, 0]]);
    assert_eq!(
        told("{iot_version: [1.0.0, 1.1.0]}"),
        [[1, 0, 0], [1, 1, 0]]
    );
}

#[test]
fn ipa_mode() {
    assert_eq!(info2("{}").ipa_mode, Some(IpaMode::IPAD));
    assert_eq!(info2("{ipa_mode: ipae}").ipa_mode, Some(IpaMode::IPAE));
}

fn numbers(bench: &mut Bench) -> Vec<i64> {
    let pending = &bench.card().state().pending;
    pending.iter().map(|it| it.sequence_number).collect()
}

#[test]
fn seq_start() {
    // two notifications and the result
    for (key, expected) in [(1, [1, 2, 3]), (0, [0, 1, 2]), (127, [127, 128, 129])] {
        let mut bench = bench(&format!("{{seq_start: {key}}}"));
        bench.psmo(vec![enable(2)]);
        assert_eq!(numbers(&mut bench), expected);
    }
}

#[test]
fn assoc_token_start() {
    for token in [1, 127, 128] {
        let mut bench = bench(&format!("{{assoc_token_start: {token}}}"));
        assert_eq!(bench.eim.token, Some(token));
        // the signature covers the token
        bench.psmo(vec![enable(2)]);
    }
}

#[test]
fn shared_seq() {
    let mut bench = bench("{shared_seq: false, seq_start: 5}");
    bench.psmo(vec![enable(2)]);
    assert_eq!(numbers(&mut bench), [5, 6, 5]);
    // an acknowledgement of the result takes a stranger with it
    let _: NotificationSentResponse = bench.es10(&NotificationSentRequest {
        seq_number: 5,
        additions: Additions::none(),
    });
    assert_eq!(numbers(&mut bench), [6]);
}

#[test]
fn keep_epr() {
    for (key, kept) in [(true, 1), (false, 0)] {
        let mut bench = bench(&format!("{{keep_epr: {key}}}"));
        let results = bench.psmo(vec![enable(2)]);
        assert_eq!(results.len(), 1);
        assert_eq!(bench.results().len(), kept);
        assert_eq!(bench.notifications().len(), 2);
    }
}

#[test]
fn free_nvm() {
    let mut terminal = terminal(card("{free_nvm: 2048}"));
    assert_eq!(free_memory(&mut terminal), 2048);
    let reason = ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE;
    fails_with(&download(&mut terminal, false), reason);
    assert_eq!(free_memory(&mut terminal), 2048);
}

#[test]
fn leak_on_fail() {
    let mut terminal = terminal(card("{leak_on_fail: true, free_nvm: 8000}"));
    let mut before = 8000;
    for _ in 0..2 {
        let reason = ErrorReason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
        fails_with(&download(&mut terminal, true), reason);
        let now = free_memory(&mut terminal);
        assert!(now < before - 1200, "{now} after {before}");
        before = now;
    }
    // what is lost is lost for ever
    terminal.restart().unwrap();
    assert_eq!(free_memory(&mut terminal), before);
}

#[test]
fn rat() {
    let get_rat = |keys: &str| {
        let mut card = card(keys);
        select(&mut card);
        es10(&mut card, "BF4300")
    };
    assert_eq!(get_rat("{rat: []}"), "BF4302A0009000");
    let rule = "{rules: {updateControl: false, ppr1: true, ppr2: false}, \
                 allowedOperators: [{mccMnc: '62F220'}], consentRequired: true}";
    let answer = get_rat(&format!("{{rat: [{rule}]}}"));
    assert!(answer.contains("800362F220"), "{answer}");
    assert!(!get_rat("{}").contains("62F220"));
}

/// The answer of a card with profiles to one request.
fn answer(keys: &str, request: &str) -> String {
    es10(&mut card_with_profiles(keys), request)
}

#[test]
fn fallback() {
    let told = |keys: &str| info2(keys).iot_specific_info.unwrap().fallback_supported;
    assert_eq!(told("{}"), Some(()));
    assert_eq!(told("{fallback: false}"), None);
    // with the attribute set by hand there is still no mechanism: commandError
    for (keys, code) in [("{}", "00"), ("{fallback: false}", "06")] {
        let mut card = card_with_profiles(keys);
        card.edit_state(|state| state.profiles[1].fallback_attribute = true)
            .unwrap();
        let answer = es10(&mut card, "BF5D03800100");
        assert_eq!(answer, format!("BF5D038001{code}9000"), "{keys}");
    }
}

#[test]
fn ecall() {
    let told = |keys: &str| info2(keys).iot_specific_info.unwrap().ecall_supported;
    assert_eq!(told("{}"), Some(()));
    assert_eq!(told("{ecall: false}"), None);
    for (keys, code) in [("{}", "00"), ("{ecall: false}", "08")] {
        let mut card = card_with_profiles(keys);
        card.edit_state(|state| state.profiles[1].metadata.ecall_indication = Some(true))
            .unwrap();
        let answer = es10(&mut card, "BF5B03800100");
        assert_eq!(answer, format!("BF5B038001{code}9000"), "{keys}");
    }
}

#[test]
fn ipae() {
    // ipaeSupported(0) of euiccConfiguration
    for (keys, bits) in [("{}", "E103800100"), ("{ipae: true}", "E10480020780")] {
        let fci = send(&mut card(keys), &format!("00A4040010{ISDR}00"));
        assert!(fci.contains(bits), "{keys}: {fci}");
    }
}

#[test]
fn eim_reset() {
    // resetEimResult: nothingToDelete or ok would be 1 and 0, eimResetNotSupported is 2
    assert_eq!(
        answer("{}", "BF6404820202 04"),
        "BF640680010081010 19000".replace(' ', "")
    );
    let refused = answer("{eim_reset: false}", "BF640482020204");
    assert_eq!(refused, "BF64068001008101029000");
}

#[test]
fn immediate_enable() {
    // ConfigureImmediateProfileEnabling without a flag
    assert_eq!(answer("{}", "BF5900"), "BF59038001009000");
    assert_eq!(
        answer("{immediate_enable: false}", "BF5900"),
        "BF590380017F9000"
    );
}

#[test]
fn immediate_enable_reset() {
    assert_eq!(answer("{}", "BF640482020102"), "BF64068001008201009000");
    let refused = answer("{immediate_enable_reset: false}", "BF640482020102");
    assert_eq!(refused, "BF64068001008201019000");
}

#[test]
fn test_profiles() {
    for (keys, told) in [("{}", true), ("{test_profiles: false}", false)] {
        let capability = info2(keys).rsp_capability;
        assert_eq!(capability.has(RspCapability::TEST_PROFILE_SUPPORT), told);
    }
}

/// Counts what is written.
struct Counting(Arc<AtomicUsize>);

impl Store for Counting {
    fn save(&mut self, _: &State) -> Result<(), StoreError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn package_journal() {
    for (key, writes) in [(false, 1), (true, 2)] {
        let keys = format!("{{package_journal: {key}}}");
        let mut bench = bench(&keys);
        let written = Arc::new(AtomicUsize::new(0));
        let store = Box::new(Counting(Arc::clone(&written)));
        let state = bench.card().state().clone();
        bench.insert(state, Some(store));
        let before = written.load(Ordering::Relaxed);
        bench.psmo(vec![enable(2)]);
        assert_eq!(written.load(Ordering::Relaxed) - before, writes, "{keys}");
    }
}

#[test]
fn max_package() {
    let mut bench = bench("{max_package: 100}");
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    let code = bench.error(package);
    assert_eq!(code, EuiccPackageErrorCode::SIZE_OVERFLOW);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn max_result() {
    let mut bench = bench("{max_result: 60}");
    let overflow = EuiccResultDataProcessingTerminated::RESULT_SIZE_OVERFLOW;
    let results = bench.psmo(vec![crate::fixture::list()]);
    assert_eq!(results, [EuiccResultData::ProcessingTerminated(overflow)]);
}

#[test]
fn max_eims() {
    let mut bench = bench("{max_eims: 1}");
    let another = Eco::AddEim(Eim::new("eim2").configuration());
    let full = AddEimResult::AddEimResultCode(AddEimResultAddEimResultCode::INSUFFICIENT_MEMORY);
    assert_eq!(
        bench.eco(vec![another]),
        [EuiccResultData::AddEimResult(full)]
    );
}

#[test]
fn max_counter() {
    let mut bench = bench("{max_counter: 1}");
    bench.psmo(vec![enable(2)]);
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(3)]));
    let code = bench.error(package);
    assert_eq!(code, EuiccPackageErrorCode::COUNTER_VALUE_OUT_OF_RANGE);
}

#[test]
fn refuse() {
    let request = "BF29135A0A980000000000000000029005737061726 5".replace(' ', "");
    assert_eq!(answer("{}", &request), "BF29038001009000");
    let refused = answer("{refuse: [SetNickname]}", &request);
    assert_eq!(refused, "BF290380017F9000");
}

#[test]
fn results_stay_verifiable_whatever_the_numbers() {
    let mut bench = bench("{seq_start: 127, assoc_token_start: 128}");
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    let request = bench.eim.request(package);
    let result = bench.load(&request);
    assert_eq!(verified(&bench.eim, &result).seq_number, 129);
}
