// SPDX-License-Identifier: MIT OR Apache-2.0
//! One HTTP request written by hand on a connection of its own, right or wrong, and whatever comes
//! back: what a client library would not send, a server meets all the same.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use smdp::http::Overheard;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::http::{HttpClient, PostError, Reply};
use super::tls::server_name;

/// A connection that somebody may listen to.
type Tapped = Overheard<TlsStream<TcpStream>>;

/// No answer is larger.
const MOST: usize = 4 << 20;
/// Octets that are written at a time while a body is filled up.
const PIECE: usize = 64 << 10;

/// A request, octet by octet.
#[derive(Clone, Debug, Default)]
pub struct RawRequest {
    /// Everything up to what [`RawRequest::fill`] adds.
    pub bytes: Vec<u8>,
    /// Zeros behind it, until an answer comes.
    pub fill: u64,
    /// Half of it is sent, and nothing awaited.
    pub hold: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum RawOutcome {
    /// An answer.
    Reply(Reply),
    /// The connection ended without one.
    Closed,
    /// Nothing came in time.
    Silent,
    /// The connection is open as long as this lives.
    Held(Held),
}

/// A connection that is kept open.
#[derive(Debug)]
pub struct Held {
    _stream: Box<Tapped>,
}

impl HttpClient {
    /// Sends a request over a new connection with `tls`, and waits `patience` for its answer.
    ///
    /// # Errors
    /// There is no connection.
    pub async fn raw(
        &self,
        tls: Arc<ClientConfig>,
        request: RawRequest,
        patience: Duration,
    ) -> Result<RawOutcome, PostError> {
        let mut stream = self.stream(tls).await?;
        if request.hold {
            let half = request.bytes.len() / 2;
            let half = request.bytes.get(..half).unwrap_or_default();
            if stream.write_all(half).await.is_err() || stream.flush().await.is_err() {
                return Ok(RawOutcome::Closed);
            }
            return Ok(RawOutcome::Held(Held {
                _stream: Box::new(stream),
            }));
        }
        let (reader, writer) = split(stream);
        let exchange = async {
            tokio::select! {
                biased;
                reply = read(reader) => reply,
                () = write(writer, request) => None,
            }
        };
        Ok(match tokio::time::timeout(patience, exchange).await {
            Ok(Some(reply)) => RawOutcome::Reply(reply),
            Ok(None) => RawOutcome::Closed,
            Err(_) => RawOutcome::Silent,
        })
    }

    async fn stream(&self, tls: Arc<ClientConfig>) -> Result<Tapped, PostError> {
        let authority = self.authority();
        let name = server_name(authority.host())?;
        let host = authority.to_string();
        let address = self.address()?;
        let failed = |source| PostError::Connect {
            host: host.clone(),
            source,
        };
        let socket = TcpStream::connect(address).await.map_err(failed)?;
        socket.set_nodelay(true).map_err(failed)?;
        let stream = TlsConnector::from(tls).connect(name, socket).await;
        let stream = stream.map_err(failed)?;
        Ok(self.overheard(stream))
    }
}

/// Writes and never ends: only an answer or the end of the connection does.
async fn write(mut writer: WriteHalf<Tapped>, request: RawRequest) {
    let mut open = writer.write_all(&request.bytes).await.is_ok();
    let zeros = vec![0; PIECE];
    let mut left = request.fill;
    while open && left > 0 {
        let piece = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let part = zeros.get(..piece).unwrap_or_default();
        open = writer.write_all(part).await.is_ok();
        left = left.saturating_sub(u64::try_from(piece).unwrap_or(left));
    }
    if open {
        // what cannot be sent is not answered either
        let _lost = writer.flush().await;
    }
    std::future::pending().await
}

/// Reads one answer; none when the connection ends before it is whole, or it is no HTTP.
async fn read(mut reader: ReadHalf<Tapped>) -> Option<Reply> {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            match find(&bytes, b"\r\n\r\n") {
                Some(end) => break end,
                None => more(&mut reader, &mut bytes).await?,
            }
        };
        let rest = bytes.split_off(end.saturating_add(4));
        let reply = head(&bytes)?;
        bytes = rest;
        // an answer that only says that there will be one
        if (100..200).contains(&reply.status) {
            continue;
        }
        return body(reply, bytes, &mut reader).await;
    }
}

async fn body(
    mut reply: Reply,
    mut bytes: Vec<u8>,
    reader: &mut ReadHalf<Tapped>,
) -> Option<Reply> {
    let value = |name: &str| super::http::header(&reply.headers, name).map(str::to_owned);
    let length = value("content-length").and_then(|text| text.parse::<usize>().ok());
    let chunked = value("transfer-encoding").is_some_and(|text| text.contains("chunked"));
    if chunked {
        loop {
            if let Some(whole) = unchunked(&bytes) {
                reply.body = whole;
                return Some(reply);
            }
            more(reader, &mut bytes).await?;
        }
    }
    match length {
        Some(length) if length <= MOST => {
            while bytes.len() < length {
                more(reader, &mut bytes).await?;
            }
            bytes.truncate(length);
        }
        Some(_) => return None,
        None if reply.status == 204 || reply.status == 304 => bytes.clear(),
        None => while more(reader, &mut bytes).await.is_some() {},
    }
    reply.body = bytes;
    Some(reply)
}

/// Reads on; none at the end.
async fn more(reader: &mut (impl AsyncRead + Unpin), bytes: &mut Vec<u8>) -> Option<()> {
    let mut buffer = vec![0; 4096];
    let count = reader.read(&mut buffer).await.ok().filter(|it| *it > 0)?;
    bytes.extend_from_slice(buffer.get(..count)?);
    (bytes.len() <= MOST).then_some(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// Status and header fields.
fn head(bytes: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n");
    let mut words = lines.next()?.split(' ');
    words.next().filter(|word| word.starts_with("HTTP/1."))?;
    let status = words.next()?.parse().ok()?;
    let mut headers = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    headers.sort();
    Some(Reply {
        status,
        headers,
        body: Vec::new(),
    })
}

/// The body behind its chunks, when the last one is there.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(bytes, b"\r\n")?;
        let line = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        let start = end.checked_add(2)?;
        let stop = start.checked_add(size)?;
        body.extend_from_slice(bytes.get(start..stop)?);
        bytes = bytes.get(stop.checked_add(2)?..)?;
        if size == 0 {
            return Some(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_head() {
        let reply = head(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nB: 2\r\n").unwrap();
        assert_eq!(reply.status, 405);
        assert_eq!(reply.headers[0], ("allow".to_owned(), "POST".to_owned()));
        assert!(head(b"SSH-2.0\r\n").is_none());
    }

    #[test]
    fn chunks_come_together_once_the_last_is_there() {
        let whole = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        assert_eq!(unchunked(whole).unwrap(), b"abcde");
        assert_eq!(unchunked(&whole[..12]), None);
    }
}
