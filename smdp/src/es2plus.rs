// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+ (SGP.22 §5.3): an operator orders profiles, one file per function, and is told how far
//! their downloads have come.
//!
//! Traps: the checks of a function run in the order of its clause; a refusal changes nothing; and
//! an order with an SM-DS is confirmed or released only after that SM-DS has taken the event, so
//! such a call has two steps: the server names the question, the caller brings the answer.

mod caller;
mod cancel_order;
mod confirm_order;
mod download_order;
mod event;
mod handler;
mod memory;
mod progress;
mod release_profile;

use std::collections::VecDeque;

use rsp::env::Env;
use rsp::id::Iccid;
use rsp::json::{Es2Call, Es2Ok, Es2Request, Es2Response, Failure};
use rsp::status::{FUNCTION_NOT_ALLOWED, ICCID_NOT_ALLOWED, ICCID_UNKNOWN, Refusal};

use crate::SmDp;
use crate::http::Client;
use crate::order::OrderId;
use crate::peer::{Message, PeerError};
use crate::profile_type::ProfileTypes;
use crate::server::Event;

pub use handler::Es2PlusHandler;

use caller::Caller;
use event::Registration;
use memory::CallMemory;

/// What ES2+ adds to a server.
#[derive(Debug, Default)]
pub(crate) struct Es2State {
    pub(crate) types: ProfileTypes,
    memory: CallMemory,
    /// Progress that no operator is told of yet.
    untold: VecDeque<Event>,
}

/// A caller that no operator of the configuration has the certificate of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the client certificate of an operator")]
pub struct UnknownClient;

/// What a call leads to.
#[derive(Debug)]
pub enum Es2Outcome {
    /// The answer.
    Answer(Es2Response),
    /// An SM-DS has to be asked before the answer is known.
    Ask(Box<Asking>),
}

/// A question to an SM-DS, and what is needed to go on with its answer.
#[derive(Debug)]
pub struct Asking {
    /// The question.
    pub message: Message,
    operator: Option<String>,
    request: Es2Request,
    /// The MatchingID that the event has.
    matching_id: String,
}

/// What a function came to.
enum Done {
    Ok(Es2Ok),
    Ask {
        message: Message,
        matching_id: String,
    },
}

impl From<Es2Ok> for Done {
    fn from(ok: Es2Ok) -> Self {
        Self::Ok(ok)
    }
}

impl SmDp {
    /// Executes one function for the holder of a client certificate.
    ///
    /// # Errors
    /// No operator has that certificate.
    pub fn es2(
        &mut self,
        client: Option<&Client>,
        request: &Es2Request,
        env: &mut dyn Env,
    ) -> Result<Es2Outcome, UnknownClient> {
        let Some(caller) = self.caller(client, &request.header)? else {
            return Ok(Es2Outcome::Answer(Err(FUNCTION_NOT_ALLOWED.into())));
        };
        if let Some(answer) = self.es2.memory.recall(caller.name(), request) {
            return Ok(Es2Outcome::Answer(Ok(answer.clone())));
        }
        Ok(match self.es2_call(&caller, request, None, env) {
            Ok(Done::Ok(ok)) => {
                self.remember(&caller, request, &ok);
                Es2Outcome::Answer(Ok(ok))
            }
            Ok(Done::Ask {
                message,
                matching_id,
            }) => Es2Outcome::Ask(Box::new(Asking {
                message,
                operator: caller.name().map(str::to_owned),
                request: request.clone(),
                matching_id,
            })),
            Err(failure) => Es2Outcome::Answer(Err(failure)),
        })
    }

    /// Goes on with a call after its question is answered. Everything is checked again, since
    /// others may have called in between.
    pub fn es2_resume(
        &mut self,
        asking: Asking,
        outcome: &Result<Vec<u8>, PeerError>,
        env: &mut dyn Env,
    ) -> Es2Response {
        let Asking {
            message,
            operator,
            request,
            matching_id,
        } = asking;
        let caller = Caller::named(operator.as_deref(), &self.config);
        let registration = Registration::of(matching_id, outcome);
        match self.es2_call(&caller, &request, Some(&registration), env) {
            Ok(Done::Ok(ok)) => {
                self.remember(&caller, &request, &ok);
                Ok(ok)
            }
            Ok(Done::Ask { .. }) => {
                self.undo_registration(&message, &registration, env);
                Err(rsp::status::SMDP_EXECUTION_ERROR.into())
            }
            Err(failure) => {
                self.undo_registration(&message, &registration, env);
                Err(failure)
            }
        }
    }

    fn es2_call(
        &mut self,
        caller: &Caller,
        request: &Es2Request,
        registration: Option<&Registration>,
        env: &mut dyn Env,
    ) -> Result<Done, Failure> {
        match &request.call {
            Es2Call::DownloadOrder(call) => self.download_order(caller, call, env).map(Done::Ok),
            Es2Call::ConfirmOrder(call) => self.confirm_order(caller, call, registration, env),
            Es2Call::CancelOrder(call) => self.cancel_order(caller, call, env).map(Done::Ok),
            Es2Call::ReleaseProfile(call) => self.release_profile(caller, call, registration, env),
            // These two go the other way.
            Es2Call::HandleDownloadProgressInfo(_) | Es2Call::HandleNotification(_) => {
                Err(FUNCTION_NOT_ALLOWED.into())
            }
        }
    }

    fn remember(&mut self, caller: &Caller, request: &Es2Request, ok: &Es2Ok) {
        let limit = self.config.es2plus.remembered_calls;
        let memory = &mut self.es2.memory;
        memory.remember(caller.name(), request, ok.clone(), limit);
    }

    /// The order of a profile, if it has one: the profile has to be known and to be the caller's.
    fn owned_order(&self, caller: &Caller, iccid: &Iccid) -> Result<Option<OrderId>, Refusal> {
        let kind = self.es2.types.of_iccid(iccid);
        let order = self.orders.of_iccid(iccid);
        let (id, allowed) = match order {
            Some((id, order)) => (Some(id), caller.owns(order)),
            None => {
                let kind = kind.ok_or(ICCID_UNKNOWN)?;
                (None, caller.may_order(kind.name()))
            }
        };
        if allowed {
            Ok(id)
        } else {
            Err(ICCID_NOT_ALLOWED)
        }
    }

    /// The profile types.
    pub fn profile_types(&self) -> &ProfileTypes {
        &self.es2.types
    }
}
