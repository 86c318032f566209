// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power cuts: whatever command to the card is the last one before, the next start takes up the work,
//! and nothing is executed twice (SGP.32 §5.9.11).

use harness::defect::IpaDefect;
use harness::ipa::Error;
use harness::iut::OrderStatus;
use rsp::sgp32::*;

use crate::kit::*;

/// Lets the device do its work although its power goes away after every so many commands.
async fn live(world: &World, commands: i64) -> usize {
    for cuts in 0..100 {
        world.card.break_after(commands);
        match world.round().await {
            Ok(()) => return cuts,
            Err(Error::Card(_)) => {}
            Err(other) => panic!("{commands} commands: {other}"),
        }
    }
    panic!("{commands} commands: never done")
}

#[tokio::test]
async fn work_is_done_once_whatever_the_power_does() {
    let mut most = 0;
    // a start alone takes some commands; with fewer nothing can ever be done
    for commands in 40..90 {
        let world = World::new().await;
        let order = world.eim().psmo(vec![enable(OPERATIONAL, true)]);
        most = most.max(live(&world, commands).await);
        assert_eq!(world.eim().status(&order), OrderStatus::Done, "{commands}");
        assert_eq!(world.requests.count(&[0xBF, 0x51]), 1, "{commands}");
        assert_eq!(world.card.enabled(), Some(OPERATIONAL), "{commands}");
        assert_eq!(world.card.pending(), [0; 0], "{commands}");
    }
    assert!(most > 0, "no power cut at all");
}

#[tokio::test]
async fn a_rollback_survives_power_cuts() {
    let mut most = 0;
    for commands in 40..90 {
        let world = World::new().await;
        world.modem.set(OPERATIONAL, false);
        world.eim().psmo(vec![enable(OPERATIONAL, true)]);
        most = most.max(live(&world, commands).await);
        assert_eq!(world.card.enabled(), Some(BOOTSTRAP), "{commands}");
        assert_eq!(world.requests.count(&[0xBF, 0x51]), 1, "{commands}");
        assert_eq!(world.card.pending(), [0; 0], "{commands}");
    }
    assert!(most > 0, "no power cut at all");
}

#[tokio::test]
async fn an_error_that_the_card_does_not_keep_is_kept_until_the_eim_takes_it() {
    let world = World::new().await;
    let order = world.eim().psmo(vec![enable(OPERATIONAL, false)]);
    // the card makes a signed error, which has no sequence number
    world.card.with(|card| {
        card.edit_state(|state| {
            for eim in &mut state.eims {
                eim.counter_value = 1000;
            }
        })
        .unwrap();
    });
    let refused = rsp::der::encode(
        &ProvideEimPackageResultResponse::ProvideEimPackageResultError(
            ProvideEimPackageResultResponseProvideEimPackageResultError::UNDEFINED_ERROR,
        ),
    )
    .unwrap();
    world
        .eim()
        .answer_instead(move |message| is_result(message).then(|| refused.clone()));
    assert!(matches!(world.round().await, Err(Error::Refused { .. })));
    let heard = world.eim().results().len();
    assert_eq!(heard, 1);
    // the next start offers it again
    world.eim().answer_instead(|_| None);
    drop(world.round().await);
    let again = world.eim().results();
    assert!(again.len() > heard);
    assert!(matches!(
        again[heard],
        EimPackageResult::EuiccPackageResult(EuiccPackageResult::EuiccPackageErrorSigned(_))
    ));
    drop(order);
}

#[tokio::test]
async fn a_result_that_the_eim_refuses_stays_on_the_card_and_packages_still_come() {
    let world = World::new().await;
    world.eim().psmo(vec![set_fallback(BOOTSTRAP)]);
    let refused = rsp::der::encode(
        &ProvideEimPackageResultResponse::ProvideEimPackageResultError(
            ProvideEimPackageResultResponseProvideEimPackageResultError::EID_NOT_FOUND,
        ),
    )
    .unwrap();
    world
        .eim()
        .answer_instead(move |message| is_result(message).then(|| refused.clone()));
    assert!(matches!(world.round().await, Err(Error::Refused { .. })));
    let kept = world.card.pending();
    assert_eq!(kept.len(), 1);
    let polls = world.eim().polls().len();
    world.round().await.unwrap();
    assert_eq!(world.card.pending(), kept);
    assert!(world.eim().polls().len() > polls);
    world.eim().answer_instead(|_| None);
    world.round().await.unwrap();
    assert_eq!(world.card.pending(), [0; 0]);
}

#[tokio::test]
async fn a_mistaken_ipa_gives_a_result_up_with_the_connection() {
    let world = World::new()
        .await
        .mistaken(IpaDefect::TiesStateToConnection);
    world.dark.lock().unwrap().insert(OPERATIONAL);
    let order = world.eim().psmo(vec![enable(OPERATIONAL, false)]);
    assert!(world.round().await.is_err());
    world.dark.lock().unwrap().clear();
    drop(world.round().await);
    let results = format!("{:?}", world.eim().results());
    assert!(!results.contains("EnableResult"), "{results}");
    assert_ne!(world.eim().status(&order), OrderStatus::Done);
}
