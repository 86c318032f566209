// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of the API. What is not in it does not exist; what is in it is described.

use hyper::Method;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{ANY, AdminError, Administered, Answer, Asked, event, fault, openapi, order};
use super::{profile, session, status};
use crate::config::OrderConfig;
use crate::fault::{ArmedFault, ListedFault};

/// A parameter of a query.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) sentence: &'static str,
    pub(super) schema: SchemaOf,
}

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One function of the API.
pub(super) struct Route {
    pub(super) method: Method,
    /// Its path; `{id}` stands for one member.
    pub(super) path: &'static str,
    /// Its name in the description.
    pub(super) name: &'static str,
    pub(super) sentence: &'static str,
    pub(super) query: &'static [Parameter],
    pub(super) body: Option<SchemaOf>,
    /// Status and content of a success.
    pub(super) answer: (u16, Option<SchemaOf>),
    pub(super) run: fn(&Administered, &Asked<'_>) -> Answer,
}

impl Route {
    /// The member of a path that stands for `{id}`, empty when the route has none; nothing when
    /// another route is meant.
    pub(super) fn matches<'a>(&self, method: &Method, path: &'a str) -> Option<&'a str> {
        if self.method != *method {
            return None;
        }
        self.id_in(path)
    }

    fn id_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        match self.path.strip_suffix("{id}") {
            Some(prefix) => path
                .strip_prefix(prefix)
                .filter(|id| !id.is_empty() && !id.contains('/')),
            None => (self.path == path).then_some(""),
        }
    }
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const AFTER: Parameter = Parameter {
    name: "after",
    sentence: "Only those with a higher number, as `next` of the page before says.",
    schema: of::<u64>,
};
const LIMIT: Parameter = Parameter {
    name: "limit",
    sentence: "At most so many, up to 1000; 100 when absent.",
    schema: of::<u32>,
};

