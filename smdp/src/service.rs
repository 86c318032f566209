// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the body of an HTTP request to the body of its answer, and the place where a test looks on
//! and interferes.

mod binding;
mod handler;
mod strike;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rsp::env::Env;
use rsp::json::{AdminProtocol, Es9Request, Es9Response, Failure, Function, Interface};
use rsp::status::SMDP_VERSION_UNSUPPORTED;

use tokio::sync::Notify;

use crate::SmDp;
use crate::credentials::Credentials;
use crate::fault::Faults;
use crate::http::Manner;
use crate::store::{Change, Source};
pub(crate) use binding::Unread;
use strike::Known;

pub use binding::Binding;
pub use handler::{ASN1_PATH, Es9Handler};

/// Media type of the JSON binding (SGP.22 §6.2).
pub const JSON: &str = "application/json";
/// Media type of the ASN.1 binding (SGP.22 §6.6).
pub const ASN1: &str = "application/x-gsma-rsp-asn1";

/// An answer without its transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub media_type: &'static str,
    /// Body; empty for none.
    pub body: Vec<u8>,
    /// How it goes out.
    pub manner: Manner,
}

impl HttpAnswer {
    /// An answer of the JSON binding.
    pub fn json(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            media_type: "application/json;charset=UTF-8",
            body,
            manner: Manner::default(),
        }
    }

    /// An answer of the ASN.1 binding.
    pub fn asn1(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            media_type: ASN1,
            body,
            manner: Manner::default(),
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            media_type: JSON,
            body: Vec::new(),
            manner: Manner::default(),
        }
    }
}

/// One exchange on ES9+ as it was on the wire.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// The binding of request and answer.
    pub binding: Binding,
    /// The function that was called.
    pub function: Function,
    /// Body of the request.
    pub request: &'a [u8],
    /// What will be answered; may be changed.
    pub answer: HttpAnswer,
}

/// Sees every exchange in order, and may change what goes out. Both methods are called while the
/// server is held: they must not call it.
pub trait Es9Tap: Send {
    /// Changes the answer to a request that was understood, before it is written. The
    /// credentials are there so that a changed structure can be signed again.
    fn edit(
        &mut self,
        credentials: &Credentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        let _ = (credentials, request);
        response
    }

    /// Takes note of an exchange, and may change status and bytes of the answer.
    fn exchange(&mut self, exchange: &mut Exchange<'_>) {
        let _ = exchange;
    }
}

struct Core {
    smdp: SmDp,
    env: Box<dyn Env>,
    tap: Option<Box<dyn Es9Tap>>,
    faults: Arc<Faults>,
}

/// An SM-DP+ that can be shared between connections; requests are answered one after the other.
pub struct SmDpService {
    core: Mutex<Core>,
    /// Notified when a message was posted.
    posted: Notify,
    admin_protocol: String,
    faults: Arc<Faults>,
}

impl fmt::Debug for SmDpService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmDpService")
            .field("admin_protocol", &self.admin_protocol)
            .finish()
    }
}

