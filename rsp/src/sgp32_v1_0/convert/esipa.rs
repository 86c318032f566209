// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa: both message CHOICEs, and the functions of indirect profile download.

use rasn::{Decode, Encode};

use super::ConvertError;
use crate::der;
use crate::{sgp32, sgp32_v1_0 as v1_0};

/// The message, function by function.
macro_rules! messages {
    ($name:ident { $($same:ident),* ; $($arm:ident),* }) => {
        impl TryFrom<v1_0::$name> for sgp32::$name {
            type Error = ConvertError;

            fn try_from(old: v1_0::$name) -> Result<Self, ConvertError> {
                Ok(match old {
                    $(v1_0::$name::$same(message) => Self::$same(message),)*
                    $(v1_0::$name::$arm(message) => {
                        Self::$arm(message.try_into().map_err(ConvertError::from)?)
                    })*
                })
            }
        }

        impl TryFrom<sgp32::$name> for v1_0::$name {
            type Error = ConvertError;

            fn try_from(new: sgp32::$name) -> Result<Self, ConvertError> {
                Ok(match new {
                    $(sgp32::$name::$same(message) => Self::$same(message),)*
                    $(sgp32::$name::$arm(message) => {
                        Self::$arm(message.try_into().map_err(ConvertError::from)?)
                    })*
                })
            }
        }
    };
}

messages! {
    EsipaMessageFromIpaToEim {
        GetBoundProfilePackageRequestEsipa, CancelSessionRequestEsipa;
        InitiateAuthenticationRequestEsipa, AuthenticateClientRequestEsipa, HandleNotificationEsipa,
        TransferEimPackageResponse, GetEimPackageRequest, ProvideEimPackageResult
    }
}

messages! {
    EsipaMessageFromEimToIpa {
        CancelSessionResponseEsipa;
        InitiateAuthenticationResponseEsipa, AuthenticateClientResponseEsipa,
        GetBoundProfilePackageResponseEsipa, TransferEimPackageRequest, GetEimPackageResponse,
        ProvideEimPackageResultResponse
    }
}

impl From<v1_0::InitiateAuthenticationRequestEsipa> for sgp32::InitiateAuthenticationRequestEsipa {
    fn from(old: v1_0::InitiateAuthenticationRequestEsipa) -> Self {
        Self {
            euicc_challenge: old.euicc_challenge,
            smdp_address: old.smdp_address,
            euicc_info1: old.euicc_info1,
            eim_transaction_id: None,
            additions: old.additions,
        }
    }
}

/// v1.0 does not name the order here; it is left out.
impl From<sgp32::InitiateAuthenticationRequestEsipa> for v1_0::InitiateAuthenticationRequestEsipa {
    fn from(new: sgp32::InitiateAuthenticationRequestEsipa) -> Self {
        Self {
            euicc_challenge: new.euicc_challenge,
            smdp_address: new.smdp_address,
            euicc_info1: new.euicc_info1,
            additions: new.additions,
        }
    }
}

impl From<v1_0::InitiateAuthenticationResponseEsipa>
    for sgp32::InitiateAuthenticationResponseEsipa
{
    fn from(old: v1_0::InitiateAuthenticationResponseEsipa) -> Self {
        use v1_0::InitiateAuthenticationResponseEsipa as Old;
        match old {
            Old::InitiateAuthenticationOkEsipa(ok) => {
                Self::InitiateAuthenticationOkEsipa(sgp32::InitiateAuthenticationOkEsipa {
                    transaction_id: ok.transaction_id,
                    server_signed1: ok.server_signed1,
                    server_signature1: ok.server_signature1,
                    euicc_ci_pk_identifier_to_be_used: ok.euicc_ci_pk_id_to_be_used,
                    server_certificate: ok.server_certificate,
                    matching_id: ok.matching_id,
                    ctx_params1: ok.ctx_params1,
                    additions: ok.additions,
                })
            }
            Old::InitiateAuthenticationErrorEsipa(code) => {
                Self::InitiateAuthenticationErrorEsipa(code.0.into())
            }
        }
    }
}

/// Codes that v1.0 does not name are written as undefinedError(127), which it does not name for
/// this function either: there is no better one.
impl From<sgp32::InitiateAuthenticationResponseEsipa>
    for v1_0::InitiateAuthenticationResponseEsipa
{
    fn from(new: sgp32::InitiateAuthenticationResponseEsipa) -> Self {
        use sgp32::InitiateAuthenticationResponseEsipa as New;
        match new {
            New::InitiateAuthenticationOkEsipa(ok) => {
                Self::InitiateAuthenticationOkEsipa(v1_0::InitiateAuthenticationOkEsipa {
                    transaction_id: ok.transaction_id,
                    server_signed1: ok.server_signed1,
                    server_signature1: ok.server_signature1,
                    euicc_ci_pk_id_to_be_used: ok.euicc_ci_pk_identifier_to_be_used,
                    server_certificate: ok.server_certificate,
                    matching_id: ok.matching_id,
                    ctx_params1: ok.ctx_params1,
                    additions: ok.additions,
                })
            }
            New::InitiateAuthenticationErrorEsipa(code) => {
                Self::InitiateAuthenticationErrorEsipa(known(code.0, &[1, 2, 3, 50, 51]).into())
            }
        }
    }
}

impl TryFrom<v1_0::AuthenticateClientRequestEsipa> for sgp32::AuthenticateClientRequestEsipa {
    type Error = ConvertError;

    fn try_from(old: v1_0::AuthenticateClientRequestEsipa) -> Result<Self, ConvertError> {
        Ok(Self {
            transaction_id: old.transaction_id,
            authenticate_server_response: old.authenticate_server_response.try_into()?,
            additions: old.additions,
        })
    }
}

