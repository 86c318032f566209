// SPDX-License-Identifier: MIT OR Apache-2.0
//! PINs: VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK (TS 102 221 §9.5, §11.1.9 to §11.1.13).
//!
//! A wrong value is an answer (`63Cx`) and no refusal: its counter has to be kept. An empty data
//! field only asks for the tries left.

use super::image::{DirId, PinCode};
use super::overlay::PinState;
use super::{Uicc, done};
use crate::apdu::Response;
use crate::status_word::StatusWord;

/// Length of a PIN or PUK.
const LENGTH: usize = 8;
/// Fewest digits of a PIN.
const FEWEST_DIGITS: usize = 4;
/// Universal PIN, the only one that may replace another.
const UNIVERSAL_PIN: u8 = 0x11;

/// A PIN as the package made it and as it is now.
type Pin<'a> = (&'a PinCode, PinState);

impl<'a> Uicc<'a> {
    /// The state of the PIN that a key reference names in a directory.
    pub(super) fn pin_state(&self, directory: DirId, reference: u8) -> Option<PinState> {
        let (context, code) = self.image.pin(directory, reference)?;
        Some(self.overlay.pin(context, code))
    }

    /// Whether a key reference counts as verified in a directory: it has been, or it is disabled
    /// and what replaces it has been.
    pub(super) fn is_verified(&self, directory: DirId, reference: u8) -> bool {
        let Some(pin) = self.pin_state(directory, reference) else {
            return false;
        };
        match (pin.enabled, pin.replacement) {
            (true, _) => self.has_verified(&pin),
            (false, None) => true,
            (false, Some(replacement)) => self
                .pin_state(directory, replacement)
                .is_some_and(|pin| self.has_verified(&pin)),
        }
    }

    fn has_verified(&self, pin: &PinState) -> bool {
        let key = (pin.context, pin.reference);
        self.session.verified.contains(&key)
    }

    pub(super) fn verify_pin(
        &mut self,
        reference: u8,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (code, pin, value) = self.presented(reference, data)?;
        if !pin.enabled {
            return Err(StatusWord::REFERENCED_DATA_INVALIDATED);
        }
        self.compare(code, pin, value, |_| ())
    }

