// SPDX-License-Identifier: MIT OR Apache-2.0
//! A tap that writes down which codes the card answers.

use std::path::Path;

use super::reached;
use crate::card::Es10Tap;

/// An [`Es10Tap`] that lets responses pass and writes down what they carry.
#[derive(Debug)]
pub struct Recorder(coverage::Recorder);

impl Recorder {
    /// Records for the test that runs on this thread, of the test program `program`, below
    /// `temporary`.
    #[must_use]
    pub fn new(temporary: &Path, program: &str) -> Self {
        Self(coverage::Recorder::new(temporary, program))
    }
}

impl Es10Tap for Recorder {
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        for key in reached(request, &response) {
            if let Err(error) = self.0.note(key) {
                // a code that is not written down is reported as a gap later
                tracing::warn!(%error, "not recorded");
            }
        }
        response
    }
}
