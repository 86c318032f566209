// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delivery of notifications and of results that wait on the card (SGP.32 §3.7, §3.3.1).

use rsp::sgp32::{EimPackageResult, HandleNotificationEsipa, Sgp32PendingNotification};

use super::eim::Eim;
use super::{Error, Ipa};

impl Ipa {
    /// Delivers what an earlier run has left: the package that was being executed, messages that
    /// the card does not keep, the eUICC package results of this eIM, then the notifications. An
    /// eIM that refuses some of it is asked for packages nevertheless.
    pub(crate) async fn deliver_leftovers(&mut self, eim: &Eim) -> Result<(), Error> {
        let resumed = self.resume(eim).await;
        self.unless_refused(resumed)?;
        let kept = self.deliver_kept(eim).await;
        self.unless_refused(kept)?;
        for result in self.card.package_results()? {
            if eim.owns(&result) {
                let result = EimPackageResult::EuiccPackageResult(result);
                let provided = self.provide(eim, result).await;
                self.unless_refused(provided)?;
            }
        }
        for notification in self.card.notifications(None)? {
            match self.notify(eim, notification).await {
                Err(error @ Error::Esipa { .. }) if !error.is_loss_of_network() => {
                    tracing::warn!("{error}; the notification stays on the card");
                    // it may have forgotten what makes short forms readable
                    self.told.remove(&eim.id);
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }

    /// A refusal of the eIM is told and survived: what it did not take stays where it is.
    fn unless_refused(&self, outcome: Result<(), Error>) -> Result<(), Error> {
        match outcome {
            Err(error @ Error::Refused { .. }) => {
                tracing::warn!("{error}; it is offered again in the next round");
                Ok(())
            }
            other => other,
        }
    }

    /// ESipa.HandleNotification (SGP.32 §5.14.7); the eIM's 204 says that it has it, so the card
    /// may forget it.
    pub(crate) async fn notify(
        &mut self,
        eim: &Eim,
        notification: Sgp32PendingNotification,
    ) -> Result<(), Error> {
        let number = sequence_number(&notification);
        let notification = self.short_notification(eim, notification);
        let message = HandleNotificationEsipa::PendingNotification(notification);
        eim.notify(message).await?;
        tracing::info!(
            "notification {} delivered to the eIM",
            number.unwrap_or_default()
        );
        number.map_or(Ok(()), |number| self.card.remove(number))
    }
}

/// `seqNumber` of a notification.
pub(crate) fn sequence_number(notification: &Sgp32PendingNotification) -> Option<i64> {
    match notification {
        Sgp32PendingNotification::ProfileInstallationResult(result) => Some(
            result
                .profile_installation_result_data
                .notification_metadata
                .seq_number,
        ),
        Sgp32PendingNotification::OtherSignedNotification(other) => {
            Some(other.tbs_other_notification.seq_number)
        }
        Sgp32PendingNotification::CompactProfileInstallationResult(result) => {
            Some(result.compact_profile_installation_result_data.seq_number)
        }
        Sgp32PendingNotification::CompactOtherSignedNotification(other) => {
            Some(other.tbs_other_notification.seq_number)
        }
    }
}
