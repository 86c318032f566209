// SPDX-License-Identifier: MIT OR Apache-2.0
//! The event of an order at an SM-DS (SGP.22 §3.6.1, §5.9): registered before the release, deleted
//! when the order is withdrawn or has come to its end.

use rsp::env::Env;
use rsp::id::Eid;
use rsp::json::{CallHeader, DeleteEvent, Es12Request, Failure, RegisterEvent, read_status};
use rsp::status::{SMDS_EXECUTION_ERROR, SMDS_INACCESSIBLE};

use crate::SmDp;
use crate::order::{OrderId, SmDsEvent};
use crate::outgoing::Outgoing;
use crate::peer::{Interface, Message, PeerError};

/// What an SM-DS said to an event.
#[derive(Debug)]
pub(super) struct Registration {
    /// The MatchingID that the event has.
    pub(super) matching_id: String,
    /// Whether it was taken.
    pub(super) result: Result<(), Failure>,
}

impl Registration {
    /// Reads the answer of an SM-DS.
    pub(super) fn of(matching_id: String, outcome: &Result<Vec<u8>, PeerError>) -> Self {
        let result = match outcome {
            Ok(body) => match read_status(body) {
                Ok(Ok(())) => Ok(()),
                Ok(Err(refusal)) => Err(Failure::because(SMDS_EXECUTION_ERROR, &refusal)),
                Err(error) => Err(Failure::because(SMDS_EXECUTION_ERROR, &error)),
            },
            Err(error) => Err(Failure::because(SMDS_INACCESSIBLE, error)),
        };
        Self {
            matching_id,
            result,
        }
    }
}

impl SmDp {
    /// The message that registers an event.
    pub(crate) fn registration(
        &self,
        event: &SmDsEvent,
        eid: &Eid,
        matching_id: &str,
        env: &mut dyn Env,
    ) -> Message {
        es12(
            &event.address,
            &Es12Request::RegisterEvent(RegisterEvent {
                header: self.call_header(env),
                eid: *eid,
                rsp_server_address: self.config.address.clone(),
                event_id: matching_id.to_owned(),
                forwarding_indicator: true,
            }),
        )
    }

    /// Lets the event of an order be deleted, if it has one.
    pub(crate) fn delete_event(&mut self, id: OrderId, env: &mut dyn Env) {
        let header = self.call_header(env);
        let Some(order) = self.orders.get_mut(id) else {
            return;
        };
        let event = order.smds.as_mut().filter(|event| event.registered);
        let (Some(event), Some(eid)) = (event, order.eid) else {
            return;
        };
        event.registered = false;
        let request = Es12Request::DeleteEvent(DeleteEvent {
            header,
            eid,
            event_id: order.matching_id.clone(),
        });
        let message = es12(&event.address, &request);
        self.post(message, Outgoing::Delete { order: id });
    }

    /// Lets an event be deleted that was registered for an order that others have changed
    /// meanwhile.
    pub(super) fn undo_registration(
        &mut self,
        message: &Message,
        registration: &Registration,
        env: &mut dyn Env,
    ) {
        let function = rsp::json::Es12Function::RegisterEvent;
        let request = Es12Request::from_json(function, &message.body);
        if registration.result.is_err() {
            return;
        }
        if let Ok(Es12Request::RegisterEvent(request)) = request {
            let request = Es12Request::DeleteEvent(DeleteEvent {
                header: self.call_header(env),
                eid: request.eid,
                event_id: request.event_id,
            });
            let message = es12(&message.address, &request);
            self.post(message, Outgoing::Delete { order: OrderId(0) });
        }
    }

    /// The header of a call of this server, which goes by its OID.
    pub(super) fn call_header(&self, env: &mut dyn Env) -> CallHeader {
        CallHeader {
            function_requester_identifier: self.credentials.oid().to_string(),
            function_call_identifier: hex::encode_upper(env.array::<8>()),
        }
    }
}

fn es12(address: &str, request: &Es12Request) -> Message {
    Message {
        interface: Interface::Es12,
        address: address.to_owned(),
        path: request.function().path(),
        body: request.to_json(),
    }
}
