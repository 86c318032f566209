// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a client sees of a server behind the relay.

use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use certs::{Curve, Pki, Role};
use smdp::HttpAnswer;
use smdp::http::{Answering, Call, Limits, Resource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::capture::Way;
use crate::case::NetworkState;
use crate::wire::esipa::{Server, handler};
use crate::wire::esipa_client::Client;
use crate::wire::http::PostError;
use crate::wire::net::Resolver;
use crate::wire::tls::{Identity, Trust, server_config};

const EIM: &str = "eim1.test.example";
/// The tag of GetEimPackageResponse around nothing.
const ANSWER: [u8; 3] = [0xBF, 0x4F, 0x00];
const REQUEST: [u8; 3] = [0xBF, 0x4F, 0x00];
const NOW: i64 = 1_800_000_000;

fn front() -> Front {
    Front::new(Network::default(), Capture::default())
}

/// A listener for a server, and the address that its clients know.
async fn listen(front: &Front, interface: Interface) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let outside = front.before(interface, listener.local_addr().unwrap());
    (listener, outside.unwrap())
}

/// Answers every connection with what it got.
fn echo(listener: TcpListener) {
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ended = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
}

async fn said_by(address: SocketAddr, words: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(words).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn bytes_pass_and_are_kept_in_order() {
    let front = front();
    let (listener, address) = listen(&front, Interface::Esipa).await;
    echo(listener);
    assert_eq!(said_by(address, b"hello").await.unwrap(), b"hello");
    let piece = |way| Piece::Bytes {
        connection: 0,
        way,
        bytes: b"hello".to_vec(),
    };
    let opened = Piece::Opened {
        connection: 0,
        interface: Interface::Esipa,
    };
    let kept = front.capture().snapshot();
    assert_eq!(
        kept.get(..3).unwrap(),
        [opened, piece(Way::Up), piece(Way::Down)]
    );
}

#[tokio::test]
async fn refused_means_refused_and_the_port_stays() {
    let front = front();
    let (listener, address) = listen(&front, Interface::Es9Plus).await;
    echo(listener);
    // a connection that is open does not keep the port from being opened again
    let mut open = TcpStream::connect(address).await.unwrap();
    open.write_all(b"a").await.unwrap();
    open.read_exact(&mut [0]).await.unwrap();
    for _ in 0..3 {
        front.network.set(Interface::Es9Plus, NetworkState::Refuse);
        let refused = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        front.network.set(Interface::Es9Plus, NetworkState::Back);
        assert_eq!(said_by(address, b"again").await.unwrap(), b"again");
    }
    // a relay that comes later follows what was said before
    front.network.set(Interface::Esipa, NetworkState::Refuse);
    let later = listen(&front, Interface::Esipa).await.1;
    assert!(TcpStream::connect(later).await.is_err());
}

#[tokio::test]
async fn gone_ends_connections_and_concerns_one_interface() {
    let front = front();
    let (listener, eim) = listen(&front, Interface::Esipa).await;
    echo(listener);
    let (listener, smdp) = listen(&front, Interface::Es9Plus).await;
    echo(listener);
    front.network.set(Interface::Esipa, NetworkState::Gone);
    let mut stream = TcpStream::connect(eim).await.unwrap();
    // an end or a reset, by whether something was sent
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap_or(0), 0);
    assert_eq!(said_by(smdp, b"there").await.unwrap(), b"there");
    let refused = Piece::Refused {
        interface: Interface::Esipa,
    };
    assert!(front.capture().snapshot().contains(&refused));
}

#[tokio::test]
async fn dropped_bytes_never_arrive() {
    let front = front();
    let (listener, address) = listen(&front, Interface::Esipa).await;
    front.network.set(Interface::Esipa, NetworkState::Drop);
    assert_eq!(said_by(address, b"hello").await.unwrap(), b"");
    let nobody = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(nobody.is_err());
    let kept = front.capture().snapshot();
    assert!(kept.iter().any(|it| matches!(it, Piece::Bytes { .. })));
}

/// An ESipa server that counts, and its client.
struct Esipa {
    front: Front,
    client: Client,
    count: Arc<AtomicUsize>,
    _server: Server,
}

