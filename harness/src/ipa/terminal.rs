// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device between IPA and card: ES10 functions over command APDUs, for cards with habits.
//!
//! Traps, each met in the field:
//! - a change of the enabled profile ends with a REFRESH that may be announced at once, with the
//!   last data of an answer, or only when the terminal asks with STATUS; until it is carried out the
//!   new profile is not there, and some cards answer nothing else;
//! - some cards say nothing at all and refuse every function until something is opened or reset
//!   again ([`recovery`]);
//! - a refused eUICC package is never sent again: its counter may be used.

mod exchange;
mod recovery;
mod start;
mod toolkit;

use std::sync::Arc;

use rsp::tlv::Tag;
use veuicc::StatusWord;
use veuicc::terminal::TerminalError;

use crate::defect::{Defects, IpaDefect};
use crate::iut::{CardLink, LinkError};

/// What a command to the card comes to.
pub(super) type Result<T> = std::result::Result<T, TerminalError<LinkError>>;

/// Sizes of STORE DATA blocks; a card that finds one too long (6700) gets the next.
const BLOCK_SIZES: [u8; 4] = [255, 120, 64, 16];
/// Functions after which another profile may be enabled: EnableProfile, DisableProfile,
/// DeleteProfile, LoadEuiccPackage, ProfileRollback, ImmediateEnable, the two for the Emergency
/// Profile, the two for fallback, and the two memory resets.
const CHANGING: [u32; 12] = [
    0xBF31, 0xBF32, 0xBF33, 0xBF34, 0xBF51, 0xBF58, 0xBF5A, 0xBF5B, 0xBF5C, 0xBF5D, 0xBF5E, 0xBF64,
];
/// LoadEuiccPackage.
const LOAD_EUICC_PACKAGE: u32 = 0xBF51;

/// A terminal with the ISD-R selected on a logical channel.
pub(crate) struct Terminal {
    link: Arc<dyn CardLink>,
    /// AIDs under which the ISD-R is looked for.
    aids: Vec<Vec<u8>>,
    channel: u8,
    block_size: u8,
    /// Class of GET RESPONSE, without the channel: 00, or 80 on cards that want it.
    get_response: u8,
    /// A REFRESH was fetched and answered: the card must be reset before the next function.
    refreshed: bool,
    /// Another profile may be enabled since the last reset.
    unsettled: bool,
    /// The card was reset since somebody asked.
    restarted: bool,
    /// Deliberate mistakes.
    defects: Defects<IpaDefect>,
}

impl Terminal {
    /// Resets the card, introduces the terminal and selects the ISD-R; `aids` are looked for after
    /// the one of SGP.22.
    pub(crate) fn open(
        link: Arc<dyn CardLink>,
        aids: &[Vec<u8>],
        defects: &Defects<IpaDefect>,
    ) -> Result<Self> {
        let mut terminal = Self {
            link,
            aids: start::aids(aids),
            channel: 0,
            block_size: BLOCK_SIZES[0],
            get_response: 0x00,
            refreshed: false,
            unsettled: false,
            restarted: false,
            defects: defects.clone(),
        };
        terminal.restart()?;
        Ok(terminal)
    }

    /// Whether proactive commands stay where they are: a deliberate mistake.
    fn is_deaf(&self) -> bool {
        self.defects.has(IpaDefect::IgnoresRefresh)
    }

    /// Whether the card was reset since this was asked the last time.
    pub(crate) fn take_restarted(&mut self) -> bool {
        std::mem::take(&mut self.restarted)
    }

    /// Executes one ES10 function: request TLV in, response TLV out. A REFRESH that follows is
    /// carried out, and a refusal recovered from, before this returns.
    pub(crate) fn es10(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let tag = Tag::read(request).map(Tag::octets).unwrap_or_default();
        let changing = CHANGING.contains(&tag);
        self.unsettled |= changing;
        let answer = match self.segment(request) {
            Err(TerminalError::Status { command, status }) if self.is_blocked(status) => self
                .recover(
                    command,
                    status,
                    (tag != LOAD_EUICC_PACKAGE).then_some(request),
                ),
            other => other,
        };
        if changing && answer.is_ok() && !self.refreshed && !self.is_deaf() {
            self.ask_for_work()?;
        }
        if self.refreshed {
            self.restart()?;
        }
        answer
    }

    /// Sends a request in blocks of STORE DATA without looking at what it is. A card that finds a
    /// block too long gets all of them again, in shorter blocks: it executes nothing before the
    /// last one.
    pub(crate) fn segment(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        loop {
            match self.blocks(request) {
                Err(TerminalError::Status { command, status }) if status.0 == 0x6700 => {
                    let smaller = BLOCK_SIZES.into_iter().find(|size| *size < self.block_size);
                    let Some(smaller) = smaller else {
                        return Err(TerminalError::Status { command, status });
                    };
                    tracing::debug!("the card takes no blocks of {}", self.block_size);
                    self.block_size = smaller;
                }
                other => return other,
            }
        }
    }

    fn blocks(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let size = usize::from(self.block_size);
        let last = request.len().div_ceil(size).saturating_sub(1);
        let mut response = Vec::new();
        for (number, block) in request.chunks(size).enumerate() {
            let too_long = || TerminalError::TooLong {
                most: 256 * size,
                length: request.len(),
            };
            let p2 = u8::try_from(number).map_err(|_| too_long())?;
            let lc = u8::try_from(block.len()).map_err(|_| too_long())?;
            let unchained = self.defects.has(IpaDefect::SendsBlocksUnchained);
            let p1 = if number == last || unchained {
                0x91
            } else {
                0x11
            };
            let command = [&[self.class(0x80), 0xE2, p1, p2, lc], block].concat();
            response = self.expect("STORE DATA", &command)?;
        }
        Ok(response)
    }

    /// Whether a status word says that the card wants something done first.
    fn is_blocked(&self, status: StatusWord) -> bool {
        match status.0 {
            0x6985 | 0x6E00 | 0x6881 | 0x6882 | 0x6999 => true,
            // otherwise a card's way to say that a list is empty
            0x6A88 => self.unsettled,
            _ => false,
        }
    }
}
