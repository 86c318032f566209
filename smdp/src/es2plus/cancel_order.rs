// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+.CancelOrder (SGP.22 §5.3.3): withdraws an order; its profile becomes available again or is
//! never delivered.

use rsp::env::Env;
use rsp::json::{CancelOrder, Es2Ok, Failure, FinalProfileStatus};
use rsp::status::{
    EID_MISSING, ICCID_IN_USE, ICCID_INVALID_TRANSITION, ICCID_MISMATCH, MATCHING_ID_MISMATCH,
    MATCHING_ID_MISSING,
};

use super::Caller;
use crate::SmDp;
use crate::order::{Order, OrderState, Step};

impl SmDp {
    pub(super) fn cancel_order(
        &mut self,
        caller: &Caller,
        call: &CancelOrder,
        env: &mut dyn Env,
    ) -> Result<Es2Ok, Failure> {
        // The profile has to be known, the caller's, and ordered, but not downloaded.
        let id = self.owned_order(caller, &call.iccid)?;
        let not_ordered = || Failure::because(ICCID_INVALID_TRANSITION, &"it is not ordered");
        let id = id.ok_or_else(not_ordered)?;
        let order = self.orders.get(id).ok_or_else(not_ordered)?;
        check_state(order)?;
        check_association(order, call, self.config.es2plus.strict_cancel)?;

        self.delete_event(id, env);
        match call.final_profile_status_indicator {
            FinalProfileStatus::Available => {
                if let Some(order) = self.orders.remove(id) {
                    self.es2.types.give_back(&order);
                }
            }
            FinalProfileStatus::Unavailable => {
                if let Some(order) = self.orders.get_mut(id) {
                    order.reusable = false;
                    order.step(Step::Withdraw);
                }
            }
        }
        Ok(Es2Ok::CancelOrder)
    }
}

/// An order whose package went out is out of reach.
fn check_state(order: &Order) -> Result<(), Failure> {
    match order.state {
        OrderState::Downloaded | OrderState::Installed => {
            Err(Failure::because(ICCID_IN_USE, &"it is downloaded"))
        }
        state if state.after(Step::Withdraw).is_none() => Err(ICCID_INVALID_TRANSITION.into()),
        _ => Ok(()),
    }
}

/// EID and MatchingID have to be those of the order, and to be there when the order has them.
fn check_association(order: &Order, call: &CancelOrder, strict: bool) -> Result<(), Failure> {
    match (&order.eid, &call.eid) {
        (Some(_), None) if strict => return Err(EID_MISSING.into()),
        (Some(known), Some(other)) if known != other => {
            return Err(Failure::because(ICCID_MISMATCH, other));
        }
        _ => {}
    }
    match &call.matching_id {
        None if strict && !order.matching_id.is_empty() => Err(MATCHING_ID_MISSING.into()),
        Some(other) if *other != order.matching_id => {
            Err(Failure::because(MATCHING_ID_MISMATCH, other))
        }
        _ => Ok(()),
    }
}
