// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES12 (SGP.22 §5.9), and its cascade to the root (SGP.22 §3.6.1).
//!
//! Trap: an event that is to be forwarded counts as registered only after the root has accepted
//! it, and as deleted only after the root has forgotten it. In between the server is not held, so
//! both functions have two halves.

use rsp::activation::is_fqdn;
use rsp::env::Env;
use rsp::json::{
    CallHeader, DeleteEvent, Es12Function, Es12Request, Failure, RegisterEvent, read_status,
};
use rsp::status::{
    EVENT_UNKNOWN, PROTOCOL_FORMAT_INVALID, SMDS_EXECUTION_ERROR, SMDS_INACCESSIBLE,
};

use super::{Event, EventId, Registrant, SmDs};
use crate::peer::{Interface, Message, PeerError};

/// What a function of ES12 comes to.
#[derive(Debug)]
pub enum Step {
    /// The answer.
    Done(Result<(), Failure>),
    /// The root has to be asked; its answer goes to [`SmDs::resume`].
    AskRoot(Message, Forwarding),
}

/// A function that waits for the root.
#[derive(Debug)]
pub struct Forwarding {
    event: EventId,
    function: Es12Function,
}

impl SmDs {
    /// Executes a function of ES12 or ES15 for a server, or its first half.
    pub fn handle_es12(
        &mut self,
        request: &Es12Request,
        registrant: &Registrant,
        env: &mut dyn Env,
    ) -> Step {
        let step = match request {
            Es12Request::RegisterEvent(request) => self.register(request, registrant, env),
            Es12Request::DeleteEvent(request) => self.delete(request, registrant, env),
        };
        step.unwrap_or_else(|failure| Step::Done(Err(failure)))
    }

    fn register(
        &mut self,
        request: &RegisterEvent,
        registrant: &Registrant,
        env: &mut dyn Env,
    ) -> Result<Step, Failure> {
        let address = &request.rsp_server_address;
        if !is_address(address) {
            let particulars = format!("rspServerAddress {address:?}");
            return Err(Failure::because(PROTOCOL_FORMAT_INVALID, &particulars));
        }
        // A root has nobody to forward to: it is asked for no more than it does anyway.
        let root = self.config.root.clone();
        let root = root.filter(|_| request.forwarding_indicator);
        let root_event_id = root.is_some().then(|| identifier(env));
        let event = self.events.add(Event {
            eid: request.eid,
            event_id: request.event_id.clone(),
            rsp_server_address: address.clone(),
            registrant: registrant.clone(),
            root_event_id: root_event_id.clone(),
            is_listed: root.is_none(),
        })?;
        let (Some(root), Some(event_id)) = (root, root_event_id) else {
            return Ok(Step::Done(Ok(())));
        };
        let forwarded = Es12Request::RegisterEvent(RegisterEvent {
            header: self.call_header(env),
            eid: request.eid,
            rsp_server_address: self.config.forwarded_address().to_owned(),
            event_id,
            forwarding_indicator: false,
        });
        Ok(ask(root, &forwarded, event))
    }

    fn delete(
        &mut self,
        request: &DeleteEvent,
        registrant: &Registrant,
        env: &mut dyn Env,
    ) -> Result<Step, Failure> {
        let unknown = || Failure::because(EVENT_UNKNOWN, &request.event_id);
        let found = self
            .events
            .find(registrant, &request.eid, &request.event_id);
        let id = found.ok_or_else(unknown)?;
        let event = self.events.get(id).ok_or_else(unknown)?;
        let (Some(root), Some(event_id)) = (&self.config.root, &event.root_event_id) else {
            self.events.remove(id);
            return Ok(Step::Done(Ok(())));
        };
        let forwarded = Es12Request::DeleteEvent(DeleteEvent {
            header: self.call_header(env),
            eid: request.eid,
            event_id: event_id.clone(),
        });
        Ok(ask(root.clone(), &forwarded, id))
    }

    /// Ends a function with what the root answered.
    ///
    /// # Errors
    /// The cascade failed: a registration is undone, a deletion is left undone.
    pub fn resume(
        &mut self,
        forwarding: &Forwarding,
        outcome: Result<Vec<u8>, PeerError>,
    ) -> Result<(), Failure> {
        let event = forwarding.event;
        let outcome = cascade(outcome);
        match (forwarding.function, outcome) {
            (Es12Function::RegisterEvent, Ok(())) => {
                self.events.list(event);
                Ok(())
            }
            (Es12Function::RegisterEvent, Err(failure)) => {
                self.events.remove(event);
                Err(failure.into_failure())
            }
            // What the root does not know any more is deleted.
            (Es12Function::DeleteEvent, Ok(()) | Err(CascadeError::Unknown)) => {
                self.events.remove(event);
                Ok(())
            }
            (Es12Function::DeleteEvent, Err(failure)) => Err(failure.into_failure()),
        }
    }

    fn call_header(&self, env: &mut dyn Env) -> CallHeader {
        CallHeader {
            function_requester_identifier: self.credentials.oid().to_string(),
            function_call_identifier: identifier(env),
        }
    }
}

/// Why the root did not do as it was asked.
enum CascadeError {
    /// It does not know the event.
    Unknown,
    /// It refused.
    Refused(Failure),
    /// It did not answer.
    Absent(PeerError),
}

impl CascadeError {
    /// What the caller of the alternative SM-DS is told.
    fn into_failure(self) -> Failure {
        match self {
            Self::Unknown => Failure::because(SMDS_EXECUTION_ERROR, &EVENT_UNKNOWN),
            Self::Refused(failure) => Failure::because(SMDS_EXECUTION_ERROR, &failure),
            Self::Absent(error) => Failure::because(SMDS_INACCESSIBLE, &error),
        }
    }
}

fn cascade(outcome: Result<Vec<u8>, PeerError>) -> Result<(), CascadeError> {
    let body = outcome.map_err(CascadeError::Absent)?;
    let answer = read_status(&body)
        .map_err(|error| CascadeError::Absent(PeerError::Answer(error.to_string())))?;
    answer.map_err(|failure| {
        if failure.is(EVENT_UNKNOWN.subject, EVENT_UNKNOWN.reason) {
            CascadeError::Unknown
        } else {
            CascadeError::Refused(failure)
        }
    })
}

/// Forwards a request on the paths of ES12, which a root serves for everybody.
fn ask(root: String, request: &Es12Request, event: EventId) -> Step {
    let function = request.function();
    let message = Message {
        interface: Interface::Es15,
        address: root,
        path: function.path(),
        body: request.to_json(),
    };
    Step::AskRoot(message, Forwarding { event, function })
}

/// A host name, with a port when a test wants one.
fn is_address(text: &str) -> bool {
    let host = match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => text,
    };
    is_fqdn(host)
}

/// A random EventID or call identifier.
fn identifier(env: &mut dyn Env) -> String {
    let random: [u8; 16] = env.array();
    hex::encode_upper(random)
}
