// SPDX-License-Identifier: MIT OR Apache-2.0
//! Direct profile download (SGP.32 §3.2.3.1): the IPA speaks ES9+ with the SM-DP+ itself, as in
//! SGP.22 §3.0.1 and §3.1.3.

use rsp::activation::ActivationCode;
use rsp::der;
use rsp::json::{Es9Ok, Es9Request, Es9Response};
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateClientRequest, AuthenticateServerRequest,
    CancelSessionReason, CancelSessionRequestEs9, GetBoundProfilePackageRequest,
    HandleNotification, InitiateAuthenticationOkEs9, InitiateAuthenticationRequest,
    PendingNotification, PrepareDownloadRequest, TransactionId,
};
use rsp::sgp32::{Sgp32PendingNotification, Sgp32ProfileInstallationResult};

use super::notification::sequence_number;
use super::session::{Failure, check_address, ctx_params1, decode, step};
use super::trigger::installation_result;
use super::{Error, Ipa};
use crate::wire::es9::Client;

/// Takes one kind of success out of an ES9+ answer.
macro_rules! expect {
    ($response:expr, $kind:ident, $function:literal) => {
        match $response {
            Ok(Es9Ok::$kind(ok)) => ok,
            Ok(_) => {
                return Ok(Err(Failure::new(concat!(
                    "answer of another function to ",
                    $function
                ))))
            }
            Err(failure) => {
                let code = failure.status_code_data.map(|data| data.to_string());
                let code = code.unwrap_or_else(|| "no status code".to_owned());
                return Ok(Err(Failure::new(format!(
                    "SM-DP+ refused {}: {code}",
                    $function
                ))));
            }
        }
    };
}

type Outcome = Result<Result<Sgp32ProfileInstallationResult, Failure>, Error>;

impl Ipa {
    /// Downloads and installs the profile of an activation code. The inner failure is one that the
    /// eIM is told about; the outer error ends the IPA's run.
    pub(crate) async fn download_directly(&mut self, code: &ActivationCode) -> Outcome {
        let client = Client::new(
            &code.smdp_address,
            self.resolver.clone(),
            &self.roots,
            self.env.now(),
            self.timeout,
        );
        let client = match client {
            Ok(client) => client,
            Err(error) => return Ok(Err(Failure::new(error.to_string()))),
        };
        match self.session(&client, code).await {
            // no answer from the SM-DP+: the eIM is told, and the IPA goes on
            Err(Error::Es9(error)) => Ok(Err(Failure::new(error.to_string()))),
            other => other,
        }
    }

    async fn session(&mut self, client: &Client, code: &ActivationCode) -> Outcome {
        let request = InitiateAuthenticationRequest {
            euicc_info1: self.card.info1()?,
            euicc_challenge: self.card.challenge()?,
            smdp_address: code.smdp_address.clone(),
            lpa_rsp_capability: None,
            additions: Default::default(),
        };
        let response = client
            .call(&Es9Request::InitiateAuthentication(request))
            .await?;
        let server = expect!(response, InitiateAuthentication, "InitiateAuthentication");
        step!(check_server(&server, code));
        let transaction = server.transaction_id.clone();
        let answer = step!(self.authenticate_server(&authenticate_request(server, code))?);
        let request = AuthenticateClientRequest {
            transaction_id: transaction.clone(),
            authenticate_server_response: decode("AuthenticateServer", &answer)?,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        let response = client
            .call(&Es9Request::AuthenticateClient(request))
            .await?;
        let client_ok = expect!(response, AuthenticateClient, "AuthenticateClient");
        let Some(prepare) = prepare_request(client_ok) else {
            let missing =
                "AuthenticateClient: expected smdpSigned2, smdpSignature2 and smdpCertificate";
            return Ok(Err(Failure::new(missing)));
        };
        if prepare.smdp_signed2.cc_required_flag {
            let reason = CancelSessionReason::END_USER_REJECTION;
            self.cancel_directly(client, transaction, reason).await?;
            return Ok(Err(Failure::new(
                "the SM-DP+ wants a confirmation code, and there is none",
            )));
        }
        let answer = step!(self.prepare_download(&prepare)?);
        let request = GetBoundProfilePackageRequest {
            transaction_id: transaction,
            prepare_download_response: decode("PrepareDownload", &answer)?,
            additions: Default::default(),
        };
        let response = client
            .call(&Es9Request::GetBoundProfilePackage(request))
            .await?;
        let package = expect!(response, GetBoundProfilePackage, "GetBoundProfilePackage");
        let answer = self
            .card
            .load(&der::encode(&package.bound_profile_package)?)?;
        let result = installation_result(&answer)?;
        self.hand_in(client, &answer, &result).await?;
        Ok(Ok(result))
    }

    /// ES9+.HandleNotification with the installation result. The card forgets it once the SM-DP+
    /// has it; otherwise it stays and goes out with the eIM's next poll.
    async fn hand_in(
        &mut self,
        client: &Client,
        answer: &[u8],
        result: &Sgp32ProfileInstallationResult,
    ) -> Result<(), Error> {
        let pending_notification: PendingNotification = decode("LoadBoundProfilePackage", answer)?;
        let additions = Default::default();
        let request = HandleNotification {
            pending_notification,
            additions,
        };
        match client.call(&Es9Request::HandleNotification(request)).await {
            Ok(Ok(_)) => {
                let pending = Sgp32PendingNotification::ProfileInstallationResult(result.clone());
                sequence_number(&pending).map_or(Ok(()), |number| self.card.remove(number))
            }
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    async fn cancel_directly(
        &mut self,
        client: &Client,
        transaction_id: TransactionId,
        reason: CancelSessionReason,
    ) -> Result<(), Error> {
        let answer = self.cancel_session(transaction_id.clone(), reason)?;
        let request = CancelSessionRequestEs9 {
            transaction_id,
            cancel_session_response: decode("CancelSession", &answer)?,
            additions: Default::default(),
        };
        // the session is over for this side, whatever the SM-DP+ says to it
        let _: Es9Response = client.call(&Es9Request::CancelSession(request)).await?;
        Ok(())
    }
}

/// The checks that fall to the IPA before the card sees the answer (SGP.22 §3.0.1 step 7): the
/// signed address, and the OID that the activation code may ask for.
fn check_server(
    server: &InitiateAuthenticationOkEs9,
    code: &ActivationCode,
) -> Result<(), Failure> {
    check_address(&server.server_signed1, &code.smdp_address)?;
    let Some(expected) = &code.smdp_oid else {
        return Ok(());
    };
    let certificate = rsp::chain::CertificateView::parse(server.server_certificate.as_der())
        .map_err(|error| Failure::new(format!("serverCertificate: {error}")))?;
    if certificate.registered_id() == Some(expected) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "serverCertificate: expected the SM-DP+ OID {expected}"
    )))
}

fn authenticate_request(
    server: InitiateAuthenticationOkEs9,
    code: &ActivationCode,
) -> AuthenticateServerRequest {
    server.into_authenticate_server(ctx_params1(code.matching_id.as_str()))
}

fn prepare_request(client_ok: AuthenticateClientOk) -> Option<PrepareDownloadRequest> {
    Some(PrepareDownloadRequest {
        smdp_signed2: client_ok.smdp_signed2?,
        smdp_signature2: client_ok.smdp_signature2?,
        hash_cc: None,
        smdp_certificate: client_ok.smdp_certificate?,
        additions: Default::default(),
    })
}
