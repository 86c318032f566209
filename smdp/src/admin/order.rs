// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders in the API.

use rsp::id::Eid;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::route::no_such;
use super::{AdminError, Administered, Answer, Asked, answer};
use crate::config::OrderConfig;
use crate::order::{KeyMode, Order, OrderId, OrderState};

/// Most orders of a page.
const PAGE: usize = 1000;

/// One order.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
pub(super) struct OrderView {
    /// Its number on this server.
    id: u64,
    /// MatchingID; empty for the default order of an EID.
    matching_id: String,
    /// What a user types or scans.
    activation_code: String,
    /// The eUICC that it is for, or that has downloaded it; null for one that is open to all.
    eid: Option<String>,
    /// ICCID of its profile.
    iccid: String,
    /// Where it stands.
    state: OrderState,
    /// Confirmation code that the user has to type.
    confirmation_code: Option<String>,
    /// Wrong confirmation codes that are still answered with another chance.
    confirmation_code_tries: u32,
    /// Downloads that may still be begun; null for no limit.
    attempts: Option<u32>,
    /// Seconds since 1970 at which it expires.
    expires: Option<i64>,
    /// Which keys protect the profile elements.
    key_mode: KeyMode,
    /// Whether a package may be bound again to another one-time key.
    rebinding: bool,
    /// Whether the order is released anew when it ends.
    reusable: bool,
    /// Whether a package is bound to an eUICC, for a retry.
    bound: bool,
    /// Size of the package in bytes.
    size: usize,
    /// The operator that it belongs to; null for all.
    operator: Option<String>,
    /// The profile type that it was ordered as.
    profile_type: Option<String>,
    /// Address of the SM-DS with an event for it.
    smds: Option<String>,
}

/// Some orders.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OrderPage {
    orders: Vec<OrderView>,
    /// How many orders there are, whatever was asked for.
    total: usize,
    /// What `after` of the next page has to be; null on the last one.
    next: Option<u64>,
}

/// Members of an order to be changed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OrderPatch {
    /// Where it shall stand.
    state: Option<OrderState>,
    /// Another confirmation code; null for none.
    #[serde(deserialize_with = "present")]
    #[schemars(with = "Option<String>")]
    confirmation_code: Option<Option<String>>,
    /// Wrong confirmation codes that are still answered with another chance.
    confirmation_code_tries: Option<u32>,
    /// Downloads that may still be begun; null for no limit.
    #[serde(deserialize_with = "present")]
    #[schemars(with = "Option<u32>")]
    attempts: Option<Option<u32>>,
    /// Seconds since 1970 at which it expires; null for never.
    #[serde(deserialize_with = "present")]
    #[schemars(with = "Option<i64>")]
    expires: Option<Option<i64>>,
    /// Whether a package may be bound again to another one-time key.
    rebinding: Option<bool>,
    /// Whether the order is released anew when it ends.
    reusable: Option<bool>,
}

/// A member that is there, also as null.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl OrderPatch {
    fn apply(self, order: &mut Order) {
        if let Some(state) = self.state {
            order.state = state;
        }
        if let Some(code) = self.confirmation_code {
            order.confirmation_code = code;
        }
        if let Some(tries) = self.confirmation_code_tries {
            order.confirmation_code_tries = tries;
        }
        if let Some(attempts) = self.attempts {
            order.attempts = attempts;
        }
        if let Some(start) = &mut order.start {
            let tries = self.confirmation_code_tries;
            start.confirmation_code_tries = tries.unwrap_or(start.confirmation_code_tries);
            start.attempts = self.attempts.unwrap_or(start.attempts);
        }
        if let Some(expires) = self.expires {
            order.expires = expires;
        }
        if let Some(rebinding) = self.rebinding {
            order.rebinding = rebinding;
        }
        if let Some(reusable) = self.reusable {
            order.reusable = reusable;
        }
    }
}

