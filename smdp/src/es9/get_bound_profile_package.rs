// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.GetBoundProfilePackage (SGP.22 §5.6.2).
//!
//! Traps: a confirmation code that is missing or wrong leaves the session open, since the user may
//! type it again; every other refusal ends the session. The attempts at the code are counted with
//! the order, so that a new session brings no new ones.

use rsp::der;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::kdf::hash_cc;
use rsp::sgp22::{
    EuiccSigned2, GetBoundProfilePackageOk, GetBoundProfilePackageRequest, PrepareDownloadResponse,
    PrepareDownloadResponseOk, TransactionId,
};
use rsp::status::{
    BPP_REBINDING_REFUSED, CONFIRMATION_CODE_MISSING, CONFIRMATION_CODE_REFUSED,
    CONFIRMATION_CODE_RETRIES_EXCEEDED, DOWNLOAD_ORDER_EXPIRED, EUICC_EXECUTION_ERROR,
    EUICC_SIGNATURE_INVALID, Refusal, SMDP_CERTIFICATE_UNAVAILABLE, TRANSACTION_ID_UNKNOWN,
};
use rsp::tlv::{Tag, tlv};

use super::internal;
use crate::SmDp;
use crate::bind::{BindError, Binding, Target};
use crate::order::{Order, Step};
use crate::server::{Event, NotificationPoint};
use crate::session::{Authenticated, Delivery, Phase};

/// A refusal, and where in the download it happened when the operator is to know.
struct Refused {
    failure: Box<Failure>,
    progress: Option<(NotificationPoint, Refusal)>,
    keeps_session: bool,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self {
            failure: Box::new(failure),
            progress: None,
            keeps_session: false,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Failure::from(refusal).into()
    }
}

impl Refused {
    fn at(point: NotificationPoint, refusal: Refusal) -> Self {
        Self {
            progress: Some((point, refusal)),
            ..refusal.into()
        }
    }
}

impl SmDp {
    pub(super) fn get_bound_profile_package(
        &mut self,
        request: &GetBoundProfilePackageRequest,
        env: &mut dyn Env,
    ) -> Result<GetBoundProfilePackageOk, Failure> {
        // The TransactionID has to belong to a session that has got this far.
        let transaction_id = &request.transaction_id;
        let session = self
            .sessions
            .get(transaction_id)
            .ok_or(TRANSACTION_ID_UNKNOWN)?;
        let authenticated = session.phase.authenticated();
        let authenticated = authenticated.ok_or(TRANSACTION_ID_UNKNOWN)?.clone();
        let server_ci = session.server_ci.clone();
        let refused = match self.deliver(request, &authenticated, &server_ci, env) {
            Ok(answer) => {
                self.delivered(transaction_id, authenticated);
                return Ok(answer);
            }
            Err(refused) => refused,
        };
        if let Some((point, refusal)) = refused.progress {
            self.note(Event::Progress {
                order: authenticated.order,
                eid: Some(authenticated.eid),
                point,
                refusal: Some(refusal),
                data: said(&request.prepare_download_response),
            });
        }
        if !refused.keeps_session {
            self.sessions.close(transaction_id);
        }
        Err(*refused.failure)
    }

    /// Notes that the package is out, and keeps what the answer to it will be verified with.
    fn delivered(&mut self, transaction_id: &TransactionId, authenticated: Authenticated) {
        let (order, eid) = (authenticated.order, authenticated.eid);
        self.orders.deliver(order, &eid);
        let delivery = Delivery {
            order,
            eid: Some(eid),
            euicc_key: authenticated.euicc_key.clone(),
            settled: false,
        };
        self.sessions.deliver(transaction_id, delivery);
        let mut is_first = false;
        if let Some(session) = self.sessions.get_mut(transaction_id) {
            is_first = !session.phase.is_delivered();
            session.phase = Phase::Delivered(Box::new(authenticated));
        }
        self.note(Event::Delivered { order, eid });
        // The same package again in the same session is no further step.
        if is_first {
            self.note(Event::Progress {
                order,
                eid: Some(eid),
                point: NotificationPoint::Download,
                refusal: None,
                data: None,
            });
        }
    }

