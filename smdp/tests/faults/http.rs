// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of HTTP, seen in the bytes on a TLS connection.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use rsp::json::{Es9Request, Function, Interface, decode_response};
use smdp::Binding;
use smdp::http::Limits;

use crate::json::arm;
use crate::support::host::envelope;
use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;
use crate::support::wire::{Client, Listening, NAME};

/// What came back on a connection until it ended.
struct Raw {
    bytes: Vec<u8>,
    /// Whether the connection was closed in order.
    closed: bool,
    took: Duration,
}

impl Raw {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn head(&self) -> String {
        let text = self.text();
        let (head, _) = text.split_once("\r\n\r\n").expect("a header");
        head.to_owned()
    }

    fn body(&self) -> &[u8] {
        let start = self.head().len() + 4;
        &self.bytes[start..]
    }

    fn status(&self) -> u16 {
        self.text()[9..12].parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<String> {
        let head = self.head();
        let mut lines = head.lines();
        lines.find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            (key == name).then(|| value.to_owned())
        })
    }

    fn length(&self) -> usize {
        self.header("content-length").unwrap().parse().unwrap()
    }

    /// Whether a body is the answer to InitiateAuthentication, whole.
    fn is_answer(body: &[u8]) -> bool {
        let function = Function::InitiateAuthentication;
        decode_response(Interface::Es9, function, body).is_ok_and(|response| response.is_ok())
    }

    fn is_right(&self) -> bool {
        self.status() == 200 && self.length() == self.body().len() && Self::is_answer(self.body())
    }

    /// The body that chunks make.
    fn unchunked(&self) -> Vec<u8> {
        let (mut rest, mut body) = (self.body(), Vec::new());
        loop {
            let end = rest.windows(2).position(|pair| pair == b"\r\n").unwrap();
            let size = std::str::from_utf8(&rest[..end]).unwrap();
            let size = usize::from_str_radix(size, 16).unwrap();
            rest = &rest[end + 2..];
            if size == 0 {
                assert_eq!(rest, b"\r\n");
                return body;
            }
            body.extend(&rest[..size]);
            assert_eq!(&rest[size..size + 2], b"\r\n");
            rest = &rest[size + 2..];
        }
    }
}

