// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a direct and an indirect download have in common: the steps between IPA and card, and how a
//! download fails.

use std::fmt;

use rsp::der;
use rsp::json::StatusCodeData;
use rsp::sgp22::{
    AuthenticateServerRequest, AuthenticateServerResponse, CancelSessionReason,
    CancelSessionRequest, CtxParams1, DeviceCapabilities, DeviceInfo, PrepareDownloadRequest,
    PrepareDownloadResponse, ServerSigned1, TransactionId, VersionType,
};
use rsp::sgp32::ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason as Reason;
use rsp::tlv::{self, Tag};

use super::{Error, Ipa};
use crate::wire::es9::Es9Error;

/// Type Allocation Code of the device: a test one (SGP.22 §4.2).
const TAC: [u8; 4] = [0x35, 0x29, 0x06, 0x11];
/// 3GPP release that the device supports, in each of its radio technologies.
const RELEASE: [u8; 3] = [0x0E, 0x00, 0x00];

/// Passes a step's failure on as the outcome of the download.
macro_rules! step {
    ($outcome:expr) => {
        match $outcome {
            Ok(value) => value,
            Err(failure) => return Ok(Err(failure)),
        }
    };
}

pub(crate) use step;

/// Reads an answer of the card, to be forwarded inside another message.
pub(crate) fn decode<T: rasn::Decode>(function: &'static str, answer: &[u8]) -> Result<T, Error> {
    der::decode(answer).map_err(|source| Error::Answer { function, source })
}

/// What a step of a download comes to: the inner failure ends the download and is reported, the
/// outer error ends the run.
pub(crate) type Outcome<T> = Result<Result<T, Failure>, Error>;

/// A download that came to an end without an installation result.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    /// What happened, for a person.
    pub(crate) cause: String,
    /// The answer that says no, of the card or of a server (DER); the eIM gets it as
    /// `errorResponse`.
    pub(crate) answer: Option<Vec<u8>>,
    /// Subject and reason code, when a server refused.
    pub(crate) codes: Option<Box<StatusCodeData>>,
    /// Whether the network, and not what came over it, is the reason.
    pub(crate) is_network: bool,
    /// Whether the Emergency Profile, which must not be disturbed, is the reason.
    pub(crate) is_emergency: bool,
}

impl Failure {
    pub(crate) fn new(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            ..Self::default()
        }
    }

    /// No download while the Emergency Profile is enabled (SGP.32 §2.11.2.3).
    pub(crate) fn emergency() -> Self {
        Self {
            is_emergency: true,
            ..Self::new("the Emergency Profile is enabled")
        }
    }

    /// The reason that the eIM is told.
    pub(crate) const fn reason(&self) -> Reason {
        if self.is_emergency {
            Reason::ECALL_ACTIVE
        } else {
            Reason::UNDEFINED_ERROR
        }
    }

    /// With the answer that says no.
    pub(crate) fn with_answer(mut self, answer: Option<Vec<u8>>) -> Self {
        self.answer = answer;
        self
    }
}

impl From<Es9Error> for Failure {
    fn from(error: Es9Error) -> Self {
        Self {
            is_network: error.is_loss_of_network(),
            ..Self::new(error.to_string())
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

/// `ctxParams1` for a download (SGP.22 §5.7.13): the MatchingID, if there is one, and the device.
pub(crate) fn ctx_params1(matching_id: &str) -> CtxParams1 {
    CtxParams1::for_device(
        (!matching_id.is_empty()).then(|| matching_id.to_owned()),
        device_info(),
    )
}

/// The device that the IPA runs in (SGP.22 §4.2).
pub(crate) fn device_info() -> DeviceInfo {
    let release = || Some(VersionType::from(RELEASE));
    DeviceInfo {
        tac: TAC.into(),
        device_capabilities: DeviceCapabilities {
            utran_supported_release: release(),
            eutran_supported_release: release(),
            ..Default::default()
        },
        imei: None,
        preferred_languages: None,
        device_test_mode: None,
        lpa_rsp_capability: None,
        additions: Default::default(),
    }
}

/// The server must have signed the address that was contacted (SGP.22 §3.0.1 step 7): upper and
/// lower case do not differ.
pub(crate) fn check_address(signed: &ServerSigned1, contacted: &str) -> Result<(), Failure> {
    if rsp::activation::same_address(&signed.server_address, contacted) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "serverSigned1.serverAddress: expected {contacted:?}, got {:?}",
        signed.server_address
    )))
}

/// The arm of an ES10b answer whose tag says that the card agreed: `A0` inside the function's tag.
fn is_ok(answer: &[u8]) -> bool {
    let inner = tlv::walk(answer)
        .flatten()
        .next()
        .and_then(|outer| outer.children().next());
    matches!(inner, Some(Ok(arm)) if arm.tag == Tag::new(0xA0))
}

impl Ipa {
    /// ES10b.AuthenticateServer: the card's answer, to be forwarded as it came.
    pub(crate) fn authenticate_server(
        &mut self,
        request: &AuthenticateServerRequest,
    ) -> Result<Result<Vec<u8>, Failure>, Error> {
        let answer = self.card.bytes(&der::encode(request)?)?;
        Ok(agreed("AuthenticateServer", answer))
    }

    /// ES10b.PrepareDownload: the card's answer, to be forwarded as it came.
    pub(crate) fn prepare_download(
        &mut self,
        request: &PrepareDownloadRequest,
    ) -> Result<Result<Vec<u8>, Failure>, Error> {
        let answer = self.card.bytes(&der::encode(request)?)?;
        Ok(agreed("PrepareDownload", answer))
    }

    /// ES10b.CancelSession: the card's answer, to be forwarded as it came.
    pub(crate) fn cancel_session(
        &mut self,
        transaction_id: TransactionId,
        reason: CancelSessionReason,
    ) -> Result<Vec<u8>, Error> {
        let additions = Default::default();
        let request = CancelSessionRequest {
            transaction_id,
            reason,
            additions,
        };
        self.card.bytes(&der::encode(&request)?)
    }
}

/// The card's answer, or the failure that it is when the card did not agree.
pub(crate) fn agreed(function: &str, answer: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if is_ok(&answer) {
        return Ok(answer);
    }
    let code = card_code(&answer).unwrap_or_else(|| hex::encode(&answer));
    let cause = format!("the card refused {function}: {code}");
    Err(Failure::new(cause).with_answer(Some(answer)))
}

/// The error code of a card's answer, by name and number.
fn card_code(answer: &[u8]) -> Option<String> {
    if let Ok(AuthenticateServerResponse::AuthenticateResponseError(error)) = der::decode(answer) {
        return Some(error.authenticate_error_code.to_string());
    }
    match der::decode(answer) {
        Ok(PrepareDownloadResponse::DownloadResponseError(error)) => {
            Some(error.download_error_code.to_string())
        }
        _ => None,
    }
}
