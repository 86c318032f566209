// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same messages in the ASN.1 binding (SGP.22 §6.6): requests and answers as DER of the
//! message of their function, and the error integers that stand for pairs of codes there.
//!
//! Trap: the two bindings name failures differently. Pairs without an integer of their own become
//! `undefinedError(127)`, and an integer leads back to one pair only.

use rasn::{Decode, Encode};

use super::deviation::regular;
use super::{Es9Ok, Es9Request, Es9Response, ExecutionStatus, Failure, Function, Interface};
use crate::der::{self, CodecError};
use crate::sgp22::{
    AuthenticateClientResponseEs9, AuthenticateClientResponseEs11, CancelSessionOk,
    CancelSessionResponseEs9, GetBoundProfilePackageResponse, InitiateAuthenticationResponse,
};
use crate::status;
use crate::tlv::{Tag, Tlv, tlv};

/// RemoteProfileProvisioningRequest and RemoteProfileProvisioningResponse: one tag for both.
const WRAPPER: Tag = Tag::new(0xA2);

/// The function under which the table of refusals lists an answer.
const fn listed(interface: Interface, function: Function) -> Option<status::Function> {
    match (function, interface) {
        (Function::InitiateAuthentication, _) => Some(status::Function::InitiateAuthentication),
        (Function::GetBoundProfilePackage, _) => Some(status::Function::GetBoundProfilePackage),
        (Function::AuthenticateClient, Interface::Es9) => {
            Some(status::Function::AuthenticateClient)
        }
        (Function::AuthenticateClient, Interface::Es11) => {
            Some(status::Function::AuthenticateClientSmds)
        }
        (Function::HandleNotification, _) => None,
        (Function::CancelSession, _) => Some(status::Function::CancelSession),
    }
}

/// The error integer of a failure.
pub fn error_code(interface: Interface, function: Function, failure: &Failure) -> i64 {
    match (listed(interface, function), &failure.status_code_data) {
        (Some(function), Some(data)) => {
            status::es9_code(function, &data.subject_code, &data.reason_code)
        }
        _ => status::UNDEFINED_ERROR,
    }
}

/// The failure of an error integer; without codes when the integer stands for none.
pub fn failure_of(interface: Interface, function: Function, code: i64) -> Failure {
    let refusal =
        listed(interface, function).and_then(|function| status::from_es9_code(function, code));
    match refusal {
        Some(refusal) => refusal.into(),
        None => Failure {
            status: ExecutionStatus::Failed,
            status_code_data: None,
        },
    }
}

impl Es9Request {
    /// The request as DER of its message (BF39, BF3A, BF3B, BF3D, BF41).
    ///
    /// # Errors
    /// The message has no encoding.
    pub fn to_der(&self) -> Result<Vec<u8>, CodecError> {
        match self {
            Self::InitiateAuthentication(request) => der::encode(request),
            Self::GetBoundProfilePackage(request) => der::encode(request),
            Self::AuthenticateClient(request) => der::encode(request),
            Self::HandleNotification(request) => der::encode(request),
            Self::CancelSession(request) => der::encode(request),
        }
    }

    /// Reads a request from the DER of its message.
    ///
    /// # Errors
    /// The bytes are not the message of the function.
    pub fn from_der(function: Function, bytes: &[u8]) -> Result<Self, CodecError> {
        Ok(match function {
            Function::InitiateAuthentication => Self::InitiateAuthentication(der::decode(bytes)?),
            Function::GetBoundProfilePackage => Self::GetBoundProfilePackage(der::decode(bytes)?),
            Function::AuthenticateClient => Self::AuthenticateClient(der::decode(bytes)?),
            Function::HandleNotification => Self::HandleNotification(der::decode(bytes)?),
            Function::CancelSession => Self::CancelSession(der::decode(bytes)?),
        })
    }
}

impl Es9Request {
    /// The body of a request of the ASN.1 binding: RemoteProfileProvisioningRequest (A2).
    ///
    /// # Errors
    /// The message has no encoding.
    pub fn to_asn1(&self) -> Result<Vec<u8>, CodecError> {
        Ok(tlv(WRAPPER, &self.to_der()?))
    }

