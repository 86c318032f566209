// SPDX-License-Identifier: MIT OR Apache-2.0
//! Common mutual authentication with an SM-DP+ or an SM-DS (SGP.22 §3.0.1).
//!
//! Trap: an event may lead to another SM-DS as well as to an SM-DP+, and both have the same paths.
//! Which one answers is told by the policy in its certificate alone.

use rsp::activation::ActivationCode;
use rsp::chain::{CertificateView, Role};
use rsp::id::Oid;
use rsp::json::{Es9Ok, Es9Request, Es9Response, Function, Interface, response_to_der};
use rsp::sgp22::{
    AuthenticateClientRequest, CancelSessionReason, CancelSessionRequestEs9, CtxParams1,
    InitiateAuthenticationOkEs9, InitiateAuthenticationRequest, Octet16, TransactionId,
};

use super::session::{Failure, Outcome, check_address, decode, device_info, step};
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::es9::Client;
use crate::wire::tls::Trust;

/// A server that is to be asked for a profile or for events.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    /// Its address.
    pub(crate) address: String,
    /// MatchingID or EventID; nothing leaves the choice to the server, which knows the EID then.
    pub(crate) matching_id: Option<String>,
    /// The OID that its certificate must have (SGP.22 §4.1).
    pub(crate) oid: Option<Oid>,
    /// What it has to be; an event may lead to either.
    pub(crate) is: Option<Interface>,
}

impl Contact {
    /// A server that finds by the EID what is meant: a default SM-DP+, or an SM-DS.
    pub(crate) fn by_eid(address: &str, is: Interface) -> Self {
        Self {
            address: address.to_owned(),
            matching_id: None,
            oid: None,
            is: Some(is),
        }
    }
}

impl From<&ActivationCode> for Contact {
    fn from(code: &ActivationCode) -> Self {
        Self {
            address: code.smdp_address.clone(),
            // an activation code may have an empty one, which is sent as such
            matching_id: Some(code.matching_id.as_str().to_owned()),
            oid: code.smdp_oid.clone(),
            is: Some(Interface::Es9),
        }
    }
}

/// A session in which server and card know each other.
#[derive(Debug)]
pub(crate) struct Authenticated {
    pub(crate) client: Client,
    pub(crate) transaction_id: TransactionId,
    /// The server's answer to AuthenticateClient.
    pub(crate) answer: Es9Ok,
}

impl Ipa {
    /// Authenticates server and card to each other, again from the beginning when the network
    /// breaks: a session is worth nothing to the card before its last answer.
    pub(crate) async fn authenticate(&mut self, contact: &Contact) -> Outcome<Authenticated> {
        for attempt in 1..self.settings.download.attempts {
            match Box::pin(self.authenticate_once(contact)).await {
                Err(Error::Es9(error)) if error.is_loss_of_network() => {
                    tracing::info!("{error}: trying again");
                    tokio::time::sleep(self.settings.download.pause(attempt)).await;
                }
                other => return other,
            }
        }
        Box::pin(self.authenticate_once(contact)).await
    }

