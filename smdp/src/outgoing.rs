// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DP+ sends of its own accord: events of configured orders, and deletions of events, to
//! an SM-DS (SGP.22 §5.9), and progress to operators (SGP.22 §5.3.5).
//!
//! Trap: a registration whose answer got lost is refused as a repetition, and a deletion as
//! unknown; both mean that the SM-DS is where it should be.

use std::collections::BTreeSet;

use rsp::env::Env;
use rsp::json::read_status;
use rsp::status::{EVENT_IN_USE, EVENT_UNKNOWN, Refusal};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::order::{Order, OrderId, OrderState};
use crate::peer::{Dispatch, LetterId, Message, Outbox, PeerError, Sender, Settled};
use crate::{SmDp, SmDpService};

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outgoing {
    /// Registers the event of an order.
    Register {
        /// The order.
        order: OrderId,
    },
    /// Deletes the event of an order.
    Delete {
        /// The order, which may be gone.
        order: OrderId,
    },
    /// Tells an operator how far the download of an order has come.
    Progress {
        /// The order.
        order: OrderId,
    },
}

impl SmDp {
    /// What waits to be sent.
    pub fn outgoing(&self) -> &Outbox<Outgoing> {
        &self.outgoing
    }

    /// Whether anything is to be sent, now or later.
    pub(crate) fn has_post(&self) -> bool {
        !self.outgoing.is_empty() || !self.unregistered.is_empty()
    }

    /// Lets a message be sent.
    pub(crate) fn post(&mut self, message: Message, purpose: Outgoing) {
        if let Some(dropped) = self.outgoing.push(message, purpose, self.now) {
            tracing::warn!(?dropped, "outbox full, message dropped");
        }
    }

    /// Looks for restored orders whose event was to be registered when the server ended.
    pub(crate) fn find_unregistered(&mut self) {
        let mut known = BTreeSet::new();
        for (_, purpose, _) in self.outgoing.iter() {
            if let Outgoing::Register { order } = purpose {
                known.insert(*order);
            }
        }
        let waits = |order: &Order| {
            let event = order.smds.as_ref();
            order.state == OrderState::Released
                && event.is_some_and(|event| !event.registered && event.problem.is_none())
        };
        let orders = self.orders.iter();
        let found = orders.filter(|(id, order)| waits(order) && !known.contains(id));
        self.unregistered.extend(found.map(|(id, _)| id));
    }

    /// Lets the events of orders be registered that came with an SM-DS from the beginning.
    fn register_events(&mut self, env: &mut dyn Env) {
        while let Some(id) = self.unregistered.pop_first() {
            let Some(order) = self.orders.get(id) else {
                continue;
            };
            let (Some(event), Some(eid)) = (&order.smds, &order.eid) else {
                continue;
            };
            let message = self.registration(event, eid, &order.matching_id, env);
            self.post(message, Outgoing::Register { order: id });
        }
    }

    fn settle(&mut self, id: LetterId, outcome: Result<Vec<u8>, PeerError>, env: &mut dyn Env) {
        match self.outgoing.settle(id, outcome, self.now) {
            Settled::Answered(Outgoing::Register { order }, answer) => {
                self.registered(order, done(&answer, EVENT_IN_USE), env);
            }
            Settled::Answered(Outgoing::Delete { order }, answer) => {
                match done(&answer, EVENT_UNKNOWN) {
                    Ok(()) => tracing::info!(order = order.0, "event deleted"),
                    Err(error) => tracing::warn!(order = order.0, %error, "event not deleted"),
                }
            }
            Settled::Answered(Outgoing::Progress { order }, _) => {
                tracing::info!(order = order.0, "operator told");
            }
            Settled::GivenUp(Outgoing::Register { order }, error) => {
                self.registered(order, Err(error.to_string()), env);
            }
            Settled::GivenUp(purpose, error) => {
                tracing::warn!(?purpose, %error, "message given up");
            }
            Settled::Later | Settled::Unknown => {}
        }
    }

    /// Takes note of what became of a registration. The order may have come to its end meanwhile.
    fn registered(&mut self, id: OrderId, outcome: Result<(), String>, env: &mut dyn Env) {
        let Some(order) = self.orders.get_mut(id) else {
            return;
        };
        let is_pending = order.is_pending();
        let Some(event) = &mut order.smds else {
            return;
        };
        match &outcome {
            Ok(()) => tracing::info!(order = id.0, smds = event.address, "event registered"),
            Err(error) => {
                tracing::warn!(order = id.0, smds = event.address, %error, "event not registered");
            }
        }
        event.registered = outcome.is_ok();
        event.problem = outcome.err();
        if !is_pending {
            self.delete_event(id, env);
        }
    }
}

/// Whether an SM-DS did what it was asked to, or had done so before.
fn done(answer: &[u8], before: Refusal) -> Result<(), String> {
    match read_status(answer) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(failure)) if failure.is(before.subject, before.reason) => Ok(()),
        Ok(Err(failure)) => Err(failure.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

impl Sender for SmDpService {
    fn take_due(&self, count: usize) -> Vec<Dispatch> {
        self.in_delivery(|smdp, env| {
            smdp.register_events(env);
            let now = smdp.now;
            smdp.outgoing.take_due(now, count)
        })
    }

    fn settle(&self, id: LetterId, outcome: Result<Vec<u8>, PeerError>) {
        self.in_delivery(|smdp, env| smdp.settle(id, outcome, env));
    }

    fn put_back(&self, id: LetterId) {
        self.in_delivery(|smdp, _| smdp.outgoing.put_back(id));
    }

    fn is_waiting(&self) -> bool {
        self.in_delivery(|smdp, _| smdp.has_post())
    }

    fn posted(&self) -> &Notify {
        self.posted_messages()
    }
}
