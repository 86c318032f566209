// SPDX-License-Identifier: MIT OR Apache-2.0
//! How an answer is put on the wire, for answers that no HTTP library writes: late, in pieces, with
//! a length that is not true, broken off.
//!
//! An answer with a [`Manner`] is not given to the HTTP library. The library is told to give the
//! connection up, and the bytes are written here; the connection ends with them. So these answers
//! say `connection: close`. On HTTP/2 there is no such way: the stream is reset.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use hyper::{StatusCode, header};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

/// Deviations from the plain way of writing an answer; the default has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// Wait before the first byte.
    pub wait: Duration,
    /// Interim answers (1xx) before the answer.
    pub interim: Vec<u16>,
    /// The status line says HTTP/1.0.
    pub http10: bool,
    /// Headers that are set, in place of those of the same name.
    pub set: Vec<(&'static str, String)>,
    /// Headers that are left out.
    pub without: Vec<&'static str>,
    /// Header names are written in capitals.
    pub capitals: bool,
    /// What says where the body ends.
    pub framing: Framing,
    /// So many bytes of the body at a time, with a wait behind each piece.
    pub pace: Option<(usize, Duration)>,
    /// Where the answer is broken off.
    pub cut: Option<Cut>,
    /// What becomes of the connection.
    pub end: End,
}

/// What says where a body ends (RFC 9112 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// Its length.
    #[default]
    Length,
    /// A length so many bytes beside the true one.
    WrongLength(i64),
    /// Chunks of so many bytes.
    Chunked(usize),
    /// Chunks, the second of which has a size that is no number.
    BrokenChunks,
    /// The end of the connection.
    Close,
}

/// Where an answer is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Before its first byte.
    BeforeHeader,
    /// Within the header.
    InHeader,
    /// In the middle of the body.
    InBody,
}

/// What becomes of the connection when everything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// It is closed in order.
    #[default]
    Close,
    /// It is dropped, without the closure alert of TLS.
    Drop,
    /// It stays open and silent.
    Stall,
}

impl Manner {
    /// Whether there is no deviation.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// The bytes of an answer, and the waits between them.
    pub fn script(&self, status: StatusCode, mut headers: HeaderMap, body: &[u8]) -> Script {
        let mut steps = vec![Step::Wait(self.wait)];
        let interim = self.interim.iter().filter_map(|code| {
            let status = StatusCode::from_u16(*code).ok()?;
            Some(format!("HTTP/1.1 {}\r\n\r\n", line(status)).into_bytes())
        });
        steps.extend(interim.map(Step::Write));
        self.change(&mut headers, body.len());
        let head = self.head(status, &headers);
        match self.cut {
            Some(Cut::BeforeHeader) => {}
            Some(Cut::InHeader) => {
                let half = head.get(..head.len() / 2).unwrap_or_default();
                steps.push(Step::Write(half.to_vec()));
            }
            Some(Cut::InBody) => {
                steps.push(Step::Write(head));
                self.body(&mut steps, body.get(..body.len() / 2).unwrap_or_default());
            }
            None => {
                steps.push(Step::Write(head));
                self.body(&mut steps, body);
                if let Framing::Chunked(_) = self.framing {
                    steps.push(Step::Write(b"0\r\n\r\n".to_vec()));
                }
            }
        }
        Script {
            steps,
            end: self.end,
        }
    }

