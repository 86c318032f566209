// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the client makes of addresses, certificates and answers that are not as they should be.

use std::sync::{Arc, Mutex};

use certs::{Curve, Pki, Role};
use harness::wire::binding::Binding;
use harness::wire::esipa_client::{Client, Speech};
use harness::wire::http::{BODY_LIMIT, PostError};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, Trust, server_config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::{HOST, NOW};

/// A TLS server that answers every request with the same bytes, and what it saw of the client.
struct Canned {
    resolver: Resolver,
    trust: Trust,
    names: Arc<Mutex<Vec<Option<String>>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

async fn canned(answer: &str) -> Canned {
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
    let acceptor = TlsAcceptor::from(server_config(&identity, NOW).unwrap());
    let (names, requests) = (Arc::default(), Arc::default());
    let canned = Canned {
        resolver,
        trust: Trust::Roots(vec![
            pki.credential(Role::Ci, Curve::NistP256)
                .unwrap()
                .certificate
                .clone(),
        ]),
        names: Arc::clone(&names),
        requests: Arc::clone(&requests),
    };
    let answer = answer.to_owned();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(socket).await else {
                continue;
            };
            let name = stream.get_ref().1.server_name().map(str::to_owned);
            let mut buffer = vec![0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
            requests.lock().unwrap().push(head);
            names.lock().unwrap().push(name);
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    canned
}

impl Canned {
    async fn post(&self, binding: Binding, address: &str) -> Result<Vec<u8>, PostError> {
        let client = Client::new(address, self.resolver.clone(), &self.trust, NOW)?;
        let speech = Speech {
            binding,
            ..Speech::default()
        };
        let poll = hex::decode("bf4f125a1089049032123451234512345678901235").unwrap();
        client.speaking(speech).post(poll).await
    }
}

fn answer(head: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

#[tokio::test]
async fn the_name_is_asked_for_and_the_host_field_has_the_port() {
    let server = canned(&answer("204 No Content", "")).await;
    for (address, field) in [
        (HOST.to_owned(), HOST.to_owned()),
        (format!("{HOST}."), HOST.to_owned()),
        (HOST.to_ascii_uppercase(), HOST.to_owned()),
        (format!("{HOST}:443"), HOST.to_owned()),
        (format!("{HOST}.:8444"), format!("{HOST}:8444")),
    ] {
        server.post(Binding::Asn1, &address).await.unwrap();
        let name = server.names.lock().unwrap().pop().unwrap();
        assert_eq!(name.as_deref(), Some(HOST), "{address}");
        let head = server.requests.lock().unwrap().pop().unwrap();
        assert!(
            head.contains(&format!("host: {field}\r\n")),
            "{address}: {head}"
        );
    }
    for address in ["https://eim1.test.example", "eim1.test.example/x", ""] {
        let error = server.post(Binding::Asn1, address).await.unwrap_err();
        assert!(matches!(error, PostError::Authority(_)), "{address}");
    }
}

#[tokio::test]
async fn a_request_names_path_type_version_and_caller() {
    let server = canned(&answer("204 No Content", "")).await;
    for (binding, wanted) in [
        (
            Binding::Asn1,
            [
                "POST /gsma/rsp2/asn1 HTTP/1.1",
                "content-type: application/x-gsma-rsp-asn1\r\n",
            ],
        ),
        (
            Binding::Json,
            [
                "POST /gsma/rsp2/esipa/getEimPackage HTTP/1.1",
                "content-type: application/json;charset=UTF-8\r\n",
            ],
        ),
    ] {
        server.post(binding, HOST).await.unwrap();
        let head = server.requests.lock().unwrap().pop().unwrap();
        let both = [
            "user-agent: gsma-rsp-ipad\r\n",
            "x-admin-protocol: gsma/rsp/v2.1.0\r\n",
        ];
        for part in wanted.iter().chain(&both) {
            assert!(head.contains(part), "{part} in {head}");
        }
    }
}

#[tokio::test]
async fn an_answer_of_another_kind_is_none() {
    let html = "<html>Please sign in</html>";
    let json = r#"{"header":{"functionExecutionStatus":{"status":"Executed-Success"}}}"#;
    for (binding, head, body, wanted) in [
        (
            Binding::Asn1,
            "200 OK\r\ncontent-type: text/html",
            html,
            "text/html",
        ),
        (
            Binding::Json,
            "200 OK\r\ncontent-type: text/html",
            html,
            "text/html",
        ),
        (Binding::Json, "200 OK", html, "expected a JSON object"),
        (
            Binding::Json,
            "200 OK\r\ncontent-type: application/json",
            json,
            "expected member euiccPackageRequest",
        ),
        (
            Binding::Asn1,
            "200 OK\r\ncontent-type: application/json",
            json,
            "application/x-gsma-rsp-asn1",
        ),
        (Binding::Asn1, "500 Oops", "", "got 500"),
        (
            Binding::Asn1,
            "302 Found\r\nlocation: https://smdp1.test.example/",
            "",
            "got 302",
        ),
        (
            Binding::Asn1,
            "503 Later\r\nretry-after: 7",
            "",
            "come again in 7 s",
        ),
        (Binding::Json, "429 Enough", "", "come again in some s"),
    ] {
        let server = canned(&answer(head, body)).await;
        let error = server.post(binding, HOST).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{head}: {error}");
    }
}

#[tokio::test]
async fn what_is_understood_although_it_is_unusual() {
    let body = r#"{"header":{"functionExecutionStatus":{"status":"Failed"}},"eimPackageError":1}"#;
    let none = hex::decode("bf4f03020101").unwrap();
    let kinds = ["", "\r\nContent-Type: Application/JSON ; charset=utf-8"];
    for kind in kinds {
        let server = canned(&answer(&format!("200 OK{kind}"), body)).await;
        let message = server.post(Binding::Json, HOST).await.unwrap();
        assert_eq!(message, none);
    }
    let half = body.len() / 2;
    let (first, second) = body.split_at(half);
    let chunks = format!(
        "{half:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        second.len()
    );
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let server = canned(&format!("{head}{chunks}")).await;
    assert_eq!(server.post(Binding::Json, HOST).await.unwrap(), none);
}

#[tokio::test]
async fn an_endless_answer_is_given_up() {
    let body = "0".repeat(BODY_LIMIT + 1);
    let server = canned(&answer("200 OK", &body)).await;
    let error = server.post(Binding::Asn1, HOST).await.unwrap_err();
    assert!(matches!(error, PostError::Body(_)), "{error}");
}
