// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards with habits: under each personality that is built in, an enable is executed once, its
//! REFRESH carried out and its result delivered.

use harness::iut::OrderStatus;
use veuicc::Personality;

use crate::kit::*;

/// What cannot work, and why.
const OTHERWISE: [(&str, &str); 5] = [
    (
        "sgp32-v1-0",
        "it speaks another wire version than the eIM of these tests",
    ),
    (
        "ber-writer",
        "it gives the eIM's certificate back in BER, which TLS does not take",
    ),
    (
        "results-v1-0",
        "an eIM of v1.2 does not verify results of v1.0",
    ),
    (
        "bare-results",
        "a result without the tag of its arm has no form in ESipa",
    ),
    (
        "power-cut",
        "the card loses its power; see the tests of restarts",
    ),
];

#[tokio::test]
async fn an_enable_is_executed_and_reported_on_every_card() {
    for personality in Personality::built_in().unwrap() {
        let name = personality.name.clone();
        if OTHERWISE.iter().any(|(other, _)| *other == name) {
            continue;
        }
        let world = World::with(&[EIM1], personality).await;
        let order = world.eim().psmo(vec![enable(OPERATIONAL, false)]);
        let outcome = world.round().await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
        assert_eq!(world.eim().status(&order), OrderStatus::Done, "{name}");
        assert_eq!(world.requests.count(&[0xBF, 0x51]), 1, "{name}");
        if name != "reverting" {
            assert_eq!(world.card.enabled(), Some(OPERATIONAL), "{name}");
        }
        assert_eq!(world.card.pending(), [0; 0], "{name}");
    }
}

#[tokio::test]
async fn a_card_that_loses_its_power_is_started_again() {
    let world = World::with(&[EIM1], Personality::named("power-cut").unwrap()).await;
    let order = world.eim().psmo(vec![enable(OPERATIONAL, false)]);
    let mut rounds = 0;
    while let Err(error) = world.round().await {
        rounds += 1;
        assert!(rounds < 20, "{error}");
    }
    assert_eq!(world.eim().status(&order), OrderStatus::Done);
    assert_eq!(world.card.pending(), [0; 0]);
}
