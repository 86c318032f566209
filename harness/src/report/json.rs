// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--format json`: one object per case, one line each.

use std::io::Write;

use super::pipe::Pipe;
use crate::event::{Event, Listener};
use crate::record::CaseRecord;

/// Writes JSON lines.
#[derive(Debug)]
pub struct Json<W> {
    out: Pipe<W>,
}

impl<W: Write> Json<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self {
            out: Pipe::new(out),
        }
    }
}

impl<W: Write> Listener for Json<W> {
    fn event(&mut self, event: &Event<'_>) -> std::io::Result<()> {
        match event {
            Event::CaseEnded(report) => {
                let line = serde_json::to_string(&CaseRecord::of(report))?;
                writeln!(self.out, "{line}")
            }
            _ => Ok(()),
        }
    }
}
