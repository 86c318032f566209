// SPDX-License-Identifier: MIT OR Apache-2.0
//! The journal, and the events of the SM-DS, in the API.

use rsp::sgp22::{PendingNotification, ProfileInstallationResultDataFinalResult};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Administered, Answer, Asked, answer};
use crate::server::{Event, JournalEntry};

/// Most events that are listed.
const MOST: usize = 1000;

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub(super) struct EventView {
    /// Its number since the start.
    number: u64,
    /// Seconds since 1970.
    time: i64,
    /// What it is.
    kind: &'static str,
    /// The number of the order, when that is known.
    order: Option<u64>,
    /// The eUICC, when it is known.
    eid: Option<String>,
    /// A sentence with the details.
    text: String,
}

/// An event that a device finds at the SM-DS.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SmdsEvent")]
pub(super) struct SmdsEventView {
    /// The eUICC that it is for.
    eid: String,
    /// The EventID.
    event_id: String,
    /// Where the device goes.
    rsp_server_address: String,
    /// Whether devices are told already.
    listed: bool,
}

impl EventView {
    fn of(entry: &JournalEntry) -> Self {
        let (kind, order, eid, text) = match &entry.event {
            Event::Delivered { order, eid } => {
                let text = "a bound profile package went out".to_owned();
                ("delivered", Some(*order), Some(eid), text)
            }
            Event::Notified {
                order,
                notification,
            } => ("notified", *order, None, notified(notification)),
            Event::NotificationRefused { reason } => {
                ("notificationRefused", None, None, reason.clone())
            }
            Event::Progress {
                order,
                eid,
                point,
                refusal,
                ..
            } => {
                let outcome = refusal.map_or("ok".to_owned(), |refusal| refusal.to_string());
                let text = format!("{point:?}: {outcome}");
                ("progress", Some(*order), eid.as_ref(), text)
            }
            Event::Cancelled { order, reason } => {
                ("cancelled", Some(*order), None, format!("{reason}"))
            }
        };
        Self {
            number: entry.number,
            time: entry.time,
            kind,
            order: order.map(|order| order.0),
            eid: eid.map(ToString::to_string),
            text,
        }
    }
}

/// Which notification it is.
fn notified(notification: &PendingNotification) -> String {
    match notification {
        PendingNotification::ProfileInstallationResult(result) => {
            match &result.profile_installation_result_data.final_result {
                ProfileInstallationResultDataFinalResult::SuccessResult(_) => {
                    "ProfileInstallationResult: successResult".to_owned()
                }
                ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
                    format!("ProfileInstallationResult: {}", error.error_reason)
                }
            }
        }
        PendingNotification::OtherSignedNotification(other) => {
            let operation = &other.tbs_other_notification.profile_management_operation;
            format!("{operation:?}")
        }
    }
}

pub(super) fn list(server: &Administered, asked: &Asked<'_>) -> Answer {
    let after = asked.query("after")?.unwrap_or(0);
    let limit = asked.query("limit")?.unwrap_or(100_usize).min(MOST);
    let views: Vec<_> = server.service.with_smdp(|smdp| {
        let entries = smdp.journal_entries().rev();
        let entries = entries.take_while(|entry| entry.number > after).take(limit);
        entries.map(EventView::of).collect()
    });
    answer(200, &views)
}

pub(super) fn smds(server: &Administered, _: &Asked<'_>) -> Answer {
    let views = server.smds.as_ref().map(|service| {
        service.with_smds(|smds| {
            let events = smds.events().iter().take(MOST);
            let view = |(_, event): (_, &crate::smds::Event)| SmdsEventView {
                eid: event.eid.to_string(),
                event_id: event.event_id.clone(),
                rsp_server_address: event.rsp_server_address.clone(),
                listed: event.is_listed,
            };
            events.map(view).collect::<Vec<_>>()
        })
    });
    answer(200, &views.unwrap_or_default())
}
