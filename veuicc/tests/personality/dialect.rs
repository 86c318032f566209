// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card that speaks SGP.32 v1.0: every function whose tag, shape, codes or signature differ.

use rsp::dialect::Dialect;
use rsp::ecdsa::Curve;
use rsp::raw::Raw;
use rsp::sgp32::{Eco, EcoListEim, EuiccPackage, Sgp32EuiccInfo2};
use rsp::sgp32_v1_0::*;
use rsp::tlv::Tag;
use veuicc::Personality;
use veuicc::personality::Keys;

use crate::common::Server;
use crate::fixture::{self, Bench, Eim, enable, enable_with_rollback, list, wire_iccid};
use crate::rig::{ISDR, bench, card, es10, select, send};

/// The keys of the ready personality.
const V1_0: &str = "{dialect: v1.0, epr_sign: v1.0, iot_version: [1.0.0], fci: E0, \
                    fallback: false, ecall: false, ipae: false}";

/// A signed result whose signature covers the data and the signature of the package.
#[track_caller]
fn verified(eim: &Eim, request: &[u8], answer: &[u8]) -> EuiccPackageResultDataSigned {
    let request: rsp::sgp32::EuiccPackageRequest = rsp::der::decode(request).unwrap();
    let answer: EuiccPackageResult = rsp::der::decode(answer).unwrap();
    let EuiccPackageResult::EuiccPackageResultSigned(result) = answer else {
        panic!("expected a signed result, got {answer:?}");
    };
    let data = &result.euicc_package_result_data_signed;
    let mut covered = data.bytes().to_vec();
    rsp::tlv::write(&mut covered, Tag::new(0x5F37), &request.eim_signature);
    let key = crate::behaviour::euicc_key();
    key.verify(&covered, &result.euicc_sign_epr).unwrap();
    assert_eq!(data.eim_id, eim.id);
    assert_eq!(data.transaction_id.as_deref(), eim.transaction.as_deref());
    data.value().clone()
}

/// Has the eIM send commands that are the same in both versions.
fn run(bench: &mut Bench, package: EuiccPackage) -> (Vec<u8>, Vec<u8>) {
    let package = bench.eim.package(package);
    let request = bench.eim.request(package);
    let answer = bench.terminal.es10(&request).unwrap();
    (request, answer)
}

fn results(bench: &mut Bench, package: EuiccPackage) -> Vec<EuiccResultData> {
    let (request, answer) = run(bench, package);
    verified(&bench.eim.clone(), &request, &answer).euicc_result
}

#[test]
fn dialect() {
    // one function that is in either, and its like in the other
    for (key, reset, later) in [
        ("v1.0", true, false),
        ("v1.2", false, true),
        ("v1.3", false, true),
    ] {
        let mut card = card(&format!("{{dialect: {key}}}"));
        select(&mut card);
        let known = |answer: String| answer != "6A88";
        // SGP.22 has BF34 as well; only SGP.32 v1.0 answers with a result for eIM configuration
        let answer = es10(&mut card, "BF340482020310");
        assert_eq!(answer.contains("810101"), reset, "{key}: {answer}");
        for tag in ["BF640482020780", "BF5F00", "BF5D03800100"] {
            assert_eq!(known(es10(&mut card, tag)), later, "{key}: {tag}");
        }
    }
}

#[test]
fn the_ready_personality_is_what_the_option_makes() {
    let ready = Personality::named("sgp32-v1-0").unwrap().keys;
    assert_eq!(ready, crate::rig::personality(V1_0).keys);
    let config = fixture::config().with_dialect(Dialect::V1_0);
    let told = Keys {
        fallback: Some(false),
        ecall: Some(false),
        ipae: Some(false),
        ..config.personality.keys
    };
    assert_eq!(told, ready);
    assert!(!config.capabilities.fallback && !config.capabilities.ecall);
    let config = fixture::config().with_dialect(Dialect::V1_3);
    assert_eq!(config.personality.keys.iot_version[0].0, [1, 3, 0]);
}

