// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the case does actively in an exchange.

use veuicc::terminal::{Terminal, TerminalOptions};

use super::Driver;
use crate::case::{ConnectStep, Greeting, Hello, Interface, Position};
use crate::iut::Link;
use crate::run::actors::{Held, is_shaped, shaped, through};
use crate::wire::hello::greet;

/// Tag of TransferEimPackage.
const TRANSFER: [u8; 2] = [0xBF, 0x4E];

impl Driver<'_> {
    /// Sends the request of a scripted role.
    pub(super) async fn send(&mut self, interface: Interface, step: usize, position: Position) {
        let request = match self.engine().request(step) {
            Ok(request) => request,
            Err(error) => return self.cannot(position, error.to_string()),
        };
        self.engine().sending(step);
        let content = self.engine().step(step);
        let exchange = content.as_ref().and_then(|step| Some(step.exchange()?.1));
        let eim = exchange.and_then(|exchange| exchange.eim.as_deref());
        let reconnect = exchange.is_some_and(|exchange| exchange.reconnect);
        let eim = self.actors.eim(eim);
        // a package that is injected goes from the eIM to the IPA (SGP.32 §5.14.4)
        let client = eim.and_then(|eim| match request.starts_with(&TRANSFER) {
            true => eim.into_ipa.as_ref(),
            false => eim.client.as_ref(),
        });
        match (interface, client) {
            (Interface::Esipa, Some(client)) => {
                if reconnect {
                    client.hang_up().await;
                }
                let speech = self.stage.cast.speech;
                if let Some(exchange) = exchange.filter(|it| is_shaped(it)) {
                    let held = shaped(&self.stage.engine, speech, client, request, exchange).await;
                    self.held.extend(held);
                    return;
                }
                through(&self.stage.engine, speech, client, request).await;
            }
            (Interface::Esipa, None) => {
                self.cannot(position, "nobody to send it to on ESipa".to_owned());
            }
            _ => {
                if let Err(error) = self.ask_card(&request) {
                    self.cannot(position, error);
                }
            }
        }
    }

    /// A handshake with the eIM under test that is written by hand.
    pub(super) async fn connect(&mut self, connect: &ConnectStep, position: Position) {
        let target = match self.actors.target(&self.stage) {
            Ok(target) => target,
            Err(error) => return self.cannot(position, error),
        };
        let (greeting, open) = match greet(&target, connect.hello).await {
            Ok(came) => came,
            Err(error) => {
                let expected = "an eIM that takes connections";
                return self.decide(position, expected, &error);
            }
        };
        self.held.extend(open.map(Held::Tls));
        let expected = connect.expected();
        if connect.hello != Hello::Idle && !expected.contains(&greeting) {
            let words: Vec<String> = expected.iter().map(Greeting::to_string).collect();
            let expected = format!("{} as the answer to this handshake", words.join(" or "));
            self.decide(position, &expected, &format!("it was {greeting}"));
        }
    }

    fn ask_card(&mut self, request: &[u8]) -> Result<(), String> {
        let mut terminal = match self.terminal.take() {
            Some(terminal) => terminal,
            None => Terminal::open(
                Link(self.stage.cast.card.clone()),
                TerminalOptions::default(),
            )
            .map_err(|error| error.to_string())?,
        };
        let package = request.starts_with(&[0xBF, 0x36]);
        let answer = if package {
            terminal.load_bound_profile_package(request)
        } else {
            terminal.es10(request)
        };
        self.terminal = Some(terminal);
        answer.map(|_| ()).map_err(|error| error.to_string())
    }
}
