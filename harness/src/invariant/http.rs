// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP around the messages (SGP.32 §6.1, SGP.22 §6.2, §6.3).

use super::{Breach, RuleName};
use crate::case::{Dialect, Interface, RoleName};
use crate::message::function_of;
use crate::wire::esipa::{ADMIN_PROTOCOL, FORM, JSON_MEDIA_TYPE, MEDIA_TYPE, MOVED};
use crate::wire::http::{Headers, essence, header};

/// A header field: its name, what it may be, and that in words.
struct Field {
    name: &'static str,
    fits: fn(&str) -> bool,
    wanted: &'static str,
}

/// The version behind `gsma/rsp/` is not judged: v1.2 fixes v2.1.0, v1.3 lets the IPA say its own.
const PROTOCOL: Field = Field {
    name: ADMIN_PROTOCOL,
    fits: |value| value.starts_with("gsma/rsp/v"),
    wanted: "gsma/rsp/v and a version",
};
const AGENT: Field = Field {
    name: "user-agent",
    fits: |value| {
        let name = value.split(';').next().unwrap_or_default().trim();
        matches!(name, "gsma-rsp-ipad" | "gsma-rsp-ipae")
    },
    wanted: "gsma-rsp-ipad or gsma-rsp-ipae",
};
/// The binding is the peer's business: a message in the other one never gets here.
const MEDIA: Field = Field {
    name: "content-type",
    fits: |value| {
        let essence = essence(value);
        essence.eq_ignore_ascii_case(MEDIA_TYPE) || essence.eq_ignore_ascii_case(JSON_MEDIA_TYPE)
    },
    wanted: "application/x-gsma-rsp-asn1 or application/json",
};

/// What is wrong with the header fields of a request. Only an IPA has a name of its own, and only
/// since v1.2 (CR111005).
pub(super) fn of_request(
    client: RoleName,
    interface: Interface,
    dialect: Dialect,
    headers: &Headers,
) -> Option<Breach> {
    let esipa = interface == Interface::Esipa;
    // CoAP has no header fields at all
    if headers.is_empty() {
        return None;
    }
    let mut wanted = vec![PROTOCOL, MEDIA];
    if client == RoleName::Ipa && esipa && dialect != Dialect::V1_0 {
        wanted.insert(0, AGENT);
    }
    let moved = header(headers, MOVED).map(|path| {
        format!("path: expected that of the binding, got {path}, where a redirection points")
    });
    let form = header(headers, FORM).map(|words| format!("JSON body: {words}"));
    let moved = moved.into_iter().chain(form).collect();
    judged(RuleName::RequestHeaders, &wanted, headers, moved)
}

/// What is wrong with status and header fields of an answer.
pub(super) fn of_answer(
    interface: Interface,
    request: &str,
    status: u16,
    headers: &Headers,
) -> Option<Breach> {
    let rule = RuleName::AnswerHeaders;
    // what may be said to a request that nobody can read is not written down
    let empty = function_of(interface, request)?.response.is_none();
    match (status, empty) {
        (204, true) => {
            let seen = header(headers, "content-type");
            seen.map(|seen| Breach::new(rule, format!("HTTP 204 with content-type {seen}")))
        }
        (200, false) => judged(rule, &[PROTOCOL, MEDIA], headers, Vec::new()),
        // a server that is busy, or did not take a notification over, says so (SGP.22 §6.3)
        (429 | 503, _) => None,
        (other, _) => {
            let wanted = if empty { 204 } else { 200 };
            let status = format!("HTTP status: expected {wanted}, got {other}");
            Some(Breach::new(rule, status))
        }
    }
}

fn judged(
    rule: RuleName,
    fields: &[Field],
    headers: &Headers,
    mut actual: Vec<String>,
) -> Option<Breach> {
    for Field { name, fits, wanted } in fields {
        match header(headers, name) {
            Some(value) if fits(value) => (),
            Some(value) => actual.push(format!("{name}: expected {wanted}, got {value}")),
            None => actual.push(format!("{name}: expected {wanted}, got nothing")),
        }
    }
    (!actual.is_empty()).then(|| Breach::all(rule, actual))
}
