// SPDX-License-Identifier: MIT OR Apache-2.0
//! The checks of LoadEuiccPackage before the first command, in their order, and what the counter
//! does at each.

use crate::fixture::*;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp32::*;
use rsp::tlv::{self, Tag};
use veuicc::terminal::TerminalError;
use veuicc::{ProfileState, StatusWord};

use EuiccPackageErrorCode as Code;

fn rat() -> EuiccPackage {
    EuiccPackage::PsmoList(vec![Psmo::GetRat(PsmoGetRat::default())])
}

fn counter(bench: &mut Bench) -> i64 {
    bench.card().state().eims[0].counter_value
}

/// The unsigned error that a request brings.
#[track_caller]
fn unsigned(bench: &mut Bench, request: &[u8]) -> EuiccPackageErrorUnsigned {
    match bench.load(request) {
        EuiccPackageResult::EuiccPackageErrorUnsigned(error) => error,
        other => panic!("expected euiccPackageErrorUnsigned, got {other:?}"),
    }
}

#[test]
fn an_unknown_eim_gets_an_unsigned_error_without_token() {
    let mut bench = Bench::new();
    let mut stranger = Eim::new("stranger");
    let package = stranger.package(rat());
    let error = unsigned(&mut bench, &stranger.request(package));
    assert_eq!(
        (error.eim_id.as_str(), error.association_token),
        ("stranger", None)
    );
    assert_eq!(
        error.eim_transaction_id.as_deref(),
        stranger.transaction.as_deref()
    );
    assert_eq!(error.euicc_package_unsigned_error_code, None);
    assert_eq!(counter(&mut bench), 0);
}

#[test]
fn a_wrong_signature_gets_an_unsigned_error_with_the_token_and_moves_nothing() {
    let mut bench = Bench::new();
    let mut other = Bench::new().eim;
    other.key = Eim::new("another key").key;
    let wrong_key = other.request(other.clone().package(rat()));
    let mut other = bench.eim.clone();
    other.token = None;
    let without_token = other.request(other.clone().package(rat()));
    let mut flipped = bench.eim.request(bench.eim.clone().package(rat()));
    *flipped.last_mut().unwrap() ^= 1;
    for request in [wrong_key, without_token, flipped] {
        let error = unsigned(&mut bench, &request);
        assert_eq!(error.eim_id, "eim1");
        assert_eq!(error.association_token, bench.eim.token);
        assert_eq!(
            error.eim_transaction_id.as_deref(),
            bench.eim.transaction.as_deref()
        );
    }
    assert_eq!(counter(&mut bench), 0);
    assert!(bench.results().is_empty());
}

#[test]
fn a_signature_in_der_form_is_wrong() {
    let mut bench = Bench::new();
    let package = bench.eim.package(rat());
    let signed = rsp::der::encode(&package).unwrap();
    let mut covered = signed.clone();
    covered.extend_from_slice(&[0x84, 1, 1]);
    let mut content = signed;
    tlv::write(
        &mut content,
        Tag::new(0x5F37),
        &bench.eim.key.sign_der(&covered),
    );
    unsigned(&mut bench, &tlv::tlv(Tag::new(0xBF51), &content));
    assert_eq!(counter(&mut bench), 0);
}

#[test]
fn another_associated_eim_cannot_sign() {
    let mut bench = Bench::new();
    let second = Eim::new("eim2");
    bench.eco(vec![Eco::AddEim(second.configuration())]);
    let mut forger = bench.eim.clone();
    forger.key = second.key;
    let package = forger.package(rat());
    unsigned(&mut bench, &forger.request(package));
}

#[test]
fn the_eid_is_judged_before_the_counter() {
    let mut bench = Bench::new();
    let mut package = bench.eim.package(rat());
    package.eid_value = [0x11; 16].into();
    package.counter_value = 0;
    assert_eq!(bench.error(package), Code::INVALID_EID);
    assert_eq!(counter(&mut bench), 0);
}

