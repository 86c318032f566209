// SPDX-License-Identifier: MIT OR Apache-2.0
//! PrepareDownload (SGP.22 §5.7.5). LoadBoundProfilePackage is fed piece by piece: see `es8`.
//!
//! Traps: smdpSignature2 covers smdpSigned2 and the complete 5F37 TLV of euiccSignature1; so does
//! euiccSignature2 with smdpSignature2. A one-time key outlives its session, because the server may
//! ask for it again to send a package that is bound already.

use rsp::asn1::OctetString;
use rsp::chain::{CertificateView, ChainError, Problem, Role, ServerIdentity, verify_server};
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::raw::Additions;
use rsp::sgp22::{
    DownloadErrorCode, EuiccSigned2, PrepareDownloadRequest, PrepareDownloadResponse,
    PrepareDownloadResponseError, PrepareDownloadResponseOk,
};
use rsp::tlv::Tag;

use super::crl;
use crate::context::{Context, Fault};
use crate::isdr::Function;
use crate::personality::OneTimeKeys;
use crate::personality::encoding::signed;
use crate::session::{Authenticated, Prepared, Session};
use crate::state::OneTimeKey;

/// One-time keys that are kept; the oldest goes first.
const MOST_ONE_TIME_KEYS: usize = 4;
/// Tag of a signature.
const SIGNATURE: Tag = Tag::new(0x5F37);

impl Function for PrepareDownloadRequest {
    type Response = PrepareDownloadResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<PrepareDownloadResponse, Fault> {
        let transaction_id = self.smdp_signed2.transaction_id.clone();
        let refuse = |code| {
            Ok(PrepareDownloadResponse::DownloadResponseError(
                PrepareDownloadResponseError {
                    transaction_id: transaction_id.clone(),
                    download_error_code: code,
                    additions: Additions::none(),
                },
            ))
        };
        // the session stays open when the request is refused, so that it can be cancelled
        let authenticated = match &*card.session {
            Session::Authenticated(authenticated) => (**authenticated).clone(),
            Session::Prepared(prepared) => prepared.authenticated.clone(),
            Session::Idle
            | Session::Challenged { .. }
            | Session::Loading(_)
            | Session::Installed(_) => {
                return refuse(DownloadErrorCode::NO_SESSION_CONTEXT);
            }
        };
        match check(&self, card, &authenticated) {
            Ok(server) => answer(&self, card, authenticated, server),
            Err(code) => refuse(code),
        }
    }
}

/// The checks in the clause's order.
fn check(
    request: &PrepareDownloadRequest,
    card: &Context<'_>,
    session: &Authenticated,
) -> Result<ServerIdentity, DownloadErrorCode> {
    if !session.is_smdp {
        return Err(DownloadErrorCode::NO_SESSION_CONTEXT);
    }
    // verify CERT.DPpb.ECDSA; it ends in the CI of CERT.DPauth.ECDSA and names the same server
    let server = server_identity(request, card, session)?;
    // verify smdpSignature2
    let mut signed = request.smdp_signed2.bytes().to_vec();
    rsp::tlv::write(&mut signed, SIGNATURE, &session.euicc_signature1);
    server
        .public_key
        .verify(&signed, &request.smdp_signature2)
        .map_err(|_| DownloadErrorCode::INVALID_SIGNATURE)?;
    // verify that the transaction is the one of the session
    if *request.smdp_signed2.transaction_id != *session.transaction_id {
        return Err(DownloadErrorCode::INVALID_TRANSACTION_ID);
    }
    // a confirmation code that is required has to be there
    if request.smdp_signed2.cc_required_flag && request.hash_cc.is_none() {
        return Err(DownloadErrorCode::UNDEFINED_ERROR);
    }
    Ok(server)
}