/// Sends a request and reads until the connection ends.
fn exchange(kit: &Kit, listening: &Listening<'_>, request: &Es9Request) -> Raw {
    let (path, media_type, body) = envelope(Binding::Json, request);
    let mut wire = listening.connect(&Client::new(&kit.pki)).unwrap();
    let length = body.len();
    let mut bytes = format!(
        "POST {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: {media_type}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend(body);
    wire.stream.write_all(&bytes).unwrap();
    let started = Instant::now();
    let mut bytes = Vec::new();
    let closed = wire.stream.read_to_end(&mut bytes).is_ok();
    Raw {
        bytes,
        closed,
        took: started.elapsed(),
    }
}

fn check(fault: &str, look: fn(&Raw)) {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    let tls = kit.service.with_smdp(|smdp| smdp.credentials().tls.clone());
    let tls = smdp::http::server_config(&tls, smdp::http::TlsVersions::Both, None).unwrap();
    let limits = Limits {
        patience: Duration::from_secs(3),
        ..Limits::default()
    };
    let listening = Listening::new(&kit, tls, limits);
    arm(&kit, &format!("{fault}@x1"));
    let mut lpa = Lpa::new(&kit);
    let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
    look(&exchange(&kit, &listening, &request));
    assert!(kit.service.faults().list().is_empty(), "{fault}");
    assert!(
        exchange(&kit, &listening, &request).is_right(),
        "without {fault}"
    );
    listening.shutdown();
}

macro_rules! faults {
    ($($test:ident: $fault:literal, $look:expr;)+) => {
        pub(crate) const BY_CLIENT: &[&str] = &[$($fault),+];
        $(#[test]
        fn $test() {
            check($fault, $look);
        })+
    };
}

faults! {
    http_slow: "http-slow:300", |raw| {
        assert!(raw.is_right());
        assert!(raw.took >= Duration::from_millis(300), "{:?}", raw.took);
    };
    http_slow_body: "http-slow-body:2", |raw| {
        assert!(raw.is_right());
        let pieces = u32::try_from(raw.body().len() / 16).unwrap();
        assert!(raw.took >= Duration::from_millis(2) * pieces, "{:?}", raw.took);
    };
    http_stall: "http-stall", |raw| {
        assert_eq!(raw.body().len(), raw.length() / 2);
        // as long as the patience of the server, in place of the client's
        assert!(raw.took >= Duration::from_secs(3), "{:?}", raw.took);
    };
    http_no_answer: "http-no-answer", |raw| assert!(raw.bytes.is_empty() && raw.closed);
    http_cut_in_header: "http-cut-in-header", |raw| {
        assert!(raw.text().starts_with("HTTP/1.1 200 OK\r\n"));
        assert!(!raw.text().contains("\r\n\r\n") && raw.closed);
    };
    http_cut_in_body: "http-cut-in-body", |raw| {
        assert_eq!(raw.body().len(), raw.length() / 2);
        assert!(raw.closed);
    };
    http_dropped: "http-dropped", |raw| {
        assert_eq!(raw.body().len(), raw.length() / 2);
        assert!(!raw.closed);
    };
    http_length_short: "http-length-short", |raw| {
        assert_eq!(raw.length() + 1, raw.body().len());
        assert!(!Raw::is_answer(&raw.body()[..raw.length()]));
    };
    http_length_long: "http-length-long", |raw| {
        assert_eq!(raw.length(), raw.body().len() + 10);
        assert!(Raw::is_answer(raw.body()));
    };
    http_length_missing: "http-length-missing", |raw| {
        assert_eq!(raw.header("content-length"), None);
        assert!(Raw::is_answer(raw.body()) && raw.closed);
    };
    http_chunked: "http-chunked:50", |raw| {
        assert_eq!(raw.header("transfer-encoding").as_deref(), Some("chunked"));
        assert!(raw.body().starts_with(b"32\r\n"));
        assert!(Raw::is_answer(&raw.unchunked()));
    };
    http_chunks_broken: "http-chunks-broken", |raw| {
        assert!(raw.text().contains("\r\nzz\r\n"));
        assert!(!raw.text().ends_with("0\r\n\r\n"));
    };
    http_interim: "http-interim:103", |raw| {
        assert_eq!(raw.status(), 103);
        let (_, rest) = raw.text().split_once("\r\n\r\n").map(|(a, b)| (a.len(), b.len())).unwrap();
        let answer = Raw {
            bytes: raw.bytes[raw.bytes.len() - rest..].to_vec(),
            closed: raw.closed,
            took: raw.took,
        };
        assert!(answer.is_right());
    };
    http_redirect: "http-redirect:307", |raw| {
        assert_eq!(raw.status(), 307);
        assert_eq!(raw.header("location").as_deref(), Some("/moved"));
    };
    http_redirect_away: "http-redirect-away", |raw| {
        assert_eq!(raw.status(), 302);
        assert!(raw.header("location").unwrap().starts_with("https://elsewhere.test.example/"));
    };
    http_html: "http-html", |raw| {
        assert_eq!((raw.status(), raw.header("content-type").as_deref()), (200, Some("text/html")));
        assert!(raw.body().starts_with(b"<!doctype html>"));
    };
    http_status: "http-status:403", |raw| {
        assert_eq!((raw.status(), raw.body().len()), (403, 0));
    };
    http_busy: "http-busy", |raw| {
        assert_eq!(raw.status(), 503);
        assert_eq!(raw.header("retry-after").as_deref(), Some("120"));
    };
    http_status_beside_body: "http-status-beside-body", |raw| {
        assert_eq!(raw.status(), 500);
        assert!(Raw::is_answer(raw.body()));
    };
    http_empty: "http-empty", |raw| assert_eq!((raw.status(), raw.body().len()), (200, 0));
    http_no_content: "http-no-content", |raw| {
        assert_eq!((raw.status(), raw.body().len()), (204, 0));
    };
    http_body_on_204: "http-body-on-204", |raw| {
        assert_eq!(raw.status(), 204);
        assert!(Raw::is_answer(raw.body()));
    };
    http_huge: "http-huge:2", |raw| {
        assert_eq!(raw.body().len(), 2 << 20);
        assert!(raw.is_right());
    };
    http_huge_header: "http-huge-header", |raw| {
        assert!(raw.head().len() > 128 << 10);
        assert!(raw.is_right());
    };
    http_1_0: "http-1-0", |raw| {
        assert!(raw.text().starts_with("HTTP/1.0 200 OK\r\n"));
        assert!(Raw::is_answer(raw.body()));
    };
    http_capitals: "http-capitals", |raw| {
        assert!(raw.head().contains("\r\nCONTENT-TYPE: application/json"));
        assert!(Raw::is_answer(raw.body()));
    };
    http_content_type: "http-content-type", |raw| {
        assert_eq!(raw.header("content-type").as_deref(), Some("text/plain"));
        assert!(raw.is_right());
    };
    http_content_type_of_other_binding: "http-content-type-of-other-binding", |raw| {
        assert_eq!(raw.header("content-type").as_deref(), Some(smdp::ASN1));
        assert!(raw.is_right());
    };
    http_content_type_missing: "http-content-type-missing", |raw| {
        assert_eq!(raw.header("content-type"), None);
        assert!(raw.is_right());
    };
    http_admin_protocol: "http-admin-protocol", |raw| {
        assert_eq!(raw.header("x-admin-protocol").as_deref(), Some("gsma/rsp/v9.0.0"));
        assert!(raw.is_right());
    };
    http_admin_protocol_missing: "http-admin-protocol-missing", |raw| {
        assert_eq!(raw.header("x-admin-protocol"), None);
        assert!(raw.is_right());
    };
    http_gzip: "http-gzip", |raw| {
        assert_eq!(raw.header("content-encoding").as_deref(), Some("gzip"));
        assert!(raw.is_right());
    };
}

#[test]
fn a_notification_is_answered_with_another_status() {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    let mut lpa = Lpa::new(&kit);
    let package = lpa.downloaded(&kit);
    for (fault, status) in [
        ("http-status:500@handleNotification@x1", 500),
        ("http-status:404@handleNotification@x1", 404),
        ("http-empty@handleNotification@x1", 200),
    ] {
        arm(&kit, fault);
        let iccid = crate::support::profile::ICCID;
        let answer = lpa.report(&kit, &package.transaction_id, iccid, None);
        assert_eq!(answer.http.status, status, "{fault}");
        let answer = lpa.report(&kit, &package.transaction_id, iccid, None);
        assert_eq!(answer.http.status, 204, "without {fault}");
    }
}
