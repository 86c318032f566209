// SPDX-License-Identifier: MIT OR Apache-2.0
//! Switches that the device asks for itself, and what eIMs are told of them (SGP.32 §5.14.5).

use harness::ipa::Error;
use harness::iut::Policy;
use rsp::sgp32::Sgp32EuiccMemoryResetRequestResetOptions as Options;
use rsp::sgp32::*;

use crate::kit::*;

/// A world whose card falls back to the bootstrap profile, and has the operational one enabled.
async fn with_fallback() -> World {
    let world = World::new().await;
    let eim = world.eim();
    eim.psmo(vec![set_fallback(BOOTSTRAP)]);
    eim.psmo(vec![enable(OPERATIONAL, false)]);
    world.round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    world
}

fn code(error: &Error) -> &str {
    match error {
        Error::Refused { code, .. } => code,
        other => panic!("expected a refusal of the card, got {other}"),
    }
}

#[tokio::test]
async fn fallback_and_return_are_told_once_each_over_restarts() {
    let world = with_fallback().await;
    world.start().unwrap().execute_fallback().unwrap();
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    assert_eq!(world.eim().causes(), []);
    // another start, as after a power cut
    world.round().await.unwrap();
    assert_eq!(world.eim().causes(), [StateChangeCause::FALLBACK]);
    world.round().await.unwrap();
    assert_eq!(world.eim().causes().len(), 1);
    world.start().unwrap().return_from_fallback().unwrap();
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    world.round().await.unwrap();
    assert_eq!(world.eim().causes().len(), 2);
}

#[tokio::test]
async fn a_refused_switch_is_told_to_nobody() {
    let world = World::new().await;
    let mut ipa = world.start().unwrap();
    assert_eq!(
        code(&ipa.execute_fallback().unwrap_err()),
        "fallbackNotAvailable(6)"
    );
    assert_eq!(
        code(&ipa.return_from_fallback().unwrap_err()),
        "fallbackNotAvailable(6)"
    );
    let error = ipa.disable_emergency_profile().unwrap_err();
    assert_eq!(code(&error), "profileNotInEnabledState(2)");
    let error = ipa.immediate_enable().unwrap_err();
    assert_eq!(code(&error), "immediateEnableNotAvailable(1)");
    ipa.round().await.unwrap();
    assert_eq!(world.eim().causes(), []);
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
}

#[tokio::test]
async fn the_emergency_profile_stops_data_requests_and_packages_until_it_is_over() {
    let world = World::new().await;
    let mut ipa = world.start().unwrap();
    ipa.enable_emergency_profile().unwrap();
    assert_eq!(world.card.enabled(), Some(EMERGENCY));
    let data = IpaEuiccDataRequest {
        tag_list: [0xBF, 0x20].into(),
        eim_transaction_id: Some(vec![7].into()),
        ..Default::default()
    };
    let data = rsp::der::encode(&data).unwrap();
    let order = harness::iut::Order::IpaEuiccDataRequest(data);
    world.eim().eim.order(certs::TEST_EID, order).unwrap();
    ipa.round().await.unwrap();
    let told = world.eim().causes();
    assert_eq!(told, [StateChangeCause::EMERGENCY_PROFILE]);
    let answer = world.eim().results().pop().unwrap();
    let EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccDataResponseError(
        error,
    )) = answer
    else {
        panic!("expected an error, got {answer:?}")
    };
    assert_eq!(
        error.ipa_euicc_data_error_code,
        IpaEuiccDataErrorCode::ECALL_ACTIVE
    );
    ipa.disable_emergency_profile().unwrap();
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
}

#[tokio::test]
async fn a_memory_reset_is_told_to_the_eims_that_are_left() {
    let world = World::new().await;
    let mut ipa = world.start().unwrap();
    let options = Options::of(&[Options::DELETE_OPERATIONAL_PROFILES]);
    assert_eq!(
        ipa.memory_reset(options.clone()).unwrap(),
        "resetResult ok(0)"
    );
    assert_eq!(world.card.enabled(), None);
    let error = ipa.memory_reset(options).unwrap_err();
    assert_eq!(code(&error), "resetResult nothingToDelete(1)");
    // a modem without a profile has no network either
    assert!(ipa.round().await.unwrap_err().is_loss_of_network());
    assert_eq!(world.eim().causes(), []);
}

#[tokio::test]
async fn after_a_reset_of_the_eim_configuration_there_is_nobody_to_tell() {
    let world = World::new().await;
    let mut ipa = world.start().unwrap();
    let told = ipa
        .memory_reset(Options::of(&[Options::RESET_EIM_CONFIG_DATA]))
        .unwrap();
    assert!(told.contains("resetEimResult ok"), "{told}");
    assert!(matches!(ipa.round().await, Err(Error::NoEim)));
    let state = std::fs::read_to_string(world.state()).unwrap_or_default();
    assert!(!state.contains(EIM1), "{state}");
}

#[tokio::test]
async fn a_device_falls_back_and_returns_by_itself() {
    let mut world = with_fallback().await;
    world.settings.policy = Policy {
        fallback_after: Some(2),
        return_after: Some(2),
        ..world.settings.policy.clone()
    };
    let mut ipa = world.start().unwrap();
    world.modem.set(OPERATIONAL, false);
    assert!(ipa.autonomous_round().await.is_err());
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    assert!(ipa.autonomous_round().await.is_err());
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    ipa.autonomous_round().await.unwrap();
    assert_eq!(world.eim().causes(), [StateChangeCause::FALLBACK]);
    // the network is still away: it returns, finds nothing, falls back again and waits longer
    ipa.autonomous_round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    for _ in 0..2 {
        assert!(ipa.autonomous_round().await.is_err());
    }
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    world.modem.set(OPERATIONAL, true);
    for _ in 0..3 {
        ipa.autonomous_round().await.unwrap();
        assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    }
    ipa.autonomous_round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
}
