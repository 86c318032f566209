// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders by the API.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Asked, Outcome, Refusal, answer};
use crate::eim::{Eim, OrderReport, words};
use crate::iut::OrderStatus;

/// Orders of one page, unless it asks for another number.
const PAGE: usize = 100;
const LONGEST_PAGE: usize = 1000;

/// A page of orders.
#[derive(Serialize)]
struct Page {
    orders: Vec<OrderReport>,
    /// How many there are that fit, on all pages.
    total: usize,
    /// What the next page is to come after; null on the last.
    next: Option<u64>,
}

pub(super) fn create(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    let body: Map<String, Value> = asked.body()?;
    let known = [
        "eid",
        "package",
        "psmo",
        "eco",
        "data",
        "trigger",
        "download",
        "newKey",
        "inject",
        "unchecked",
    ];
    if let Some(other) = body.keys().find(|key| !known.contains(&key.as_str())) {
        let known = known.join(", ");
        return Err(Refusal::bad(format!("expected {known}, got {other:?}")));
    }
    let eid = super::euicc::eid(body.get("eid").and_then(Value::as_str).unwrap_or_default())?;
    let order = words::order(&body).map_err(Refusal::bad)?;
    if body.get("unchecked") != Some(&Value::Bool(true))
        && let Some(objection) = words::objection(&order)
    {
        return Err(Refusal::bad(objection));
    }
    let inject = match body.get("inject") {
        None | Some(Value::Null) => None,
        Some(Value::String(host)) => Some(host.as_str()),
        Some(other) => {
            return Err(Refusal::bad(format!(
                "inject: expected HOST[:PORT], got {other}"
            )));
        }
    };
    let id = eim.order_at(eid, order, inject).map_err(Refusal::bad)?;
    if inject.is_some() {
        eim.inject_soon(&id);
    }
    report(eim, &id, 201)
}

pub(super) fn get(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    report(eim, asked.id, 200)
}

fn report(eim: &Eim, id: &str, status: u16) -> Outcome {
    match eim.order_report(id) {
        Some(report) => answer(status, &report),
        None => Err(no_such(id)),
    }
}

pub(super) fn delete(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    if eim.forget_order(asked.id) {
        Ok((204, Vec::new()))
    } else {
        Err(no_such(asked.id))
    }
}

pub(super) fn list(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    let eid = asked.query("eid").map(super::euicc::eid).transpose()?;
    let status = asked.query("status").map(status).transpose()?;
    let after: u64 = asked.number("after")?.unwrap_or_default();
    let limit: usize = asked.number("limit")?.unwrap_or(PAGE).min(LONGEST_PAGE);
    let (orders, total) = eim.order_page(eid, status, after, limit);
    let last = orders.last().and_then(|order| order.id.parse().ok());
    let next = last.filter(|_| orders.len() == limit);
    answer(
        200,
        &Page {
            orders,
            total,
            next,
        },
    )
}

fn status(text: &str) -> Result<OrderStatus, Refusal> {
    let mut known = OrderStatus::ALL.iter();
    let found = known.find(|status| status.as_str() == text).copied();
    found.ok_or_else(|| {
        Refusal::bad(format!(
            "status: expected waiting, sent, done or failed, got {text:?}"
        ))
    })
}

fn no_such(id: &str) -> Refusal {
    Refusal::absent(format!("expected the number of an order, got {id:?}"))
}
