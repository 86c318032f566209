// SPDX-License-Identifier: MIT OR Apache-2.0
//! Indirect download (SGP.32 §3.2.3.2): the eIM in the LPA's place on ES9+'. What the card and the
//! SM-DP+ have signed passes through as it came.

use rsp::activation::{ActivationCode, same_address};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::json::{Es9Ok, Es9Request, Failure};
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateClientRequest, CancelSessionRequestEs9,
    GetBoundProfilePackageRequest, InitiateAuthenticationOkEs9, InitiateAuthenticationRequest,
    TransactionId,
};
use rsp::sgp32::{
    AuthenticateClientOkDpEsipa, AuthenticateClientRequestEsipa, AuthenticateClientResponseEsipa,
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa as AuthenticateError,
    CancelSessionRequestEsipa, CancelSessionResponseEsipa,
    CancelSessionResponseEsipaCancelSessionError as CancelError, GetBoundProfilePackageOkEsipa,
    GetBoundProfilePackageRequestEsipa, GetBoundProfilePackageResponseEsipa,
    GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa as PackageError,
    InitiateAuthenticationOkEsipa, InitiateAuthenticationRequestEsipa,
    InitiateAuthenticationResponseEsipa,
    InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa as InitiateError,
};
use rsp::status;

use super::order::Job;
use super::{Eim, Work, decoded, encoded, lock};

/// A download that is being relayed.
#[derive(Debug)]
struct Download {
    transaction: TransactionId,
    address: String,
    order: String,
}

/// All downloads that are being relayed, by the SM-DP+'s transaction.
#[derive(Debug, Default)]
pub(super) struct Downloads(Vec<Download>);

impl Downloads {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The order that a transaction belongs to.
    pub(super) fn order_of(&self, transaction: &TransactionId) -> Option<String> {
        self.find(transaction)
            .map(|download| download.order.clone())
    }

    fn find(&self, transaction: &TransactionId) -> Option<&Download> {
        self.0
            .iter()
            .find(|download| download.transaction == *transaction)
    }
}

impl Eim {
    /// ESipa.InitiateAuthentication (SGP.32 §5.14.1).
    pub(super) async fn initiate_authentication(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        let response = self.initiate(work, message).await.map_or_else(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa,
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationOkEsipa,
        );
        encoded(&response)
    }

    async fn initiate(
        &self,
        work: &mut Work,
        message: &[u8],
    ) -> Result<InitiateAuthenticationOkEsipa, InitiateError> {
        let request: InitiateAuthenticationRequestEsipa =
            decoded(message).ok_or(InitiateError::UNDEFINED_ERROR)?;
        let (order, code) = self
            .indirect_order(request.eim_transaction_id.as_ref())
            .ok_or(InitiateError::INVALID_EIM_TRANSACTION_ID)?;
        let given = request.smdp_address.as_ref();
        if given.is_some_and(|given| !same_address(given, &code.smdp_address)) {
            return Err(InitiateError::SMDP_ADDRESS_MISMATCH);
        }
        let euicc_info1 = request.euicc_info1.ok_or(InitiateError::UNDEFINED_ERROR)?;
        let function = status::Function::InitiateAuthentication;
        let relayed = Es9Request::InitiateAuthentication(InitiateAuthenticationRequest {
            euicc_challenge: request.euicc_challenge,
            smdp_address: code.smdp_address.clone(),
            euicc_info1,
            lpa_rsp_capability: None,
            additions: Default::default(),
        });
        let answer = work.relay(&code.smdp_address, &relayed, function).await;
        let Es9Ok::InitiateAuthentication(server) = answer.map_err(InitiateError)? else {
            return Err(InitiateError::UNDEFINED_ERROR);
        };
        check_server(&server, &code)?;
        work.downloads.0.push(Download {
            transaction: server.transaction_id.clone(),
            address: code.smdp_address.clone(),
            order,
        });
        Ok(initiate_ok(server, &code))
    }

