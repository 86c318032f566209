// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa over real TLS: what the server answers by HTTP alone, whom the client trusts, and a
//! server that goes away.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use certs::{Credential, Curve, Pki, Role};
use harness::wire::esipa::{ADMIN_PROTOCOL, Gate, MEDIA_TYPE, PATH, Server, handler};
use harness::wire::esipa_client::Client;
use harness::wire::http::{HttpClient, header};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, Trust, server_config, spki_of};
use tokio::net::TcpListener;

const HOST: &str = "eim1.test.example";
/// 2026-07-01: inside the validity of the test certificates.
const NOW: i64 = 1_782_864_000;

struct Eim {
    pki: Pki,
    tls: Credential,
    resolver: Resolver,
    gone: Arc<AtomicBool>,
    _server: Server,
}

/// A server that answers a message by the same message, and `00` by nothing.
async fn eim() -> Eim {
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::EimTls, &[HOST], Curve::NistP256)
        .unwrap();
    let identity = Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let resolver = Resolver::new();
    resolver.insert(HOST, listener.local_addr().unwrap());
    let gone = Arc::new(AtomicBool::new(false));
    let flag = gone.clone();
    let gate: Gate = Arc::new(move || flag.load(Ordering::SeqCst));
    let echo = handler(|posted| async move {
        match posted.body.as_slice() {
            [0] => Vec::new(),
            _ => posted.body,
        }
    });
    let config = server_config(&identity, NOW).unwrap();
    Eim {
        pki,
        tls,
        resolver,
        gone,
        _server: Server::start_gated(listener, config, echo, gate),
    }
}

impl Eim {
    fn client(&self, trust: &Trust) -> Client {
        Client::new(HOST, self.resolver.clone(), trust, NOW).unwrap()
    }

    fn ca(&self) -> Vec<u8> {
        let ci = self.pki.credential(Role::Ci, Curve::NistP256).unwrap();
        ci.certificate.clone()
    }
}

#[tokio::test]
async fn messages_go_through_one_connection() {
    let eim = eim().await;
    let client = eim.client(&Trust::Roots(vec![eim.ca()]));
    for message in [vec![0xBF, 0x4F, 0x00], vec![0x5A; 100_000]] {
        assert_eq!(client.post(message.clone()).await.unwrap(), message);
    }
    assert_eq!(client.post(vec![0]).await.unwrap(), Vec::<u8>::new());
}

#[tokio::test]
async fn trust_is_a_ca_a_leaf_or_a_key() {
    let eim = eim().await;
    let other = eim
        .pki
        .issue_tls(Role::EimTls, &["eim2.test.example"], Curve::NistP256)
        .unwrap();
    let key = spki_of(&eim.tls.certificate).unwrap().to_vec();
    assert_eq!(key, eim.tls.key.public_key().to_spki());
    let other_key = spki_of(&other.certificate).unwrap().to_vec();
    for (trust, accepted) in [
        (Trust::Roots(vec![eim.ca()]), true),
        (Trust::Certificate(eim.ca()), true),
        (Trust::Certificate(eim.tls.certificate.clone()), true),
        (Trust::PublicKey(key), true),
        (Trust::Certificate(other.certificate.clone()), false),
        (Trust::PublicKey(other_key), false),
        (Trust::Roots(vec![other.certificate.clone()]), false),
    ] {
        let result = eim.client(&trust).post(vec![1]).await;
        assert_eq!(result.is_ok(), accepted, "{trust:?}: {result:?}");
    }
}

#[tokio::test]
async fn certificates_are_judged_by_the_clock_of_the_run() {
    let eim = eim().await;
    let trust = Trust::Roots(vec![eim.ca()]);
    let late = 4_102_444_800; // 2100
    let client = Client::new(HOST, eim.resolver.clone(), &trust, late).unwrap();
    assert!(client.post(vec![1]).await.is_err());
}

#[tokio::test]
async fn what_is_no_esipa_gets_a_status() {
    let eim = eim().await;
    let trust = Trust::Roots(vec![eim.ca()]);
    let http = HttpClient::new(HOST, eim.resolver.clone(), &trust, NOW).unwrap();
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let cases: [(&str, Headers<'_>, usize, u16); 6] = [
        (PATH, &[("content-type", MEDIA_TYPE)], 1, 200),
        (
            PATH,
            &[("content-type", "Application/X-GSMA-rsp-asn1; v=1")],
            1,
            200,
        ),
        (PATH, &[], 1, 200),
        (PATH, &[("content-type", "application/json")], 1, 415),
        ("/gsma/rsp2/esipa/getEimPackage", &[], 1, 404),
        (PATH, &[], 1024 * 1024 + 1, 413),
    ];
    for (path, headers, size, status) in cases {
        let reply = http.post(path, headers, vec![1; size]).await.unwrap();
        assert_eq!(reply.status, status, "{path} {headers:?}");
        assert_eq!(
            header(&reply.headers, ADMIN_PROTOCOL),
            Some("gsma/rsp/v2.1.0")
        );
    }
    let reply = http.post(PATH, &[], vec![0]).await.unwrap();
    assert_eq!(
        (reply.status, header(&reply.headers, "content-type")),
        (204, None)
    );
}

#[tokio::test]
async fn a_server_that_is_gone_answers_nothing() {
    let eim = eim().await;
    let client = eim.client(&Trust::Roots(vec![eim.ca()]));
    client.post(vec![1]).await.unwrap();
    eim.gone.store(true, Ordering::SeqCst);
    // once over the kept connection, once over a new one
    assert!(client.post(vec![1]).await.is_err());
    assert!(client.post(vec![1]).await.is_err());
    eim.gone.store(false, Ordering::SeqCst);
    client.post(vec![1]).await.unwrap();
}
