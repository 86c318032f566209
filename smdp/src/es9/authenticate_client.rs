// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.AuthenticateClient (SGP.22 §5.6.3).

use rsp::asn1::Certificate;
use rsp::chain::EuiccIdentity;
use rsp::der;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::raw::Raw;
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateClientRequest, AuthenticateResponseOk,
    AuthenticateServerResponse, CtxParams1, EuiccSigned1, SmdpSigned2, TransactionId,
};
use rsp::status::{
    CI_KEY_UNKNOWN, EUICC_EXECUTION_ERROR, MATCHING_ID_REFUSED, SMDP_CERTIFICATE_UNAVAILABLE,
    TRANSACTION_ID_UNKNOWN,
};
use rsp::tlv::{Tag, tlv};

use super::{eligibility, internal};
use crate::SmDp;
use crate::mutual::{self, Challenge, check_signed1};
use crate::order::OrderId;
use crate::server::{Event, NotificationPoint};
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
        let sent = Challenge {
            transaction_id: &session.transaction_id,
            server_challenge: &session.server_challenge,
            server_address: &session.server_address,
        };
        check_signed1(sent, signed)?;

        let CtxParams1::CtxParamsForCommonAuthentication(params) = &signed.ctx_params1;
        let matching_id = params.matching_id.as_deref().unwrap_or_default();
        let order_id = self.orders.find(matching_id, &euicc.eid, now)?;
        self.judge(order_id, &euicc, signed, now)?;
        self.prepare_download(session, order_id, &euicc, &ok.euicc_signature1)
    }

    /// Whether the profile of an order may be downloaded now, and by this eUICC; the operator is
    /// told of the outcome (SGP.22 §5.3.5).
    fn judge(
        &mut self,
        order_id: OrderId,
        euicc: &EuiccIdentity,
        signed: &EuiccSigned1,
        now: i64,
    ) -> Result<(), Failure> {
        let order = self.orders.get_mut(order_id).ok_or(MATCHING_ID_REFUSED)?;
        order.check_released()?;
        let metadata = der::decode(&order.metadata).map_err(internal)?;
        let CtxParams1::CtxParamsForCommonAuthentication(params) = &signed.ctx_params1;
        let judged = match order.begin(now) {
            Ok(()) => eligibility::check(order, &metadata, signed, &params.device_info),
            Err(refusal) => Err(refusal.into()),
        };
        self.note(Event::Progress {
            order: order_id,
            eid: Some(euicc.eid),
            point: NotificationPoint::Eligibility,
            refusal: judged.as_ref().err().map(|ineligible| ineligible.refusal),
            data: None,
        });
        Ok(judged?)
    }

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
        mutual::verify_euicc(&ci.ci, ok, now)
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
