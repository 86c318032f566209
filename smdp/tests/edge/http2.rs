// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP/2: it serves, and a client that abuses it is cut off or bounded.

use std::time::Duration;

use rsp::json::Function;
use rustls::version::TLS13;
use smdp::http::{Limits, TlsVersions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::initiate::initiate;
use crate::kit::{Bench, HOST, client_config, exchange, initiate_post};

const LONG: Duration = Duration::from_secs(30);

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A literal without indexing, with a name of the static table (RFC 7541 §6.2.2).
fn literal(name: u8, value: &str) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    assert!(length < 127);
    [&[name, length], value.as_bytes()].concat()
}

/// The header of a POST to `path`.
fn post_header(path: &str) -> Vec<u8> {
    // :method POST, :scheme https; :path, :authority
    [&[0x83, 0x87][..], &literal(4, path), &literal(1, HOST)].concat()
}

struct Http2 {
    stream: TlsStream<TcpStream>,
}

impl Http2 {
    async fn open(bench: &Bench) -> Self {
        let mut config = client_config(&bench.pki, &[&TLS13], None);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let mut stream = bench.connect_with(config, HOST).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await
            .unwrap();
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
        Self { stream }
    }

    /// Writes as much as the server takes.
    async fn write(&mut self, bytes: &[u8]) {
        let written = self.stream.write_all(bytes).await;
        drop(written);
    }

    /// The next frame; nothing at the end of the connection.
    async fn frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut header = [0; 9];
        let read = tokio::time::timeout(LONG, self.stream.read_exact(&mut header)).await;
        read.expect("the server says nothing and does not close")
            .ok()?;
        let [high, middle, low, kind, flags, a, b, c, d] = header;
        let length = u32::from_be_bytes([0, high, middle, low]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some((kind, flags, u32::from_be_bytes([a, b, c, d]), payload))
    }

    /// Reads until a frame of a kind.
    async fn until(&mut self, wanted: u8) -> Option<(u8, u32, Vec<u8>)> {
        while let Some((kind, flags, stream, payload)) = self.frame().await {
            if kind == wanted {
                return Some((flags, stream, payload));
            }
        }
        None
    }

    /// The error code of the GOAWAY; nothing when the connection ends without.
    async fn goaway(&mut self) -> Option<u32> {
        let (_, _, payload) = self.until(GOAWAY).await?;
        Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()))
    }
}

async fn bench() -> Bench {
    let limits = Limits {
        body: 64 << 10,
        patience: Duration::from_millis(500),
        ..Limits::default()
    };
    Bench::new(TlsVersions::Both, limits).await
}

async fn serves(bench: &Bench) {
    let (head, _) = exchange(&mut bench.open().await, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

#[tokio::test]
async fn a_function_is_served() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    let path = Function::InitiateAuthentication.path();
    for stream in [1, 3, 5] {
        let body = initiate(&bench.pki, HOST);
        client
            .write(&frame(HEADERS, END_HEADERS, stream, &post_header(&path)))
            .await;
        client
            .write(&frame(DATA, END_STREAM, stream, body.as_bytes()))
            .await;
        let (_, answered, header) = client.until(HEADERS).await.unwrap();
        assert_eq!(answered, stream);
        // :status 200 of the static table
        assert!(header.contains(&0x88), "{header:?}");
        let (_, answered, body) = client.until(DATA).await.unwrap();
        assert_eq!(answered, stream);
        assert!(body.starts_with(br#"{"header":"#));
    }
}

/// ENHANCE_YOUR_CALM (RFC 9113 §7)
const CALM: u32 = 11;
/// REFUSED_STREAM
const REFUSED: u32 = 7;

#[tokio::test]
async fn rapid_resets_end_the_connection() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    let header = post_header(&Function::CancelSession.path());
    let mut flood = Vec::new();
    for stream in (1..20_000).step_by(2) {
        flood.extend(frame(HEADERS, END_HEADERS, stream, &header));
        flood.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    client.write(&flood).await;
    let code = client.goaway().await;
    assert!(code.is_none_or(|code| code == CALM), "{code:?}");
    serves(&bench).await;
}

#[tokio::test]
async fn streams_beyond_the_limit_are_refused() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    let (_, _, settings) = client.until(SETTINGS).await.unwrap();
    let settings: Vec<_> = settings.chunks(6).collect();
    let limit = settings.iter().find(|setting| setting[..2] == [0, 3]);
    assert_eq!(limit.unwrap()[2..], 16_u32.to_be_bytes());
    let header = post_header(&Function::CancelSession.path());
    let streams: Vec<u32> = (1..400).step_by(2).collect();
    for stream in &streams {
        client
            .write(&frame(HEADERS, END_HEADERS, *stream, &header))
            .await;
    }
    // refused one by one, or all at once with the connection
    let mut refused = 0;
    while refused < streams.len() - 16 {
        match client.frame().await {
            Some((RST_STREAM, _, _, code)) if code == REFUSED.to_be_bytes() => refused += 1,
            Some((GOAWAY, _, _, _)) | None => break,
            Some(_) => {}
        }
    }
    serves(&bench).await;
}

#[tokio::test]
async fn a_header_table_of_any_size_is_not_granted() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    // the client allows the server a table of 4 GiB, which it need not use
    let huge = [&[0, 1][..], &u32::MAX.to_be_bytes()].concat();
    client.write(&frame(SETTINGS, 0, 0, &huge)).await;
    // and takes as much for itself, which it may not (RFC 7541 §6.3)
    let update = [0x3F, 0xE1, 0xFF, 0xFF, 0xFF, 0x0F];
    let header = [&update[..], &post_header("/")].concat();
    client
        .write(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &header))
        .await;
    assert_ne!(client.goaway().await, Some(0));
    serves(&bench).await;
}

