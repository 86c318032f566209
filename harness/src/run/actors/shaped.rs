// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests of a scripted IPA that go out in another way than an IPA would send them (`http`,
//! `coap`), and what the transport makes of them (`status`).

use rsp::json::esipa::{Function, request_to_json, response_from_json};
use rustls::version::{TLS12, TLS13};
use serde_json::Value;

use super::esipa::{keep, passed};
use crate::case::{Binding, CoapForm, Exchange, HttpForm, Interface, TlsVersion, any_of};
use crate::engine::{Engine, Ticket};
use crate::mutate;
use crate::run::speech::Speech;
use crate::tape::Wire;
use crate::verdict::{Fault, Finding};
use crate::wire::esipa::{ADMIN_PROTOCOL, MEDIA_TYPE, PATH, admin_protocol};
use crate::wire::esipa_client::{Client, USER_AGENT_IPAD};
use crate::wire::hello::Open;
use crate::wire::http::{Headers, PostError};
use crate::wire::raw::{self, RawOutcome, RawRequest};

/// A connection that stays open until the case is over.
#[derive(Debug)]
#[expect(dead_code, reason = "held until the case ends")]
pub(in crate::run) enum Held {
    /// In the middle of a request.
    Http(raw::Held),
    /// Before its handshake.
    Tls(Open),
}

/// Whether a request goes out in a way of its own.
pub(in crate::run) const fn is_shaped(exchange: &Exchange) -> bool {
    exchange.http.is_some() || exchange.coap.is_some() || !exchange.status.is_empty()
}

/// What came of a request.
struct Came {
    /// Status, code or word.
    outcome: String,
    headers: Option<Headers>,
    body: Vec<u8>,
    /// What went out.
    sent: Vec<u8>,
    /// In JSON, what was called.
    function: Option<Function>,
    held: Option<Held>,
}

impl Came {
    fn of(outcome: impl Into<String>, sent: Vec<u8>) -> Self {
        Self {
            outcome: outcome.into(),
            headers: None,
            body: Vec::new(),
            sent,
            function: None,
            held: None,
        }
    }

    fn is_message(&self) -> bool {
        ["200", "204", "2.01", "2.04", "2.05"].contains(&self.outcome.as_str())
    }

    fn words(&self) -> String {
        match self.outcome.as_bytes() {
            [digit, b'.', ..] if digit.is_ascii_digit() => format!("CoAP {}", self.outcome),
            [digit, ..] if digit.is_ascii_digit() => format!("HTTP {}", self.outcome),
            _ => self.outcome.clone(),
        }
    }
}

/// Sends a message of the case as `exchange` says, and shows the judge what comes of it. A
/// connection that is to stay open comes back.
pub(in crate::run) async fn shaped(
    engine: &Engine,
    speech: Speech,
    client: &Client,
    message: Vec<u8>,
    exchange: &Exchange,
) -> Option<Held> {
    let shown = instead(exchange).unwrap_or_else(|| message.clone());
    let (ticket, shown) = engine.send(Interface::Esipa, shown);
    // the function is that of the message, whatever stands in its place
    let message = instead(exchange).map_or(shown, |_| message);
    let request = speech.request_out(&message).unwrap_or(message);
    let plain = HttpForm::default();
    let came = match (client.http(), client.over_coap()) {
        (Some(_), _) => {
            let form = exchange.http.as_ref().unwrap_or(&plain);
            over_http(engine, speech, client, request, form).await
        }
        (None, _) => {
            let plain = CoapForm::default();
            let form = exchange.coap.as_ref().unwrap_or(&plain);
            over_coap(client, request, form).await
        }
    };
    match came {
        Ok(mut came) => {
            let held = came.held.take();
            show(engine, speech, ticket, came, exchange);
            held
        }
        Err(reason) => {
            let expected = "a request that can be sent as the case wants it";
            engine.decide(Finding::new(Fault::Harness, expected, reason));
            None
        }
    }
}

