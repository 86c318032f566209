// SPDX-License-Identifier: MIT OR Apache-2.0
//! Package injection (SGP.32 §5.14.4): the eIM sends a package to the IPA instead of waiting for
//! its poll, takes the result from the answer, and acknowledges by a second message.
//!
//! An IPA that only says that it has received the package delivers the result like any other.

use std::sync::Arc;
use std::time::Duration;

use rsp::sgp32::{
    EimAcknowledgements, EimPackageResult, EimPackageResultEprAndNotifications,
    EsipaMessageFromEimToIpa as Message, EsipaMessageFromIpaToEim as Answer,
    GetEimPackageResponse as Fetched, SequenceNumber, TransferEimPackageRequest as Transfer,
    TransferEimPackageResponse as Transferred,
};

use super::package::encoded;
use super::{Eim, Error, lock};
use crate::defect::EimDefect;
use crate::iut::OrderStatus;
use crate::wire::coap;
use crate::wire::dialect::{read_request, write_answer};
use crate::wire::esipa_client::Client;
use crate::wire::http::PostError;
use crate::wire::tls::Trust;

/// Seconds between attempts in the background; after the last, the order waits for a restart.
const PAUSES: [u64; 8] = [1, 2, 4, 8, 16, 32, 60, 60];

impl Eim {
    /// Injects an order in the background.
    pub(super) fn inject_soon(self: &Arc<Self>, id: &str) {
        let (eim, id) = (Arc::downgrade(self), id.to_owned());
        tokio::spawn(async move {
            for pause in PAUSES {
                let Some(eim) = eim.upgrade() else { return };
                // the IPA may have asked for it meanwhile
                if eim.order_status(&id) != Some(OrderStatus::Waiting) {
                    return;
                }
                match eim.inject(&id).await {
                    Ok(()) => return,
                    Err(error) => tracing::warn!("order {id} not injected: {error}"),
                }
                drop(eim);
                tokio::time::sleep(Duration::from_secs(pause)).await;
            }
        });
    }

    /// Injects what was left when the eIM ended.
    pub(super) fn inject_leftovers(self: &Arc<Self>) {
        let left: Vec<_> = {
            let queue = lock(&self.queue);
            let waiting = queue
                .entries
                .iter()
                .filter(|entry| entry.inject.is_some() && entry.status == OrderStatus::Waiting);
            waiting.map(|entry| entry.id.clone()).collect()
        };
        for id in left {
            self.inject_soon(&id);
        }
    }

    /// Sends an order to the IPA that it is meant for, and takes what comes back. When no answer
    /// comes, the order can be injected again: its package stays the same.
    ///
    /// # Errors
    /// There is no such order, or the IPA does not answer.
    pub async fn inject(&self, id: &str) -> Result<(), Error> {
        let (eid, client, package) = self.prepare_injection(id).await?;
        // the counter is on the disk before the package leaves
        self.commit().await?;
        let answer = match self.exchange(&client, package).await {
            Ok(_) if self.has(EimDefect::IgnoresInjectedAnswer) => return Ok(()),
            Ok(answer) => answer,
            Err(error) => {
                self.not_injected(id, &error);
                return Err(error);
            }
        };
        let numbers = {
            let mut work = self.work.lock().await;
            let numbers = self.take_transferred(&mut work, id, &eid, answer).await;
            work.note_changes(self.keeper.is_some());
            numbers
        };
        self.commit().await?;
        if numbers.is_empty() {
            return Ok(());
        }
        let numbers = numbers.into_iter().map(SequenceNumber).collect();
        let acknowledgement = Transfer::EimAcknowledgements(EimAcknowledgements(numbers));
        self.exchange(&client, acknowledgement).await.map(drop)
    }

    /// Whether an order goes to the IPA instead of being fetched.
    #[must_use]
    pub fn is_injected(&self, id: &str) -> bool {
        let queue = lock(&self.queue);
        queue.entry(id).is_some_and(|entry| entry.inject.is_some())
    }

    /// An order that the IPA did not take waits again, with the same package.
    fn not_injected(&self, id: &str, error: &Error) {
        let mut queue = lock(&self.queue);
        if let Some(entry) = queue.entry_mut(id)
            && entry.is_sent()
        {
            entry.deliveries = entry.deliveries.saturating_sub(1);
            entry.unreached = !self.has(EimDefect::LosesInjection);
            entry.becomes(OrderStatus::Waiting, &error.to_string());
        }
    }

