// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a client believes: the card's `trustedPublicKeyDataTls`, the CI roots, or the key of a
//! laboratory.

use std::time::Duration;

use certs::{Curve, Role};
use harness::wire::coap::{CoapClient, Psk, Settings};
use harness::wire::tls::{Trust, spki_of};

use crate::{Echo, NOW, bytes, quick};

#[tokio::test]
async fn the_certificate_its_ca_its_key_and_the_roots_are_trusted() {
    let echo = Echo::start(quick()).await;
    let ci = echo.pki.credential(Role::Ci, Curve::NistP256).unwrap();
    let key = spki_of(&echo.tls.certificate).unwrap().to_vec();
    let trusted = [
        echo.trust(),
        Trust::Certificate(ci.certificate.clone()),
        Trust::PublicKey(key),
        Trust::Roots(vec![ci.certificate.clone()]),
    ];
    for trust in trusted {
        let client = echo.client_of(&trust, quick());
        assert_eq!(client.post(bytes(3)).await.unwrap(), bytes(3), "{trust:?}");
    }
}

#[tokio::test]
async fn anybody_else_is_refused_before_anything_is_sent() {
    let echo = Echo::start(quick()).await;
    let other = certs::Pki::seeded(2).unwrap();
    let stranger = other
        .issue_tls(Role::EimTls, &[crate::HOST], Curve::NistP256)
        .unwrap();
    let ci = other.credential(Role::Ci, Curve::NistP256).unwrap();
    let key = spki_of(&stranger.certificate).unwrap().to_vec();
    let untrusted = [
        Trust::Certificate(stranger.certificate.clone()),
        Trust::PublicKey(key),
        Trust::Roots(vec![ci.certificate.clone()]),
    ];
    for trust in untrusted {
        let client = echo.client_of(&trust, quick());
        let error = client.post(bytes(3)).await.unwrap_err().to_string();
        assert!(error.contains("DTLS: "), "{trust:?}: {error}");
    }
    assert_eq!(echo.executed(), Vec::<Vec<u8>>::new());
}

#[tokio::test]
async fn a_certificate_of_another_name_or_time_is_refused() {
    let echo = Echo::start(quick()).await;
    let ci = echo.pki.credential(Role::Ci, Curve::NistP256).unwrap();
    let trust = Trust::Roots(vec![ci.certificate.clone()]);
    let other = "eim2.test.example";
    let address = echo.resolver.resolve(crate::HOST).unwrap();
    echo.resolver.insert(other, address);
    let named = CoapClient::new(other, echo.resolver.clone(), &trust, NOW, quick());
    let error = named.post(bytes(3)).await.unwrap_err().to_string();
    assert!(error.contains("not valid for name"), "{error}");
    let late = NOW + 100 * 365 * 24 * 3600;
    let expired = CoapClient::new(crate::HOST, echo.resolver.clone(), &trust, late, quick());
    let error = expired.post(bytes(3)).await.unwrap_err().to_string();
    assert!(error.contains("expired"), "{error}");
    assert_eq!(echo.executed(), Vec::<Vec<u8>>::new());
}

fn psk(key: &[u8]) -> Option<Psk> {
    Some(Psk {
        identity: b"laboratory".to_vec(),
        key: key.to_vec(),
    })
}

#[tokio::test]
async fn a_laboratory_may_use_a_key_instead() {
    let with_key = |key: &[u8]| Settings {
        psk: psk(key),
        handshake_retries: 2,
        ..quick()
    };
    let echo = Echo::start(with_key(b"secret")).await;
    let client = echo.client(with_key(b"secret"));
    assert_eq!(client.post(bytes(3000)).await.unwrap(), bytes(3000));
    let certificate = echo.client(quick());
    assert_eq!(certificate.post(bytes(4)).await.unwrap(), bytes(4));
    let short = Duration::from_millis(700);
    let wrong = echo.client(with_key(b"guess")).with_timeout(short);
    wrong.post(bytes(5)).await.unwrap_err();
    assert_eq!(echo.executed(), [bytes(3000), bytes(4)]);
}

#[tokio::test]
async fn without_the_switch_a_key_is_refused() {
    let echo = Echo::start(quick()).await;
    let settings = Settings {
        psk: psk(b"secret"),
        handshake_retries: 2,
        ..quick()
    };
    let client = echo
        .client(settings)
        .with_timeout(Duration::from_millis(700));
    client.post(bytes(5)).await.unwrap_err();
    assert_eq!(echo.executed(), Vec::<Vec<u8>>::new());
}
