// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications on their way to the SM-DP+ (SGP.32 §3.7): checked where they end a download,
//! forwarded byte for byte over ES9+' to the address that each of them names, kept and tried again
//! when the server does not take them.

use std::collections::BTreeSet;

use rsp::compact;
use rsp::der;
use rsp::json::Es9Request;
use rsp::sgp22::{
    HandleNotification, PendingNotification,
    ProfileInstallationResultDataFinalResult as FinalResult,
};
use rsp::sgp32::{
    HandleNotificationEsipa, ProvideEimPackageResultResponse as Provided,
    Sgp32PendingNotification as Pending, Sgp32ProfileInstallationResult,
};

use super::certificates::is_genuine;
use super::outbox::Undelivered;
use super::{Eim, Network, Work, lock};
use crate::defect::EimDefect;
use crate::iut::OrderStatus;
use crate::wire::brief;
use crate::wire::es9::Es9Binding;

impl Eim {
    /// ESipa.HandleNotification (SGP.32 §5.14.7): 204, or 503 when it is not taken over.
    pub(super) async fn handle_notification(
        &self,
        work: &mut Work,
        message: &HandleNotificationEsipa,
    ) {
        match message {
            HandleNotificationEsipa::PendingNotification(notification) => {
                work.untaken = self.take_over(work, None, notification).await.is_none();
            }
            HandleNotificationEsipa::ProvideEimPackageResult(provided) => {
                // later delivery of a result: same checks, but nothing to answer
                let answer = self.provide_result(work, provided).await;
                work.untaken = matches!(answer, Provided::ProvideEimPackageResultError(_));
            }
        }
    }

    /// Takes a notification over: from then on delivering it is this eIM's business, and its
    /// sequence number may be acknowledged. Nothing is taken that cannot be read or kept.
    pub(super) async fn take_over(
        &self,
        work: &mut Work,
        eid: Option<&[u8; 16]>,
        notification: &Pending,
    ) -> Option<i64> {
        let full = self.full(work, eid, notification)?;
        let number = crate::ipa::sequence_number(&full)?;
        if let Pending::ProfileInstallationResult(result) = &full {
            self.close_download(work, result);
        }
        if self.has(EimDefect::DropsNotifications) {
            return Some(number);
        }
        let octets = der::encode(&full).ok()?;
        // what ES9+' cannot carry is not taken
        der::decode::<PendingNotification>(&octets).ok()?;
        let mut waiting = Undelivered::new(address_of(&full)?, octets);
        if self.has(EimDefect::WrongNotificationAddress) {
            let first = work.first_receiver.get_or_insert(waiting.address.clone());
            let last = work.downloads.last().map(|download| &download.address);
            waiting.address.clone_from(last.unwrap_or(first));
        }
        let now = work.env.now();
        let delivered = deliver(&work.network, work.relay.es9, now, &waiting).await;
        if delivered || self.has(EimDefect::NeverRetries) {
            return Some(number);
        }
        work.outbox
            .keep(waiting, now, &work.relay)
            .then_some(number)
    }

    /// The full form of a notification, which only the eUICC's signature of it can be delivered
    /// with.
    fn full(&self, work: &Work, eid: Option<&[u8; 16]>, notification: &Pending) -> Option<Pending> {
        let unusable = |why: &dyn std::fmt::Display| {
            tracing::warn!("notification left with the card: {why}");
        };
        let trusting = self.has(EimDefect::VerifiesNothing);
        match notification {
            Pending::OtherSignedNotification(other)
                if !trusting && !is_genuine(other, &work.network.anchors) =>
            {
                unusable(&"expected the signature of an eUICC under a known CI");
                None
            }
            Pending::ProfileInstallationResult(_) | Pending::OtherSignedNotification(_) => {
                Some(notification.clone())
            }
            Pending::CompactProfileInstallationResult(short) => {
                let data = &short.compact_profile_installation_result_data;
                let Some(download) = work.downloads.of_server(&data.transaction_id) else {
                    unusable(&"expected a download that this eIM has relayed");
                    return None;
                };
                let euicc = self.euicc_of(&download.eid)?;
                let full = self.expander(download, &euicc).installed(short);
                let full = full.inspect_err(|error| unusable(error)).ok()?;
                Some(Pending::ProfileInstallationResult(full))
            }
            Pending::CompactOtherSignedNotification(short) => {
                let own = short.eid_value.as_ref().and_then(|eid| eid.to_array());
                let euicc = self.euicc_of(own.as_ref().or(eid)?)?;
                let signed = short.tbs_other_notification.bytes();
                let signature = &short.euicc_notification_signature;
                let mut pairs = euicc.certificates.iter().zip(&euicc.keys);
                let pair = pairs.find(|(_, key)| key.verify(signed, signature).is_ok());
                let Some((pair, _)) = pair else {
                    unusable(&"expected the signature of the eUICC");
                    return None;
                };
                let full = compact::notification::expand_other(short, &pair.euicc, &pair.eum);
                Some(Pending::OtherSignedNotification(full))
            }
        }
    }

