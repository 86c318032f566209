// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa over HTTPS in its two bindings (SGP.32 §6.1.1, §6.1.2) or over CoAP (SGP.32 §6.2): the
//! client. It is an IPA that calls an eIM, or an eIM that injects a package into an IPA.

mod mistake;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rsp::dialect::Dialect;
use rsp::json::esipa::{request_to_json, response_from_json};
use smdp::http::Ear;

use super::binding::Binding;
use super::coap::{self, CoapClient};
use super::esipa::{ADMIN_PROTOCOL, Answer, JSON_MEDIA_TYPE, MEDIA_TYPE, PATH, admin_protocol};
use super::http::{Headers, HttpClient, PostError, Reply, essence, excerpt, header};
use super::net::Resolver;
use super::tls::{Identity, Trust};
use crate::defect::{Defects, IpaDefect};

/// What an IPA in the device calls itself (SGP.32 §6.1, mandatory since v1.2).
pub const USER_AGENT_IPAD: &str = "gsma-rsp-ipad";
/// What an IPA in the eUICC calls itself.
pub const USER_AGENT_IPAE: &str = "gsma-rsp-ipae";

/// Who calls, as `User-Agent` tells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Caller {
    /// An IPA in the device.
    #[default]
    Ipad,
    /// An IPA in the eUICC.
    Ipae,
    /// An eIM, for which the clause has no name.
    Eim,
}

/// How a client speaks.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// The binding.
    pub binding: Binding,
    /// The wire version that it announces.
    pub dialect: Dialect,
    /// Who calls.
    pub caller: Caller,
    /// Deliberate mistakes.
    pub defects: Defects<IpaDefect>,
}

/// What HTTP says before the body of an answer.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// All header fields.
    pub headers: Headers,
}

/// A client of one eIM, or of one IPA that takes packages.
#[derive(Debug)]
pub struct Client {
    carrier: Carrier,
    speech: Speech,
}

/// What carries the messages.
#[derive(Debug)]
enum Carrier {
    Http(Box<HttpClient>),
    Coap(Box<CoapClient>),
}

impl Client {
    /// A client for the eIM at `authority` (its FQDN, optionally with a port), trusted by `trust`
    /// at the time `now` (unix seconds). It speaks as an IPA in the device, ASN.1 in v1.2, unless
    /// told otherwise.
    ///
    /// # Errors
    /// [`PostError::Authority`] when the address is none, [`PostError::Tls`] when the trust anchor is
    /// unusable.
    pub fn new(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
    ) -> Result<Self, PostError> {
        let http = HttpClient::new(authority, resolver, trust, now)?;
        Ok(Self {
            carrier: Carrier::Http(Box::new(http)),
            speech: Speech::default(),
        })
    }

    /// A client that shows a certificate of its own: an eIM that injects packages into the IPA at
    /// `authority` (SGP.32 §5.14.4).
    ///
    /// # Errors
    /// As [`Client::new`], and when the identity is unusable.
    pub fn injecting(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        own: &Identity,
        now: i64,
    ) -> Result<Self, PostError> {
        let http = HttpClient::with_identity(authority, resolver, trust, own, now)?;
        Ok(Self {
            carrier: Carrier::Http(Box::new(http)),
            speech: Speech {
                caller: Caller::Eim,
                ..Speech::default()
            },
        })
    }

    /// The same over CoAP and DTLS.
    #[must_use]
    pub fn coap(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
        settings: coap::Settings,
    ) -> Self {
        let client = CoapClient::new(authority, resolver, trust, now, settings);
        Self {
            carrier: Carrier::Coap(Box::new(client)),
            speech: Speech::default(),
        }
    }

