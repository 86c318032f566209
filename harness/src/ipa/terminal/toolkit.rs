// SPDX-License-Identifier: MIT OR Apache-2.0
//! Proactive commands (TS 102 221 §7.4.2, TS 102 223): all of them are fetched and answered, since
//! a card may do nothing else before. They belong to the basic channel. REFRESH is carried out,
//! whatever its kind, by a reset.

use veuicc::StatusWord;
use veuicc::terminal::TerminalError;

use super::{Result, Terminal};

/// Proactive commands served in a row: a card that always has another is not followed for ever.
const MOST_COMMANDS: usize = 64;
/// Type of command REFRESH.
const REFRESH: u8 = 0x01;
/// General result: performed successfully; beyond the terminal's capabilities.
const DONE: u8 = 0x00;
const BEYOND: u8 = 0x30;

impl Terminal {
    /// STATUS, with which a terminal asks the card whether it has something to say.
    pub(super) fn ask_for_work(&mut self) -> Result<()> {
        let (_, status) = self.exchange(&[0x80, 0xF2, 0x00, 0x0C])?;
        if status.0 >> 8 == 0x91 {
            self.serve(status)?;
        }
        Ok(())
    }

    /// Fetches proactive commands until none waits.
    pub(super) fn serve(&mut self, mut status: StatusWord) -> Result<()> {
        for _ in 0..MOST_COMMANDS {
            if status.0 >> 8 != 0x91 {
                return Ok(());
            }
            let [_, length] = status.to_bytes();
            let (command, after) = self.exchange(&[0x80, 0x12, 0, 0, length])?;
            if !after.is_success() {
                return Err(TerminalError::Status {
                    command: "FETCH",
                    status: after,
                });
            }
            status = self.answer(&command)?;
        }
        Ok(())
    }

    /// TERMINAL RESPONSE to one command.
    fn answer(&mut self, command: &[u8]) -> Result<StatusWord> {
        let details = details(command);
        let refresh = details.get(3) == Some(&REFRESH);
        let result = if refresh { DONE } else { BEYOND };
        tracing::info!(
            "proactive command {}: {}",
            hex::encode(details),
            if refresh {
                "REFRESH"
            } else {
                "not carried out"
            }
        );
        let body = [details, &[0x82, 2, 0x82, 0x81, 0x83, 1, result]].concat();
        let lc = u8::try_from(body.len()).unwrap_or(u8::MAX);
        let header = [0x80, 0x14, 0, 0, lc];
        let (_, status) = self.exchange(&[&header, body.as_slice()].concat())?;
        self.refreshed |= refresh;
        Ok(status)
    }
}

/// Command details (tag 81 or 01, always first) of a proactive command in its D0.
fn details(command: &[u8]) -> &[u8] {
    let header = match command.get(1) {
        Some(0x81) => 3,
        _ => 2,
    };
    command.get(header..header + 5).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_found_behind_either_length() {
        let short = hex::decode("D009810301040082028182").unwrap();
        assert_eq!(hex::encode(details(&short)), "8103010400");
        let long = hex::decode("D08109810301010482028182").unwrap();
        assert_eq!(hex::encode(details(&long)), "8103010104");
        assert_eq!(details(&[0xD0]), b"");
    }
}
