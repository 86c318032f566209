// SPDX-License-Identifier: MIT OR Apache-2.0
//! The recovery ladder: what is tried, gentle things first, when a card refuses every function after
//! a change of the profile. Where it ends depends on the card; every rung is tried once.

use veuicc::StatusWord;
use veuicc::terminal::TerminalError;

use super::{Result, Terminal};

/// A rung.
#[derive(Clone, Copy, Debug)]
enum Rung {
    /// Ask for proactive commands, and select the ISD-R again.
    Select,
    /// Another logical channel.
    Channel,
    /// A reset.
    Reset,
}

/// ES10c.GetEID: a function that changes nothing.
const HARMLESS: [u8; 6] = [0xBF, 0x3E, 0x03, 0x5C, 0x01, 0x5A];

impl Terminal {
    /// Climbs until the card answers again. `request` is sent again then, if it may be; otherwise
    /// the refusal stands, with the card ready for the next function.
    pub(super) fn recover(
        &mut self,
        command: &'static str,
        status: StatusWord,
        request: Option<&[u8]>,
    ) -> Result<Vec<u8>> {
        let refusal = || TerminalError::Status { command, status };
        for rung in [Rung::Select, Rung::Channel, Rung::Reset] {
            tracing::info!("the card answers {status}: {rung:?}");
            if !self.climb(rung)? {
                continue;
            }
            match self.segment(request.unwrap_or(&HARMLESS)) {
                Ok(answer) if request.is_some() => return Ok(answer),
                Ok(_) => return Err(refusal()),
                Err(TerminalError::Status { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Err(refusal())
    }

    /// Whether a rung was reached: a card may refuse what the gentler ones take.
    fn climb(&mut self, rung: Rung) -> Result<bool> {
        let reached = match rung {
            Rung::Select => self.asked_and_selected(),
            Rung::Channel => self
                .close_channel()
                .and_then(|()| self.open_channel())
                .and_then(|()| self.select()),
            Rung::Reset => self.restart(),
        };
        match reached {
            Ok(()) => Ok(true),
            Err(TerminalError::Status { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    fn asked_and_selected(&mut self) -> Result<()> {
        if !self.is_deaf() {
            self.ask_for_work()?;
        }
        if std::mem::take(&mut self.refreshed) {
            return self.restart();
        }
        self.select()
    }
}
