// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes wrong with an answer on purpose: the faults of `smdp` in HTTP and JSON.

use std::convert::Infallible;

use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use rsp::json::esipa::Function;
use smdp::http::Script;
use smdp::{Faults, HttpAnswer};

use crate::wire::http::essence;

/// The function that a response answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers(pub(super) Function);

/// Lets the faults change a response; one that no HTTP library writes comes back as a script.
pub(super) async fn edited(
    faults: &Faults,
    response: Response<Full<Bytes>>,
) -> Result<Response<Full<Bytes>>, Script> {
    let Some(Answers(function)) = response.extensions().get().copied() else {
        return Ok(response);
    };
    let (mut head, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(never) => match never as Infallible {},
    };
    let media_type = head.headers.get(CONTENT_TYPE);
    let json = media_type.and_then(|it| it.to_str().ok()).map(essence) == Some(smdp::JSON);
    let mut answer = if json {
        HttpAnswer::json(body)
    } else {
        HttpAnswer::asn1(body)
    };
    answer.status = head.status.as_u16();
    let (usual, had_body) = (answer.media_type, !answer.body.is_empty());
    faults.edit_esipa(function.name(), &mut answer);
    head.status = answer.status.try_into().unwrap_or(head.status);
    if answer.body.is_empty() {
        head.headers.remove(CONTENT_TYPE);
    } else if answer.media_type != usual || !had_body {
        let media_type = HeaderValue::from_static(answer.media_type);
        head.headers.insert(CONTENT_TYPE, media_type);
    }
    if answer.manner.is_plain() {
        return Ok(Response::from_parts(head, Full::new(answer.body.into())));
    }
    Err(answer
        .manner
        .script(head.status, head.headers, &answer.body))
}
