// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is drawn at random: certificates of clients, ClientHellos, and bytes in the place of HTTP.

use std::sync::OnceLock;
use std::time::Duration;

use certs::{Curve, Pki, Role};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rsp::chain::{Anchor, CertificateView, Role as ChainRole};
use rsp::env::SEEDED_START;
use rustls::pki_types::{CertificateDer, UnixTime};
use smdp::http::{ClientTrust, Limits, TlsVersions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;

use crate::hello::Hello;
use crate::kit::{Bench, exchange, initiate_post};

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).unwrap())
}

fn trust() -> ClientTrust {
    let ci = pki().credential(Role::Ci, Curve::NistP256).unwrap();
    let ci = CertificateView::parse(&ci.certificate).unwrap();
    let anchor = Anchor::from_certificate(&ci).unwrap();
    ClientTrust::default().with_ci([anchor], &[ChainRole::DpTls, ChainRole::DsTls])
}

fn now() -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(SEEDED_START).unwrap()))
}

proptest! {
    /// A certificate with anything changed is nobody's.
    #[test]
    fn a_changed_certificate_is_refused(at in any::<prop::sample::Index>(), by in 1..=255u8) {
        let own = pki().credential(Role::DpTls, Curve::NistP256).unwrap();
        let mut certificate = own.certificate.clone();
        let trust = trust();
        let of = |der: &[u8]| trust.judge(&[CertificateDer::from(der.to_vec())], now());
        prop_assert!(of(&certificate).is_ok());
        let at = at.index(certificate.len());
        certificate[at] ^= by;
        prop_assert!(of(&certificate).is_err());
    }

    #[test]
    fn any_bytes_are_refused(chain in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..12)) {
        let chain: Vec<_> = chain.into_iter().map(CertificateDer::from).collect();
        prop_assert!(trust().judge(&chain, now()).is_err());
    }
}

/// Pieces of requests, which together are seldom one.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "POST ",
        "GET ",
        "/gsma/rsp2/es9plus/cancelSession",
        "*",
        " HTTP/1.1",
        " HTTP/1.0",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        "host: x\r\n",
        "content-length: 2\r\n",
        "content-length: 0\r\n",
        "content-length: 99999\r\n",
        "transfer-encoding: chunked\r\n",
        "connection: close\r\n",
        "connection: keep-alive\r\n",
        "expect: 100-continue\r\n",
        "upgrade: h2c\r\n",
        "content-type: application/json\r\n",
        "{}",
        "2\r\n{}\r\n",
        "0\r\n\r\n",
        ":",
        " ",
        "\0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

async fn bench() -> Bench {
    let limits = Limits {
        patience: Duration::from_millis(100),
        ..Limits::default()
    };
    Bench::new(TlsVersions::Both, limits).await
}

async fn serves(bench: &Bench) {
    let (head, _) = exchange(&mut bench.open().await, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

/// So long an end is waited for, whatever the patience of the listener.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn whatever_is_sent_the_connection_ends_and_the_server_does_not() {
    let runtime = Runtime::new().unwrap();
    let bench = runtime.block_on(bench());
    let mut runner = TestRunner::new(Config::with_cases(64));
    let pieces = prop::collection::vec(piece(), 0..30);
    let run = runner.run(&pieces, |pieces| {
        runtime.block_on(async {
            let mut stream = bench.open().await;
            let _ = stream.write_all(&pieces.concat()).await;
            let mut said = Vec::new();
            let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await;
            prop_assert!(ended.is_ok(), "the connection stays open");
            let text = String::from_utf8_lossy(&said).into_owned();
            prop_assert!(!text.contains(" 500 "), "{}", text);
            Ok(())
        })
    });
    run.unwrap();
    runtime.block_on(serves(&bench));
}

#[test]
fn whatever_hello_is_sent_the_server_goes_on() {
    let runtime = Runtime::new().unwrap();
    let bench = runtime.block_on(bench());
    let mut runner = TestRunner::new(Config::with_cases(64));
    let hello = (
        any::<u16>(),
        prop::collection::vec(any::<u16>(), 0..20),
        prop::collection::vec(any::<u16>(), 0..20),
        prop::collection::vec(any::<u16>(), 0..20),
        0..20_000usize,
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    );
    let run = runner.run(
        &hello,
        |(version, suites, groups, schemes, padding, changes)| {
            let mut records = Hello {
                version,
                suites,
                groups,
                schemes,
                padding,
            }
            .records();
            for (at, byte) in changes {
                let at = at.index(records.len());
                records[at] = byte;
            }
            runtime.block_on(async {
                let mut stream = bench.tcp().await;
                let _ = stream.write_all(&records).await;
                let mut said = Vec::new();
                let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await;
                prop_assert!(ended.is_ok(), "the connection stays open");
                Ok(())
            })
        },
    );
    run.unwrap();
    runtime.block_on(serves(&bench));
}
