// SPDX-License-Identifier: MIT OR Apache-2.0
//! The operator's side of a running eIM: orders and eUICCs as JSON, and a status page.
//!
//! One table of routes decides what is answered and is told by `GET /routes`. An error is one JSON
//! object with a sentence.
//!
//! Traps: a page of another site can send requests here through somebody's browser, and can make
//! its own name resolve to this machine. So the `Host` has to be a loopback name, and a change has
//! to come as JSON, which a browser does not send for another site without asking first.

mod euicc;
mod order;

use std::net::IpAddr;
use std::sync::Arc;

use hyper::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use smdp::HttpAnswer;
use smdp::http::{Answering, Call, Handler, Resource};

use super::Eim;

pub(super) use euicc::Change as EuiccChange;

/// The status page.
const PAGE: &str = include_str!("api/page.html");
const JSON: &str = "application/json";

/// The API behind a listener.
#[derive(Debug)]
pub struct Api(pub Arc<Eim>);

/// Why a request is refused.
#[derive(Debug)]
struct Refusal {
    status: u16,
    text: String,
}

impl Refusal {
    /// The request is not understood.
    fn bad(text: impl std::fmt::Display) -> Self {
        Self {
            status: 400,
            text: text.to_string(),
        }
    }

    /// There is no such thing.
    fn absent(text: impl std::fmt::Display) -> Self {
        Self {
            status: 404,
            text: text.to_string(),
        }
    }
}

/// HTTP status and JSON.
type Outcome = Result<(u16, Vec<u8>), Refusal>;

fn answer(status: u16, body: &impl Serialize) -> Outcome {
    let body = serde_json::to_vec(body).map_err(Refusal::bad)?;
    Ok((status, body))
}

/// What a function of the API is called with.
struct Asked<'a> {
    /// The member of the path that stands for `{id}`.
    id: &'a str,
    query: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

impl Asked<'_> {
    fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter();
        pairs.find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let parsed = |text: &str| {
            text.parse()
                .map_err(|_| Refusal::bad(format!("{name}: expected a number, got {text:?}")))
        };
        self.query(name).map(parsed).transpose()
    }

    /// The body as a JSON object. An array would do for a structure as well, and silently.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        if self.body.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refusal::bad("expected a JSON object"));
        }
        serde_json::from_slice(self.body).map_err(Refusal::bad)
    }
}

/// One function of the API.
struct Route {
    method: Method,
    /// Its path; `{id}` at the end stands for one member.
    path: &'static str,
    sentence: &'static str,
    /// What the query may have.
    query: &'static [&'static str],
    run: fn(&Arc<Eim>, &Asked<'_>) -> Outcome,
}

impl Route {
    fn id_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        match self.path.strip_suffix("{id}") {
            Some(prefix) => path
                .strip_prefix(prefix)
                .filter(|id| !id.is_empty() && !id.contains('/')),
            None => (self.path == path).then_some(""),
        }
    }
}

/// Every function of the API.
const ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/orders",
        sentence: "Takes an order: eid, and one of package, psmo, eco, data, trigger, download, newKey; inject (HOST[:PORT] of the IPA, with coaps:// in front over CoAP) sends it there; unchecked leaves out the composition rule.",
        query: &[],
        run: order::create,
    },
    Route {
        method: Method::GET,
        path: "/orders",
        sentence: "Orders, oldest first, at most limit (100) with a higher number than after.",
        query: &["eid", "status", "after", "limit"],
        run: order::list,
    },
    Route {
        method: Method::GET,
        path: "/orders/{id}",
        sentence: "One order: how far it has come, what each operation came to, what came for it.",
        query: &[],
        run: order::get,
    },
    Route {
        method: Method::DELETE,
        path: "/orders/{id}",
        sentence: "Forgets an order; one that waits is not sent any more.",
        query: &[],
        run: order::delete,
    },
    Route {
        method: Method::GET,
        path: "/euiccs",
        sentence: "The eUICCs.",
        query: &[],
        run: euicc::list,
    },
    Route {
        method: Method::POST,
        path: "/euiccs",
        sentence: "Manages one more eUICC: eid, counterValue, associationToken, euiccCertificate and eumCertificate (DER in hex; without them it is asked for them).",
        query: &[],
        run: euicc::create,
    },
    Route {
        method: Method::GET,
        path: "/euiccs/{id}",
        sentence: "One eUICC: counter, token, profiles, eIMs, notified changes of state.",
        query: &[],
        run: euicc::get,
    },
    Route {
        method: Method::PATCH,
        path: "/euiccs/{id}",
        sentence: "Changes counterValue, associationToken or associated, after an association outside this eIM.",
        query: &[],
        run: euicc::change,
    },
    Route {
        method: Method::GET,
        path: "/configuration",
        sentence: "What a card has to know of this eIM: EimConfigurationData, and AddInitialEimRequest in DER. token=1 asks the card for an association token, eid takes counter and key of that eUICC.",
        query: &["eid", "counter", "token"],
        run: euicc::configuration,
    },
    Route {
        method: Method::GET,
        path: "/health",
        sentence: "Who this is, and how much there is of it.",
        query: &[],
        run: health,
    },
    Route {
        method: Method::GET,
        path: "/routes",
        sentence: "This list.",
        query: &[],
        run: routes,
    },
];