#[test]
fn the_card_names_its_version_and_nothing_later() {
    let mut card = card(V1_0);
    let fci = send(&mut card, &format!("00A4040010{ISDR}00"));
    assert!(!fci.contains("E103") && fci.contains("E0058203"), "{fci}");
    let answer = es10(&mut card, "BF2200");
    let answer = hex::decode(answer.strip_suffix("9000").unwrap()).unwrap();
    let info: rsp::sgp32_v1_0::Sgp32EuiccInfo2 = rsp::der::decode(&answer).unwrap();
    let iot = info.iot_specific_info.unwrap();
    assert_eq!(iot.iot_version, [rsp::sgp22::VersionType::from([1, 0, 0])]);
    assert!(iot.additions.is_empty());
    let info: Sgp32EuiccInfo2 = rsp::der::decode(&answer).unwrap();
    assert!(info.iot_specific_info.unwrap().fallback_supported.is_none());
}

#[test]
fn packages_are_executed_and_signed_over_the_package() {
    let mut bench = bench(V1_0);
    let delete = fixture::delete(3);
    let told = results(
        &mut bench,
        EuiccPackage::PsmoList(vec![list(), delete, enable(2)]),
    );
    let [
        EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListOk(
            list,
        )),
        EuiccResultData::DeleteResult(DeleteProfileResult::OK),
        EuiccResultData::EnableResult(EnableProfileResult::OK),
    ] = told.as_slice()
    else {
        panic!("expected three results, got {told:?}");
    };
    assert_eq!(list.len(), 3);
    assert!(list.iter().all(|profile| profile.additions.is_empty()));
    assert_eq!(bench.enabled(), Some(2));
    // it waits as it was signed
    let waiting = bench
        .terminal
        .es10(&hex::decode("BF2B04A0028200").unwrap())
        .unwrap();
    let waiting: Sgp32RetrieveNotificationsListResponse = rsp::der::decode(&waiting).unwrap();
    let Sgp32RetrieveNotificationsListResponse::EuiccPackageResultList(waiting) = waiting else {
        panic!("expected results, got {waiting:?}");
    };
    assert_eq!(waiting.len(), 1);
}

#[test]
fn eims_are_listed_with_the_tag_of_v1_0() {
    let mut bench = bench(V1_0);
    let (_, answer) = run(
        &mut bench,
        EuiccPackage::EcoList(vec![Eco::ListEim(EcoListEim::default())]),
    );
    let mut other = Eim::new("eim2").configuration();
    other.eim_id_type = Some(EimIdType::EIM_ID_TYPE_FQDN);
    assert!(!hex::encode(answer).contains("840102"));
    let (request, answer) = run(
        &mut bench,
        EuiccPackage::EcoList(vec![
            Eco::AddEim(other),
            Eco::ListEim(EcoListEim::default()),
        ]),
    );
    let told = verified(&bench.eim.clone(), &request, &answer).euicc_result;
    let Some(EuiccResultData::ListEimResult(ListEimResult::EimIdList(eims))) = told.last() else {
        panic!("expected a list, got {told:?}");
    };
    assert_eq!(eims[1].eim_id_type, Some(EimIdType::EIM_ID_TYPE_FQDN));
    // adding it again has no code of its own in v1.0
    let again = Eco::AddEim(Eim::new("eim2").configuration());
    let told = results(&mut bench, EuiccPackage::EcoList(vec![again]));
    let code = rsp::sgp32::AddEimResultAddEimResultCode::UNDEFINED_ERROR;
    assert_eq!(
        told,
        [EuiccResultData::AddEimResult(
            AddEimResult::AddEimResultCode(code)
        )]
    );
}