#[test]
fn a_counter_that_does_not_grow_is_a_replay() {
    let mut bench = Bench::new();
    let request = {
        let package = bench.eim.package(rat());
        bench.eim.request(package)
    };
    let eim = bench.eim.clone();
    bench.result_of(&eim, &request);
    for counter_value in [1, 0, -1] {
        let package = EuiccPackageSigned {
            counter_value,
            ..bench.eim.package(rat())
        };
        assert_eq!(bench.error(package), Code::REPLAY_ERROR);
    }
    assert_eq!(counter(&mut bench), 1);
    // the very same bytes
    assert!(matches!(
        bench.load(&request),
        EuiccPackageResult::EuiccPackageErrorSigned(_)
    ));
    assert_eq!(bench.results().len(), 1);
}

#[test]
fn counters_grow_in_any_step_up_to_their_highest_value() {
    let mut bench = Bench::new();
    for value in [0x7F, 0x80, 0x1080, 0x7F_FFFF] {
        bench.eim.counter = value - 1;
        bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
        assert_eq!(counter(&mut bench), value);
    }
    for value in [0x80_0000, i64::MAX] {
        let package = EuiccPackageSigned {
            counter_value: value,
            ..bench.eim.package(rat())
        };
        assert_eq!(bench.error(package), Code::COUNTER_VALUE_OUT_OF_RANGE);
    }
    assert_eq!(counter(&mut bench), 0x7F_FFFF);
}

#[test]
fn the_transaction_is_echoed_and_never_invented() {
    let mut bench = Bench::new();
    bench.eim.transaction = None;
    // `psmo` and `error` compare with what was sent
    bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
    let package = EuiccPackageSigned {
        counter_value: 0,
        ..bench.eim.package(rat())
    };
    bench.error(package);
    let mut stranger = Eim::new("stranger");
    stranger.transaction = None;
    let package = stranger.package(rat());
    assert_eq!(
        unsigned(&mut bench, &stranger.request(package)).eim_transaction_id,
        None
    );
}

#[test]
fn results_are_signed_with_the_credential_the_eim_is_configured_for() {
    for euicc_curve in [None, Some(Curve::NistP256), Some(Curve::BrainpoolP256r1)] {
        let mut bench = Bench::without_eim(false, []);
        bench.eim.euicc_curve = euicc_curve;
        let configuration = bench.eim.configuration();
        bench.add_initial_eim(vec![configuration]);
        // `psmo` verifies under that curve, here without a token
        bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
    }
}

#[test]
fn the_package_key_may_be_on_the_other_curve_and_in_a_certificate() {
    for curve in Curve::ALL {
        let mut bench = Bench::without_eim(false, []);
        let credential = pki().issue_eim_signing("eim1", curve).unwrap();
        bench.eim.key = credential.key.clone();
        let certificate = Certificate::from_der(credential.certificate);
        let mut configuration = bench.eim.configuration();
        configuration.eim_public_key_data = Some(
            EimConfigurationDataEimPublicKeyData::EimCertificate(certificate),
        );
        bench.add_initial_eim(vec![configuration]);
        bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
    }
}

#[test]
fn a_package_that_is_too_large_is_refused_after_its_counter_was_kept() {
    let mut bench = Bench::new();
    let commands = EuiccPackage::PsmoList(vec![Psmo::GetRat(PsmoGetRat::default()); 0x4000]);
    let package = bench.eim.package(commands);
    assert_eq!(bench.error(package), Code::SIZE_OVERFLOW);
    assert_eq!(counter(&mut bench), 1);
}