/// The octets that go out instead of the message.
fn instead(exchange: &Exchange) -> Option<Vec<u8>> {
    let http = exchange.http.as_ref();
    let coap = exchange.coap.as_ref();
    let hex = http.and_then(|it| it.body.as_ref());
    let hex = hex.or_else(|| coap.and_then(|it| it.body.as_ref()));
    hex.and_then(|it| hex::decode(it).ok())
        .or_else(|| Some(http?.text.clone()?.into_bytes()))
}

fn show(engine: &Engine, speech: Speech, ticket: Ticket, came: Came, exchange: &Exchange) {
    let awaited = &exchange.status;
    let fits = match awaited.as_slice() {
        [] => came.is_message(),
        awaited => awaited.iter().any(|status| status.is(&came.outcome)),
    };
    if !fits || !came.is_message() {
        let wanted = match awaited.as_slice() {
            [] => "a message".to_owned(),
            awaited => any_of(awaited),
        };
        return engine.carried(ticket, &came.words(), (!fits).then_some(&*wanted));
    }
    if let (Some(headers), Ok(status)) = (&came.headers, came.outcome.parse()) {
        engine.answer_headers(ticket, status, headers);
    }
    let message = match came.function {
        Some(function) if !came.body.is_empty() => {
            engine.wire(
                ticket,
                Wire {
                    status: came.outcome.parse().unwrap_or_default(),
                    request: came.sent,
                    response: came.body.clone(),
                },
            );
            match response_from_json(function, &came.body) {
                Ok(response) => response.message,
                Err(error) => {
                    let words = format!("a body that is no answer of the function: {error}");
                    return engine.carried(ticket, &words, Some("an answer of the function"));
                }
            }
        }
        _ => {
            keep(engine, speech, ticket, &came.sent, &came.body);
            came.body
        }
    };
    passed(engine, speech, ticket, message);
}

async fn over_http(
    engine: &Engine,
    speech: Speech,
    client: &Client,
    message: Vec<u8>,
    form: &HttpForm,
) -> Result<Came, String> {
    let http = client.http().ok_or("expected a client of HTTP")?;
    let version = form.tls.version.map(|version| match version {
        TlsVersion::V1_2 => &TLS12,
        TlsVersion::V1_3 => &TLS13,
    });
    let tls = http.offering(version, form.tls.suite.as_deref());
    let mut tls = tls.map_err(|error| error.to_string())?;
    tls.enable_sni = form.tls.sni != Some(false);
    let written = written(engine, speech, client, message, form)?;
    let (body, function) = (written.body, written.function);
    let request = RawRequest {
        bytes: written.bytes,
        fill: form.fill.unwrap_or_default(),
        hold: form.hold,
    };
    let patience = client.patience();
    let mut came = match http.raw(std::sync::Arc::new(tls), request, patience).await {
        Ok(RawOutcome::Reply(reply)) => Came {
            headers: Some(reply.headers),
            body: reply.body,
            ..Came::of(reply.status.to_string(), body)
        },
        Ok(RawOutcome::Closed) | Err(PostError::Connect { .. }) => Came::of("closed", body),
        Ok(RawOutcome::Silent) => Came::of("silent", body),
        Ok(RawOutcome::Held(held)) => Came {
            held: Some(Held::Http(held)),
            ..Came::of("held", body)
        },
        Err(error) => return Err(error.to_string()),
    };
    came.function = function;
    Ok(came)
}

/// A request as it is written.
struct Written {
    bytes: Vec<u8>,
    body: Vec<u8>,
    function: Option<Function>,
}

