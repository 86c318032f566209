// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+.HandleDownloadProgressInfo (SGP.22 §5.3.5): what the operator of an order is told.

use rsp::env::Env;
use rsp::id::Iccid;
use rsp::json::{DownloadProgress, Es2Call, Es2Request, Timestamp};

use crate::SmDp;
use crate::config::OperatorConfig;
use crate::order::{Order, OrderId};
use crate::outgoing::Outgoing;
use crate::peer::{Interface, Message};
use crate::server::{Event, NotificationPoint};

/// Progress that waits to be told at the same time; the oldest makes room.
const UNTOLD_LIMIT: usize = 1_000;

impl SmDp {
    /// Takes note of progress, to be told by [`SmDp::tell_operators`].
    pub(crate) fn tell_later(&mut self, event: &Event) {
        if let Event::Progress { .. } = event {
            if self.es2.untold.len() >= UNTOLD_LIMIT {
                self.es2.untold.pop_front();
            }
            self.es2.untold.push_back(event.clone());
        }
    }

    /// Writes to the operators of the orders that have come on, and deletes the events of orders
    /// that have come to their end.
    pub(crate) fn tell_operators(&mut self, env: &mut dyn Env) {
        while let Some(event) = self.es2.untold.pop_front() {
            let Event::Progress { order: id, .. } = &event else {
                continue;
            };
            let id = *id;
            let message = self.progress_message(id, &event, env);
            if let Some(message) = message {
                self.post(message, Outgoing::Progress { order: id });
            }
            let ended = self.orders.get(id).is_some_and(|order| !order.is_pending());
            if ended {
                self.delete_event(id, env);
            }
        }
    }

    fn progress_message(&self, id: OrderId, event: &Event, env: &mut dyn Env) -> Option<Message> {
        let order = self.orders.get(id)?;
        let operator = self.operator_of(order)?;
        let address = operator.notify.clone()?;
        let progress = progress(order, event, env.now())?;
        let header = self.call_header(env);
        let call = if operator.notify_as_v3 {
            Es2Call::HandleNotification(progress)
        } else {
            Es2Call::HandleDownloadProgressInfo(progress)
        };
        let path = call.function().path();
        Some(Message {
            interface: Interface::Es2Plus,
            address,
            path,
            body: Es2Request { header, call }.to_json(),
        })
    }

    /// The operator of an order.
    fn operator_of(&self, order: &Order) -> Option<&OperatorConfig> {
        let name = order.operator.as_ref()?;
        self.config
            .operators
            .iter()
            .find(|operator| operator.name == *name)
    }
}

fn progress(order: &Order, event: &Event, now: i64) -> Option<DownloadProgress> {
    let Event::Progress {
        eid,
        point,
        refusal,
        data,
        ..
    } = event
    else {
        return None;
    };
    let own = order.profile_type.as_deref();
    let profile_type = own.or(order.profile.profile_type()).unwrap_or_default();
    Some(DownloadProgress {
        eid: eid.or(order.eid),
        iccid: Iccid::from_bytes(&order.profile.iccid()).ok()?,
        profile_type: profile_type.to_owned(),
        timestamp: Timestamp::nearest(now),
        notification_point_id: number(*point),
        failure: refusal.map(Into::into),
        result_data: data.clone(),
    })
}

fn number(point: NotificationPoint) -> u32 {
    match point {
        NotificationPoint::Eligibility => 1,
        NotificationPoint::Confirmation => 2,
        NotificationPoint::Download => 3,
        NotificationPoint::Installation => 4,
    }
}
