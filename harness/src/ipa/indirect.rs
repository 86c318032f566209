// SPDX-License-Identifier: MIT OR Apache-2.0
//! Indirect profile download (SGP.32 §3.2.3.2): the eIM stands between the IPA and the SM-DP+. The
//! IPA sends ESipa functions of the same names and forwards what the card answers; `compaction`
//! says in which form.
//!
//! What the trigger says of the source, the IPA checks itself; where it says nothing, the eIM
//! holds it and checks (eimDownloadDataHandling).

mod offer;
mod place;

use std::pin::Pin;

use rsp::chain::CertificateView;
use rsp::der;
use rsp::sgp22::{AuthenticateServerRequest, CancelSessionReason as Reason, EuiccInfo1};
use rsp::sgp32::{
    AuthenticateClientRequestEsipa, AuthenticateClientResponseEsipa,
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa as AuthenticateError,
    CancelSessionRequestEsipa, CancelSessionResponseEsipa, InitiateAuthenticationOkEsipa,
    InitiateAuthenticationRequestEsipa, InitiateAuthenticationResponseEsipa,
    InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa as InitiateError,
    ProfileDownloadTriggerRequest, Sgp32AuthenticateServerResponse as Authenticated,
};
use rsp::tlv::{self, Tag};

use self::place::Place;
use super::compaction::{Session, whole_key_id};
use super::eim::Eim;
use super::installation::wants_notifications;
use super::session::{Failure, agreed, ctx_params1, decode, step};
use super::trigger::installation_result;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

/// Events that are followed one from another: an SM-DS may lead to an SM-DS.
const MOST_EVENTS: usize = 8;

type Outcome<T> = Result<Result<T, Failure>, Error>;

/// A future that is made outside the frame of its caller: the states of a session are large, and
/// whoever waits for it would carry them on the stack.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// How a session ended.
enum End {
    /// With an installation result, good or bad.
    Loaded,
    /// With what an SM-DS had.
    Event(Option<ProfileDownloadTriggerRequest>),
}

impl Ipa {
    /// Whether a trigger means a download through the eIM: it tells no source, or this IPA does not
    /// speak to servers itself.
    pub(crate) fn goes_through_eim(&self, trigger: &ProfileDownloadTriggerRequest) -> bool {
        let features = &self.settings.features;
        match trigger.profile_download_data {
            // only an IPA that leaves the address to the eIM knows what is meant (§3.2.3.1 step 3)
            None => features.download_data_handling,
            Some(_) => features.indirect && !features.direct,
        }
    }

    /// Carries a trigger out through the eIM. The installation result goes to it by
    /// HandleNotification; what ended without one is reported.
    pub(crate) async fn follow_through_eim(
        &mut self,
        eim: &Eim,
        trigger: &ProfileDownloadTriggerRequest,
    ) -> Result<(), Error> {
        match self.download_indirectly(eim, trigger.clone()).await? {
            Ok(()) => Ok(()),
            Err(failure) => {
                let transaction = trigger.eim_transaction_id.clone();
                self.report_download(eim, transaction, Err(failure)).await
            }
        }
    }

    async fn download_indirectly(
        &mut self,
        eim: &Eim,
        mut trigger: ProfileDownloadTriggerRequest,
    ) -> Outcome<()> {
        for _ in 0..MOST_EVENTS {
            match step!(self.boxed_session(eim, &trigger).await?) {
                End::Loaded => return Ok(Ok(())),
                End::Event(None) if self.has(IpaDefect::ContinuesWithoutEvent) => {}
                End::Event(None) => {
                    tracing::info!("the SM-DS has no event");
                    return Ok(Ok(()));
                }
                End::Event(Some(next)) => trigger = next,
            }
        }
        let cause = format!("expected a profile after {MOST_EVENTS} events, found further ones");
        Ok(Err(Failure::new(cause)))
    }

