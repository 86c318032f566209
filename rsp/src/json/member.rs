// SPDX-License-Identifier: MIT OR Apache-2.0
//! How single members are written and read (SGP.22 §6.5.2): text, upper-case hexadecimal, base64 of
//! DER or of bare values.
//!
//! Base64 is the standard alphabet with padding; line breaks are skipped, the URL-safe alphabet is
//! refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::JsonError;
use crate::asn1::Certificate;
use crate::sgp22::CertificateChain;
use crate::tlv::{Tag, Tlv, tlv, walk};

/// Tag and length of a 64-byte signature, `5F37 40`.
const SIGNATURE_HEADER: [u8; 3] = [0x5F, 0x37, 0x40];

/// A mandatory member.
fn member<'a>(body: &'a Map<String, Value>, name: &'static str) -> Result<&'a Value, JsonError> {
    body.get(name).ok_or(JsonError::Missing { member: name })
}

/// A mandatory member that is an object.
pub(super) fn object<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
) -> Result<&'a Map<String, Value>, JsonError> {
    member(body, name)?
        .as_object()
        .ok_or_else(|| JsonError::invalid(name, "expected an object".to_owned()))
}

/// A mandatory member that is text.
pub(super) fn string<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
) -> Result<&'a str, JsonError> {
    member(body, name)?
        .as_str()
        .ok_or_else(|| JsonError::invalid(name, "expected a string".to_owned()))
}

/// An optional member that is text; `null` counts as absent.
pub(super) fn optional_string<'a>(
    body: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JsonError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => string(body, name).map(Some),
    }
}

/// A mandatory transaction identifier: 1 to 16 octets in hexadecimal of either case (SGP.22
/// §6.5.2).
pub(super) fn transaction_id(body: &Map<String, Value>) -> Result<Vec<u8>, JsonError> {
    let text = string(body, "transactionId")?;
    let bytes = hex::decode(text)
        .map_err(|error| JsonError::invalid("transactionId", format!("{error} in {text:?}")))?;
    if bytes.is_empty() || bytes.len() > 16 {
        let seen = format!("expected 1 to 16 octets, got {}", bytes.len());
        return Err(JsonError::invalid("transactionId", seen));
    }
    Ok(bytes)
}

/// A mandatory base64 member.
pub(super) fn base64(body: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, JsonError> {
    let text: String = string(body, name)?
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n'))
        .collect();
    STANDARD
        .decode(text)
        .map_err(|error| JsonError::invalid(name, format!("base64: {error}")))
}

/// A mandatory 64-byte signature, with or without its tag: peers send both forms (SGP.22 §6.5.2.6
/// has the tag).
pub(super) fn signature(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Vec<u8>, JsonError> {
    let bytes = base64(body, name)?;
    match bytes.strip_prefix(&SIGNATURE_HEADER) {
        Some(value) if value.len() == 64 => Ok(value.to_vec()),
        _ if bytes.len() == 64 => Ok(bytes),
        _ => {
            let seen = format!(
                "expected 5F37 with 64 octets or 64 bare octets, got {}",
                bytes.len()
            );
            Err(JsonError::invalid(name, seen))
        }
    }
}

/// A mandatory key identifier, as OCTET STRING TLV or bare.
///
/// A bare identifier that happens to begin like a TLV is told apart by its length: the TLV form is
/// used only when the length octet covers the rest exactly.
pub(super) fn key_identifier(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Vec<u8>, JsonError> {
    let bytes = base64(body, name)?;
    match bytes.split_first_chunk::<2>() {
        Some(([0x04, length], value)) if usize::from(*length) == value.len() => Ok(value.to_vec()),
        _ => Ok(bytes),
    }
}

/// Most certificates of a chain; no variant has more than three below the CI.
const MOST_CERTIFICATES: usize = 8;
/// `otherCertsInChain` of InitiateAuthentication.
const CHAIN: Tag = Tag::new(0xA1);

/// An optional chain of certificates (SGP.22 v3 §6.5.2.6): the data object with its tag, A1, or the
/// certificates alone.
pub(super) fn chain(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<CertificateChain>, JsonError> {
    if !body.contains_key(name) {
        return Ok(None);
    }
    let bytes = base64(body, name)?;
    let content = match Tlv::only(&bytes) {
        Ok(tlv) if tlv.tag == CHAIN => tlv.value,
        _ => &bytes,
    };
    let certificates = walk(content)
        .map(|tlv| tlv.map(|tlv| Certificate::from(tlv.raw)))
        .take(MOST_CERTIFICATES + 1)
        .collect::<Result<CertificateChain, _>>()
        .map_err(|error| JsonError::invalid(name, error.to_string()))?;
    if certificates.len() > MOST_CERTIFICATES {
        let seen = format!("expected at most {MOST_CERTIFICATES} certificates");
        return Err(JsonError::invalid(name, seen));
    }
    Ok(Some(certificates))
}

/// Writes a chain with its tag.
pub(super) fn to_chain(chain: &CertificateChain) -> Value {
    let certificates: Vec<&[u8]> = chain.iter().map(Certificate::as_der).collect();
    to_base64(&tlv(CHAIN, &certificates.concat()))
}

/// Writes bytes as base64.
pub(super) fn to_base64(bytes: &[u8]) -> Value {
    Value::from(STANDARD.encode(bytes))
}

/// Writes bytes as upper-case hexadecimal.
pub(super) fn to_hex(bytes: &[u8]) -> Value {
    Value::from(hex::encode_upper(bytes))
}

/// Writes a signature with its tag, 5F37.
pub(super) fn to_signature(value: &[u8]) -> Value {
    to_base64(&tlv(Tag::new(0x5F37), value))
}

/// Writes a key identifier with its tag, 04.
pub(super) fn to_key_identifier(value: &[u8]) -> Value {
    to_base64(&tlv(Tag::OCTET_STRING, value))
}
