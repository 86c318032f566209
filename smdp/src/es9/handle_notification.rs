// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.HandleNotification (SGP.22 §5.6.4). There is no refusal: the device must be able to remove
//! what it has delivered, so a notification that cannot be trusted is noted and acknowledged.

use rsp::chain::{Anchor, CertificateView, verify_euicc};
use rsp::env::Env;
use rsp::id::{Eid, Iccid};
use rsp::sgp22::{
    ErrorReason, HandleNotification, NotificationMetadata, OtherSignedNotification,
    PendingNotification, ProfileInstallationResult, ProfileInstallationResultDataFinalResult,
};

use crate::SmDp;
use crate::order::{OrderId, OrderState};
use crate::server::Event;

impl SmDp {
    pub(super) fn handle_notification(&mut self, request: &HandleNotification, env: &dyn Env) {
        let notification = &request.pending_notification;
        let judged = match notification {
            PendingNotification::ProfileInstallationResult(result) => self.installed(result),
            PendingNotification::OtherSignedNotification(other) => {
                self.verify_notification(other, env.now())
            }
        };
        match judged {
            Ok(order) => {
                self.log_notification(order, notification);
                self.note(Event::Notified {
                    order,
                    notification: Box::new(notification.clone()),
                });
            }
            Err(reason) => {
                tracing::warn!(%reason, "notification not trusted");
                self.note(Event::NotificationRefused { reason });
            }
        }
    }

    /// Says which notification about which profile came in.
    fn log_notification(&self, order: Option<OrderId>, notification: &PendingNotification) {
        let (metadata, outcome) = match notification {
            PendingNotification::ProfileInstallationResult(result) => {
                let data = &result.profile_installation_result_data;
                let outcome = match &data.final_result {
                    ProfileInstallationResultDataFinalResult::SuccessResult(_) => {
                        "successResult".to_owned()
                    }
                    ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
                        format!("errorResult {}", error.error_reason)
                    }
                };
                (&data.notification_metadata, Some(outcome))
            }
            PendingNotification::OtherSignedNotification(other) => {
                (&*other.tbs_other_notification, None)
            }
        };
        let order = order.and_then(|id| self.orders.get(id));
        let iccid = metadata.iccid.as_deref();
        tracing::info!(
            iccid = iccid.and_then(|iccid| Some(Iccid::from_bytes(iccid).ok()?.to_string())),
            event = ?metadata.profile_management_operation,
            final_result = outcome,
            matching_id = order.map(|order| order.matching_id.as_str()),
            "notification"
        );
    }

    /// Takes the result of an installation to its order (SGP.22 §2.5.6).
    fn installed(&mut self, result: &ProfileInstallationResult) -> Result<Option<OrderId>, String> {
        let data = &result.profile_installation_result_data;
        let delivery = self
            .sessions
            .delivery(&data.transaction_id)
            .ok_or_else(|| {
                format!(
                    "expected a TransactionID of ours, got {}",
                    data.transaction_id
                )
            })?;
        delivery
            .euicc_key
            .verify(data.bytes(), &result.euicc_sign_pir)
            .map_err(|error| format!("euiccSignPIR: {error}"))?;
        let order_id = delivery.order;
        // The download is over: the package is not handed out again under this TransactionID.
        self.sessions.close(&data.transaction_id);
        // A result that comes twice, or after the order was made anew, changes nothing.
        if let Some(order) = self.orders.get_mut(order_id)
            && order.state == OrderState::Downloaded
        {
            match &data.final_result {
                ProfileInstallationResultDataFinalResult::SuccessResult(_) => {
                    order.end(OrderState::Installed);
                }
                ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
                    if may_be_repeated(error.error_reason) {
                        order.state = OrderState::Released;
                    } else {
                        order.end(OrderState::Error);
                    }
                }
            }
        }
        Ok(Some(order_id))
    }

    /// Verifies certificates and signature of another notification and finds its order.
    fn verify_notification(
        &self,
        other: &OtherSignedNotification,
        now: i64,
    ) -> Result<Option<OrderId>, String> {
        let view = |name: &str, der: &[u8]| {
            CertificateView::parse(der).map_err(|error| format!("{name}: {error}"))
        };
        let euicc = view("euiccCertificate", other.euicc_certificate.as_der())?;
        let eum = view("eumCertificate", other.eum_certificate.as_der())?;
        let others = other.other_certs_in_chain.iter().flatten();
        let others = others
            .map(|certificate| view("otherCertsInChain", certificate.as_der()))
            .collect::<Result<Vec<_>, _>>()?;
        let anchors: Vec<Anchor> = self.credentials.iter().map(|set| set.ci.clone()).collect();
        let identity = verify_euicc(&euicc, &eum, &others, &anchors, Some(now))
            .map_err(|error| error.to_string())?;
        identity
            .public_key
            .verify(
                other.tbs_other_notification.bytes(),
                &other.euicc_notification_signature,
            )
            .map_err(|error| format!("euiccNotificationSignature: {error}"))?;
        Ok(self.order_of(&identity.eid, &other.tbs_other_notification))
    }

    /// The latest order of an eUICC for the profile that a notification names.
    fn order_of(&self, eid: &Eid, metadata: &NotificationMetadata) -> Option<OrderId> {
        let iccid = metadata.iccid.as_deref()?;
        self.orders
            .of_eid(eid)
            .filter(|(_, order)| order.profile.iccid() == iccid)
            .last()
            .map(|it| it.0)
    }
}

/// Whether the cause lies in the moment and not in the package.
fn may_be_repeated(reason: ErrorReason) -> bool {
    matches!(
        reason,
        ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION
            | ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE
    )
}
