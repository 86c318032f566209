// SPDX-License-Identifier: MIT OR Apache-2.0
//! The operator's side: orders to the JSON API of `harness eim serve`, plain HTTP on loopback.

use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// No answer of the API is larger.
const LIMIT: usize = 1 << 20;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Calls the API and returns the body of its answer.
///
/// # Errors
/// There is no answer, or it is none of success: then the error is what the API said.
pub(super) async fn call(
    api: SocketAddr,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, Failure> {
    let stream = TcpStream::connect(api).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let _connection = tokio::spawn(connection);
    let bytes = body.map(Value::to_string).unwrap_or_default();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(hyper::header::HOST, api.to_string())
        .header(hyper::header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(bytes)))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = Limited::new(response.into_body(), LIMIT).collect().await?;
    let body = body.to_bytes();
    if status.is_success() {
        return Ok(serde_json::from_slice(&body).unwrap_or_default());
    }
    Err(format!("{path}: {status}: {}", String::from_utf8_lossy(&body)).into())
}