impl TryFrom<sgp32::AuthenticateClientRequestEsipa> for v1_0::AuthenticateClientRequestEsipa {
    type Error = ConvertError;

    fn try_from(new: sgp32::AuthenticateClientRequestEsipa) -> Result<Self, ConvertError> {
        Ok(Self {
            transaction_id: new.transaction_id,
            authenticate_server_response: new.authenticate_server_response.try_into()?,
            additions: new.additions,
        })
    }
}

impl From<v1_0::AuthenticateClientResponseEsipa> for sgp32::AuthenticateClientResponseEsipa {
    fn from(old: v1_0::AuthenticateClientResponseEsipa) -> Self {
        use v1_0::AuthenticateClientResponseEsipa as Old;
        match old {
            Old::AuthenticateClientOkDpEsipa(ok) => {
                Self::AuthenticateClientOkDpEsipa(sgp32::AuthenticateClientOkDpEsipa {
                    transaction_id: ok.transaction_id,
                    profile_meta_data: ok.profile_meta_data.as_ref().and_then(recoded),
                    smdp_signed2: ok.smdp_signed2,
                    smdp_signature2: ok.smdp_signature2,
                    smdp_certificate: ok.smdp_certificate,
                    hash_cc: ok.hash_cc,
                    additions: ok.additions,
                })
            }
            Old::AuthenticateClientOkDsEsipa(ok) => Self::AuthenticateClientOkDsEsipa(ok),
            Old::AuthenticateClientErrorEsipa(code) => {
                Self::AuthenticateClientErrorEsipa(code.0.into())
            }
        }
    }
}

impl From<sgp32::AuthenticateClientResponseEsipa> for v1_0::AuthenticateClientResponseEsipa {
    fn from(new: sgp32::AuthenticateClientResponseEsipa) -> Self {
        use sgp32::AuthenticateClientResponseEsipa as New;
        match new {
            New::AuthenticateClientOkDpEsipa(ok) => {
                Self::AuthenticateClientOkDpEsipa(v1_0::AuthenticateClientOkDpEsipa {
                    transaction_id: ok.transaction_id,
                    profile_meta_data: ok.profile_meta_data.as_ref().and_then(recoded),
                    smdp_signed2: ok.smdp_signed2,
                    smdp_signature2: ok.smdp_signature2,
                    smdp_certificate: ok.smdp_certificate,
                    hash_cc: ok.hash_cc,
                    additions: ok.additions,
                })
            }
            New::AuthenticateClientOkDsEsipa(ok) => Self::AuthenticateClientOkDsEsipa(ok),
            New::AuthenticateClientErrorEsipa(code) => {
                let named = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 50, 56];
                Self::AuthenticateClientErrorEsipa(known(code.0, &named).into())
            }
        }
    }
}

impl From<v1_0::GetBoundProfilePackageResponseEsipa>
    for sgp32::GetBoundProfilePackageResponseEsipa
{
    fn from(old: v1_0::GetBoundProfilePackageResponseEsipa) -> Self {
        use v1_0::GetBoundProfilePackageResponseEsipa as Old;
        match old {
            Old::GetBoundProfilePackageOkEsipa(ok) => Self::GetBoundProfilePackageOkEsipa(ok),
            Old::GetBoundProfilePackageErrorEsipa(code) => {
                Self::GetBoundProfilePackageErrorEsipa(code.0.into())
            }
        }
    }
}

impl From<sgp32::GetBoundProfilePackageResponseEsipa>
    for v1_0::GetBoundProfilePackageResponseEsipa
{
    fn from(new: sgp32::GetBoundProfilePackageResponseEsipa) -> Self {
        use sgp32::GetBoundProfilePackageResponseEsipa as New;
        match new {
            New::GetBoundProfilePackageOkEsipa(ok) => Self::GetBoundProfilePackageOkEsipa(ok),
            New::GetBoundProfilePackageErrorEsipa(code) => {
                let named = [1, 2, 3, 4, 5, 6, 50, 95];
                Self::GetBoundProfilePackageErrorEsipa(known(code.0, &named).into())
            }
        }
    }
}

impl From<v1_0::HandleNotificationEsipa> for sgp32::HandleNotificationEsipa {
    fn from(old: v1_0::HandleNotificationEsipa) -> Self {
        match old {
            v1_0::HandleNotificationEsipa::PendingNotification(notification) => {
                Self::PendingNotification(notification.into())
            }
            v1_0::HandleNotificationEsipa::ProvideEimPackageResult(result) => {
                Self::ProvideEimPackageResult(result.into())
            }
        }
    }
}

impl TryFrom<sgp32::HandleNotificationEsipa> for v1_0::HandleNotificationEsipa {
    type Error = ConvertError;

    fn try_from(new: sgp32::HandleNotificationEsipa) -> Result<Self, ConvertError> {
        use sgp32::HandleNotificationEsipa as New;
        Ok(match new {
            New::PendingNotification(notification) => {
                Self::PendingNotification(notification.into())
            }
            New::ProvideEimPackageResult(result) => {
                Self::ProvideEimPackageResult(result.try_into()?)
            }
        })
    }
}

/// The code, or undefinedError(127) when v1.0 does not name it.
fn known(code: i64, named: &[i64]) -> i64 {
    if named.contains(&code) { code } else { 127 }
}

/// Profile metadata as the type of the other specification: one has the members of consumer
/// devices, the other those of IoT, and each keeps what it does not know.
fn recoded<A: Encode, B: Decode>(metadata: &A) -> Option<B> {
    der::decode(&der::encode(metadata).ok()?).ok()
}
