// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the server answers by HTTP alone, whom the client trusts, and a server that goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use certs::{Credential, Curve, Pki, Role};
use harness::wire::esipa::{
    ADMIN_PROTOCOL, Gate, JSON_MEDIA_TYPE, MEDIA_TYPE, Manner, PATH, Server, handler,
};
use harness::wire::esipa_client::Client;
use harness::wire::http::{HttpClient, header};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, Trust, server_config, spki_of};
use rsp::dialect::Dialect;
use tokio::net::TcpListener;

use crate::{HOST, NOW};

struct Eim {
    pki: Pki,
    tls: Credential,
    resolver: Resolver,
    gone: Arc<AtomicBool>,
    _server: Server,
}

/// A server that answers a message by the same message, and `00` by nothing.
async fn eim() -> Eim {
    eim_as(Manner::default()).await
}

async fn eim_as(manner: Manner) -> Eim {
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
        _server: Server::start_as(listener, config, echo, Manner { gate, ..manner }),
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

type Fields<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn what_is_no_esipa_gets_a_status() {
    let eim = eim().await;
    let trust = Trust::Roots(vec![eim.ca()]);
    let http = HttpClient::new(HOST, eim.resolver.clone(), &trust, NOW).unwrap();
    let poll = "/gsma/rsp2/esipa/getEimPackage";
    let cases: [(&str, Fields<'_>, usize, u16); 10] = [
        (PATH, &[("content-type", MEDIA_TYPE)], 1, 200),
        (
            PATH,
            &[("content-type", "Application/X-GSMA-rsp-asn1; v=1")],
            1,
            200,
        ),
        (PATH, &[], 1, 200),
        (PATH, &[("content-type", "application/json")], 1, 415),
        (poll, &[("content-type", MEDIA_TYPE)], 1, 415),
        (poll, &[], 1, 400),
        ("/gsma/rsp2/esipa/GetEimPackage", &[], 1, 404),
        ("/gsma/rsp2/esipa/transferEimPackage", &[], 1, 404),
        ("/gsma/rsp2/es9plus/cancelSession", &[], 1, 404),
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
async fn each_side_sees_the_version_that_it_knows() {
    for (dialect, own) in [
        (Dialect::V1_2, "gsma/rsp/v2.1.0"),
        (Dialect::V1_3, "gsma/rsp/v1.3.0"),
    ] {
        let eim = eim_as(Manner {
            dialect,
            ..Manner::default()
        })
        .await;
        let trust = Trust::Roots(vec![eim.ca()]);
        let http = HttpClient::new(HOST, eim.resolver.clone(), &trust, NOW).unwrap();
        for (asked, answered) in [
            ("gsma/rsp/v2.1.0", "gsma/rsp/v2.1.0"),
            ("gsma/rsp/v1.3.0", "gsma/rsp/v1.3.0"),
            ("gsma/rsp/v9.0.0", own),
            ("nonsense", own),
        ] {
            let fields = [(ADMIN_PROTOCOL, asked)];
            let reply = http.post(PATH, &fields, vec![1]).await.unwrap();
            assert_eq!(reply.status, 200);
            assert_eq!(header(&reply.headers, ADMIN_PROTOCOL), Some(answered));
        }
    }
}

#[tokio::test]
async fn json_says_by_its_codes_what_is_wrong_with_a_body() {
    let eim = eim().await;
    let trust = Trust::Roots(vec![eim.ca()]);
    let http = HttpClient::new(HOST, eim.resolver.clone(), &trust, NOW).unwrap();
    let fields = [("content-type", "application/json;charset=UTF-8")];
    for (function, body, wanted) in [
        ("getEimPackage", r#"{"eidValue":"8904"}"#, "8.1.1/2.1"),
        ("getEimPackage", "{}", "8.1.1/2.2"),
        ("provideEimPackageResult", "{}", "1.3.1/2.2"),
        (
            "cancelSession",
            r#"{"transactionId":"xx","cancelSessionResponse":""}"#,
            "1.3.1/2.1",
        ),
    ] {
        let path = format!("/gsma/rsp2/esipa/{function}");
        let reply = http.post(&path, &fields, body.into()).await.unwrap();
        assert_eq!(reply.status, 200);
        let media_type = header(&reply.headers, "content-type").unwrap();
        assert!(media_type.starts_with(JSON_MEDIA_TYPE), "{media_type}");
        let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        let status = &answer["header"]["functionExecutionStatus"];
        assert_eq!(status["status"], "Failed");
        let codes = &status["statusCodeData"];
        let pair = [&codes["subjectCode"], &codes["reasonCode"]].map(|it| it.as_str().unwrap());
        assert_eq!(pair.join("/"), wanted, "{function} {body}");
    }
    let both = r#"{"pendingNotification":"vzcA","provideEimPackageResult":"v1AA"}"#;
    let path = "/gsma/rsp2/esipa/handleNotification";
    let reply = http.post(path, &fields, both.into()).await.unwrap();
    assert_eq!((reply.status, reply.body), (400, Vec::new()));
    let one = r#"{"pendingNotification":"vzcA"}"#;
    let reply = http.post(path, &fields, one.into()).await.unwrap();
    // the echo answers what no function answers
    assert_eq!(reply.status, 200);
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
