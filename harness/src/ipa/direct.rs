// SPDX-License-Identifier: MIT OR Apache-2.0
//! Direct profile download (SGP.32 §3.2.3.1): the IPA speaks ES9+ with the SM-DP+ itself, as in
//! SGP.22 §3.0.1 and §3.1.3.
//!
//! It is a chain of steps, each of which takes what the one before has given: offer, one-time key,
//! bound profile package, installation. An LPA goes through them in one go; in a factory the second
//! and the third are days apart, and the last needs no network.

use rsp::der;
use rsp::json::{Es9Ok, Es9Request};
use rsp::kdf::hash_cc;
use rsp::sgp22::{
    AuthenticateClientOk, CancelSessionReason as Reason, GetBoundProfilePackageRequest, Octet32,
    PrepareDownloadRequest, PrepareDownloadResponse, StoreMetadataRequest, TransactionId,
};
use rsp::status;
use sha2::{Digest, Sha256};

use super::authentication::{Authenticated, Contact, agreed};
use super::installation::{Installed, metadata_of};
use super::policy::Verdict;
use super::session::{Failure, Outcome, decode, step};
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::iut::DownloadSettings;
use crate::wire::es9::{Client, Es9Error};

/// Confirmation codes that are tried in one session, whatever the server allows.
const MOST_CODES: usize = 10;

/// Whoever decides in the place where a phone asks its user (SGP.22 §3.1.3).
pub(crate) trait User: Send {
    /// The confirmation code; `refused` says that the one given before is wrong.
    fn confirmation_code(&mut self, refused: bool) -> Option<String>;

    /// Whether a profile may be installed, whose policy rules need consent when `rules` is set.
    fn consents(&mut self, metadata: &StoreMetadataRequest, rules: bool) -> bool;
}

/// A device without a user: who ordered the download has consented, and has given the
/// confirmation code beforehand, or never.
#[derive(Debug)]
pub(crate) struct Headless(pub(crate) Option<String>);

impl User for Headless {
    fn confirmation_code(&mut self, refused: bool) -> Option<String> {
        self.0.take().filter(|_| !refused)
    }

    fn consents(&mut self, _: &StoreMetadataRequest, _: bool) -> bool {
        true
    }
}

/// What the SM-DP+ offers to an authenticated card.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) client: Client,
    pub(crate) transaction_id: TransactionId,
    pub(crate) metadata: Option<StoreMetadataRequest>,
    prepare: PrepareDownloadRequest,
}

/// A profile package that is bound to one session of one card.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) transaction_id: TransactionId,
    pub(crate) package: Vec<u8>,
}

impl Ipa {
    /// Downloads and installs a profile; the installation result is still to be delivered.
    pub(crate) async fn download(
        &mut self,
        contact: &Contact,
        user: &mut dyn User,
    ) -> Outcome<Installed> {
        // a download holds whole messages: it lives on the heap
        tell_network(Box::pin(self.all_steps(contact, user)).await)
    }

    /// The same from where the SM-DP+ is found and authenticated already.
    pub(crate) async fn download_within(
        &mut self,
        session: Authenticated,
        user: &mut dyn User,
    ) -> Outcome<Installed> {
        tell_network(Box::pin(self.later_steps(session, user)).await)
    }

    async fn all_steps(&mut self, contact: &Contact, user: &mut dyn User) -> Outcome<Installed> {
        let session = step!(Box::pin(self.authenticate(contact)).await?);
        Box::pin(self.later_steps(session, user)).await
    }

    async fn later_steps(
        &mut self,
        session: Authenticated,
        user: &mut dyn User,
    ) -> Outcome<Installed> {
        let offer = step!(self.offer(session).await?);
        step!(self.consider_offer(&offer, user).await?);
        let bound = step!(Box::pin(self.bind(&offer, user)).await?);
        step!(self.check_metadata(&offer, &bound).await?);
        self.install(Some(&offer.client), &bound).await
    }

    /// The offer in an SM-DP+'s answer to AuthenticateClient.
    pub(crate) async fn offer(&mut self, session: Authenticated) -> Outcome<Offer> {
        let offered = match &session.answer {
            Es9Ok::AuthenticateClient(ok) => prepare_request(ok)
                .map(|prepare| (prepare, ok.profile_meta_data.clone()))
                .ok_or("AuthenticateClient: expected smdpSigned2, smdpSignature2, smdpCertificate"),
            _ => Err("expected an SM-DP+ at this address, found an SM-DS"),
        };
        Ok(match offered {
            Ok((prepare, metadata)) => Ok(Offer {
                client: session.client,
                transaction_id: session.transaction_id,
                metadata,
                prepare,
            }),
            Err(cause) => Err(self.give_up(&session, Failure::new(cause)).await?),
        })
    }

