// SPDX-License-Identifier: MIT OR Apache-2.0
//! Standard output that somebody may stop reading (`| head`): the run goes on, the exit code and
//! the folder are what they would be.

use std::io::{self, ErrorKind, Write};

/// A writer that falls silent when nobody reads it any more.
#[derive(Debug)]
pub(super) struct Pipe<W> {
    out: W,
    closed: bool,
}

impl<W> Pipe<W> {
    pub(super) const fn new(out: W) -> Self {
        Self { out, closed: false }
    }

    fn quiet<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.quiet(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.quiet(flushed, ())
    }
}
