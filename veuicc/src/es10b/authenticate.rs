// SPDX-License-Identifier: MIT OR Apache-2.0
//! Common mutual authentication: AuthenticateServer and CancelSession.
//!
//! Traps: the challenge serves one AuthenticateServer, right or wrong. The server's certificate may
//! end in another CI than the one `euiccCiPKIdToBeUsed` names: the first must be in the list for
//! verification, the second in the list for signing.

use rsp::asn1::{Certificate, ObjectIdentifier, OctetString};
use rsp::chain::{CertificateView, ChainError, Problem, Role, ServerIdentity, verify_server};
use rsp::raw::Additions;
use rsp::sgp22::{
    AuthenticateErrorCode, AuthenticateResponseError, AuthenticateServerRequest,
    CancelSessionReason, CancelSessionRequest, CancelSessionResponse,
    CancelSessionResponseCancelSessionResponseError as CancelSessionError, CancelSessionResponseOk,
    EuiccCancelSessionSigned, TransactionId,
};
use rsp::sgp32::{Sgp32AuthenticateResponseOk, Sgp32AuthenticateServerResponse, Sgp32EuiccSigned1};
use rsp::tlv::{Tag, tlv};

use super::{crl, info};
use crate::config::EuiccCredential;
use crate::context::{Context, Fault};
use crate::dialect;
use crate::isdr::Function;
use crate::personality::encoding;
use crate::session::{Authenticated, Session};

/// `otherCertsInChain` of the answer.
const OTHERS: Tag = Tag::new(0xA0);

/// AuthenticateServer (SGP.22 §5.7.13, SGP.32 §5.9.7).
impl Function for AuthenticateServerRequest {
    type Response = Sgp32AuthenticateServerResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let transaction_id = self.server_signed1.transaction_id.clone();
        match check(&self, card) {
            Ok((server, credential)) => answer(self, card, server, credential),
            Err(code) => Ok(Sgp32AuthenticateServerResponse::AuthenticateResponseError(
                AuthenticateResponseError {
                    transaction_id,
                    authenticate_error_code: code,
                    additions: Additions::none(),
                },
            )),
        }
    }
}

/// The checks in the clause's order.
fn check<'a>(
    request: &AuthenticateServerRequest,
    card: &mut Context<'a>,
) -> Result<(ServerIdentity, &'a EuiccCredential), AuthenticateErrorCode> {
    // a session was opened by GetEuiccChallenge; its challenge is used up
    let Session::Challenged { challenge } = std::mem::take(card.session) else {
        return Err(AuthenticateErrorCode::NO_SESSION_CONTEXT);
    };
    // no download while the Emergency Profile is enabled; there is no code for it
    if card.is_emergency_active() {
        return Err(AuthenticateErrorCode::UNDEFINED_ERROR);
    }
    // verify CERT.XXauth.ECDSA
    let server = server_identity(request, card)?;
    // verify serverSignature1
    server
        .public_key
        .verify(request.server_signed1.bytes(), &request.server_signature1)
        .map_err(|_| AuthenticateErrorCode::INVALID_SIGNATURE)?;
    // verify that serverSigned1 answers the challenge
    if *request.server_signed1.euicc_challenge != challenge {
        return Err(AuthenticateErrorCode::EUICC_CHALLENGE_MISMATCH);
    }
    // verify that the eUICC can sign under the CI that is asked for
    let credential = match &request.euicc_ci_pk_id_to_be_used {
        Some(id) if !id.is_empty() => card.credential_for_signing(id),
        // none named: the eUICC takes its first (SGP.22 v3 §5.7.13)
        _ => card.config.credentials.first(),
    };
    let credential = credential.ok_or(AuthenticateErrorCode::CI_PK_UNKNOWN)?;
    Ok((server, credential))
}

/// Who the server is, by its certificate.
fn server_identity(
    request: &AuthenticateServerRequest,
    card: &Context<'_>,
) -> Result<ServerIdentity, AuthenticateErrorCode> {
    let parse = |certificate: &Certificate| CertificateView::parse(certificate.as_der());
    let invalid = AuthenticateErrorCode::INVALID_CERTIFICATE;
    let leaf = parse(&request.server_certificate).map_err(|_| invalid)?;
    let others = other_certificates(request);
    let others: Result<Vec<_>, _> = others
        .iter()
        .map(|der| CertificateView::parse(der))
        .collect();
    let others = others.map_err(|_| invalid)?;
    let is_smds = leaf
        .policies()
        .iter()
        .any(|policy| Role::from_policy(policy).is_some_and(|(role, _)| role == Role::DsAuth));
    let role = if is_smds { Role::DsAuth } else { Role::DpAuth };
    let anchors = &card.config.trusted_cis;
    let server = verify_server(role, &leaf, &others, anchors, None).map_err(|error| {
        tracing::info!(%error, "server certificate refused");
        error_code(&error, role)
    })?;
    // verify that none is revoked
    let revoked = |view: &CertificateView| crl::is_revoked(&card.state, view);
    if revoked(&leaf) || others.iter().any(revoked) {
        return Err(invalid);
    }
    Ok(server)
}