#[test]
fn how_long_a_package_may_be_is_the_cards() {
    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.capabilities.limits.package_size = 150;
    });
    let package = bench.eim.package(rat());
    let request = bench.eim.request(package);
    let eim = bench.eim.clone();
    assert_eq!(bench.result_of(&eim, &request).euicc_result.len(), 1);
    let longer = EuiccPackage::PsmoList(vec![Psmo::GetRat(PsmoGetRat::default()); 30]);
    let package = bench.eim.package(longer);
    assert_eq!(bench.error(package), Code::SIZE_OVERFLOW);
}

#[test]
fn nothing_is_executed_while_the_emergency_profile_is_enabled() {
    let mut emergency = metadata(1);
    emergency.ecall_indication = Some(true);
    let mut bench = Bench::with(false, [emergency, metadata(2)]);
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![delete(2)]));
    assert_eq!(bench.error(package), Code::ECALL_ACTIVE);
    assert_eq!(bench.card().profiles().len(), 2);
    assert_eq!(counter(&mut bench), 1);
}

#[test]
fn errors_are_not_kept_and_take_no_number() {
    let mut bench = Bench::new();
    let before = bench.card().state().next_sequence_number;
    let package = EuiccPackageSigned {
        counter_value: 0,
        ..bench.eim.package(rat())
    };
    bench.error(package);
    assert!(bench.results().is_empty());
    assert_eq!(bench.card().state().next_sequence_number, before);
}

#[test]
fn what_cannot_be_decoded_is_answered_to_a_known_eim_id_only() {
    let mut bench = Bench::new();
    let status = |bench: &mut Bench, request: &[u8]| match bench.terminal.es10(request) {
        Err(TerminalError::Status { status, .. }) => status,
        other => panic!("expected a status word, got {other:?}"),
    };
    for request in [
        "BF5100",
        "BF51023000",
        "BF51053003810101",
        "BF510530038001FF",
    ] {
        let request = hex::decode(request).unwrap();
        assert_eq!(status(&mut bench, &request), StatusWord::INCORRECT_DATA);
    }
    // neither eidValue nor anything else, and no signature
    let request = hex::decode("BF510B3009800465696D31820101").unwrap();
    let error = unsigned(&mut bench, &request);
    assert_eq!(error.association_token, bench.eim.token);
    // two lists in one package
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![disable(1)]));
    let mut signed = rsp::der::encode(&package).unwrap();
    signed.extend_from_slice(&[0xA1, 2, 0xAB, 0]);
    signed[1] += 4;
    let request = bench.eim.request_for(&signed);
    unsigned(&mut bench, &request);
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(counter(&mut bench), 0);
}

#[test]
fn members_that_are_not_known_are_covered_by_the_signature_and_ignored() {
    let mut bench = Bench::new();
    let mut package = bench.eim.package(rat());
    package.additions.push([0x9F, 0x50, 1, 7]);
    let request = bench.eim.request(package);
    let eim = bench.eim.clone();
    bench.result_of(&eim, &request);
}

#[test]
fn an_empty_list_has_an_empty_result() {
    let mut bench = Bench::new();
    assert_eq!(bench.psmo(Vec::new()), []);
    assert_eq!(bench.eco(Vec::new()), []);
}

#[test]
fn a_result_is_kept_as_it_was_answered_also_over_a_reset() {
    let mut bench = Bench::new();
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    let request = bench.eim.request(package);
    let result = bench.load(&request);
    bench.terminal.restart().unwrap();
    assert_eq!(bench.results(), [result]);
    assert_eq!(
        bench.card().state().profiles[1].state,
        ProfileState::Enabled
    );
}

#[test]
fn sequence_numbers_are_shared_and_grow() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable(2)]);
    bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
    let numbers: Vec<_> = bench
        .card()
        .state()
        .pending
        .iter()
        .map(|pending| pending.sequence_number)
        .collect();
    // disable 1, enable 2, result, result
    assert_eq!(numbers, [1, 2, 3, 4]);
    let first = verified(
        &Eim {
            counter: 1,
            ..bench.eim.clone()
        },
        &bench.results()[0],
    );
    assert_eq!(first.seq_number, 3);
    assert_eq!(first.additions, Additions::none());
}

