// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+.ConfirmOrder (SGP.22 §5.3.2): gives a reserved profile its MatchingID, its confirmation
//! code and its SM-DS, and releases it when that is wanted.

use rsp::env::Env;
use rsp::id::Eid;
use rsp::json::{ConfirmOrder, Es2Ok, Failure};
use rsp::status::{
    EID_MISMATCH, EID_MISSING, ICCID_INVALID_TRANSITION, MATCHING_ID_IN_USE, MATCHING_ID_INVALID,
    MATCHING_ID_MISMATCH,
};

use super::{Caller, Done, Registration};
use crate::SmDp;
use crate::order::{Order, OrderId, OrderState, SmDsEvent, Step};

/// Longest MatchingID that an activation code has room for.
const MAX_MATCHING_ID: usize = 255;
/// Characters of a generated MatchingID (SGP.22 §4.1.1); without those that are mistaken.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Groups and characters of a group of a generated MatchingID: 100 bits.
const GROUPS: (usize, usize) = (4, 5);

impl SmDp {
    pub(super) fn confirm_order(
        &mut self,
        caller: &Caller,
        call: &ConfirmOrder,
        registration: Option<&Registration>,
        env: &mut dyn Env,
    ) -> Result<Done, Failure> {
        // The profile has to be known, the caller's, and reserved.
        let id = self.owned_order(caller, &call.iccid)?;
        let not_reserved = || Failure::because(ICCID_INVALID_TRANSITION, &"it is not reserved");
        let id = id.ok_or_else(not_reserved)?;
        let order = self.orders.get(id).ok_or_else(not_reserved)?;
        // The EID has to be the one of DownloadOrder.
        let eid = match (order.eid, call.eid) {
            (Some(known), Some(other)) if known != other => {
                return Err(Failure::because(EID_MISMATCH, &other));
            }
            (known, given) => known.or(given),
        };
        if order.state.after(Step::Confirm).is_none() {
            return repeated(order, call, &self.config.address).map(Done::Ok);
        }
        // The MatchingID has to be well-formed and unused; an empty one, or an SM-DS, needs an EID.
        if let Some(matching_id) = &call.matching_id {
            self.check_matching_id(matching_id)?;
        }
        let smds = call.smds_address.as_deref().filter(|it| !it.is_empty());
        if eid.is_none() && (call.matching_id.as_deref() == Some("") || smds.is_some()) {
            return Err(EID_MISSING.into());
        }

        let matching_id = match (registration, &call.matching_id) {
            (Some(registration), _) => registration.matching_id.clone(),
            (None, Some(matching_id)) => matching_id.clone(),
            (None, None) => self.new_matching_id(env),
        };
        // With an SM-DS, the release waits for the registration of the event.
        let mut event = smds.map(SmDsEvent::new);
        if let (Some(event), Some(eid), true) = (&mut event, eid, call.release_flag) {
            let Some(registration) = registration else {
                let message = self.registration(event, &eid, &matching_id, env);
                return Ok(Done::Ask {
                    message,
                    matching_id,
                });
            };
            registration.result.clone()?;
            event.registered = true;
        }
        self.confirm(id, call, eid, matching_id, event)
            .map(Done::Ok)
    }

    fn confirm(
        &mut self,
        id: OrderId,
        call: &ConfirmOrder,
        eid: Option<Eid>,
        matching_id: String,
        event: Option<SmDsEvent>,
    ) -> Result<Es2Ok, Failure> {
        if let Some(eid) = &eid {
            self.orders.link(id, eid);
        }
        let name = |order: &mut Order| {
            order.confirmation_code = code(call).map(str::to_owned);
            order.smds = event;
            order.step(Step::Confirm);
            if call.release_flag {
                order.step(Step::Release);
            }
        };
        self.orders.name(id, &matching_id);
        let order = self.orders.get_mut(id).ok_or(ICCID_INVALID_TRANSITION)?;
        name(order);
        Ok(Es2Ok::ConfirmOrder {
            eid,
            matching_id,
            smdp_address: Some(self.config.address.clone()),
        })
    }

    fn check_matching_id(&self, matching_id: &str) -> Result<(), Failure> {
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if matching_id.len() > MAX_MATCHING_ID || !matching_id.chars().all(plain) {
            let particulars = "expected capital letters, digits and hyphens";
            return Err(Failure::because(MATCHING_ID_INVALID, &particulars));
        }
        match self.orders.by_matching_id(matching_id) {
            Some(_) => Err(Failure::because(MATCHING_ID_IN_USE, &matching_id)),
            None => Ok(()),
        }
    }

    /// A MatchingID that no order has.
    fn new_matching_id(&self, env: &mut dyn Env) -> String {
        loop {
            let bytes = env.array::<{ GROUPS.0 * GROUPS.1 }>();
            let groups: Vec<String> = bytes.chunks(GROUPS.1).map(group).collect();
            let matching_id = groups.join("-");
            if self.orders.by_matching_id(&matching_id).is_none() {
                return matching_id;
            }
        }
    }
}

fn group(bytes: &[u8]) -> String {
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied();
    bytes.iter().filter_map(letter).map(char::from).collect()
}

fn code(call: &ConfirmOrder) -> Option<&str> {
    call.confirmation_code
        .as_deref()
        .filter(|code| !code.is_empty())
}

/// The answer to a confirmation that comes once more, as when the first answer got lost: the same
/// if it says the same.
fn repeated(order: &Order, call: &ConfirmOrder, address: &str) -> Result<Es2Ok, Failure> {
    let refused = |what: &str| Err(Failure::because(ICCID_INVALID_TRANSITION, &what));
    if !matches!(order.state, OrderState::Confirmed | OrderState::Released) {
        return refused("it is not reserved");
    }
    if let Some(matching_id) = &call.matching_id
        && *matching_id != order.matching_id
    {
        return Err(Failure::because(MATCHING_ID_MISMATCH, matching_id));
    }
    let smds = call.smds_address.as_deref().filter(|it| !it.is_empty());
    let same = code(call) == order.confirmation_code.as_deref()
        && smds == order.smds.as_ref().map(|event| event.address.as_str())
        && call.release_flag == (order.state == OrderState::Released);
    if !same {
        return refused("it is confirmed with other values");
    }
    Ok(Es2Ok::ConfirmOrder {
        eid: order.eid,
        matching_id: order.matching_id.clone(),
        smdp_address: Some(address.to_owned()),
    })
}
