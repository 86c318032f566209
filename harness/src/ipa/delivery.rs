// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications on ES9+ (SGP.22 §3.5, §5.6.4): each to the server that it names, oldest first, and
//! off the card only when that server has it.
//!
//! Trap: what a server has not taken holds back everything younger for the same server, but nothing
//! for the others: the order of events counts per receiver.

use std::collections::{BTreeMap, BTreeSet};

use rsp::der::{self, CodecError};
use rsp::json::Es9Request;
use rsp::sgp22::{HandleNotification, Iccid, NotificationEvent, PendingNotification};
use rsp::sgp32::Sgp32PendingNotification;

use super::direct::patiently;
use super::notification::sequence_number;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::iut::DownloadSettings;
use crate::wire::es9::Client;

/// A notification on the card, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) sequence_number: i64,
    /// The server that it is for.
    pub(crate) address: String,
    /// What it tells, in the words of `NotificationEvent`.
    pub(crate) event: NotificationEvent,
    pub(crate) iccid: Option<Iccid>,
    /// Why the server does not have it.
    pub(crate) problem: Option<String>,
}

impl Delivery {
    /// Reads what a notification says about itself; nothing when it is in a form that only an eIM
    /// can read.
    pub(crate) fn of(pending: &Sgp32PendingNotification) -> Option<Self> {
        let metadata = match pending {
            Sgp32PendingNotification::ProfileInstallationResult(result) => {
                &result
                    .profile_installation_result_data
                    .notification_metadata
            }
            Sgp32PendingNotification::OtherSignedNotification(other) => {
                &other.tbs_other_notification
            }
            Sgp32PendingNotification::CompactProfileInstallationResult(_)
            | Sgp32PendingNotification::CompactOtherSignedNotification(_) => return None,
        };
        Some(Self {
            sequence_number: metadata.seq_number,
            address: metadata.notification_address.trim().to_owned(),
            event: metadata.profile_management_operation.clone(),
            iccid: metadata.iccid.clone(),
            problem: None,
        })
    }
}

impl Ipa {
    /// The notifications on the card, oldest first.
    pub(crate) fn pending_deliveries(&mut self) -> Result<Vec<Delivery>, Error> {
        let mut pending = self.card.notifications(None)?;
        pending.sort_by_key(sequence_number);
        Ok(pending.iter().filter_map(Delivery::of).collect())
    }

    /// Delivers every notification on the card for which `wanted` holds, and takes those that
    /// arrived off the card.
    pub(crate) async fn deliver(
        &mut self,
        wanted: impl Fn(&Delivery) -> bool,
    ) -> Result<Vec<Delivery>, Error> {
        let mut pending = self.card.notifications(None)?;
        pending.sort_by_key(sequence_number);
        let (mut clients, mut stuck) = (BTreeMap::new(), BTreeSet::new());
        let mut done = Vec::new();
        for notification in pending {
            let delivery = Delivery::of(&notification).filter(&wanted);
            let Some(mut delivery) = delivery else {
                continue;
            };
            let server = normal(&delivery.address);
            if stuck.contains(&server) {
                let cause = "an older one for the same server waits";
                delivery.problem = Some(cause.to_owned());
            } else if let Err(problem) =
                self.hand_over(&mut clients, &delivery, &notification).await
            {
                delivery.problem = Some(problem);
                stuck.insert(server);
            } else {
                self.card.remove(delivery.sequence_number)?;
            }
            done.push(delivery);
        }
        Ok(done)
    }

    /// Hands one notification to its server; the caller takes it off the card.
    pub(crate) async fn hand_in(
        &mut self,
        notification: &Sgp32PendingNotification,
    ) -> Result<(), String> {
        let delivery = Delivery::of(notification).ok_or("compact, for an eIM only")?;
        self.hand_over(&mut BTreeMap::new(), &delivery, notification)
            .await
    }

    #[expect(
        clippy::needless_pass_by_ref_mut,
        reason = "a shared reference to the IPA would tie its task to one thread"
    )]
    async fn hand_over(
        &mut self,
        clients: &mut BTreeMap<String, Client>,
        delivery: &Delivery,
        notification: &Sgp32PendingNotification,
    ) -> Result<(), String> {
        let is_result = matches!(
            notification,
            Sgp32PendingNotification::ProfileInstallationResult(_)
        );
        if is_result && self.has(IpaDefect::HidesInstallationResult) {
            return Err("kept back".to_owned());
        }
        let mut address = delivery.address.clone();
        if let (Some(last), true) = (
            &self.last_server,
            self.has(IpaDefect::WrongNotificationAddress),
        ) {
            address.clone_from(last);
        }
        let client = match clients.remove(&normal(&address)) {
            Some(client) => client,
            None => self.server(&address).map_err(|failure| failure.cause)?,
        };
        let outcome = Box::pin(give(&client, notification, &self.settings.download)).await;
        clients.insert(normal(&address), client);
        match &outcome {
            Ok(()) => {
                let number = delivery.sequence_number;
                tracing::info!("notification {number} delivered to {address}");
            }
            Err(problem) => tracing::warn!("notification kept: {problem}"),
        }
        outcome
    }
}

async fn give(
    client: &Client,
    notification: &Sgp32PendingNotification,
    settings: &DownloadSettings,
) -> Result<(), String> {
    let text = |error: CodecError| error.to_string();
    // the same bytes in the words of SGP.22: what is signed is kept as it is
    let pending: PendingNotification =
        der::decode(&der::encode(notification).map_err(text)?).map_err(text)?;
    let request = Es9Request::HandleNotification(HandleNotification {
        pending_notification: pending,
        additions: Default::default(),
    });
    match patiently(client, &request, settings).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(refusal)) => Err(format!("{} refused it: {refusal}", client.host())),
        Err(error) => Err(error.to_string()),
    }
}

/// An address as a key: host names are compared as DNS does.
fn normal(address: &str) -> String {
    address.trim_end_matches('.').to_ascii_lowercase()
}
