// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications: taken over once they are kept, tried again with longer and longer pauses, over a
//! restart too, and delivered to the server that they name.

use std::path::PathBuf;

use harness::iut::{OrderStatus, RelaySettings};
use rsp::json::{Es9Request, Function};
use rsp::sgp22::{HandleNotification, PendingNotification};
use smdp::OrderState;

use crate::bench::{Bench, SMDP, Setup};

fn patient() -> RelaySettings {
    RelaySettings {
        retry_after: 60,
        longest_pause: 600,
        ..RelaySettings::default()
    }
}

/// Any message makes the eIM look at what is due.
async fn poke(bench: &Bench) {
    bench.run().await;
}

/// Installation results that the SM-DP+ got.
fn results(bench: &Bench) -> usize {
    let asked = bench.asked(Function::HandleNotification).into_iter();
    let results = asked.filter(|request| {
        matches!(
            request,
            Es9Request::HandleNotification(HandleNotification {
                pending_notification: PendingNotification::ProfileInstallationResult(_),
                ..
            })
        )
    });
    results.count()
}

async fn lost(db: Option<PathBuf>) -> (Bench, std::net::SocketAddr) {
    let bench = Bench::new(Setup {
        relay: patient(),
        db,
        ..Setup::default()
    })
    .await;
    let address = bench.resolver.resolve(SMDP).unwrap();
    // the server goes away when it has given the package
    let resolver = bench.resolver.clone();
    bench.order();
    let watch = bench.watch.clone();
    let away = tokio::spawn(async move {
        loop {
            let given = watch
                .lock()
                .unwrap()
                .seen
                .iter()
                .any(|it| it.function() == Function::GetBoundProfilePackage);
            if given {
                resolver.remove(SMDP);
                return;
            }
            tokio::task::yield_now().await;
        }
    });
    bench.run().await;
    away.await.unwrap();
    (bench, address)
}

#[tokio::test]
async fn what_the_server_missed_is_delivered_when_its_pause_is_over() {
    let (bench, address) = lost(None).await;
    assert_eq!(bench.status("1"), OrderStatus::Done);
    // both are with the eIM
    assert_eq!(bench.pending(), 0);
    assert_ne!(bench.state(), OrderState::Installed);
    bench.resolver.insert(SMDP, address);
    poke(&bench).await;
    assert_eq!(results(&bench), 0, "the pause is not over");
    bench.clock.advance(60);
    poke(&bench).await;
    assert_eq!(results(&bench), 1);
    assert_eq!(bench.state(), OrderState::Installed);
    bench.clock.advance(10_000);
    poke(&bench).await;
    assert_eq!(results(&bench), 1);
}

#[tokio::test]
async fn what_waits_is_delivered_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("eim.redb");
    let (bench, _) = lost(Some(db.clone())).await;
    let (now, eim) = (bench.clock.now(), std::sync::Arc::downgrade(&bench.eim));
    drop(bench);
    // connections let go of the eIM when they notice
    while eim.upgrade().is_some() {
        tokio::task::yield_now().await;
    }
    let again = Bench::new(Setup {
        relay: patient(),
        db: Some(db),
        ..Setup::default()
    })
    .await;
    poke(&again).await;
    assert!(again.asked(Function::HandleNotification).is_empty());
    again.clock.set(now + 60);
    poke(&again).await;
    // the installation result and the install notification
    assert_eq!(again.asked(Function::HandleNotification).len(), 2);
}
