// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that break the rules of HTTP/1.1: each is answered or its connection closed, nothing
//! behind it is executed by mistake, and the next client is served.

use std::time::Duration;

use rsp::json::Function;
use smdp::http::{Limits, TlsVersions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{Bench, HOST, JSON, answer, exchange, initiate_post, post};

/// So long a test waits for a server whose patience is far shorter.
const LONG: Duration = Duration::from_secs(20);

async fn bench() -> Bench {
    let limits = Limits {
        body: 64 << 10,
        patience: Duration::from_millis(500),
        ..Limits::default()
    };
    Bench::new(TlsVersions::Both, limits).await
}

/// The statuses of the answers to some bytes, until the server closes the connection.
async fn statuses(bench: &Bench, bytes: &[u8]) -> Vec<u16> {
    let mut stream = bench.open().await;
    // the server may have closed before it has read everything
    let _ = stream.write_all(bytes).await;
    let mut answers = Vec::new();
    let read = stream.read_to_end(&mut answers);
    let ended = tokio::time::timeout(LONG, read).await;
    assert!(ended.is_ok(), "the connection stays open");
    let text = String::from_utf8_lossy(&answers).into_owned();
    let lines = text.split("HTTP/1.").skip(1);
    lines.map(|line| line[2..5].parse().unwrap()).collect()
}

async fn serves(bench: &Bench) {
    let (head, _) = exchange(&mut bench.open().await, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

/// Each of these gets one refusal, or none, and the connection is closed.
#[tokio::test]
async fn requests_that_are_none_are_refused_and_the_connection_closed() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let with = |headers: &str| format!("POST {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n{{}}");
    let chunks = |body: &str| {
        format!(
            "{}{body}",
            with("transfer-encoding: chunked").replace("{}", "")
        )
    };
    let line = |line: &str| format!("{line}\r\nhost: x\r\n\r\n");
    let long = "a".repeat(70_000);
    for (what, request, status) in [
        ("no request line", line("\u{1}\u{2}\u{3}"), 400),
        ("no path", line("POST HTTP/1.1"), 400),
        ("no version", line(&format!("POST {path}")), 400),
        (
            "unknown version",
            line(&format!("POST {path} HTTP/9.9")),
            400,
        ),
        (
            "another protocol",
            line(&format!("POST {path} RTSP/1.0")),
            400,
        ),
        ("two spaces", line(&format!("POST  {path} HTTP/1.1")), 400),
        ("NUL in the path", line("POST /\0 HTTP/1.1"), 400),
        ("space in the path", line("POST /a b HTTP/1.1"), 400),
        (
            "brackets in the method",
            line(&format!("PO[]ST {path} HTTP/1.1")),
            400,
        ),
        ("NUL in a name", with("x\0: y\r\ncontent-length: 2"), 400),
        ("NUL in a value", with("x: \0\r\ncontent-length: 2"), 400),
        ("no colon", with("content-length 2"), 400),
        ("space before the colon", with("content-length : 2"), 400),
        ("empty name", with(": y\r\ncontent-length: 2"), 400),
        (
            "folded header",
            with("x: y\r\n z\r\ncontent-length: 2"),
            400,
        ),
        (
            "carriage return in a value",
            with("x: y\rz\r\ncontent-length: 2"),
            400,
        ),
        ("length of letters", with("content-length: two"), 400),
        ("negative length", with("content-length: -2"), 400),
        ("length with a sign", with("content-length: +2"), 400),
        ("length in hex", with("content-length: 0x2"), 400),
        (
            "length beyond 64 bits",
            with("content-length: 99999999999999999999"),
            400,
        ),
        (
            "two lengths",
            with("content-length: 2\r\ncontent-length: 3"),
            400,
        ),
        ("list of lengths", with("content-length: 2, 3"), 400),
        ("other coding", with("transfer-encoding: gzip"), 400),
        (
            "chunked is not last",
            with("transfer-encoding: chunked, gzip"),
            400,
        ),
        ("almost chunked", with("transfer-encoding: xchunked"), 400),
        (
            "chunked with a tabulator",
            with("transfer-encoding:\u{b}chunked"),
            400,
        ),
        (
            "chunk size of letters",
            chunks("zz\r\n{}\r\n0\r\n\r\n"),
            400,
        ),
        ("empty chunk size", chunks("\r\n{}\r\n0\r\n\r\n"), 400),
        (
            "chunk size beyond 64 bits",
            chunks("fffffffffffffffff\r\n{}"),
            400,
        ),
        ("negative chunk size", chunks("-2\r\n{}\r\n0\r\n\r\n"), 400),
        (
            "chunk longer than its size",
            chunks("1\r\n{}\r\n0\r\n\r\n"),
            400,
        ),
        (
            "flood of chunk extensions",
            chunks(&format!("2;{long}\r\n{{}}")),
            400,
        ),
        (
            "flood of trailers",
            chunks(&format!("2\r\n{{}}\r\n0\r\nx: {long}\r\n\r\n")),
            400,
        ),
        (
            "two hosts",
            with("host: y\r\ncontent-length: 2\r\nconnection: close"),
            400,
        ),
        ("200 headers", with(&"x: y\r\n".repeat(200)), 431),
        ("header of 70 kB", with(&format!("x: {long}")), 431),
        ("header name of 70 kB", with(&format!("{long}: x")), 431),
        ("URI of 70 kB", line(&format!("POST /{long} HTTP/1.1")), 431),
    ] {
        let statuses = statuses(&bench, request.as_bytes()).await;
        assert!(
            statuses.is_empty() || statuses == [status],
            "{what}: {statuses:?}"
        );
    }
    serves(&bench).await;
}

#[tokio::test]
async fn a_refusal_says_which_it_is() {
    let bench = bench().await;
    for (request, status) in [
        (
            "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n".to_owned(),
            400,
        ),
        (
            format!("POST / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(200)),
            431,
        ),
        (
            format!("POST / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(40_000)),
            431,
        ),
    ] {
        assert_eq!(statuses(&bench, request.as_bytes()).await, [status]);
    }
}

/// A length beside chunks does not count, and nothing behind such a body is taken for a request
/// (RFC 9112 §6.1).
#[tokio::test]
async fn a_length_beside_chunks_does_not_count() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let hidden = "POST /hidden HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for headers in [
        "content-length: 7\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 7",
        "transfer-encoding: chunked\r\ncontent-length: 700",
    ] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{hidden}"
        );
        assert_eq!(
            statuses(&bench, request.as_bytes()).await,
            [200],
            "{headers}"
        );
    }
    // chunks that HTTP/1.0 does not have
    let request = format!(
        "POST {path} HTTP/1.0\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{{}}{hidden}"
    );
    assert_eq!(statuses(&bench, request.as_bytes()).await, [400]);
    serves(&bench).await;
}

