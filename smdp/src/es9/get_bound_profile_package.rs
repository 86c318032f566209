// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.GetBoundProfilePackage (SGP.22 §5.6.2).

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
    EUICC_SIGNATURE_INVALID, SMDP_CERTIFICATE_UNAVAILABLE, TRANSACTION_ID_UNKNOWN,
};
use rsp::tlv::{Tag, tlv};

use super::internal;
use crate::SmDp;
use crate::bind::{BindError, Binding, Target};
use crate::order::{Order, OrderState};
use crate::server::Event;
use crate::session::{Authenticated, Delivery, Phase};

impl SmDp {
    pub(super) fn get_bound_profile_package(
        &mut self,
        request: &GetBoundProfilePackageRequest,
        env: &mut dyn Env,
    ) -> Result<GetBoundProfilePackageOk, Failure> {
        // The TransactionID has to belong to a session that has got this far.
        let session = self
            .sessions
            .get(&request.transaction_id)
            .ok_or(TRANSACTION_ID_UNKNOWN)?;
        let Phase::Authenticated(authenticated) = &session.phase else {
            return Err(TRANSACTION_ID_UNKNOWN.into());
        };
        let (authenticated, server_ci) = (authenticated.clone(), session.server_ci.clone());
        let answer = self.deliver(request, &authenticated, &server_ci, env);
        if answer.is_err() {
            self.sessions.close(&request.transaction_id);
        }
        answer
    }

    fn deliver(
        &mut self,
        request: &GetBoundProfilePackageRequest,
        authenticated: &Authenticated,
        server_ci: &[u8],
        env: &mut dyn Env,
    ) -> Result<GetBoundProfilePackageOk, Failure> {
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
        let order = self
            .orders
            .get_mut(authenticated.order)
            .ok_or(BPP_REBINDING_REFUSED)?;
        check_confirmation_code(order, signed, transaction_id)?;
        // The order may have ended or expired since AuthenticateClient.
        if !order.is_pending() {
            return Err(BPP_REBINDING_REFUSED.into());
        }
        if order.is_expired(env.now()) {
            return Err(DOWNLOAD_ORDER_EXPIRED.into());
        }

        let host_id = self.config.host_id.as_bytes();
        let target = Target {
            eid: &authenticated.eid,
            euicc_otpk: &signed.euicc_otpk,
            server_ci,
            curve: credentials.curve(),
        };
        let package = bind(order, target, host_id, env)?
            .package(transaction_id, host_id, &credentials.dp_pb)
            .map_err(internal)?;
        order.state = OrderState::Downloaded;

        self.orders.link(authenticated.order, &authenticated.eid);
        let delivery = Delivery {
            order: authenticated.order,
            euicc_key: authenticated.euicc_key.clone(),
        };
        self.sessions.deliver(transaction_id, delivery);
        self.note(Event::Delivered {
            order: authenticated.order,
            eid: authenticated.eid,
        });
        Ok(GetBoundProfilePackageOk {
            transaction_id: transaction_id.clone(),
            bound_profile_package: package,
            additions: Default::default(),
        })
    }
}

/// The content of a PrepareDownload answer, once its signature is verified.
fn verified<'a>(
    response: &'a PrepareDownloadResponse,
    authenticated: &Authenticated,
    transaction_id: &TransactionId,
) -> Result<&'a EuiccSigned2, Failure> {
    let ok: &PrepareDownloadResponseOk = match response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => ok,
        PrepareDownloadResponse::DownloadResponseError(error) => {
            if error.transaction_id != *transaction_id {
                return Err(TRANSACTION_ID_UNKNOWN.into());
            }
            return Err(Failure::because(
                EUICC_EXECUTION_ERROR,
                &error.download_error_code,
            ));
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
) -> Result<(), Failure> {
    let Some(code) = &order.confirmation_code else {
        return Ok(());
    };
    let Some(hash) = &signed.hash_cc else {
        return Err(CONFIRMATION_CODE_MISSING.into());
    };
    let Some(left) = order.confirmation_code_tries.checked_sub(1) else {
        order.end(OrderState::Error);
        return Err(CONFIRMATION_CODE_RETRIES_EXCEEDED.into());
    };
    if hash.as_bytes() != hash_cc(code, transaction_id) {
        order.confirmation_code_tries = left;
        return Err(CONFIRMATION_CODE_REFUSED.into());
    }
    Ok(())
}

/// The package as bound before when the eUICC kept its one-time key, else bound anew.
fn bind<'a>(
    order: &'a mut Order,
    target: Target<'_>,
    host_id: &[u8],
    env: &mut dyn Env,
) -> Result<&'a Binding, Failure> {
    let kept = order.binding.take();
    let binding = match kept {
        Some(binding)
            if binding.otpk_for(target.eid, target.server_ci) == Some(target.euicc_otpk) =>
        {
            binding
        }
        Some(binding) if !order.rebinding => {
            order.binding = Some(binding);
            return Err(BPP_REBINDING_REFUSED.into());
        }
        _ => Binding::new(order, target, host_id, env).map_err(|error| match error {
            BindError::Key(error) => Failure::because(EUICC_SIGNATURE_INVALID, &error),
            error => internal(error),
        })?,
    };
    Ok(order.binding.insert(binding))
}
