// SPDX-License-Identifier: MIT OR Apache-2.0
//! The proactive UICC: TERMINAL PROFILE, FETCH, TERMINAL RESPONSE and the one command that profile
//! management needs, REFRESH.
//!
//! A change of the enabled profile waits in [`State::profile_change`] until the terminal has done
//! the REFRESH or reset the card (SGP.22 §3.2.1). A terminal that never sent TERMINAL PROFILE has
//! no toolkit to be asked, so for it the change happens at once.

use crate::apdu::Response;
use crate::state::State;
use crate::status_word::StatusWord;

/// REFRESH, mode "UICC reset" (TS 102 223 §6.4.7): command 1, from the UICC to the terminal.
const REFRESH_UICC_RESET: [u8; 11] = [
    0xD0, 0x09, 0x81, 0x03, 0x01, 0x01, 0x04, 0x82, 0x02, 0x81, 0x82,
];

/// Where the REFRESH stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Refresh {
    #[default]
    None,
    /// To be announced with `91xx`.
    Announced,
    /// Fetched, TERMINAL RESPONSE awaited.
    Fetched,
    /// The terminal cannot do it: only a reset helps.
    Refused,
}

/// Toolkit state of one power session.
#[derive(Debug, Default)]
pub(crate) struct Toolkit {
    terminal_profile: bool,
    refresh: Refresh,
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

    /// True while a REFRESH waits for its end: enabling and disabling answer catBusy meanwhile.
    pub(crate) fn is_busy(&self) -> bool {
        self.refresh != Refresh::None
    }

    /// Queues REFRESH.
    pub(crate) fn request_refresh(&mut self) {
        self.refresh = Refresh::Announced;
    }

    /// The status word after a command that ended with `status`.
    pub(crate) fn announce(&self, status: StatusWord) -> StatusWord {
        if status == StatusWord::OK && self.refresh == Refresh::Announced {
            StatusWord::proactive(REFRESH_UICC_RESET.len())
        } else {
            status
        }
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
        if self.refresh != Refresh::Announced {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        self.refresh = Refresh::Fetched;
        Ok(Response::data(REFRESH_UICC_RESET.to_vec()))
    }

    /// TERMINAL RESPONSE: general result 0x and 1x is done, 2x to be repeated, 3x impossible
    /// (TS 102 223 §8.12).
    pub(crate) fn terminal_response(&mut self, data: &[u8]) -> Result<Outcome, StatusWord> {
        if self.refresh != Refresh::Fetched {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let result = general_result(data).ok_or(StatusWord::INCORRECT_DATA)?;
        let (refresh, outcome) = match result >> 4 {
            0 | 1 => (Refresh::None, Outcome::Activate),
            2 => (Refresh::Announced, Outcome::None),
            _ => (Refresh::Refused, Outcome::None),
        };
        self.refresh = refresh;
        Ok(outcome)
    }
}

/// First byte of the result TLV (03 or 83) of a TERMINAL RESPONSE; its TLVs have one-byte lengths.
fn general_result(mut data: &[u8]) -> Option<u8> {
    while let [tag, length, rest @ ..] = data {
        let (value, after) = rest.split_at_checked(usize::from(*length))?;
        if tag & 0x7F == 0x03 {
            return value.first().copied();
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
}
