// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+ behind a listener (SGP.22 §6.5.2.1 to §6.5.2.4).
//!
//! What is wrong with a request is answered as on ES9+: no JSON object is HTTP 400, an absent
//! member 1.3.1/2.2 and a malformed one 1.3.1/2.1, unless the clause has a pair of its own. A
//! client that is no operator gets HTTP 403.

use std::sync::Arc;

use hyper::Method;
use rsp::json::{
    AdminProtocol, Es2Function, Es2Request, Es2Response, Failure, JsonError, encode_es2_response,
};
use rsp::status::{
    ICCID_MISSING, PROTOCOL_FORMAT_INVALID, PROTOCOL_FORMAT_MISSING, SMDP_EXECUTION_ERROR,
    SMDP_VERSION_UNSUPPORTED,
};

use super::{Asking, Es2Outcome};
use crate::fault::{Faults, Interface, Scene};
use crate::http::{Answering, Call, Handler, Resource};
use crate::peer::{PeerError, Peers};
use crate::service::{HttpAnswer, JSON, SmDpService};

/// The functions that an operator calls.
pub struct Es2PlusHandler {
    service: Arc<SmDpService>,
    /// Who carries registrations to an SM-DS.
    peers: Option<Arc<dyn Peers>>,
    needs_client: bool,
}

impl std::fmt::Debug for Es2PlusHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Es2PlusHandler")
            .field("needs_client", &self.needs_client)
            .finish_non_exhaustive()
    }
}

impl Es2PlusHandler {
    /// ES2+ of a server. Without `peers`, no SM-DS can be reached.
    pub fn new(service: Arc<SmDpService>, peers: Option<Arc<dyn Peers>>) -> Self {
        Self {
            service,
            peers,
            needs_client: true,
        }
    }

    /// Lets clients in that show no certificate.
    #[must_use]
    pub fn without_client_certificate(mut self) -> Self {
        self.needs_client = false;
        self
    }

    async fn answer(&self, function: Es2Function, call: &Call) -> HttpAnswer {
        let response = match self.read(function, call) {
            Ok(request) => match self.execute(&request, call).await {
                Some(response) => response,
                None => return HttpAnswer::empty(403),
            },
            Err(Unread::Syntax(error)) => {
                tracing::info!(%function, %error, "body refused");
                return HttpAnswer::empty(400);
            }
            Err(Unread::Refused(failure)) => Err(failure),
        };
        match &response {
            Ok(_) => tracing::info!(%function, "executed"),
            Err(failure) => tracing::info!(%function, %failure, "refused"),
        }
        HttpAnswer::json(encode_es2_response(&response))
    }

    /// Executes a request; nothing for a client that is no operator. An SM-DS is asked while the
    /// server is free for others.
    async fn execute(&self, request: &Es2Request, call: &Call) -> Option<Es2Response> {
        let client = call.client.as_ref();
        let outcome = self
            .service
            .with_env(|smdp, env| smdp.es2(client, request, env));
        match outcome {
            Ok(Es2Outcome::Answer(response)) => Some(response),
            Ok(Es2Outcome::Ask(asking)) => {
                // What the SM-DS has taken is noted, or taken back, also when the operator has
                // hung up meanwhile.
                let (service, peers) = (Arc::clone(&self.service), self.peers.clone());
                let task = tokio::spawn(async move {
                    let answer = ask(peers, &asking).await;
                    service.with_env(|smdp, env| smdp.es2_resume(*asking, &answer, env))
                });
                Some(task.await.unwrap_or_else(|error| {
                    tracing::error!(%error, "request was not answered");
                    Err(SMDP_EXECUTION_ERROR.into())
                }))
            }
            Err(error) => {
                tracing::info!(%error, "client refused");
                None
            }
        }
    }

    fn read(&self, function: Es2Function, call: &Call) -> Result<Es2Request, Unread> {
        if let Some(protocol) = call.protocol {
            self.check_protocol(protocol)?;
        }
        Es2Request::from_json(function, &call.body).map_err(|error| match error {
            JsonError::Syntax(_) => Unread::Syntax(error),
            JsonError::Missing { member } if owns_pair(function, member) => {
                Unread::Refused(Failure::because(ICCID_MISSING, &error))
            }
            JsonError::Missing { .. } => {
                Unread::Refused(Failure::because(PROTOCOL_FORMAT_MISSING, &error))
            }
            _ => Unread::Refused(Failure::because(PROTOCOL_FORMAT_INVALID, &error)),
        })
    }

    fn check_protocol(&self, protocol: AdminProtocol) -> Result<(), Unread> {
        let [major, ..] = protocol.version;
        let known = self
            .service
            .with_smdp(|smdp| smdp.config().svn_majors.contains(&major));
        if known {
            Ok(())
        } else {
            let failure = Failure::because(SMDP_VERSION_UNSUPPORTED, &protocol);
            Err(Unread::Refused(failure))
        }
    }
}

/// Whether the absence of a member has a pair of the clause (SGP.22 §5.3.3).
fn owns_pair(function: Es2Function, member: &str) -> bool {
    function == Es2Function::CancelOrder
        && matches!(member, "iccid" | "finalProfileStatusIndicator")
}

/// The function that a path of this server stands for; those that go to the operator are not
/// served.
fn function(path: &str) -> Option<Es2Function> {
    Es2Function::from_path(path).filter(|function| !function.is_notification())
}

async fn ask(peers: Option<Arc<dyn Peers>>, asking: &Asking) -> Result<Vec<u8>, PeerError> {
    match peers {
        Some(peers) => peers.call(&asking.message).await,
        None => Err(PeerError::Unreachable {
            address: asking.message.address.clone(),
            problem: "this server has no way to others".to_owned(),
        }),
    }
}

impl Handler for Es2PlusHandler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        function(path).map(|_| Resource {
            methods: &[Method::POST],
            media_type: JSON,
            needs_client: self.needs_client,
            admin_protocol: Some(self.service.admin_protocol()),
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            match function(&call.path) {
                Some(function) => {
                    let mut answer = self.answer(function, &call).await;
                    let scene = Scene::of(Interface::Es2, function.name());
                    self.service.faults().answer(&scene, None, &mut answer);
                    answer
                }
                None => HttpAnswer::empty(404),
            }
        })
    }

    fn faults(&self) -> Option<&Faults> {
        Some(self.service.faults())
    }
}

/// Why a body never became a request.
enum Unread {
    /// Not JSON: HTTP 400.
    Syntax(JsonError),
    /// Refused in the header of the answer.
    Refused(Failure),
}
