// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ISD-R: which function answers a request.
//!
//! One table decides. A request whose tag is not in it is answered `6A88`, one that cannot be
//! decoded `6A80`; everything else is answered by the function itself, in its response.

use rsp::{sgp22, sgp32};

use crate::config::CardConfig;
use crate::context::{Context, Fault};
use crate::personality::{Fci, Keys};
use crate::status_word::StatusWord;
use crate::verbatim;

/// AID of the ISD-R (SGP.02 Annex H).
pub const ISDR_AID: [u8; 16] = [
    0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0, 0, 1, 0,
];

/// One ES10 function: a request the card understands and the answer it owes.
pub(crate) trait Function: rasn::Decode + Sized {
    /// What is answered.
    type Response: rasn::Encode;

    /// Reads the request; a function that answers undecodable requests itself overrides this.
    fn decode_request(request: &[u8]) -> Result<Self, StatusWord> {
        rsp::der::decode(request).map_err(|_| StatusWord::INCORRECT_DATA)
    }

    /// Carries it out.
    ///
    /// # Errors
    /// Only when the card itself fails; what the specification calls an error is a response.
    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault>;
}

/// Reads, carries out and encodes.
fn answer<F: Function>(request: &[u8], card: &mut Context<'_>) -> Result<Vec<u8>, Failure> {
    let request = F::decode_request(request)?;
    let response = request.execute(card)?;
    rsp::der::encode(&response).map_err(|error| Failure::Fault(Fault::encode("response", &error)))
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The request is to blame.
    Status(StatusWord),
    /// The card is.
    Fault(Fault),
}

impl From<StatusWord> for Failure {
    fn from(status: StatusWord) -> Self {
        Self::Status(status)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

macro_rules! es10 {
    (
        whole { $($tag:literal => $name:ident($request:ty), $clause:literal;)* }
        streamed { $($stag:literal => $sname:ident, $sclause:literal;)* }
    ) => {
        /// The ES10 functions of this card.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Es10 {
            $(#[doc = $clause] $name,)*
            $(#[doc = $sclause] $sname,)*
        }

        impl Es10 {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)* $(Self::$sname,)*];

            /// The function of a request tag.
            #[must_use]
            pub fn from_tag(tag: u16) -> Option<Self> {
                match tag {
                    $($tag => Some(Self::$name),)*
                    $($stag => Some(Self::$sname),)*
                    _ => None,
                }
            }

            /// The request tag.
            #[must_use]
            pub fn tag(self) -> u16 {
                match self {
                    $(Self::$name => $tag,)*
                    $(Self::$sname => $stag,)*
                }
            }

            /// The name in the specification.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    $(Self::$sname => stringify!($sname),)*
                }
            }

            /// Where it is specified.
            #[must_use]
            pub fn clause(self) -> &'static str {
                match self {
                    $(Self::$name => $clause,)*
                    $(Self::$sname => $sclause,)*
                }
            }

            /// Answers a whole request; functions fed piece by piece have their own way in.
            pub(crate) fn dispatch(
                self,
                request: &[u8],
                card: &mut Context<'_>,
            ) -> Result<Vec<u8>, Failure> {
                match self {
                    $(Self::$name => answer::<$request>(request, card),)*
                    $(Self::$sname => Err(StatusWord::REFERENCED_DATA_NOT_FOUND.into()),)*
                }
            }
        }
    };
}