#[test]
fn commands_of_later_versions_are_unknown() {
    let fallback = rsp::sgp32::Psmo::SetFallbackAttribute(rsp::sgp32::PsmoSetFallbackAttribute {
        iccid: wire_iccid(2),
        ..Default::default()
    });
    let told = results(&mut bench(V1_0), EuiccPackage::PsmoList(vec![fallback]));
    let unknown = EuiccResultDataProcessingTerminated::UNKNOWN_OR_DAMAGED_COMMAND;
    assert_eq!(told, [EuiccResultData::ProcessingTerminated(unknown)]);
}

#[test]
fn errors_have_the_shape_of_v1_0() {
    let mut bench = bench(V1_0);
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![list()]));
    let mut wrong = bench.eim.clone();
    wrong.key = Eim::new("other").key;
    let answer = bench
        .terminal
        .es10(&wrong.request(package.clone()))
        .unwrap();
    // eimId and token, but no transaction
    let answer: EuiccPackageResult = rsp::der::decode(&answer).unwrap();
    let EuiccPackageResult::EuiccPackageErrorUnsigned(error) = answer else {
        panic!("expected an unsigned error, got {answer:?}");
    };
    assert!(error.additions.is_empty() && error.association_token == bench.eim.token);

    let request = bench.eim.request(package);
    bench.terminal.es10(&request).unwrap();
    let answer = bench.terminal.es10(&request).unwrap();
    let answer: EuiccPackageResult = rsp::der::decode(&answer).unwrap();
    let EuiccPackageResult::EuiccPackageErrorSigned(error) = answer else {
        panic!("expected a signed error, got {answer:?}");
    };
    let data: &Raw<EuiccPackageErrorDataSigned> = &error.euicc_package_error_data_signed;
    assert_eq!(
        data.euicc_package_error_code,
        EuiccPackageErrorCode::REPLAY_ERROR
    );
    let request: EuiccPackageRequest = rsp::der::decode(&request).unwrap();
    let mut covered = data.bytes().to_vec();
    rsp::tlv::write(&mut covered, Tag::new(0x5F37), &request.eim_signature);
    crate::behaviour::euicc_key()
        .verify(&covered, &error.euicc_sign_epe)
        .unwrap();
}

