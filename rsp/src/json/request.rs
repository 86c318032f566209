// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests of ES9+ and ES11 (SGP.22 §6.5.2.6 to §6.5.2.10).

use rasn::{Decode, Encode};
use serde_json::{Map, Value};

use super::member::{base64, string, to_base64, to_hex, transaction_id};
use super::{Function, JsonError, parse};
use crate::der;
use crate::sgp22::{
    AuthenticateClientRequest, CancelSessionRequestEs9, GetBoundProfilePackageRequest,
    HandleNotification, InitiateAuthenticationRequest, TransactionId,
};

/// A request of ES9+ or ES11, as typed message.
#[expect(
    clippy::large_enum_variant,
    reason = "one value per exchange, and the typed message is wanted as it is"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Es9Request {
    /// SGP.22 §5.6.1, §5.8.1.
    InitiateAuthentication(InitiateAuthenticationRequest),
    /// SGP.22 §5.6.2.
    GetBoundProfilePackage(GetBoundProfilePackageRequest),
    /// SGP.22 §5.6.3, §5.8.2.
    AuthenticateClient(AuthenticateClientRequest),
    /// SGP.22 §5.6.4.
    HandleNotification(HandleNotification),
    /// SGP.22 §5.6.5.
    CancelSession(CancelSessionRequestEs9),
}

impl Es9Request {
    /// The function that is called.
    pub const fn function(&self) -> Function {
        match self {
            Self::InitiateAuthentication(_) => Function::InitiateAuthentication,
            Self::GetBoundProfilePackage(_) => Function::GetBoundProfilePackage,
            Self::AuthenticateClient(_) => Function::AuthenticateClient,
            Self::HandleNotification(_) => Function::HandleNotification,
            Self::CancelSession(_) => Function::CancelSession,
        }
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    /// The body is no JSON object, or a member is absent or malformed.
    pub fn from_json(function: Function, body: &[u8]) -> Result<Self, JsonError> {
        let body = &parse(body)?;
        Ok(match function {
            Function::InitiateAuthentication => {
                Self::InitiateAuthentication(initiate_authentication(body)?)
            }
            Function::GetBoundProfilePackage => {
                Self::GetBoundProfilePackage(GetBoundProfilePackageRequest {
                    transaction_id: TransactionId(transaction_id(body)?),
                    prepare_download_response: typed(body, "prepareDownloadResponse")?,
                    additions: Default::default(),
                })
            }
            Function::AuthenticateClient => Self::AuthenticateClient(AuthenticateClientRequest {
                transaction_id: TransactionId(transaction_id(body)?),
                authenticate_server_response: typed(body, "authenticateServerResponse")?,
                use_matching_id_for_acr: None,
                additions: Default::default(),
            }),
            Function::HandleNotification => Self::HandleNotification(HandleNotification {
                pending_notification: typed(body, "pendingNotification")?,
                additions: Default::default(),
            }),
            Function::CancelSession => Self::CancelSession(CancelSessionRequestEs9 {
                transaction_id: TransactionId(transaction_id(body)?),
                cancel_session_response: typed(body, "cancelSessionResponse")?,
                additions: Default::default(),
            }),
        })
    }

    /// Writes the body of a request, without a `header` (SGP.22 §6.5.1.1).
    ///
    /// # Errors
    /// A member has no encoding.
    pub fn to_json(&self) -> Result<Vec<u8>, JsonError> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| {
            body.insert(name.to_owned(), value);
        };
        match self {
            Self::InitiateAuthentication(request) => {
                put("euiccChallenge", to_base64(&request.euicc_challenge));
                put("euiccInfo1", encoded(&request.euicc_info1)?);
                put("smdpAddress", Value::from(request.smdp_address.as_str()));
            }
            Self::GetBoundProfilePackage(request) => {
                put("transactionId", to_hex(&request.transaction_id));
                put(
                    "prepareDownloadResponse",
                    encoded(&request.prepare_download_response)?,
                );
            }
            Self::AuthenticateClient(request) => {
                put("transactionId", to_hex(&request.transaction_id));
                put(
                    "authenticateServerResponse",
                    encoded(&request.authenticate_server_response)?,
                );
            }
            Self::HandleNotification(request) => {
                put(
                    "pendingNotification",
                    encoded(&request.pending_notification)?,
                );
            }
            Self::CancelSession(request) => {
                put("transactionId", to_hex(&request.transaction_id));
                put(
                    "cancelSessionResponse",
                    encoded(&request.cancel_session_response)?,
                );
            }
        }
        Ok(Value::Object(body).to_string().into_bytes())
    }
}

fn initiate_authentication(
    body: &Map<String, Value>,
) -> Result<InitiateAuthenticationRequest, JsonError> {
    let challenge = base64(body, "euiccChallenge")?;
    if challenge.len() != 16 {
        let seen = format!("expected 16 octets, got {}", challenge.len());
        return Err(JsonError::invalid("euiccChallenge", seen));
    }
    Ok(InitiateAuthenticationRequest {
        euicc_challenge: challenge.into(),
        smdp_address: string(body, "smdpAddress")?.to_owned(),
        euicc_info1: typed(body, "euiccInfo1")?,
        lpa_rsp_capability: None,
        additions: Default::default(),
    })
}

/// A mandatory member that is base64 of DER.
pub(super) fn typed<T: Decode>(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<T, JsonError> {
    der::decode(&base64(body, name)?).map_err(|error| JsonError::invalid(name, error.to_string()))
}

/// A member that is base64 of DER.
pub(super) fn encoded<T: Encode>(value: &T) -> Result<Value, JsonError> {
    Ok(to_base64(&der::encode(value)?))
}
