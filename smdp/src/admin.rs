// SPDX-License-Identifier: MIT OR Apache-2.0
//! Administration of a running server: a JSON API, its OpenAPI description and a status page.
//!
//! One table of routes decides what is answered and what is described. Names of members are those
//! of the configuration; unknown ones are refused. An error is one JSON object with a sentence.
//!
//! Traps: a page of another site can send requests here through somebody's browser, and can make
//! its own name resolve to this machine. So the `Host` has to be a loopback name, and a change has
//! to come as JSON, which a browser does not send for another site without asking first.

mod event;
mod fault;
mod openapi;
mod order;
mod profile;
mod route;
mod session;
mod status;

use std::net::IpAddr;
use std::sync::Arc;

use hyper::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Faults;
use crate::http::{Answering, Call, Handler, Resource};
use crate::profile::Profiles;
use crate::service::{HttpAnswer, JSON, SmDpService};
use crate::smds::SmDsService;

use route::{ROUTES, Route};

/// The status page.
const PAGE: &str = include_str!("admin/page.html");

/// What can be looked at and changed.
#[derive(Debug)]
pub struct Administered {
    /// The SM-DP+.
    pub service: Arc<SmDpService>,
    /// The SM-DS, when there is one.
    pub smds: Option<Arc<SmDsService>>,
    /// The faults, when some can be armed.
    pub faults: Option<Arc<Faults>>,
    /// The packages that orders may name.
    pub profiles: Profiles,
    /// The address of the server in activation codes.
    pub name: String,
    /// Where each interface is served.
    pub listeners: Vec<ListenerView>,
    /// Whether the state outlives the process.
    pub is_kept: bool,
}

/// Where interfaces are served.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct ListenerView {
    /// The address with its port.
    pub address: String,
    /// The interfaces, in the words of the configuration.
    pub interfaces: Vec<String>,
}

/// The administration behind a listener.
#[derive(Debug)]
pub struct AdminHandler(Administered);

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct AdminError {
    status: u16,
    text: String,
}

/// The object of an error.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Error")]
struct ErrorView {
    /// What was expected and what was seen.
    error: String,
}

impl AdminError {
    fn new(status: u16, text: impl std::fmt::Display) -> Self {
        Self {
            status,
            text: text.to_string(),
        }
    }

    /// The request is not understood.
    fn bad(text: impl std::fmt::Display) -> Self {
        Self::new(400, text)
    }

    /// There is no such thing.
    fn absent(text: impl std::fmt::Display) -> Self {
        Self::new(404, text)
    }
}

/// What an API function is called with.
pub(crate) struct Asked<'a> {
    /// The member of the path that stands for `{id}`.
    id: &'a str,
    query: Vec<(String, String)>,
    body: &'a [u8],
}

impl Asked<'_> {
    /// The number in the path.
    fn number(&self) -> Result<u64, AdminError> {
        let wrong = |_| AdminError::absent(format!("expected a number, got {:?}", self.id));
        self.id.parse().map_err(wrong)
    }

    /// A parameter of the query.
    fn query<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, AdminError>
    where
        T::Err: std::fmt::Display,
    {
        let Some((_, value)) = self.query.iter().find(|(key, _)| key == name) else {
            return Ok(None);
        };
        let parsed = value.parse().map(Some);
        parsed.map_err(|error| AdminError::bad(format!("{name}: {error}, got {value:?}")))
    }

    /// The body as a JSON object. An array would do for a structure as well, and silently.
    fn body<T: DeserializeOwned>(&self) -> Result<T, AdminError> {
        if self.body.trim_ascii_start().first() != Some(&b'{') {
            return Err(AdminError::bad("expected a JSON object"));
        }
        serde_json::from_slice(self.body).map_err(AdminError::bad)
    }
}

/// What an API function answers: HTTP status and JSON.
type Answer = Result<(u16, Vec<u8>), AdminError>;

/// A success.
fn answer(status: u16, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).map_err(|error| AdminError::new(500, error))?;
    Ok((status, body))
}

impl AdminHandler {
    /// Administration of a server.
    pub fn new(administered: Administered) -> Self {
        Self(administered)
    }

    fn respond(&self, call: &Call) -> HttpAnswer {
        let outcome = guard(call).and_then(|()| match call.path.as_str() {
            "/" => Ok(HttpAnswer {
                media_type: "text/html;charset=UTF-8",
                ..HttpAnswer::json(PAGE.as_bytes().to_vec())
            }),
            _ => self.api(call),
        });
        outcome.unwrap_or_else(|error| {
            let view = ErrorView { error: error.text };
            let body = serde_json::to_vec(&view).unwrap_or_default();
            HttpAnswer {
                status: error.status,
                ..HttpAnswer::json(body)
            }
        })
    }

    fn api(&self, call: &Call) -> Result<HttpAnswer, AdminError> {
        let (route, id) = ROUTES
            .iter()
            .find_map(|route| Some((route, route.matches(&call.method, &call.path)?)))
            .ok_or_else(|| {
                AdminError::absent(format!(
                    "expected a path of /openapi.json, got {}",
                    call.path
                ))
            })?;
        if route.body.is_some() && !is_json(call.media_type.as_deref()) {
            let got = call.media_type.as_deref().unwrap_or("none");
            let text = format!("expected a content type of {JSON}, got {got}");
            return Err(AdminError::new(415, text));
        }
        let asked = Asked {
            id,
            query: query(call.query.as_deref(), route)?,
            body: &call.body,
        };
        let (status, body) = (route.run)(&self.0, &asked)?;
        Ok(HttpAnswer {
            status,
            ..HttpAnswer::json(body)
        })
    }
}

impl Handler for AdminHandler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        Some(Resource {
            methods: route::methods(path),
            media_type: "",
            needs_client: false,
            admin_protocol: None,
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.respond(&call) })
    }
}

/// Whether the request was meant for this machine by whoever is at it.
fn guard(call: &Call) -> Result<(), AdminError> {
    let host = call.host.as_deref().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if is_loopback || name.eq_ignore_ascii_case("localhost") {
        return Ok(());
    }
    let text = format!("expected a Host of localhost or a loopback address, got {host:?}");
    Err(AdminError::new(403, text))
}

fn is_json(media_type: Option<&str>) -> bool {
    let essence = media_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(JSON))
}

/// The parameters of a query, all of which the route has to know.
fn query(text: Option<&str>, route: &Route) -> Result<Vec<(String, String)>, AdminError> {
    let mut parameters = Vec::new();
    for pair in text
        .unwrap_or_default()
        .split('&')
        .filter(|it| !it.is_empty())
    {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !route.query.iter().any(|known| known.name == key) {
            let known: Vec<_> = route.query.iter().map(|known| known.name).collect();
            let known = if known.is_empty() {
                "no parameter".to_owned()
            } else {
                known.join(", ")
            };
            return Err(AdminError::bad(format!("expected {known}, got {key:?}")));
        }
        parameters.push((key.to_owned(), decoded(value)?));
    }
    Ok(parameters)
}

/// Text with its percent signs resolved.
fn decoded(text: &str) -> Result<String, AdminError> {
    let wrong = || AdminError::bad(format!("expected UTF-8 in %XX, got {text:?}"));
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next(), rest.next()].map(Option::unwrap_or_default);
                let value = hex::decode(digits).map_err(|_| wrong())?;
                *value.first().ok_or_else(wrong)?
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

/// Methods of a path that nobody knows: whatever comes is told so.
const ANY: &[Method] = &[
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];