#[tokio::test]
async fn a_header_list_that_is_too_long_is_refused() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    // one entry in the table, and then a thousand references to it: small frames, a large list
    let value = "v".repeat(120);
    let entry = [&[0x40, 1, b'x', 120][..], value.as_bytes()].concat();
    let header = [&post_header("/")[..], &entry, &[0xBE; 1000]].concat();
    client
        .write(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &header))
        .await;
    loop {
        match client.frame().await {
            Some((HEADERS, _, 1, header)) => {
                // :status 431, as a literal
                let text = String::from_utf8_lossy(&header).into_owned();
                let refused = text.contains("431") || !header.contains(&0x88);
                assert!(refused, "{header:?}");
                break;
            }
            Some((RST_STREAM | GOAWAY, ..)) | None => break,
            Some(_) => {}
        }
    }
    serves(&bench).await;
}

#[tokio::test]
async fn continuations_without_end_close_the_connection() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    client.write(&frame(HEADERS, 0, 1, &post_header("/"))).await;
    let piece = [&[0x00, 1, b'x', 120][..], "v".repeat(120).as_bytes()].concat();
    let piece = frame(CONTINUATION, 0, 1, &piece.repeat(100));
    let flood = async {
        // what is still taken after the limit is what fits into the buffers of the sockets
        for _ in 0..20_000 {
            if client.stream.write_all(&piece).await.is_err() {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(LONG, flood).await.unwrap());
    serves(&bench).await;
}

#[tokio::test]
async fn frames_that_ask_for_nothing_do_not_keep_others_waiting() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    for _ in 0..10_000 {
        client.write(&frame(PING, 0, 0, &[0; 8])).await;
    }
    let mut other = Http2::open(&bench).await;
    for _ in 0..2_000 {
        other.write(&frame(SETTINGS, 0, 0, &[])).await;
    }
    let mut empty = Http2::open(&bench).await;
    empty
        .write(&frame(HEADERS, END_HEADERS, 1, &post_header("/")))
        .await;
    for _ in 0..2_000 {
        empty.write(&frame(DATA, 0, 1, &[])).await;
    }
    serves(&bench).await;
}

#[tokio::test]
async fn frames_that_are_none_close_the_connection() {
    let bench = bench().await;
    for bytes in [
        frame(DATA, 0, 0, b"x"),
        frame(HEADERS, END_HEADERS, 2, &post_header("/")),
        frame(SETTINGS, 0, 0, &[0; 5]),
        frame(RST_STREAM, 0, 1, &[0; 4]),
        frame(CONTINUATION, 0, 1, &[]),
        frame(HEADERS, END_HEADERS, 1, &[0xFF; 20]),
        [&[0xFF, 0xFF, 0xFF, HEADERS, 0, 0, 0, 0, 1][..], &[0; 100]].concat(),
    ] {
        let mut client = Http2::open(&bench).await;
        client.write(&bytes).await;
        assert_ne!(client.goaway().await, Some(0), "{bytes:?}");
    }
    serves(&bench).await;
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let bench = bench().await;
    let mut client = Http2::open(&bench).await;
    while client.frame().await.is_some() {}
    serves(&bench).await;
}

#[tokio::test]
async fn a_listener_can_do_without() {
    let pki = certs::Pki::seeded(1).unwrap();
    let curve = certs::Curve::NistP256;
    let tls = pki.issue_tls(certs::Role::DpTls, &[HOST], curve).unwrap();
    let options = smdp::http::TlsOptions {
        http2: false,
        ..crate::kit::options(TlsVersions::Both)
    };
    let identities = [crate::kit::identity(&tls)];
    let bench = Bench::with(&pki, &identities, &options, Limits::default()).await;
    let mut config = client_config(&pki, &[&TLS13], None);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = bench.connect_with(config, HOST).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
}