#[tokio::test]
async fn unusual_but_allowed_requests_are_served() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let close = "connection: close\r\ncontent-length: 2\r\n\r\n{}";
    for request in [
        format!("POST http://elsewhere.example:8443{path} HTTP/1.1\r\nhost: {HOST}\r\n{close}"),
        format!("POST {path}?x=y HTTP/1.1\r\nhost: {HOST}\r\n{close}"),
        format!("POST {path} HTTP/1.1\r\nhost: [::1]:99\r\n{close}"),
        format!("POST {path} HTTP/1.1\r\nhost:\r\n{close}"),
        format!("POST {path} HTTP/1.1\r\n{close}"),
        format!("POST {path} HTTP/1.0\r\n{close}"),
        format!("POST {path} HTTP/1.0\r\ncontent-length: 2\r\n\r\n{{}}"),
        format!("\r\nPOST {path} HTTP/1.1\r\nhost: x\r\n{close}"),
        format!(
            "POST {path} HTTP/1.1\nhost: x\n{}",
            close.replace("\r\n", "\n")
        ),
        format!(
            "POST {path} HTTP/1.1\r\nHoSt:x\r\nCONTENT-TYPE:\tapplication/JSON ; a=b\r\n{close}"
        ),
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1;ext=1\r\n{{\r\n1\r\n}}\r\n0\r\nx: y\r\n\r\n"
        ),
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close, te\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{{}}"
        ),
    ] {
        let statuses = statuses(&bench, request.as_bytes()).await;
        assert_eq!(statuses, [200], "{request}");
    }
}

