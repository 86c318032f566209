// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa.ProvideEimPackageResult (SGP.32 §5.14.6): results to the eIM, and what it acknowledges off
//! the card. Only what was sent is removed: the numbers of results and notifications are one
//! series, and another eIM's may be among those that a confused eIM names.

use rsp::sgp32::{
    EimPackageResult, IpaEuiccDataResponse,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as DownloadData,
    ProvideEimPackageResult, Sgp32PendingNotification,
};

use super::eim::Eim;
use super::memory::KeptMessage;
use super::notification::sequence_number;
use super::package::number_of;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Provides a result and removes what the eIM acknowledged from the card, once each (SGP.32
    /// §3.1.1.1 step 8).
    pub(crate) async fn provide(
        &mut self,
        eim: &Eim,
        eim_package_result: EimPackageResult,
    ) -> Result<(), Error> {
        if !self.online() {
            return Err(Error::Offline);
        }
        let mut sent = numbers(&eim_package_result);
        sent.sort_unstable();
        let message = ProvideEimPackageResult {
            eid_value: Some(self.eid.clone()).filter(|_| !self.has(IpaDefect::OmitsEid)),
            eim_package_result,
            additions: Default::default(),
        };
        if self.has(IpaDefect::RemovesBeforeAcknowledgement) {
            sent.iter()
                .try_for_each(|number| self.card.remove(*number))?;
        }
        let mut acknowledged = match eim.provide(message).await {
            Err(Error::Refused { .. }) if self.has(IpaDefect::TakesErrorForAcknowledgement) => {
                sent.clone()
            }
            other => other?,
        };
        acknowledged.sort_unstable();
        acknowledged.dedup();
        tracing::info!("result delivered, the eIM acknowledges sequence numbers {acknowledged:?}");
        self.acknowledged(&sent, &acknowledged)
    }

    /// Removes what was sent and is acknowledged.
    pub(crate) fn acknowledged(&mut self, sent: &[i64], acknowledged: &[i64]) -> Result<(), Error> {
        if self.has(IpaDefect::NeverRemoves) {
            return Ok(());
        }
        let everything = self.has(IpaDefect::RemovesEverything) && !acknowledged.is_empty();
        sent.iter()
            .filter(|number| everything || acknowledged.contains(number))
            .try_for_each(|number| {
                if self.has(IpaDefect::RemovesTwice) {
                    self.card.remove(*number)?;
                }
                self.card.remove(*number)
            })
    }

    /// Provides a result, again and again while the eIM cannot be reached, with longer and longer
    /// pauses. An eIM that answers is not asked again.
    pub(crate) async fn provide_patiently(
        &mut self,
        eim: &Eim,
        result: EimPackageResult,
    ) -> Result<(), Error> {
        let policy = self.settings.policy.clone();
        let hasty = self.has(IpaDefect::RetriesAtFullSpeed);
        for _ in 0..if hasty { policy.most_packages } else { 0 } {
            if self.provide(eim, result.clone()).await.is_ok() {
                return Ok(());
            }
        }
        let once = self.has(IpaDefect::TiesStateToConnection);
        for attempt in 1..if once { 1 } else { policy.attempts } {
            match self.provide(eim, result.clone()).await {
                Err(error) if error.is_transport() => {
                    tracing::info!("eIM {}: {error}, trying again", eim.id);
                    tokio::time::sleep(policy.pause_after(attempt)).await;
                }
                other => return other,
            }
        }
        self.provide(eim, result).await
    }

    /// Provides a result that the card does not keep: when the eIM does not take it now, it is
    /// offered again in the next round.
    pub(crate) async fn provide_or_keep(
        &mut self,
        eim: &Eim,
        result: EimPackageResult,
    ) -> Result<(), Error> {
        let outcome = self.provide_patiently(eim, result.clone()).await;
        if outcome.is_err() && !self.has(IpaDefect::TiesStateToConnection) {
            self.keep(eim, &result)?;
        }
        outcome
    }

    /// Keeps a result for the next round.
    pub(crate) fn keep(&mut self, eim: &Eim, result: &EimPackageResult) -> Result<(), Error> {
        let message = KeptMessage {
            eim: eim.id.clone(),
            result: hex::encode(rsp::der::encode(result)?),
        };
        self.memory.change(|kept| kept.messages.push(message))?;
        Ok(())
    }

    /// Offers what earlier rounds have kept for this eIM.
    pub(crate) async fn deliver_kept(&mut self, eim: &Eim) -> Result<(), Error> {
        let kept = self.memory.kept().messages.clone();
        for message in kept.into_iter().filter(|message| message.eim == eim.id) {
            let decoded = hex::decode(&message.result).ok();
            let result = decoded.and_then(|result| rsp::der::decode(&result).ok());
            if let Some(result) = result {
                match self.provide(eim, result).await {
                    Err(error @ Error::Refused { .. }) => {
                        tracing::warn!("{error}; it is offered again in the next round");
                        continue;
                    }
                    other => other?,
                }
            }
            self.memory
                .change(|kept| kept.messages.retain(|other| *other != message))?;
        }
        Ok(())
    }
}

/// The sequence numbers of all that a result carries.
pub(crate) fn numbers(result: &EimPackageResult) -> Vec<i64> {
    let mut numbers = Vec::new();
    match result {
        EimPackageResult::EuiccPackageResult(result) => numbers.extend(number_of(result)),
        EimPackageResult::EprAndNotifications(both) => {
            numbers.extend(number_of(&both.euicc_package_result));
            numbers.extend(both.notification_list.iter().filter_map(sequence_number));
        }
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            let notifications = data.notifications_list.iter().flatten();
            numbers.extend(notifications.filter_map(sequence_number));
            let results = data.euicc_package_result_list.iter().flatten();
            numbers.extend(results.filter_map(number_of));
        }
        EimPackageResult::ProfileDownloadTriggerResult(result) => {
            if let DownloadData::ProfileInstallationResult(result) =
                &result.profile_download_trigger_result_data
            {
                let pending = Sgp32PendingNotification::ProfileInstallationResult(result.clone());
                numbers.extend(sequence_number(&pending));
            }
        }
        EimPackageResult::IpaEuiccDataResponse(_)
        | EimPackageResult::EimPackageResultResponseError(_) => {}
    }
    numbers
}