fn routes(_: &Arc<Eim>, _: &Asked<'_>) -> Outcome {
    let told = |route: &Route| {
        json!({
            "method": route.method.as_str(),
            "path": route.path,
            "query": route.query,
            "sentence": route.sentence,
        })
    };
    answer(200, &ROUTES.iter().map(told).collect::<Vec<_>>())
}

fn health(eim: &Arc<Eim>, _: &Asked<'_>) -> Outcome {
    answer(200, &eim.health())
}

impl Api {
    async fn respond(&self, call: &Call) -> HttpAnswer {
        let outcome = match guard(call) {
            Ok(()) if call.path == "/" => {
                return HttpAnswer {
                    media_type: "text/html;charset=UTF-8",
                    ..HttpAnswer::json(PAGE.as_bytes().to_vec())
                };
            }
            Ok(()) => self.call_route(call),
            Err(refusal) => Err(refusal),
        };
        // what was taken is on the disk before anybody is told so
        let outcome = match (call.method == Method::GET, outcome) {
            (false, Ok(done)) => match self.0.commit().await {
                Ok(()) => Ok(done),
                Err(error) => Err(Refusal {
                    status: 500,
                    text: error.to_string(),
                }),
            },
            (_, outcome) => outcome,
        };
        let (status, body) = outcome.unwrap_or_else(|refusal| {
            let body = json!({ "error": refusal.text }).to_string();
            (refusal.status, body.into_bytes())
        });
        HttpAnswer {
            status,
            ..HttpAnswer::json(body)
        }
    }

    fn call_route(&self, call: &Call) -> Outcome {
        let found = ROUTES
            .iter()
            .filter(|route| route.method == call.method)
            .find_map(|route| Some((route, route.id_in(&call.path)?)));
        let (route, id) = found.ok_or_else(|| {
            Refusal::absent(format!("expected a path of /routes, got {}", call.path))
        })?;
        let has_body = [Method::POST, Method::PATCH].contains(&call.method);
        if has_body && !is_json(call.media_type.as_deref()) {
            let got = call.media_type.as_deref().unwrap_or("none");
            return Err(Refusal {
                status: 415,
                text: format!("expected a content type of {JSON}, got {got}"),
            });
        }
        let asked = Asked {
            id,
            query: query(call.query.as_deref(), route)?,
            body: &call.body,
        };
        (route.run)(&self.0, &asked)
    }
}

impl Handler for Api {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        const METHODS: &[Method] = &[Method::GET, Method::POST, Method::PATCH, Method::DELETE];
        let is_known = path == "/" || ROUTES.iter().any(|route| route.id_in(path).is_some());
        is_known.then_some(Resource {
            methods: METHODS,
            media_type: "",
            needs_client: false,
            admin_protocol: None,
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.respond(&call).await })
    }
}

/// Whether the request was meant for this machine by whoever is at it.
fn guard(call: &Call) -> Result<(), Refusal> {
    let host = call.host.as_deref().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if is_loopback || name.eq_ignore_ascii_case("localhost") {
        return Ok(());
    }
    Err(Refusal {
        status: 403,
        text: format!("expected a Host of localhost or a loopback address, got {host:?}"),
    })
}

fn is_json(media_type: Option<&str>) -> bool {
    let essence = media_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(JSON))
}

/// The parameters of a query, all of which the route has to know. No value of theirs needs `%XX`.
fn query<'a>(text: Option<&'a str>, route: &Route) -> Result<Vec<(&'a str, &'a str)>, Refusal> {
    let pairs = text.unwrap_or_default().split('&');
    pairs
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if route.query.contains(&key) {
                return Ok((key, value));
            }
            let known = route.query.join(", ");
            Err(Refusal::bad(format!(
                "expected one of [{known}], got {key:?}"
            )))
        })
        .collect()
}