impl OrderView {
    fn of(id: OrderId, order: &Order, name: &str) -> Self {
        let suffix = if order.confirmation_code.is_some() {
            "$$1"
        } else {
            ""
        };
        Self {
            id: id.0,
            matching_id: order.matching_id.clone(),
            activation_code: format!("LPA:1${name}${}{suffix}", order.matching_id),
            eid: order.eid.as_ref().map(ToString::to_string),
            iccid: order.profile.iccid_digits(),
            state: order.state,
            confirmation_code: order.confirmation_code.clone(),
            confirmation_code_tries: order.confirmation_code_tries,
            attempts: order.attempts,
            expires: order.expires,
            key_mode: order.key_mode,
            rebinding: order.rebinding,
            reusable: order.reusable,
            bound: order.binding.is_some(),
            size: order.profile.size(),
            operator: order.operator.clone(),
            profile_type: order.profile_type.clone(),
            smds: order.smds.as_ref().map(|event| event.address.clone()),
        }
    }
}

pub(super) fn list(server: &Administered, asked: &Asked<'_>) -> Answer {
    let after = asked.query("after")?.unwrap_or(0);
    let limit = asked.query("limit")?.unwrap_or(100_usize).min(PAGE);
    let state: Option<String> = asked.query("state")?;
    let state = state.map(|text| {
        serde_json::from_value::<OrderState>(text.into())
            .map_err(|error| AdminError::bad(format!("state: {error}")))
    });
    let state = state.transpose()?;
    let matching_id: Option<String> = asked.query("matching_id")?;
    let eid: Option<Eid> = asked.query("eid")?;
    let iccid: Option<String> = asked.query("iccid")?;
    let fits = |order: &Order| {
        state.is_none_or(|state| order.state == state)
            && matching_id
                .as_ref()
                .is_none_or(|id| order.matching_id == *id)
            && (eid.is_none() || order.eid == eid)
            && iccid
                .as_ref()
                .is_none_or(|iccid| order.profile.iccid_digits() == *iccid)
    };
    let page = server.service.with_smdp(|smdp| {
        let found = smdp.orders().after(OrderId(after));
        let mut found = found.filter(|(_, order)| fits(order));
        let orders: Vec<_> = found
            .by_ref()
            .take(limit)
            .map(|(id, order)| OrderView::of(id, order, &server.name))
            .collect();
        let last = orders.last().map_or(after, |order| order.id);
        OrderPage {
            next: found.next().map(|_| last),
            total: smdp.orders().len(),
            orders,
        }
    });
    answer(200, &page)
}

pub(super) fn get(server: &Administered, asked: &Asked<'_>) -> Answer {
    let id = OrderId(asked.number()?);
    let view = server.service.with_smdp(|smdp| {
        let order = smdp.orders().get(id)?;
        Some(OrderView::of(id, order, &server.name))
    });
    answer(200, &view.ok_or_else(|| no_such("an order", asked.id))?)
}

pub(super) fn create(server: &Administered, asked: &Asked<'_>) -> Answer {
    let order: OrderConfig = asked.body()?;
    order.check().map_err(AdminError::bad)?;
    let view = server.service.with_smdp(|smdp| {
        let id = smdp.add_order(&order, &server.profiles);
        let id = id.map_err(AdminError::bad)?;
        let order = smdp.orders().get(id);
        let order = order.ok_or_else(|| AdminError::new(500, "the order is gone"))?;
        Ok(OrderView::of(id, order, &server.name))
    });
    answer(201, &view?)
}

pub(super) fn change(server: &Administered, asked: &Asked<'_>) -> Answer {
    let id = OrderId(asked.number()?);
    let patch: OrderPatch = asked.body()?;
    let view = server.service.with_env(|smdp, env| {
        let order = smdp.orders_mut().get_mut(id)?;
        patch.apply(order);
        let (view, is_pending) = (OrderView::of(id, order, &server.name), order.is_pending());
        // The SM-DS learns of a release and of an end, whoever ordered it.
        if is_pending {
            smdp.find_unregistered();
        } else {
            smdp.delete_event(id, env);
        }
        Some(view)
    });
    answer(200, &view.ok_or_else(|| no_such("an order", asked.id))?)
}

pub(super) fn delete(server: &Administered, asked: &Asked<'_>) -> Answer {
    let id = OrderId(asked.number()?);
    let removed = server.service.with_env(|smdp, env| {
        smdp.delete_event(id, env);
        smdp.orders_mut().remove(id)
    });
    match removed {
        Some(_) => Ok((204, Vec::new())),
        None => Err(no_such("an order", asked.id)),
    }
}
