// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card over standard input and output of the program (lpac's ndJSON).

use std::io::{BufReader, Error, ErrorKind, PipeReader, Read, Result};

use veuicc::link::{Slot, stdio};

use crate::under_test::process::Pipes;

/// Longest line that is read: the longest command in hex has 131 kB.
const LONGEST_LINE: usize = 1 << 20;

/// Serves in a thread that ends when the program closes its output, which it does at the latest
/// when it ends.
pub(super) fn serve(slot: Slot, pipes: Pipes, aside: impl Fn(&str) + Send + 'static) {
    std::thread::spawn(move || {
        let lines = Lines {
            pipe: pipes.output,
            length: 0,
        };
        let outcome = stdio::serve(BufReader::new(lines), pipes.input, aside, &slot);
        tracing::info!(?outcome, "the program left the card");
    });
}

/// A pipe whose lines have an end.
struct Lines {
    pipe: PipeReader,
    length: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.pipe.read(buffer)?;
        for octet in buffer.get(..count).unwrap_or_default() {
            self.length = if *octet == b'\n' { 0 } else { self.length + 1 };
            if self.length > LONGEST_LINE {
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    format!("expected lines of at most {LONGEST_LINE} bytes"),
                ));
            }
        }
        Ok(count)
    }
}
