// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile download triggers (SGP.32 §3.2.3): which download follows, and how it is reported.
//!
//! A trigger with an activation code, or one for the card's default SM-DP+, starts a direct download
//! (§3.2.3.1). One without download data leaves the address with the eIM, which relays: an indirect
//! download (§3.2.3.2).

use rsp::activation::ActivationCode;
use rsp::der;
use rsp::sgp22::{
    EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse, TransactionId,
};
use rsp::sgp32::{
    EimPackageResult, EimPackageResultErrorCode, ProfileDownloadData,
    ProfileDownloadTriggerRequest, ProfileDownloadTriggerResult,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as ResultData,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError as DownloadError,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason as Reason,
    Sgp32ProfileInstallationResult,
};

use super::eim::Eim;
use super::session::Failure;
use super::{Error, Ipa};
use crate::wire::brief;

impl Ipa {
    /// Carries out a trigger and reports it.
    pub(crate) async fn follow_trigger(
        &mut self,
        eim: &Eim,
        trigger: &ProfileDownloadTriggerRequest,
    ) -> Result<(), Error> {
        let transaction = trigger.eim_transaction_id.clone();
        let Some(data) = &trigger.profile_download_data else {
            let outcome = self.download_indirectly(eim, transaction.clone()).await?;
            return match outcome {
                // the installation result has gone to the eIM by HandleNotification
                Ok(_) => Ok(()),
                Err(failure) => self.report_download(eim, transaction, Err(failure)).await,
            };
        };
        let Some(code) = self.activation_code(data)? else {
            let code = EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT;
            return self.refuse(eim, transaction, code).await;
        };
        let outcome = self.download_directly(&code).await?;
        self.report_download(eim, transaction, outcome).await
    }

    /// The activation code that a trigger means; nothing when it means none that can be used.
    fn activation_code(
        &mut self,
        data: &ProfileDownloadData,
    ) -> Result<Option<ActivationCode>, Error> {
        match data {
            ProfileDownloadData::ActivationCode(text) => Ok(text.parse().ok()),
            ProfileDownloadData::ContactDefaultSmdp(()) => {
                let request = EuiccConfiguredAddressesRequest {
                    additions: Default::default(),
                };
                let addresses: EuiccConfiguredAddressesResponse =
                    self.card.call("GetEuiccConfiguredAddresses", &request)?;
                let address = addresses
                    .default_dp_address
                    .filter(|address| !address.is_empty());
                // no MatchingID: the SM-DP+ finds the order by the EID
                Ok(address.and_then(|address| format!("1${address}$").parse().ok()))
            }
            // this IPA polls no SM-DS
            ProfileDownloadData::ContactSmds(_) => Ok(None),
        }
    }

    /// Provides the `ProfileDownloadTriggerResult` (SGP.32 §2.11.2.3).
    async fn report_download(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
        outcome: Result<Sgp32ProfileInstallationResult, Failure>,
    ) -> Result<(), Error> {
        let data = outcome.map_or_else(
            |failure| {
                tracing::warn!("download abandoned: {failure}");
                ResultData::ProfileDownloadError(DownloadError {
                    profile_download_error_reason: Reason::UNDEFINED_ERROR,
                    error_response: failure.card_answer.map(Into::into),
                    additions: Default::default(),
                })
            },
            ResultData::ProfileInstallationResult,
        );
        let result = ProfileDownloadTriggerResult {
            eim_transaction_id,
            profile_download_trigger_result_data: data,
            additions: Default::default(),
        };
        self.provide(eim, EimPackageResult::ProfileDownloadTriggerResult(result))
            .await
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
