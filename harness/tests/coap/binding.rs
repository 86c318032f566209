// SPDX-License-Identifier: MIT OR Apache-2.0
//! The binding with a server that echoes.

use std::time::Duration;

use harness::wire::coap::{DtlsVersion, Settings};

use crate::proxy::{Fate, Proxy};
use crate::{Echo, HOST, bytes, quick};

#[tokio::test]
async fn every_block_size_carries_every_body() {
    let echo = Echo::start(quick()).await;
    for block_size in [16, 32, 64, 128, 256, 512, 1024] {
        let client = echo.client(Settings {
            block_size,
            ..quick()
        });
        for length in [1, block_size - 1, block_size, block_size + 1, 5000] {
            let answer = client.post(bytes(length)).await.unwrap();
            assert_eq!(answer, bytes(length), "{block_size} {length}");
        }
        assert!(client.post(vec![0]).await.unwrap().is_empty());
    }
    assert_eq!(echo.executed().len(), 7 * 6);
}

#[tokio::test]
async fn a_server_with_small_blocks_is_followed() {
    let echo = Echo::start(Settings {
        block_size: 64,
        ..quick()
    })
    .await;
    let client = echo.client(quick());
    assert_eq!(client.post(bytes(5000)).await.unwrap(), bytes(5000));
    assert_eq!(echo.executed(), [bytes(5000)]);
}

#[tokio::test]
async fn both_versions_of_dtls_carry_it() {
    let echo = Echo::start(quick()).await;
    for version in [DtlsVersion::V12, DtlsVersion::V13] {
        let client = echo.client(Settings { version, ..quick() });
        assert_eq!(client.post(bytes(3000)).await.unwrap(), bytes(3000));
    }
}

#[tokio::test]
async fn an_answer_that_takes_long_comes_later() {
    let echo = Echo::slow(quick(), Duration::from_millis(400)).await;
    let client = echo.client(quick());
    assert_eq!(client.post(bytes(2000)).await.unwrap(), bytes(2000));
    assert_eq!(echo.executed().len(), 1);
}

#[tokio::test]
async fn every_post_is_executed_once_whatever_is_lost() {
    let echo = Echo::start(quick()).await;
    let server = echo.resolver.resolve(HOST).unwrap();
    let fate = Fate {
        lost: 25,
        one_address: false,
        seed: 3,
    };
    let proxy = Proxy::start(server, fate).await;
    echo.resolver.insert(HOST, proxy.address);
    let client = echo.client(quick());
    let bodies: Vec<_> = (1..40).map(|number| vec![number; 40]).collect();
    for body in &bodies {
        assert_eq!(client.post(body.clone()).await.unwrap(), *body);
    }
    assert_eq!(echo.executed(), bodies);
    assert!(proxy.lost() > 10, "the network was too good");
}

#[tokio::test]
async fn a_server_that_was_started_again_is_found_again() {
    let mut echo = Echo::start(quick()).await;
    let client = echo.client(Settings {
        fresh: Duration::ZERO,
        ..quick()
    });
    assert_eq!(client.post(bytes(10)).await.unwrap(), bytes(10));
    assert_eq!(client.post(bytes(11)).await.unwrap(), bytes(11));
    echo.restart(quick()).await;
    assert_eq!(client.post(bytes(12)).await.unwrap(), bytes(12));
    assert_eq!(echo.executed(), [bytes(10), bytes(11), bytes(12)]);
}

#[tokio::test]
async fn a_client_that_was_started_again_on_its_address_is_served() {
    let echo = Echo::start(quick()).await;
    let server = echo.resolver.resolve(HOST).unwrap();
    let fate = Fate {
        lost: 0,
        one_address: true,
        seed: 1,
    };
    let proxy = Proxy::start(server, fate).await;
    echo.resolver.insert(HOST, proxy.address);
    let first = echo.client(quick());
    assert_eq!(first.post(bytes(10)).await.unwrap(), bytes(10));
    // killed: it does not close its session
    std::mem::forget(first);
    let second = echo.client(quick());
    assert_eq!(second.post(bytes(11)).await.unwrap(), bytes(11));
    assert_eq!(second.post(bytes(12)).await.unwrap(), bytes(12));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_loss_in_time() {
    let echo = Echo::start(quick()).await;
    echo.resolver.insert(HOST, "127.0.0.1:9".parse().unwrap());
    let client = echo
        .client(quick())
        .with_timeout(Duration::from_millis(300));
    let error = client.post(bytes(1)).await.unwrap_err().to_string();
    assert!(
        error.starts_with("no connection to eim1.test.example") || error.contains("300 ms"),
        "{error}"
    );
}
