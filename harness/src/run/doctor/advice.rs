// SPDX-License-Identifier: MIT OR Apache-2.0
//! What to do about what is wrong with an eIM.

use super::is_told;
use crate::under_test::{Description, EimError, HttpError, OrderAdapter, OrderError};
use crate::wire::http::PostError;

pub(super) fn start_advice(description: &Description, error: &EimError) -> Vec<String> {
    let mut advice = Vec::new();
    match error {
        EimError::Launch(_) => advice.push(
            "look at the first word of start: a name with / is looked for from the folder of the description, any other in PATH".to_owned(),
        ),
        EimError::Silent { address, .. } if description.start.is_empty() => {
            advice.push(format!("is the eIM running, and is [eim] address = \"{address}\" where it serves ESipa?"));
        }
        EimError::Silent { address, .. } => {
            let name = if is_told(description, "esipa_port") { None } else { Some("{esipa_port}") };
            if let Some(name) = name {
                advice.push(format!("put {name} into start, env or a file of [trust.files]: the program does not learn on which port it has to serve"));
            } else {
                advice.push(format!("wrong port? it has to listen on {address}; look at how it is told so"));
                advice.push("slow? raise start-timeout".to_owned());
            }
        }
        EimError::Ended { .. } => advice.push(
            "run the command of start by hand, and look at what it writes (below)".to_owned(),
        ),
        EimError::Trust(_) => advice.push("look at the paths of [trust]".to_owned()),
        _ => (),
    }
    advice
}

/// Ports of IPv4 on which somebody listens, as far as the system tells.
pub(super) fn listening() -> Vec<u16> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let port = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, _, state) = (fields.next()?, fields.next()?, fields.next()?);
        let (_, port) = local.split_once(':')?;
        // 0A is LISTEN
        (state == "0A").then(|| u16::from_str_radix(port, 16).ok())?
    };
    table.lines().skip(1).filter_map(port).collect()
}

/// Why there is no answer that can be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Contact {
    #[error(transparent)]
    Post(#[from] PostError),
    #[error("expected a message of SGP.32 v1.2, got {0}")]
    Message(String),
}

pub(super) fn contact_advice(error: &Contact) -> Vec<String> {
    let text = match error {
        Contact::Post(PostError::Status {
            status: 404 | 405, ..
        }) => {
            "wrong path? ESipa is POST /gsma/rsp2/asn1 (SGP.32 §6.1.1), with binding = \"json\" POST /gsma/rsp2/esipa/FUNCTION (SGP.32 §6.1.2)"
        }
        Contact::Post(PostError::MediaType { .. }) => {
            "is `binding` of the description the one that it speaks?"
        }
        Contact::Post(PostError::Timeout(_)) => {
            "it takes the request and says nothing: look at what it writes"
        }
        Contact::Post(PostError::Status { .. }) => "look at what it writes about the request",
        Contact::Post(_) => "it closes the connection: look at what it writes",
        Contact::Message(_) => "is `dialect` of the description the version that it speaks?",
    };
    vec![text.to_owned()]
}

pub(super) fn order_advice(description: &Description, error: &OrderError) -> Vec<String> {
    let mut advice = Vec::new();
    match error {
        OrderError::Http { source, .. } => match source {
            HttpError::Connect { .. } => {
                advice.push("wrong port? nobody listens at the url of [order]".to_owned());
                if matches!(&description.order, Some(OrderAdapter::Http { .. }))
                    && !is_told(description, "api_port")
                    && !description.start.is_empty()
                {
                    advice.push("put {api_port} into start, env or a file of [trust.files]: the program does not learn where its interface has to be".to_owned());
                }
            }
            HttpError::Status { status: 404 | 405, .. } => {
                advice.push("wrong path or method? compare url and method in [order] with the program's documentation".to_owned());
            }
            HttpError::Status { status: 400 | 409 | 415 | 422, .. } => {
                advice.push("wrong body? compare body in [order] with the program's documentation; what the program says is above".to_owned());
            }
            HttpError::Status { status: 401 | 403, .. } => {
                advice.push("it wants to know who asks: put its token into headers in [order]".to_owned());
            }
            HttpError::Pointer { .. } => {
                advice.push("answer is the JSON pointer (RFC 6901) of the number, or of the status: \"/order/id\"".to_owned());
            }
            HttpError::Request { .. } | HttpError::Answer { .. } | HttpError::Status { .. } => (),
        },
        OrderError::Command { .. } => advice.push(
            "run the command of [order] by hand; its first line has to be the number, or the status".to_owned(),
        ),
        OrderError::Name { .. } | OrderError::NoTemplate { .. } | OrderError::Order(_)
        | OrderError::Id { .. } | OrderError::Word { .. } => (),
    }
    advice
}