    /// Replaces the time that one post (over CoAP: each block of it) may take (20 s).
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        let carrier = match self.carrier {
            Carrier::Http(http) => Carrier::Http(Box::new(http.with_timeout(timeout))),
            Carrier::Coap(coap) => Carrier::Coap(Box::new(coap.with_timeout(timeout))),
        };
        Self { carrier, ..self }
    }

    /// Tells the secrets of its TLS connections to `log`; over CoAP there are none to tell.
    #[must_use]
    pub fn with_key_log(self, log: Arc<dyn rustls::KeyLog>) -> Self {
        let carrier = match self.carrier {
            Carrier::Http(http) => Carrier::Http(Box::new(http.with_key_log(log))),
            coap @ Carrier::Coap(_) => coap,
        };
        Self { carrier, ..self }
    }

    /// Lets somebody listen to its connections, in clear; over CoAP there are none.
    #[must_use]
    pub fn with_ear(self, ear: Option<Arc<dyn Ear>>) -> Self {
        let carrier = match self.carrier {
            Carrier::Http(http) => Carrier::Http(Box::new(http.with_ear(ear))),
            coap @ Carrier::Coap(_) => coap,
        };
        Self { carrier, ..self }
    }

    /// Where the server is.
    ///
    /// # Errors
    /// The host has no address.
    pub fn address(&self) -> Result<SocketAddr, PostError> {
        match &self.carrier {
            Carrier::Http(http) => http.address(),
            Carrier::Coap(coap) => coap.address(),
        }
    }

    /// The client of HTTP below it, when it is one.
    #[must_use]
    pub const fn http(&self) -> Option<&HttpClient> {
        match &self.carrier {
            Carrier::Http(http) => Some(http),
            Carrier::Coap(_) => None,
        }
    }

    /// The client of CoAP below it, when it is one.
    #[must_use]
    pub fn over_coap(&self) -> Option<&CoapClient> {
        match &self.carrier {
            Carrier::Http(_) => None,
            Carrier::Coap(coap) => Some(coap),
        }
    }

    /// How long it waits for an answer.
    #[must_use]
    pub const fn patience(&self) -> Duration {
        match &self.carrier {
            Carrier::Http(http) => http.timeout(),
            Carrier::Coap(coap) => coap.timeout,
        }
    }

    /// Who the server is, as `Host` tells it.
    #[must_use]
    pub fn authority(&self) -> String {
        match &self.carrier {
            Carrier::Http(http) => http.authority().to_string(),
            Carrier::Coap(coap) => coap.authority.clone(),
        }
    }

    /// Makes it speak in another way.
    #[must_use]
    pub fn speaking(self, speech: Speech) -> Self {
        let defects = speech.defects.clone();
        let carrier = match self.carrier {
            Carrier::Http(http) => Carrier::Http(Box::new(http.with_defects(defects))),
            Carrier::Coap(coap) => Carrier::Coap(Box::new(coap.with_defects(defects))),
        };
        Self { carrier, speech }
    }

    /// Posts one message TLV and returns the answer's, which is empty for HTTP 204.
    ///
    /// # Errors
    /// As [`Client::exchange`].
    pub async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, PostError> {
        self.exchange(body).await.map(|answer| answer.message)
    }

    /// Posts one message TLV and returns the answer with the pair of codes that JSON gives for a
    /// failure.
    ///
    /// # Errors
    /// [`PostError`] when there is no answer that a function gave: no connection, no time left, a
    /// status other than 200 and 204, or a body of something else.
    pub async fn exchange(&self, body: Vec<u8>) -> Result<Answer, PostError> {
        self.exchange_with(body, &mut None).await
    }

    /// Ends the connection that is kept: the next message goes out on another one. A session of DTLS
    /// is kept.
    pub async fn hang_up(&self) {
        if let Carrier::Http(http) = &self.carrier {
            http.hang_up().await;
        }
    }

    /// As [`Client::exchange`]; `head` gets the HTTP status and header fields of the answer, also
    /// of one that is none.
    ///
    /// # Errors
    /// As [`Client::exchange`].
    pub async fn exchange_with(
        &self,
        body: Vec<u8>,
        head: &mut Option<Head>,
    ) -> Result<Answer, PostError> {
        let http = match &self.carrier {
            Carrier::Http(http) => http,
            // on the heap: the futures of whole procedures would not fit on a stack of 2 MiB
            Carrier::Coap(coap) => {
                let mut answer = Box::pin(coap.post(body.clone())).await;
                if mistake::is_impatient_for(&answer, &self.speech.defects) {
                    answer = Box::pin(coap.post(body)).await;
                }
                return answer.map(Answer::from);
            }
        };
        match self.speech.binding {
            Binding::Json => self.exchange_json(http, &body, head).await,
            Binding::Asn1 | Binding::Coap => {
                let media = (MEDIA_TYPE, MEDIA_TYPE);
                let body = self.send(http, PATH, media, body, head).await?;
                Ok(body.into())
            }
        }
    }

    async fn exchange_json(
        &self,
        http: &HttpClient,
        message: &[u8],
        head: &mut Option<Head>,
    ) -> Result<Answer, PostError> {
        let (function, body) = request_to_json(message)?;
        let body = mistake::written(body, &self.speech.defects);
        let written = "application/json;charset=UTF-8";
        let path = function.path();
        let body = self
            .send(http, &path, (written, JSON_MEDIA_TYPE), body, head)
            .await?;
        if body.is_empty() {
            return Ok(Answer::default());
        }
        let body = mistake::read(body, &self.speech.defects);
        let response = response_from_json(function, &body)?;
        Ok(Answer {
            message: response.message,
            failure: response.failure,
            ..Answer::default()
        })
    }

    /// Posts a body and returns that of the answer, which has the media type `wanted`.
    async fn send(
        &self,
        http: &HttpClient,
        path: &str,
        (media_type, wanted): (&str, &'static str),
        body: Vec<u8>,
        head: &mut Option<Head>,
    ) -> Result<Vec<u8>, PostError> {
        let has = |defect| self.speech.defects.has(defect);
        let octets = has(IpaDefect::WrongContentType);
        let media_type = if octets {
            "application/octet-stream"
        } else {
            media_type
        };
        let path = if has(IpaDefect::WrongPath) { "/" } else { path };
        let mut headers = vec![("content-type", media_type)];
        match self.speech.caller {
            _ if has(IpaDefect::NoUserAgent) => {}
            Caller::Ipad => headers.push(("user-agent", USER_AGENT_IPAD)),
            Caller::Ipae => headers.push(("user-agent", USER_AGENT_IPAE)),
            Caller::Eim => {}
        }
        if !has(IpaDefect::NoAdminProtocol) {
            headers.push((ADMIN_PROTOCOL, admin_protocol(self.speech.dialect)));
        }
        let defects = &self.speech.defects;
        let mut reply = http.post(path, &headers, body.clone()).await?;
        if mistake::is_impatient(&reply, defects) {
            reply = http.post(path, &headers, body.clone()).await?;
        }
        if let Some(path) = mistake::redirected(&reply, defects) {
            reply = http.post(&path, &headers, body).await?;
        }
        *head = Some(Head {
            status: reply.status,
            headers: reply.headers.clone(),
        });
        body_of(mistake::seen(reply, defects), wanted, defects)
    }
}

/// The body of an answer that a function gave. Only HTTP 200 has one, and it is of the binding: a
/// captive portal answers 200 too.
fn body_of(
    reply: Reply,
    wanted: &'static str,
    defects: &Defects<IpaDefect>,
) -> Result<Vec<u8>, PostError> {
    match reply.status {
        204 => return Ok(Vec::new()),
        200 => {}
        429 | 503 => {
            let seconds = header(&reply.headers, "retry-after");
            return Err(PostError::Busy {
                status: reply.status,
                retry_after: seconds.and_then(|text| text.trim().parse().ok()),
            });
        }
        status => {
            let said = excerpt(&reply.body);
            return Err(PostError::Status { status, said });
        }
    }
    let seen = header(&reply.headers, "content-type");
    let exact = defects.has(IpaDefect::ExactContentType);
    let other = |seen: &&str| match exact {
        true => *seen != wanted,
        false => !essence(seen).eq_ignore_ascii_case(wanted),
    };
    if let Some(seen) = seen.filter(other)
        && !reply.body.is_empty()
    {
        return Err(PostError::MediaType {
            wanted,
            seen: seen.to_owned(),
        });
    }
    Ok(reply.body)
}