    /// An indirect download ends with its installation result, if the eUICC has signed it.
    fn close_download(&self, work: &Work, result: &Sgp32ProfileInstallationResult) {
        let data = &result.profile_installation_result_data;
        let Some(download) = work.downloads.of_server(&data.transaction_id) else {
            return;
        };
        let euicc = self.euicc_of(&download.eid);
        let signed = euicc.is_some_and(|it| it.has_signed(data.bytes(), &result.euicc_sign_pir));
        if !signed && !self.has(EimDefect::VerifiesNothing) {
            tracing::warn!("installation result not believed: its signature is wrong");
            return;
        }
        let status = match data.final_result {
            FinalResult::SuccessResult(_) => OrderStatus::Done,
            FinalResult::ErrorResult(_) if self.has(EimDefect::SuccessWhateverTheCode) => {
                OrderStatus::Done
            }
            FinalResult::ErrorResult(_) => OrderStatus::Failed,
        };
        let mut queue = lock(&self.queue);
        let mut entries = queue.entries.iter_mut();
        let entry = entries.find(|it| it.id == download.order && it.eid == download.eid);
        if let Some(entry) = entry {
            entry.becomes(status, &brief::installation(result));
        }
    }

    /// Delivers what is due, for a clock that ticks while no message comes. Messages are handled
    /// meanwhile.
    pub(crate) async fn deliver_due(&self) {
        let (due, network, now) = {
            let mut work = self.work.lock().await;
            let now = work.env.now();
            (work.due(now), work.network.clone(), now)
        };
        let binding = self.settings.relay.es9;
        let tried = !due.is_empty();
        let delivered = deliver_each(&network, binding, now, due).await;
        if tried {
            let mut work = self.work.lock().await;
            work.delivered(&delivered);
            work.note_changes(self.keeper.is_some());
            drop(work);
            if let Err(error) = self.commit().await {
                tracing::error!(%error, "deliveries are not written");
            }
        }
    }
}

impl Work {
    fn due(&mut self, now: i64) -> Vec<Undelivered> {
        self.outbox.due(now, &self.relay)
    }

    fn delivered(&mut self, delivered: &[Undelivered]) {
        for notification in delivered {
            self.outbox.delivered(notification);
        }
    }
}

/// Tries once more to deliver what was not taken before, as far as its pause is over.
pub(super) async fn retry(work: &mut Work) {
    let now = work.env.now();
    let due = work.due(now);
    let delivered = deliver_each(&work.network, work.relay.es9, now, due).await;
    work.delivered(&delivered);
}

/// Tries to deliver each, and returns those that their SM-DP+ has. A server that does not take one
/// is not waited for again.
async fn deliver_each(
    network: &Network,
    binding: Es9Binding,
    now: i64,
    due: Vec<Undelivered>,
) -> Vec<Undelivered> {
    let mut silent = BTreeSet::new();
    let mut delivered = Vec::new();
    for waiting in due {
        if silent.contains(&waiting.address) {
            continue;
        }
        if deliver(network, binding, now, &waiting).await {
            delivered.push(waiting);
        } else {
            silent.insert(waiting.address);
        }
    }
    delivered
}

/// ES9+'.HandleNotification; true when the SM-DP+ has it.
async fn deliver(network: &Network, binding: Es9Binding, now: i64, waiting: &Undelivered) -> bool {
    let address = waiting.address.as_str();
    let Ok(pending_notification) = der::decode::<PendingNotification>(&waiting.notification) else {
        tracing::warn!("notification for {address} cannot be read any more");
        return true;
    };
    let request = Es9Request::HandleNotification(HandleNotification {
        pending_notification,
        additions: Default::default(),
    });
    let client = match network.client(address, now, binding) {
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

/// `notificationAddress` of a full notification. Some profiles have it with blanks around.
fn address_of(notification: &Pending) -> Option<String> {
    let address = match notification {
        Pending::ProfileInstallationResult(result) => {
            let data = &result.profile_installation_result_data;
            &data.notification_metadata.notification_address
        }
        Pending::OtherSignedNotification(other) => {
            &other.tbs_other_notification.notification_address
        }
        Pending::CompactProfileInstallationResult(_)
        | Pending::CompactOtherSignedNotification(_) => return None,
    };
    Some(address.trim().to_owned())
}