    fn change(&self, headers: &mut HeaderMap, length: usize) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        match self.framing {
            Framing::Length => put(headers, CONTENT_LENGTH, &length.to_string()),
            Framing::WrongLength(beside) => {
                let length = i64::try_from(length).unwrap_or(i64::MAX);
                let wrong = length.saturating_add(beside).max(0);
                put(headers, CONTENT_LENGTH, &wrong.to_string());
            }
            Framing::Chunked(_) | Framing::BrokenChunks => {
                put(headers, header::TRANSFER_ENCODING, "chunked");
            }
            Framing::Close => {}
        }
        for (name, value) in &self.set {
            put(headers, HeaderName::from_static(name), value);
        }
        for name in &self.without {
            headers.remove(*name);
        }
    }

    fn head(&self, status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
        let version = if self.http10 { "HTTP/1.0" } else { "HTTP/1.1" };
        let mut head = format!("{version} {}\r\n", line(status)).into_bytes();
        for (name, value) in headers {
            let name = name.as_str();
            let name = if self.capitals {
                name.to_ascii_uppercase()
            } else {
                name.to_owned()
            };
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    fn body(&self, steps: &mut Vec<Step>, body: &[u8]) {
        let (size, wait) = self.pace.unwrap_or((usize::MAX, Duration::ZERO));
        let size = match self.framing {
            Framing::Chunked(size) => size,
            Framing::BrokenChunks => body.len().div_ceil(2),
            Framing::Length | Framing::WrongLength(_) | Framing::Close => size,
        };
        for (index, piece) in body.chunks(size.max(1)).enumerate() {
            let bytes = match self.framing {
                Framing::Chunked(_) => chunk(&format!("{:x}", piece.len()), piece),
                Framing::BrokenChunks if index == 0 => chunk(&format!("{:x}", piece.len()), piece),
                Framing::BrokenChunks => chunk("zz", piece),
                Framing::Length | Framing::WrongLength(_) | Framing::Close => piece.to_vec(),
            };
            steps.push(Step::Write(bytes));
            steps.push(Step::Wait(wait));
        }
    }
}

fn line(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    format!("{} {reason}", status.as_str())
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn chunk(size: &str, piece: &[u8]) -> Vec<u8> {
    [size.as_bytes(), b"\r\n", piece, b"\r\n"].concat()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Wait(Duration),
    Write(Vec<u8>),
}

/// What is written on a connection that the HTTP library has given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    steps: Vec<Step>,
    end: End,
}

impl Script {
    /// Writes everything and ends the connection. `patience` bounds a connection that stalls.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn play<S: AsyncRead + AsyncWrite>(
        self,
        mut stream: Shared<S>,
        patience: Duration,
    ) -> io::Result<()> {
        for step in self.steps {
            match step {
                Step::Wait(wait) if wait.is_zero() => {}
                Step::Wait(wait) => tokio::time::sleep(wait).await,
                Step::Write(bytes) => {
                    stream.write_all(&bytes).await?;
                    stream.flush().await?;
                }
            }
        }
        match self.end {
            End::Close => stream.shutdown().await,
            End::Drop => Ok(()),
            End::Stall => {
                tokio::time::sleep(patience).await;
                Ok(())
            }
        }
    }
}

/// Tells the HTTP library to give a connection up.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the answer is written in a way of its own")]
pub struct OffScript;

/// Where the answer is left for the one who writes it.
#[derive(Debug, Clone, Default)]
pub struct Stage(Arc<Mutex<Option<Script>>>);

impl Stage {
    /// Leaves an answer.
    pub fn set(&self, script: Script) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(script);
    }

    /// Takes what was left.
    pub fn take(&self) -> Option<Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A stream that two hold, one after the other: the HTTP library, and whoever writes a script.
#[derive(Debug)]
pub struct Shared<S>(Arc<Mutex<Pin<Box<S>>>>);

impl<S> Shared<S> {
    /// Holds a stream.
    pub fn new(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(stream))))
    }

    fn stream(&self) -> MutexGuard<'_, Pin<Box<S>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: AsyncRead> AsyncRead for Shared<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().as_mut().poll_read(context, buffer)
    }
}

impl<S: AsyncWrite> AsyncWrite for Shared<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().as_mut().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().as_mut().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().as_mut().poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().as_mut().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream().is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(manner: &Manner, body: &[u8]) -> String {
        let script = manner.script(StatusCode::OK, HeaderMap::new(), body);
        let bytes = script.steps.into_iter().filter_map(|step| match step {
            Step::Write(bytes) => Some(bytes),
            Step::Wait(_) => None,
        });
        String::from_utf8(bytes.flatten().collect()).unwrap()
    }

    #[test]
    fn each_framing_writes_its_own_bytes() {
        let manner = |framing| Manner {
            framing,
            ..Manner::default()
        };
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n";
        for (framing, rest) in [
            (Framing::Length, "content-length: 4\r\n\r\nabcd"),
            (Framing::WrongLength(-1), "content-length: 3\r\n\r\nabcd"),
            (
                Framing::Chunked(3),
                "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            ),
            (
                Framing::BrokenChunks,
                "transfer-encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\ncd\r\n",
            ),
            (Framing::Close, "\r\nabcd"),
        ] {
            assert_eq!(written(&manner(framing), b"abcd"), format!("{head}{rest}"));
        }
    }

    #[test]
    fn an_answer_is_cut_where_it_should_be() {
        let cut = |cut| Manner {
            cut: Some(cut),
            ..Manner::default()
        };
        assert_eq!(written(&cut(Cut::BeforeHeader), b"abcd"), "");
        assert!(!written(&cut(Cut::InHeader), b"abcd").contains("\r\n\r\n"));
        assert!(written(&cut(Cut::InBody), b"abcd").ends_with("length: 4\r\n\r\nab"));
    }
}
