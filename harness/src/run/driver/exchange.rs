// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the case does actively in an exchange.

use veuicc::terminal::{Terminal, TerminalOptions};

use super::Driver;
use crate::case::{Interface, Position};
use crate::iut::Link;
use crate::run::actors::through;

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
        let eim = self.engine().step(step).and_then(|step| {
            let (_, exchange) = step.exchange()?;
            exchange.eim.clone()
        });
        let eim = self.actors.eim(eim.as_deref());
        // a package that is injected goes from the eIM to the IPA (SGP.32 §5.14.4)
        let client = eim.and_then(|eim| match request.starts_with(&TRANSFER) {
            true => eim.into_ipa.as_ref(),
            false => eim.client.as_ref(),
        });
        match (interface, client) {
            (Interface::Esipa, Some(client)) => {
                let speech = self.stage.cast.speech;
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
