// SPDX-License-Identifier: MIT OR Apache-2.0
//! Loading a bound profile package, and enabling what it installed (SGP.22 §5.7.6, SGP.32 §5.9.15).
//!
//! Traps: the card may answer with its result at any segment, and nothing may follow that, least of
//! all a cancellation; and nobody can ask a card whether it is configured for immediate enabling, so
//! the IPA asks for the enabling and takes `immediateEnableNotAvailable` for the answer.

use rsp::der;
use rsp::sgp22::{
    BoundProfilePackage, CancelSessionReason, EnableProfileRequest,
    EnableProfileRequestProfileIdentifier, EnableProfileResponse,
    EnableProfileResponseEnableResult, Iccid, NotificationEvent,
    ProfileInstallationResultDataFinalResult as Final, StoreMetadataRequest, TransactionId,
};
use rsp::sgp32::{Sgp32PendingNotification, Sgp32ProfileInstallationResult};
use veuicc::terminal::{TerminalError, bpp_segments};

use super::direct::Bound;
use super::notification::sequence_number;
use super::session::{Failure, Outcome};
use super::trigger::installation_result;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::es9::Client;

/// Length of the MAC at the end of a segment (SGP.22 §2.5.4).
const MAC: usize = 8;

/// What the card has signed about a package, be it installed or not.
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    pub(crate) result: Sgp32ProfileInstallationResult,
    /// Whether the profile wants others than its SM-DP+ to be told of the installation.
    pub(crate) has_notifications: bool,
}

impl Installed {
    /// Whether the profile is on the card.
    pub(crate) fn is_success(&self) -> bool {
        is_success(&self.result)
    }

    /// It as it waits on the card.
    pub(crate) fn pending(&self) -> Sgp32PendingNotification {
        Sgp32PendingNotification::ProfileInstallationResult(self.result.clone())
    }

    /// ICCID of the profile.
    pub(crate) fn iccid(&self) -> Option<&Iccid> {
        let data = &self.result.profile_installation_result_data;
        data.notification_metadata.iccid.as_ref()
    }

    /// Why nothing was installed.
    pub(crate) fn error(&self) -> Option<String> {
        let data = &self.result.profile_installation_result_data;
        match &data.final_result {
            Final::SuccessResult(_) => None,
            Final::ErrorResult(error) => {
                let (command, reason) = (&error.bpp_command_id, &error.error_reason);
                Some(format!("{reason} in {command}"))
            }
        }
    }

    /// The same with another signature, for whoever must not believe it.
    pub(crate) fn forged(&self) -> Self {
        let mut forged = self.clone();
        let signature = self.result.euicc_sign_pir.iter().map(|byte| byte ^ 1);
        forged.result.euicc_sign_pir = signature.collect::<Vec<u8>>().into();
        forged
    }

    /// `seqNumber`.
    pub(crate) fn sequence_number(&self) -> Option<i64> {
        sequence_number(&self.pending())
    }
}

pub(crate) fn is_success(result: &Sgp32ProfileInstallationResult) -> bool {
    let data = &result.profile_installation_result_data;
    matches!(data.final_result, Final::SuccessResult(_))
}

impl Ipa {
    /// ES10b.LoadBoundProfilePackage. A card that refuses a segment without a result leaves a
    /// session behind, which is cancelled at the server if there is one (SGP.22 §3.1.3).
    pub(crate) async fn install(
        &mut self,
        server: Option<&Client>,
        bound: &Bound,
    ) -> Outcome<Installed> {
        let cause = match self.load(&bound.package) {
            Ok(answer) if answer.is_empty() => {
                "expected a result from the card at the end of the package, got none".to_owned()
            }
            Ok(answer) => {
                self.last_server = server.map(|server| server.host().to_owned());
                return Ok(Ok(Installed {
                    result: installation_result(&answer)?,
                    has_notifications: wants_notifications(&bound.package),
                }));
            }
            Err(Error::Card(error @ TerminalError::Status { .. })) => error.to_string(),
            Err(error) => return Err(error),
        };
        if let Some(server) = server {
            self.cancel_load(server, &bound.transaction_id).await?;
        }
        Ok(Err(Failure::new(cause)))
    }

    async fn cancel_load(
        &mut self,
        server: &Client,
        transaction_id: &TransactionId,
    ) -> Result<(), Error> {
        let reason = CancelSessionReason::LOAD_BPP_EXECUTION_ERROR;
        self.cancel(server, transaction_id, reason).await
    }

    /// Segment by segment until the card has a result (SGP.22 §2.5.5).
    pub(crate) fn load(&mut self, package: &[u8]) -> Result<Vec<u8>, Error> {
        let cut = if self.has(IpaDefect::OneSegment) {
            vec![package]
        } else {
            bpp_segments(package)
        };
        let mut segments = cut.into_iter();
        let mut result = Vec::new();
        for segment in segments.by_ref() {
            result = self.card.segment(segment)?;
            if !result.is_empty() {
                break;
            }
        }
        if self.has(IpaDefect::ContinuesAfterFailure) {
            for segment in segments {
                // whatever the card says to it
                let _ignored = self.card.segment(segment);
            }
        }
        Ok(result)
    }

    /// ES10b.ImmediateEnable, in the session in which the profile was installed; true when the
    /// profile is enabled now.
    pub(crate) fn enable_immediately(
        &mut self,
        result: &Sgp32ProfileInstallationResult,
    ) -> Result<bool, Error> {
        let is_due = is_success(result) || self.has(IpaDefect::EnablesAfterFailure);
        if !is_due || self.has(IpaDefect::NeverEnables) {
            return Ok(false);
        }
        match self.immediate_enable() {
            Ok(()) => Ok(true),
            // not configured for it, or for another server, or no card of v1.2
            Err(error @ (Error::Refused { .. } | Error::Card(TerminalError::Status { .. }))) => {
                tracing::info!("not enabled immediately: {error}");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl Ipa {
    /// ES10c.EnableProfile, with the REFRESH that follows (SGP.22 §5.7.16).
    pub(crate) fn enable(&mut self, iccid: &[u8]) -> Result<(), Error> {
        let request = EnableProfileRequest {
            profile_identifier: EnableProfileRequestProfileIdentifier::Iccid(iccid.into()),
            refresh_flag: true,
            target_esim_port: None,
            additions: Default::default(),
        };
        let answer: EnableProfileResponse = self.card.call("EnableProfile", &request)?;
        match answer.enable_result {
            EnableProfileResponseEnableResult::OK => self.settle(),
            code => Err(Error::Refused {
                function: "EnableProfile",
                code: code.to_string(),
            }),
        }
    }
}

/// Whether the card signs a notification of the installation beside its result.
pub(crate) fn wants_notifications(package: &[u8]) -> bool {
    let metadata = metadata_of(package);
    let wanted = metadata.and_then(|metadata| metadata.notification_configuration_info);
    wanted.is_some_and(|wanted| {
        wanted.iter().any(|one| {
            let events = &one.profile_management_operation;
            events.has(NotificationEvent::NOTIFICATION_INSTALL)
        })
    })
}

/// The metadata that a package carries, in its segments '88': these have a MAC and are not
/// encrypted (SGP.22 §2.5.3).
pub(crate) fn metadata_of(package: &[u8]) -> Option<StoreMetadataRequest> {
    let package: BoundProfilePackage = der::decode(package).ok()?;
    let mut metadata = Vec::new();
    for segment in &package.sequence_of88 {
        let payload = segment.len().checked_sub(MAC)?;
        metadata.extend_from_slice(segment.get(..payload)?);
    }
    der::decode(&metadata).ok()
}
