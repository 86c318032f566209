// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mock SM-DS (SGP.22 §5.8, §5.9): ES11 for devices, ES12 for SM-DP+, root or alternative.
//!
//! - [`SmDs`] is the server as a pure state machine.
//! - [`SmDsService`] shares it between connections; [`Es11Handler`] and [`Es12Handler`] put its
//!   two interfaces behind listeners.
//!
//! Traps: an event belongs to the server that registered it, which is known by the OID in its TLS
//! certificate and by nothing in the request; an alternative SM-DS that forwards an event invents
//! an EventID of its own for the root, so that a device comes to it with that one and not with the
//! one of the SM-DP+.

mod credentials;
mod es11;
mod es12;
mod event;
mod handler;
mod kept;
mod service;
mod session;

use std::sync::Arc;

use rsp::env::Env;
use rsp::id::Eid;
use rsp::json::{Es9Ok, Es9Request, Es9Response, Failure};
use rsp::status::{FUNCTION_NOT_ALLOWED, SMDS_EXECUTION_ERROR};

pub use credentials::{SmDsCiCredentials, SmDsCredentials};
pub use es12::{Forwarding, Step};
pub use event::{Event, EventId, Events, Registrant};
pub use handler::{Es11Handler, Es12Handler};
pub use service::{Es12Exchange, SmDsService, SmDsTap};

use crate::config::{Problem, SmDsConfig, SmDsEventConfig};
use session::Sessions;

/// An SM-DS as a state machine without clock, randomness or sockets of its own.
#[derive(Debug)]
pub struct SmDs {
    config: SmDsConfig,
    credentials: Arc<SmDsCredentials>,
    events: Events,
    sessions: Sessions,
}

impl SmDs {
    /// A server with the events of its configuration.
    ///
    /// # Errors
    /// An event of the configuration is malformed, or there are more than the configuration
    /// allows.
    pub fn new(config: SmDsConfig, credentials: SmDsCredentials) -> Result<Self, Problem> {
        let mut events = Events::new(config.event_limit, config.events_per_eid);
        for (index, event) in config.events.iter().enumerate() {
            let in_entry = |text| Problem::new("event_id", text).in_entry("event", index);
            add_configured(&mut events, event).map_err(in_entry)?;
        }
        Ok(Self {
            sessions: Sessions::new(config.session_limit, config.session_lifetime),
            credentials: Arc::new(credentials),
            events,
            config,
        })
    }

    /// The configuration it was started with.
    pub fn config(&self) -> &SmDsConfig {
        &self.config
    }

    /// What it signs with.
    pub fn credentials(&self) -> &Arc<SmDsCredentials> {
        &self.credentials
    }

    /// The events.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The events, to be changed.
    pub fn events_mut(&mut self) -> &mut Events {
        &mut self.events
    }

    /// How many sessions are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Executes a function of ES11. The others of ES9+ are not for an SM-DS.
    pub fn handle(&mut self, request: &Es9Request, env: &mut dyn Env) -> Es9Response {
        self.sessions.expire(env.now());
        match request {
            Es9Request::InitiateAuthentication(request) => self
                .initiate_authentication(request, env)
                .map(Es9Ok::InitiateAuthentication),
            Es9Request::AuthenticateClient(request) => self
                .authenticate_client(request, env.now())
                .map(Es9Ok::AuthenticateClientEs11),
            Es9Request::GetBoundProfilePackage(_)
            | Es9Request::HandleNotification(_)
            | Es9Request::CancelSession(_) => Err(FUNCTION_NOT_ALLOWED.into()),
        }
    }
}

fn add_configured(events: &mut Events, event: &SmDsEventConfig) -> Result<(), String> {
    let eid: Eid = event.eid.parse().map_err(|error| format!("{error}"))?;
    let registrant = match &event.registrant {
        None => Registrant::Configuration,
        Some(oid) => Registrant::Oid(oid.parse().map_err(|error| format!("{error}"))?),
    };
    let event = Event {
        eid,
        event_id: event.event_id.clone(),
        rsp_server_address: event.rsp_server_address.clone(),
        registrant,
        root_event_id: None,
        is_listed: true,
    };
    events
        .add(event)
        .map_err(|refusal| refusal.message.to_owned())?;
    Ok(())
}

/// A failure of our own.
fn internal(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "request cannot be answered");
    Failure::because(SMDS_EXECUTION_ERROR, &error)
}
