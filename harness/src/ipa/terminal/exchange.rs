// SPDX-License-Identifier: MIT OR Apache-2.0
//! Command and response APDUs (TS 102 221 §7.3): data that is fetched piece by piece, lengths that
//! the card corrects, and the class that GET RESPONSE has to have.

use veuicc::StatusWord;
use veuicc::terminal::TerminalError;

use super::{Result, Terminal};
use crate::defect::IpaDefect;

/// Pieces of one answer; a card that always has more is not followed for ever.
const MOST_PIECES: usize = 1024;

impl Terminal {
    /// CLA of a command on our channel.
    pub(super) const fn class(&self, class: u8) -> u8 {
        match self.channel {
            0..=3 => class | self.channel,
            _ => class | 0x40 | (self.channel - 4),
        }
    }

    /// Sends a command, collects its answer and serves what the card announces.
    pub(super) fn expect(&mut self, name: &'static str, command: &[u8]) -> Result<Vec<u8>> {
        let (data, status) = self.exchange(command)?;
        if !status.is_success() {
            return Err(TerminalError::Status {
                command: name,
                status,
            });
        }
        if status.0 >> 8 == 0x91 && !self.is_deaf() {
            self.serve(status)?;
        }
        Ok(data)
    }

    /// Sends a command and collects its answer.
    pub(super) fn exchange(&mut self, command: &[u8]) -> Result<(Vec<u8>, StatusWord)> {
        let (mut data, mut status) = self.once(command)?;
        if status.0 >> 8 == 0x6C {
            // the header with the length that the card has
            let [_, available] = status.to_bytes();
            let header = command.get(..4).unwrap_or(command);
            (data, status) = self.once(&[header, &[available]].concat())?;
        }
        for _ in 0..MOST_PIECES {
            if status.0 >> 8 != 0x61 || self.defects.has(IpaDefect::IgnoresMoreData) {
                return Ok((data, status));
            }
            let [_, available] = status.to_bytes();
            let (more, next) = self.get_response(command, available)?;
            data.extend_from_slice(&more);
            status = next;
        }
        Err(TerminalError::TooLong {
            most: MOST_PIECES * 256,
            length: data.len(),
        })
    }

    fn get_response(&mut self, command: &[u8], length: u8) -> Result<(Vec<u8>, StatusWord)> {
        let channel = command.first().copied().unwrap_or(0) & 0x4F;
        let (data, status) = self.once(&[self.get_response | channel, 0xC0, 0, 0, length])?;
        match status.0 {
            // the card wants the other class
            0x6E00 => {
                self.get_response ^= 0x80;
                self.once(&[self.get_response | channel, 0xC0, 0, 0, length])
            }
            0x6C00..=0x6CFF => {
                let [_, available] = status.to_bytes();
                self.once(&[self.get_response | channel, 0xC0, 0, 0, available])
            }
            _ => Ok((data, status)),
        }
    }

    fn once(&self, command: &[u8]) -> Result<(Vec<u8>, StatusWord)> {
        let mut response = self.link.transmit(command).map_err(TerminalError::Link)?;
        let Some((data, status)) = response.split_last_chunk::<2>() else {
            return Err(TerminalError::Response(response.len()));
        };
        let (length, status) = (data.len(), StatusWord(u16::from_be_bytes(*status)));
        response.truncate(length);
        Ok((response, status))
    }
}
