// SPDX-License-Identifier: MIT OR Apache-2.0
//! From reset to the ISD-R: TERMINAL PROFILE, TERMINAL CAPABILITY (SGP.32 §3.8.4), a logical
//! channel (TS 102 221 §11.1.17), SELECT (SGP.22 §5.7.1).

use veuicc::ISDR_AID;
use veuicc::terminal::TerminalError;

use super::{Result, Terminal};
use crate::defect::IpaDefect;

/// An AID under which a retail card has its ISD-R.
const RETAIL_ISDR: [u8; 16] = [
    0xA0, 0x00, 0x00, 0x05, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0x00, 0x05, 0x05, 0x00,
];
/// 'A9' { '84' 07 }: IPAd; 'A9' { '83' 07 }: LPAd, for cards that know no other.
const CAPABILITIES: [u8; 2] = [0x84, 0x83];

/// The AIDs that are tried, in order.
pub(super) fn aids(further: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut aids = vec![ISDR_AID.to_vec()];
    aids.extend_from_slice(further);
    aids.push(RETAIL_ISDR.to_vec());
    aids
}

impl Terminal {
    /// Resets the card and selects the ISD-R again, as after a REFRESH.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.link.reset().map_err(TerminalError::Link)?;
        self.refreshed = false;
        self.unsettled = false;
        self.restarted = true;
        self.channel = 0;
        self.introduce()?;
        // what the card wanted to say first may have ended with another REFRESH
        if std::mem::take(&mut self.refreshed) {
            self.link.reset().map_err(TerminalError::Link)?;
            self.introduce()?;
        }
        self.open_channel()?;
        self.select()
    }

    /// TERMINAL PROFILE and TERMINAL CAPABILITY. A card that has something against either may still
    /// be one that works.
    fn introduce(&mut self) -> Result<()> {
        let profile = [0x80, 0x10, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF];
        tolerated(self.expect("TERMINAL PROFILE", &profile))?;
        if self.defects.has(IpaDefect::SkipsTerminalCapability) {
            return Ok(());
        }
        for tag in CAPABILITIES {
            let capability = [0x80, 0xAA, 0, 0, 5, 0xA9, 3, tag, 1, 7];
            if tolerated(self.expect("TERMINAL CAPABILITY", &capability))? {
                break;
            }
        }
        Ok(())
    }

    /// A channel that the card chooses; one that we choose, should the card not want to; the basic
    /// channel, should there be no other.
    pub(super) fn open_channel(&mut self) -> Result<()> {
        self.channel = 0;
        match self.expect("MANAGE CHANNEL", &[0x00, 0x70, 0, 0, 1]) {
            Ok(answer) => {
                let number = answer.first().copied().ok_or(TerminalError::Response(0))?;
                self.channel = number.min(19);
                return Ok(());
            }
            Err(TerminalError::Status { .. }) => {}
            Err(other) => return Err(other),
        }
        for number in 1..=3 {
            if tolerated(self.expect("MANAGE CHANNEL", &[0x00, 0x70, 0, number, 0]))? {
                self.channel = number;
                return Ok(());
            }
        }
        tracing::info!("no logical channel: using the basic one");
        Ok(())
    }

    /// Closes our channel, unless it is the basic one.
    pub(super) fn close_channel(&mut self) -> Result<()> {
        let number = std::mem::take(&mut self.channel);
        if number != 0 {
            tolerated(self.expect("MANAGE CHANNEL", &[0x00, 0x70, 0x80, number]))?;
        }
        Ok(())
    }

    /// Selects the ISD-R under the first AID that the card knows, which is then the only one.
    pub(super) fn select(&mut self) -> Result<()> {
        let mut last = None;
        for aid in self.aids.clone() {
            let lc = u8::try_from(aid.len()).unwrap_or(u8::MAX);
            let header = [self.class(0x00), 0xA4, 0x04, 0x00, lc];
            match self.expect("SELECT ISD-R", &[&header, aid.as_slice()].concat()) {
                Ok(_) => {
                    self.aids = vec![aid];
                    return Ok(());
                }
                Err(error @ TerminalError::Status { .. }) => last = last.or(Some(error)),
                Err(other) => return Err(other),
            }
        }
        Err(last.unwrap_or(TerminalError::Response(0)))
    }
}

/// Whether the card took a command; that it did not is told, and no reason to stop.
fn tolerated(outcome: Result<Vec<u8>>) -> Result<bool> {
    match outcome {
        Ok(_) => Ok(true),
        Err(TerminalError::Status { command, status }) => {
            tracing::debug!("{command}: {status}");
            Ok(false)
        }
        Err(other) => Err(other),
    }
}
