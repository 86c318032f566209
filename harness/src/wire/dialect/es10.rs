// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b at the edge: what an IPA says to a card of SGP.32 v1.0, and what such a card answers, as
//! bytes of the types that the IPA thinks in.
//!
//! Most functions have the same bytes in both versions, results with their signatures among them; the
//! rest is here. Functions that v1.0 does not have are refused before the card sees them.

use rasn::{Decode, Encode};
use rsp::der;
use rsp::dialect::Dialect;
use rsp::sgp32;
use rsp::sgp32_v1_0::{self as v1_0, ConvertError};
use rsp::tlv::{Tag, Tlv};

use super::DialectError;

const RETRIEVE_NOTIFICATIONS: u32 = 0xBF2B;
const ADD_INITIAL_EIM: u32 = 0xBF57;
const IMMEDIATE_ENABLE: u32 = 0xBF5A;
const MEMORY_RESET: u32 = 0xBF64;
/// Tags of functions that came after v1.0, with their names.
const LATER: [(u32, &str); 6] = [
    (0xBF5B, "EnableEmergencyProfile"),
    (0xBF5C, "DisableEmergencyProfile"),
    (0xBF5D, "ExecuteFallbackMechanism"),
    (0xBF5E, "ReturnFromFallback"),
    (0xBF5F, "GetConnectivityParameters"),
    (0xBF65, "SetDefaultDpAddress"),
];

/// A request as the card takes it.
///
/// # Errors
/// The card's version does not have the function, or not what it is asked for.
pub fn to_card(dialect: Dialect, request: &[u8]) -> Result<Vec<u8>, DialectError> {
    let function = function_of(request);
    if dialect != Dialect::V1_0 {
        return Ok(request.to_vec());
    }
    if let Some((_, name)) = LATER.iter().find(|(tag, _)| Some(*tag) == function) {
        return Err(ConvertError::Missing(name).into());
    }
    match function {
        Some(ADD_INITIAL_EIM) => {
            converted::<sgp32::AddInitialEimRequest, v1_0::AddInitialEimRequest>(request)
        }
        Some(IMMEDIATE_ENABLE) => {
            converted::<sgp32::ImmediateEnableRequest, v1_0::EnableUsingDdRequest>(request)
        }
        Some(MEMORY_RESET) => converted::<
            sgp32::Sgp32EuiccMemoryResetRequest,
            v1_0::Sgp32EuiccMemoryResetRequest,
        >(request),
        _ => Ok(request.to_vec()),
    }
}

/// The card's answer to `request`, which is the one before [`to_card`].
///
/// # Errors
/// It is no answer of the function in the card's version.
pub fn from_card(
    dialect: Dialect,
    request: &[u8],
    answer: Vec<u8>,
) -> Result<Vec<u8>, DialectError> {
    if dialect != Dialect::V1_0 {
        return Ok(answer);
    }
    match function_of(request) {
        Some(RETRIEVE_NOTIFICATIONS) => notifications(answer),
        Some(MEMORY_RESET) => converted::<
            v1_0::Sgp32EuiccMemoryResetResponse,
            sgp32::Sgp32EuiccMemoryResetResponse,
        >(&answer),
        _ => Ok(answer),
    }
}

fn function_of(request: &[u8]) -> Option<u32> {
    Tag::read(request).ok().map(Tag::octets)
}

fn converted<From, To>(bytes: &[u8]) -> Result<Vec<u8>, DialectError>
where
    From: Decode,
    To: Encode + TryFrom<From>,
    ConvertError: std::convert::From<To::Error>,
{
    let from: From = der::decode(bytes)?;
    let to = To::try_from(from).map_err(<ConvertError as std::convert::From<_>>::from)?;
    Ok(der::encode(&to)?)
}

/// Of notifications and results together (`A3{A0 A1}`) the notifications are told; the results are
/// there under their own criterion.
fn notifications(answer: Vec<u8>) -> Result<Vec<u8>, DialectError> {
    let together = Tlv::only(&answer)
        .ok()
        .and_then(|outer| outer.child(Tag::new(0xA3)))
        .and_then(|both| both.child(Tag::new(0xA0)))
        .map(|list| rsp::tlv::tlv(Tag::new(RETRIEVE_NOTIFICATIONS), list.raw));
    Ok(together.unwrap_or(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    #[test]
    fn requests_of_a_v1_0_card() {
        let rows = [
            // EuiccMemoryReset: another tag, and resetEimConfigData is bit 3 instead of 5
            ("bf640482020204", "bf340482020410"),
            // EnableUsingDD has no refreshFlag
            ("bf5a038001ff", "bf5a00"),
            // the rest is the same
            ("bf5500", "bf5500"),
            ("bf2b04a0028200", "bf2b04a0028200"),
        ];
        for (request, expected) in rows {
            let sent = to_card(Dialect::V1_0, &bytes(request)).unwrap();
            assert_eq!(hex::encode(sent), expected);
            assert_eq!(
                to_card(Dialect::V1_2, &bytes(request)).unwrap(),
                bytes(request)
            );
        }
    }

    #[test]
    fn functions_of_later_versions_do_not_reach_the_card() {
        let error = to_card(Dialect::V1_0, &bytes("bf5d038001ff")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected what SGP.32 v1.0 has, got ExecuteFallbackMechanism"
        );
        // deletePreLoadedTestProfiles looks like resetEimConfigData there
        assert!(to_card(Dialect::V1_0, &bytes("bf640482020410")).is_err());
    }

    #[test]
    fn answers_of_a_v1_0_card() {
        let read = |request: &str, answer: &str| {
            let answer = from_card(Dialect::V1_0, &bytes(request), bytes(answer)).unwrap();
            hex::encode(answer)
        };
        assert_eq!(read("bf640482020102", "bf3403020100"), "bf6403800100");
        assert_eq!(read("bf2b00", "bf2b06a304a000a100"), "bf2b02a000");
        assert_eq!(read("bf2b00", "bf2b02a200"), "bf2b02a200");
    }
}
