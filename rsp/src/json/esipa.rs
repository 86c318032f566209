// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON binding of ESipa (SGP.32 §6.4), both ways: bodies of the eight functions to and from the
//! messages of the ASN.1 binding.
//!
//! The messages are never decoded: a body carries data objects in base64, and they stay the bytes
//! that they are, so whatever was signed or is unknown passes through unchanged.
//!
//! Traps:
//! - a request has no `header`; an answer has one, and a failed answer has nothing else. Where a
//!   function has no pair of codes for its integer (TransferEimPackage), the integer follows;
//! - the answer of the eUICC to CancelSession stands here with its own tag BF41, in the ASN.1
//!   binding with A1;
//! - `eidValue` is decimal, transactions are upper-case hexadecimal, `euiccChallenge` and `rPlmn`
//!   are bare values;
//! - signatures, `euiccCiPKIdentifierToBeUsed` and `hashCc` are written with tag and length; the
//!   bare value is understood;
//! - `eimPackageError` 0 beside a package, which a server is known to write, means nothing.

mod function;
mod member;
mod table;

pub use function::{Function, error_code, failure_of};

use serde_json::{Map, Value};

use self::member::{integer_content, no_message, number, read_all, read_one, write_all};
use self::table::{Answer, Arm, Content};
use super::member::{base64, to_base64};
use super::{Failure, JsonError, header, parse};
use crate::status::{self, Refusal};
use crate::tlv::{Tag, Tlv, tlv, walk};

/// An answer of the JSON binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The message of the ASN.1 binding; nothing for HandleNotification.
    pub message: Vec<u8>,
    /// The pair of codes, when the function failed: it can say more than the error integer.
    pub failure: Option<Failure>,
}

/// The message of the ASN.1 binding for an error; nothing for HandleNotification, which has none.
pub fn error_message(function: Function, code: i64) -> Vec<u8> {
    table::response(function).map_or_else(Vec::new, |answer| {
        tlv(function.tag(), &tlv(answer.error, &integer_content(code)))
    })
}

/// The failure with which a server refuses a body (SGP.32 §5.14.5, §5.14.6, SGP.22 §5.2.6).
pub fn refusal_of(function: Function, error: &JsonError) -> Failure {
    let refusal = |about: &str, eid: Refusal, any: Refusal| {
        let polls = matches!(
            function,
            Function::GetEimPackage | Function::ProvideEimPackageResult
        );
        if polls && about == table::EID.name {
            eid
        } else {
            any
        }
    };
    let refusal = match error {
        JsonError::Missing { member } => {
            refusal(member, status::EID_MISSING, status::PROTOCOL_FORMAT_MISSING)
        }
        JsonError::Invalid { member, .. } => {
            refusal(member, status::EID_INVALID, status::PROTOCOL_FORMAT_INVALID)
        }
        JsonError::Syntax(_) | JsonError::Encode(_) => status::PROTOCOL_FORMAT_INVALID,
    };
    Failure::because(refusal, error)
}

/// Writes the body of a request, and says which function it calls.
///
/// # Errors
/// The bytes are no request of ESipa.
pub fn request_to_json(message: &[u8]) -> Result<(Function, Vec<u8>), JsonError> {
    let outer = Tlv::only(message)?;
    let function = Function::of_message(message).ok_or_else(|| no_message(&outer.tag))?;
    let mut body = Map::new();
    match table::request(function) {
        _ if function == Function::ProvideEimPackageResult => result_to_json(&outer, &mut body)?,
        Content::All(members) | Content::OneOf(members, _) => {
            write_all(members, outer.value, &mut body)?;
        }
    }
    Ok((function, text(body)))
}

