// SPDX-License-Identifier: MIT OR Apache-2.0
//! The proactive UICC: TERMINAL PROFILE, FETCH, TERMINAL RESPONSE, ENVELOPE, and a queue of
//! proactive commands. Profile management needs one of them, REFRESH.
//!
//! A change of the enabled profile waits in [`State::profile_change`] until the terminal has done
//! the REFRESH or reset the card (SGP.22 §3.2.1). A terminal that never sent TERMINAL PROFILE has
//! no toolkit to be asked, so for it the change happens at once.

use std::collections::VecDeque;

use rsp::tlv::Tlv;

use crate::apdu::Response;
use crate::state::State;
use crate::status_word::StatusWord;

/// REFRESH (TS 102 223 §6.4.7): command 1, from the UICC to the terminal. Qualifier 4 is the mode
/// "UICC reset".
fn refresh(qualifier: u8) -> Vec<u8> {
    vec![
        0xD0, 0x09, 0x81, 0x03, 0x01, 0x01, qualifier, 0x82, 0x02, 0x81, 0x82,
    ]
}

/// Type of command REFRESH.
const REFRESH: u8 = 0x01;

/// Tags of ENVELOPE that ask something: call control, MO short message control.
const CONTROL: [u32; 2] = [0xD4, 0xD5];
/// Tags of ENVELOPE (TS 102 223 §9.1).
const FIRST_ENVELOPE: u32 = 0xD1;
const LAST_ENVELOPE: u32 = 0xDF;
/// "Allowed, no modification" (TS 102 223 §7.3.1.6).
const ALLOWED: [u8; 2] = [0x00, 0x00];

/// Toolkit state of one power session.
#[derive(Debug, Default)]
pub(crate) struct Toolkit {
    terminal_profile: bool,
    /// Proactive commands that wait; the first is announced with `91xx`.
    queue: VecDeque<Vec<u8>>,
    /// Fetched, TERMINAL RESPONSE awaited.
    fetched: Option<Vec<u8>>,
    /// The terminal cannot do a REFRESH: only a reset helps.
    refused: bool,
}

/// What a TERMINAL RESPONSE leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing else happens.
    None,
    /// The waiting change of the enabled profile takes effect.
    Activate,
}

impl Toolkit {
    /// True when the terminal said that it has a toolkit.
    pub(crate) fn is_supported(&self) -> bool {
        self.terminal_profile
    }

    /// True while a proactive command waits for its end: enabling and disabling answer catBusy
    /// meanwhile.
    pub(crate) fn is_busy(&self) -> bool {
        self.refused || self.fetched.is_some() || !self.queue.is_empty()
    }

    /// Queues REFRESH.
    pub(crate) fn request_refresh(&mut self, qualifier: u8) {
        self.queue(refresh(qualifier));
    }

    /// Queues a proactive command, a whole D0 TLV.
    pub(crate) fn queue(&mut self, command: Vec<u8>) {
        self.queue.push_back(command);
    }

    /// The status word after a command that ended with `status`.
    pub(crate) fn announce(&self, status: StatusWord) -> StatusWord {
        match self.waiting() {
            Some(length) if status == StatusWord::OK => StatusWord::proactive(length),
            _ => status,
        }
    }

    /// Length of the proactive command that can be fetched now.
    pub(crate) fn waiting(&self) -> Option<usize> {
        if self.fetched.is_some() {
            return None;
        }
        self.queue.front().map(Vec::len)
    }

    /// TERMINAL PROFILE.
    pub(crate) fn terminal_profile(&mut self, profile: &[u8]) -> Result<Response, StatusWord> {
        if profile.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        self.terminal_profile = true;
        Ok(Response::status(StatusWord::OK))
    }

    /// FETCH.
    pub(crate) fn fetch(&mut self) -> Result<Response, StatusWord> {
        if self.fetched.is_some() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let command = self
            .queue
            .pop_front()
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        self.fetched = Some(command.clone());
        Ok(Response::data(command))
    }

