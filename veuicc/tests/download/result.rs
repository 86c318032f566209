// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a profile installation results in.

use rsp::ecdsa::Curve;
use rsp::sgp22::*;

use crate::common::*;

pub(crate) fn result(bytes: &[u8]) -> ProfileInstallationResult {
    rsp::der::decode(bytes).unwrap()
}

#[track_caller]
pub(crate) fn expect_success(bytes: &[u8]) -> SuccessResult {
    match &result(bytes).profile_installation_result_data.final_result {
        ProfileInstallationResultDataFinalResult::SuccessResult(success) => success.clone(),
        other => panic!("expected successResult, got {other:?}"),
    }
}

#[track_caller]
pub(crate) fn expect_error(
    bytes: &[u8],
    command: BppCommandId,
    reason: ErrorReason,
) -> ErrorResult {
    match &result(bytes).profile_installation_result_data.final_result {
        ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
            assert_eq!(
                (error.bpp_command_id, error.error_reason),
                (command, reason)
            );
            error.clone()
        }
        other => panic!("expected errorResult, got {other:?}"),
    }
}

/// Loads a package made by `make` and expects that error; nothing is installed.
#[track_caller]
pub(crate) fn load_fails(
    make: impl FnOnce(&Server, &[u8]) -> Vec<u8>,
    command: BppCommandId,
    reason: ErrorReason,
) -> ErrorResult {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = make(&server, &otpk);
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let error = expect_error(&response, command, reason);
    assert!(terminal.card().profiles().is_empty());
    assert_eq!(terminal.card().state().pending.len(), 1);
    assert_eq!(terminal.card().state().installation, None);
    error
}
