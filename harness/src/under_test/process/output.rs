// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program writes: the beginning and the end are kept, in bounded memory.

use std::collections::VecDeque;
use std::io::PipeReader;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;
use tokio::sync::watch;

/// So much is kept from the beginning.
const HEAD: usize = 256 * 1024;
/// So much is kept from the end.
const TAIL: usize = 256 * 1024;
/// A program that writes more than this is made to wait.
const FLOOD: u64 = 16 * 1024 * 1024;
/// Pause after each piece of a flood: about 60 megabytes per second.
const BREATH: Duration = Duration::from_millis(1);
/// Largest piece that is read at once: what a pipe holds.
const PIECE: usize = 64 * 1024;

#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: u64,
}

impl Kept {
    fn keep(&mut self, bytes: &[u8]) {
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let over = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..over);
        self.left_out += u64::try_from(over).unwrap_or(u64::MAX);
    }

    fn text(&self) -> Vec<u8> {
        let mut text = self.head.clone();
        if self.left_out > 0 {
            let note = format!("\n[... {} bytes left out ...]\n", self.left_out);
            text.extend_from_slice(note.as_bytes());
        }
        text.extend(&self.tail);
        text
    }
}

/// The output of one program; clones see the same one.
#[derive(Clone, Debug)]
pub(super) struct Output {
    kept: Arc<Mutex<Kept>>,
    done: watch::Receiver<bool>,
}

impl Output {
    /// Reads a pipe to its end in the background.
    pub(super) fn read(pipe: PipeReader) -> std::io::Result<Self> {
        let pipe = Receiver::from_owned_fd(pipe.into())?;
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (sender, done) = watch::channel(false);
        let output = Self { kept, done };
        let reader = output.clone();
        tokio::spawn(async move {
            if let Err(error) = reader.drain(&pipe).await {
                tracing::warn!(%error, "output of the program under test is lost");
            }
            // nobody may be waiting
            sender.send_replace(true);
        });
        Ok(output)
    }

    async fn drain(&self, pipe: &Receiver) -> std::io::Result<()> {
        let mut piece = vec![0; PIECE];
        let mut total = 0;
        loop {
            pipe.readable().await?;
            match pipe.try_read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    self.keep(piece.get(..count).unwrap_or_default());
                    total += u64::try_from(count).unwrap_or_default();
                    if total > FLOOD {
                        tokio::time::sleep(BREATH).await;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => (),
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds something.
    pub(super) fn keep(&self, bytes: &[u8]) {
        self.lock().keep(bytes);
    }

    /// Everything that is kept.
    pub(super) fn text(&self) -> Vec<u8> {
        self.lock().text()
    }

    /// Waits until everything is read: nobody has the other end open any more.
    pub(super) async fn finish(&mut self, most: Duration) {
        let done = self.done.wait_for(|done| *done);
        // what is not read by then is not worth a longer case
        let _late = tokio::time::timeout(most, done).await.is_err();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginning_and_end_are_kept() {
        let mut kept = Kept::default();
        kept.keep(b"begin");
        assert_eq!(kept.text(), b"begin");
        for _ in 0..1000 {
            kept.keep(&[b'x'; 1000]);
        }
        kept.keep(b"end");
        let text = kept.text();
        assert!(text.starts_with(b"beginx"));
        assert!(text.ends_with(b"xend"));
        let left_out = 1_000_008 - HEAD - TAIL;
        let note = format!("[... {left_out} bytes left out ...]");
        assert!(String::from_utf8(text).unwrap().contains(&note));
    }
}
