// SPDX-License-Identifier: MIT OR Apache-2.0
//! An HTTP proxy that leads a program under test to the hosts of a case: most HTTP libraries take
//! one from `https_proxy`. It understands CONNECT (RFC 9110 §9.3.6) and passes bytes on; TLS stays
//! between the program and the server.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::wire::net::{Resolver, host_of};

/// Largest head of a request.
const HEAD: usize = 8 * 1024;
/// Time that it may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at the same time.
const MOST_CONNECTIONS: usize = 256;
/// Unknown hosts that are remembered.
const MOST_UNKNOWN: usize = 100;
/// Pause after the system had no connection to give.
const PAUSE: Duration = Duration::from_millis(50);

/// A proxy at work. Dropping it closes it and everything that goes through it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    unknown: Unknown,
    task: JoinHandle<()>,
}

/// Hosts that were asked for and are not of the case.
#[derive(Clone, Debug, Default)]
struct Unknown(Arc<Mutex<BTreeSet<String>>>);

impl Unknown {
    fn hosts(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, host: String) {
        let mut hosts = self.hosts();
        if hosts.len() < MOST_UNKNOWN {
            hosts.insert(host);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// A proxy on a free port of loopback to the hosts that `resolver` knows. Must be called inside
    /// a tokio runtime.
    ///
    /// # Errors
    /// There is no port.
    pub async fn start(resolver: Resolver) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let unknown = Unknown::default();
        Ok(Self {
            address: listener.local_addr()?,
            unknown: unknown.clone(),
            task: tokio::spawn(accept(listener, resolver, unknown)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The hosts that were asked for although the case has none of that name, in lower case.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        self.unknown.hosts().iter().cloned().collect()
    }
}

async fn accept(listener: TcpListener, resolver: Resolver, unknown: Unknown) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((_, peer)) if connections.len() >= MOST_CONNECTIONS => {
                tracing::warn!(%peer, "proxy: too many connections");
            }
            Ok((client, peer)) => {
                let (resolver, unknown) = (resolver.clone(), unknown.clone());
                connections.spawn(async move {
                    if let Err(error) = serve(client, &resolver, &unknown).await {
                        tracing::debug!(%peer, %error, "proxy: connection ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "proxy: accept failed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn serve(mut client: TcpStream, resolver: &Resolver, unknown: &Unknown) -> io::Result<()> {
    client.set_nodelay(true)?;
    let head = tokio::time::timeout(PATIENCE, head(&mut client)).await??;
    let (mut server, early) = match open(&head, resolver, unknown).await {
        Ok(opened) => opened,
        Err(refusal) => return refuse(client, &refusal).await,
    };
    server.set_nodelay(true)?;
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    server.write_all(early).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// Why a tunnel is not made.
#[derive(Debug, PartialEq)]
struct Refusal {
    status: &'static str,
    words: String,
}

/// The connection that is asked for, and what came behind the request.
async fn open<'a>(
    head: &'a [u8],
    resolver: &Resolver,
    unknown: &Unknown,
) -> Result<(TcpStream, &'a [u8]), Refusal> {
    let (authority, early) = asked(head)?;
    let address = resolver.resolve(authority).map_err(|error| {
        unknown.note(host_of(authority));
        Refusal {
            status: "502 Bad Gateway",
            words: error.to_string(),
        }
    })?;
    let server = TcpStream::connect(address).await;
    let server = server.map_err(|error| Refusal {
        status: "502 Bad Gateway",
        words: format!("no connection to {authority}: {error}"),
    })?;
    Ok((server, early))
}

/// Reads until the empty line, and what comes with it.
async fn head(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut portion = [0; 1024];
    while end_of_head(&head).is_none() && head.len() < HEAD {
        let length = client.read(&mut portion).await?;
        let bytes = portion.get(..length).unwrap_or_default();
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(bytes);
    }
    Ok(head)
}

fn end_of_head(head: &[u8]) -> Option<usize> {
    let place = head.windows(4).position(|four| four == b"\r\n\r\n");
    place.map(|place| place + 4)
}

/// Whom a request names, and the bytes behind it.
fn asked(head: &[u8]) -> Result<(&str, &[u8]), Refusal> {
    let end = end_of_head(head).ok_or_else(|| Refusal {
        status: "431 Request Header Fields Too Large",
        words: format!("expected a request of at most {HEAD} bytes"),
    })?;
    let (head, early) = head.split_at(end);
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).unwrap_or_default();
    let mut words = line.split(' ');
    match (words.next(), words.next(), words.next()) {
        (Some("CONNECT"), Some(authority), Some(version)) if version.starts_with("HTTP/1.") => {
            Ok((authority, early))
        }
        (Some("CONNECT"), ..) => Err(Refusal {
            status: "400 Bad Request",
            words: "expected CONNECT HOST:PORT HTTP/1.1".to_owned(),
        }),
        _ => Err(Refusal {
            status: "405 Method Not Allowed",
            words: "expected CONNECT: this proxy carries TLS only".to_owned(),
        }),
    }
}

async fn refuse(mut client: TcpStream, refusal: &Refusal) -> io::Result<()> {
    let Refusal { status, words } = refusal;
    tracing::debug!(%status, %words, "proxy: refused");
    let allow = if status.starts_with("405") {
        "allow: CONNECT\r\n"
    } else {
        ""
    };
    let length = words.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\n{allow}content-type: text/plain; charset=utf-8\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{words}\n"
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn said_by(proxy: &Proxy, words: &[u8]) -> String {
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.write_all(words).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    /// A proxy, and behind it a server that repeats what it hears.
    async fn proxy() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let resolver = Resolver::new();
        resolver.insert("eim1.test.example", listener.local_addr().unwrap());
        // a port where nobody listens: the socket is bound and no more
        let silent = tokio::net::TcpSocket::new_v4().unwrap();
        silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        resolver.insert("silent.test.example", silent.local_addr().unwrap());
        tokio::spawn(async move {
            let _silent = silent;
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await.unwrap();
            }
        });
        Proxy::start(resolver).await.unwrap()
    }

    #[tokio::test]
    async fn bytes_pass_also_those_that_came_early() {
        let proxy = proxy().await;
        let request = b"CONNECT EIM1.test.example:443 HTTP/1.1\r\nHost: eim1\r\n\r\nhello";
        let answer = said_by(&proxy, request).await;
        assert_eq!(answer, "HTTP/1.1 200 Connection established\r\n\r\nhello");
        assert!(proxy.unknown().is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_is_said_in_words() {
        let proxy = proxy().await;
        let long = vec![b'a'; HEAD];
        let table: [(&[u8], &str, &str); 6] = [
            (
                b"CONNECT Other.example:443 HTTP/1.1\r\n\r\n",
                "502",
                "no address known for host \"other.example\"\n",
            ),
            (
                b"CONNECT silent.test.example:443 HTTP/1.1\r\n\r\n",
                "502",
                "no connection to silent.test.example:443",
            ),
            (
                b"GET http://x/ HTTP/1.1\r\n\r\n",
                "405",
                "allow: CONNECT\r\n",
            ),
            (b"CONNECT\r\n\r\n", "400", "expected CONNECT HOST:PORT"),
            (b"\xFF\xFE \r\n\r\n", "405", "expected CONNECT"),
            (&long, "431", "at most 8192 bytes"),
        ];
        for (request, status, words) in table {
            let answer = said_by(&proxy, request).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{answer}"
            );
            assert!(answer.contains(words), "{answer}");
        }
        assert_eq!(proxy.unknown(), ["other.example"]);
    }
}
