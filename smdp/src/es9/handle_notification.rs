// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.HandleNotification (SGP.22 §5.6.4). There is no refusal: the device must be able to remove
//! what it has delivered, so a notification that cannot be trusted is noted and acknowledged.
//!
//! Traps: a ProfileInstallationResult has no certificate, so that it is verified with the key of
//! its session, days later too; notifications come twice when an answer was lost, and late when a
//! device was off.

use rsp::chain::{Anchor, CertificateView, verify_euicc};
use rsp::der;
use rsp::env::Env;
use rsp::id::{Eid, Iccid};
use rsp::sgp22::{
    ErrorReason, HandleNotification, NotificationMetadata, OtherSignedNotification,
    PendingNotification, ProfileInstallationResult, ProfileInstallationResultDataFinalResult,
};
use rsp::status::{BPP_EXECUTION_ERROR, Refusal};

use crate::SmDp;
use crate::order::{Order, OrderId, OrderState, Step};
use crate::server::{Event, NotificationPoint};

impl SmDp {
    pub(super) fn handle_notification(&mut self, request: &HandleNotification, env: &dyn Env) {
        let notification = &request.pending_notification;
        let judged = match notification {
            PendingNotification::ProfileInstallationResult(result) => self.installed(result),
            PendingNotification::OtherSignedNotification(other) => self.changed(other, env.now()),
        };
        match judged {
            Ok(Judged {
                order,
                eid,
                progress,
            }) => {
                self.log_notification(order, notification);
                self.note(Event::Notified {
                    order,
                    notification: Box::new(notification.clone()),
                });
                if let Some((order, progress)) = order.zip(progress) {
                    self.note(Event::Progress {
                        order,
                        eid,
                        point: NotificationPoint::Installation,
                        refusal: progress.err(),
                        data: der::encode(notification).ok(),
                    });
                }
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

    /// Takes the result of an installation to its order (SGP.22 §2.5.6). A result that comes twice
    /// changes nothing the second time.
    fn installed(&mut self, result: &ProfileInstallationResult) -> Result<Judged, String> {
        let data = &result.profile_installation_result_data;
        let transaction_id = &data.transaction_id;
        let delivery = self.sessions.delivery(transaction_id).ok_or_else(|| {
            format!("expected a TransactionID of a delivered package, got {transaction_id}")
        })?;
        delivery
            .euicc_key
            .verify(data.bytes(), &result.euicc_sign_pir)
            .map_err(|error| format!("euiccSignPIR: {error}"))?;
        let (id, eid, settled) = (delivery.order, delivery.eid, delivery.settled);
        let installed = match &data.final_result {
            ProfileInstallationResultDataFinalResult::SuccessResult(_) => Ok(()),
            ProfileInstallationResultDataFinalResult::ErrorResult(error) => Err(error.error_reason),
        };
        if installed.is_ok() {
            self.check_iccid(id, data.notification_metadata.iccid.as_deref())?;
        }
        // The download is over: the package is not handed out again under this TransactionID.
        self.sessions.close(transaction_id);
        self.sessions.settle(transaction_id);
        let order = (!settled).then(|| self.orders.get_mut(id)).flatten();
        Ok(Judged {
            order: Some(id),
            eid,
            progress: order.and_then(|order| settle(order, transaction_id, installed)),
        })
    }

    /// A success has to be about the profile that was delivered.
    fn check_iccid(&self, order: OrderId, iccid: Option<&[u8]>) -> Result<(), String> {
        let Some((order, iccid)) = self.orders.get(order).zip(iccid) else {
            return Ok(());
        };
        let expected = order.profile.iccid();
        if iccid == expected {
            return Ok(());
        }
        Err(format!(
            "expected the result of {}, got one of {}",
            hex::encode_upper(expected),
            hex::encode_upper(iccid)
        ))
    }

    /// Takes another notification to its order. Whatever happened to the profile, it is installed
    /// when the eUICC says so, and its package must not go out again; with an order that starts
    /// anew nobody can tell which download is meant.
    fn changed(&mut self, other: &OtherSignedNotification, now: i64) -> Result<Judged, String> {
        let eid = self.verify_notification(other, now)?;
        let id = self.order_of(&eid, &other.tbs_other_notification);
        let order = id.and_then(|id| self.orders.get_mut(id));
        let waiting =
            order.filter(|order| order.state == OrderState::Downloaded && !order.reusable);
        let progress = waiting.map(|order| {
            order.step(Step::Install);
            Ok(())
        });
        Ok(Judged {
            order: id,
            eid: Some(eid),
            progress,
        })
    }

    /// Verifies certificates and signature of another notification and says whose it is.
    fn verify_notification(
        &self,
        other: &OtherSignedNotification,
        now: i64,
    ) -> Result<Eid, String> {
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
        Ok(identity.eid)
    }

    /// The latest order of an eUICC for the profile that a notification names.
    fn order_of(&self, eid: &Eid, metadata: &NotificationMetadata) -> Option<OrderId> {
        let iccid = metadata.iccid.as_deref()?;
        let own = self.orders.of_eid(eid);
        let own = own.filter(|(_, order)| order.profile.iccid() == iccid);
        let own = own.last().map(|it| it.0);
        let is_it = |id: &OrderId| {
            let order = self.orders.get(*id);
            order.is_some_and(|order| order.profile.iccid() == iccid)
        };
        // An order that is open to every eUICC does not say who has had it.
        own.or_else(|| self.sessions.delivered_to(eid).find(is_it))
    }
}

/// What a notification that is trusted came to.
struct Judged {
    order: Option<OrderId>,
    eid: Option<Eid>,
    /// How the installation ended, when this is the first to say so.
    progress: Option<Result<(), Refusal>>,
}

/// Puts an order where the result of its installation leaves it. An error does not count when the
/// package went out again meanwhile, in a session whose result is still to come.
fn settle(
    order: &mut Order,
    transaction_id: &[u8],
    installed: Result<(), ErrorReason>,
) -> Option<Result<(), Refusal>> {
    let Err(reason) = installed else {
        order.step(Step::Install);
        return Some(Ok(()));
    };
    let binding = order.binding.as_ref();
    let is_latest = binding.is_some_and(|binding| binding.is_delivered_under(transaction_id));
    if order.state == OrderState::Downloaded && is_latest {
        if may_be_repeated(reason) {
            order.step(Step::Retry);
        } else {
            order.step(Step::Fail);
        }
    }
    Some(Err(BPP_EXECUTION_ERROR))
}

/// Whether the cause lies in the moment and not in the package.
fn may_be_repeated(reason: ErrorReason) -> bool {
    matches!(
        reason,
        ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION
            | ErrorReason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE
    )
}
