// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications on their way to the SM-DP+ (SGP.32 §3.7): forwarded byte for byte over ES9+', kept
//! and tried again when the server does not take them.

use rsp::der;
use rsp::json::Es9Request;
use rsp::sgp22::{
    HandleNotification, PendingNotification,
    ProfileInstallationResultDataFinalResult as FinalResult,
};
use rsp::sgp32::{
    HandleNotificationEsipa, Sgp32PendingNotification, Sgp32ProfileInstallationResult,
};

use super::{Eim, Network, Work, decoded, lock};
use crate::iut::OrderStatus;
use crate::wire::brief;
use crate::wire::es9::Client;

/// A notification that its SM-DP+ has not taken.
#[derive(Debug)]
pub(super) struct Undelivered {
    address: String,
    notification: PendingNotification,
}

impl Eim {
    /// ESipa.HandleNotification (SGP.32 §5.14.7): no answer but 204.
    pub(super) async fn handle_notification(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        match decoded::<HandleNotificationEsipa>(message) {
            Some(HandleNotificationEsipa::PendingNotification(notification)) => {
                if let Sgp32PendingNotification::ProfileInstallationResult(result) = &notification {
                    self.close_download(work, result);
                }
                self.take_over(work, &notification).await;
            }
            Some(HandleNotificationEsipa::ProvideEimPackageResult(provided)) => {
                // later delivery of a result: same checks, but nothing to answer
                if let Ok(message) = der::encode(&provided) {
                    self.provide_result(work, &message).await;
                }
            }
            None => {}
        }
        Vec::new()
    }

    /// Takes a notification over: from then on delivering it is this eIM's business, and its
    /// sequence number may be acknowledged. Compact forms, which only their full form's signature
    /// covers, are left with the card.
    pub(super) async fn take_over(
        &self,
        work: &mut Work,
        notification: &Sgp32PendingNotification,
    ) -> Option<i64> {
        let number = crate::ipa::sequence_number(notification)?;
        let address = address_of(notification)?;
        let bytes = der::encode(notification).ok()?;
        let notification: PendingNotification = der::decode(&bytes).ok()?;
        if !deliver(&work.network, work.env.now(), &address, &notification).await {
            work.undelivered.push(Undelivered {
                address,
                notification,
            });
        }
        Some(number)
    }

    /// An indirect download ends with its installation result.
    fn close_download(&self, work: &Work, result: &Sgp32ProfileInstallationResult) {
        let data = &result.profile_installation_result_data;
        let Some(id) = work.downloads.order_of(&data.transaction_id) else {
            return;
        };
        let status = match data.final_result {
            FinalResult::SuccessResult(_) => OrderStatus::Done,
            FinalResult::ErrorResult(_) => OrderStatus::Failed,
        };
        if let Some(entry) = lock(&self.queue)
            .entries
            .iter_mut()
            .find(|entry| entry.id == id)
        {
            entry.becomes(status, &brief::installation(result));
        }
    }
}

/// Tries once more to deliver what was not taken before.
pub(super) async fn retry(work: &mut Work) {
    for waiting in std::mem::take(&mut work.undelivered) {
        let now = work.env.now();
        if !deliver(&work.network, now, &waiting.address, &waiting.notification).await {
            work.undelivered.push(waiting);
        }
    }
}

/// ES9+'.HandleNotification; true when the SM-DP+ has it.
async fn deliver(
    network: &Network,
    now: i64,
    address: &str,
    notification: &PendingNotification,
) -> bool {
    let request = Es9Request::HandleNotification(HandleNotification {
        pending_notification: notification.clone(),
        additions: Default::default(),
    });
    let client = match network.client(address, now) {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(%error, address, "no way to the SM-DP+ of a notification");
            return false;
        }
    };
    match client.call(&request).await {
        Ok(Ok(_)) => {
            tracing::info!("notification delivered to {address}");
            true
        }
        Ok(Err(failure)) => {
            tracing::warn!("{address} refused a notification: {failure}");
            false
        }
        Err(error) => {
            tracing::warn!(%error, "notification not delivered");
            false
        }
    }
}

impl Network {
    pub(super) fn client(
        &self,
        address: &str,
        now: i64,
    ) -> Result<Client, crate::wire::http::PostError> {
        Client::new(
            address,
            self.resolver.clone(),
            &self.roots,
            now,
            self.timeout,
        )
    }
}

/// `notificationAddress` of a full notification.
fn address_of(notification: &Sgp32PendingNotification) -> Option<String> {
    match notification {
        Sgp32PendingNotification::ProfileInstallationResult(result) => {
            let metadata = &result
                .profile_installation_result_data
                .notification_metadata;
            Some(metadata.notification_address.clone())
        }
        Sgp32PendingNotification::OtherSignedNotification(other) => {
            Some(other.tbs_other_notification.notification_address.clone())
        }
        Sgp32PendingNotification::CompactProfileInstallationResult(_)
        | Sgp32PendingNotification::CompactOtherSignedNotification(_) => None,
    }
}
