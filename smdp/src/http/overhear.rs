// SPDX-License-Identifier: MIT OR Apache-2.0
//! Connections whose content somebody listens to, in clear: what TLS has hidden already, or is
//! about to hide.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Somebody who listens to the connections of a server or of a client. It is called before bytes
/// that are written go on, so that an answer to them never comes first.
pub trait Ear: Debug + Send + Sync {
    /// A connection is open. Returns the number by which it is known from here on.
    fn open(&self, connection: &Opened) -> u64;
    /// Somebody connects. Returns a number for [`Opened::attempt`].
    fn attempt(&self) -> usize {
        0
    }
    /// A connection came to nothing: its handshake failed.
    fn failed(&self, _opened: &Opened) {}
    /// Takes a connection over, in place of the server; gives it back when it does not.
    fn divert(&self, stream: Box<dyn Stream>, _opened: &Opened) -> Option<Box<dyn Stream>> {
        Some(stream)
    }
    /// This end has received bytes; none mean that the other end has closed it.
    fn received(&self, connection: u64, bytes: &[u8]);
    /// This end sends bytes; none mean that it closes the connection.
    fn sends(&self, connection: u64, bytes: &[u8]);
}

/// A connection of any kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// A connection as it is opened.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// What [`Ear::attempt`] returned before the handshake.
    pub attempt: usize,
    /// The other end.
    pub peer: Option<SocketAddr>,
    /// Whether TLS hides it.
    pub tls: bool,
    /// What TLS has agreed on.
    pub alpn: Option<Vec<u8>>,
}

/// A stream with somebody who listens.
#[derive(Debug)]
pub struct Overheard<S> {
    stream: S,
    ear: Option<(Arc<dyn Ear>, u64)>,
    /// Bytes that were told and are not written yet.
    told: usize,
    /// The end was told.
    ended: bool,
}

impl<S> Overheard<S> {
    /// Lets `ear` listen to a connection that is open now.
    pub fn new(stream: S, ear: Option<Arc<dyn Ear>>, opened: &Opened) -> Self {
        let ear = ear.map(|ear| {
            let number = ear.open(opened);
            (ear, number)
        });
        Self {
            stream,
            ear,
            told: 0,
            ended: false,
        }
    }
}

/// A connection that is given up is closed, however that came.
impl<S> Drop for Overheard<S> {
    fn drop(&mut self) {
        if let Some((ear, number)) = &self.ear
            && !self.ended
        {
            ear.sends(*number, &[]);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Overheard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        let bytes = buffer.filled().get(before..).unwrap_or_default();
        let is_end = bytes.is_empty();
        if let Some((ear, number)) = &self.ear
            && !(is_end && self.ended)
        {
            ear.received(*number, bytes);
        }
        self.ended |= is_end;
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Overheard<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some((ear, number)) = &self.ear
            && let Some(new @ [_, ..]) = bytes.get(self.told..)
        {
            ear.sends(*number, new);
        }
        self.told = self.told.max(bytes.len());
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        if let Ok(count) = written {
            self.told = self.told.saturating_sub(count);
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some((ear, number)) = &self.ear
            && !self.ended
        {
            ear.sends(*number, &[]);
        }
        self.ended = true;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[derive(Debug, Default)]
    struct Notes(Mutex<Vec<String>>);

    impl Ear for Notes {
        fn open(&self, opened: &Opened) -> u64 {
            self.0.lock().unwrap().push(format!("open {}", opened.tls));
            7
        }

        fn received(&self, connection: u64, bytes: &[u8]) {
            let text = String::from_utf8_lossy(bytes);
            self.0
                .lock()
                .unwrap()
                .push(format!("{connection} > {text}"));
        }

        fn sends(&self, connection: u64, bytes: &[u8]) {
            let text = String::from_utf8_lossy(bytes);
            self.0
                .lock()
                .unwrap()
                .push(format!("{connection} < {text}"));
        }
    }

    #[tokio::test]
    async fn every_byte_is_told_once_and_the_end_too() {
        // a pipe of three bytes takes what is written in pieces
        let (mut near, far) = duplex(3);
        let notes = Arc::new(Notes::default());
        let mut far = Overheard::new(far, Some(notes.clone() as Arc<dyn Ear>), &Opened::default());
        let peer = tokio::spawn(async move {
            near.write_all(b"ask").await.unwrap();
            let mut answer = vec![0; 8];
            near.read_exact(&mut answer).await.unwrap();
            answer
        });
        let mut asked = vec![0; 3];
        far.read_exact(&mut asked).await.unwrap();
        far.write_all(b"answered").await.unwrap();
        assert_eq!(peer.await.unwrap(), b"answered");
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).await.unwrap();
        let notes = notes.0.lock().unwrap().clone();
        assert_eq!(notes, ["open false", "7 > ask", "7 < answered", "7 > "]);
    }
}
