// SPDX-License-Identifier: MIT OR Apache-2.0
//! Indirect profile download (SGP.32 §3.2.3.2): the eIM stands between the IPA and the SM-DP+. The
//! IPA sends ESipa functions of the same names and forwards what the card answers.

use rsp::der;
use rsp::raw::Raw;
use rsp::sgp22::{
    AuthenticateServerRequest, CancelSessionReason, PrepareDownloadRequest, ServerSigned1,
    SubjectKeyIdentifier, TransactionId,
};
use rsp::sgp32::{
    AuthenticateClientOkDpEsipa, AuthenticateClientRequestEsipa, AuthenticateClientResponseEsipa,
    CancelSessionRequestEsipa, CancelSessionResponseEsipa, GetBoundProfilePackageRequestEsipa,
    GetBoundProfilePackageResponseEsipa, InitiateAuthenticationOkEsipa,
    InitiateAuthenticationRequestEsipa, InitiateAuthenticationResponseEsipa,
    Sgp32PendingNotification, Sgp32ProfileInstallationResult,
};

use super::eim::Eim;
use super::session::{Failure, ctx_params1, decode, step};
use super::trigger::installation_result;
use super::{Error, Ipa};

type Outcome<T> = Result<Result<T, Failure>, Error>;

impl Ipa {
    /// Downloads and installs the profile that the eIM has chosen.
    pub(crate) async fn download_indirectly(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
    ) -> Outcome<Sgp32ProfileInstallationResult> {
        let server = step!(self.initiate(eim, eim_transaction_id).await?);
        let transaction = session_id(&server);
        let answer = step!(self.authenticate_server(&authenticate_request(server))?);
        let client = step!(authenticate_client(eim, transaction.clone(), &answer).await?);
        if client.smdp_signed2.cc_required_flag && client.hash_cc.is_none() {
            let reason = CancelSessionReason::END_USER_REJECTION;
            self.cancel_indirectly(eim, transaction, reason).await?;
            let cause = "the SM-DP+ wants a confirmation code, and the eIM gave no hash of one";
            return Ok(Err(Failure::new(cause)));
        }
        let answer = step!(self.prepare_download(&prepare_request(client))?);
        let package = step!(bound_profile_package(eim, transaction, &answer).await?);
        let answer = self.card.load(&package)?;
        let result = installation_result(&answer)?;
        let pending = Sgp32PendingNotification::ProfileInstallationResult(result.clone());
        self.notify(eim, pending).await?;
        Ok(Ok(result))
    }

    /// ESipa.InitiateAuthentication (SGP.32 §5.14.1); the eIM knows the SM-DP+, so no address is
    /// sent.
    async fn initiate(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
    ) -> Outcome<InitiateAuthenticationOkEsipa> {
        let request = InitiateAuthenticationRequestEsipa {
            euicc_info1: Some(self.card.info1()?),
            euicc_challenge: self.card.challenge()?,
            smdp_address: None,
            eim_transaction_id,
            additions: Default::default(),
        };
        Ok(match eim.call("InitiateAuthentication", &request).await? {
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationOkEsipa(ok) => Ok(ok),
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(code) => {
                Err(refused("InitiateAuthentication", &code))
            }
        })
    }

    /// ESipa.CancelSession (SGP.32 §5.14.8) with the card's answer as it came.
    async fn cancel_indirectly(
        &mut self,
        eim: &Eim,
        transaction_id: TransactionId,
        reason: CancelSessionReason,
    ) -> Result<(), Error> {
        let answer = self.cancel_session(transaction_id.clone(), reason)?;
        let request = CancelSessionRequestEsipa {
            transaction_id,
            cancel_session_response: decode("CancelSession", &answer)?,
            additions: Default::default(),
        };
        let _: CancelSessionResponseEsipa = eim.call("CancelSession", &request).await?;
        Ok(())
    }
}

/// ESipa.AuthenticateClient (SGP.32 §5.14.3).
async fn authenticate_client(
    eim: &Eim,
    transaction_id: TransactionId,
    answer: &[u8],
) -> Outcome<AuthenticateClientOkDpEsipa> {
    let request = AuthenticateClientRequestEsipa {
        transaction_id,
        authenticate_server_response: decode("AuthenticateServer", answer)?,
        additions: Default::default(),
    };
    Ok(match eim.call("AuthenticateClient", &request).await? {
        AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa(ok) => Ok(ok),
        AuthenticateClientResponseEsipa::AuthenticateClientOkDsEsipa(_) => Err(Failure::new(
            "AuthenticateClient: expected the answer of an SM-DP+, got an SM-DS's",
        )),
        AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(code) => {
            Err(refused("AuthenticateClient", &code))
        }
    })
}

/// ESipa.GetBoundProfilePackage (SGP.32 §5.14.2): the package's bytes.
async fn bound_profile_package(
    eim: &Eim,
    transaction_id: TransactionId,
    answer: &[u8],
) -> Outcome<Vec<u8>> {
    let request = GetBoundProfilePackageRequestEsipa {
        transaction_id,
        prepare_download_response: decode("PrepareDownload", answer)?,
        additions: Default::default(),
    };
    Ok(match eim.call("GetBoundProfilePackage", &request).await? {
        GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageOkEsipa(ok) => {
            Ok(der::encode(&ok.bound_profile_package)?)
        }
        GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa(code) => {
            Err(refused("GetBoundProfilePackage", &code))
        }
    })
}

/// The eIM may leave `transactionId` out; the signed one is the same (SGP.32 §5.14.1).
fn session_id(server: &InitiateAuthenticationOkEsipa) -> TransactionId {
    let signed: &Raw<ServerSigned1> = &server.server_signed1;
    server
        .transaction_id
        .clone()
        .unwrap_or_else(|| signed.transaction_id.clone())
}

fn authenticate_request(server: InitiateAuthenticationOkEsipa) -> AuthenticateServerRequest {
    let matching_id = server.matching_id.unwrap_or_default();
    let key_id = server.euicc_ci_pk_identifier_to_be_used;
    AuthenticateServerRequest {
        server_signed1: server.server_signed1,
        server_signature1: server.server_signature1,
        euicc_ci_pk_id_to_be_used: Some(SubjectKeyIdentifier::from(key_id.to_vec())),
        server_certificate: server.server_certificate,
        ctx_params1: server
            .ctx_params1
            .unwrap_or_else(|| ctx_params1(&matching_id)),
        other_certs_in_chain: None,
        crl_list: None,
        additions: Default::default(),
    }
}

fn prepare_request(client: AuthenticateClientOkDpEsipa) -> PrepareDownloadRequest {
    PrepareDownloadRequest {
        smdp_signed2: client.smdp_signed2,
        smdp_signature2: client.smdp_signature2,
        hash_cc: client.hash_cc,
        smdp_certificate: client.smdp_certificate,
        additions: Default::default(),
    }
}

fn refused(function: &str, code: &impl std::fmt::Display) -> Failure {
    Failure::new(format!("the eIM refused {function}: {code}"))
}