    /// Reads the body of a request of the ASN.1 binding; the message inside says which function
    /// is called. Forms that peers are known to write beside that of SGP.22 §6.6 are understood.
    ///
    /// # Errors
    /// The bytes are no RemoteProfileProvisioningRequest.
    pub fn from_asn1(body: &[u8]) -> Result<Self, CodecError> {
        let message = unwrapped(body)?;
        let function = called_by(&message)?;
        Self::from_der(function, &regular(function, &message))
    }
}

/// The function that the body of a request of the ASN.1 binding calls, by its tag alone.
///
/// # Errors
/// The bytes are no RemoteProfileProvisioningRequest.
pub fn asn1_function(body: &[u8]) -> Result<Function, CodecError> {
    called_by(&unwrapped(body)?)
}

fn called_by(message: &Tlv<'_>) -> Result<Function, CodecError> {
    Function::ALL
        .into_iter()
        .find(|function| request_tag(*function) == message.tag)
        .ok_or_else(|| unexpected(&format!("a message {}", message.tag)))
}

/// The tag of a function's request.
const fn request_tag(function: Function) -> Tag {
    Tag::new(match function {
        Function::InitiateAuthentication => 0xBF39,
        Function::GetBoundProfilePackage => 0xBF3A,
        Function::AuthenticateClient => 0xBF3B,
        Function::HandleNotification => 0xBF3D,
        Function::CancelSession => 0xBF41,
    })
}

/// The one message inside the wrapper.
fn unwrapped(body: &[u8]) -> Result<Tlv<'_>, CodecError> {
    let wrapper = Tlv::only(body).map_err(|error| unexpected(&error))?;
    if wrapper.tag != WRAPPER {
        return Err(unexpected(&format!("a tag {}", wrapper.tag)));
    }
    Tlv::only(wrapper.value).map_err(|error| unexpected(&error))
}

fn unexpected(seen: &dyn std::fmt::Display) -> CodecError {
    CodecError::Decode {
        expected: "one message in A2",
        reason: format!("saw {seen}"),
    }
}

/// The body of an answer of the ASN.1 binding: RemoteProfileProvisioningResponse (A2).
/// HandleNotification has none: the bytes are empty.
///
/// # Errors
/// The message has no encoding.
pub fn response_to_asn1(
    interface: Interface,
    function: Function,
    response: &Es9Response,
) -> Result<Vec<u8>, CodecError> {
    let message = response_to_der(interface, function, response)?;
    Ok(if message.is_empty() {
        message
    } else {
        tlv(WRAPPER, &message)
    })
}

/// Reads the body of an answer of the ASN.1 binding.
///
/// # Errors
/// The bytes are not an answer of the function.
pub fn response_from_asn1(
    interface: Interface,
    function: Function,
    body: &[u8],
) -> Result<Es9Response, CodecError> {
    if body.is_empty() && !function.has_response_body() {
        return Ok(Ok(Es9Ok::HandleNotification));
    }
    response_from_der(interface, function, unwrapped(body)?.raw)
}

/// An answer as DER of its message (BF39, BF3A, BF3B, BF40, BF41). HandleNotification has none:
/// the bytes are empty.
///
/// # Errors
/// The message has no encoding.
pub fn response_to_der(
    interface: Interface,
    function: Function,
    response: &Es9Response,
) -> Result<Vec<u8>, CodecError> {
    match response {
        Ok(Es9Ok::InitiateAuthentication(ok)) => der::encode(
            &InitiateAuthenticationResponse::InitiateAuthenticationOk(ok.clone()),
        ),
        Ok(Es9Ok::GetBoundProfilePackage(ok)) => der::encode(
            &GetBoundProfilePackageResponse::GetBoundProfilePackageOk(ok.clone()),
        ),
        Ok(Es9Ok::AuthenticateClient(ok)) => der::encode(
            &AuthenticateClientResponseEs9::AuthenticateClientOk(ok.clone()),
        ),
        Ok(Es9Ok::AuthenticateClientEs11(ok)) => der::encode(
            &AuthenticateClientResponseEs11::AuthenticateClientOk(ok.clone()),
        ),
        Ok(Es9Ok::HandleNotification) => Ok(Vec::new()),
        Ok(Es9Ok::CancelSession) => der::encode(&CancelSessionResponseEs9::CancelSessionOk(
            CancelSessionOk::default(),
        )),
        Err(failure) => {
            let code = error_code(interface, function, failure);
            error_to_der(interface, function, code)
        }
    }
}

