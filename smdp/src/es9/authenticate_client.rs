// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.AuthenticateClient (SGP.22 §5.6.3).

use rsp::activation::same_address;
use rsp::asn1::Certificate;
use rsp::chain::{CertificateView, EuiccIdentity, verify_euicc};
use rsp::der;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::raw::Raw;
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateClientRequest, AuthenticateResponseOk,
    AuthenticateServerResponse, CtxParams1, EuiccInfo2, EuiccSigned1, SmdpSigned2, TransactionId,
};
use rsp::status::{
    CI_KEY_UNKNOWN, EUICC_CERTIFICATE_INVALID, EUICC_EXECUTION_ERROR, EUICC_MEMORY_INSUFFICIENT,
    EUICC_SIGNATURE_INVALID, EUM_CERTIFICATE_INVALID, MATCHING_ID_REFUSED, NO_ELIGIBLE_PROFILE,
    Refusal, SMDP_CERTIFICATE_UNAVAILABLE, TRANSACTION_ID_UNKNOWN,
};
use rsp::tlv::{Tag, find, tlv};

use super::internal;
use crate::SmDp;
use crate::order::{Order, OrderId};
use crate::session::{Authenticated, Phase, Session};

impl SmDp {
    pub(super) fn authenticate_client(
        &mut self,
        request: &AuthenticateClientRequest,
        env: &dyn Env,
    ) -> Result<AuthenticateClientOk, Failure> {
        // The TransactionID has to be known and to belong to a session that waits for this.
        let session = self
            .sessions
            .get(&request.transaction_id)
            .ok_or(TRANSACTION_ID_UNKNOWN)?;
        let Phase::Initiated = session.phase else {
            return Err(TRANSACTION_ID_UNKNOWN.into());
        };
        let session = session.clone();
        match self.authenticate(&session, request, env.now()) {
            Ok((authenticated, answer)) => {
                if let Some(session) = self.sessions.get_mut(&request.transaction_id) {
                    session.phase = Phase::Authenticated(Box::new(authenticated));
                }
                Ok(answer)
            }
            Err(refusal) => {
                self.sessions.close(&request.transaction_id);
                Err(refusal)
            }
        }
    }

    fn authenticate(
        &mut self,
        session: &Session,
        request: &AuthenticateClientRequest,
        now: i64,
    ) -> Result<(Authenticated, AuthenticateClientOk), Failure> {
        let ok = match &request.authenticate_server_response {
            AuthenticateServerResponse::AuthenticateResponseOk(ok) => ok,
            AuthenticateServerResponse::AuthenticateResponseError(error) => {
                if error.transaction_id != request.transaction_id {
                    return Err(TRANSACTION_ID_UNKNOWN.into());
                }
                let code = &error.authenticate_error_code;
                return Err(Failure::because(EUICC_EXECUTION_ERROR, code));
            }
        };
        let euicc = self.verify_euicc(session, ok, now)?;
        let signed: &EuiccSigned1 = &ok.euicc_signed1;
        check_signed1(session, signed)?;

        let CtxParams1::CtxParamsForCommonAuthentication(params) = &signed.ctx_params1;
        let matching_id = params.matching_id.as_deref().unwrap_or_default();
        let order_id = self.orders.find(matching_id, &euicc.eid, now)?;
        let order = self.orders.get(order_id).ok_or(MATCHING_ID_REFUSED)?;
        check_eligibility(order, &signed.euicc_info2)?;
        self.prepare_download(session, order_id, &euicc, &ok.euicc_signature1)
    }

    /// Verifies EUM and eUICC certificate and then the signature over the bytes that came.
    fn verify_euicc(
        &self,
        session: &Session,
        ok: &AuthenticateResponseOk,
        now: i64,
    ) -> Result<EuiccIdentity, Failure> {
        let ci = self
            .credentials
            .by_ci(&session.euicc_ci)
            .ok_or(CI_KEY_UNKNOWN)?;
        let others = ok.other_certs_in_chain.iter().flatten();
        let others = others
            .map(|certificate| view(certificate, EUM_CERTIFICATE_INVALID))
            .collect::<Result<Vec<_>, _>>()?;
        let eum = view(&ok.eum_certificate, EUM_CERTIFICATE_INVALID)?;
        let euicc = view(&ok.euicc_certificate, EUICC_CERTIFICATE_INVALID)?;
        let anchors = std::slice::from_ref(&ci.ci);
        let identity = verify_euicc(&euicc, &eum, &others, anchors, Some(now))
            .map_err(|error| Failure::because(error.refusal(), &error))?;
        identity
            .public_key
            .verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
            .map_err(|error| Failure::because(EUICC_SIGNATURE_INVALID, &error))?;
        Ok(identity)
    }