/// Every function of the API.
pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/api/orders",
        name: "listOrders",
        sentence: "Orders, oldest first.",
        query: &[
            AFTER,
            LIMIT,
            Parameter {
                name: "state",
                sentence: "Only those in this state.",
                schema: of::<crate::OrderState>,
            },
            Parameter {
                name: "matching_id",
                sentence: "Only the one with this MatchingID.",
                schema: of::<String>,
            },
            Parameter {
                name: "eid",
                sentence: "Only those of this eUICC.",
                schema: of::<String>,
            },
            Parameter {
                name: "iccid",
                sentence: "Only those with this ICCID.",
                schema: of::<String>,
            },
        ],
        body: None,
        answer: (200, Some(of::<order::OrderPage>)),
        run: order::list,
    },
    Route {
        method: Method::POST,
        path: "/api/orders",
        name: "createOrder",
        sentence: "Takes an order as an [[order]] of the configuration; its profile is the file name of a package that the server has.",
        query: &[],
        body: Some(of::<OrderConfig>),
        answer: (201, Some(of::<order::OrderView>)),
        run: order::create,
    },
    Route {
        method: Method::GET,
        path: "/api/orders/{id}",
        name: "getOrder",
        sentence: "One order.",
        query: &[],
        body: None,
        answer: (200, Some(of::<order::OrderView>)),
        run: order::get,
    },
    Route {
        method: Method::PATCH,
        path: "/api/orders/{id}",
        name: "changeOrder",
        sentence: "Changes the members that are given, whatever state that leads to.",
        query: &[],
        body: Some(of::<order::OrderPatch>),
        answer: (200, Some(of::<order::OrderView>)),
        run: order::change,
    },
    Route {
        method: Method::DELETE,
        path: "/api/orders/{id}",
        name: "deleteOrder",
        sentence: "Forgets an order.",
        query: &[],
        body: None,
        answer: (204, None),
        run: order::delete,
    },
    Route {
        method: Method::GET,
        path: "/api/profiles",
        name: "listProfiles",
        sentence: "The profile packages that orders may name.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<profile::ProfileView>>)),
        run: profile::list,
    },
    Route {
        method: Method::GET,
        path: "/api/profile-types",
        name: "listProfileTypes",
        sentence: "The profile types that operators may order.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<profile::ProfileTypeView>>)),
        run: profile::types,
    },
    Route {
        method: Method::GET,
        path: "/api/sessions",
        name: "listSessions",
        sentence: "RSP sessions under way, oldest first, at most 1000.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<session::SessionView>>)),
        run: session::list,
    },
    Route {
        method: Method::GET,
        path: "/api/events",
        name: "listEvents",
        sentence: "What happened, newest first; the latest 10,000 since the start.",
        query: &[
            Parameter {
                name: "after",
                sentence: "Only events with a higher number.",
                schema: of::<u64>,
            },
            LIMIT,
        ],
        body: None,
        answer: (200, Some(of::<Vec<event::EventView>>)),
        run: event::list,
    },
    Route {
        method: Method::GET,
        path: "/api/smds/events",
        name: "listSmdsEvents",
        sentence: "Events registered at the SM-DS, at most 1000.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<event::SmdsEventView>>)),
        run: event::smds,
    },
    Route {
        method: Method::GET,
        path: "/api/faults",
        name: "listFaults",
        sentence: "The faults that are armed.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<ListedFault>>)),
        run: fault::list,
    },
    Route {
        method: Method::POST,
        path: "/api/faults",
        name: "armFault",
        sentence: "Arms a fault; `/api/faults/known` names them.",
        query: &[],
        body: Some(of::<ArmedFault>),
        answer: (201, Some(of::<ListedFault>)),
        run: fault::arm,
    },
    Route {
        method: Method::DELETE,
        path: "/api/faults",
        name: "clearFaults",
        sentence: "Disarms every fault.",
        query: &[],
        body: None,
        answer: (204, None),
        run: fault::clear,
    },
    Route {
        method: Method::GET,
        path: "/api/faults/known",
        name: "listKnownFaults",
        sentence: "Every fault there is, by name.",
        query: &[],
        body: None,
        answer: (200, Some(of::<Vec<fault::KnownFault>>)),
        run: fault::known,
    },
    Route {
        method: Method::DELETE,
        path: "/api/faults/{id}",
        name: "disarmFault",
        sentence: "Disarms one fault.",
        query: &[],
        body: None,
        answer: (204, None),
        run: fault::disarm,
    },
    Route {
        method: Method::GET,
        path: "/api/health",
        name: "getHealth",
        sentence: "What is served, and how much there is of it.",
        query: &[],
        body: None,
        answer: (200, Some(of::<status::HealthView>)),
        run: status::health,
    },
    Route {
        method: Method::GET,
        path: "/api/version",
        name: "getVersion",
        sentence: "Version of the program and of SGP.22.",
        query: &[],
        body: None,
        answer: (200, Some(of::<status::VersionView>)),
        run: status::version,
    },
    Route {
        method: Method::GET,
        path: "/openapi.json",
        name: "getDescription",
        sentence: "This description.",
        query: &[],
        body: None,
        answer: (200, Some(of::<serde_json::Map<String, serde_json::Value>>)),
        run: openapi::get,
    },
];

/// What a path of the API may be asked; a path that is none may be asked anything, to be told so.
pub(super) fn methods(path: &str) -> &'static [Method] {
    const SETS: [(&[bool; 4], &[Method]); 6] = [
        (&[true, false, false, false], &[Method::GET]),
        (&[true, true, false, false], &[Method::GET, Method::POST]),
        (
            &[true, true, false, true],
            &[Method::GET, Method::POST, Method::DELETE],
        ),
        (
            &[true, false, true, true],
            &[Method::GET, Method::PATCH, Method::DELETE],
        ),
        (&[true, false, false, true], &[Method::GET, Method::DELETE]),
        (&[false, false, false, true], &[Method::DELETE]),
    ];
    if path == "/" {
        return &[Method::GET];
    }
    let has = |method: Method| {
        let of_path = |route: &&Route| route.id_in(path).is_some();
        let mut routes = ROUTES.iter().filter(of_path);
        routes.any(|route| route.method == method)
    };
    let found = [Method::GET, Method::POST, Method::PATCH, Method::DELETE].map(has);
    SETS.iter()
        .find(|(set, _)| **set == found)
        .map_or(ANY, |(_, methods)| methods)
}

/// An identifier that is not in use.
pub(super) fn no_such(what: &str, id: &str) -> AdminError {
    AdminError::absent(format!("expected the number of {what}, got {id}"))
}