fn error_to_der(
    interface: Interface,
    function: Function,
    code: i64,
) -> Result<Vec<u8>, CodecError> {
    fn encode<T: Encode>(message: T) -> Result<Vec<u8>, CodecError> {
        der::encode(&message)
    }
    match (function, interface) {
        (Function::InitiateAuthentication, _) => encode(
            InitiateAuthenticationResponse::InitiateAuthenticationError(code.into()),
        ),
        (Function::GetBoundProfilePackage, _) => encode(
            GetBoundProfilePackageResponse::GetBoundProfilePackageError(code.into()),
        ),
        (Function::AuthenticateClient, Interface::Es9) => encode(
            AuthenticateClientResponseEs9::AuthenticateClientError(code.into()),
        ),
        (Function::AuthenticateClient, Interface::Es11) => encode(
            AuthenticateClientResponseEs11::AuthenticateClientError(code.into()),
        ),
        (Function::HandleNotification, _) => Ok(Vec::new()),
        (Function::CancelSession, _) => {
            encode(CancelSessionResponseEs9::CancelSessionError(code.into()))
        }
    }
}

/// Reads an answer from the DER of its message.
///
/// # Errors
/// The bytes are not an answer of the function.
pub fn response_from_der(
    interface: Interface,
    function: Function,
    bytes: &[u8],
) -> Result<Es9Response, CodecError> {
    fn decode<T: Decode>(bytes: &[u8]) -> Result<T, CodecError> {
        der::decode(bytes)
    }
    let failed = |code: i64| Err(failure_of(interface, function, code));
    Ok(match (function, interface) {
        (Function::InitiateAuthentication, _) => match decode(bytes)? {
            InitiateAuthenticationResponse::InitiateAuthenticationOk(ok) => {
                Ok(Es9Ok::InitiateAuthentication(ok))
            }
            InitiateAuthenticationResponse::InitiateAuthenticationError(code) => failed(code.0),
        },
        (Function::GetBoundProfilePackage, _) => match decode(bytes)? {
            GetBoundProfilePackageResponse::GetBoundProfilePackageOk(ok) => {
                Ok(Es9Ok::GetBoundProfilePackage(ok))
            }
            GetBoundProfilePackageResponse::GetBoundProfilePackageError(code) => failed(code.0),
        },
        (Function::AuthenticateClient, Interface::Es9) => match decode(bytes)? {
            AuthenticateClientResponseEs9::AuthenticateClientOk(ok) => {
                Ok(Es9Ok::AuthenticateClient(ok))
            }
            AuthenticateClientResponseEs9::AuthenticateClientError(code) => failed(code.0),
        },
        (Function::AuthenticateClient, Interface::Es11) => match decode(bytes)? {
            AuthenticateClientResponseEs11::AuthenticateClientOk(ok) => {
                Ok(Es9Ok::AuthenticateClientEs11(ok))
            }
            AuthenticateClientResponseEs11::AuthenticateClientError(code) => failed(code.0),
        },
        (Function::HandleNotification, _) => Ok(Es9Ok::HandleNotification),
        (Function::CancelSession, _) => match decode(bytes)? {
            CancelSessionResponseEs9::CancelSessionOk(_) => Ok(Es9Ok::CancelSession),
            CancelSessionResponseEs9::CancelSessionError(code) => failed(code.0),
        },
    })
}