/// Reads the body of a request.
///
/// # Errors
/// The body is no JSON object, or a member is absent or malformed.
pub fn request_from_json(function: Function, body: &[u8]) -> Result<Vec<u8>, JsonError> {
    let body = &parse(body)?;
    let content = match table::request(function) {
        _ if function == Function::ProvideEimPackageResult => result_from_json(body)?,
        content => content_from_json(content, body)?,
    };
    Ok(tlv(function.tag(), &content))
}

/// Writes the body of an answer. The failure tells more than the message where there is one; nothing
/// becomes nothing.
///
/// # Errors
/// The bytes are no answer of the function.
pub fn response_to_json(
    function: Function,
    message: &[u8],
    failure: Option<&Failure>,
) -> Result<Vec<u8>, JsonError> {
    if message.is_empty() && failure.is_none() {
        return Ok(Vec::new());
    }
    let mut body = Map::new();
    let Some(answer) = table::response(function) else {
        body.insert("header".to_owned(), header::encode(failure));
        return Ok(text(body));
    };
    let outer = (!message.is_empty())
        .then(|| Tlv::only(message))
        .transpose()?;
    if let Some(outer) = outer
        && outer.tag != function.tag()
    {
        return Err(no_message(&outer.tag));
    }
    let content = outer.map_or(&[][..], |outer| outer.value);
    let listed = listed_failure(function, &answer, content)?;
    let failed = failure.or(listed.as_ref());
    body.insert("header".to_owned(), header::encode(failed));
    if failed.is_none() {
        success_to_json(&answer, content, &mut body)?;
    } else if answer.writes_errors {
        write_all(answer.errors, content, &mut body)?;
    }
    Ok(text(body))
}

/// Reads the body of an answer.
///
/// # Errors
/// The body is no JSON object, has no readable header, or lacks a member of a success.
pub fn response_from_json(function: Function, body: &[u8]) -> Result<Response, JsonError> {
    let Some(answer) = table::response(function) else {
        // HTTP 204 (SGP.32 §6.1.1); what comes instead says nothing that counts
        let failure = parse(body).ok().and_then(|body| header::decode(&body).ok());
        return Ok(Response {
            message: Vec::new(),
            failure: failure.flatten(),
        });
    };
    let body = &parse(body)?;
    let failure = header::decode(body)?;
    let content = match &failure {
        Some(failure) => failure_from_json(function, &answer, failure, body)?,
        None => success_from_json(&answer, body)?,
    };
    Ok(Response {
        message: tlv(function.tag(), &content),
        failure,
    })
}

fn text(body: Map<String, Value>) -> Vec<u8> {
    Value::Object(body).to_string().into_bytes()
}

fn content_from_json(content: Content, body: &Map<String, Value>) -> Result<Vec<u8>, JsonError> {
    match content {
        Content::All(members) => read_all(members, body),
        Content::OneOf(members, nothing) => read_one(members, body)?
            .or_else(|| nothing.map(<[u8]>::to_vec))
            .ok_or(JsonError::Missing {
                member: members.first().map_or("", |member| member.name),
            }),
    }
}

/// `eidValue` and, as the value of a CHOICE, the result (SGP.32 §6.4.1.6).
fn result_to_json(outer: &Tlv<'_>, body: &mut Map<String, Value>) -> Result<(), JsonError> {
    for object in outer.children() {
        let object = object?;
        if object.tag == table::EID.tag {
            body.insert(table::EID.name.to_owned(), table::EID.write(&object)?);
        } else if !body.contains_key(table::PACKAGE_RESULT) {
            body.insert(table::PACKAGE_RESULT.to_owned(), to_base64(object.raw));
        }
    }
    Ok(())
}

