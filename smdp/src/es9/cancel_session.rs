// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.CancelSession (SGP.22 §5.6.5).

use rsp::der;
use rsp::json::Failure;
use rsp::sgp22::{CancelSessionReason, CancelSessionRequestEs9, CancelSessionResponse};
use rsp::status::{
    BPP_EXECUTION_ERROR, END_USER_REJECTION, EUICC_EXECUTION_ERROR, EUICC_SIGNATURE_INVALID,
    METADATA_MISMATCH, PPR_NOT_ALLOWED, Refusal, SMDP_OID_MISMATCH, TRANSACTION_ID_UNKNOWN,
    UNDEFINED_REASON,
};

use crate::SmDp;
use crate::order::Step;
use crate::server::{Event, NotificationPoint};

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
        let authenticated = session.phase.authenticated();
        let authenticated = authenticated.ok_or(TRANSACTION_ID_UNKNOWN)?;
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
        let delivered = session.phase.is_delivered();
        let (order, eid) = (authenticated.order, authenticated.eid);
        self.sessions.close(&request.transaction_id);
        self.note(Event::Cancelled { order, reason });
        if let Some((point, refusal)) = final_failure(reason, delivered) {
            // An order that a notification has ended meanwhile stays where it is, and so does one
            // that went to another eUICC.
            if let Some(order) = self.orders.get_mut(order)
                && order.eid.is_none_or(|known| known == eid)
            {
                order.step(Step::Fail);
            }
            self.note(Event::Progress {
                order,
                eid: Some(eid),
                point,
                refusal: Some(refusal),
                data: der::encode(&request.cancel_session_response).ok(),
            });
        }
        Ok(())
    }
}

/// What the operator is told (SGP.22 §5.3.5); nothing when the user may come back to the order
/// later (SGP.22 §3.0.2).
fn final_failure(
    reason: CancelSessionReason,
    delivered: bool,
) -> Option<(NotificationPoint, Refusal)> {
    use NotificationPoint::{Confirmation, Download, Installation};
    let or_download = if delivered { Download } else { Confirmation };
    Some(match reason {
        CancelSessionReason::POSTPONED | CancelSessionReason::TIMEOUT => return None,
        CancelSessionReason::END_USER_REJECTION => (Confirmation, END_USER_REJECTION),
        CancelSessionReason::PPR_NOT_ALLOWED => (or_download, PPR_NOT_ALLOWED),
        CancelSessionReason::METADATA_MISMATCH => (Download, METADATA_MISMATCH),
        CancelSessionReason::LOAD_BPP_EXECUTION_ERROR => (Installation, BPP_EXECUTION_ERROR),
        _ => (or_download, UNDEFINED_REASON),
    })
}
