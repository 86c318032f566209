// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa in its ASN.1 binding over HTTPS: the client (SGP.32 §6.1.1).

use std::time::Duration;

use super::esipa::{ADMIN_PROTOCOL, ADMIN_PROTOCOL_VALUE, MEDIA_TYPE, PATH};
use super::http::{HttpClient, PostError};
use super::net::Resolver;
use super::tls::Trust;

/// What an IPA in the device calls itself (SGP.32 §6.1, mandatory since v1.2).
pub const USER_AGENT_IPAD: &str = "gsma-rsp-ipad";

/// A client of one eIM.
#[derive(Debug)]
pub struct Client {
    http: HttpClient,
}

impl Client {
    /// A client for the eIM at `authority` (its FQDN, optionally with a port), trusted by `trust`
    /// at the time `now` (unix seconds).
    ///
    /// # Errors
    /// [`PostError::Tls`] when the trust anchor is unusable.
    pub fn new(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
    ) -> Result<Self, PostError> {
        Ok(Self {
            http: HttpClient::new(authority, resolver, trust, now)?,
        })
    }

    /// Replaces the time that one post may take (20 s).
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self {
            http: self.http.with_timeout(timeout),
        }
    }

    /// Posts one message TLV and returns the answer's, which is empty for HTTP 204.
    ///
    /// # Errors
    /// [`PostError`] when there is no answer that a function gave: no connection, no time left,
    /// or a status other than 200 and 204.
    pub async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, PostError> {
        let headers = [
            ("user-agent", USER_AGENT_IPAD),
            (ADMIN_PROTOCOL, ADMIN_PROTOCOL_VALUE),
            ("content-type", MEDIA_TYPE),
        ];
        let reply = self.http.post(PATH, &headers, body).await?;
        match reply.status {
            200 | 204 => Ok(reply.body),
            other => Err(PostError::Status(other)),
        }
    }
}
