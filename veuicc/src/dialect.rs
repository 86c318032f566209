// SPDX-License-Identifier: MIT OR Apache-2.0
//! SGP.32 v1.0 on ES10b. The card has one model, that of later versions; here its functions get
//! the tags, requests and answers of v1.0.
//!
//! Traps: `BF34` is the memory reset of SGP.32 in v1.0, with other bits than that of SGP.22; what is
//! signed is encoded in v1.0 before it is signed, so it can be kept and repeated as it is; commands
//! of later versions are unknown, not refused.

use std::fmt::Display;

use rasn::{Decode, Encode};
use rsp::dialect::Dialect;
use rsp::raw::Raw;
use rsp::sgp32::{
    Eco, EuiccPackageErrorDataSigned, EuiccPackageResult, EuiccPackageResultDataSigned, Psmo,
    Sgp32EuiccInfo2,
};
use rsp::{sgp32, sgp32_v1_0 as v1_0};

use crate::context::{Context, Fault};
use crate::isdr::{Es10, Failure, Function};
use crate::personality::encoding::signed;
use crate::personality::{Fci, Keys, ResultSignature, Version};
use crate::status_word::StatusWord;
use crate::{config::CardConfig, verbatim};

/// Functions that later versions added.
const LATER: [Es10; 7] = [
    Es10::IpaeActivation,
    Es10::EnableEmergencyProfile,
    Es10::DisableEmergencyProfile,
    Es10::ExecuteFallbackMechanism,
    Es10::ReturnFromFallback,
    Es10::GetConnectivityParameters,
    Es10::SetDefaultDpAddressIot,
];
/// EuiccMemoryReset in v1.0.
const MEMORY_RESET: u16 = 0xBF34;

/// The function of a request tag.
pub(crate) fn function(keys: &Keys, tag: u16) -> Option<Es10> {
    if keys.dialect != Dialect::V1_0 {
        return Es10::from_tag(tag);
    }
    match tag {
        MEMORY_RESET => Some(Es10::EuiccMemoryResetIot),
        tag if tag == Es10::EuiccMemoryResetIot.tag() => None,
        tag => Es10::from_tag(tag).filter(|function| !LATER.contains(function)),
    }
}

/// Answers a whole request.
pub(crate) fn dispatch(
    function: Es10,
    request: &[u8],
    card: &mut Context<'_>,
) -> Result<Vec<u8>, Failure> {
    if card.keys().dialect != Dialect::V1_0 {
        return function.dispatch(request, card);
    }
    match function {
        Es10::AddInitialEim => former::<
            v1_0::AddInitialEimRequest,
            sgp32::AddInitialEimRequest,
            v1_0::AddInitialEimResponse,
        >(request, card),
        Es10::GetEimConfigurationData => former::<
            v1_0::GetEimConfigurationDataRequest,
            sgp32::GetEimConfigurationDataRequest,
            v1_0::GetEimConfigurationDataResponse,
        >(request, card),
        Es10::EuiccMemoryResetIot => former::<
            v1_0::Sgp32EuiccMemoryResetRequest,
            sgp32::Sgp32EuiccMemoryResetRequest,
            v1_0::Sgp32EuiccMemoryResetResponse,
        >(request, card),
        Es10::ConfigureImmediateProfileEnabling => former::<
            v1_0::ConfigureAutoProfileEnablingRequest,
            sgp32::ConfigureImmediateProfileEnablingRequest,
            v1_0::ConfigureAutoProfileEnablingResponse,
        >(request, card),
        Es10::ImmediateEnable => former::<
            v1_0::EnableUsingDdRequest,
            sgp32::ImmediateEnableRequest,
            v1_0::EnableUsingDdResponse,
        >(request, card),
        Es10::GetProfilesInfo => {
            let request = verbatim::GetProfilesInfo::decode_request(request)?;
            answered::<_, v1_0::Sgp32ProfileInfoListResponse>(request, card)
        }
        function => function.dispatch(request, card),
    }
}