    pub(super) fn change_pin(
        &mut self,
        reference: u8,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (code, pin) = self.pin(reference)?;
        let (old, new) = two(data)?;
        usable(&pin)?;
        if !pin.enabled {
            return Err(StatusWord::REFERENCED_DATA_INVALIDATED);
        }
        if !code.changeable {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        well_formed(reference, new)?;
        self.compare(code, pin, old, |pin| pin.value = new.to_vec())
    }

    pub(super) fn disable_pin(
        &mut self,
        reference: u8,
        replacement: Option<u8>,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (code, pin, value) = self.presented(reference, data)?;
        if !pin.enabled {
            return Err(StatusWord::REFERENCED_DATA_INVALIDATED);
        }
        if !code.can_be_disabled {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if let Some(replacement) = replacement {
            if replacement != UNIVERSAL_PIN || reference == UNIVERSAL_PIN {
                return Err(StatusWord::INCORRECT_P1_P2);
            }
            self.pin(replacement)?;
        }
        self.compare(code, pin, value, |pin| {
            pin.enabled = false;
            pin.replacement = replacement;
        })
    }

    pub(super) fn enable_pin(
        &mut self,
        reference: u8,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (code, pin, value) = self.presented(reference, data)?;
        if pin.enabled {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        self.compare(code, pin, value, |pin| {
            pin.enabled = true;
            pin.replacement = None;
        })
    }

    pub(super) fn unblock_pin(
        &mut self,
        reference: u8,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let (code, mut pin) = self.pin(reference)?;
        let puk = code
            .puk
            .and_then(|puk| self.image.puk(puk))
            .ok_or(StatusWord::REFERENCED_DATA_NOT_FOUND)?;
        let left = self.overlay.puk_left(puk.reference).unwrap_or(puk.left);
        if data.is_empty() {
            return Ok(Response::status(StatusWord::tries(left)));
        }
        let (value, new) = two(data)?;
        if left == 0 {
            return Err(StatusWord::METHOD_BLOCKED);
        }
        well_formed(reference, new)?;
        if value != puk.value {
            let left = left - 1;
            self.overlay.to_mut().set_puk_left(puk.reference, left);
            return Ok(Response::status(StatusWord::tries(left)));
        }
        if left != puk.retries {
            let overlay = self.overlay.to_mut();
            overlay.set_puk_left(puk.reference, puk.retries);
        }
        pin.value = new.to_vec();
        pin.left = code.retries;
        pin.enabled = true;
        pin.replacement = None;
        self.verified(&pin, true);
        self.overlay.to_mut().set_pin(pin);
        done()
    }

    /// The PIN and the value presented for it. Without data the answer is how many tries are left.
    fn presented(
        &self,
        reference: u8,
        data: &[u8],
    ) -> Result<(&'a PinCode, PinState, [u8; LENGTH]), StatusWord> {
        let (code, pin) = self.pin(reference)?;
        if data.is_empty() {
            return Err(StatusWord::tries(pin.left));
        }
        let value = exactly(data)?;
        usable(&pin)?;
        Ok((code, pin, value))
    }

    /// The PIN that a key reference names on the channel.
    fn pin(&self, reference: u8) -> Result<Pin<'a>, StatusWord> {
        let (context, code) = self
            .image
            .pin(self.current.directory, reference)
            .ok_or(StatusWord::REFERENCED_DATA_NOT_FOUND)?;
        Ok((code, self.overlay.pin(context, code)))
    }

    /// Compares a value with the PIN. The right one resets the counter, lets `change` happen and
    /// is remembered; a wrong one costs a try.
    fn compare(
        &mut self,
        code: &PinCode,
        before: PinState,
        value: [u8; LENGTH],
        change: impl FnOnce(&mut PinState),
    ) -> Result<Response, StatusWord> {
        let mut pin = before.clone();
        let right = before.value == value;
        if right {
            pin.left = code.retries;
            change(&mut pin);
        } else {
            pin.left = before.left.saturating_sub(1);
        }
        self.verified(&pin, right);
        let left = pin.left;
        if pin != before {
            self.overlay.to_mut().set_pin(pin);
        }
        if right {
            done()
        } else {
            Ok(Response::status(StatusWord::tries(left)))
        }
    }

    fn verified(&mut self, pin: &PinState, verified: bool) {
        let key = (pin.context, pin.reference);
        self.session.verified.retain(|known| *known != key);
        if verified {
            self.session.verified.push(key);
        }
    }
}

fn usable(pin: &PinState) -> Result<(), StatusWord> {
    if pin.left == 0 {
        Err(StatusWord::METHOD_BLOCKED)
    } else {
        Ok(())
    }
}

fn exactly(data: &[u8]) -> Result<[u8; LENGTH], StatusWord> {
    data.try_into().map_err(|_| StatusWord::WRONG_LENGTH)
}

/// Two values, one after the other.
fn two(data: &[u8]) -> Result<([u8; LENGTH], [u8; LENGTH]), StatusWord> {
    let (first, second) = data.split_first_chunk().ok_or(StatusWord::WRONG_LENGTH)?;
    Ok((*first, exactly(second)?))
}

/// A new PIN has 4 to 8 digits in ASCII, FF behind them (TS 102 221 §9.5.1); keys of
/// administrators are what they are.
fn well_formed(reference: u8, value: [u8; LENGTH]) -> Result<(), StatusWord> {
    if matches!(reference & 0x1F, 0x0A..=0x0E) {
        return Ok(());
    }
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit());
    let digits = digits.count();
    let padded = value.iter().skip(digits).all(|byte| *byte == 0xFF);
    if digits >= FEWEST_DIGITS && padded {
        Ok(())
    } else {
        Err(StatusWord::INCORRECT_DATA)
    }
}

#[cfg(test)]
mod tests;
