// SPDX-License-Identifier: MIT OR Apache-2.0
//! From one HTTP request to one HTTP answer (SGP.22 §6.2, §6.3).
//!
//! Deviations of a peer are answered as follows. Unknown path: 404. Another method than POST: 405
//! with `Allow`. A body that is too large or too slow: 413, 408. A content type that is neither
//! absent nor the one of the path: 415.

use std::str::FromStr;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use rsp::json::{AdminProtocol, Function};

use super::Limits;
use crate::service::{Es9Service, HttpAnswer};

/// Header with the highest SGP.22 version of the sender (SGP.22 §6.2).
const X_ADMIN_PROTOCOL: HeaderName = HeaderName::from_static("x-admin-protocol");
/// Media type of the JSON binding (SGP.22 §6.2).
const JSON: &str = "application/json";

/// Answers one request. Never fails: whatever is wrong with the request is said in the answer.
pub(super) async fn respond(
    service: &Es9Service,
    limits: Limits,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let answer = match route(&request) {
        Ok(Route::Json(function)) => json(service, function, limits, request).await,
        Err(refusal) => refusal,
    };
    finish(answer, service.admin_protocol())
}

/// Which binding and function a request is for. The ASN.1 binding has one path, `/gsma/rsp2/asn1`,
/// and would be the second variant.
enum Route {
    Json(Function),
}

fn route(request: &Request<Incoming>) -> Result<Route, HttpAnswer> {
    let Some(function) = Function::from_path(request.uri().path()) else {
        return Err(HttpAnswer::empty(StatusCode::NOT_FOUND.as_u16()));
    };
    if request.method() != Method::POST {
        return Err(HttpAnswer::empty(StatusCode::METHOD_NOT_ALLOWED.as_u16()));
    }
    if !is_media_type(request.headers(), JSON) {
        return Err(HttpAnswer::empty(
            StatusCode::UNSUPPORTED_MEDIA_TYPE.as_u16(),
        ));
    }
    Ok(Route::Json(function))
}

/// Compares type and subtype alone; a request without the header is taken at its body's word.
fn is_media_type(headers: &HeaderMap, expected: &str) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let essence = value.to_str().ok().and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
}

async fn json(
    service: &Es9Service,
    function: Function,
    limits: Limits,
    request: Request<Incoming>,
) -> HttpAnswer {
    let protocol = request.headers().get(X_ADMIN_PROTOCOL).map(|value| {
        let parsed = value
            .to_str()
            .ok()
            .and_then(|text| AdminProtocol::from_str(text).ok());
        parsed.unwrap_or(AdminProtocol::MALFORMED)
    });
    let body = Limited::new(request.into_body(), limits.body).collect();
    match tokio::time::timeout(limits.patience, body).await {
        Ok(Ok(body)) => service.call_json(function, protocol, &body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            HttpAnswer::empty(StatusCode::PAYLOAD_TOO_LARGE.as_u16())
        }
        Ok(Err(_)) => HttpAnswer::empty(StatusCode::BAD_REQUEST.as_u16()),
        Err(_) => HttpAnswer::empty(StatusCode::REQUEST_TIMEOUT.as_u16()),
    }
}

/// Puts the headers of SGP.22 §6.2 on an answer; an answer without a body has no content type.
fn finish(answer: HttpAnswer, admin_protocol: &str) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let has_body = !answer.body.is_empty();
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(admin_protocol) {
        headers.insert(X_ADMIN_PROTOCOL, value);
    }
    if has_body {
        let value = HeaderValue::from_static("application/json;charset=UTF-8");
        headers.insert(CONTENT_TYPE, value);
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}