es10! {
    // tag      function                (request)                          clause
    whole {
        0xBF20 => GetEuiccInfo1(sgp22::GetEuiccInfo1Request), "SGP.22 §5.7.8";
        0xBF21 => PrepareDownload(sgp22::PrepareDownloadRequest), "SGP.22 §5.7.5";
        0xBF22 => GetEuiccInfo2(sgp22::GetEuiccInfo2Request), "SGP.22 §5.7.8";
        0xBF28 => ListNotification(sgp22::ListNotificationRequest), "SGP.22 §5.7.9";
        0xBF29 => SetNickname(sgp22::SetNicknameRequest), "SGP.22 §5.7.21";
        0xBF2B => RetrieveNotificationsList(sgp32::Sgp32RetrieveNotificationsListRequest), "SGP.32 §5.9.11";
        0xBF2D => GetProfilesInfo(verbatim::GetProfilesInfo), "SGP.32 §5.9.14";
        0xBF2E => GetEuiccChallenge(sgp22::GetEuiccChallengeRequest), "SGP.22 §5.7.7";
        0xBF30 => RemoveNotificationFromList(sgp22::NotificationSentRequest), "SGP.32 §5.9.12";
        0xBF31 => EnableProfile(sgp22::EnableProfileRequest), "SGP.22 §5.7.16";
        0xBF32 => DisableProfile(sgp22::DisableProfileRequest), "SGP.22 §5.7.17";
        0xBF33 => DeleteProfile(sgp22::DeleteProfileRequest), "SGP.22 §5.7.18";
        0xBF34 => EuiccMemoryReset(sgp22::EuiccMemoryResetRequest), "SGP.22 §5.7.19";
        0xBF35 => LoadCrl(sgp22::LoadCrlRequest), "SGP.22 §5.7.12";
        0xBF38 => AuthenticateServer(sgp22::AuthenticateServerRequest), "SGP.22 §5.7.13";
        0xBF3C => GetEuiccConfiguredAddresses(sgp22::EuiccConfiguredAddressesRequest), "SGP.22 §5.7.3";
        0xBF3E => GetEid(sgp22::GetEuiccDataRequest), "SGP.22 §5.7.20";
        0xBF3F => SetDefaultDpAddress(sgp22::SetDefaultDpAddressRequest), "SGP.22 §5.7.4";
        0xBF41 => CancelSession(sgp22::CancelSessionRequest), "SGP.22 §5.7.14";
        0xBF42 => IpaeActivation(sgp32::IpaeActivationRequest), "SGP.32 §3.8.4";
        0xBF43 => GetRat(sgp22::GetRatRequest), "SGP.22 §5.7.22";
        0xBF51 => LoadEuiccPackage(verbatim::LoadEuiccPackage), "SGP.32 §5.9.1";
        0xBF55 => GetEimConfigurationData(sgp32::GetEimConfigurationDataRequest), "SGP.32 §5.9.18";
        0xBF56 => GetCerts(sgp32::GetCertsRequest), "SGP.32 §5.9.10";
        0xBF57 => AddInitialEim(sgp32::AddInitialEimRequest), "SGP.32 §5.9.4";
        0xBF58 => ProfileRollback(sgp32::ProfileRollbackRequest), "SGP.32 §5.9.16";
        0xBF59 => ConfigureImmediateProfileEnabling(sgp32::ConfigureImmediateProfileEnablingRequest), "SGP.32 §5.9.17";
        0xBF5A => ImmediateEnable(sgp32::ImmediateEnableRequest), "SGP.32 §5.9.15";
        0xBF5B => EnableEmergencyProfile(sgp32::EnableEmergencyProfileRequest), "SGP.32 §5.9.22";
        0xBF5C => DisableEmergencyProfile(sgp32::DisableEmergencyProfileRequest), "SGP.32 §5.9.23";
        0xBF5D => ExecuteFallbackMechanism(sgp32::ExecuteFallbackMechanismRequest), "SGP.32 §5.9.20";
        0xBF5E => ReturnFromFallback(sgp32::ReturnFromFallbackRequest), "SGP.32 §5.9.21";
        0xBF5F => GetConnectivityParameters(sgp32::GetConnectivityParametersRequest), "SGP.32 §5.9.24";
        0xBF64 => EuiccMemoryResetIot(sgp32::Sgp32EuiccMemoryResetRequest), "SGP.32 §5.9.5";
        0xBF65 => SetDefaultDpAddressIot(sgp32::Sgp32SetDefaultDpAddressRequest), "SGP.32 §5.9.25";
    }
    // the request is longer than any chain of blocks: card.rs feeds it segment by segment
    streamed {
        0xBF36 => LoadBoundProfilePackage, "SGP.22 §5.7.6";
    }
}

/// Tag of a request: all ES10 tags have two bytes.
pub(crate) fn request_tag(request: &[u8]) -> Option<u16> {
    request
        .first_chunk()
        .map(|bytes| u16::from_be_bytes(*bytes))
}

/// The AID of the ISD-R of this card.
pub(crate) fn aid(keys: &Keys) -> &[u8] {
    keys.isdr_aid.as_deref().unwrap_or(&ISDR_AID)
}

/// The FCI of the ISD-R: its AID, the longest data field of a command, and the templates that tell
/// SGP.22 and SGP.32 apart (SGP.22 §5.7.1, SGP.32 §3.8.4).
pub(crate) fn fci(config: &CardConfig, profile_enabled: bool) -> Vec<u8> {
    let keys = &config.personality.keys;
    // [PRIVATE 1] euiccConfiguration: ipaeSupported(0), enabledProfile(1)
    let iot: &[u8] = match (config.capabilities.ipae, profile_enabled) {
        (false, false) => &[0x80, 1, 0],
        (true, false) => &[0x80, 2, 7, 0x80],
        (false, true) => &[0x80, 2, 6, 0x40],
        (true, true) => &[0x80, 2, 6, 0xC0],
    };
    let mut content = Vec::new();
    rsp::tlv::write(&mut content, rsp::tlv::Tag::new(0x84), aid(keys));
    content.extend_from_slice(&[0xA5, 4, 0x9F, 0x65, 1, 0xFF]);
    if matches!(keys.fci, Fci::Both | Fci::E0) {
        content.extend_from_slice(&[0xE0, 5, 0x82, 3]);
        content.extend_from_slice(&keys.svn.0);
    }
    if matches!(keys.fci, Fci::Both | Fci::E1) {
        rsp::tlv::write(&mut content, rsp::tlv::Tag::new(0xE1), iot);
    }
    rsp::tlv::tlv(rsp::tlv::Tag::new(0x6F), &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found_by_its_tag_and_only_once() {
        for (index, function) in Es10::ALL.iter().enumerate() {
            assert_eq!(Es10::from_tag(function.tag()), Some(*function));
            let others = Es10::ALL.iter().skip(index + 1);
            assert!(
                others
                    .into_iter()
                    .all(|other| other.tag() != function.tag())
            );
            assert!(function.clause().starts_with("SGP."));
        }
        assert_eq!(Es10::from_tag(0xBFFF), None);
    }
}
