// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--format json`: one object per case, one line each.

use std::io::Write;

use super::verdict_json;
use crate::event::{Event, Listener};

/// Writes JSON lines.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Listener for Json<W> {
    fn event(&mut self, event: &Event<'_>) -> std::io::Result<()> {
        match event {
            Event::CaseEnded(report) => writeln!(self.out, "{}", verdict_json(report)),
            _ => Ok(()),
        }
    }
}
