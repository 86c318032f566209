// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+.ReleaseProfile (SGP.22 §5.3.4): lets the download of a confirmed order begin.

use rsp::env::Env;
use rsp::json::{Es2Ok, Failure, ReleaseProfile};
use rsp::status::ICCID_INVALID_TRANSITION;

use super::{Caller, Done, Registration};
use crate::SmDp;
use crate::order::Step;

impl SmDp {
    pub(super) fn release_profile(
        &mut self,
        caller: &Caller,
        call: &ReleaseProfile,
        registration: Option<&Registration>,
        env: &mut dyn Env,
    ) -> Result<Done, Failure> {
        // The profile has to be known, the caller's, and confirmed.
        let id = self.owned_order(caller, &call.iccid)?;
        let id = id.ok_or(ICCID_INVALID_TRANSITION)?;
        let order = self.orders.get(id).ok_or(ICCID_INVALID_TRANSITION)?;
        if order.state.after(Step::Release).is_none() {
            return Err(ICCID_INVALID_TRANSITION.into());
        }
        // With an SM-DS, the release waits for the registration of the event.
        let event = order.smds.as_ref().filter(|event| !event.registered);
        let registered = match (event, order.eid) {
            (Some(event), Some(eid)) => {
                let Some(registration) = registration else {
                    let matching_id = order.matching_id.clone();
                    let message = self.registration(event, &eid, &matching_id, env);
                    return Ok(Done::Ask {
                        message,
                        matching_id,
                    });
                };
                registration.result.clone()?;
                true
            }
            _ => false,
        };
        let order = self.orders.get_mut(id).ok_or(ICCID_INVALID_TRANSITION)?;
        if let Some(event) = &mut order.smds
            && registered
        {
            event.registered = true;
        }
        order.step(Step::Release);
        Ok(Es2Ok::ReleaseProfile.into())
    }
}