    /// Judges the metadata before anything is bound to the card (SGP.22 §3.1.3 step 6): policy rules
    /// against the card's Rules Authorisation Table, and consent.
    pub(crate) async fn consider_offer(
        &mut self,
        offer: &Offer,
        user: &mut dyn User,
    ) -> Outcome<()> {
        let Some(metadata) = &offer.metadata else {
            return Ok(Ok(()));
        };
        let (reason, cause) = match self.judge_rules(metadata)? {
            Verdict::NotAllowed(cause) => (Reason::PPR_NOT_ALLOWED, cause),
            verdict => {
                if user.consents(metadata, verdict == Verdict::NeedsConsent) {
                    return Ok(Ok(()));
                }
                let cause = "the installation was not consented to".to_owned();
                (Reason::END_USER_REJECTION, cause)
            }
        };
        self.cancel(&offer.client, &offer.transaction_id, reason)
            .await?;
        Ok(Err(Failure::new(cause)))
    }

    /// Has the package bound: again with another confirmation code as long as the SM-DP+ asks for
    /// one and the user has one (SGP.22 §5.6.2).
    async fn bind(&mut self, offer: &Offer, user: &mut dyn User) -> Outcome<Bound> {
        let wanted = offer.prepare.smdp_signed2.cc_required_flag;
        let mut code = wanted.then(|| user.confirmation_code(false)).flatten();
        if wanted && code.is_none() {
            // as below, the order stays for somebody who knows the code
            let cause = "the SM-DP+ wants a confirmation code, and there is none";
            self.cancel(&offer.client, &offer.transaction_id, Reason::POSTPONED)
                .await?;
            return Ok(Err(Failure::new(cause)));
        }
        let mut failure = Failure::default();
        for _ in 0..MOST_CODES {
            let response = step!(self.prepare(offer, code.as_deref()).await?);
            failure = match self.fetch(offer, response).await? {
                Err(failure) if wants_another_code(&failure) => failure,
                other => return Ok(other),
            };
            code = user.confirmation_code(true);
            if code.is_none() {
                break;
            }
        }
        // the order stays for somebody who knows the code
        self.cancel(&offer.client, &offer.transaction_id, Reason::POSTPONED)
            .await?;
        Ok(Err(failure))
    }

    /// ES10b.PrepareDownload: the card's one-time key, signed, for whom it has authenticated.
    pub(crate) async fn prepare(
        &mut self,
        offer: &Offer,
        code: Option<&str>,
    ) -> Outcome<PrepareDownloadResponse> {
        let hash_cc = code.map(|code| self.hashed(code, &offer.transaction_id));
        let request = PrepareDownloadRequest {
            hash_cc,
            ..offer.prepare.clone()
        };
        Ok(match self.prepare_download(&request)? {
            Ok(answer) => Ok(decode("PrepareDownload", &answer)?),
            Err(failure) => {
                let reason = Reason::UNDEFINED_REASON;
                self.cancel(&offer.client, &offer.transaction_id, reason)
                    .await?;
                Err(failure)
            }
        })
    }

    fn hashed(&self, code: &str, transaction_id: &TransactionId) -> Octet32 {
        if self.has(IpaDefect::PlainConfirmationCode) {
            let plain: [u8; 32] = Sha256::digest(code).into();
            return plain.into();
        }
        hash_cc(code, transaction_id).into()
    }

    /// ES9+.GetBoundProfilePackage. What is no package cannot be loaded, and the session is left.
    async fn fetch(&mut self, offer: &Offer, response: PrepareDownloadResponse) -> Outcome<Bound> {
        let settings = &self.settings.download;
        let bound = bound_package(&offer.client, &offer.transaction_id, response, settings).await;
        let bound = match bound {
            Err(error) if !error.is_loss_of_network() => Err(error.into()),
            other => other?.and_then(|bound| {
                if bound.transaction_id == offer.transaction_id
                    || self.has(IpaDefect::SkipsTransactionIdCheck)
                {
                    return Ok(bound);
                }
                let cause = "GetBoundProfilePackage: expected the transactionId of the session";
                Err(Failure::new(format!("{cause}, got another")))
            }),
        };
        Ok(match bound {
            Err(failure) if failure.answer.is_none() => {
                let reason = Reason::LOAD_BPP_EXECUTION_ERROR;
                self.cancel(&offer.client, &offer.transaction_id, reason)
                    .await?;
                Err(failure)
            }
            other => other,
        })
    }