#[test]
fn a_rollback_is_signed_over_the_package_that_granted_it() {
    let mut bench = bench(V1_0);
    let (request, _) = run(
        &mut bench,
        EuiccPackage::PsmoList(vec![enable_with_rollback(2)]),
    );
    assert_eq!(bench.enabled(), Some(2));
    let answer = bench
        .terminal
        .es10(&hex::decode("BF5803800100").unwrap())
        .unwrap();
    let answer: ProfileRollbackResponse = rsp::der::decode(&answer).unwrap();
    assert_eq!(answer.cmd_result, ProfileRollbackResponseCmdResult::OK);
    let result = rsp::der::encode(&answer.euicc_package_result.unwrap()).unwrap();
    let told = verified(&bench.eim.clone(), &request, &result).euicc_result;
    assert_eq!(
        told,
        [EuiccResultData::RollbackResult(RollbackProfileResult::OK)]
    );
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn eims_can_be_added_by_an_ipa_only_once() {
    let mut card = card(V1_0);
    select(&mut card);
    let request = rsp::sgp32::AddInitialEimRequest {
        eim_configuration_data_list: vec![Eim::new("eim1").configuration()],
        ..Default::default()
    };
    let request = hex::encode(rsp::der::encode(&request).unwrap());
    assert_eq!(es10(&mut card, &request), "BF5704A00205009000");
    // unsignedEimConfigDisallowed
    assert_eq!(es10(&mut card, &request), "BF57038101029000");
    let told = es10(&mut card, "BF5500");
    let told = hex::decode(told.strip_suffix("9000").unwrap()).unwrap();
    let told: GetEimConfigurationDataResponse = rsp::der::decode(&told).unwrap();
    assert_eq!(told.eim_configuration_data_list[0].eim_id, "eim1");
    // a choice of one eIM is not of v1.0: the member is unknown, and all are told
    let all = es10(&mut card, "BF5508A006800465696D39");
    assert!(all.len() > 20, "{all}");
}

#[test]
fn servers_are_told_what_sgp_22_has() {
    for (keys, later) in [(V1_0, false), ("{}", true)] {
        let mut terminal = crate::rig::terminal(card(keys));
        let challenge = terminal.es10(&[0xBF, 0x2E, 0]).unwrap();
        let challenge: rsp::sgp22::GetEuiccChallengeResponse =
            rsp::der::decode(&challenge).unwrap();
        let server = Server::new(Curve::NistP256);
        let request = server.authenticate_request(challenge.euicc_challenge.to_array().unwrap());
        let answer = terminal.es10(&rsp::der::encode(&request).unwrap()).unwrap();
        let answer: rsp::sgp32::Sgp32AuthenticateServerResponse =
            rsp::der::decode(&answer).unwrap();
        let rsp::sgp32::Sgp32AuthenticateServerResponse::AuthenticateResponseOk(ok) = answer else {
            panic!("expected authenticateResponseOk, got {answer:?}");
        };
        let information = &ok.euicc_signed1.euicc_info2;
        assert_eq!(information.iot_specific_info.is_some(), later);
        assert_eq!(information.ipa_mode.is_some(), later);
    }
}

#[test]
fn automatic_enabling_has_its_old_tags() {
    let mut card = card(V1_0);
    select(&mut card);
    // configured by the IPA while there is no eIM
    assert_eq!(es10(&mut card, "BF59028000"), "BF59038001009000");
    // EnableUsingDD has no members, and there was no download
    assert_eq!(es10(&mut card, "BF5A00"), "BF5A038001049000");
    let mut bench = bench(V1_0);
    let answer = bench
        .terminal
        .es10(&hex::decode("BF59028000").unwrap())
        .unwrap();
    // unsignedAutoEnableConfigDisallowed
    assert_eq!(hex::encode(answer), "bf5903800102");
    let psmo = rsp::sgp32::Psmo::ConfigureImmediateEnable(Default::default());
    let told = results(&mut bench, EuiccPackage::PsmoList(vec![psmo]));
    assert_eq!(
        told,
        [EuiccResultData::ConfigureAutoEnableResult(
            ConfigureAutoEnableResult::OK
        )]
    );
}

#[test]
fn memory_reset_has_its_old_tag_and_bits() {
    let mut bench = bench(V1_0);
    // bits 3 and 4: eIM configuration and automatic enabling; profiles stay
    let answer = bench
        .terminal
        .es10(&hex::decode("BF340482020318").unwrap())
        .unwrap();
    assert_eq!(hex::encode(answer), "bf3409020100810100820100");
    assert!(bench.card().state().eims.is_empty());
    assert_eq!(bench.card().profiles().len(), 3);
    let answer = bench
        .terminal
        .es10(&hex::decode("BF340482020780").unwrap())
        .unwrap();
    assert_eq!(hex::encode(answer), "bf3403020100");
    assert!(bench.card().profiles().is_empty());
}

#[test]
fn a_function_that_fails_says_so_in_v1_0() {
    let keys = V1_0.replace('}', ", refuse: [EuiccMemoryResetIot]}");
    let mut failing = card(&keys);
    select(&mut failing);
    assert_eq!(es10(&mut failing, "BF340482020780"), "BF340302017F9000");
}

#[test]
fn the_command_line_chooses_the_version() {
    let told = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_veuicc"));
        let select = format!("00A4040010{ISDR}00");
        let output = command
            .arg("apdu")
            .args(arguments)
            .args([&select, "80E2910003BF5F00"])
            .output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, output) = told(&["--dialect", "1.0"]);
    assert_eq!(code, Some(0));
    assert!(output.ends_with("6A88\n"), "{output}");
    let (_, output) = told(&["--personality", "sgp32-v1-0"]);
    assert!(output.ends_with("6A88\n"), "{output}");
    let (_, output) = told(&[]);
    assert!(!output.ends_with("6A88\n"), "{output}");
    assert_eq!(told(&["--dialect", "1.1"]).0, Some(2));
}