    /// The EID, the way to the IPA and the package of an order.
    async fn prepare_injection(&self, id: &str) -> Result<([u8; 16], Client, Transfer), Error> {
        let mut work = self.work.lock().await;
        let work = &mut *work;
        let no_order = || Error::NoOrder(id.to_owned());
        let mut queue = lock(&self.queue);
        let place = queue.entries.iter().position(|entry| entry.id == id);
        let place = place.ok_or_else(no_order)?;
        let entry = queue.entries.get(place);
        let known = entry.and_then(|entry| Some((entry.eid, entry.inject.clone()?)));
        let (eid, host) = known.ok_or_else(no_order)?;
        let client = self
            .way_to(&host, work)
            .map_err(|error| Error::Injection(error.to_string()))?
            .with_timeout(work.network.timeout);
        queue.clock = work.env.now();
        let package = queue.hand_out(place, work.env.as_mut());
        let package = package.and_then(transfer).ok_or_else(no_order)?;
        Ok((eid, client, package))
    }

    /// HTTPS, or CoAP where the address says `coaps://`.
    fn way_to(&self, address: &str, work: &mut super::Work) -> Result<Client, PostError> {
        let trust = Trust::Roots(work.network.roots.clone());
        let (resolver, now) = (work.network.resolver.clone(), work.env.now());
        let Some(host) = address.strip_prefix("coaps://") else {
            return Client::injecting(address, resolver, &trust, &self.tls, now);
        };
        let settings = coap::Settings {
            identity: Some(self.tls.clone()),
            seed: u64::from_be_bytes(work.env.as_mut().array()),
            ..coap::Settings::default()
        };
        Ok(Client::coap(host, resolver, &trust, now, settings))
    }

    /// One TransferEimPackage.
    async fn exchange(&self, client: &Client, message: Transfer) -> Result<Transferred, Error> {
        let failed = |error: &dyn std::fmt::Display| Error::Injection(error.to_string());
        let dialect = self.settings.dialect;
        let message = Message::TransferEimPackageRequest(message);
        let bytes = write_answer(dialect, &message).map_err(|error| failed(&error))?;
        let answer = client.post(bytes).await.map_err(|error| failed(&error))?;
        match read_request(dialect, &answer).map_err(|error| failed(&error))? {
            Answer::TransferEimPackageResponse(answer) => Ok(answer),
            _ => Err(failed(
                &"expected TransferEimPackageResponse, got another message",
            )),
        }
    }

    /// Takes over what came back for an order; returns what is to be acknowledged.
    async fn take_transferred(
        &self,
        work: &mut super::Work,
        id: &str,
        eid: &[u8; 16],
        answer: Transferred,
    ) -> Vec<i64> {
        let result = match answer {
            Transferred::EuiccPackageResult(result) => EimPackageResult::EuiccPackageResult(result),
            Transferred::EprAndNotifications(both) => {
                EimPackageResult::EprAndNotifications(EimPackageResultEprAndNotifications {
                    euicc_package_result: both.euicc_package_result,
                    notification_list: both.notification_list,
                    additions: both.additions,
                })
            }
            Transferred::IpaEuiccDataResponse(data) => EimPackageResult::IpaEuiccDataResponse(data),
            Transferred::EimPackageReceived(()) | Transferred::EimPackageReceivedWithCid(_) => {
                return Vec::new();
            }
            refused
            @ (Transferred::EimPackageError(_) | Transferred::EimPackageErrorWithCid(_)) => {
                let mut queue = lock(&self.queue);
                if let Some(entry) = queue.entry_mut(id) {
                    entry.answered("TransferEimPackageResponse", encoded(&refused));
                    entry.becomes(OrderStatus::Failed, "the IPA refused the package");
                }
                return Vec::new();
            }
        };
        self.take_result(work, eid, &result).await
    }
}

/// A package in the message of injection.
fn transfer(fetched: Fetched) -> Option<Transfer> {
    Some(match fetched {
        Fetched::EuiccPackageRequest(request) => Transfer::EuiccPackageRequest(request),
        Fetched::IpaEuiccDataRequest(request) => Transfer::IpaEuiccDataRequest(request),
        Fetched::ProfileDownloadTriggerRequest(trigger) => {
            Transfer::ProfileDownloadTriggerRequest(trigger)
        }
        Fetched::EimPackageError(_) => return None,
    })
}