fn server_identity(
    request: &PrepareDownloadRequest,
    card: &Context<'_>,
    session: &Authenticated,
) -> Result<ServerIdentity, DownloadErrorCode> {
    let invalid = DownloadErrorCode::INVALID_CERTIFICATE;
    let leaf = CertificateView::parse(request.smdp_certificate.as_der()).map_err(|_| invalid)?;
    let others = session
        .other_certificates
        .iter()
        .map(|der| CertificateView::parse(der));
    let others = others.collect::<Result<Vec<_>, _>>().map_err(|_| invalid)?;
    let anchors = &card.config.trusted_cis;
    let server = verify_server(Role::DpPb, &leaf, &others, anchors, None).map_err(|error| {
        tracing::info!(%error, "CERT.DPpb refused");
        error_code(&error)
    })?;
    let same_server = server
        .oid
        .as_ref()
        .is_some_and(|oid| oid.to_string() == session.server_oid);
    let revoked = crl::is_revoked(&card.state, &leaf);
    if !same_server || revoked || server.ci_key_id != session.server_ci_key_id {
        return Err(invalid);
    }
    Ok(server)
}

fn error_code(error: &ChainError) -> DownloadErrorCode {
    match error.problem {
        Problem::UnsupportedCurve(_) | Problem::Curve { .. } => {
            DownloadErrorCode::UNSUPPORTED_CURVE
        }
        _ => DownloadErrorCode::INVALID_CERTIFICATE,
    }
}

/// Signs euiccSigned2 and keeps the one-time key.
fn answer(
    request: &PrepareDownloadRequest,
    card: &mut Context<'_>,
    authenticated: Authenticated,
    server: ServerIdentity,
) -> Result<PrepareDownloadResponse, Fault> {
    let credential = card.credential(&authenticated.ci_key_id)?;
    let curve = server.public_key.curve();
    let asked_for = request
        .smdp_signed2
        .bpp_euicc_otpk
        .as_deref()
        .filter(|_| card.keys().otpk == OneTimeKeys::Reuse);
    let key = match asked_for.and_then(|point| kept_key(card, point, curve, &authenticated)) {
        Some(key) => key,
        None => new_key(card, curve, &authenticated),
    };
    let euicc_signed2 = EuiccSigned2 {
        transaction_id: request.smdp_signed2.transaction_id.clone(),
        euicc_otpk: OctetString::from(key.public_key().to_point()),
        hash_cc: request
            .hash_cc
            .clone()
            .filter(|_| request.smdp_signed2.cc_required_flag),
        additional_information: None,
        additions: Additions::none(),
    };
    let euicc_signed2 = signed(card.keys(), "EUICCSigned2", euicc_signed2)?;
    let mut covered = euicc_signed2.bytes().to_vec();
    rsp::tlv::write(&mut covered, SIGNATURE, &request.smdp_signature2);
    let signature = credential.private_key.sign(&covered);
    *card.session = Session::Prepared(Box::new(Prepared {
        authenticated,
        smdp_public_key: server.public_key,
        one_time_key: key,
    }));
    Ok(PrepareDownloadResponse::DownloadResponseOk(
        PrepareDownloadResponseOk {
            euicc_signed2,
            euicc_signature2: OctetString::from(signature),
            additions: Additions::none(),
        },
    ))
}

/// The key pair with that public key, if the card still has it and made it for this server.
fn kept_key(
    card: &Context<'_>,
    point: &[u8],
    curve: Curve,
    session: &Authenticated,
) -> Option<PrivateKey> {
    let brainpool = curve == Curve::BrainpoolP256r1;
    let kept = card.state.one_time_keys.iter().find(|key| {
        key.public_key == point && key.brainpool == brainpool && key.smdp_oid == session.server_oid
    })?;
    let scalar = kept.private_key.as_slice().try_into().ok()?;
    PrivateKey::from_scalar(curve, scalar).ok()
}

fn new_key(card: &mut Context<'_>, curve: Curve, session: &Authenticated) -> PrivateKey {
    let key = PrivateKey::generate(curve, card.env);
    let keys = &mut card.state.one_time_keys;
    keys.push(OneTimeKey {
        public_key: key.public_key().to_point().to_vec(),
        private_key: key.to_scalar().to_vec(),
        brainpool: curve == Curve::BrainpoolP256r1,
        smdp_oid: session.server_oid.clone(),
    });
    let surplus = keys.len().saturating_sub(MOST_ONE_TIME_KEYS);
    keys.drain(..surplus);
    key
}
