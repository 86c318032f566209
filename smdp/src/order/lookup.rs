// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which order an authenticated eUICC may download (SGP.22 §5.6.3). The checks run in the order of
//! the clause: MatchingID, EID, state of the profile, attempts, expiry.
//!
//! An EventID of an SM-DS is the MatchingID of its order, so the two need no distinction.

use rsp::id::Eid;
use rsp::status::{
    DOWNLOAD_ORDER_EXPIRED, DOWNLOAD_RETRIES_EXCEEDED, EID_REFUSED, MATCHING_ID_REFUSED,
    PROFILE_NOT_RELEASED, Refusal,
};

use super::{Order, OrderId, OrderState, Orders, Step};

impl Orders {
    /// Finds the pending order that an eUICC asks for; an empty MatchingID asks for what waits for
    /// the eUICC.
    pub(crate) fn find(
        &mut self,
        matching_id: &str,
        eid: &Eid,
        now: i64,
    ) -> Result<OrderId, Refusal> {
        if matching_id.is_empty() {
            return self.find_by_eid(eid, now);
        }
        let id = self.by_matching_id(matching_id);
        let id = id.ok_or(MATCHING_ID_REFUSED)?;
        let order = self.get(id).ok_or(MATCHING_ID_REFUSED)?;
        if !order.is_pending() {
            return Err(MATCHING_ID_REFUSED);
        }
        if order.eid.as_ref().is_some_and(|known| known != eid) {
            return Err(EID_REFUSED);
        }
        Ok(id)
    }

    /// Without a MatchingID the EID decides. An order that may be downloaded goes before one that
    /// may not, one made for this use before one with a MatchingID, the older before the younger.
    /// When orders for this use exist for other eUICCs only, the EID is refused and not the
    /// MatchingID.
    fn find_by_eid(&mut self, eid: &Eid, now: i64) -> Result<OrderId, Refusal> {
        let ready = |order: &Order| {
            let time_left = !order.is_expired(now) && order.attempts != Some(0);
            time_left && order.check_released().is_ok()
        };
        match self.first_waiting(eid, ready) {
            Some(id) => Ok(id),
            None if self.without_matching_id > 0 => Err(EID_REFUSED),
            None => Err(MATCHING_ID_REFUSED),
        }
    }
}

impl Order {
    /// Whether the operator has released the profile.
    pub(crate) fn check_released(&self) -> Result<(), Refusal> {
        match self.state {
            OrderState::Released | OrderState::Downloaded => Ok(()),
            _ => Err(PROFILE_NOT_RELEASED),
        }
    }

    /// Begins a download: uses up one attempt. An order without attempts or time left ends.
    pub(crate) fn begin(&mut self, now: i64) -> Result<(), Refusal> {
        if let Some(attempts) = &mut self.attempts {
            let Some(left) = attempts.checked_sub(1) else {
                self.step(Step::Fail);
                return Err(DOWNLOAD_RETRIES_EXCEEDED);
            };
            *attempts = left;
        }
        if self.is_expired(now) {
            self.step(Step::Fail);
            return Err(DOWNLOAD_ORDER_EXPIRED);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::Profile;
    use crate::config::OrderConfig;

    /// What may become of orders; the numbers choose order, EID and MatchingID.
    #[derive(Debug, Clone)]
    enum Change {
        Add { eid: Option<u8>, named: bool },
        Link { order: u64, eid: u8 },
        Name { order: u64, named: bool },
        State { order: u64, state: OrderState },
        Attempts { order: u64, left: u32 },
        Remove { order: u64 },
        Ask { eid: u8 },
    }

    fn change() -> impl Strategy<Value = Change> {
        use OrderState as S;
        let states = prop::sample::select(vec![
            S::Allocated,
            S::Confirmed,
            S::Released,
            S::Downloaded,
            S::Installed,
            S::Error,
        ]);
        let order = 0..12u64;
        prop_oneof![
            3 => (prop::option::of(0..2u8), any::<bool>())
                .prop_map(|(eid, named)| Change::Add { eid, named }),
            1 => (order.clone(), 0..2u8).prop_map(|(order, eid)| Change::Link { order, eid }),
            1 => (order.clone(), any::<bool>())
                .prop_map(|(order, named)| Change::Name { order, named }),
            3 => (order.clone(), states).prop_map(|(order, state)| Change::State { order, state }),
            1 => (order.clone(), 0..2u32)
                .prop_map(|(order, left)| Change::Attempts { order, left }),
            1 => order.prop_map(|order| Change::Remove { order }),
            3 => (0..2u8).prop_map(|eid| Change::Ask { eid }),
        ]
    }

    fn eid(number: u8) -> Eid {
        let mut bytes = certs::TEST_EID;
        bytes[15] = number;
        Eid::from_bytes(&bytes).unwrap()
    }

    /// The rule, over every order.
    fn wanted(orders: &Orders, eid: &Eid) -> Option<OrderId> {
        let rank = |(id, order): &(OrderId, &Order)| {
            let blocked =
                order.check_released().is_err() || order.is_expired(0) || order.attempts == Some(0);
            (blocked, !order.matching_id.is_empty(), *id)
        };
        let mine =
            |(_, order): &(OrderId, &Order)| order.is_pending() && order.eid.as_ref() == Some(eid);
        let best = orders.iter().filter(mine).min_by_key(rank);
        best.map(|(id, _)| id)
    }

    fn apply(orders: &mut Orders, change: &Change, profile: &Arc<Profile>) {
        let id = |number: u64| OrderId(number + 1);
        match *change {
            Change::Add { eid: of, named } => {
                let config = OrderConfig {
                    matching_id: if named {
                        format!("M-{}", orders.counter())
                    } else {
                        String::new()
                    },
                    eid: of.map(|number| eid(number).to_string()),
                    ..OrderConfig::default()
                };
                let order = Order::from_config(&config, Arc::clone(profile), "").unwrap();
                orders.add(order).unwrap();
            }
            Change::Link { order, eid: of } => orders.link(id(order), &eid(of)),
            Change::Name { order, named } if named => orders.name(id(order), &format!("N-{order}")),
            Change::Name { order, .. } => orders.name(id(order), ""),
            Change::State { order, state } => {
                if let Some(order) = orders.get_mut(id(order)) {
                    order.state = state;
                }
            }
            Change::Attempts { order, left } => {
                if let Some(order) = orders.get_mut(id(order)) {
                    order.attempts = Some(left);
                }
            }
            Change::Remove { order } => drop(orders.remove(id(order))),
            Change::Ask { eid: of } => {
                let wanted = wanted(orders, &eid(of));
                assert_eq!(orders.find("", &eid(of), 0).ok(), wanted);
            }
        }
    }

    proptest! {
        #[test]
        fn an_euicc_without_matching_id_gets_what_the_rule_says(
            changes in prop::collection::vec(change(), 1..60),
        ) {
            let package = "A015800102810103820154830A89000123456789012341A5008100AA00";
            let profile = Arc::new(Profile::from_der(hex::decode(package).unwrap()).unwrap());
            let mut orders = Orders::default();
            for change in &changes {
                apply(&mut orders, change, &profile);
            }
            for number in 0..2 {
                apply(&mut orders, &Change::Ask { eid: number }, &profile);
            }
        }
    }
}