/// Reads a request of v1.0, has the function of today answer it, and writes the answer in v1.0.
fn former<Old, New, Answer>(request: &[u8], card: &mut Context<'_>) -> Result<Vec<u8>, Failure>
where
    Old: Decode,
    New: Function + From<Old>,
    Answer: Encode + TryFrom<New::Response, Error: Display>,
{
    let request: Old = rsp::der::decode(request).map_err(|_| StatusWord::INCORRECT_DATA)?;
    answered::<New, Answer>(request.into(), card)
}

fn answered<New, Answer>(request: New, card: &mut Context<'_>) -> Result<Vec<u8>, Failure>
where
    New: Function,
    Answer: Encode + TryFrom<New::Response, Error: Display>,
{
    const WHAT: &str = "response of SGP.32 v1.0";
    let response = request.execute(card)?;
    let answer = Answer::try_from(response).map_err(|error| Fault::encode(WHAT, &error))?;
    rsp::der::encode(&answer).map_err(|error| Failure::Fault(Fault::encode(WHAT, &error)))
}

/// A PSMO, when the card knows it.
pub(crate) fn psmo(keys: &Keys, command: &[u8]) -> Option<Psmo> {
    match keys.dialect {
        Dialect::V1_0 => rsp::der::decode::<v1_0::Psmo>(command).map(Into::into),
        _ => rsp::der::decode(command),
    }
    .ok()
}

/// An eCO, when the card knows it.
pub(crate) fn eco(keys: &Keys, command: &[u8]) -> Option<Eco> {
    match keys.dialect {
        Dialect::V1_0 => rsp::der::decode::<v1_0::Eco>(command).map(Into::into),
        _ => rsp::der::decode(command),
    }
    .ok()
}

/// The data of a result, encoded to be signed.
pub(crate) fn result_data(
    keys: &Keys,
    data: EuiccPackageResultDataSigned,
) -> Result<Raw<EuiccPackageResultDataSigned>, Fault> {
    match keys.dialect {
        Dialect::V1_0 => {
            const NAME: &str = "sgp32_v1_0::EuiccPackageResultDataSigned";
            let data = v1_0::EuiccPackageResultDataSigned::try_from(data)
                .map_err(|error| Fault::encode(NAME, &error))?;
            Ok(signed(keys, NAME, data)?.map(Into::into))
        }
        _ => signed(keys, "EuiccPackageResultDataSigned", data),
    }
}

/// The data of an error, encoded to be signed.
pub(crate) fn error_data(
    keys: &Keys,
    data: EuiccPackageErrorDataSigned,
) -> Result<Raw<EuiccPackageErrorDataSigned>, Fault> {
    match keys.dialect {
        Dialect::V1_0 => {
            const NAME: &str = "sgp32_v1_0::EuiccPackageErrorDataSigned";
            let data = v1_0::EuiccPackageErrorDataSigned::from(data);
            Ok(signed(keys, NAME, data)?.map(Into::into))
        }
        _ => signed(keys, "EuiccPackageErrorDataSigned", data),
    }
}

/// What the card tells a server of itself and signs: in v1.0 that of SGP.22, without the members of
/// SGP.32, which an IPA of that version would not know to pass on.
pub(crate) fn signed_information(keys: &Keys, information: Sgp32EuiccInfo2) -> Sgp32EuiccInfo2 {
    match keys.dialect {
        Dialect::V1_0 => Sgp32EuiccInfo2 {
            ipa_mode: None,
            iot_specific_info: None,
            ..information
        },
        _ => information,
    }
}

/// A whole result.
pub(crate) fn encode_result(keys: &Keys, result: EuiccPackageResult) -> Result<Vec<u8>, Fault> {
    const NAME: &str = "EuiccPackageResult";
    match keys.dialect {
        Dialect::V1_0 => {
            let result = v1_0::EuiccPackageResult::try_from(result)
                .map_err(|error| Fault::encode(NAME, &error))?;
            rsp::der::encode(&result)
        }
        _ => rsp::der::encode(&result),
    }
    .map_err(|error| Fault::encode(NAME, &error))
}

/// The ASN.1 name of what a function answers, where v1.0 has a type of its own.
pub(crate) fn response_type(keys: &Keys, function: Es10) -> Option<&'static str> {
    if keys.dialect != Dialect::V1_0 {
        return None;
    }
    Some(match function {
        Es10::AddInitialEim => "sgp32_v1_0::AddInitialEimResponse",
        Es10::GetEimConfigurationData => "sgp32_v1_0::GetEimConfigurationDataResponse",
        Es10::EuiccMemoryResetIot => "sgp32_v1_0::SGP32-EuiccMemoryResetResponse",
        Es10::ConfigureImmediateProfileEnabling => {
            "sgp32_v1_0::ConfigureAutoProfileEnablingResponse"
        }
        Es10::ImmediateEnable => "sgp32_v1_0::EnableUsingDDResponse",
        Es10::GetProfilesInfo => "sgp32_v1_0::SGP32-ProfileInfoListResponse",
        Es10::LoadEuiccPackage => "sgp32_v1_0::EuiccPackageResult",
        Es10::RetrieveNotificationsList => "sgp32_v1_0::SGP32-RetrieveNotificationsListResponse",
        Es10::ProfileRollback => "sgp32_v1_0::ProfileRollbackResponse",
        Es10::GetEuiccInfo2 => "sgp32_v1_0::SGP32-EUICCInfo2",
        _ => return None,
    })
}

impl CardConfig {
    /// The same card speaking that version of SGP.32: the version that it names, the forms of ES10b,
    /// what results are signed over, and what that version knows no functions for.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        let keys = &mut self.personality.keys;
        keys.dialect = dialect;
        match dialect {
            Dialect::V1_0 => {
                keys.iot_version = vec![Version([1, 0, 0])];
                keys.epr_sign = ResultSignature::PackageSignature;
                keys.fci = Fci::E0;
                self.capabilities.fallback = false;
                self.capabilities.ecall = false;
                self.capabilities.ipae = false;
            }
            Dialect::V1_2 => keys.iot_version = vec![Version([1, 2, 0])],
            Dialect::V1_3 => keys.iot_version = vec![Version([1, 3, 0])],
        }
        self
    }
}

/// A version in the files of personalities: `v1.0`, `v1.2`, `v1.3`.
pub(crate) mod text {
    use rsp::dialect::Dialect;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        dialect: &Dialect,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("v{dialect}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Dialect, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
