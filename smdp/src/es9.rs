// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ (SGP.22 §5.6): one file per function.
//!
//! Traps: the checks of a function run in the order of its clause, because clients and test suites
//! expect the first that fails; and signatures are verified over the bytes that came, since an
//! eUICC of SGP.32 signs members that SGP.22 does not know.

mod authenticate_client;
mod cancel_session;
mod eligibility;
mod get_bound_profile_package;
mod handle_notification;
mod initiate_authentication;

use rsp::env::Env;
use rsp::json::{Es9Ok, Es9Request, Es9Response, Failure};
use rsp::status::SMDP_EXECUTION_ERROR;

use crate::SmDp;

impl SmDp {
    /// Executes one function.
    pub fn handle(&mut self, request: &Es9Request, env: &mut dyn Env) -> Es9Response {
        self.handle_under(None, request, env)
    }

    /// Executes one function for a listener that opens sessions under some CIs only, given by
    /// their key identifiers.
    pub fn handle_under(
        &mut self,
        cis: Option<&[Vec<u8>]>,
        request: &Es9Request,
        env: &mut dyn Env,
    ) -> Es9Response {
        self.sessions.expire(env.now());
        let response = match request {
            Es9Request::InitiateAuthentication(request) => self
                .initiate_authentication(cis, request, env)
                .map(Es9Ok::InitiateAuthentication),
            Es9Request::GetBoundProfilePackage(request) => self
                .get_bound_profile_package(request, env)
                .map(Es9Ok::GetBoundProfilePackage),
            Es9Request::AuthenticateClient(request) => self
                .authenticate_client(request, env)
                .map(Es9Ok::AuthenticateClient),
            Es9Request::HandleNotification(request) => {
                self.handle_notification(request, env);
                Ok(Es9Ok::HandleNotification)
            }
            Es9Request::CancelSession(request) => {
                self.cancel_session(request).map(|()| Es9Ok::CancelSession)
            }
        };
        self.tell_operators(env);
        response
    }
}

/// A failure of our own.
fn internal(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "request cannot be answered");
    Failure::because(SMDP_EXECUTION_ERROR, &error)
}
