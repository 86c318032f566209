// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults behind ES9+: which answer is about to go out, and what it takes to sign it again.
//!
//! Trap: a function closes its session when it refuses or ends, so what a request belongs to is
//! found out before it is carried out.

use std::sync::Arc;

use rsp::ecdsa::PrivateKey;
use rsp::json::{Es9Ok, Es9Request, Es9Response};
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateServerResponse, CtxParams1, GetBoundProfilePackageRequest,
    PendingNotification, PrepareDownloadResponse,
};

use super::{Core, HttpAnswer, Incoming};
use crate::SmDp;
use crate::credentials::Credentials;
use crate::fault::{Channel, Hand, Interface, Scene};
use crate::order::OrderId;
use crate::session::Phase;

/// What an exchange belongs to.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// MatchingID of the order.
    matching_id: Option<String>,
    order: Option<OrderId>,
    session: Option<Vec<u8>>,
    /// The CI under which the server signs.
    server_ci: Option<Vec<u8>>,
    /// The eUICC's one-time key of this request.
    euicc_otpk: Option<Vec<u8>>,
}

impl Known {
    fn of(smdp: &SmDp, request: &Es9Request) -> Self {
        let mut known = Self {
            session: transaction_id(request),
            ..Self::default()
        };
        if let Some(id) = &known.session {
            let session = smdp.sessions.get(id);
            known.server_ci = session.map(|session| session.server_ci.clone());
            let authenticated = session.and_then(|session| session.phase.authenticated());
            let authenticated = authenticated.map(|authenticated| authenticated.order);
            let delivered = smdp.sessions.delivery(id).map(|delivery| delivery.order);
            known.order = authenticated.or(delivered);
        }
        let order = known.order.and_then(|id| smdp.orders.get(id));
        known.matching_id = match request {
            Es9Request::AuthenticateClient(request) => {
                match &request.authenticate_server_response {
                    AuthenticateServerResponse::AuthenticateResponseOk(ok) => {
                        let CtxParams1::CtxParamsForCommonAuthentication(params) =
                            &ok.euicc_signed1.ctx_params1;
                        Some(params.matching_id.clone().unwrap_or_default())
                    }
                    AuthenticateServerResponse::AuthenticateResponseError(_) => None,
                }
            }
            _ => order.map(|order| order.matching_id.clone()),
        };
        if let Es9Request::GetBoundProfilePackage(request) = request {
            known.euicc_otpk = euicc_otpk(request);
        }
        known
    }

    fn scene<'a>(&'a self, incoming: &'a Incoming<'_>) -> Scene<'a> {
        Scene {
            interface: Interface::Es9,
            function: incoming.function.name(),
            order: self.matching_id.as_deref(),
            session: self.session.as_deref(),
        }
    }

    fn channel(&self, smdp: &SmDp) -> Option<Channel> {
        let order = smdp.orders.get(self.order?)?;
        let curve = smdp.credentials.by_ci(self.server_ci.as_ref()?)?.curve();
        let host_id = smdp.config.host_id.as_bytes();
        Some(Channel {
            euicc_otpk: self.euicc_otpk.clone()?,
            keys: order.binding.as_ref()?.session_keys(curve, host_id)?,
        })
    }
}

impl SmDp {
    /// Takes the signature that went out for the session's: the eUICC signs it in turn, and a
    /// device that is right to go on shall not fail for it.
    fn sign_as_sent(&mut self, ok: &AuthenticateClientOk) {
        let session = self.sessions.get_mut(&ok.transaction_id);
        if let (Some(session), Some((_, signature, _))) = (session, ok.download_parts())
            && let Phase::Authenticated(authenticated) = &mut session.phase
        {
            authenticated.smdp_signature2 = signature.to_vec();
        }
    }
}

impl Core {
    /// What a request belongs to, when that is of interest.
    pub(super) fn known(&self, request: Option<&Es9Request>) -> Known {
        match request {
            Some(request) if !self.faults.is_idle() => Known::of(&self.smdp, request),
            _ => Known::default(),
        }
    }

