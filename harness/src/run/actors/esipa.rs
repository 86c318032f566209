// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa between the implementation under test and the case: servers and clients with the judge in
//! between, in the wire version and binding of the case.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use certs::Credential;
use smdp::http::Ear;

use super::misbehaviour::{Misbehaviour, is_of_coap};
use super::{Stage, address, listen};
use crate::case::{Binding, Case, Interface, RoleName, Step};
use crate::eim::Eim;
use crate::engine::{Engine, Ticket};
use crate::fixture::{EimFixture, TlsAnchor};
use crate::message::{Direction, Message, UNDECODABLE};
use crate::run::SetUpError;
use crate::run::cast::{identity, played};
use crate::run::speech::Speech;
use crate::verdict::{Fault, Finding};
use crate::wire::coap::{CoapServer, Settings, Transmission};
use crate::wire::esipa::{Answer, Handler, Manner, Posted, Server, Side, handler};
use crate::wire::esipa_client::{Client, Speech as ClientSpeech};
use crate::wire::net::Resolver;
use crate::wire::tls::{Identity, Trust, server_config};

/// A server of ESipa in one of its bindings.
pub(in crate::run) enum Serving {
    /// ASN.1 or JSON over HTTPS.
    Https(Server),
    /// CoAP over DTLS.
    Coap(CoapServer),
}

impl Serving {
    /// Ends it, and waits until its socket is free.
    pub(in crate::run) async fn end(self) {
        match self {
            Self::Https(mut server) => {
                server.stop();
                server.join().await;
            }
            Self::Coap(mut server) => {
                server.stop();
                server.join().await;
            }
        }
    }
}

/// What a server of ESipa shows.
pub(super) struct Shown<'a> {
    /// The name under which it is found.
    pub(super) host: &'a str,
    /// Its certificate.
    pub(super) tls: &'a Credential,
    /// Which end it is.
    pub(super) side: Side,
    /// What it does wrong on purpose.
    pub(super) faults: Option<&'a Misbehaviour>,
}

/// Serves `handler` in the binding of the case.
pub(super) async fn serve(
    stage: &Stage<'_>,
    shown: &Shown<'_>,
    handler: Handler,
) -> Result<Serving, SetUpError> {
    let (host, faults) = (shown.host, shown.faults);
    let identity = identity(shown.tls)?;
    let handler = stage.front.guard(Interface::Esipa, handler);
    if stage.cast.speech.binding == Binding::Coap {
        let on_the_way = faults.map(|faults| faults.coap.clone());
        let datagrams = stage.front.datagrams(Interface::Esipa, on_the_way).await;
        let (socket, outside) = datagrams.map_err(SetUpError::of("socket"))?;
        stage.resolver.insert(host, outside);
        let mut settings = coap_settings(stage, &format!("coap {host}"));
        let mut identity = identity;
        if let Some(faults) = faults {
            settings = faults.settings(settings);
            let other = faults.identity(&stage.cast.options.pki, host)?;
            identity = other.unwrap_or(identity);
        }
        let gate = stage.front.gate(Interface::Esipa);
        let server = CoapServer::start_gated(socket, &identity, settings, handler, gate);
        return Ok(Serving::Coap(server.map_err(SetUpError::of("eIM"))?));
    }
    let listener = listen().await?;
    stage.publish(Interface::Esipa, host, address(&listener)?)?;
    let now = stage.cast.env("clock").now();
    let config = server_config(&identity, now).map_err(SetUpError::of("eIM"))?;
    let config = stage.front.tell_secrets(&config);
    let manner = Manner {
        side: shown.side,
        faults: faults.map(|faults| faults.https.clone()),
        dialect: stage.cast.speech.dialect,
        ear: ear(stage, shown),
        ..Manner::default()
    };
    Ok(Serving::Https(Server::start_as(
        listener, config, handler, manner,
    )))
}

/// Who listens to a server that the implementation under test calls.
fn ear(stage: &Stage<'_>, shown: &Shown<'_>) -> Option<Arc<dyn Ear>> {
    let is_called = match stage.case.file.iut {
        RoleName::Ipa => shown.side == Side::Eim,
        RoleName::Eim => shown.side == Side::Ipa,
        _ => false,
    };
    let ear = || stage.front.ear(Interface::Esipa, shown.host);
    is_called.then(ear).flatten()
}

