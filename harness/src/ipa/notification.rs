// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delivery of notifications and of results that wait on the card (SGP.32 §3.7, §3.3.1).

use rsp::sgp32::{EimPackageResult, HandleNotificationEsipa, Sgp32PendingNotification};

use super::eim::Eim;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Delivers what an earlier run has left: the package that was being executed, messages that
    /// the card does not keep, the eUICC package results of this eIM, then the notifications. An
    /// eIM that refuses some of it is asked for packages nevertheless.
    pub(crate) async fn deliver_leftovers(&mut self, eim: &Eim) -> Result<(), Error> {
        if self.has(IpaDefect::ForgetsStoredResults) {
            self.memory.change(|kept| {
                kept.package = None;
                kept.messages.clear();
            })?;
            return Ok(());
        }
        let resumed = self.resume(eim).await;
        self.unless_refused(resumed)?;
        let kept = self.deliver_kept(eim).await;
        self.unless_refused(kept)?;
        for result in self.card.package_results()? {
            let meant = eim.owns(&result) || self.has(IpaDefect::DeliversToAnyEim);
            if meant {
                let result = EimPackageResult::EuiccPackageResult(result);
                let provided = self.provide(eim, result).await;
                self.unless_refused(provided)?;
            }
        }
        self.deliver_notifications(eim).await
    }

    /// The notifications on the card, oldest first, up to one that the eIM does not take.
    pub(crate) async fn deliver_notifications(&mut self, eim: &Eim) -> Result<(), Error> {
        let mut waiting = self.card.notifications(None)?;
        waiting.sort_by_key(sequence_number);
        if self.has(IpaDefect::HidesInstallationResult) {
            waiting
                .retain(|it| !matches!(it, Sgp32PendingNotification::ProfileInstallationResult(_)));
        }
        if self.has(IpaDefect::NewestNotificationFirst) {
            waiting.reverse();
        }
        for notification in waiting {
            match self.notify(eim, notification).await {
                Err(error @ Error::Esipa { .. }) if !error.is_loss_of_network() => {
                    // none may overtake it (SGP.22 §3.5)
                    tracing::warn!("{error}; the notification and younger ones stay on the card");
                    // it may have forgotten what makes short forms readable
                    self.told.remove(&eim.id);
                    if !self.has(IpaDefect::OvertakesNotifications) {
                        break;
                    }
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
        if let (Some(number), true) = (number, self.has(IpaDefect::RemovesBeforeAcknowledgement)) {
            self.card.remove(number)?;
        }
        eim.notify(message).await?;
        tracing::info!(
            "notification {} delivered to the eIM",
            number.unwrap_or_default()
        );
        match number.filter(|_| !self.has(IpaDefect::NeverRemoves)) {
            Some(number) => self.card.remove(number),
            None => Ok(()),
        }
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