    /// The metadata inside the package must be those that were offered (SGP.22 §3.1.3).
    async fn check_metadata(&mut self, offer: &Offer, bound: &Bound) -> Outcome<()> {
        let (Some(offered), Some(mut inside)) = (&offer.metadata, metadata_of(&bound.package))
        else {
            // what cannot be read is the card's to judge
            return Ok(Ok(()));
        };
        // the part that is not for the card may be left out (SGP.22 §5.5.3)
        inside
            .service_specific_data_not_stored_in_euicc
            .clone_from(&offered.service_specific_data_not_stored_in_euicc);
        if inside == *offered {
            return Ok(Ok(()));
        }
        self.cancel(
            &offer.client,
            &offer.transaction_id,
            Reason::METADATA_MISMATCH,
        )
        .await?;
        let cause = "expected the offered metadata in the bound profile package, got others";
        Ok(Err(Failure::new(cause)))
    }
}

/// No answer from the SM-DP+ is told to whoever wanted the profile, and the device goes on.
fn tell_network(outcome: Outcome<Installed>) -> Outcome<Installed> {
    match outcome {
        Err(Error::Es9(error)) => Ok(Err(error.into())),
        other => other,
    }
}

/// ES9+.GetBoundProfilePackage (SGP.22 §5.6.2), again when the answer is lost on the way: the
/// server gives the same package again in the same session.
///
/// # Errors
/// [`Es9Error`] when the server gave no answer.
pub(crate) async fn bound_package(
    client: &Client,
    transaction_id: &TransactionId,
    prepare_download_response: PrepareDownloadResponse,
    settings: &DownloadSettings,
) -> Result<Result<Bound, Failure>, Es9Error> {
    let request = Es9Request::GetBoundProfilePackage(GetBoundProfilePackageRequest {
        transaction_id: transaction_id.clone(),
        prepare_download_response,
        additions: Default::default(),
    });
    let response = patiently(client, &request, settings).await?;
    Ok(agreed(client, &request, response).and_then(|ok| match ok {
        Es9Ok::GetBoundProfilePackage(ok) => {
            let package = der::encode(&ok.bound_profile_package)
                .map_err(|error| Failure::new(error.to_string()))?;
            Ok(Bound {
                transaction_id: ok.transaction_id,
                package,
            })
        }
        _ => Err(Failure::new(
            "answer of another function to GetBoundProfilePackage",
        )),
    }))
}

/// Calls a function that does the same when it is called again, until an answer comes.
pub(crate) async fn patiently(
    client: &Client,
    request: &Es9Request,
    settings: &DownloadSettings,
) -> Result<rsp::json::Es9Response, Es9Error> {
    for attempt in 1..settings.attempts {
        match client.call(request).await {
            Err(error) if error.is_loss_of_network() => {
                tracing::info!("{error}: trying again");
                tokio::time::sleep(settings.pause(attempt)).await;
            }
            other => return other,
        }
    }
    client.call(request).await
}

/// Whether the SM-DP+ keeps the session open for another confirmation code.
fn wants_another_code(failure: &Failure) -> bool {
    let asked = [
        status::CONFIRMATION_CODE_MISSING,
        status::CONFIRMATION_CODE_REFUSED,
    ];
    failure.codes.as_ref().is_some_and(|codes| {
        asked
            .iter()
            .any(|refusal| codes.is(refusal.subject, refusal.reason))
    })
}

/// The request for the card, whichever of its two forms the server used.
fn prepare_request(ok: &AuthenticateClientOk) -> Option<PrepareDownloadRequest> {
    let (signed2, signature2, certificate) = ok.download_parts()?;
    Some(PrepareDownloadRequest {
        smdp_signed2: signed2.clone(),
        smdp_signature2: signature2.clone(),
        hash_cc: None,
        smdp_certificate: certificate.clone(),
        additions: Default::default(),
    })
}
