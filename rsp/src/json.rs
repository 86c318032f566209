// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON binding of ES2+, ES9+ and ES11 (SGP.22 §6.5), for servers and for their clients (operator,
//! LPA, IPA, eIM).
//!
//! On ES9+ and ES11 a request is the bare object of the function; between servers it has a `header`
//! too. An answer has a `header` beside the members of the function. Everything else is base64 of DER, so this module turns bodies into the typed
//! messages of [`crate::sgp22`] and back; signed structures stay the bytes they were.
//!
//! Traps:
//! - requests of ES9+ and ES11 carry no `header` (SGP.22 §6.5.1.1); one that comes anyway is
//!   ignored, as is every unknown member. A member that comes twice is refused, since readers
//!   differ on which counts;
//! - answers have exactly the members of SGP.22 §6.5.2, in its order: closed decoders exist;
//! - signatures and the CI key identifier carry their tags (`5F37 40`, `04 14`) inside the base64.
//!   Peers that send the bare value are understood.

mod asn1;
mod call;
mod deviation;
mod es12;
mod es2plus;
pub mod esipa;
mod function;
mod header;
mod member;
mod request;
mod response;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

pub use asn1::{
    asn1_function, error_code, failure_of, response_from_asn1, response_from_der, response_to_asn1,
    response_to_der,
};
pub use call::CallHeader;
pub use es2plus::{
    CancelOrder, ConfirmOrder, DownloadOrder, DownloadProgress, Es2Call, Es2Function, Es2Ok,
    Es2Request, Es2Response, FinalProfileStatus, ReleaseProfile, Timestamp, TimestampError,
    decode_es2_response, encode_es2_response,
};
pub use es12::{DeleteEvent, Es12Function, Es12Request, RegisterEvent, read_status, write_status};
pub use function::{AdminProtocol, AdminProtocolError, Function};
pub use header::{ExecutionStatus, Failure, StatusCodeData};
pub use request::Es9Request;
pub use response::{Es9Ok, Es9Response, Interface, decode_response, encode_response};

use crate::der::CodecError;

/// Why a body is not a message of the binding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not a JSON object, or one with a member that comes twice.
    #[error("expected a JSON object: {0}")]
    Syntax(String),
    /// A mandatory member is absent.
    #[error("expected member {member}")]
    Missing {
        /// Name of the member.
        member: &'static str,
    },
    /// A member has another form than the clause gives it.
    #[error("member {member}: {problem}")]
    Invalid {
        /// Name of the member.
        member: &'static str,
        /// What was expected and what was seen.
        problem: String,
    },
    /// A message of ours has no encoding.
    #[error(transparent)]
    Encode(#[from] CodecError),
}

impl JsonError {
    pub(crate) fn invalid(member: &'static str, problem: String) -> Self {
        Self::Invalid { member, problem }
    }
}

/// Reads a body as one JSON object.
///
/// # Errors
/// The body is no JSON object, or a member comes twice.
pub(crate) fn parse(body: &[u8]) -> Result<Map<String, Value>, JsonError> {
    serde_json::from_slice::<Members>(body)
        .map(|members| members.0)
        .map_err(|error| JsonError::Syntax(error.to_string()))
}

/// An object whose members are all different.
struct Members(Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("member {name} comes twice")));
            }
            members.insert(name, value);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests;
