// SPDX-License-Identifier: MIT OR Apache-2.0
//! The deliberate mistakes of an IPA in what it makes of HTTP and JSON.

use serde_json::{Value, json};

use crate::defect::{Defects, IpaDefect};
use crate::wire::coap::CoapError;
use crate::wire::http::{PostError, Reply, header};

/// Where an answer sends the client, for one that goes there.
pub(super) fn redirected(reply: &Reply, defects: &Defects<IpaDefect>) -> Option<String> {
    let follows = defects.has(IpaDefect::FollowsRedirects);
    let moved = follows && (300..400).contains(&reply.status);
    let location = header(&reply.headers, "location").filter(|_| moved)?;
    // whatever host it names, the path is asked for
    let path = match location.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => location.trim_start_matches('/'),
    };
    Some(format!("/{path}"))
}

/// Whether a client that has no patience asks again at once.
pub(super) fn is_impatient(reply: &Reply, defects: &Defects<IpaDefect>) -> bool {
    defects.has(IpaDefect::IgnoresRetryAfter) && matches!(reply.status, 429 | 503)
}

/// The same over CoAP, where 5.03 says so.
pub(super) fn is_impatient_for(
    answer: &Result<Vec<u8>, PostError>,
    defects: &Defects<IpaDefect>,
) -> bool {
    let busy =
        matches!(answer, Err(PostError::Coap(CoapError::Code { code, .. })) if code == "5.03");
    busy && defects.has(IpaDefect::IgnoresRetryAfter)
}

/// JSON as a client with these mistakes writes it.
pub(super) fn written(body: Vec<u8>, defects: &Defects<IpaDefect>) -> Vec<u8> {
    if !defects.has(IpaDefect::LowerCaseHex) {
        return body;
    }
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&body) else {
        return body;
    };
    if let Some(Value::String(id)) = members.get_mut("transactionId") {
        id.make_ascii_lowercase();
    }
    Value::Object(members).to_string().into_bytes()
}

/// The reply as a client with these mistakes sees it.
pub(super) fn seen(mut reply: Reply, defects: &Defects<IpaDefect>) -> Reply {
    if defects.has(IpaDefect::NeedsBody) && reply.status == 204 {
        reply.status = 500;
    }
    if defects.has(IpaDefect::IgnoresHttpStatus) && !reply.body.is_empty() {
        reply.status = 200;
    }
    reply
}

/// JSON as a client with these mistakes reads it.
pub(super) fn read(body: Vec<u8>, defects: &Defects<IpaDefect>) -> Vec<u8> {
    let header = defects.has(IpaDefect::SkipsJsonHeader);
    let base64 = defects.has(IpaDefect::LenientBase64);
    if !header && !base64 {
        return body;
    }
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&body) else {
        return body;
    };
    if header && members.len() > usize::from(members.contains_key("header")) {
        let success = json!({ "functionExecutionStatus": { "status": "Executed-Success" } });
        members.insert("header".to_owned(), success);
    }
    let mut members = Value::Object(members);
    if base64 {
        cleaned(&mut members);
    }
    members.to_string().into_bytes()
}

/// Drops what no alphabet of base64 has.
fn cleaned(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| !matches!(c, '!' | '\r' | '\n')),
        Value::Array(list) => list.iter_mut().for_each(cleaned),
        Value::Object(members) => members.values_mut().for_each(cleaned),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}
