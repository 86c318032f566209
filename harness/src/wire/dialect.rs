// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa messages at the edge: bytes of a wire version on one side, the types of `rsp::sgp32` on the
//! other (SGP.32 §6.3.1).
//!
//! A message is read here once, whatever binding carried it; handlers and procedures see types only.
//! What is signed keeps the bytes it came in (`rsp::raw::Raw`).
//!
//! Three codecs: v1.2 is what the types are; v1.3 adds to it, and its additions are left out towards
//! v1.2 and tolerated from there; v1.0 has types of its own (`rsp::sgp32_v1_0`) that are converted.
//! `form` tells which version a message shows, so that one version is not read as the other.

mod es10;
mod form;
mod function;
mod later;
mod package;

use rasn::{Decode, Encode};
use rsp::der::{self, CodecError};
use rsp::dialect::Dialect;
use rsp::sgp32::{
    AuthenticateClientResponseEsipa,
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa as AuthenticateError,
    CancelSessionResponseEsipa, CancelSessionResponseEsipaCancelSessionError as CancelError,
    EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request,
    GetBoundProfilePackageResponseEsipa,
    GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa as BoundPackageError,
    GetEimPackageResponse, GetEimPackageResponseEimPackageError as PackageError,
    InitiateAuthenticationResponseEsipa,
    InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa as InitiateError,
    ProvideEimPackageResultResponse,
    ProvideEimPackageResultResponseProvideEimPackageResultError as ProvideError,
};
use rsp::sgp32_v1_0::{self as v1_0, ConvertError};
use rsp::tlv::Tag;

pub use es10::{from_card, to_card};
use form::form_of_answer;
pub use form::{About, about, fits, form};
pub use function::Function;
pub use package::{Package, read_package};

/// Why a message cannot be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DialectError {
    /// The bytes are no such message, or the message has no encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The message has no form in the other version.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The message is one of another version, in which the same bytes mean something else.
    #[error("expected a message of SGP.32 v{expected}, got the form of v{seen}")]
    Version {
        /// What is spoken.
        expected: Dialect,
        /// What the form shows.
        seen: Dialect,
    },
}

/// Reads a message of an IPA.
///
/// # Errors
/// The bytes are no message of that wire version.
pub fn read_request(dialect: Dialect, message: &[u8]) -> Result<Request, DialectError> {
    check(form(message), dialect)?;
    read::<_, v1_0::EsipaMessageFromIpaToEim>(dialect, message)
}

/// Writes a message of an IPA.
///
/// # Errors
/// The message has no form in that wire version.
pub fn write_request(dialect: Dialect, request: &Request) -> Result<Vec<u8>, DialectError> {
    match dialect {
        Dialect::V1_0 => write::<v1_0::EsipaMessageFromIpaToEim, _>(request),
        Dialect::V1_2 => Ok(der::encode(&later::request_without(request.clone()))?),
        Dialect::V1_3 => Ok(der::encode(request)?),
    }
}

/// Reads a message of an eIM.
///
/// # Errors
/// The bytes are no message of that wire version.
pub fn read_answer(dialect: Dialect, message: &[u8]) -> Result<Answer, DialectError> {
    check(form_of_answer(message), dialect)?;
    read::<_, v1_0::EsipaMessageFromEimToIpa>(dialect, message)
}

/// Refuses a message that shows another version than is spoken.
fn check(shown: Option<Dialect>, expected: Dialect) -> Result<(), DialectError> {
    match shown {
        Some(seen) if !fits(shown, expected) => Err(DialectError::Version { expected, seen }),
        _ => Ok(()),
    }
}

/// Writes a message of an eIM.
///
/// # Errors
/// The message has no form in that wire version.
pub fn write_answer(dialect: Dialect, answer: &Answer) -> Result<Vec<u8>, DialectError> {
    match dialect {
        Dialect::V1_0 => write::<v1_0::EsipaMessageFromEimToIpa, _>(answer),
        Dialect::V1_2 => Ok(der::encode(&later::answer_without(answer.clone()))?),
        Dialect::V1_3 => Ok(der::encode(answer)?),
    }
}

/// Reads a value of one type by way of its v1.0 form, `Old`, when that is spoken.
///
/// # Errors
/// The bytes are no such value in that version.
pub fn read<T, Old>(dialect: Dialect, bytes: &[u8]) -> Result<T, DialectError>
where
    T: Decode + TryFrom<Old>,
    Old: Decode,
    ConvertError: From<T::Error>,
{
    if dialect != Dialect::V1_0 {
        return Ok(der::decode(bytes)?);
    }
    let old: Old = der::decode(bytes)?;
    Ok(T::try_from(old).map_err(ConvertError::from)?)
}

/// Writes a value in its v1.0 form.
fn write<Old, T>(value: &T) -> Result<Vec<u8>, DialectError>
where
    T: Clone,
    Old: Encode + TryFrom<T>,
    ConvertError: From<Old::Error>,
{
    let old = Old::try_from(value.clone()).map_err(ConvertError::from)?;
    Ok(der::encode(&old)?)
}

/// What an eIM answers to a message that it cannot read: the error of the function that the tag
/// names, or nothing to a notification, which has no answer at all.
pub fn undecodable(message: &[u8]) -> Option<Answer> {
    Some(match Tag::read(message).map(Tag::octets) {
        Ok(0xBF39) => Answer::InitiateAuthenticationResponseEsipa(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(
                InitiateError::UNDEFINED_ERROR,
            ),
        ),
        Ok(0xBF3B) => Answer::AuthenticateClientResponseEsipa(
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(
                AuthenticateError::UNDEFINED_ERROR,
            ),
        ),
        Ok(0xBF3A) => Answer::GetBoundProfilePackageResponseEsipa(
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa(
                BoundPackageError::UNDEFINED_ERROR,
            ),
        ),
        Ok(0xBF41) => Answer::CancelSessionResponseEsipa(
            CancelSessionResponseEsipa::CancelSessionError(CancelError::UNDEFINED_ERROR),
        ),
        Ok(0xBF50) => Answer::ProvideEimPackageResultResponse(
            ProvideEimPackageResultResponse::ProvideEimPackageResultError(
                ProvideError::UNDEFINED_ERROR,
            ),
        ),
        Ok(0xBF3D) => return None,
        _ => Answer::GetEimPackageResponse(GetEimPackageResponse::EimPackageError(
            PackageError::UNDEFINED_ERROR,
        )),
    })
}
