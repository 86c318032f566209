// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile download triggers (SGP.32 §3.2.3): which download follows, and how it is reported.
//!
//! A trigger with an activation code, one for the card's default SM-DP+ and one for an SM-DS start a
//! direct download (§3.2.3.1). One without download data leaves the address with the eIM, which
//! relays: an indirect download (§3.2.3.2).
//!
//! Trap: the installation result has two receivers, the SM-DP+ and the eIM. It stays on the card
//! until both had it, or a device that loses its power in between forgets it for one of them.

use rsp::activation::ActivationCode;
use rsp::der;
use rsp::json::Interface;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimPackageResult, EimPackageResultErrorCode, HandleNotificationEsipa, ProfileDownloadData,
    ProfileDownloadTriggerRequest, ProfileDownloadTriggerResult,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as ResultData,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError as DownloadError,
    Sgp32ProfileInstallationResult,
};

use super::authentication::{Authenticated, Contact};
use super::direct::Headless;
use super::discovery::Events;
use super::eim::Eim;
use super::installation::Installed;
use super::session::{Failure, Outcome};
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::brief;

impl Ipa {
    /// Carries out a trigger and reports it.
    pub(crate) async fn follow_trigger(
        &mut self,
        eim: &Eim,
        trigger: &ProfileDownloadTriggerRequest,
    ) -> Result<(), Error> {
        let transaction = self.transaction(trigger.eim_transaction_id.clone());
        if self.emergency()? {
            let failure = Failure::emergency();
            return self.report_download(eim, transaction, Err(failure)).await;
        }
        if self.goes_through_eim(trigger) {
            return Box::pin(self.follow_through_eim(eim, trigger)).await;
        }
        match &trigger.profile_download_data {
            // only an IPA that leaves the address to the eIM knows what is meant
            None => self.refuse_trigger(eim, transaction).await,
            Some(ProfileDownloadData::ActivationCode(text)) => match text.parse() {
                Ok(code) => Box::pin(self.follow_code(eim, transaction, &code)).await,
                Err(error) => {
                    tracing::warn!("activation code {text:?}: {error}");
                    self.refuse_trigger(eim, transaction).await
                }
            },
            Some(ProfileDownloadData::ContactDefaultSmdp(())) => {
                let address = self.addresses()?.default_dp_address;
                let none = "expected a default SM-DP+ address on the card, found none";
                let outcome = match address.filter(|address| !address.is_empty()) {
                    Some(address) => {
                        let contact = Contact::by_eid(&address, Interface::Es9);
                        Box::pin(self.download_from(&contact)).await?
                    }
                    None => Err(Failure::new(none)),
                };
                self.end_download(eim, transaction, outcome).await
            }
            Some(ProfileDownloadData::ContactSmds(smds)) => {
                let given = smds.smds_address.clone();
                let address = match given.filter(|address| !address.is_empty()) {
                    Some(address) => address,
                    None => self.addresses()?.root_ds_address,
                };
                Box::pin(self.follow_events(eim, transaction, &address)).await
            }
        }
    }

    async fn follow_code(
        &mut self,
        eim: &Eim,
        transaction: Option<TransactionId>,
        code: &ActivationCode,
    ) -> Result<(), Error> {
        let outcome = self.download_from(&Contact::from(code)).await?;
        self.end_download(eim, transaction, outcome).await
    }

    async fn refuse_trigger(
        &mut self,
        eim: &Eim,
        transaction: Option<TransactionId>,
    ) -> Result<(), Error> {
        if self.has(IpaDefect::SilentOnBadTrigger) {
            return Ok(());
        }
        let code = EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT;
        self.refuse(eim, transaction, code).await
    }

    /// Follows the events of an SM-DS one after the other. The trigger is answered with the last of
    /// them; the results of the others go to the eIM as notifications.
    async fn follow_events(
        &mut self,
        eim: &Eim,
        transaction: Option<TransactionId>,
        address: &str,
    ) -> Result<(), Error> {
        let mut events = match self.events(address).await? {
            Ok(contacts) => Events::new(contacts),
            Err(failure) => return self.end_download(eim, transaction, Err(failure)).await,
        };
        let mut last = None;
        while let Some(found) = Box::pin(self.next_event(&mut events)).await? {
            if last.is_some() && self.has(IpaDefect::StopsAfterFirstEvent) {
                break;
            }
            if let Some(Ok(installed)) = last.take() {
                self.end_silently(eim, installed).await?;
            }
            last = Some(match found {
                Ok(session) => self.download_in(session).await?,
                Err(failure) => Err(failure),
            });
        }
        let none = || {
            Err(Failure::new(format!(
                "{address} has no event for this card"
            )))
        };
        self.end_download(eim, transaction, last.unwrap_or_else(none))
            .await
    }