fn written(
    engine: &Engine,
    speech: Speech,
    client: &Client,
    message: Vec<u8>,
    form: &HttpForm,
) -> Result<Written, String> {
    let (function, mut body, path, media) = match speech.binding {
        Binding::Json => {
            let (function, body) = request_to_json(&message).map_err(|error| error.to_string())?;
            let media = "application/json;charset=UTF-8";
            (Some(function), body, function.path(), media)
        }
        Binding::Asn1 | Binding::Coap => (None, message, PATH.to_owned(), MEDIA_TYPE),
    };
    if !form.json.is_empty() {
        body = edited(engine, &body, form)?;
    }
    if let Some(octets) = &form.body {
        body = hex::decode(octets).map_err(|error| error.to_string())?;
    }
    if let Some(text) = &form.text {
        body = text.clone().into_bytes();
    }
    let fill = form.fill.unwrap_or_default();
    let length = i128::try_from(body.len()).unwrap_or_default()
        + i128::from(fill)
        + i128::from(form.length.unwrap_or_default());
    let mut fields = vec![
        ("host".to_owned(), client.authority()),
        ("content-type".to_owned(), media.to_owned()),
        ("user-agent".to_owned(), USER_AGENT_IPAD.to_owned()),
        (
            ADMIN_PROTOCOL.to_owned(),
            admin_protocol(speech.dialect).to_owned(),
        ),
    ];
    fields.push(match form.chunked {
        Some(_) => ("transfer-encoding".to_owned(), "chunked".to_owned()),
        None => ("content-length".to_owned(), length.max(0).to_string()),
    });
    for (name, value) in &form.headers {
        fields.retain(|(known, _)| known != name);
        if value != "absent" {
            fields.push((name.clone(), value.clone()));
        }
    }
    let method = form.method.as_deref().unwrap_or("POST");
    let path = form.path.as_deref().unwrap_or(&path);
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    match form.chunked {
        None => bytes.extend(&body),
        Some(size) => {
            for chunk in body.chunks(size.max(1)) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        }
    }
    Ok(Written {
        bytes,
        body,
        function,
    })
}

/// The JSON body with the changes of the case.
fn edited(engine: &Engine, body: &[u8], form: &HttpForm) -> Result<Vec<u8>, String> {
    let mut whole: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    for (pointer, node) in &form.json {
        let new = engine.with_bindings(|bindings| mutate::value_of(node, bindings));
        let new = new.map_err(|error| error.to_string())?;
        if set(&mut whole, pointer, new).is_none() {
            return Err(format!("{pointer}: no such place in {whole}"));
        }
    }
    Ok(whole.to_string().into_bytes())
}

fn set(whole: &mut Value, pointer: &str, new: Option<Value>) -> Option<()> {
    let (parent, name) = pointer.rsplit_once('/')?;
    match whole.pointer_mut(parent)? {
        Value::Object(members) => match new {
            Some(new) => drop(members.insert(name.to_owned(), new)),
            None => drop(members.remove(name)?),
        },
        Value::Array(items) => {
            let place: usize = name.parse().ok()?;
            match new {
                Some(new) => *items.get_mut(place)? = new,
                None if place < items.len() => drop(items.remove(place)),
                None => return None,
            }
        }
        _ => return None,
    }
    Some(())
}

async fn over_coap(client: &Client, message: Vec<u8>, form: &CoapForm) -> Result<Came, String> {
    let coap = client.over_coap().ok_or("expected a client of CoAP")?;
    let body = match &form.body {
        Some(octets) => hex::decode(octets).map_err(|error| error.to_string())?,
        None => message,
    };
    match Box::pin(coap.shaped(form, body.clone())).await {
        Ok((outcome, answer)) => Ok(Came {
            body: answer,
            ..Came::of(outcome, body)
        }),
        Err(PostError::Connect { .. }) => Ok(Came::of("closed", body)),
        Err(error) => Ok(Came::of(error.to_string(), body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_changed_by_pointers() {
        let mut whole = json!({"a": {"b": 1}, "c": [1, 2]});
        set(&mut whole, "/a/b", Some(json!(2))).unwrap();
        set(&mut whole, "/a/d", Some(json!("x"))).unwrap();
        set(&mut whole, "/c/0", None).unwrap();
        assert_eq!(whole, json!({"a": {"b": 2, "d": "x"}, "c": [2]}));
        assert_eq!(set(&mut whole, "/a/none", None), None);
        assert_eq!(set(&mut whole, "/x/y", Some(json!(1))), None);
    }

    #[test]
    fn outcomes_are_named() {
        let words = |outcome: &str| Came::of(outcome, Vec::new()).words();
        assert_eq!(words("405"), "HTTP 405");
        assert_eq!(words("4.04"), "CoAP 4.04");
        assert_eq!(words("closed"), "closed");
        assert!(Came::of("204", Vec::new()).is_message());
    }
}
