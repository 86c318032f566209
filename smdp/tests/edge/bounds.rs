// SPDX-License-Identifier: MIT OR Apache-2.0
//! What slow, large and many clients can take from a listener: it stays within its limits, and
//! serves the others.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use certs::{Curve, Pki, Role};
use hyper::Method;
use rsp::json::Function;
use smdp::HttpAnswer;
use smdp::http::{Answering, Call, Handler, Limits, Resource, TlsVersions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::client::TlsStream;

use crate::kit::{Bench, HOST, JSON, answer, exchange, identity, initiate_post, options, post};

/// The patience of the listeners here.
const PATIENCE: Duration = Duration::from_millis(400);
/// So long a test waits for something that takes them a few of their patience.
const LONG: Duration = Duration::from_secs(30);

fn limits() -> Limits {
    Limits {
        body: 64 << 10,
        patience: PATIENCE,
        ..Limits::default()
    }
}

async fn bench(limits: Limits) -> Bench {
    Bench::new(TlsVersions::Both, limits).await
}

async fn serves(bench: &Bench) {
    let (head, _) = exchange(&mut bench.open().await, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

/// Waits until the server closes; what it says until then.
async fn until_closed<S: tokio::io::AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut said = Vec::new();
    let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection stays open");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_body_that_is_declared_too_large_is_not_read() {
    let bench = bench(limits()).await;
    let path = Function::CancelSession.path();
    for length in ["65537", "20000000000", "18446744073709551613"] {
        let mut stream = bench.open().await;
        let request = post(&path, JSON, "").replace("Length: 0", &format!("Length: {length}"));
        let (head, _) = exchange(&mut stream, &request).await;
        assert!(head.starts_with("http/1.1 413 "), "{length}: {head}");
    }
    let full = "{}".to_owned() + &" ".repeat((64 << 10) - 2);
    let (head, _) = exchange(&mut bench.open().await, &post(&path, JSON, &full)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

#[tokio::test]
async fn chunks_without_end_are_refused_when_they_are_too_much() {
    let bench = bench(limits()).await;
    let path = Function::CancelSession.path();
    let mut stream = bench.open().await;
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {HOST}\r\n{JSON}transfer-encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let mut sent = 0;
    let (mut reader, mut writer) = tokio::io::split(stream);
    let flood = async {
        while writer.write_all(chunk.as_bytes()).await.is_ok() {
            sent += 0x1000;
            tokio::task::yield_now().await;
        }
    };
    let answer = answer(&mut reader);
    let answer = tokio::time::timeout(LONG, async {
        tokio::select! {
            biased;
            answer = answer => answer,
            () = flood => None,
        }
    });
    // the answer, or a reset when the server is gone before it is read
    if let Some((head, _)) = answer.await.unwrap() {
        assert!(head.starts_with("http/1.1 413 "), "{head}");
    }
    assert!(sent < 16 << 20, "{sent}");
    serves(&bench).await;
}

#[tokio::test]
async fn bodies_beyond_the_memory_for_them_get_503() {
    let limits = Limits {
        bodies: 1000,
        patience: Duration::from_secs(20),
        ..limits()
    };
    let bench = bench(limits).await;
    let path = Function::CancelSession.path();
    let large = |stream: TlsStream<TcpStream>| async {
        let request = post(&path, JSON, &" ".repeat(800));
        let mut stream = stream;
        stream
            .write_all(&request.as_bytes()[..request.len() - 1])
            .await
            .unwrap();
        stream
    };
    let mut first = large(bench.open().await).await;
    // a body is refused as soon as the first one is there
    let refused = async {
        loop {
            let (head, _) = exchange(
                &mut bench.open().await,
                &post(&path, JSON, &" ".repeat(800)),
            )
            .await;
            if head.starts_with("http/1.1 503 ") {
                return;
            }
        }
    };
    tokio::time::timeout(LONG, refused).await.unwrap();
    first.write_all(b" ").await.unwrap();
    assert!(
        answer(&mut first)
            .await
            .unwrap()
            .0
            .starts_with("http/1.1 400 ")
    );
    let (head, _) = exchange(
        &mut bench.open().await,
        &post(&path, JSON, &" ".repeat(800)),
    )
    .await;
    assert!(head.starts_with("http/1.1 400 "), "{head}");
}

#[tokio::test]
async fn a_slow_handshake_ends() {
    let bench = bench(limits()).await;
    let mut silent = bench.tcp().await;
    assert_eq!(until_closed(&mut silent).await, "");
    let mut half = bench.tcp().await;
    half.write_all(&[22, 3, 1, 2, 0, 1]).await.unwrap();
    until_closed(&mut half).await;
    serves(&bench).await;
}

/// Writes one byte after the other until the server has closed.
async fn drip(mut stream: TlsStream<TcpStream>, bytes: &[u8]) -> (Duration, String) {
    let start = Instant::now();
    let mut said = Vec::new();
    let (mut reader, mut writer) = tokio::io::split(&mut stream);
    let writing = async {
        for byte in bytes.iter().cycle() {
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    let reading = tokio::time::timeout(LONG, reader.read_to_end(&mut said));
    tokio::select! {
        () = writing => {}
        ended = reading => assert!(ended.is_ok(), "the connection stays open"),
    }
    (start.elapsed(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn a_slow_header_ends() {
    let bench = bench(limits()).await;
    let mut stream = bench.open().await;
    stream.write_all(b"POST / HTTP/1.1\r\n").await.unwrap();
    let (took, said) = drip(stream, b"x: y\r\n").await;
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 408"),
        "{said}"
    );
    assert!(took >= PATIENCE, "{took:?}");
    serves(&bench).await;
}

#[tokio::test]
async fn a_slow_body_ends_with_408() {
    let bench = bench(limits()).await;
    let mut stream = bench.open().await;
    let request = post(&Function::CancelSession.path(), JSON, "").replace("h: 0", "h: 60000");
    stream.write_all(request.as_bytes()).await.unwrap();
    let (took, said) = drip(stream, b" ").await;
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(took >= PATIENCE, "{took:?}");
    serves(&bench).await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_order() {
    let bench = bench(limits()).await;
    let mut stream = bench.open().await;
    let request = initiate_post(&bench.pki);
    exchange(&mut stream, &request).await;
    let idle = Instant::now();
    assert_eq!(until_closed(&mut stream).await, "");
    assert!(idle.elapsed() >= PATIENCE / 2, "{:?}", idle.elapsed());
}

/// Connections that the server has not closed.
async fn open_ones(streams: &mut [TlsStream<TcpStream>]) -> usize {
    let mut open = 0;
    for stream in streams {
        let mut byte = [0; 1];
        let read = tokio::time::timeout(Duration::from_millis(1), stream.read(&mut byte));
        open += usize::from(read.await.is_err());
    }
    open
}

#[tokio::test]
async fn newcomers_are_served_while_others_are_idle() {
    let limits = Limits {
        connections: 20,
        patience: Duration::from_secs(60),
        ..limits()
    };
    let bench = bench(limits).await;
    let mut idle = Vec::new();
    let start = Instant::now();
    for _ in 0..100 {
        let mut stream = bench.open().await;
        let (head, _) = exchange(&mut stream, &initiate_post(&bench.pki)).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        idle.push(stream);
    }
    assert!(
        start.elapsed() < limits.patience,
        "nobody had to wait for another's patience"
    );
    assert!(open_ones(&mut idle).await <= limits.connections);
    // those that came last are still there
    let mut last = idle.pop().unwrap();
    let (head, _) = exchange(&mut last, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
}

#[tokio::test]
async fn connections_that_never_say_anything_make_room_too() {
    let limits = Limits {
        connections: 10,
        patience: Duration::from_secs(60),
        ..limits()
    };
    let bench = bench(limits).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(bench.tcp().await);
    }
    serves(&bench).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = bench.open().await;
        let request = post(&Function::CancelSession.path(), JSON, "").replace("h: 0", "h: 60000");
        stream.write_all(request.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    serves(&bench).await;
}

/// Answers when it is told to.
struct Gate {
    open: Semaphore,
    entered: Mutex<usize>,
    body: usize,
}

impl Handler for Gate {
    fn resource(&self, _: &str) -> Option<Resource<'_>> {
        Some(Resource {
            methods: &[Method::POST],
            media_type: "",
            needs_client: false,
            admin_protocol: None,
        })
    }

    fn call(&self, _: Call) -> Answering<'_> {
        Box::pin(async {
            *self.entered.lock().unwrap() += 1;
            let _open = self.open.acquire().await;
            HttpAnswer::json(vec![b' '; self.body])
        })
    }
}

async fn gated(limits: Limits, open: usize, body: usize) -> (Bench, Arc<Gate>) {
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::DpTls, &[HOST], Curve::NistP256)
        .unwrap();
    let gate = Arc::new(Gate {
        open: Semaphore::new(open),
        entered: Mutex::new(0),
        body,
    });
    let handler: Arc<dyn Handler> = gate.clone();
    let options = options(TlsVersions::Both);
    let bench = Bench::behind(&pki, &[identity(&tls)], &options, limits, |_| handler).await;
    (bench, gate)
}

/// A request that is executed keeps its connection, however long it takes and whoever comes.
#[tokio::test]
async fn what_is_executed_is_not_given_up_for_a_newcomer() {
    let limits = Limits {
        connections: 2,
        ..limits()
    };
    let (bench, gate) = gated(limits, 0, 4).await;
    let mut waiting = bench.open().await;
    waiting
        .write_all(post("/", "", "").as_bytes())
        .await
        .unwrap();
    while *gate.entered.lock().unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    let mut others = Vec::new();
    for _ in 0..20 {
        others.push(bench.open().await);
    }
    tokio::time::sleep(PATIENCE * 3).await;
    gate.open.add_permits(1);
    let (head, body) = answer(&mut waiting).await.unwrap();
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_eq!(body, "    ");
}

/// A client that takes nothing of a large answer does not keep its connection.
#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let (bench, _) = gated(limits(), 1, 32 << 20).await;
    let mut stream = bench.open().await;
    stream
        .write_all(post("/", "", "").as_bytes())
        .await
        .unwrap();
    // the client side of the socket fills up, and then nothing moves until the server gives up
    tokio::time::sleep(PATIENCE * 8).await;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection stays open");
    assert!(said.len() < 32 << 20, "{}", said.len());
}

/// One that takes it slowly, but takes it, gets the whole.
#[tokio::test]
async fn a_client_that_reads_slowly_gets_its_answer() {
    let (bench, _) = gated(limits(), 1, 16 << 20).await;
    let mut stream = bench.open().await;
    stream
        .write_all(post("/", "", "").as_bytes())
        .await
        .unwrap();
    let mut piece = vec![0; 1 << 20];
    let (mut length, start) = (0, Instant::now());
    while length < 16 << 20 {
        let read = stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "closed after {length} bytes");
        length += read;
        if length % (1 << 18) < read {
            tokio::time::sleep(PATIENCE / 8).await;
        }
    }
    assert!(start.elapsed() > PATIENCE * 2, "{:?}", start.elapsed());
}
