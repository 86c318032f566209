// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the body of an HTTP request to the body of its answer, for both interfaces of an SM-DS.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rsp::env::Env;
use rsp::json::{
    AdminProtocol, Es9Ok, Es9Request, Es9Response, Es12Function, Es12Request, Failure, Function,
    Interface, JsonError, write_status,
};
use rsp::status::{
    EID_INVALID, EID_MISSING, PROTOCOL_FORMAT_INVALID, PROTOCOL_FORMAT_MISSING,
    SMDS_VERSION_UNSUPPORTED,
};

use super::{Registrant, SmDs, SmDsCredentials, Step};
use crate::fault::{self, Faults, Hand, Scene};
use crate::peer::{PeerError, Peers};
use crate::service::{Binding, Exchange, HttpAnswer, Unread};
use crate::store::{Change, Source};

/// One exchange on ES12 or ES15 as it was on the wire.
#[derive(Debug)]
pub struct Es12Exchange<'a> {
    /// The function that was called.
    pub function: Es12Function,
    /// Who called.
    pub registrant: &'a Registrant,
    /// Body of the request.
    pub request: &'a [u8],
    /// What will be answered; may be changed.
    pub answer: HttpAnswer,
}

/// Sees every exchange of an SM-DS in order, and may change what goes out. The methods are called
/// while the server is held: they must not call it.
pub trait SmDsTap: Send {
    /// Changes the answer to a request of ES11 that was understood, before it is encoded.
    fn edit(
        &mut self,
        credentials: &SmDsCredentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        let _ = (credentials, request);
        response
    }

    /// Takes note of an exchange on ES11, and may change status and bytes of the answer.
    fn es11(&mut self, exchange: &mut Exchange<'_>) {
        let _ = exchange;
    }

    /// Takes note of an exchange on ES12, and may change status and bytes of the answer.
    fn es12(&mut self, exchange: &mut Es12Exchange<'_>) {
        let _ = exchange;
    }
}

struct Core {
    smds: SmDs,
    env: Box<dyn Env>,
    tap: Option<Box<dyn SmDsTap>>,
    peers: Option<Arc<dyn Peers>>,
    faults: Arc<Faults>,
}

/// An SM-DS that can be shared between connections.
pub struct SmDsService {
    core: Mutex<Core>,
    admin_protocol: String,
    faults: Arc<Faults>,
}

impl fmt::Debug for SmDsService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmDsService")
            .field("admin_protocol", &self.admin_protocol)
            .finish_non_exhaustive()
    }
}

impl SmDsService {
    /// Wraps a server with its source of randomness and time.
    pub fn new(smds: SmDs, env: Box<dyn Env>) -> Self {
        let admin_protocol = AdminProtocol {
            version: smds.config().version.0,
        }
        .to_string();
        let faults = Arc::<Faults>::default();
        Self {
            core: Mutex::new(Core {
                smds,
                env,
                tap: None,
                peers: None,
                faults: Arc::clone(&faults),
            }),
            admin_protocol,
            faults,
        }
    }

    /// The same with faults that may have certificates to lend.
    #[must_use]
    pub fn with_faults(mut self, faults: Arc<Faults>) -> Self {
        self.core().faults = Arc::clone(&faults);
        self.faults = faults;
        self
    }

    /// What goes wrong on purpose.
    pub fn faults(&self) -> &Arc<Faults> {
        &self.faults
    }

    /// Sets through whom the root SM-DS is reached; without it the root is not accessible.
    pub fn set_peers(&self, peers: Arc<dyn Peers>) {
        self.core().peers = Some(peers);
    }

    /// Sets or removes the tap.
    pub fn set_tap(&self, tap: Option<Box<dyn SmDsTap>>) {
        self.core().tap = tap;
    }

    /// Looks at the server or changes it, between two requests.
    pub fn with_smds<R>(&self, look: impl FnOnce(&mut SmDs) -> R) -> R {
        look(&mut self.core().smds)
    }

    /// The value of `X-Admin-Protocol` in answers.
    pub fn admin_protocol(&self) -> &str {
        &self.admin_protocol
    }