    /// The sent order for an indirect download; without a transaction, the only one that is out.
    fn indirect_order(
        &self,
        transaction: Option<&TransactionId>,
    ) -> Option<(String, ActivationCode)> {
        let mut queue = lock(&self.queue);
        let mut found = queue.sent().filter_map(|entry| match &entry.job {
            Job::Indirect(code) => {
                let wanted = transaction.is_none() || entry.transaction.as_ref() == transaction;
                wanted.then(|| (entry.id.clone(), code.clone()))
            }
            Job::Package(_) | Job::Data(_) | Job::Trigger(_) => None,
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// ESipa.AuthenticateClient (SGP.32 §5.14.3).
    pub(super) async fn authenticate_client(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        let response = authenticate(work, message).await.map_or_else(
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa,
            AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa,
        );
        encoded(&response)
    }

    /// ESipa.GetBoundProfilePackage (SGP.32 §5.14.2).
    pub(super) async fn get_bound_profile_package(
        &self,
        work: &mut Work,
        message: &[u8],
    ) -> Vec<u8> {
        let response = bound_profile_package(work, message).await.map_or_else(
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa,
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageOkEsipa,
        );
        encoded(&response)
    }

    /// ESipa.CancelSession (SGP.32 §5.14.8).
    pub(super) async fn cancel_session(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        let response = match cancel(work, message).await {
            Ok(()) => CancelSessionResponseEsipa::CancelSessionOk(Default::default()),
            Err(code) => CancelSessionResponseEsipa::CancelSessionError(code),
        };
        encoded(&response)
    }
}

impl Work {
    /// Calls the SM-DP+; a failure comes back as the integer that ESipa has for it.
    #[expect(
        clippy::needless_pass_by_ref_mut,
        reason = "a shared borrow must not cross an await: Env is not Sync"
    )]
    async fn relay(
        &mut self,
        address: &str,
        request: &Es9Request,
        function: status::Function,
    ) -> Result<Es9Ok, i64> {
        let gone = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "SM-DP+ does not answer");
            status::UNDEFINED_ERROR
        };
        let client = self
            .network
            .client(address, self.env.now())
            .map_err(|error| gone(&error))?;
        let answer = client.call(request).await.map_err(|error| gone(&error))?;
        answer.map_err(|failure| esipa_code(function, &failure))
    }
}

async fn authenticate(
    work: &mut Work,
    message: &[u8],
) -> Result<AuthenticateClientOkDpEsipa, AuthenticateError> {
    let request: AuthenticateClientRequestEsipa =
        decoded(message).ok_or(AuthenticateError::UNDEFINED_ERROR)?;
    let download = work.downloads.find(&request.transaction_id);
    let download = download.ok_or(AuthenticateError::INVALID_TRANSACTION_ID)?;
    let address = download.address.clone();
    let relayed = Es9Request::AuthenticateClient(AuthenticateClientRequest {
        transaction_id: request.transaction_id,
        authenticate_server_response: converted(&request.authenticate_server_response)
            .ok_or(AuthenticateError::UNDEFINED_ERROR)?,
        use_matching_id_for_acr: None,
        additions: Default::default(),
    });
    let function = status::Function::AuthenticateClient;
    let answer = work.relay(&address, &relayed, function).await;
    let Es9Ok::AuthenticateClient(client) = answer.map_err(AuthenticateError)? else {
        return Err(AuthenticateError::UNDEFINED_ERROR);
    };
    authenticate_ok(client).ok_or(AuthenticateError::UNDEFINED_ERROR)
}