    /// TERMINAL RESPONSE: general result 0x and 1x is done, 2x to be repeated, 3x impossible
    /// (TS 102 223 §8.12).
    pub(crate) fn terminal_response(&mut self, data: &[u8]) -> Result<Outcome, StatusWord> {
        let command = self
            .fetched
            .take()
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let Some(result) = general_result(data) else {
            self.fetched = Some(command);
            return Err(StatusWord::INCORRECT_DATA);
        };
        let refresh = command_type(&command) == Some(REFRESH);
        match result >> 4 {
            0 | 1 if refresh => return Ok(Outcome::Activate),
            2 => self.queue.push_front(command),
            3.. => self.refused |= refresh,
            _ => {}
        }
        Ok(Outcome::None)
    }

    /// ENVELOPE (TS 102 223 §7): nothing on this card waits for what a terminal reports, and what
    /// it asks for is allowed as it is.
    pub(crate) fn envelope(&self, data: &[u8]) -> Result<Response, StatusWord> {
        if data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let envelope = Tlv::only(data).map_err(|_| StatusWord::INCORRECT_DATA)?;
        let tag = envelope.tag.octets();
        if !(FIRST_ENVELOPE..=LAST_ENVELOPE).contains(&tag) {
            return Err(StatusWord::INCORRECT_DATA);
        }
        if CONTROL.contains(&tag) {
            return Ok(Response::data(ALLOWED.to_vec()));
        }
        Ok(Response::status(StatusWord::OK))
    }
}

/// Type of command: the second byte of the command details.
fn command_type(command: &[u8]) -> Option<u8> {
    let (whole, _) = Tlv::read(command).ok()?;
    let details = simple(whole.value, 0x01)?;
    details.get(1).copied()
}

/// First byte of the result TLV of a TERMINAL RESPONSE.
fn general_result(data: &[u8]) -> Option<u8> {
    simple(data, 0x03)?.first().copied()
}

/// The value of a comprehension TLV: bit 8 of its tag tells nothing, its length has one byte.
fn simple(mut data: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = data {
        let (value, after) = rest.split_at_checked(usize::from(*length))?;
        if tag & 0x7F == wanted {
            return Some(value);
        }
        data = after;
    }
    None
}

/// Carries out the change of the enabled profile that waits, if one does.
pub(crate) fn activate(state: &mut State) -> bool {
    let Some(change) = state.profile_change.take() else {
        return false;
    };
    state.set_enabled(&change);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_result_is_found_behind_other_tlvs() {
        let response = hex::decode("810301010402028281030100").unwrap();
        assert_eq!(general_result(&response), Some(0));
        assert_eq!(general_result(&response[..9]), None);
        assert_eq!(general_result(&[0x83, 5, 0]), None);
    }

    #[test]
    fn queued_commands_come_one_after_the_other() {
        let poll = hex::decode("D009810301030082028182").unwrap();
        let mut toolkit = Toolkit::default();
        toolkit.queue(poll.clone());
        toolkit.request_refresh(4);
        assert_eq!(toolkit.fetch().unwrap().data, poll);
        assert_eq!(toolkit.announce(StatusWord::OK), StatusWord::OK);
        assert_eq!(toolkit.fetch(), Err(StatusWord::CONDITIONS_NOT_SATISFIED));
        let cannot = hex::decode("810301030082028281830130").unwrap();
        assert_eq!(toolkit.terminal_response(&cannot), Ok(Outcome::None));
        assert_eq!(toolkit.announce(StatusWord::OK), StatusWord(0x910B));
        assert_eq!(toolkit.fetch().unwrap().data, refresh(4));
        let done = hex::decode("810301010482028281830100").unwrap();
        assert_eq!(toolkit.terminal_response(&done), Ok(Outcome::Activate));
        assert!(!toolkit.is_busy());
    }
}
