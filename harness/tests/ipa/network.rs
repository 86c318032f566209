// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network goes with the profile: rollback when it is lost, retry when it comes back (SGP.32
//! §3.3.1, §5.9.16).

use harness::iut::OrderStatus;
use rsp::sgp32::*;

use crate::kit::*;

fn has_rollback(result: &EimPackageResult) -> bool {
    let result = match result {
        EimPackageResult::EuiccPackageResult(result) => result,
        EimPackageResult::EprAndNotifications(both) => &both.euicc_package_result,
        _ => return false,
    };
    let EuiccPackageResult::EuiccPackageResultSigned(signed) = result else {
        return false;
    };
    let results = &signed.euicc_package_result_data_signed.euicc_result;
    results
        .iter()
        .any(|it| matches!(it, EuiccResultData::RollbackResult(_)))
}

#[tokio::test]
async fn an_enable_is_reported_over_the_network_of_the_new_profile() {
    let world = World::new().await;
    let order = world.eim().psmo(vec![enable(OPERATIONAL, true)]);
    world.round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    assert_eq!(world.eim().status(&order), OrderStatus::Done);
    assert_eq!(world.card.pending(), [0; 0]);
    let followed = world.modem.followed.lock().unwrap().clone();
    assert_eq!(followed, [Some(BOOTSTRAP), Some(OPERATIONAL)]);
    // 262/01, on every poll
    let plmn = world.eim().polls().first().unwrap().r_plmn.clone().unwrap();
    assert_eq!(plmn.to_vec(), [0x62, 0xF2, 0x10]);
}

#[tokio::test]
async fn without_a_network_the_card_rolls_back_and_the_new_result_is_delivered() {
    let world = World::new().await;
    world.modem.set(OPERATIONAL, false);
    world.eim().psmo(vec![enable(OPERATIONAL, true)]);
    world.round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    let results = world.eim().results();
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(has_rollback(&results[0]));
    assert_eq!(world.card.pending(), [0; 0]);
    assert_eq!(world.requests.count(&[0xBF, 0x58]), 1);
}

#[tokio::test]
async fn a_modem_that_notices_nothing_does_not_hinder_the_rollback() {
    let world = World::new().await;
    world.dark.lock().unwrap().insert(OPERATIONAL);
    world.eim().psmo(vec![enable(OPERATIONAL, true)]);
    world.round().await.unwrap();
    assert_eq!(world.card.enabled(), Some(BOOTSTRAP));
    let results = world.eim().results();
    assert!(
        results.len() == 1 && has_rollback(&results[0]),
        "{results:?}"
    );
}

#[tokio::test]
async fn without_the_flag_the_result_waits_for_the_network() {
    let world = World::new().await;
    world.modem.set(OPERATIONAL, false);
    let order = world.eim().psmo(vec![enable(OPERATIONAL, false)]);
    let error = world.round().await.unwrap_err();
    assert!(error.is_loss_of_network(), "{error}");
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    assert_eq!(world.requests.count(&[0xBF, 0x58]), 0);
    assert_ne!(world.card.pending(), [0; 0]);
    world.modem.set(OPERATIONAL, true);
    world.round().await.unwrap();
    assert_eq!(world.eim().status(&order), OrderStatus::Done);
    assert_eq!(world.card.pending(), [0; 0]);
    assert_eq!(world.requests.count(&[0xBF, 0x51]), 1);
}

#[tokio::test]
async fn a_rollback_that_is_not_allowed_changes_nothing_and_is_asked_for_once() {
    let world = World::new().await;
    world.modem.set(OPERATIONAL, false);
    world.eim().psmo(vec![enable(OPERATIONAL, true)]);
    world.card.with(|card| card.arm_failure("ProfileRollback"));
    for _ in 0..2 {
        assert!(world.round().await.is_err());
    }
    assert_eq!(world.requests.count(&[0xBF, 0x58]), 1);
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
}

#[tokio::test]
async fn a_server_that_answers_nonsense_is_no_loss_of_network() {
    let world = World::new().await;
    world.eim().psmo(vec![enable(OPERATIONAL, true)]);
    world
        .eim()
        .answer_instead(|message| is_result(message).then(|| vec![0x30, 0x00]));
    let error = world.round().await.unwrap_err();
    assert!(!error.is_loss_of_network(), "{error}");
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    assert_eq!(world.requests.count(&[0xBF, 0x58]), 0);
}
