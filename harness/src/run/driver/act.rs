// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens to the card and the servers of a case.

use super::Driver;
use crate::case::{CardAction, FaultStep, Position};
use crate::run::card::act;

impl Driver<'_> {
    pub(super) fn card(&mut self, action: &CardAction, position: Position) {
        if matches!(action, CardAction::Reset | CardAction::Remove) {
            // what a scripted IPA has selected is gone
            self.terminal = None;
        }
        if let Err(error) = act(&self.stage.cast.card, action) {
            self.cannot(position, error);
        }
    }

    pub(super) fn arm(&self, faults: &FaultStep, position: Position) {
        if let Err(error) = self.actors.smdp.arm(&faults.smdp) {
            return self.cannot(position, error);
        }
        let armed = match &self.actors.smds {
            Some(smds) => smds.arm(&faults.smds),
            None if faults.smds.is_empty() => Ok(()),
            None => Err("expected an SM-DS in the roles, to arm its faults".to_owned()),
        };
        if let Err(error) = armed {
            self.cannot(position, error);
        }
    }
}
