// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two bindings of ES9+ (SGP.22 §6.5, §6.6): requests out of bodies, answers into bodies.
//!
//! A body that is not JSON or not DER is HTTP 400, as is a notification that cannot be read: its
//! answer has no place for a refusal. A member that is missing or malformed is a refusal of the
//! function in JSON; DER is undecodable as a whole.

use rsp::json::{
    Es9Request, Es9Response, Failure, Function, Interface, JsonError, encode_response,
    response_to_asn1,
};
use rsp::status::{PROTOCOL_FORMAT_INVALID, PROTOCOL_FORMAT_MISSING};

use super::{ASN1, HttpAnswer, JSON};

/// How the messages of ES9+ are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binding {
    /// One JSON object per message (SGP.22 §6.5).
    Json,
    /// RemoteProfileProvisioningRequest and RemoteProfileProvisioningResponse in DER (SGP.22 §6.6).
    Asn1,
}

/// Why a body never became a request.
#[derive(Debug)]
pub(crate) enum Unread {
    /// Not a message of the binding: HTTP 400.
    Undecodable(String),
    /// Refused in the answer of the function.
    Refused(Failure),
}

impl Binding {
    /// Both bindings.
    pub const ALL: [Self; 2] = [Self::Json, Self::Asn1];

    /// Media type of its bodies (SGP.22 §6.2).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Asn1 => ASN1,
        }
    }

    /// Reads the body of a request.
    pub(crate) fn read(self, function: Function, body: &[u8]) -> Result<Es9Request, Unread> {
        match self {
            Self::Json => Es9Request::from_json(function, body).map_err(|error| match error {
                JsonError::Syntax(_) => Unread::Undecodable(error.to_string()),
                _ if !function.has_response_body() => Unread::Undecodable(error.to_string()),
                JsonError::Missing { .. } => {
                    Unread::Refused(Failure::because(PROTOCOL_FORMAT_MISSING, &error))
                }
                _ => Unread::Refused(Failure::because(PROTOCOL_FORMAT_INVALID, &error)),
            }),
            Self::Asn1 => {
                Es9Request::from_asn1(body).map_err(|error| Unread::Undecodable(error.to_string()))
            }
        }
    }

    /// Writes the answer to a function; HandleNotification has none but its status (SGP.22 §6.3).
    pub(crate) fn write(
        self,
        interface: Interface,
        function: Function,
        response: &Es9Response,
    ) -> HttpAnswer {
        if !function.has_response_body() {
            return HttpAnswer {
                media_type: self.media_type(),
                ..HttpAnswer::empty(204)
            };
        }
        let answer = match self {
            Self::Json => encode_response(response)
                .map(HttpAnswer::json)
                .map_err(|error| error.to_string()),
            Self::Asn1 => response_to_asn1(interface, function, response)
                .map(HttpAnswer::asn1)
                .map_err(|error| error.to_string()),
        };
        answer.unwrap_or_else(|error| {
            tracing::error!(%function, %error, "answer has no encoding");
            HttpAnswer::empty(500)
        })
    }
}
