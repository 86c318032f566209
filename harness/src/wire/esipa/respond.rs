// SPDX-License-Identifier: MIT OR Apache-2.0
//! One HTTP request of ESipa and its response.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use rsp::json::JsonError;
use rsp::json::esipa::{Function, error_message, refusal_of, request_from_json, response_to_json};
use rsp::status::UNDEFINED_ERROR;
use rsp::tlv::Tlv;

use super::fault::Answers;
use super::{
    ADMIN_PROTOCOL, ADMIN_PROTOCOL_V1_3, ADMIN_PROTOCOL_VALUE, Answer, FORM, Handler,
    JSON_MEDIA_TYPE, MEDIA_TYPE, MOVED, Manner, PATH, Posted, Side, admin_protocol, form,
};
use crate::defect::EimDefect;
use crate::wire::binding::Binding;
use crate::wire::dialect::read_request;
use crate::wire::http::{BODY_LIMIT, Headers, collect, essence, header};

/// Time that a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) connection: u64,
    pub(super) certificates: Vec<Vec<u8>>,
}

/// The binding of a path, and in JSON its function.
type Target = (Binding, Option<Function>);

pub(super) async fn respond(
    request: Request<Incoming>,
    caller: Caller,
    handler: &Handler,
    manner: &Manner,
) -> Response<Full<Bytes>> {
    let mut headers = collect(request.headers());
    let moved = is_moved(request.uri().path(), manner);
    if moved {
        // shown to whoever judges the request
        headers.push((MOVED.to_owned(), request.uri().path().to_owned()));
    }
    let protocol = announced(&headers, manner);
    let has = |defect| manner.defects.has(defect);
    let found = match moved || has(EimDefect::IgnoresPath) {
        true => Some((Binding::Asn1, None)),
        false => target(request.uri().path(), manner.side),
    };
    let refused = match found {
        None => Some(status(StatusCode::NOT_FOUND)),
        Some(_) if request.method() != Method::POST && !has(EimDefect::IgnoresMethod) => {
            Some(not_allowed())
        }
        Some(_) if is_refused_wrongly(&headers, manner) => Some(status(StatusCode::BAD_REQUEST)),
        Some((binding, _)) if !content_type_fits(&headers, binding, manner) => {
            Some(status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
        }
        Some(_) => None,
    };
    let mut response = match (refused, found) {
        (None, Some((binding, function))) => match body(request).await {
            Ok(body) => {
                let posted = Posted {
                    body,
                    headers,
                    binding,
                    connection: Some(caller.connection),
                    peer: caller.certificates,
                };
                answer(function, posted, handler, manner).await
            }
            Err(code) => status(code),
        },
        (refused, _) => {
            smdp::http::leave(request, BODY_LIMIT);
            refused.unwrap_or_else(|| status(StatusCode::NOT_FOUND))
        }
    };
    if !manner.defects.has(EimDefect::NoAdminProtocol) {
        let value = HeaderValue::from_static(protocol);
        response.headers_mut().insert(ADMIN_PROTOCOL, value);
    }
    response
}

/// Header fields that nobody may take offence at.
fn is_refused_wrongly(headers: &Headers, manner: &Manner) -> bool {
    let has = |defect| manner.defects.has(defect);
    let says = |name: &str, text: &str| header(headers, name).is_some_and(|it| it.contains(text));
    has(EimDefect::RefusesIpae) && says("user-agent", "ipae")
        || has(EimDefect::RefusesChunks) && says("transfer-encoding", "chunked")
        || has(EimDefect::ExactAdminProtocol) && !says(ADMIN_PROTOCOL, ADMIN_PROTOCOL_VALUE)
}

/// Whether a path is one to which a fault has sent the client: it is served, so that it can be seen
/// that the client went there.
fn is_moved(path: &str, manner: &Manner) -> bool {
    manner.faults.is_some() && matches!(path, "/moved" | "/gsma/rsp2/")
}

fn target(path: &str, side: Side) -> Option<Target> {
    if path == PATH {
        return Some((Binding::Asn1, None));
    }
    let function = Function::from_path(path)?;
    let served = function.is_called_by_ipa() == (side == Side::Eim);
    served.then_some((Binding::Json, Some(function)))
}

/// What the sender announces, as long as it is a version that exists: older peers want to see
/// their own (SGP.32 §6.1).
fn announced(headers: &Headers, manner: &Manner) -> &'static str {
    let asked = header(headers, ADMIN_PROTOCOL).unwrap_or_default().trim();
    [ADMIN_PROTOCOL_VALUE, ADMIN_PROTOCOL_V1_3]
        .into_iter()
        .find(|known| *known == asked)
        .unwrap_or(admin_protocol(manner.dialect))
}

const fn media_type(binding: Binding) -> &'static str {
    match binding {
        Binding::Json => JSON_MEDIA_TYPE,
        Binding::Asn1 | Binding::Coap => MEDIA_TYPE,
    }
}

/// Compares type and subtype only; a missing header passes when the body is right.
fn content_type_fits(headers: &Headers, binding: Binding, manner: &Manner) -> bool {
    let Some(value) = header(headers, "content-type") else {
        return true;
    };
    let wanted = media_type(binding);
    if manner.defects.has(EimDefect::IgnoresFormat) {
        return true;
    }
    if manner.defects.has(EimDefect::ExactMediaType) {
        return value == wanted;
    }
    essence(value).eq_ignore_ascii_case(wanted)
}