    /// Edits an answer before it is written.
    pub(super) fn edit(
        &mut self,
        incoming: &Incoming<'_>,
        known: &mut Known,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        if self.faults.is_idle() {
            return response;
        }
        if let Ok(Es9Ok::InitiateAuthentication(ok)) = &response {
            known.session = Some(ok.transaction_id.to_vec());
        }
        let faults = Arc::clone(&self.faults);
        let credentials = Arc::clone(self.smdp.credentials());
        let key = response
            .as_ref()
            .ok()
            .and_then(|ok| signer(&credentials, ok));
        let mut hand = key.map(|key| Hand {
            parameter: String::new(),
            key,
            euicc_signature1: euicc_signature1(request),
            channel: None,
            pki: faults.pki(),
            env: &mut *self.env,
        });
        let response = faults.edit(&known.scene(incoming), hand.as_mut(), response);
        if let Ok(Es9Ok::AuthenticateClient(ok)) = &response {
            self.smdp.sign_as_sent(ok);
        }
        response
    }

    /// Edits an answer as it is about to go out.
    pub(super) fn strike(
        &mut self,
        incoming: &Incoming<'_>,
        known: &Known,
        answer: &mut HttpAnswer,
    ) {
        if self.faults.is_idle() {
            return;
        }
        let faults = Arc::clone(&self.faults);
        let credentials = Arc::clone(self.smdp.credentials());
        let ci = known.server_ci.as_deref();
        let signer = ci.and_then(|ci| credentials.by_ci(ci));
        let mut hand = signer.map(|signer| Hand {
            parameter: String::new(),
            key: &signer.dp_pb.key,
            euicc_signature1: None,
            channel: known.channel(&self.smdp),
            pki: faults.pki(),
            env: &mut *self.env,
        });
        faults.answer(&known.scene(incoming), hand.as_mut(), answer);
    }
}

fn transaction_id(request: &Es9Request) -> Option<Vec<u8>> {
    match request {
        Es9Request::InitiateAuthentication(_) => None,
        Es9Request::AuthenticateClient(request) => Some(request.transaction_id.to_vec()),
        Es9Request::GetBoundProfilePackage(request) => Some(request.transaction_id.to_vec()),
        Es9Request::CancelSession(request) => Some(request.transaction_id.to_vec()),
        Es9Request::HandleNotification(request) => match &request.pending_notification {
            PendingNotification::ProfileInstallationResult(result) => {
                let data = &result.profile_installation_result_data;
                Some(data.transaction_id.to_vec())
            }
            _ => None,
        },
    }
}

fn euicc_signature1(request: &Es9Request) -> Option<&[u8]> {
    let Es9Request::AuthenticateClient(request) = request else {
        return None;
    };
    match &request.authenticate_server_response {
        AuthenticateServerResponse::AuthenticateResponseOk(ok) => Some(&ok.euicc_signature1),
        AuthenticateServerResponse::AuthenticateResponseError(_) => None,
    }
}

fn euicc_otpk(request: &GetBoundProfilePackageRequest) -> Option<Vec<u8>> {
    match &request.prepare_download_response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => {
            Some(ok.euicc_signed2.euicc_otpk.to_vec())
        }
        PrepareDownloadResponse::DownloadResponseError(_) => None,
    }
}

/// The key behind the certificate of an answer.
fn signer<'a>(credentials: &'a Credentials, ok: &Es9Ok) -> Option<&'a PrivateKey> {
    match ok {
        Es9Ok::InitiateAuthentication(ok) => {
            let shown = ok.server_certificate.as_der();
            let mut sets = credentials.iter();
            sets.find(|set| set.dp_auth.certificate == shown)
                .map(|set| &set.dp_auth.key)
        }
        Es9Ok::AuthenticateClient(ok) => {
            let (_, _, certificate) = ok.download_parts()?;
            let mut sets = credentials.iter();
            sets.find(|set| set.dp_pb.certificate == certificate.as_der())
                .map(|set| &set.dp_pb.key)
        }
        _ => None,
    }
}
