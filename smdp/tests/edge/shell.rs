// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a well-behaved client meets: versions, methods, paths, headers, keep-alive, the tap.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rsp::json::{Es9Ok, Es9Request, Es9Response, Function};
use smdp::http::{Limits, TlsVersions};
use smdp::{Credentials, Es9Tap, Exchange};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::initiate::initiate;
use crate::kit::{Bench, HOST, JSON, exchange, post};

async fn bench(versions: TlsVersions, limits: Limits) -> Bench {
    Bench::new(versions, limits).await
}

#[tokio::test]
async fn both_tls_versions_serve_a_function_and_keep_the_connection() {
    let bench = bench(TlsVersions::Both, Limits::default()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut stream = bench.connect(&[version]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        for _ in 0..2 {
            let path = Function::InitiateAuthentication.path();
            let request = post(&path, JSON, &initiate(&bench.pki, HOST));
            let (head, body) = exchange(&mut stream, &request).await;
            assert!(head.starts_with("http/1.1 200 ok\r\n"), "{head}");
            assert!(
                head.contains("\r\nx-admin-protocol: gsma/rsp/v2.5.0\r\n"),
                "{head}"
            );
            assert!(
                head.contains("\r\ncontent-type: application/json;charset=utf-8\r\n"),
                "{head}"
            );
            assert!(!head.contains("\r\ndate:"), "{head}");
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let members: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(
                members,
                [
                    "header",
                    "transactionId",
                    "serverSigned1",
                    "serverSignature1",
                    "euiccCiPKIdToBeUsed",
                    "serverCertificate"
                ]
            );
        }
    }
    bench.server.shutdown().await;
}

#[tokio::test]
async fn a_listener_can_be_limited_to_one_tls_version() {
    let bench = bench(TlsVersions::Tls13, Limits::default()).await;
    assert!(bench.connect(&[&rustls::version::TLS12]).await.is_err());
    assert!(bench.connect(&[&rustls::version::TLS13]).await.is_ok());
}

#[tokio::test]
async fn a_refusal_is_http_200_with_codes_and_message() {
    let bench = bench(TlsVersions::Both, Limits::default()).await;
    let mut stream = bench.open().await;
    let path = Function::InitiateAuthentication.path();
    let request = post(&path, JSON, &initiate(&bench.pki, "smdp2.test.example"));
    let (head, body) = exchange(&mut stream, &request).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let status = &body["header"]["functionExecutionStatus"];
    assert_eq!(status["status"], "Failed");
    assert_eq!(status["statusCodeData"]["subjectCode"], "8.8.1");
    assert_eq!(status["statusCodeData"]["reasonCode"], "3.8");
    assert!(status["statusCodeData"]["message"].is_string());
}

#[tokio::test]
async fn deviations_of_a_client_have_their_answers() {
    let bench = bench(TlsVersions::Both, Limits::default()).await;
    let mut stream = bench.open().await;
    let cancel = Function::CancelSession.path();
    let notify = Function::HandleNotification.path();
    let v1 = "content-type: application/json\r\nx-admin-protocol: gsma/rsp/v1.0.0\r\n";
    for (request, status, content) in [
        (post("/gsma/rsp2/es9plus/unknown", JSON, "{}"), 404, ""),
        (
            format!("GET {cancel} HTTP/1.1\r\nhost: {HOST}\r\n\r\n"),
            405,
            "",
        ),
        (post(&cancel, "content-type: text/html\r\n", "{}"), 415, ""),
        (post(&cancel, JSON, "{"), 400, ""),
        (post(&cancel, JSON, "[]"), 400, ""),
        (
            post(
                &cancel,
                JSON,
                r#"{"transactionId":"AA","transactionId":"AA"}"#,
            ),
            400,
            "",
        ),
        (
            post(&cancel, "", "{}"),
            200,
            r#""subjectCode":"1.3.1","reasonCode":"2.2""#,
        ),
        (
            post(&cancel, JSON, r#"{"transactionId":"A"}"#),
            200,
            r#""1.3.1","reasonCode":"2.1""#,
        ),
        (
            post(&cancel, v1, "{}"),
            200,
            r#""subjectCode":"8.8.3","reasonCode":"3.1""#,
        ),
        (
            post(&notify, JSON, r#"{"pendingNotification":"AAAA"}"#),
            400,
            "",
        ),
    ] {
        let (head, body) = exchange(&mut stream, &request).await;
        assert!(
            head.starts_with(&format!("http/1.1 {status} ")),
            "{request}\n{head}"
        );
        assert!(body.contains(content), "{request}\n{body}");
        assert_eq!(
            head.contains("content-type"),
            !body.is_empty(),
            "{request}\n{head}"
        );
        assert_eq!(head.contains("allow: post"), status == 405, "{head}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limits_is_refused_and_others_are_served_on() {
    let limits = Limits {
        body: 1000,
        patience: Duration::from_millis(300),
        connections: 8,
        ..Limits::default()
    };
    let bench = bench(TlsVersions::Both, limits).await;
    let path = Function::CancelSession.path();
    let mut stream = bench.open().await;
    let (head, _) = exchange(&mut stream, &post(&path, JSON, &" ".repeat(1001))).await;
    assert!(head.starts_with("http/1.1 413 "), "{head}");
    let mut slow = bench.open().await;
    let unfinished = post(&path, JSON, "{}").replace("Length: 2", "Length: 20");
    let (head, _) = exchange(&mut slow, &unfinished).await;
    assert!(head.starts_with("http/1.1 408 "), "{head}");
    let (head, _) = exchange(&mut bench.open().await, &post(&path, JSON, "{}")).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

/// Keeps what it sees and spoils one signature.
#[derive(Default)]
struct Spoiler(Arc<Mutex<Vec<Seen>>>);

/// Function, HTTP status and body of an answer.
type Seen = (Function, u16, Vec<u8>);

impl Es9Tap for Spoiler {
    fn edit(
        &mut self,
        credentials: &Credentials,
        _: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        let mut response = response?;
        if let Es9Ok::InitiateAuthentication(ok) = &mut response {
            let key_id = ok.euicc_ci_pk_id_to_be_used.clone().unwrap();
            let key = &credentials.by_ci(&key_id).unwrap().dp_auth.key;
            ok.server_signature1 = key.sign(b"something else").into();
        }
        Ok(response)
    }

    fn exchange(&mut self, exchange: &mut Exchange<'_>) {
        let body = exchange.answer.body.clone();
        self.0
            .lock()
            .unwrap()
            .push((exchange.function, exchange.answer.status, body));
        exchange.answer.body.push(b'\n');
    }
}

#[tokio::test]
async fn the_tap_sees_and_changes_answers() {
    let bench = bench(TlsVersions::Both, Limits::default()).await;
    let spoiler = Spoiler::default();
    let seen = Arc::clone(&spoiler.0);
    bench.service.set_tap(Some(Box::new(spoiler)));
    let path = Function::InitiateAuthentication.path();
    let request = post(&path, JSON, &initiate(&bench.pki, HOST));
    let (_, body) = exchange(&mut bench.open().await, &request).await;
    let seen = seen.lock().unwrap();
    let (function, status, taped) = &seen[0];
    assert_eq!(
        (*function, *status),
        (Function::InitiateAuthentication, 200)
    );
    assert_eq!(body.as_bytes(), [taped.as_slice(), b"\n"].concat());
    let interface = rsp::json::Interface::Es9;
    let response = rsp::json::decode_response(interface, *function, taped)
        .unwrap()
        .unwrap();
    let Es9Ok::InitiateAuthentication(ok) = response else {
        panic!("{response:?}")
    };
    let credentials = bench
        .service
        .with_smdp(|smdp| Arc::clone(smdp.credentials()));
    let key = &credentials
        .by_ci(&ok.euicc_ci_pk_id_to_be_used.unwrap())
        .unwrap()
        .dp_auth
        .key;
    assert!(
        key.public_key()
            .verify(ok.server_signed1.bytes(), &ok.server_signature1)
            .is_err()
    );
}

#[tokio::test]
async fn shutdown_closes_idle_connections_and_the_port() {
    let bench = bench(TlsVersions::Both, Limits::default()).await;
    let address = bench.server.local_addr();
    let mut idle = bench.open().await;
    let path = Function::CancelSession.path();
    exchange(&mut idle, &post(&path, JSON, "{}")).await;
    bench.server.shutdown().await;
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
}
