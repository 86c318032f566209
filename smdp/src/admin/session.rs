// SPDX-License-Identifier: MIT OR Apache-2.0
//! RSP sessions in the API.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Administered, Answer, Asked, answer};
use crate::session::Session;

/// Most sessions that are listed.
const MOST: usize = 1000;

/// One session.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub(super) struct SessionView {
    /// In hexadecimal.
    transaction_id: String,
    /// Seconds since 1970.
    started: i64,
    /// The address by which the server was called.
    server_address: String,
    /// How far it has come.
    phase: SessionPhase,
    /// The number of the order, once that is known.
    order: Option<u64>,
    /// The eUICC, once it is authenticated.
    eid: Option<String>,
}

/// How far a session has come.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum SessionPhase {
    /// ES9+.InitiateAuthentication is answered.
    Initiated,
    /// ES9+.AuthenticateClient is answered.
    Authenticated,
    /// ES9+.GetBoundProfilePackage is answered.
    Delivered,
}

impl SessionView {
    fn of(session: &Session) -> Self {
        let authenticated = session.phase.authenticated();
        Self {
            transaction_id: hex::encode_upper(&session.transaction_id),
            started: session.started,
            server_address: session.server_address.clone(),
            phase: match authenticated {
                None => SessionPhase::Initiated,
                Some(_) if session.phase.is_delivered() => SessionPhase::Delivered,
                Some(_) => SessionPhase::Authenticated,
            },
            order: authenticated.map(|it| it.order.0),
            eid: authenticated.map(|it| it.eid.to_string()),
        }
    }
}

pub(super) fn list(server: &Administered, _: &Asked<'_>) -> Answer {
    let views: Vec<_> = server.service.with_smdp(|smdp| {
        let sessions = smdp.sessions.iter().take(MOST);
        sessions.map(SessionView::of).collect()
    });
    answer(200, &views)
}