    async fn authenticate_once(&mut self, contact: &Contact) -> Outcome<Authenticated> {
        let mut client = step!(self.server(&contact.address));
        let request = InitiateAuthenticationRequest {
            euicc_info1: self.card.info1()?,
            euicc_challenge: self.fresh_challenge()?,
            smdp_address: contact.address.clone(),
            lpa_rsp_capability: None,
            additions: Default::default(),
        };
        let request = Es9Request::InitiateAuthentication(request);
        let server = step!(initiated(&client, client.call(&request).await?));
        client = client.with_interface(step!(self.check_server(&server, contact)));
        let transaction_id = server.transaction_id.clone();
        let request = server.into_authenticate_server(self.context(contact));
        let answer = step!(self.authenticate_server(&request)?);
        let request = AuthenticateClientRequest {
            transaction_id: transaction_id.clone(),
            authenticate_server_response: decode("AuthenticateServer", &answer)?,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        let request = Es9Request::AuthenticateClient(request);
        let answer = step!(agreed(&client, &request, client.call(&request).await?));
        let session = Authenticated {
            client,
            transaction_id,
            answer,
        };
        Ok(match self.check_transaction(&session) {
            Ok(()) => Ok(session),
            Err(failure) => Err(self.give_up(&session, failure).await?),
        })
    }

    /// A client of the server at `address`, in the binding and under the name of the settings.
    /// Without a network there is nobody to ask.
    pub(crate) fn server(&self, address: &str) -> Result<Client, Failure> {
        if !self.online() {
            return Err(Failure {
                is_network: true,
                ..Failure::new(Error::Offline.to_string())
            });
        }
        let trust = match self.has(IpaDefect::SkipsTlsVerification) {
            true => Trust::Anyone,
            false => Trust::RspServer(self.roots.clone()),
        };
        let (resolver, now) = (self.resolver.clone(), self.env.now());
        let client = Client::trusting(address, resolver, &trust, now, self.timeout);
        let client = client.map_err(|error| Failure::new(error.to_string()))?;
        Ok(client
            .with_binding(self.settings.download.es9)
            .with_user_agent(self.settings.download.user_agent))
    }

    pub(crate) fn fresh_challenge(&mut self) -> Result<Octet16, Error> {
        let fresh = self.card.challenge()?;
        let before = self.last_challenge.replace(fresh.clone());
        Ok(before
            .filter(|_| self.has(IpaDefect::ReusesChallenge))
            .unwrap_or(fresh))
    }

    /// `ctxParams1` (SGP.22 §5.7.13).
    fn context(&self, contact: &Contact) -> CtxParams1 {
        let matching_id = contact.matching_id.clone();
        let kept = matching_id.filter(|_| !self.has(IpaDefect::DropsMatchingId));
        CtxParams1::for_device(kept, device_info())
    }

    /// The checks that fall to the IPA before the card sees the answer (SGP.22 §3.0.1 step 7): the
    /// signed address and transaction, and the OID that an activation code may ask for. Returns
    /// what the server is.
    fn check_server(
        &self,
        server: &InitiateAuthenticationOkEs9,
        contact: &Contact,
    ) -> Result<Interface, Failure> {
        if !self.has(IpaDefect::SkipsAddressCheck) {
            check_address(&server.server_signed1, &contact.address)?;
        }
        let signed = &server.server_signed1.transaction_id;
        if *signed != server.transaction_id && !self.has(IpaDefect::SkipsTransactionIdCheck) {
            let cause = "transactionId: expected that of serverSigned1, got another";
            return Err(Failure::new(cause));
        }
        let certificate = CertificateView::parse(server.server_certificate.as_der())
            .map_err(|error| Failure::new(format!("serverCertificate: {error}")))?;
        let is_expected =
            contact.oid.is_none() || certificate.registered_id() == contact.oid.as_ref();
        if let (Some(oid), false) = (
            &contact.oid,
            is_expected || self.has(IpaDefect::SkipsOidCheck),
        ) {
            let cause = format!("serverCertificate: expected the SM-DP+ OID {oid}");
            return Err(Failure::new(cause));
        }
        let mut roles = certificate.policies().iter().filter_map(Role::from_policy);
        let is_smds = roles.any(|(role, _)| role == Role::DsAuth);
        let is = if is_smds {
            Interface::Es11
        } else {
            Interface::Es9
        };
        if contact.is.is_none_or(|expected| expected == is) {
            return Ok(is);
        }
        let cause = format!("expected another server than an {}", name(is));
        Err(Failure::new(cause))
    }

    /// The server has to stay in the transaction that it began.
    fn check_transaction(&self, session: &Authenticated) -> Result<(), Failure> {
        let answered = match &session.answer {
            Es9Ok::AuthenticateClient(ok) => &ok.transaction_id,
            Es9Ok::AuthenticateClientEs11(ok) => &ok.transaction_id,
            _ => {
                return Err(Failure::new(
                    "answer of another function to AuthenticateClient",
                ));
            }
        };
        if *answered == session.transaction_id || self.has(IpaDefect::SkipsTransactionIdCheck) {
            return Ok(());
        }
        Err(Failure::new(
            "AuthenticateClient: expected the transactionId of the session, got another",
        ))
    }

    /// Leaves a session for a reason that has none of its own.
    pub(crate) async fn give_up(
        &mut self,
        session: &Authenticated,
        failure: Failure,
    ) -> Result<Failure, Error> {
        let reason = CancelSessionReason::UNDEFINED_REASON;
        self.cancel(&session.client, &session.transaction_id, reason)
            .await?;
        Ok(failure)
    }

    /// Cancels a session on both sides (SGP.22 §3.0.2): the card signs the reason, and the server
    /// gets what it signed. An error of the card goes to the server just so.
    pub(crate) async fn cancel(
        &mut self,
        client: &Client,
        transaction_id: &TransactionId,
        reason: CancelSessionReason,
    ) -> Result<(), Error> {
        if self.has(IpaDefect::SkipsCancelSession) {
            return Ok(());
        }
        let reason = if self.has(IpaDefect::WrongCancelReason) {
            CancelSessionReason::UNDEFINED_REASON
        } else {
            reason
        };
        tracing::info!("cancelling the session: {reason}");
        let answer = self.cancel_session(transaction_id.clone(), reason)?;
        let request = CancelSessionRequestEs9 {
            transaction_id: transaction_id.clone(),
            cancel_session_response: decode("CancelSession", &answer)?,
            additions: Default::default(),
        };
        // the session is over for this side, whatever the server says to it, or if it says nothing
        match client.call(&Es9Request::CancelSession(request)).await {
            Ok(Ok(_)) => {}
            Ok(Err(refusal)) => tracing::warn!("the server refused CancelSession: {refusal}"),
            Err(error) => tracing::warn!("{error}"),
        }
        Ok(())
    }
}

fn initiated(
    client: &Client,
    response: Es9Response,
) -> Result<InitiateAuthenticationOkEs9, Failure> {
    match refused(client, Function::InitiateAuthentication, response)? {
        Es9Ok::InitiateAuthentication(ok) => Ok(ok),
        _ => Err(Failure::new(
            "answer of another function to InitiateAuthentication",
        )),
    }
}

/// A function's success, whatever it is.
pub(crate) fn agreed(
    client: &Client,
    request: &Es9Request,
    response: Es9Response,
) -> Result<Es9Ok, Failure> {
    refused(client, request.function(), response)
}

fn refused(client: &Client, function: Function, response: Es9Response) -> Result<Es9Ok, Failure> {
    let failure = match response {
        Ok(ok) => return Ok(ok),
        Err(failure) => failure,
    };
    let who = name(client.interface());
    let answer = response_to_der(client.interface(), function, &Err(failure.clone())).ok();
    let codes = failure.status_code_data.map(Box::new);
    let said = codes.as_ref().map(ToString::to_string);
    let said = said.unwrap_or_else(|| "no status code".to_owned());
    Err(Failure {
        codes,
        ..Failure::new(format!("{who} refused {function}: {said}"))
    }
    .with_answer(answer))
}

/// What a server is called.
const fn name(interface: Interface) -> &'static str {
    match interface {
        Interface::Es9 => "SM-DP+",
        Interface::Es11 => "SM-DS",
    }
}