async fn body(request: Request<Incoming>) -> Result<Vec<u8>, StatusCode> {
    let mut body = request.into_body();
    let collected = Limited::new(&mut body, BODY_LIMIT).collect();
    match tokio::time::timeout(BODY_TIME, collected).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().to_vec()),
        Ok(Err(_)) => {
            smdp::http::discard(body, BODY_LIMIT);
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

async fn answer(
    function: Option<Function>,
    mut posted: Posted,
    handler: &Handler,
    manner: &Manner,
) -> Response<Full<Bytes>> {
    let binding = posted.binding;
    if let Some(function) = function {
        if manner.defects.has(EimDefect::RefusesUnknownMember) && has_unknown(&posted.body) {
            return status(StatusCode::BAD_REQUEST);
        }
        match request_from_json(function, &posted.body) {
            Ok(message) => {
                if let Some(words) = form::deviation(&posted.body, &message) {
                    // shown to whoever judges the request
                    posted.headers.push((FORM.to_owned(), words));
                }
                posted.body = message;
            }
            Err(error) => return refused(function, &error, manner),
        }
    }
    let whole = Tlv::only(&posted.body).is_ok();
    let called = Function::of_message(&posted.body).filter(|_| whole);
    let unreadable = || read_request(manner.dialect, &posted.body).is_err();
    if manner.defects.has(EimDefect::ServerErrorOnGarbage) && unreadable() {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    // what is no message at all is the handler's to refuse (SGP.32 §5.14.4)
    let is_other = called.is_some_and(Function::is_called_by_ipa);
    if manner.side == Side::Ipa && is_other {
        return status(StatusCode::BAD_REQUEST);
    }
    let mut answer = handler(posted).await;
    if answer.untaken {
        return status(StatusCode::SERVICE_UNAVAILABLE);
    }
    if answer.malformed {
        return status(StatusCode::BAD_REQUEST);
    }
    if called == Some(Function::HandleNotification)
        && manner.defects.has(EimDefect::AnswersNotification)
    {
        answer.message = rsp::tlv::tlv(Function::HandleNotification.tag(), &[]);
    }
    let mut response = match function {
        None => content(std::mem::take(&mut answer.message), binding, manner),
        Some(function) => content(json(function, &answer, manner), binding, manner),
    };
    response.extensions_mut().insert(answer.delivery);
    if let Some(function) = called {
        response.extensions_mut().insert(Answers(function));
    }
    response
}

/// A body that is no request (SGP.22 §6.3): no JSON at all is a matter of HTTP, as is everything
/// that concerns a function without an answer.
fn refused(function: Function, error: &JsonError, manner: &Manner) -> Response<Full<Bytes>> {
    tracing::warn!(%error, "ESipa body is no request");
    let garbage = matches!(error, JsonError::Syntax(_));
    if garbage && manner.defects.has(EimDefect::ServerErrorOnGarbage) {
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    if garbage || function == Function::HandleNotification {
        return status(StatusCode::BAD_REQUEST);
    }
    let answer = Answer {
        message: Vec::new(),
        failure: Some(refusal_of(function, error)),
        ..Answer::default()
    };
    content(json(function, &answer, manner), Binding::Json, manner)
}

/// A member that no schema has, as far as the deliberate mistake knows them: names of an extension.
fn has_unknown(body: &[u8]) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let members = body.as_ref().and_then(serde_json::Value::as_object);
    members.is_some_and(|members| members.keys().any(|name| name.starts_with("x-")))
}

/// The body of an answer; an answer of another function means that this one failed.
fn json(function: Function, answer: &Answer, manner: &Manner) -> Vec<u8> {
    let body = response_to_json(function, &answer.message, answer.failure.as_ref());
    let body = body.or_else(|error| {
        tracing::warn!(%error, "answer has no form in JSON");
        response_to_json(function, &error_message(function, UNDEFINED_ERROR), None)
    });
    let body = body.unwrap_or_default();
    if manner.defects.has(EimDefect::SuccessHeaderOnError) {
        return boasting(&body).unwrap_or(body);
    }
    body
}

/// The same body with a header of success.
fn boasting(body: &[u8]) -> Option<Vec<u8>> {
    let mut body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let status = body.pointer_mut("/header/functionExecutionStatus")?;
    *status = serde_json::json!({ "status": "Executed-Success" });
    Some(body.to_string().into_bytes())
}

fn not_allowed() -> Response<Full<Bytes>> {
    let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = code;
    response
}

fn content(bytes: Vec<u8>, binding: Binding, manner: &Manner) -> Response<Full<Bytes>> {
    if bytes.is_empty() {
        return status(StatusCode::NO_CONTENT);
    }
    let media_type = if manner.defects.has(EimDefect::WrongMediaType) {
        "application/octet-stream"
    } else if binding == Binding::Json {
        "application/json;charset=UTF-8"
    } else {
        MEDIA_TYPE
    };
    let mut response = status(StatusCode::OK);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    *response.body_mut() = Full::new(Bytes::from(bytes));
    response
}
