// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens to a card in a `card` step.

use veuicc::Reset;

use super::SharedCard;
use crate::case::CardAction;
use crate::mutate::card_answer;

/// Does it.
///
/// # Errors
/// The card cannot be reset because it is out.
pub(in crate::run) fn act(card: &SharedCard, action: &CardAction) -> Result<(), String> {
    let slot = card.slot();
    match action {
        CardAction::Reset => slot
            .reset(Reset::Cold)
            .map(|_| ())
            .ok_or_else(|| "expected a card that is in, to reset it".to_owned())?,
        CardAction::Remove => {
            slot.remove();
        }
        CardAction::Insert => {
            slot.insert();
        }
        CardAction::Fault(fault) => card.with(|card| card.arm(fault.0)),
        CardAction::Fail(name) => card.with(|card| card.arm_failure(name)),
        CardAction::Answer(response) => {
            let (tag, response) = card_answer(response)?;
            card.with(|card| card.arm_answer(tag, response));
        }
        CardAction::Healthy => card.with(veuicc::Card::disarm),
    }
    Ok(())
}
