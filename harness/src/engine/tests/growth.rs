// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the judge alone costs: an exchange late in a case takes as long as an early one.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{CHALLENGE, EID, Engine, engine, message, poll};
use crate::case::Interface;
use crate::message::{Direction, encode};

/// Exchanges of one batch, and batches: 16,000 exchanges in all.
const BATCH: usize = 100;
const BATCHES: usize = 160;

fn batch(engine: &Engine, requests: &[(Interface, Vec<u8>, Vec<u8>)]) -> Duration {
    let started = Instant::now();
    for (interface, request, answer) in requests.iter().cycle().take(BATCH) {
        let ticket = engine.begin(*interface, request);
        engine.finish(ticket, answer.clone());
        assert!(engine.next().is_some());
    }
    started.elapsed()
}

fn answer(interface: Interface, name: &str, value: &Value) -> Vec<u8> {
    encode(interface, Direction::Response, name, value).unwrap()
}

/// Exchanges as they repeat in a case: a poll, a look at the notifications, a delivery.
fn requests() -> Vec<(Interface, Vec<u8>, Vec<u8>)> {
    let listed = json!({ "notificationList": [{ "otherSignedNotification": {
        "tbsOtherNotification": {
            "seqNumber": 1,
            "profileManagementOperation": ["notificationEnable"],
            "notificationAddress": "smdp1.test.example",
        },
        "euiccNotificationSignature": "00".repeat(64),
        "euiccCertificate": { "raw": "3000" },
        "eumCertificate": { "raw": "3000" },
    }}]});
    let error = json!({ "eimPackageError": "noEimPackageAvailable" });
    let failed = json!({ "eidValue": EID, "eimPackageResult": {
        "eimPackageResultResponseError": { "eimPackageResultErrorCode": 127 },
    }});
    let empty = json!({ "emptyResponse": {} });
    let (esipa, es10b) = (Interface::Esipa, Interface::Es10b);
    vec![
        (
            esipa,
            poll(),
            answer(esipa, "getEimPackageResponse", &error),
        ),
        (
            es10b,
            hex::decode("bf2b00").unwrap(),
            answer(es10b, "retrieveNotificationsListResponse", &listed),
        ),
        (
            esipa,
            message("provideEimPackageResult", &failed),
            answer(esipa, "provideEimPackageResultResponse", &empty),
        ),
    ]
}

#[test]
fn an_exchange_costs_the_same_at_the_end_of_a_long_case() {
    // the awaited step never comes, and what comes instead is on the interface of an actor
    let head = super::HEAD.replace("eim: scripted", "eim: {actor: eim}");
    let engine = super::engine_of(&head, CHALLENGE);
    let requests = requests();
    let times: Vec<Duration> = (0..BATCHES).map(|_| batch(&engine, &requests)).collect();
    assert_eq!(engine.finding(), None);
    // the best of many batches is what the work costs; the others waited for the machine
    let best = |times: &[Duration]| times.iter().min().copied().unwrap();
    let early = best(&times[..BATCHES / 4]);
    let late = best(&times[BATCHES * 3 / 4..]);
    let per_exchange = |time: Duration| time.as_secs_f64() * 1e6 / BATCH as f64;
    println!(
        "{:.1} µs per exchange at first, {:.1} µs after {} exchanges",
        per_exchange(early),
        per_exchange(late),
        BATCH * BATCHES * 3 / 4
    );
    assert!(late < early * 3, "{early:?} at first, {late:?} at the end");
}

#[test]
fn a_near_miss_is_kept_once() {
    let engine = engine(
        "  - ES10b:
      request: {getEuiccDataRequest: {tagList: '5c'}}
",
    );
    for _ in 0..1000 {
        let ticket = engine.begin(Interface::Es10b, &hex::decode("bf3e035c015a").unwrap());
        engine.finish(ticket, Vec::new());
    }
    assert_eq!(engine.state().near.len(), 1);
}
