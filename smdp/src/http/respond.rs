// SPDX-License-Identifier: MIT OR Apache-2.0
//! From one HTTP request to one HTTP answer (SGP.22 §6.2, §6.3).
//!
//! Deviations of a peer are answered as follows. Unknown path: 404. Another method than those of
//! the path: 405 with `Allow`. A body that is too large or too slow: 413, 408; one for which there
//! is no memory: 503. A content type that is neither absent nor the one of the path: 415. No client
//! certificate where one is needed: 401. More than one `Host`: 400.

use std::str::FromStr;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use rsp::json::AdminProtocol;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::OwnedSemaphorePermit;

use super::Shell;
use super::handler::{Answering, Call, Client, Resource};
use super::manner::Script;
use super::slots::Slot;
use super::unwanted::{discard, leave};
use crate::service::HttpAnswer;

/// Header with the highest SGP.22 version of the sender (SGP.22 §6.2).
const X_ADMIN_PROTOCOL: HeaderName = HeaderName::from_static("x-admin-protocol");

/// Answers one request: whatever is wrong with the request is said in the answer. An answer that
/// goes out in a manner of its own comes back as a script.
pub(super) async fn respond(
    shell: &Shell,
    client: Option<&Client>,
    slot: &Arc<Slot>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Script> {
    slot.touch();
    let Some(resource) = shell.handler.resource(request.uri().path()) else {
        leave(request, shell.limits.body);
        return Ok(finish(HttpAnswer::empty(404), None));
    };
    let answer = match refusal(shell, &resource, client, &request) {
        Some(status) => {
            leave(request, shell.limits.body);
            HttpAnswer::empty(status.as_u16())
        }
        None => match read(shell, client.cloned(), request).await {
            Ok((call, _memory)) => {
                let _busy = slot.busy();
                aside(shell.handler.call(call)).await
            }
            Err(status) => HttpAnswer::empty(status.as_u16()),
        },
    };
    if answer.manner.is_plain() {
        return Ok(finish(answer, Some(&resource)));
    }
    let (manner, body) = (answer.manner.clone(), answer.body.clone());
    let (head, _) = finish(answer, Some(&resource)).into_parts();
    Err(manner.script(head.status, head.headers, &body))
}

/// Runs what takes long without a pause, signatures and waiting for a lock, where it keeps no other
/// connection from its handshake or its answer.
async fn aside(mut answering: Answering<'_>) -> HttpAnswer {
    let many = Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread;
    std::future::poll_fn(|context| {
        if many {
            tokio::task::block_in_place(|| answering.as_mut().poll(context))
        } else {
            answering.as_mut().poll(context)
        }
    })
    .await
}

/// Why a request is not even read.
fn refusal(
    shell: &Shell,
    resource: &Resource<'_>,
    client: Option<&Client>,
    request: &Request<Incoming>,
) -> Option<StatusCode> {
    if !resource.methods.contains(request.method()) {
        Some(StatusCode::METHOD_NOT_ALLOWED)
    } else if resource.needs_client && client.is_none() {
        Some(StatusCode::UNAUTHORIZED)
    } else if !is_media_type(request.headers(), resource.media_type) {
        Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    } else if request.headers().get_all(HOST).iter().count() > 1 {
        Some(StatusCode::BAD_REQUEST)
    } else if request.body().size_hint().lower() > u64_of(shell.limits.body) {
        Some(StatusCode::PAYLOAD_TOO_LARGE)
    } else {
        None
    }
}

/// Compares type and subtype alone; a request without the header is taken at its body's word.
fn is_media_type(headers: &HeaderMap, expected: &str) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let essence = value.to_str().ok().and_then(|text| text.split(';').next());
    expected.is_empty()
        || essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
}

async fn read(
    shell: &Shell,
    client: Option<Client>,
    request: Request<Incoming>,
) -> Result<(Call, Option<OwnedSemaphorePermit>), StatusCode> {
    let (head, mut body) = request.into_parts();
    let protocol = head.headers.get(X_ADMIN_PROTOCOL).map(|value| {
        let text = value.to_str().ok();
        let parsed = text.and_then(|text| AdminProtocol::from_str(text).ok());
        parsed.unwrap_or(AdminProtocol::MALFORMED)
    });
    let collected = tokio::time::timeout(shell.limits.patience, collect(shell, &mut body)).await;
    let (body, memory) = match collected {
        Ok(Ok(collected)) => collected,
        Ok(Err(status)) => {
            discard(body, shell.limits.body);
            return Err(status);
        }
        Err(_) => return Err(StatusCode::REQUEST_TIMEOUT),
    };
    let call = Call {
        host: host(&head),
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        protocol,
        media_type: text(&head.headers, &CONTENT_TYPE),
        client,
        body,
    };
    Ok((call, memory))
}

/// Whom a request is for: the authority of an absolute URI or of HTTP/2, else the `Host`.
fn host(head: &Parts) -> Option<String> {
    match head.uri.authority() {
        Some(authority) => Some(authority.as_str().to_owned()),
        None => text(&head.headers, &HOST),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// Reads a body.
async fn collect(
    shell: &Shell,
    body: &mut Incoming,
) -> Result<(Vec<u8>, Option<OwnedSemaphorePermit>), StatusCode> {
    let limit = shell.limits.body;
    let mut bytes = Vec::new();
    let mut memory: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| StatusCode::BAD_REQUEST)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len().saturating_add(data.len()) > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let more = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let more = Arc::clone(&shell.bodies).try_acquire_many_owned(more);
        let more = more.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        match &mut memory {
            Some(memory) => memory.merge(more),
            None => memory = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok((bytes, memory))
}

fn u64_of(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// Puts the headers of SGP.22 §6.2 on an answer; an answer without a body has no content type.
fn finish(answer: HttpAnswer, resource: Option<&Resource<'_>>) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let has_body = !answer.body.is_empty();
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let protocol = resource.and_then(|resource| resource.admin_protocol);
    if let Some(value) = protocol.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(X_ADMIN_PROTOCOL, value);
    }
    if has_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    }
    if let (StatusCode::METHOD_NOT_ALLOWED, Some(resource)) = (status, resource) {
        let allowed: Vec<_> = resource.methods.iter().map(Method::as_str).collect();
        if let Ok(value) = HeaderValue::from_str(&allowed.join(", ")) {
            headers.insert(ALLOW, value);
        }
    }
    response
}
