// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ in its JSON binding over HTTPS: the client, for an IPA (ES9+) and for an eIM (ES9+')
//! (SGP.22 §6.2–6.5).

use std::time::Duration;

use rsp::json::{Es9Request, Es9Response, Interface, JsonError, decode_response};

use super::http::{HttpClient, PostError};
use super::net::Resolver;
use super::tls::Trust;

/// The version of SGP.22 that requests announce (SGP.22 §6.2).
pub const ADMIN_PROTOCOL_VALUE: &str = "gsma/rsp/v2.5.0";
/// What an LPA or an IPA calls itself towards an SM-DP+ (SGP.22 §6.2).
pub const USER_AGENT: &str = "gsma-rsp-lpad";

/// Why there is no answer that a function gave.
#[derive(Debug, thiserror::Error)]
pub enum Es9Error {
    /// The exchange failed below the function.
    #[error("ES9+ {function} at {host}: {source}")]
    Post {
        /// Name of the function.
        function: &'static str,
        /// The server.
        host: String,
        /// What went wrong.
        source: PostError,
    },
    /// A message of ours has no encoding, or the answer is none.
    #[error("ES9+ {function} at {host}: {source}")]
    Body {
        /// Name of the function.
        function: &'static str,
        /// The server.
        host: String,
        /// What is wrong with the body.
        source: JsonError,
    },
}

/// A client of one SM-DP+.
#[derive(Debug)]
pub struct Client {
    host: String,
    http: HttpClient,
}

impl Client {
    /// A client for the SM-DP+ at `host`, whose TLS certificate one of the CI `roots` (DER) issued,
    /// at the time `now` (unix seconds).
    ///
    /// # Errors
    /// [`PostError::Tls`] when the roots are unusable.
    pub fn new(
        host: &str,
        resolver: Resolver,
        roots: &[Vec<u8>],
        now: i64,
        timeout: Duration,
    ) -> Result<Self, PostError> {
        let trust = Trust::Roots(roots.to_vec());
        let http = HttpClient::new(host, resolver, &trust, now)?.with_timeout(timeout);
        Ok(Self {
            host: host.to_owned(),
            http,
        })
    }

    /// The server's address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Calls a function. What the server refused is inside the result.
    ///
    /// # Errors
    /// [`Es9Error`] when the function gave no answer.
    pub async fn call(&self, request: &Es9Request) -> Result<Es9Response, Es9Error> {
        let function = request.function();
        let wrong = |source| Es9Error::Body {
            function: function.name(),
            host: self.host.clone(),
            source,
        };
        let body = request.to_json().map_err(wrong)?;
        let headers = [
            ("content-type", "application/json;charset=UTF-8"),
            ("user-agent", USER_AGENT),
            ("x-admin-protocol", ADMIN_PROTOCOL_VALUE),
        ];
        let reply = self.http.post(&function.path(), &headers, body).await;
        let reply = reply.and_then(|reply| match reply.status {
            200 | 204 => Ok(reply),
            other => Err(PostError::Status(other)),
        });
        let reply = reply.map_err(|source| Es9Error::Post {
            function: function.name(),
            host: self.host.clone(),
            source,
        })?;
        decode_response(Interface::Es9, function, &reply.body).map_err(wrong)
    }
}