#[tokio::test]
async fn other_methods_learn_which_is_allowed() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let mut stream = bench.open().await;
    for method in [
        "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW",
    ] {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        let (head, body) = exchange(&mut stream, &request).await;
        assert!(head.starts_with("http/1.1 405 "), "{method}: {head}");
        assert!(head.contains("\r\nallow: post\r\n"), "{method}: {head}");
        assert_eq!(body, "");
    }
    for (request, status) in [
        (format!("OPTIONS * HTTP/1.1\r\nhost: {HOST}\r\n\r\n"), 404),
        (
            format!("CONNECT {HOST}:443 HTTP/1.1\r\nhost: {HOST}\r\n\r\n"),
            404,
        ),
    ] {
        let statuses = statuses(&bench, request.as_bytes()).await;
        assert_eq!(statuses, [status], "{request}");
    }
}

#[tokio::test]
async fn a_client_that_expects_100_gets_it_before_the_body_alone() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let expect = format!("{JSON}expect: 100-continue\r\n");
    let mut stream = bench.open().await;
    let request = post(&path, &expect, "{}");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (interim, _) = exchange(&mut stream, &format!("{head}\r\n\r\n")).await;
    assert!(
        interim.starts_with("http/1.1 100 continue\r\n"),
        "{interim}"
    );
    let (head, _) = exchange(&mut stream, body).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    // a request that is refused is refused before its body is sent
    for (request, status) in [
        (post("/unknown", &expect, "{}"), 404),
        (
            post(&path, "content-type: a/b\r\nexpect: 100-continue\r\n", "{}"),
            415,
        ),
        (
            post(&path, &expect, "{}").replace("Length: 2", "Length: 20000000000"),
            413,
        ),
    ] {
        let (head, _) = request.split_once("\r\n\r\n").unwrap();
        let mut stream = bench.open().await;
        let (head, _) = exchange(&mut stream, &format!("{head}\r\n\r\n")).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    }
}

#[tokio::test]
async fn requests_in_one_piece_are_answered_in_order() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let requests = [
        post(&path, JSON, "{}"),
        post("/unknown", JSON, "{}"),
        post(&path, JSON, "{"),
        post(&path, "connection: close\r\n", "{}"),
        post(&path, JSON, "{}"),
    ];
    let statuses = statuses(&bench, requests.concat().as_bytes()).await;
    assert_eq!(statuses, [200, 404, 400, 200]);
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let bench = bench().await;
    let path = Function::CancelSession.path();
    let mut stream = bench.open().await;
    for number in 0..1000 {
        let (head, _) = exchange(&mut stream, &post(&path, JSON, "{}")).await;
        assert!(head.starts_with("http/1.1 200 "), "{number}: {head}");
    }
}

/// A client may close its side as soon as it has sent its request.
#[tokio::test]
async fn a_half_closed_connection_still_gets_its_answer() {
    let bench = bench().await;
    for _ in 0..10 {
        let mut stream = bench.open().await;
        let request = initiate_post(&bench.pki);
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let (head, _) = answer(&mut stream).await.unwrap();
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        let mut rest = Vec::new();
        assert_eq!(stream.read_to_end(&mut rest).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_is_told_so() {
    let bench = bench().await;
    for bytes in [
        &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..],
        &[0; 100],
        &[22, 3, 1, 0, 0],
    ] {
        let mut stream = bench.tcp().await;
        stream.write_all(bytes).await.unwrap();
        let mut said = Vec::new();
        let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await;
        assert!(ended.is_ok(), "the connection stays open");
        assert!(said.is_empty() || said[0] == 21, "{said:?}");
    }
    serves(&bench).await;
}