impl SmDpService {
    /// Wraps a server with its source of randomness and time.
    pub fn new(smdp: SmDp, env: Box<dyn Env>) -> Self {
        let admin_protocol = AdminProtocol {
            version: smdp.config().version.0,
        }
        .to_string();
        let faults = Arc::<Faults>::default();
        Self {
            core: Mutex::new(Core {
                smdp,
                env,
                tap: None,
                faults: Arc::clone(&faults),
            }),
            posted: Notify::new(),
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

    /// Sets or removes the tap.
    pub fn set_tap(&self, tap: Option<Box<dyn Es9Tap>>) {
        self.core().tap = tap;
    }

    /// Looks at the server or changes it, between two requests.
    pub fn with_smdp<R>(&self, look: impl FnOnce(&mut SmDp) -> R) -> R {
        let mut core = self.core();
        let result = look(&mut core.smdp);
        self.notify_if_posted(&core);
        result
    }

    /// For the delivery, which needs no notice of what it does itself.
    pub(crate) fn in_delivery<R>(&self, work: impl FnOnce(&mut SmDp, &mut dyn Env) -> R) -> R {
        let mut core = self.core();
        let Core { smdp, env, .. } = &mut *core;
        work(smdp, &mut **env)
    }

    /// The same with the source of randomness and time.
    pub fn with_env<R>(&self, work: impl FnOnce(&mut SmDp, &mut dyn Env) -> R) -> R {
        let mut core = self.core();
        let Core { smdp, env, .. } = &mut *core;
        let result = work(smdp, &mut **env);
        self.notify_if_posted(&core);
        result
    }

    /// Is notified when a message was posted.
    pub(crate) fn posted_messages(&self) -> &Notify {
        &self.posted
    }

    fn notify_if_posted(&self, core: &Core) {
        if core.smdp.has_post() {
            self.posted.notify_one();
        }
    }

    /// The value of `X-Admin-Protocol` in answers.
    pub fn admin_protocol(&self) -> &str {
        &self.admin_protocol
    }

    /// Answers a request of the JSON binding. `protocol` is the `X-Admin-Protocol` of the client.
    pub fn call_json(
        &self,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> HttpAnswer {
        self.exchange(&Incoming {
            binding: Binding::Json,
            function,
            protocol,
            body,
            cis: None,
        })
    }

    /// Answers a request, and shows it to the tap.
    ///
    /// Handlers never leave the server half changed, so a poisoned lock is taken as it is.
    fn exchange(&self, incoming: &Incoming<'_>) -> HttpAnswer {
        let mut core = self.core();
        let answer = core.answer(incoming);
        self.notify_if_posted(&core);
        let mut exchange = Exchange {
            binding: incoming.binding,
            function: incoming.function,
            request: incoming.body,
            answer,
        };
        if let Some(tap) = &mut core.tap {
            tap.exchange(&mut exchange);
        }
        exchange.answer
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        let now = core.env.now();
        core.smdp.set_now(now);
        core
    }
}

impl Source for SmDpService {
    fn take_changes(&self, log: &mut Vec<Change>) {
        self.with_smdp(|smdp| {
            for part in smdp.kept() {
                part.take_changes(log);
            }
        });
    }
}

/// A request before it is read.
#[derive(Debug, Clone, Copy)]
struct Incoming<'a> {
    binding: Binding,
    function: Function,
    /// `X-Admin-Protocol` of the client.
    protocol: Option<AdminProtocol>,
    body: &'a [u8],
    /// Key identifiers of the CIs that the listener stands for; `None` for all.
    cis: Option<&'a [Vec<u8>]>,
}

impl Core {
    fn answer(&mut self, incoming: &Incoming<'_>) -> HttpAnswer {
        let request = self.read(incoming);
        let mut known = self.known(request.as_ref().ok());
        let mut answer = self.execute(incoming, request, &mut known);
        self.strike(incoming, &known, &mut answer);
        answer
    }

    fn execute(
        &mut self,
        incoming: &Incoming<'_>,
        request: Result<Es9Request, Unread>,
        known: &mut Known,
    ) -> HttpAnswer {
        let function = incoming.function;
        let response = match request {
            Ok(request) => {
                let response = self
                    .smdp
                    .handle_under(incoming.cis, &request, &mut *self.env);
                let response = self.edit(incoming, known, &request, response);
                match &mut self.tap {
                    Some(tap) => tap.edit(self.smdp.credentials(), &request, response),
                    None => response,
                }
            }
            Err(Unread::Undecodable(error)) => {
                tracing::info!(%function, %error, "body refused");
                return HttpAnswer::empty(400);
            }
            Err(Unread::Refused(failure)) => Err(failure),
        };
        match &response {
            Ok(_) => tracing::info!(%function, "executed"),
            Err(failure) => tracing::info!(%function, %failure, "refused"),
        }
        incoming.binding.write(Interface::Es9, function, &response)
    }

    /// Another major version in the header is the refusal that another one in `svn` is; a
    /// notification is taken in any case, since it cannot be refused (SGP.22 §6.2).
    fn read(&self, incoming: &Incoming<'_>) -> Result<Es9Request, Unread> {
        let majors = &self.smdp.config().svn_majors;
        if let Some(protocol) = incoming.protocol
            && let [major, ..] = protocol.version
            && !majors.contains(&major)
            && incoming.function.has_response_body()
        {
            let failure = Failure::because(SMDP_VERSION_UNSUPPORTED, &protocol);
            return Err(Unread::Refused(failure));
        }
        incoming.binding.read(incoming.function, incoming.body)
    }
}
