// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes of TLS and DTLS that no library would begin, written by hand, and what a server makes
//! of them.
//!
//! Only the kind of its records is looked at: a server that goes on with the handshake sends one of
//! type handshake, one that refuses sends an alert, or ends the connection.

mod client_hello;
mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use self::client_hello::ClientHello;
use crate::case::{Greeting, Hello};
use crate::wire::tls::Trust;

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Record types (RFC 5246 §6.2.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;

/// A server to try it on.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where it is.
    pub address: SocketAddr,
    /// Its name.
    pub host: String,
    /// How it is trusted, where a handshake is to succeed.
    pub trust: Trust,
    /// The time, unix seconds.
    pub now: i64,
}

/// A connection that stays open as long as this lives.
#[derive(Debug)]
pub(crate) struct Open {
    _socket: TcpStream,
}

/// Tries `hello`; a connection that is to stay open comes back.
///
/// # Errors
/// There is no connection at all, or the handshake that has to come first fails.
pub(crate) async fn greet(
    target: &Target,
    hello: Hello,
) -> Result<(Greeting, Option<Open>), String> {
    let failed = |error: std::io::Error| format!("no connection: {error}");
    if hello.is_dtls() {
        let greeting = datagrams(target, hello).await.map_err(failed)?;
        return Ok((greeting, None));
    }
    let mut socket = TcpStream::connect(target.address).await.map_err(failed)?;
    match hello {
        Hello::Idle => return Ok((Greeting::Silent, Some(Open { _socket: socket }))),
        Hello::BadFinished => {
            let greeting = session::bad_finished(target, socket).await?;
            return Ok((greeting, None));
        }
        Hello::Renegotiation => {
            let greeting = session::renegotiation(target, socket).await?;
            return Ok((greeting, None));
        }
        _ => (),
    }
    let bytes = match hello {
        Hello::Garbage => b"GET / HTTP/1.1\r\nHost: eim\r\n\r\n".to_vec(),
        _ => ClientHello::of(hello, &target.host).record(),
    };
    // a server that has closed already has refused
    let _refused = socket.write_all(&bytes).await;
    let first = records(&mut socket, false).await;
    if hello != Hello::DataBeforeFinished || first != Greeting::ServerHello {
        return Ok((first, None));
    }
    let data = b"POST /gsma/rsp2/asn1 HTTP/1.1\r\n";
    let mut bytes = vec![DATA, 3, 3, 0, u8::try_from(data.len()).unwrap_or(u8::MAX)];
    bytes.extend(data);
    let _refused = socket.write_all(&bytes).await;
    Ok((records(&mut socket, true).await, None))
}

/// What the server sends: its first record, or with `last` what comes after the rest of its flight.
async fn records(socket: &mut TcpStream, last: bool) -> Greeting {
    let mut seen = Greeting::Silent;
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let Ok(kind) = tokio::time::timeout_at(until, record(socket)).await else {
            return seen;
        };
        match kind {
            None => return Greeting::Closed,
            Some(ALERT) => return Greeting::Alert,
            Some(HANDSHAKE) if !last => return Greeting::ServerHello,
            Some(HANDSHAKE) => seen = Greeting::ServerHello,
            Some(DATA) => return Greeting::Ignored,
            // what is no TLS is no handshake
            Some(_) => return Greeting::Closed,
        }
    }
}

/// The type of the next record; none at the end of the connection.
async fn record(socket: &mut TcpStream) -> Option<u8> {
    let mut head = [0; 5];
    socket.read_exact(&mut head).await.ok()?;
    let [kind, _, _, high, low] = head;
    let mut body = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    socket.read_exact(&mut body).await.ok()?;
    Some(kind)
}

async fn datagrams(target: &Target, hello: Hello) -> std::io::Result<Greeting> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.connect(target.address).await?;
    for datagram in ClientHello::of(hello, &target.host).datagrams(hello) {
        socket.send(&datagram).await?;
    }
    let mut answer = vec![0; 2048];
    let received = tokio::time::timeout(PATIENCE, socket.recv(&mut answer)).await;
    let Ok(Ok(count)) = received else {
        return Ok(Greeting::Silent);
    };
    let answer = answer.get(..count).unwrap_or_default();
    // the type of the handshake message stands behind the 13 octets of the record
    Ok(match (answer.first(), answer.get(13)) {
        (Some(&HANDSHAKE), Some(3)) => Greeting::HelloVerify,
        (Some(&HANDSHAKE), _) => Greeting::ServerHello,
        (Some(&ALERT), _) => Greeting::Alert,
        _ => Greeting::Silent,
    })
}