#[test]
fn no_flipped_bit_and_no_prefix_executes_anything_or_breaks_the_card() {
    let mut bench = Bench::new();
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![disable(1)]));
    let request = bench.eim.request(package);
    let before = bench.card().state().clone();
    let flipped = (0..request.len() * 8).map(|bit| {
        let mut request = request.clone();
        request[bit / 8] ^= 1 << (bit % 8);
        request
    });
    let prefixes = (1..request.len()).map(|length| request[..length].to_vec());
    for damaged in flipped.chain(prefixes) {
        match bench.terminal.es10(&damaged) {
            Ok(response) => assert!(
                matches!(
                    rsp::der::decode(&response),
                    Ok(EuiccPackageResult::EuiccPackageErrorUnsigned(_))
                ) || damaged[..2] != request[..2],
                "{}",
                hex::encode(&damaged)
            ),
            Err(TerminalError::Status { status, .. }) => assert_ne!(status, StatusWord::FAULT),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(*bench.card().state(), before);
    let eim = bench.eim.clone();
    bench.result_of(&eim, &request);
    assert_eq!(bench.enabled(), None);
}

/// A store that keeps every state it was given.
struct Journal(std::sync::mpsc::Sender<veuicc::State>);

impl veuicc::Store for Journal {
    fn save(&mut self, state: &veuicc::State) -> Result<(), veuicc::StoreError> {
        self.0.send(state.clone()).unwrap();
        Ok(())
    }
}

/// The states that were kept while a package was executed that enables profile 2.
fn kept_states(package_journal: bool) -> (Bench, Vec<veuicc::State>) {
    let mut bench = Bench::configured(false, [metadata(1), metadata(2)], |config| {
        config.capabilities.package_journal = package_journal;
    });
    let (sender, states) = std::sync::mpsc::channel();
    let state = bench.card().state().clone();
    bench.insert(state, Some(Box::new(Journal(sender))));
    bench.psmo(vec![enable(2)]);
    // the sender goes with the card
    let last = bench.card().state().clone();
    bench.insert(last, None);
    (bench, states.iter().collect())
}

#[test]
fn a_package_happens_with_its_counter_and_its_result_or_not_at_all() {
    let (mut bench, states) = kept_states(false);
    assert_eq!(states.len(), 1);
    assert_eq!(states[0].eims[0].counter_value, 1);
    assert_eq!(states[0].pending.len(), 3);
    bench.insert(states[0].clone(), None);
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(bench.results().len(), 1);
}

#[test]
fn with_a_journal_a_package_that_lost_its_power_is_reported_as_interrupted() {
    use EuiccResultDataProcessingTerminated as Terminated;
    let (mut bench, states) = kept_states(true);
    assert_eq!(states.len(), 2);
    bench.insert(states[0].clone(), None);
    assert_eq!(bench.enabled(), Some(1));
    let results = bench.results();
    assert_eq!(results.len(), 1);
    let eim = bench.eim.clone();
    assert_eq!(
        verified(&eim, &results[0]).euicc_result,
        [terminated(Terminated::INTERRUPTION)]
    );
    // once, and its counter is used up
    bench.terminal.restart().unwrap();
    assert_eq!(bench.results(), results);
    bench.eim.counter -= 1;
    let again = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    assert_eq!(bench.error(again), Code::REPLAY_ERROR);
    // what is refused is refused as ever
    bench.eim.counter = 7;
    let long = EuiccPackage::PsmoList(vec![Psmo::GetRat(PsmoGetRat::default()); 0x4000]);
    let package = bench.eim.package(long);
    assert_eq!(bench.error(package), Code::SIZE_OVERFLOW);
    assert_eq!(bench.card().state().package, None);
    // after the second state there is nothing to report
    bench.insert(states[1].clone(), None);
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(bench.results().len(), 1);
}