async fn bound_profile_package(
    work: &mut Work,
    message: &[u8],
) -> Result<GetBoundProfilePackageOkEsipa, PackageError> {
    let request: GetBoundProfilePackageRequestEsipa =
        decoded(message).ok_or(PackageError::UNDEFINED_ERROR)?;
    let download = work.downloads.find(&request.transaction_id);
    let address = download
        .ok_or(PackageError::INVALID_TRANSACTION_ID)?
        .address
        .clone();
    let relayed = Es9Request::GetBoundProfilePackage(GetBoundProfilePackageRequest {
        transaction_id: request.transaction_id,
        prepare_download_response: converted(&request.prepare_download_response)
            .ok_or(PackageError::UNDEFINED_ERROR)?,
        additions: Default::default(),
    });
    let function = status::Function::GetBoundProfilePackage;
    let answer = work.relay(&address, &relayed, function).await;
    let Es9Ok::GetBoundProfilePackage(package) = answer.map_err(PackageError)? else {
        return Err(PackageError::UNDEFINED_ERROR);
    };
    Ok(GetBoundProfilePackageOkEsipa {
        transaction_id: Some(package.transaction_id),
        bound_profile_package: package.bound_profile_package,
        additions: Default::default(),
    })
}

async fn cancel(work: &mut Work, message: &[u8]) -> Result<(), CancelError> {
    let request: CancelSessionRequestEsipa =
        decoded(message).ok_or(CancelError::UNDEFINED_ERROR)?;
    let download = work.downloads.find(&request.transaction_id);
    let address = download
        .ok_or(CancelError::INVALID_TRANSACTION_ID)?
        .address
        .clone();
    let relayed = Es9Request::CancelSession(CancelSessionRequestEs9 {
        transaction_id: request.transaction_id,
        cancel_session_response: converted(&request.cancel_session_response)
            .ok_or(CancelError::UNDEFINED_ERROR)?,
        additions: Default::default(),
    });
    let answer = work
        .relay(&address, &relayed, status::Function::CancelSession)
        .await;
    answer.map(|_| ()).map_err(CancelError)
}

/// The checks that an LPA makes before the card sees the answer (SGP.22 §3.0.1 step 7).
fn check_server(
    server: &InitiateAuthenticationOkEs9,
    code: &ActivationCode,
) -> Result<(), InitiateError> {
    if !same_address(&server.server_signed1.server_address, &code.smdp_address) {
        return Err(InitiateError::SMDP_ADDRESS_MISMATCH);
    }
    let Some(expected) = &code.smdp_oid else {
        return Ok(());
    };
    let certificate = CertificateView::parse(server.server_certificate.as_der());
    let oid = certificate
        .as_ref()
        .ok()
        .and_then(|view| view.registered_id());
    if oid == Some(expected) {
        Ok(())
    } else {
        Err(InitiateError::SMDP_OID_MISMATCH)
    }
}

fn initiate_ok(
    server: InitiateAuthenticationOkEs9,
    code: &ActivationCode,
) -> InitiateAuthenticationOkEsipa {
    let key_id = server
        .euicc_ci_pk_id_to_be_used
        .map(|id| id.to_vec())
        .unwrap_or_default();
    InitiateAuthenticationOkEsipa {
        transaction_id: Some(server.transaction_id),
        server_signed1: server.server_signed1,
        server_signature1: server.server_signature1,
        euicc_ci_pk_identifier_to_be_used: key_id.into(),
        server_certificate: server.server_certificate,
        matching_id: Some(code.matching_id.as_str().to_owned()),
        ctx_params1: None,
        additions: Default::default(),
    }
}

fn authenticate_ok(client: AuthenticateClientOk) -> Option<AuthenticateClientOkDpEsipa> {
    Some(AuthenticateClientOkDpEsipa {
        transaction_id: Some(client.transaction_id),
        profile_meta_data: client.profile_meta_data.as_ref().and_then(converted),
        smdp_signed2: client.smdp_signed2?,
        smdp_signature2: client.smdp_signature2?,
        smdp_certificate: client.smdp_certificate?,
        hash_cc: None,
        additions: Default::default(),
    })
}

/// The same bytes as the type of the other specification. Compact forms have no other type.
fn converted<A: rasn::Encode, B: rasn::Decode>(value: &A) -> Option<B> {
    der::decode(&der::encode(value).ok()?).ok()
}

fn esipa_code(function: status::Function, failure: &Failure) -> i64 {
    failure
        .status_code_data
        .as_ref()
        .map_or(status::UNDEFINED_ERROR, |data| {
            status::esipa_code(function, &data.subject_code, &data.reason_code)
        })
}
