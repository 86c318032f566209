// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the body of an HTTP request to the body of its answer, and the place where a test looks on
//! and interferes.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rsp::env::Env;
use rsp::json::{
    AdminProtocol, Es9Request, Es9Response, Failure, Function, JsonError, encode_response,
};
use rsp::status::{PROTOCOL_FORMAT_INVALID, PROTOCOL_FORMAT_MISSING, SMDP_VERSION_UNSUPPORTED};

use crate::SmDp;
use crate::credentials::Credentials;

/// An answer without its transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// HTTP status.
    pub status: u16,
    /// Body; empty for none.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            body: Vec::new(),
        }
    }
}

/// One exchange on ES9+ as it was on the wire.
#[derive(Debug)]
pub struct Exchange<'a> {
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
    /// Changes the answer to a request that was understood, before it is written as JSON. The
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
}

/// An SM-DP+ that can be shared between connections; requests are answered one after the other.
pub struct Es9Service {
    core: Mutex<Core>,
    admin_protocol: String,
}

impl fmt::Debug for Es9Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Es9Service")
            .field("admin_protocol", &self.admin_protocol)
            .finish()
    }
}

impl Es9Service {
    /// Wraps a server with its source of randomness and time.
    pub fn new(smdp: SmDp, env: Box<dyn Env>) -> Self {
        let admin_protocol = AdminProtocol {
            version: smdp.config().version.0,
        }
        .to_string();
        Self {
            core: Mutex::new(Core {
                smdp,
                env,
                tap: None,
            }),
            admin_protocol,
        }
    }

    /// Sets or removes the tap.
    pub fn set_tap(&self, tap: Option<Box<dyn Es9Tap>>) {
        self.core().tap = tap;
    }

    /// Looks at the server or changes it, between two requests.
    pub fn with_smdp<R>(&self, look: impl FnOnce(&mut SmDp) -> R) -> R {
        look(&mut self.core().smdp)
    }

    /// The value of `X-Admin-Protocol` in answers.
    pub fn admin_protocol(&self) -> &str {
        &self.admin_protocol
    }

    /// Answers a request of the JSON binding. `protocol` is the `X-Admin-Protocol` of the client.
    ///
    /// Handlers never leave the server half changed, so a poisoned lock is taken as it is.
    pub fn call_json(
        &self,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> HttpAnswer {
        let mut core = self.core();
        let answer = core.answer(function, protocol, body);
        let mut exchange = Exchange {
            function,
            request: body,
            answer,
        };
        if let Some(tap) = &mut core.tap {
            tap.exchange(&mut exchange);
        }
        exchange.answer
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    fn answer(
        &mut self,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> HttpAnswer {
        let response = match self.read(function, protocol, body) {
            Ok(request) => {
                let response = self.smdp.handle(&request, &mut *self.env);
                match &mut self.tap {
                    Some(tap) => tap.edit(self.smdp.credentials(), &request, response),
                    None => response,
                }
            }
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
        if !function.has_response_body() {
            return HttpAnswer::empty(204);
        }
        match encode_response(&response) {
            Ok(body) => HttpAnswer { status: 200, body },
            Err(error) => {
                tracing::error!(%function, %error, "answer has no encoding");
                HttpAnswer::empty(500)
            }
        }
    }

    fn read(
        &self,
        function: Function,
        protocol: Option<AdminProtocol>,
        body: &[u8],
    ) -> Result<Es9Request, Unread> {
        let majors = &self.smdp.config().svn_majors;
        if let Some(
            protocol @ AdminProtocol {
                version: [major, ..],
            },
        ) = protocol
            && !majors.contains(&major)
            && function.has_response_body()
        {
            let failure = Failure::because(SMDP_VERSION_UNSUPPORTED, &protocol);
            return Err(Unread::Refused(failure));
        }
        Es9Request::from_json(function, body).map_err(|error| match error {
            JsonError::Syntax(_) => Unread::Syntax(error),
            _ if !function.has_response_body() => Unread::Syntax(error),
            JsonError::Missing { .. } => {
                Unread::Refused(Failure::because(PROTOCOL_FORMAT_MISSING, &error))
            }
            _ => Unread::Refused(Failure::because(PROTOCOL_FORMAT_INVALID, &error)),
        })
    }
}

/// Why a body never became a request.
enum Unread {
    /// Not JSON, or a notification that cannot be decoded: HTTP 400.
    Syntax(JsonError),
    /// Refused in the header of the answer.
    Refused(Failure),
}