    async fn download_from(&mut self, contact: &Contact) -> Outcome<Installed> {
        let mut user = Headless(self.settings.download.confirmation_code.clone());
        self.download(contact, &mut user).await
    }

    async fn download_in(&mut self, session: Authenticated) -> Outcome<Installed> {
        let mut user = Headless(self.settings.download.confirmation_code.clone());
        self.download_within(session, &mut user).await
    }

    /// What follows a direct download (SGP.32 §3.2.3.1 steps 8 to 12): enabling if the card is
    /// configured for it, then the result to the SM-DP+, then to the eIM, then off the card.
    async fn end_download(
        &mut self,
        eim: &Eim,
        transaction: Option<TransactionId>,
        outcome: Result<Installed, Failure>,
    ) -> Result<(), Error> {
        let installed = match outcome {
            Ok(installed) => installed,
            Err(failure) => return self.report_download(eim, transaction, Err(failure)).await,
        };
        let enabled = self.enable_immediately(&installed.result)?;
        let handed_in = self.hand_in(&installed.pending()).await;
        let result = if enabled || !self.has(IpaDefect::FailsWithoutEnabling) {
            Ok(installed.result.clone())
        } else {
            Err(Failure::new("not enabled"))
        };
        self.report_download(eim, transaction, result).await?;
        self.after_download(&installed, handed_in).await
    }

    /// The same for a download whose result is not the answer to the trigger.
    async fn end_silently(&mut self, eim: &Eim, installed: Installed) -> Result<(), Error> {
        self.enable_immediately(&installed.result)?;
        let handed_in = self.hand_in(&installed.pending()).await;
        eim.notify(HandleNotificationEsipa::PendingNotification(
            installed.pending(),
        ))
        .await?;
        self.after_download(&installed, handed_in).await
    }

    /// Takes the result off the card once the SM-DP+ has it, and delivers what else the
    /// installation has left for servers.
    async fn after_download(
        &mut self,
        installed: &Installed,
        handed_in: Result<(), String>,
    ) -> Result<(), Error> {
        let handed_in = handed_in.is_ok() || self.has(IpaDefect::RemovesUndelivered);
        if let (Some(number), true) = (installed.sequence_number(), handed_in) {
            self.card.remove(number)?;
        }
        if installed.has_notifications {
            let iccid = installed.iccid();
            self.deliver(|delivery| delivery.iccid.as_ref() == iccid)
                .await?;
        }
        Ok(())
    }

    /// Provides the `ProfileDownloadTriggerResult` (SGP.32 §2.11.2.3).
    pub(crate) async fn report_download(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
        outcome: Result<Sgp32ProfileInstallationResult, Failure>,
    ) -> Result<(), Error> {
        if outcome.is_err() && self.has(IpaDefect::HidesDownloadFailure) {
            return Ok(());
        }
        let data = match outcome {
            Ok(result) => ResultData::ProfileInstallationResult(result),
            Err(failure) => {
                tracing::warn!("download abandoned: {failure}");
                if self.has(IpaDefect::SilentOnFailedDownload) {
                    return Ok(());
                }
                ResultData::ProfileDownloadError(DownloadError {
                    profile_download_error_reason: failure.reason(),
                    error_response: failure.answer.map(Into::into),
                    additions: Default::default(),
                })
            }
        };
        let result = ProfileDownloadTriggerResult {
            eim_transaction_id,
            profile_download_trigger_result_data: data,
            additions: Default::default(),
        };
        let result = EimPackageResult::ProfileDownloadTriggerResult(result);
        self.provide_or_keep(eim, result).await
    }
}

/// Reads the card's answer to the last segment of a bound profile package.
pub(crate) fn installation_result(answer: &[u8]) -> Result<Sgp32ProfileInstallationResult, Error> {
    let result = der::decode(answer).map_err(|source| Error::Answer {
        function: "LoadBoundProfilePackage",
        source,
    })?;
    tracing::info!("profile package loaded: {}", brief::installation(&result));
    Ok(result)
}