    /// Answers a request of ES11. `protocol` is the `X-Admin-Protocol` of the client.
    pub fn call_es11(
        &self,
        binding: Binding,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> HttpAnswer {
        let mut core = self.core();
        let mut session = None;
        let response = match core.read(binding, function, protocol, body) {
            Ok(request) => Some(core.execute(&request, &mut session)),
            Err(Unread::Refused(failure)) => Some(Err(failure)),
            Err(Unread::Undecodable(error)) => {
                tracing::info!(%function, %error, "body refused");
                None
            }
        };
        let mut exchange = Exchange {
            binding,
            function,
            request: body,
            answer: match &response {
                Some(response) => binding.write(Interface::Es11, function, response),
                None => HttpAnswer::empty(400),
            },
        };
        let scene = Scene {
            session: session.as_deref(),
            ..Scene::of(fault::Interface::Es11, function.name())
        };
        self.faults.answer(&scene, None, &mut exchange.answer);
        if let Some(tap) = &mut core.tap {
            tap.es11(&mut exchange);
        }
        exchange.answer
    }

    /// Answers a request of ES12 or ES15. The server is not held while the root is asked.
    pub async fn call_es12(
        &self,
        function: Es12Function,
        registrant: &Registrant,
        body: &[u8],
    ) -> HttpAnswer {
        let response = match read_es12(function, body) {
            Err(None) => return self.tap_es12(function, registrant, body, HttpAnswer::empty(400)),
            Err(Some(failure)) => Err(failure),
            Ok(request) => self.execute_es12(&request, registrant).await,
        };
        match &response {
            Ok(()) => tracing::info!(%function, ?registrant, "executed"),
            Err(failure) => tracing::info!(%function, ?registrant, %failure, "refused"),
        }
        let answer = HttpAnswer::json(write_status(&response));
        self.tap_es12(function, registrant, body, answer)
    }

    async fn execute_es12(
        &self,
        request: &Es12Request,
        registrant: &Registrant,
    ) -> Result<(), Failure> {
        let (step, peers) = {
            let core = &mut *self.core();
            let step = core.smds.handle_es12(request, registrant, &mut *core.env);
            (step, core.peers.clone())
        };
        match step {
            Step::Done(response) => response,
            Step::AskRoot(message, forwarding) => {
                let outcome = match peers {
                    Some(peers) => peers.call(&message).await,
                    None => Err(PeerError::Unreachable {
                        address: message.address,
                        problem: "no client is configured".to_owned(),
                    }),
                };
                self.core().smds.resume(&forwarding, outcome)
            }
        }
    }

    fn tap_es12(
        &self,
        function: Es12Function,
        registrant: &Registrant,
        request: &[u8],
        answer: HttpAnswer,
    ) -> HttpAnswer {
        let mut exchange = Es12Exchange {
            function,
            registrant,
            request,
            answer,
        };
        let scene = Scene::of(fault::Interface::Es12, function.name());
        self.faults.answer(&scene, None, &mut exchange.answer);
        if let Some(tap) = &mut self.core().tap {
            tap.es12(&mut exchange);
        }
        exchange.answer
    }

    /// Functions never leave the server half changed, so a poisoned lock is taken as it is.
    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for SmDsService {
    fn take_changes(&self, log: &mut Vec<Change>) {
        self.core().smds.take_changes(log);
    }
}

impl Core {
    fn execute(&mut self, request: &Es9Request, session: &mut Option<Vec<u8>>) -> Es9Response {
        let function = request.function();
        let response = self.smds.handle(request, &mut *self.env);
        let response = self.edit(request, session, response);
        let response = match &mut self.tap {
            Some(tap) => tap.edit(self.smds.credentials(), request, response),
            None => response,
        };
        match &response {
            Ok(_) => tracing::info!(%function, "executed on ES11"),
            Err(failure) => tracing::info!(%function, %failure, "refused on ES11"),
        }
        response
    }

    /// Lets the faults edit an answer; says which session it belongs to.
    fn edit(
        &mut self,
        request: &Es9Request,
        session: &mut Option<Vec<u8>>,
        mut response: Es9Response,
    ) -> Es9Response {
        if self.faults.is_idle() {
            return response;
        }
        *session = match (request, &response) {
            (_, Ok(Es9Ok::InitiateAuthentication(ok))) => Some(ok.transaction_id.to_vec()),
            (Es9Request::AuthenticateClient(request), _) => Some(request.transaction_id.to_vec()),
            _ => None,
        };
        let scene = Scene {
            session: session.as_deref(),
            ..Scene::of(fault::Interface::Es11, request.function().name())
        };
        if let Ok(Es9Ok::AuthenticateClientEs11(ok)) = &mut response {
            self.faults.edit_events(&scene, ok);
        }
        let key = match &response {
            Ok(Es9Ok::InitiateAuthentication(ok)) => {
                let shown = ok.server_certificate.as_der();
                let mut sets = self.smds.credentials().iter();
                sets.find(|set| set.ds_auth.certificate == shown)
                    .map(|set| &set.ds_auth.key)
            }
            _ => None,
        };
        let mut hand = key.map(|key| Hand {
            parameter: String::new(),
            key,
            euicc_signature1: None,
            channel: None,
            pki: self.faults.pki(),
            env: &mut *self.env,
        });
        self.faults.edit(&scene, hand.as_mut(), response)
    }

    fn read(
        &self,
        binding: Binding,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> Result<Es9Request, Unread> {
        let majors = &self.smds.config().svn_majors;
        if let Some(protocol) = protocol
            && let AdminProtocol {
                version: [major, ..],
            } = protocol
            && !majors.contains(&major)
        {
            let failure = Failure::because(SMDS_VERSION_UNSUPPORTED, &protocol);
            return Err(Unread::Refused(failure));
        }
        binding.read(function, body)
    }
}

fn read_es12(function: Es12Function, body: &[u8]) -> Result<Es12Request, Option<Failure>> {
    Es12Request::from_json(function, body).map_err(|error| match &error {
        JsonError::Missing { member: "eid" } => Some(Failure::because(EID_MISSING, &error)),
        JsonError::Invalid { member: "eid", .. } => Some(Failure::because(EID_INVALID, &error)),
        _ => refusal(&error),
    })
}

/// What is answered to a body that is no request; nothing for one that gets 400.
fn refusal(error: &JsonError) -> Option<Failure> {
    match error {
        JsonError::Syntax(_) => {
            tracing::info!(%error, "body refused");
            None
        }
        JsonError::Missing { .. } => Some(Failure::because(PROTOCOL_FORMAT_MISSING, error)),
        _ => Some(Failure::because(PROTOCOL_FORMAT_INVALID, error)),
    }
}