/// What both ends of CoAP are told: defaults, and a seed of the case.
pub(in crate::run) fn coap_settings(stage: &Stage<'_>, who: &str) -> Settings {
    let mut seed = [0; 8];
    stage.cast.env(who).fill(&mut seed);
    let usual = Settings {
        seed: u64::from_be_bytes(seed),
        ..Settings::default()
    };
    if !has_faults_of_coap(stage.case) {
        return usual;
    }
    // a case does not wait for timers that are made for slow networks
    Settings {
        handshake_timeout: Duration::from_millis(150),
        handshake_retries: 3,
        transmission: Transmission {
            ack_timeout: Duration::from_millis(200),
            max_retransmit: 3,
            ..usual.transmission
        },
        ..usual
    }
}

/// Whether the eIM of a case misbehaves in CoAP or DTLS, so that both ends wait for what is lost.
pub(super) fn has_faults_of_coap(case: &Case) -> bool {
    let named = played(case, RoleName::Eim).map_or(&[][..], |role| &role.faults);
    let later = case.file.steps.iter().filter_map(|step| match &**step {
        Step::Fault(faults) => Some(&faults.eim),
        _ => None,
    });
    named
        .iter()
        .chain(later.flatten())
        .any(|name| is_of_coap(name))
}

/// Whether the eIM of a case speaks DTLS 1.3 alone, so that an IPA of the harness offers it.
pub(super) fn is_for_dtls_1_3(case: &Case) -> bool {
    let named = played(case, RoleName::Eim).map_or(&[][..], |role| &role.faults);
    named.iter().any(|name| name == "dtls-version:1.3")
}

/// A client of the eIM at `server`, as the IPA of the case would be one.
pub(super) async fn client(
    stage: &Stage<'_>,
    fixture: &EimFixture,
    tls: &Credential,
    server: SocketAddr,
) -> Result<Client, SetUpError> {
    let now = stage.cast.env("clock").now();
    let own = stage.cast.own.tls.clone();
    let trust = match fixture.tls {
        // the key of an eIM that has its own is not on its tape
        _ if own.is_some() && stage.cast.options.played.is_some() => Trust::Anyone,
        TlsAnchor::Certificate | TlsAnchor::PublicKey if own.is_some() => {
            Trust::Certificate(own.unwrap_or_default())
        }
        TlsAnchor::Certificate => Trust::Certificate(tls.certificate.clone()),
        TlsAnchor::PublicKey => Trust::PublicKey(tls.key.public_key().to_spki()),
        TlsAnchor::Ca | TlsAnchor::None => Trust::Roots(stage.cast.roots()?),
    };
    let direct = Resolver::new();
    let speech = stage.cast.speech;
    let client = if speech.binding == Binding::Coap {
        let outside = stage.front.datagrams_before(Interface::Esipa, server).await;
        direct.insert(fixture.fqdn(), outside.map_err(SetUpError::of("socket"))?);
        let settings = coap_settings(stage, "coap client");
        Client::coap(fixture.fqdn(), direct, &trust, now, settings)
    } else {
        let outside = stage.front.before(Interface::Esipa, server);
        direct.insert(fixture.fqdn(), outside.map_err(SetUpError::of("socket"))?);
        Client::new(fixture.fqdn(), direct, &trust, now)
            .map_err(SetUpError::of("eIM"))?
            .with_key_log(stage.front.key_log())
            .with_ear(stage.front.trace().client(Interface::Esipa, fixture.fqdn()))
    };
    Ok(spoken(client, stage))
}

/// A client with which an eIM injects packages into the IPA called `host`.
pub(super) fn injecting(
    stage: &Stage<'_>,
    host: &str,
    own: &Identity,
) -> Result<Client, SetUpError> {
    let now = stage.cast.env("clock").now();
    let trust = Trust::Roots(stage.cast.roots()?);
    let client = Client::injecting(host, stage.resolver.clone(), &trust, own, now);
    let client = client.map_err(SetUpError::of("eIM"))?;
    Ok(spoken(client.with_key_log(stage.front.key_log()), stage))
}

fn spoken(client: Client, stage: &Stage<'_>) -> Client {
    let speech = stage.cast.speech;
    client
        .with_timeout(stage.cast.options.timeout)
        .speaking(ClientSpeech {
            binding: speech.wire_binding(),
            dialect: speech.dialect,
            ..ClientSpeech::default()
        })
}

/// Shows a request to the judge.
fn begin(engine: &Engine, speech: Speech, host: Option<&str>, posted: &Posted) -> Ticket {
    let request = speech.request_in(&posted.body);
    let ticket = engine.begin_at(Interface::Esipa, host, &request);
    if posted.connection.is_some() {
        engine.headers(ticket, &posted.headers);
    }
    ticket
}