async fn esipa() -> Esipa {
    let front = front();
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::EimTls, &[EIM], Curve::NistP256)
        .unwrap();
    let identity = Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let (listener, address) = listen(&front, Interface::Esipa).await;
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let answering = handler(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { ANSWER.to_vec() }
    });
    let config = server_config(&identity, NOW).unwrap();
    let answering = front.guard(Interface::Esipa, answering);
    let server = Server::start(listener, front.tell_secrets(&config), answering);
    let resolver = Resolver::new();
    resolver.insert(EIM, address);
    let client = Client::new(EIM, resolver, &Trust::Certificate(tls.certificate), NOW).unwrap();
    Esipa {
        front,
        client,
        count,
        _server: server,
    }
}

impl Esipa {
    fn set(&self, state: NetworkState) {
        self.front.network.set(Interface::Esipa, state);
    }

    async fn post(&self) -> Result<Vec<u8>, PostError> {
        self.client.post(REQUEST.to_vec()).await
    }

    fn handled(&self) -> usize {
        self.count.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_kept_connection_meets_the_network_too() {
    let esipa = esipa().await;
    assert_eq!(esipa.post().await.unwrap(), ANSWER);
    assert_eq!(esipa.handled(), 1);
    for state in [NetworkState::Gone, NetworkState::Refuse] {
        esipa.set(state);
        assert!(matches!(esipa.post().await, Err(PostError::Http(_))));
        assert!(matches!(esipa.post().await, Err(PostError::Connect { .. })));
        assert_eq!(esipa.handled(), 0);
        esipa.set(NetworkState::Back);
        assert_eq!(esipa.post().await.unwrap(), ANSWER);
        assert_eq!(esipa.handled(), 1);
    }
    let secrets = esipa.front.capture().snapshot();
    assert!(secrets.iter().any(|it| matches!(it, Piece::Secret(_))));
}

#[tokio::test]
async fn an_answer_that_is_cut_was_given() {
    let esipa = esipa().await;
    for _ in 0..2 {
        esipa.set(NetworkState::Cut);
        let cut = esipa.post().await.unwrap_err();
        // the header came: what is missing is the rest of the body
        assert!(matches!(cut, PostError::Body(_)), "{cut}");
        assert_eq!(esipa.handled(), 1);
        esipa.set(NetworkState::Back);
        assert_eq!(esipa.post().await.unwrap(), ANSWER);
        assert_eq!(esipa.handled(), 1);
    }
}

#[tokio::test]
async fn dropped_and_late_answers_differ_by_what_the_server_knows() {
    let esipa = esipa().await;
    assert_eq!(esipa.post().await.unwrap(), ANSWER);
    assert_eq!(esipa.handled(), 1);
    for (state, known) in [(NetworkState::Drop, 0), (NetworkState::Delay(3000.0), 1)] {
        esipa.set(state);
        let short = Duration::from_millis(200);
        assert!(tokio::time::timeout(short, esipa.post()).await.is_err());
        assert_eq!(esipa.handled(), known);
        esipa.set(NetworkState::Back);
        assert_eq!(esipa.post().await.unwrap(), ANSWER);
        assert_eq!(esipa.handled(), 1);
    }
}

/// Answers every path.
struct Words;

impl smdp::http::Handler for Words {
    fn resource(&self, _: &str) -> Option<Resource<'_>> {
        Some(Resource {
            methods: &[hyper::Method::POST],
            media_type: "",
            needs_client: false,
            admin_protocol: None,
        })
    }

    fn call(&self, _: Call) -> Answering<'_> {
        Box::pin(async { HttpAnswer::json(b"{\"some\": \"words\"}".to_vec()) })
    }
}

#[tokio::test]
async fn servers_of_es9_meet_the_network_as_well() {
    let front = front();
    let (listener, address) = listen(&front, Interface::Es9Plus).await;
    let handler = front.guard_http(Interface::Es9Plus, "smdp1.test.example", Arc::new(Words));
    let _server = smdp::http::serve_plain(listener, handler, Limits::default()).unwrap();
    let post = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n";
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(post).await.unwrap();
    let mut answer = vec![0; 1024];
    let length = kept.read(&mut answer).await.unwrap();
    let whole = String::from_utf8_lossy(answer.get(..length).unwrap()).into_owned();
    assert!(whole.ends_with("\"words\"}"), "{whole}");
    front.network.set(Interface::Es9Plus, NetworkState::Gone);
    kept.write_all(post).await.unwrap();
    assert_eq!(kept.read(&mut answer).await.unwrap_or(0), 0);
    front.network.set(Interface::Es9Plus, NetworkState::Cut);
    let cut = said_by(address, post).await.unwrap();
    let cut = String::from_utf8_lossy(&cut).into_owned();
    assert!(
        cut.contains("content-length: 17") && cut.ends_with("{\"some\":"),
        "{cut}"
    );
}
