// SPDX-License-Identifier: MIT OR Apache-2.0
//! Several eIMs on one card: each gets its own, and hears of what the other did (SGP.32 §3.1.1.1,
//! §5.14.5).

use harness::iut::OrderStatus;
use rsp::sgp32::*;
use veuicc::Personality;

use crate::kit::*;

async fn two() -> World {
    World::with(&[EIM1, EIM2], Personality::spec()).await
}

#[tokio::test]
async fn each_eim_has_its_packages_executed_and_the_other_hears_of_them() {
    let world = two().await;
    let first = world.eims[0].psmo(vec![enable(OPERATIONAL, false)]);
    let second = world.eims[1].psmo(vec![enable(BOOTSTRAP, false)]);
    world.round().await.unwrap();
    assert_eq!(world.eims[0].status(&first), OrderStatus::Done);
    assert_eq!(world.eims[1].status(&second), OrderStatus::Done);
    assert_eq!(world.eims[0].causes(), []);
    assert_eq!(world.eims[1].causes(), [StateChangeCause::OTHER_EIM]);
    world.round().await.unwrap();
    assert_eq!(world.eims[0].causes(), [StateChangeCause::OTHER_EIM]);
    assert_eq!(world.eims[1].causes().len(), 1);
    assert_eq!(world.card.pending(), [0; 0]);
}

#[tokio::test]
async fn an_eim_that_is_away_keeps_nobody_waiting() {
    let world = two().await;
    world.resolver.remove(EIM1);
    let order = world.eims[1].psmo(vec![enable(OPERATIONAL, false)]);
    let error = world.round().await.unwrap_err();
    assert!(error.is_loss_of_network(), "{error}");
    assert_eq!(world.eims[1].status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn what_another_eim_is_owed_is_not_removed_on_an_acknowledgement() {
    let world = two().await;
    // a result for eIM 2, which is away
    world.eims[1].psmo(vec![enable(OPERATIONAL, false)]);
    world.modem.set(OPERATIONAL, false);
    assert!(world.round().await.is_err());
    let owed = world.card.pending();
    assert!(!owed.is_empty());
    world.modem.set(OPERATIONAL, true);
    world.resolver.remove(EIM2);
    world.eims[0].psmo(vec![set_fallback(BOOTSTRAP)]);
    // eIM 1 acknowledges everything that it can think of
    let answer = acknowledgement(1..20);
    world.eims[0].answer_instead(move |message| is_result(message).then(|| answer.clone()));
    assert!(world.round().await.is_err());
    assert_eq!(world.requests.count(&[0xBF, 0x51]), 2);
    let left = world.card.pending();
    assert!(left.contains(owed.last().unwrap()), "{owed:?} {left:?}");
}