/// What goes out for the answer that the judge has. What is no message goes out as it is: the case
/// means it to be none.
fn out(engine: &Engine, speech: Speech, answer: &[u8]) -> Vec<u8> {
    speech.answer_out(answer).unwrap_or_else(|error| {
        let message = Message::decode(Interface::Esipa, Direction::Response, answer);
        if message.name == UNDECODABLE {
            return answer.to_vec();
        }
        let (fault, expected) = match speech.theirs {
            true => (
                Fault::Unsupported,
                "a wire version that can say this answer",
            ),
            false => (
                Fault::Harness,
                "an answer that the wire version of the case can say",
            ),
        };
        engine.decide(Finding::new(fault, expected, error.to_string()));
        Vec::new()
    })
}

/// Keeps the bodies of an exchange, where they are not the messages themselves.
pub(super) fn keep(engine: &Engine, speech: Speech, ticket: Ticket, request: &[u8], answer: &[u8]) {
    if let Some(wire) = speech.wire(request, answer) {
        engine.wire(ticket, wire);
    }
}

/// The case says what is answered. `host` is the eIM, where the case has several.
pub(super) fn scripted(engine: &Arc<Engine>, speech: Speech, host: Option<&str>) -> Handler {
    let engine = engine.clone();
    let host = host.map(str::to_owned);
    handler(move |posted| {
        let (engine, host) = (engine.clone(), host.clone());
        async move {
            let ticket = begin(&engine, speech, host.as_deref(), &posted);
            let answer = out(&engine, speech, &engine.answer(ticket));
            keep(&engine, speech, ticket, &posted.body, &answer);
            answer
        }
    })
}

/// Our own eIM answers, and the judge looks on. `host` is its name, where the case has several.
pub(super) fn watched(
    engine: &Arc<Engine>,
    speech: Speech,
    host: Option<&str>,
    eim: Arc<Eim>,
) -> Handler {
    let engine = engine.clone();
    let host = host.map(str::to_owned);
    handler(move |posted| {
        let (engine, eim, host) = (engine.clone(), eim.clone(), host.clone());
        async move {
            let ticket = begin(&engine, speech, host.as_deref(), &posted);
            let mut answer = eim.respond(posted.connection, &posted.body).await;
            answer.message = passed(&engine, speech, ticket, answer.message);
            keep(&engine, speech, ticket, &posted.body, &answer.message);
            answer
        }
    })
}

/// Messages go on to the eIM under test, and the judge looks on.
pub(super) fn relayed(engine: &Arc<Engine>, speech: Speech, client: Arc<Client>) -> Handler {
    let engine = engine.clone();
    handler(move |posted| {
        let (engine, client) = (engine.clone(), client.clone());
        async move {
            let shown = speech.request_in(&posted.body);
            let (ticket, sent) = engine.send(Interface::Esipa, shown.clone());
            let request = if sent == shown {
                posted.body
            } else {
                match speech.request_out(&sent) {
                    Ok(request) => request,
                    Err(_) => sent,
                }
            };
            post(&engine, speech, ticket, &client, request).await
        }
    })
}

/// Posts a message of the case to the eIM under test, or into the IPA under test.
pub(in crate::run) async fn through(
    engine: &Engine,
    speech: Speech,
    client: &Client,
    message: Vec<u8>,
) {
    let (ticket, message) = engine.send(Interface::Esipa, message);
    // what the version cannot say goes out as the case has it: it may mean to
    let request = speech.request_out(&message).unwrap_or(message);
    // what went wrong is a finding already
    let _answer = post(engine, speech, ticket, client, request).await;
}

async fn post(
    engine: &Engine,
    speech: Speech,
    ticket: Ticket,
    client: &Client,
    request: Vec<u8>,
) -> Answer {
    let mut head = None;
    let answer = client.exchange_with(request.clone(), &mut head).await;
    if let Some(head) = head {
        engine.answer_headers(ticket, head.status, &head.headers);
    }
    match answer {
        Ok(mut answer) => {
            keep(engine, speech, ticket, &request, &answer.message);
            answer.message = passed(engine, speech, ticket, answer.message);
            answer
        }
        Err(error) => {
            engine.broken(ticket, &error.to_string());
            Answer::default()
        }
    }
}

/// Shows an answer to the judge. What he does not change goes out as it came.
pub(super) fn passed(engine: &Engine, speech: Speech, ticket: Ticket, answer: Vec<u8>) -> Vec<u8> {
    let shown = speech.answer_in(&answer);
    let sent = engine.finish(ticket, shown.clone());
    if sent == shown {
        answer
    } else {
        out(engine, speech, &sent)
    }
}
