// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a request goes out, and what a hand-made handshake tries, in words.

use crate::case::{CoapForm, ConnectStep, Exchange, Greeting, HttpForm, any_of};

/// A handshake.
pub(super) fn connect(connect: &ConnectStep) -> String {
    let expected: Vec<String> = connect.expected().iter().map(Greeting::to_string).collect();
    let hello = format!("{:?}", connect.hello);
    format!(
        "A client tries a handshake of its own ({hello}); what may come is {}.",
        expected.join(" or ")
    )
}

/// How the request of an exchange goes out, and what the transport may answer.
pub(super) fn ways(exchange: &Exchange) -> Vec<String> {
    let mut said = Vec::new();
    let changes = match (&exchange.http, &exchange.coap) {
        (Some(form), _) => http(form),
        (None, Some(form)) => coap(form),
        (None, None) => Vec::new(),
    };
    if !changes.is_empty() {
        said.push(format!("It goes out with {}.", changes.join(", ")));
    }
    if !exchange.status.is_empty() {
        said.push(format!(
            "The transport answers {}.",
            any_of(&exchange.status)
        ));
    }
    said
}

fn http(form: &HttpForm) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(form.method.as_ref().map(|it| format!("method {it}")));
    said.extend(form.path.as_ref().map(|it| format!("path {it}")));
    let headers = form.headers.iter();
    said.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    said.extend(form.body.as_ref().map(|it| format!("the body {it:?}")));
    said.extend(form.text.as_ref().map(|it| format!("the body {it:?}")));
    let json = form.json.iter();
    said.extend(json.map(|(place, value)| format!("{place} = {value}")));
    said.extend(form.chunked.map(|it| format!("chunks of {it} octets")));
    let length = form.length.map(|it| format!("Content-Length {it:+}"));
    said.extend(length);
    said.extend(form.fill.map(|it| format!("{it} octets of zero behind it")));
    said.extend(form.hold.then(|| "its second half held back".to_owned()));
    let tls = &form.tls;
    said.extend(tls.version.map(|it| format!("{it:?} of TLS only")));
    said.extend(tls.suite.as_ref().map(|it| format!("{it} only")));
    said.extend((tls.sni == Some(false)).then(|| "no server name in TLS".to_owned()));
    said
}

fn coap(form: &CoapForm) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(form.method.as_ref().map(|it| format!("method {it}")));
    said.extend(form.path.as_ref().map(|it| format!("path {it}")));
    said.extend(form.non.then(|| "no wish to be confirmed".to_owned()));
    let options = form.options.iter();
    said.extend(options.map(|(number, value)| format!("option {number} = {value:?}")));
    said.extend(form.format.map(|it| format!("Content-Format {it}")));
    said.extend(form.body.as_ref().map(|it| format!("the body {it:?}")));
    said.extend(form.fill.map(|it| format!("{it} octets of zero behind it")));
    said.extend(form.block.map(|it| format!("blocks of {it} octets")));
    said.extend(form.fault.map(|it| format!("a fault: {it:?}")));
    said
}
