// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looks at the state of actors and orders.

use serde_json::Value;

use super::Driver;
use super::order::REFUSED;
use crate::case::{Check, Node, Position};
use crate::iut::OrderStatus;
use crate::matching::Mismatch;
use crate::mutate;

/// A state with its name in checks, and what a case expects of it.
type Look<'a> = (&'a str, &'a Option<Node>, &'a dyn Fn() -> Value);

impl Driver<'_> {
    pub(super) async fn check(&self, check: &Check, position: Position) {
        let card = &self.stage.cast.card;
        let host = check.host.as_deref();
        let Some(smdp) = self.actors.smdp.at(host) else {
            let actual = "no server of that name in this case";
            self.decide(
                position,
                &format!("an SM-DP+ at {}", host.unwrap_or_default()),
                actual,
            );
            return;
        };
        let events = || {
            self.actors
                .smds
                .as_ref()
                .map_or(Value::Null, |it| it.events())
        };
        let looks: [Look<'_>; 7] = [
            ("euicc.profiles", &check.euicc_profiles, &|| card.profiles()),
            ("euicc.notifications", &check.euicc_notifications, &|| {
                card.notifications()
            }),
            ("euicc.eims", &check.euicc_eims, &|| card.eims()),
            ("euicc.state", &check.euicc_state, &|| card.state()),
            ("smdp.orders", &check.smdp_orders, &|| smdp.orders()),
            ("smdp.notifications", &check.smdp_notifications, &|| {
                smdp.notifications()
            }),
            ("smds.events", &check.smds_events, &events),
        ];
        for (what, pattern, look) in looks {
            if let Some(pattern) = pattern {
                self.compare(what, pattern, &look(), position);
            }
        }
        if let (Some(order), Some(status)) = (&check.order, &check.status) {
            self.check_order(order, status, check.eim.as_deref(), position)
                .await;
        }
    }

    async fn check_order(&self, order: &Node, wanted: &str, eim: Option<&str>, position: Position) {
        let id = self
            .engine()
            .with_bindings(|bindings| mutate::value_of(order, bindings));
        let mut all = wanted.split(" or ");
        let found = match (id, self.actors.eim(eim)) {
            (Ok(Some(Value::String(id))), _) if id == REFUSED => Ok("failed".to_owned()),
            (Ok(Some(Value::String(id))), Some(eim)) => {
                let first = wanted.split(" or ").next().unwrap_or(wanted);
                let answer = eim.desk.status(&id, first).await;
                self.keep_status(&id, first, &answer);
                answer
            }
            _ => Ok("unknown".to_owned()),
        };
        match found {
            Ok(found) if all.any(|wanted| self.is_alike(wanted, &found)) => (),
            Ok(found) => self.decide(position, &format!("status {wanted} of the order"), &found),
            Err(refused) => self.refused(position, refused),
        }
    }

    /// Whether a status is the wanted one. How far a northbound interface tells waiting from sent, or
    /// done from failed, is its own business.
    fn is_alike(&self, wanted: &str, found: &str) -> bool {
        let is_open = |status| matches!(status, "waiting" | "sent");
        let of_somebody = self.stage.cast.options.under_test.is_some();
        let is_over = matches!(wanted, "done" | "failed") && found == OrderStatus::Over.as_str();
        wanted == found || of_somebody && (is_over || is_open(wanted) && is_open(found))
    }

    fn compare(&self, what: &str, pattern: &Node, value: &Value, position: Position) {
        let result = self
            .engine()
            .with_bindings(|bindings| bindings.unify(pattern, Some(value), None));
        if let Err(mismatches) = result {
            let actual: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
            self.decide(position, &format!("{what}: {pattern}"), &actual.join("; "));
        }
    }
}