/// Peers are known to send the whole message BF50 in the place of the result; its own EID then
/// stands for one that is not beside it.
fn result_from_json(body: &Map<String, Value>) -> Result<Vec<u8>, JsonError> {
    let wrong = |problem: String| JsonError::invalid(table::PACKAGE_RESULT, problem);
    let beside = table::EID.key(body);
    let beside = beside.map(|key| table::EID.read(body, key)).transpose()?;
    let result = base64(body, table::PACKAGE_RESULT)?;
    let outer = Tlv::only(&result).map_err(|error| wrong(error.to_string()))?;
    let objects = if outer.tag == Function::ProvideEimPackageResult.tag() {
        outer.value
    } else {
        &result
    };
    let (mut inside, mut results) = (None, Vec::new());
    for object in walk(objects) {
        let object = object.map_err(|error| wrong(error.to_string()))?;
        if object.tag == table::EID.tag {
            inside = Some(member::checked_eid(table::EID.name, &object)?);
        } else {
            results.push(object.raw);
        }
    }
    let [result] = results.as_slice() else {
        return Err(wrong(format!("expected one result, saw {}", results.len())));
    };
    let mut content = beside.or(inside).unwrap_or_default();
    content.extend_from_slice(result);
    Ok(content)
}

/// The failure that an error arm stands for.
fn listed_failure(
    function: Function,
    answer: &Answer,
    content: &[u8],
) -> Result<Option<Failure>, JsonError> {
    let Some(object) = walk(content).next().transpose()? else {
        return Ok(None);
    };
    if object.tag == answer.error {
        let code = number("error", object.value)?;
        return Ok(Some(failure_of(function, code)));
    }
    let error = |member: &member::Member| member.tag == object.tag;
    Ok(answer
        .errors
        .iter()
        .any(error)
        .then(|| failure_of(function, status::UNDEFINED_ERROR)))
}

fn success_to_json(
    answer: &Answer,
    content: &[u8],
    body: &mut Map<String, Value>,
) -> Result<(), JsonError> {
    let first = walk(content).next().transpose()?;
    let tag = first.map(|object| object.tag);
    let fits = |arm: &&Arm| arm.tag.is_none() || arm.tag == tag;
    let Some(arm) = answer.arms.iter().find(fits) else {
        return Err(tag.map_or_else(|| no_message(&"nothing"), |tag| no_message(&tag)));
    };
    let inner = match (arm.tag, first) {
        (Some(_), Some(object)) => object.value,
        _ => content,
    };
    let (Content::All(members) | Content::OneOf(members, _)) = arm.content;
    write_all(members, inner, body)?;
    if let Some(mark) = arm.mark {
        body.entry(mark).or_insert(Value::Null);
    }
    Ok(())
}

fn success_from_json(answer: &Answer, body: &Map<String, Value>) -> Result<Vec<u8>, JsonError> {
    let fits = |arm: &&Arm| arm.mark.is_none_or(|mark| body.contains_key(mark));
    let Some(arm) = answer.arms.iter().find(fits) else {
        return Ok(Vec::new());
    };
    let content = match content_from_json(arm.content, body) {
        // an error that stands where a package should is an error whatever the header says
        Err(missing @ JsonError::Missing { .. }) => {
            return error_member(answer, body)?.ok_or(missing);
        }
        other => other?,
    };
    Ok(match arm.tag {
        Some(tag) => tlv(tag, &content),
        None => content,
    })
}

/// The pair decides; without a pair that the function lists, the member does where there is one.
fn failure_from_json(
    function: Function,
    answer: &Answer,
    failure: &Failure,
    body: &Map<String, Value>,
) -> Result<Vec<u8>, JsonError> {
    let code = error_code(function, failure);
    if code == status::UNDEFINED_ERROR
        && let Some(error) = error_member(answer, body)?
    {
        return Ok(error);
    }
    Ok(tlv(answer.error, &integer_content(code)))
}

/// The error that a member carries; 0 is none.
fn error_member(answer: &Answer, body: &Map<String, Value>) -> Result<Option<Vec<u8>>, JsonError> {
    let none = tlv(Tag::INTEGER, &integer_content(0));
    Ok(read_one(answer.errors, body)?.filter(|error| *error != none))
}

#[cfg(test)]
mod tests;