    fn boxed_session<'a>(
        &'a mut self,
        eim: &'a Eim,
        trigger: &'a ProfileDownloadTriggerRequest,
    ) -> Boxed<'a, Outcome<End>> {
        Box::pin(self.session_through(eim, trigger))
    }

    /// One session with the server that the trigger means.
    async fn session_through(
        &mut self,
        eim: &Eim,
        trigger: &ProfileDownloadTriggerRequest,
    ) -> Outcome<End> {
        let place = step!(self.place(trigger)?);
        let info1 = self.card.info1()?;
        let (server, mut session) =
            step!(self.initiate(eim, trigger, place.as_ref(), &info1).await?);
        let request = self.authenticate_request(server, place.as_ref(), &info1);
        let answer = self.card.bytes(&der::encode(&request)?)?;
        let response: Authenticated = decode("AuthenticateServer", &answer)?;
        let refusal = agreed("AuthenticateServer", answer).err();
        let called = self
            .authenticate_client(eim, &mut session, response)
            .await?;
        if let Some(refusal) = refusal {
            // the server has been told, so that it can close its session
            self.go_on_regardless(tags::PREPARE_DOWNLOAD);
            return Ok(Err(refusal));
        }
        let client = match step!(called) {
            AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa(client) => client,
            AuthenticateClientResponseEsipa::AuthenticateClientOkDsEsipa(events) => {
                return Ok(Ok(End::Event(events.profile_download_trigger)));
            }
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(code) => {
                let reason = cancelled_by(code);
                session.refused = reason.filter(|_| code == AuthenticateError::PPR_NOT_ALLOWED);
                self.cancel_for(eim, &session, reason).await?;
                return self.refused_at("AuthenticateClient", &code, tags::PREPARE_DOWNLOAD);
            }
        };
        step!(self.consider(eim, &session, &client).await?);
        let package = step!(
            self.bound_profile_package(eim, &mut session, client)
                .await?
        );
        let loaded = self.load(&package);
        let answer = match loaded {
            Ok(answer) => answer,
            Err(Error::Card(error)) => {
                // the card answered no installation result at all
                self.cancel_for(eim, &session, Some(Reason::LOAD_BPP_EXECUTION_ERROR))
                    .await?;
                return Ok(Err(Failure::new(format!(
                    "the package was not loaded: {error}"
                ))));
            }
            Err(error) => return Err(error),
        };
        let result = installation_result(&answer)?;
        self.enable_immediately(&result)?;
        if !self.has(IpaDefect::HidesInstallationResult) {
            let pending = self.short_result(&session, &result);
            self.notify(eim, pending).await?;
        }
        if wants_notifications(&package) {
            self.deliver_notifications(eim).await?;
        }
        Ok(Ok(End::Loaded))
    }

    /// ESipa.InitiateAuthentication (SGP.32 §5.14.1). The server's address goes along when the
    /// trigger told it, `EUICCInfo1` unless the eIM has it.
    async fn initiate(
        &mut self,
        eim: &Eim,
        trigger: &ProfileDownloadTriggerRequest,
        place: Option<&Place>,
        info1: &EuiccInfo1,
    ) -> Outcome<(InitiateAuthenticationOkEsipa, Session)> {
        let mut request = InitiateAuthenticationRequestEsipa {
            euicc_info1: Some(info1.clone()).filter(|_| !self.may_omit_info1(eim)),
            euicc_challenge: self.fresh_challenge()?,
            smdp_address: place.map(|place| place.address.clone()),
            eim_transaction_id: trigger.eim_transaction_id.clone(),
            additions: Default::default(),
        };
        if self.has(IpaDefect::SendsServerAddress) && place.is_none() {
            request.smdp_address = Some("smdp.test.example".to_owned());
        }
        if self.has(IpaDefect::OmitsDownloadTransaction) {
            request.eim_transaction_id = None;
        }
        let mut answer = eim.call(request.clone()).await?;
        if answer == undefined() && request.euicc_info1.is_none() {
            // the eIM has forgotten what it was told
            self.told.remove(&eim.id);
            request.euicc_info1 = Some(info1.clone());
            answer = eim.call(request).await?;
        }
        let server = match answer {
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationOkEsipa(ok) => ok,
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(code) => {
                return self.refused_at("InitiateAuthentication", &code, tags::AUTHENTICATE_SERVER);
            }
        };
        let certificate = match CertificateView::parse(server.server_certificate.as_der()) {
            Ok(certificate) => certificate,
            Err(error) => return Ok(Err(Failure::new(format!("serverCertificate: {error}")))),
        };
        if let Some(place) = place {
            step!(self.check_place(&server, &certificate, place));
        }
        let session = Session::new(&server, &certificate);
        Ok(Ok((server, session)))
    }

    /// What the card gets: `ctxParams1` of the eIM if it wrote them, and a CI key identifier of
    /// full length.
    fn authenticate_request(
        &self,
        server: InitiateAuthenticationOkEsipa,
        place: Option<&Place>,
        info1: &EuiccInfo1,
    ) -> AuthenticateServerRequest {
        let told = place.and_then(|place| place.matching_id.clone());
        let given = server.matching_id.or(told);
        let given = given.filter(|_| !self.has(IpaDefect::DropsMatchingId));
        let matching_id = given.unwrap_or_default();
        let given = server.ctx_params1;
        let given = given.filter(|_| !self.has(IpaDefect::IgnoresCtxParams));
        let key_id = whole_key_id(&server.euicc_ci_pk_identifier_to_be_used, info1);
        AuthenticateServerRequest {
            server_signed1: server.server_signed1,
            server_signature1: server.server_signature1,
            euicc_ci_pk_id_to_be_used: Some(key_id),
            server_certificate: server.server_certificate,
            ctx_params1: given.unwrap_or_else(|| ctx_params1(&matching_id)),
            other_certs_in_chain: None,
            crl_list: None,
            additions: Default::default(),
        }
    }

    /// ESipa.AuthenticateClient (SGP.32 §5.14.3), with the card's answer whatever it is.
    #[expect(
        clippy::needless_pass_by_ref_mut,
        reason = "a shared borrow must not cross an await: Env is not Sync"
    )]
    async fn authenticate_client(
        &mut self,
        eim: &Eim,
        session: &mut Session,
        response: Authenticated,
    ) -> Outcome<AuthenticateClientResponseEsipa> {
        let request = AuthenticateClientRequestEsipa {
            transaction_id: session.transaction_id.clone(),
            authenticate_server_response: self.short_authenticated(eim, session, response),
            additions: Default::default(),
        };
        let answer = eim.call(request).await?;
        if let AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa(client) = &answer {
            session.offered(client);
        }
        Ok(Ok(answer))
    }

    /// The eIM refused a step: the download is over, and the card never sees the next one.
    fn refused_at<T>(
        &mut self,
        function: &str,
        code: &impl std::fmt::Display,
        next: Tag,
    ) -> Outcome<T> {
        self.go_on_regardless(next);
        let cause = format!("the eIM refused {function}: {code}");
        Ok(Err(Failure::new(cause)))
    }

    /// The mistake of an IPA that does not look at what it was answered.
    fn go_on_regardless(&mut self, next: Tag) {
        if self.has(IpaDefect::ContinuesAfterRefusal) {
            // whatever the card says to it
            let _ignored = self.card.bytes(&tlv::tlv(next, &[0x05, 0x00]));
        }
    }

    /// ES10b.CancelSession and ESipa.CancelSession (SGP.32 §5.14.8), when there is a reason to. The
    /// session is over for this side, whatever the others say to it.
    fn cancel_for<'a>(
        &'a mut self,
        eim: &'a Eim,
        session: &'a Session,
        reason: Option<Reason>,
    ) -> Boxed<'a, Result<(), Error>> {
        Box::pin(self.cancel_because(eim, session, reason))
    }

    async fn cancel_because(
        &mut self,
        eim: &Eim,
        session: &Session,
        reason: Option<Reason>,
    ) -> Result<(), Error> {
        let Some(mut reason) = reason else {
            return Ok(());
        };
        if self.has(IpaDefect::SkipsCancelSession) {
            return Ok(());
        }
        if self.has(IpaDefect::WrongCancelReason) {
            reason = Reason::UNDEFINED_REASON;
        }
        let transaction_id = session.transaction_id.clone();
        let answer = self.cancel_session(transaction_id.clone(), reason)?;
        let response = decode("CancelSession", &answer)?;
        let request = CancelSessionRequestEsipa {
            transaction_id,
            cancel_session_response: self.short_cancelled(session, response),
            additions: Default::default(),
        };
        let answer = eim.call(request).await?;
        if let CancelSessionResponseEsipa::CancelSessionError(code) = answer {
            tracing::warn!("the eIM refused CancelSession: {code}");
        }
        Ok(())
    }
}

/// The answer of an eIM that misses something.
const fn undefined() -> InitiateAuthenticationResponseEsipa {
    InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(
        InitiateError::UNDEFINED_ERROR,
    )
}

/// Why the card gives a session up that the eIM refuses in AuthenticateClient; nothing when the
/// server itself has ended it.
fn cancelled_by(code: AuthenticateError) -> Option<Reason> {
    match code {
        AuthenticateError::PPR_NOT_ALLOWED => Some(Reason::PPR_NOT_ALLOWED),
        AuthenticateError::UNDEFINED_ERROR => Some(Reason::TIMEOUT),
        _ => None,
    }
}

/// Tags of what the card gets next.
mod tags {
    use rsp::tlv::Tag;

    pub(super) const AUTHENTICATE_SERVER: Tag = Tag::new(0xBF38);
    pub(super) const PREPARE_DOWNLOAD: Tag = Tag::new(0xBF21);
    pub(super) const BOUND_PACKAGE: Tag = Tag::new(0xBF36);
}
