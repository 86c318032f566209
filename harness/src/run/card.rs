// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card of a run: made from a fixture, shared between the IPA and the checks.

mod act;
mod make;
mod view;

use veuicc::link::Slot;
use veuicc::{Card, Reset};

use super::SetUpError;
use crate::iut::{CardLink, LinkError};

pub(super) use act::act;
pub(super) use make::{Making, make};

/// A card that several may hold; one command at a time reaches it.
pub(super) struct SharedCard {
    slot: Slot,
}

impl SharedCard {
    /// The slot that holds the card, for links to the outside.
    pub(super) const fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Looks at the card or changes it, past its contacts.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Card) -> T) -> T {
        self.slot.with_card(act)
    }
}

impl CardLink for SharedCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        match self.slot.transmit(command) {
            Some(response) if response.is_empty() => {
                Err(LinkError("the card has lost its power".to_owned()))
            }
            Some(response) => Ok(response),
            None => Err(no_card()),
        }
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        self.slot.reset(Reset::Cold).ok_or_else(no_card)
    }
}

fn no_card() -> LinkError {
    LinkError("there is no card in the slot".to_owned())
}

/// Reads an EID of 32 digits.
pub(super) fn eid_of(digits: &str) -> Result<[u8; 16], SetUpError> {
    hex::decode(digits)
        .ok()
        .and_then(|octets| octets.try_into().ok())
        .ok_or_else(|| SetUpError::Value(format!("expected an EID of 32 digits, got {digits:?}")))
}
