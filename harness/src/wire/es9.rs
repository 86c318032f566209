// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ and ES11 over HTTPS: the client, for an IPA or LPA and for an eIM (ES9+', ES11'), in the
//! JSON and in the ASN.1 binding (SGP.22 §6.2–6.6).
//!
//! Traps: HTTP 200 says nothing about the function; HandleNotification is answered 204 without a
//! body; whatever else answers in the server's place (a captive portal, a proxy) must not be taken
//! for it, so redirects are not followed and a body that is no message is an error.

use std::time::Duration;

use clap::ValueEnum;
use rsp::der::CodecError;
use rsp::json::{
    Es9Request, Es9Response, Function, Interface, JsonError, decode_response, response_from_asn1,
};

use serde::{Deserialize, Serialize};

use super::http::{HttpClient, PostError, excerpt};
use super::net::Resolver;
use super::tls::Trust;

/// The version of SGP.22 that requests announce (SGP.22 §6.2).
pub const ADMIN_PROTOCOL_VALUE: &str = "gsma/rsp/v2.5.0";
/// What an LPA in the device calls itself towards an SM-DP+ (SGP.22 §6.2).
pub const USER_AGENT: &str = "gsma-rsp-lpad";
/// The path of the ASN.1 binding (SGP.22 §6.6).
pub const ASN1_PATH: &str = "/gsma/rsp2/asn1";

/// A binding of ES9+ and ES11.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    ValueEnum,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Es9Binding {
    /// JSON, one path per function (SGP.22 §6.5).
    #[default]
    Json,
    /// ASN.1, one path for all functions (SGP.22 §6.6).
    Asn1,
}

impl Es9Binding {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Asn1];

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json;charset=UTF-8",
            Self::Asn1 => "application/x-gsma-rsp-asn1",
        }
    }

    fn path(self, function: Function) -> String {
        match self {
            Self::Json => function.path(),
            Self::Asn1 => ASN1_PATH.to_owned(),
        }
    }

    fn write(self, request: &Es9Request) -> Result<Vec<u8>, BodyError> {
        Ok(match self {
            Self::Json => request.to_json()?,
            Self::Asn1 => request.to_asn1()?,
        })
    }

    fn read(
        self,
        interface: Interface,
        function: Function,
        body: &[u8],
    ) -> Result<Es9Response, BodyError> {
        Ok(match self {
            Self::Json => decode_response(interface, function, body)?,
            Self::Asn1 => response_from_asn1(interface, function, body)?,
        })
    }
}

/// A body that is no message of its binding.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Of the JSON binding.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Of the ASN.1 binding.
    #[error(transparent)]
    Asn1(#[from] CodecError),
}

/// Why there is no answer that a function gave.
#[derive(Debug, thiserror::Error)]
pub enum Es9Error {
    /// The exchange failed below the function.
    #[error("{function} at {host}: {source}")]
    Post {
        /// Name of the function.
        function: &'static str,
        /// The server.
        host: String,
        /// What went wrong.
        source: PostError,
    },
    /// A message of ours has no encoding, or the answer is none.
    #[error("{function} at {host}: {source}")]
    Body {
        /// Name of the function.
        function: &'static str,
        /// The server.
        host: String,
        /// What is wrong with the body.
        source: BodyError,
    },
}

impl Es9Error {
    /// Whether nothing came back because the network or the server is gone, so that trying again
    /// later may help.
    #[must_use]
    pub fn is_loss_of_network(&self) -> bool {
        let Self::Post { source, .. } = self else {
            return false;
        };
        match source {
            PostError::Connect { source, .. } => !is_distrust(source),
            PostError::Host(_) | PostError::Http(_) | PostError::Timeout(_) => true,
            _ => false,
        }
    }
}

/// Whether the server was there and is not trusted, which another attempt does not change.
fn is_distrust(error: &std::io::Error) -> bool {
    let inner = error.get_ref();
    let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}

/// A client of one SM-DP+ or SM-DS.
#[derive(Debug)]
pub struct Client {
    host: String,
    http: HttpClient,
    binding: Es9Binding,
    interface: Interface,
    user_agent: &'static str,
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
        Self::trusting(
            host,
            resolver,
            &Trust::RspServer(roots.to_vec()),
            now,
            timeout,
        )
    }

    /// The same with another trust.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn trusting(
        host: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
        timeout: Duration,
    ) -> Result<Self, PostError> {
        let http = HttpClient::new(host, resolver, trust, now)?.with_timeout(timeout);
        Ok(Self {
            host: host.to_owned(),
            http,
            binding: Es9Binding::default(),
            interface: Interface::Es9,
            user_agent: USER_AGENT,
        })
    }

    /// Replaces the binding (JSON).
    #[must_use]
    pub const fn with_binding(mut self, binding: Es9Binding) -> Self {
        self.binding = binding;
        self
    }

    /// Replaces the interface (ES9+): answers of an SM-DS have another form.
    #[must_use]
    pub const fn with_interface(mut self, interface: Interface) -> Self {
        self.interface = interface;
        self
    }

    /// Replaces what the client calls itself ([`USER_AGENT`]).
    #[must_use]
    pub const fn with_user_agent(mut self, user_agent: &'static str) -> Self {
        self.user_agent = user_agent;
        self
    }

    /// The interface that it speaks.
    #[must_use]
    pub const fn interface(&self) -> Interface {
        self.interface
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
        let body = self.binding.write(request).map_err(wrong)?;
        let headers = [
            ("content-type", self.binding.media_type()),
            ("user-agent", self.user_agent),
            ("x-admin-protocol", ADMIN_PROTOCOL_VALUE),
        ];
        let path = self.binding.path(function);
        let reply = self.http.post(&path, &headers, body).await;
        let reply = reply.and_then(|reply| match reply.status {
            200 | 204 => Ok(reply),
            status => {
                let said = excerpt(&reply.body);
                Err(PostError::Status { status, said })
            }
        });
        let reply = reply.map_err(|source| Es9Error::Post {
            function: function.name(),
            host: self.host.clone(),
            source,
        })?;
        let answer = self.binding.read(self.interface, function, &reply.body);
        answer.map_err(wrong)
    }
}