fn error_code(error: &ChainError, leaf: Role) -> AuthenticateErrorCode {
    match &error.problem {
        Problem::UnknownCi(_) => AuthenticateErrorCode::CI_PK_UNKNOWN,
        Problem::UnsupportedCurve(_) | Problem::Curve { .. } => {
            AuthenticateErrorCode::UNSUPPORTED_CURVE
        }
        Problem::Policy { .. } if error.certificate == leaf => AuthenticateErrorCode::INVALID_OID,
        _ => AuthenticateErrorCode::INVALID_CERTIFICATE,
    }
}

/// The rest of the server's chain, as received.
fn other_certificates(request: &AuthenticateServerRequest) -> Vec<Vec<u8>> {
    let others = request.other_certs_in_chain.iter().flatten();
    others
        .map(|certificate| certificate.as_der().to_vec())
        .collect()
}

/// Signs euiccSigned1 and opens the session.
fn answer(
    request: AuthenticateServerRequest,
    card: &mut Context<'_>,
    server: ServerIdentity,
    credential: &EuiccCredential,
) -> Result<Sgp32AuthenticateServerResponse, Fault> {
    let other_certificates = other_certificates(&request);
    let signed = request.server_signed1.value();
    let euicc_signed1 = Sgp32EuiccSigned1 {
        transaction_id: signed.transaction_id.clone(),
        server_address: signed.server_address.clone(),
        server_challenge: signed.server_challenge.clone(),
        euicc_info2: dialect::signed_information(card.keys(), info::euicc_info2(card)),
        ctx_params1: request.ctx_params1,
        additions: Additions::none(),
    };
    let euicc_signed1 = encoding::signed(card.keys(), "SGP32-EuiccSigned1", euicc_signed1)?;
    let signature = credential.private_key.sign(euicc_signed1.bytes());
    *card.session = Session::Authenticated(Box::new(Authenticated {
        transaction_id: signed.transaction_id.to_vec(),
        server_address: signed.server_address.clone(),
        server_oid: server.oid.map(|oid| oid.to_string()).unwrap_or_default(),
        is_smdp: server.role == Role::DpAuth,
        server_ci_key_id: server.ci_key_id,
        other_certificates,
        ci_key_id: credential.ci_key_id.clone(),
        euicc_signature1: signature.to_vec(),
    }));
    Ok(Sgp32AuthenticateServerResponse::AuthenticateResponseOk(
        Sgp32AuthenticateResponseOk {
            euicc_signed1,
            euicc_signature1: OctetString::from(signature),
            euicc_certificate: Certificate::from(credential.euicc_certificate.as_slice()),
            eum_certificate: Certificate::from(credential.eum_certificate.as_slice()),
            additions: others_in_chain(credential),
        },
    ))
}

/// `otherCertsInChain` of AuthenticateResponseOk (SGP.22 v3 §5.7.13), which SGP.32 has not.
fn others_in_chain(credential: &EuiccCredential) -> Additions {
    let mut additions = Additions::none();
    if !credential.other_certificates.is_empty() {
        additions.push(tlv(OTHERS, &credential.other_certificates.concat()));
    }
    additions
}

/// CancelSession (SGP.22 §5.7.14).
impl Function for CancelSessionRequest {
    type Response = CancelSessionResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<CancelSessionResponse, Fault> {
        // verify that the transaction is the one of the session
        let (authenticated, public_key) = match card.session {
            Session::Authenticated(authenticated) => ((**authenticated).clone(), None),
            Session::Prepared(prepared) => (
                prepared.authenticated.clone(),
                Some(prepared.one_time_key.public_key().to_point()),
            ),
            Session::Idle
            | Session::Challenged { .. }
            | Session::Loading(_)
            | Session::Installed(_) => {
                return Ok(unknown_transaction());
            }
        };
        if *authenticated.transaction_id != *self.transaction_id {
            return Ok(unknown_transaction());
        }
        let response = sign(card, &authenticated, &self)?;
        // the order is at its end: a retry with the same key will not come
        let reasons = [
            CancelSessionReason::END_USER_REJECTION,
            CancelSessionReason::PPR_NOT_ALLOWED,
        ];
        if let (Some(used), true) = (public_key, reasons.contains(&self.reason)) {
            card.state
                .one_time_keys
                .retain(|key| key.public_key != used);
        }
        *card.session = Session::Idle;
        Ok(CancelSessionResponse::CancelSessionResponseOk(response))
    }
}

fn unknown_transaction() -> CancelSessionResponse {
    CancelSessionResponse::CancelSessionResponseError(CancelSessionError::INVALID_TRANSACTION_ID)
}

fn sign(
    card: &Context<'_>,
    authenticated: &Authenticated,
    request: &CancelSessionRequest,
) -> Result<CancelSessionResponseOk, Fault> {
    let credential = card.credential(&authenticated.ci_key_id)?;
    let smdp_oid: ObjectIdentifier = authenticated
        .server_oid
        .parse()
        .map_err(|error| Fault::Inconsistent(format!("oid of the server: {error}")))?;
    let signed = EuiccCancelSessionSigned {
        transaction_id: TransactionId::from(authenticated.transaction_id.as_slice()),
        smdp_oid,
        reason: request.reason,
        additions: Additions::none(),
    };
    let signed = encoding::signed(card.keys(), "EuiccCancelSessionSigned", signed)?;
    let signature = credential.private_key.sign(signed.bytes());
    Ok(CancelSessionResponseOk {
        euicc_cancel_session_signed: signed,
        euicc_cancel_session_signature: OctetString::from(signature),
        additions: Additions::none(),
    })
}
