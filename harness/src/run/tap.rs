// SPDX-License-Identifier: MIT OR Apache-2.0
//! The taps of the actors: they show every exchange to the engine and carry its changes back.

use std::sync::Arc;

use rsp::json::{Es9Request, Es9Response, Function, Interface as Server};
use rsp::json::{decode_response, response_from_asn1, response_from_der, response_to_der};
use smdp::smds::{SmDsCredentials, SmDsTap};
use smdp::{Binding, Credentials, Es9Tap, Exchange};
use veuicc::Es10Tap;

use crate::case::Interface;
use crate::engine::{Engine, Ticket};
use crate::run::speech::Speech;
use crate::tape::Wire;
use crate::verdict::{Fault, Finding};

/// Tag of a bound profile package, which comes in segments.
const BOUND_PROFILE_PACKAGE: [u8; 2] = [0xBF, 0x36];

/// Octets of a package that are gathered before it is shown as far as it came.
const MOST_OF_PACKAGE: usize = 1 << 20;

/// The tap of the card. A bound profile package, which the card sees segment by segment, is shown
/// as the one exchange that it is.
pub(super) struct CardTap {
    engine: Arc<Engine>,
    speech: Speech,
    /// The segments so far, while a package is being loaded.
    package: Vec<u8>,
}

impl CardTap {
    pub(super) const fn new(engine: Arc<Engine>, speech: Speech) -> Self {
        Self {
            engine,
            speech,
            package: Vec::new(),
        }
    }

    fn show(&self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        let ticket = self.engine.begin(Interface::Es10b, request);
        let shown = self.speech.es10_in(request, &response);
        let sent = self.engine.finish(ticket, shown.clone());
        if sent == shown { response } else { sent }
    }

    fn is_segment(&self, request: &[u8]) -> bool {
        let tag = request.get(..2).unwrap_or(request);
        tag == BOUND_PROFILE_PACKAGE || (!self.package.is_empty() && request.first() != Some(&0xBF))
    }
}

impl Es10Tap for CardTap {
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        if self.is_segment(request) {
            self.package.extend_from_slice(request);
            if response.is_empty() && self.package.len() <= MOST_OF_PACKAGE {
                return response;
            }
            let package = std::mem::take(&mut self.package);
            return self.show(&package, response);
        }
        if !self.package.is_empty() {
            // another function in the middle of a package: the loading was given up
            let package = std::mem::take(&mut self.package);
            self.show(&package, Vec::new());
        }
        self.show(request, response)
    }

    fn refused(&mut self, request: &[u8], status: u16) {
        let continues = !self.package.is_empty() && self.is_segment(request);
        let mut whole = std::mem::take(&mut self.package);
        if !continues && !whole.is_empty() {
            self.show(&whole, Vec::new());
            whole.clear();
        }
        whole.extend_from_slice(request);
        let ticket = self.engine.begin(Interface::Es10b, &whole);
        self.engine.finish(ticket, Vec::new());
        self.engine
            .note(ticket, format!("the card refused it with {status:04X}"));
    }
}

/// The tap of the SM-DP+ or the SM-DS. It works on the ASN.1 form, so that a case writes ES9+ and
/// ES11 as it writes everything else; the JSON bodies are kept beside it.
pub(super) struct ServerTap {
    engine: Arc<Engine>,
    interface: Interface,
    /// The exchange that was shown last, with the answer that the engine has.
    shown: Option<(Ticket, Vec<u8>)>,
}

impl ServerTap {
    pub(super) const fn new(engine: Arc<Engine>, interface: Interface) -> Self {
        Self {
            engine,
            interface,
            shown: None,
        }
    }

    const fn server(&self) -> Server {
        match self.interface {
            Interface::Es11 => Server::Es11,
            _ => Server::Es9,
        }
    }

    /// Shows an answer, and returns what goes out instead.
    fn show(&mut self, request: &Es9Request, response: Es9Response) -> Es9Response {
        let function = request.function();
        let Ok(asked) = request.to_der() else {
            return response;
        };
        let ticket = self.engine.begin(self.interface, &asked);
        self.shown = Some((ticket, Vec::new()));
        match response_to_der(self.server(), function, &response) {
            Ok(answer) => {
                let sent = self.engine.finish(ticket, answer.clone());
                self.shown = Some((ticket, sent.clone()));
                if sent == answer || function == Function::HandleNotification {
                    return response;
                }
                response_from_der(self.server(), function, &sent).unwrap_or_else(|error| {
                    // the engine holds the changed answer, the peer gets the other
                    let reason = format!("changed answer has no JSON form: {error}");
                    self.cannot(ticket, &reason);
                    response
                })
            }
            Err(error) => {
                let reason = format!("answer has no ASN.1 form: {error}");
                self.cannot(ticket, &reason);
                self.engine.broken(ticket, &reason);
                response
            }
        }
    }

    /// An answer of our own cannot be shown or sent as it should be.
    fn cannot(&self, ticket: Ticket, reason: &str) {
        let expected = format!("an answer on {} in both forms", self.interface);
        let finding = Finding::new(Fault::Harness, expected, reason);
        self.engine.decide(finding.at(Some(ticket.index())));
        self.engine.note(ticket, reason);
    }

    /// The answer in its ASN.1 form, as the client gets it.
    fn read(&self, exchange: &Exchange<'_>) -> Option<Vec<u8>> {
        let (server, function, body) = (self.server(), exchange.function, &exchange.answer.body);
        let response = match exchange.binding {
            Binding::Json => decode_response(server, function, body).ok()?,
            Binding::Asn1 => response_from_asn1(server, function, body).ok()?,
        };
        response_to_der(server, function, &response).ok()
    }

    /// Keeps the bodies as they were on the wire.
    fn keep(&mut self, exchange: &Exchange<'_>) {
        let (ticket, shown) = self.shown.take().unwrap_or_else(|| {
            // a body that was not understood is on the tape all the same
            let ticket = self.engine.begin(self.interface, exchange.request);
            self.engine.finish(ticket, Vec::new());
            (ticket, Vec::new())
        });
        // what cannot be read any more is seen in the body alone
        match self.read(exchange) {
            Some(sent) if !shown.is_empty() && sent != shown => {
                self.engine.went_out(ticket, &sent);
            }
            _ => (),
        }
        let wire = Wire {
            status: exchange.answer.status,
            request: exchange.request.to_vec(),
            response: exchange.answer.body.clone(),
        };
        self.engine.wire(ticket, wire);
    }
}

impl Es9Tap for ServerTap {
    fn edit(
        &mut self,
        _: &Credentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        self.show(request, response)
    }

    fn exchange(&mut self, exchange: &mut Exchange<'_>) {
        self.keep(exchange);
    }
}

impl SmDsTap for ServerTap {
    fn edit(
        &mut self,
        _: &SmDsCredentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        self.show(request, response)
    }

    fn es11(&mut self, exchange: &mut Exchange<'_>) {
        self.keep(exchange);
    }
}
