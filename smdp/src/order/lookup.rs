// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which order an authenticated eUICC may download (SGP.22 §5.6.3).

use rsp::id::Eid;
use rsp::status::{
    DOWNLOAD_ORDER_EXPIRED, DOWNLOAD_RETRIES_EXCEEDED, EID_REFUSED, MATCHING_ID_REFUSED,
    PROFILE_NOT_RELEASED, Refusal,
};

use super::{Order, OrderId, OrderState, Orders};

impl Orders {
    /// Finds the pending order for an eUICC and counts the attempt. The checks run in the order
    /// of the clause: MatchingID, EID, state, attempts, expiry.
    pub(crate) fn find(
        &mut self,
        matching_id: &str,
        eid: &Eid,
        now: i64,
    ) -> Result<OrderId, Refusal> {
        let id = if matching_id.is_empty() {
            self.find_by_eid(eid)?
        } else {
            self.by_matching_id(matching_id)
                .ok_or(MATCHING_ID_REFUSED)?
        };
        let order = self.orders.get_mut(&id).ok_or(MATCHING_ID_REFUSED)?;
        if !order.is_pending() {
            return Err(MATCHING_ID_REFUSED);
        }
        if order.eid.as_ref().is_some_and(|known| known != eid) {
            return Err(EID_REFUSED);
        }
        order.may_begin(now)?;
        Ok(id)
    }

    /// Without a MatchingID the EID decides: orders made for that use come first, then any other
    /// that waits for this eUICC. When such orders exist for other eUICCs only, the EID is refused
    /// and not the MatchingID.
    fn find_by_eid(&self, eid: &Eid) -> Result<OrderId, Refusal> {
        let best = self
            .of_eid(eid)
            .filter(|(_, order)| order.is_pending())
            .min_by_key(|(id, order)| (!order.matching_id.is_empty(), *id));
        match best {
            Some((id, _)) => Ok(id),
            None if self.without_matching_id > 0 => Err(EID_REFUSED),
            None => Err(MATCHING_ID_REFUSED),
        }
    }
}

impl Order {
    /// Whether a download may begin now; uses up one attempt.
    fn may_begin(&mut self, now: i64) -> Result<(), Refusal> {
        if !matches!(self.state, OrderState::Released | OrderState::Downloaded) {
            return Err(PROFILE_NOT_RELEASED);
        }
        if let Some(attempts) = &mut self.attempts {
            let Some(left) = attempts.checked_sub(1) else {
                self.end(OrderState::Error);
                return Err(DOWNLOAD_RETRIES_EXCEEDED);
            };
            *attempts = left;
        }
        if self.is_expired(now) {
            self.end(OrderState::Error);
            return Err(DOWNLOAD_ORDER_EXPIRED);
        }
        Ok(())
    }
}
