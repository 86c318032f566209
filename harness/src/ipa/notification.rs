// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delivery of notifications and of results that wait on the card (SGP.32 §3.7, §3.3.1).

use rsp::sgp32::{EimPackageResult, HandleNotificationEsipa, Sgp32PendingNotification};

use super::eim::Eim;
use super::{Error, Ipa};

impl Ipa {
    /// Delivers what an earlier run has left on the card: first the eUICC package results of this
    /// eIM, then the notifications.
    pub(crate) async fn deliver_leftovers(&mut self, eim: &Eim) -> Result<(), Error> {
        for result in self.card.package_results()? {
            if eim.owns(&result) {
                self.provide(eim, EimPackageResult::EuiccPackageResult(result))
                    .await?;
            }
        }
        for notification in self.card.notifications(None)? {
            self.notify(eim, notification).await?;
        }
        Ok(())
    }

    /// ESipa.HandleNotification (SGP.32 §5.14.7); the eIM's 204 says that it has it, so the card
    /// may forget it.
    pub(crate) async fn notify(
        &mut self,
        eim: &Eim,
        notification: Sgp32PendingNotification,
    ) -> Result<(), Error> {
        let number = sequence_number(&notification);
        let message = HandleNotificationEsipa::PendingNotification(notification);
        eim.post("HandleNotification", &message).await?;
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
