// SPDX-License-Identifier: MIT OR Apache-2.0
//! ProfileRollback: what grants it, what it does, and what takes it away.

use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp22::{EnableProfileRequest, EnableProfileRequestProfileIdentifier};
use rsp::sgp32::*;
use veuicc::Event;

use ProfileRollbackResponseCmdResult as Code;

fn rollback(bench: &mut Bench, refresh_flag: bool) -> ProfileRollbackResponse {
    bench.es10(&ProfileRollbackRequest {
        refresh_flag,
        additions: Additions::none(),
    })
}

#[track_caller]
fn refused(bench: &mut Bench, code: Code) {
    let enabled = bench.enabled();
    let response = rollback(bench, false);
    assert_eq!(
        (response.cmd_result, response.euicc_package_result),
        (code, None)
    );
    assert_eq!(bench.enabled(), enabled);
}

#[test]
fn a_rollback_restores_the_profile_and_replaces_the_result() {
    for refresh in [false, true] {
        let mut bench = Bench::with(refresh, [metadata(1), metadata(2), metadata(3)]);
        bench.psmo(vec![enable_with_rollback(2), delete(3)]);
        assert_eq!(bench.enabled(), Some(2));
        let before = bench.card().state().next_sequence_number;

        let response = rollback(&mut bench, refresh);
        assert_eq!(response.cmd_result, Code::OK);
        assert_eq!(bench.enabled(), Some(1));
        let result = response.euicc_package_result.unwrap();
        // signature, eimId, counter and transaction of the package
        let data = verified(&bench.eim, &result);
        assert_eq!(data.seq_number, before);
        assert_eq!(
            data.euicc_result,
            [EuiccResultData::RollbackResult(RollbackProfileResult::OK)]
        );
        assert_eq!(bench.results(), [result]);
        // the deletion is not undone
        assert_eq!(
            bench.notifications(),
            [(Event::Delete, "n3.example.com".to_owned())]
        );

        refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
        assert_eq!(bench.results().len(), 1);
    }
}

#[test]
fn a_rollback_goes_back_before_the_whole_package() {
    let mut bench = Bench::new();
    bench.psmo(vec![disable(1), enable_with_rollback(2)]);
    assert_eq!(rollback(&mut bench, false).cmd_result, Code::OK);
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.notifications(), []);
}

#[test]
fn a_rollback_survives_a_reset_and_the_acknowledgement_of_the_result() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable_with_rollback(2)]);
    bench.terminal.restart().unwrap();
    bench
        .card()
        .edit_state(|state| state.pending.clear())
        .unwrap();
    assert_eq!(rollback(&mut bench, false).cmd_result, Code::OK);
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.results().len(), 1);
}

#[test]
fn without_flag_or_without_success_there_is_no_rollback() {
    let mut bench = Bench::new();
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
    bench.psmo(vec![enable(2)]);
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
    bench.psmo(vec![enable_with_rollback(9)]);
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
}

#[test]
fn the_next_package_takes_the_right_away_unless_it_is_refused() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable_with_rollback(2)]);
    let replayed = EuiccPackageSigned {
        counter_value: 0,
        ..bench
            .eim
            .clone()
            .package(EuiccPackage::PsmoList(Vec::new()))
    };
    assert_eq!(bench.error(replayed), EuiccPackageErrorCode::REPLAY_ERROR);
    assert!(bench.card().state().rollback.is_some());
    bench.eco(Vec::new());
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
}

#[test]
fn a_change_by_es10c_takes_the_right_away() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable_with_rollback(2)]);
    let response: rsp::sgp22::EnableProfileResponse = bench.es10(&EnableProfileRequest {
        profile_identifier: EnableProfileRequestProfileIdentifier::Iccid(wire_iccid(3)),
        refresh_flag: false,
        target_esim_port: None,
        additions: Additions::none(),
    });
    assert_eq!(response.enable_result.0, 0);
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
}

#[test]
fn a_rollback_waits_for_the_refresh_of_the_change() {
    let mut bench = Bench::with(true, [metadata(1), metadata(2)]);
    let package = bench
        .eim
        .package(EuiccPackage::PsmoList(vec![enable_with_rollback(2)]));
    let request = bench.eim.request(package);
    let mut command = vec![0x81, 0xE2, 0x91, 0, u8::try_from(request.len()).unwrap()];
    command.extend_from_slice(&request);
    bench.terminal.exchange(&command).unwrap();
    let (response, _) = bench
        .terminal
        .exchange(&[0x81, 0xE2, 0x91, 0, 6, 0xBF, 0x58, 3, 0x80, 1, 0])
        .unwrap();
    assert_eq!(hex::encode(response), "bf5803020105");
    bench.terminal.restart().unwrap();
    assert_eq!(rollback(&mut bench, true).cmd_result, Code::OK);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn a_rollback_to_what_is_gone_is_a_command_error() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable_with_rollback(2)]);
    bench.card().edit_state(|state| state.eims.clear()).unwrap();
    refused(&mut bench, Code::COMMAND_ERROR);
}

#[test]
fn a_way_back_that_was_notified_before_is_notified_again() {
    let mut bench = Bench::new();
    bench.psmo(vec![enable_with_rollback(2)]);
    // one of the two notifications was delivered
    let removed: rsp::sgp22::NotificationSentResponse =
        bench.es10(&rsp::sgp22::NotificationSentRequest {
            seq_number: 1,
            additions: Additions::none(),
        });
    assert_eq!(removed.delete_notification_status.0, 0);
    assert_eq!(rollback(&mut bench, false).cmd_result, Code::OK);
    assert_eq!(bench.enabled(), Some(1));
    let told = |event, n| (event, format!("n{n}.example.com"));
    assert_eq!(
        bench.notifications(),
        [told(Event::Disable, 2), told(Event::Enable, 1)]
    );
}

#[test]
fn a_rollback_that_fails_is_told_to_the_eim() {
    let mut bench = Bench::configured(false, [metadata(1), metadata(2)], |config| {
        config.capabilities.refuse = vec!["rollback".to_owned()];
    });
    bench.psmo(vec![enable_with_rollback(2)]);
    let response = rollback(&mut bench, false);
    assert_eq!(response.cmd_result, Code::UNDEFINED_ERROR);
    let result = response.euicc_package_result.unwrap();
    assert_eq!(
        verified(&bench.eim, &result).euicc_result,
        [EuiccResultData::RollbackResult(
            RollbackProfileResult::UNDEFINED_ERROR
        )]
    );
    assert_eq!(bench.enabled(), Some(2));
    // the result of the package stays as true as it was
    assert_eq!(bench.results().len(), 2);
    refused(&mut bench, Code::ROLLBACK_NOT_ALLOWED);
}
