// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.CancelSession (SGP.22 §5.6.5).

use rsp::json::Failure;
use rsp::sgp22::{CancelSessionReason, CancelSessionRequestEs9, CancelSessionResponse};
use rsp::status::{
    EUICC_EXECUTION_ERROR, EUICC_SIGNATURE_INVALID, SMDP_OID_MISMATCH, TRANSACTION_ID_UNKNOWN,
};

use crate::SmDp;
use crate::order::OrderState;
use crate::server::Event;
use crate::session::Phase;

impl SmDp {
    pub(super) fn cancel_session(
        &mut self,
        request: &CancelSessionRequestEs9,
    ) -> Result<(), Failure> {
        // The TransactionID has to be known; before AuthenticateClient nobody could have signed.
        let session = self
            .sessions
            .get(&request.transaction_id)
            .ok_or(TRANSACTION_ID_UNKNOWN)?;
        let Phase::Authenticated(authenticated) = &session.phase else {
            return Err(TRANSACTION_ID_UNKNOWN.into());
        };
        let order_id = authenticated.order;
        let ok = match &request.cancel_session_response {
            CancelSessionResponse::CancelSessionResponseOk(ok) => ok,
            CancelSessionResponse::CancelSessionResponseError(code) => {
                return Err(Failure::because(EUICC_EXECUTION_ERROR, code));
            }
        };
        let signed = &ok.euicc_cancel_session_signed;
        authenticated
            .euicc_key
            .verify(signed.bytes(), &ok.euicc_cancel_session_signature)
            .map_err(|error| Failure::because(EUICC_SIGNATURE_INVALID, &error))?;
        if signed.transaction_id != request.transaction_id {
            return Err(TRANSACTION_ID_UNKNOWN.into());
        }
        // The OID has to be the one of this SM-DP+.
        if signed.smdp_oid != *self.credentials.oid() {
            return Err(Failure::because(SMDP_OID_MISMATCH, &signed.smdp_oid));
        }

        let reason = signed.reason;
        self.sessions.close(&request.transaction_id);
        if let Some(order) = self.orders.get_mut(order_id)
            && !may_go_on(reason)
        {
            order.end(OrderState::Error);
        }
        self.note(Event::Cancelled {
            order: order_id,
            reason,
        });
        Ok(())
    }
}

/// Whether the user may come back to the order later (SGP.22 §3.0.2).
fn may_go_on(reason: CancelSessionReason) -> bool {
    matches!(
        reason,
        CancelSessionReason::POSTPONED | CancelSessionReason::TIMEOUT
    )
}