    fn deliver(
        &mut self,
        request: &GetBoundProfilePackageRequest,
        authenticated: &Authenticated,
        server_ci: &[u8],
        env: &mut dyn Env,
    ) -> Result<GetBoundProfilePackageOk, Refused> {
        let transaction_id = &request.transaction_id;
        let signed = verified(
            &request.prepare_download_response,
            authenticated,
            transaction_id,
        )?;
        let credentials = self
            .credentials
            .by_ci(server_ci)
            .ok_or(SMDP_CERTIFICATE_UNAVAILABLE)?;
        let download = |refusal| Refused::at(NotificationPoint::Download, refusal);
        let order = self
            .orders
            .get_mut(authenticated.order)
            .ok_or(BPP_REBINDING_REFUSED)?;
        check_confirmation_code(order, signed, transaction_id)?;
        let target = Target {
            eid: &authenticated.eid,
            euicc_otpk: &signed.euicc_otpk,
            server_ci,
            curve: credentials.curve(),
        };
        // The order may have ended or expired since AuthenticateClient.
        if order.state.after(Step::Deliver).is_none() || !may_bind(order, target) {
            return Err(download(BPP_REBINDING_REFUSED));
        }
        if order.is_expired(env.now()) {
            order.step(Step::Fail);
            return Err(download(DOWNLOAD_ORDER_EXPIRED));
        }

        let host_id = self.config.host_id.as_bytes();
        let binding = bind(order, target, host_id, env)?;
        binding.deliver_under(transaction_id);
        let package = binding
            .package(transaction_id, host_id, &credentials.dp_pb)
            .map_err(internal)?;
        order.step(Step::Deliver);
        Ok(GetBoundProfilePackageOk {
            transaction_id: transaction_id.clone(),
            bound_profile_package: package,
            additions: Default::default(),
        })
    }
}

/// What the eUICC said when it said no.
fn said(response: &PrepareDownloadResponse) -> Option<Vec<u8>> {
    match response {
        PrepareDownloadResponse::DownloadResponseOk(_) => None,
        PrepareDownloadResponse::DownloadResponseError(_) => der::encode(response).ok(),
    }
}

/// The content of a PrepareDownload answer, once its signature is verified.
fn verified<'a>(
    response: &'a PrepareDownloadResponse,
    authenticated: &Authenticated,
    transaction_id: &TransactionId,
) -> Result<&'a EuiccSigned2, Refused> {
    let ok: &PrepareDownloadResponseOk = match response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => ok,
        PrepareDownloadResponse::DownloadResponseError(error) => {
            if error.transaction_id != *transaction_id {
                return Err(TRANSACTION_ID_UNKNOWN.into());
            }
            let code = &error.download_error_code;
            return Err(Refused {
                progress: Some((NotificationPoint::Download, EUICC_EXECUTION_ERROR)),
                ..Failure::because(EUICC_EXECUTION_ERROR, code).into()
            });
        }
    };
    // The eUICC signs its structure together with smdpSignature2.
    let mut message = ok.euicc_signed2.bytes().to_vec();
    message.extend(tlv(Tag::new(0x5F37), &authenticated.smdp_signature2));
    authenticated
        .euicc_key
        .verify(&message, &ok.euicc_signature2)
        .map_err(|error| Failure::because(EUICC_SIGNATURE_INVALID, &error))?;
    if ok.euicc_signed2.transaction_id != *transaction_id {
        return Err(TRANSACTION_ID_UNKNOWN.into());
    }
    Ok(&ok.euicc_signed2)
}

/// Compares the hashed confirmation code of the eUICC with the one of the order (SGP.22 §4.7).
fn check_confirmation_code(
    order: &mut Order,
    signed: &EuiccSigned2,
    transaction_id: &TransactionId,
) -> Result<(), Refused> {
    let confirmation = |refusal| Refused::at(NotificationPoint::Confirmation, refusal);
    let again = |refusal| Refused {
        keeps_session: true,
        ..confirmation(refusal)
    };
    let Some(code) = &order.confirmation_code else {
        return Ok(());
    };
    let Some(hash) = &signed.hash_cc else {
        return Err(again(CONFIRMATION_CODE_MISSING));
    };
    let Some(left) = order.confirmation_code_tries.checked_sub(1) else {
        order.step(Step::Fail);
        return Err(confirmation(CONFIRMATION_CODE_RETRIES_EXCEEDED));
    };
    if hash.as_bytes() != hash_cc(code, transaction_id) {
        order.confirmation_code_tries = left;
        return Err(again(CONFIRMATION_CODE_REFUSED));
    }
    Ok(())
}

/// Whether the package is bound to this one-time key, or may be. Another eUICC may have got the
/// order since AuthenticateClient.
fn may_bind(order: &Order, target: Target<'_>) -> bool {
    if order.eid.is_some_and(|eid| eid != *target.eid) {
        return false;
    }
    let mut kept = order.binding.iter().filter(|it| it.is_for(target.eid));
    order.rebinding || kept.all(|binding| is_bound_to(binding, target))
}

fn is_bound_to(binding: &Binding, target: Target<'_>) -> bool {
    binding.otpk_for(target.eid, target.server_ci) == Some(target.euicc_otpk)
}

/// The package as bound before when the eUICC kept its one-time key, else bound anew.
fn bind<'a>(
    order: &'a mut Order,
    target: Target<'_>,
    host_id: &[u8],
    env: &mut dyn Env,
) -> Result<&'a mut Binding, Failure> {
    let kept = order
        .binding
        .take_if(|binding| is_bound_to(binding, target));
    let binding = match kept {
        Some(binding) => binding,
        None => Binding::new(order, target, host_id, env).map_err(|error| match error {
            // The eUICC signed something that is no key.
            BindError::Key(error) => Failure::because(EUICC_SIGNATURE_INVALID, &error),
            error => internal(error),
        })?,
    };
    Ok(order.binding.insert(binding))
}