    /// Signs what the eUICC needs for PrepareDownload. A one-time key that this eUICC has used for
    /// this order is offered again.
    fn prepare_download(
        &self,
        session: &Session,
        order_id: OrderId,
        euicc: &EuiccIdentity,
        euicc_signature1: &[u8],
    ) -> Result<(Authenticated, AuthenticateClientOk), Failure> {
        let order = self.orders.get(order_id).ok_or(MATCHING_ID_REFUSED)?;
        let credentials = self
            .credentials
            .by_ci(&session.server_ci)
            .ok_or(SMDP_CERTIFICATE_UNAVAILABLE)?;
        let kept = order.binding.as_ref();
        let otpk = kept.and_then(|binding| binding.otpk_for(&euicc.eid, &session.server_ci));
        let transaction_id = TransactionId::from(session.transaction_id.as_slice());
        let smdp_signed2 = Raw::new(SmdpSigned2 {
            transaction_id: transaction_id.clone(),
            cc_required_flag: order.confirmation_code.is_some(),
            bpp_euicc_otpk: otpk.map(Into::into),
            rpm_pending: None,
            additions: Default::default(),
        })
        .map_err(internal)?;

        // The signature covers euiccSignature1 with its tag as well.
        let mut message = smdp_signed2.bytes().to_vec();
        message.extend(tlv(Tag::new(0x5F37), euicc_signature1));
        let signature = credentials.dp_pb.key.sign(&message);
        let authenticated = Authenticated {
            order: order_id,
            eid: euicc.eid,
            euicc_key: euicc.public_key.clone(),
            smdp_signature2: signature.to_vec(),
        };
        let answer = AuthenticateClientOk {
            transaction_id,
            profile_meta_data: Some(der::decode(&order.metadata).map_err(internal)?),
            prepare_download_request: None,
            smdp_signed2: Some(smdp_signed2),
            smdp_signature2: Some(signature.into()),
            smdp_certificate: Some(Certificate::from_der(credentials.dp_pb.certificate.clone())),
            additions: Default::default(),
        };
        Ok((authenticated, answer))
    }
}

/// Compares what the eUICC signed with what the server sent.
fn check_signed1(session: &Session, signed: &EuiccSigned1) -> Result<(), Failure> {
    if *signed.transaction_id != *session.transaction_id {
        return Err(TRANSACTION_ID_UNKNOWN.into());
    }
    if *signed.server_challenge != session.server_challenge {
        return Err(Failure::because(
            EUICC_SIGNATURE_INVALID,
            &"another serverChallenge",
        ));
    }
    if !same_address(&signed.server_address, &session.server_address) {
        return Err(Failure::because(
            EUICC_SIGNATURE_INVALID,
            &signed.server_address,
        ));
    }
    Ok(())
}

fn view(certificate: &Certificate, refusal: Refusal) -> Result<CertificateView, Failure> {
    CertificateView::parse(certificate.as_der()).map_err(|error| Failure::because(refusal, &error))
}

/// Whether this eUICC can take the profile of the order (SGP.22 §5.6.3): the package format first,
/// then the memory.
fn check_eligibility(order: &Order, info: &EuiccInfo2) -> Result<(), Failure> {
    let [major, minor] = order.profile.version();
    let mut supported = vec![&info.profile_version];
    supported.extend(info.additional_profile_package_versions.iter().flatten());
    let reads = |version: &[u8]| {
        matches!(version, [m, n, ..] if *m == major && *n >= minor)
            || version.first() > Some(&major)
    };
    if !supported.into_iter().any(|version| reads(version)) {
        let needed = format!("the package is of version {major}.{minor}");
        return Err(Failure::because(NO_ELIGIBLE_PROFILE, &needed));
    }
    let free = free_memory(&info.ext_card_resource);
    let needed = order.profile.package().len();
    if free.is_some_and(|free| usize::try_from(free).is_ok_and(|free| free < needed)) {
        return Err(EUICC_MEMORY_INSUFFICIENT.into());
    }
    Ok(())
}

/// Free non-volatile memory in bytes: tag 82 of the extended card resources (ETSI TS 102 226).
fn free_memory(ext_card_resource: &[u8]) -> Option<u64> {
    let value = find(ext_card_resource, Tag::new(0x82))?.value;
    (value.len() <= 8).then(|| {
        value
            .iter()
            .fold(0, |sum, octet| sum << 8 | u64::from(*octet))
    })
}
