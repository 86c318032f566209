// SPDX-License-Identifier: MIT OR Apache-2.0
//! Misbehaviour by name: what a client under test must notice, one thing at a time.
//!
//! The servers know nothing of it. They make the right answer; [`Faults`] sits behind them, edits
//! what was made and signs it again with the real keys, so that exactly one thing is wrong. What
//! the server remembers of the session is that of the right answer, so that a client that should
//! have stopped is seen to go on; only the signature that an eUICC signs in turn is remembered as
//! it went out.
//!
//! Each fault is one row of a table ([`all`]) with one function. [`ArmedFault`] says which row
//! strikes, and at which answers.

mod armed;
mod channel;
mod client;
mod content;
mod events;
mod hand;
mod initiate;
mod json;
mod level;
mod package;
mod parameter;
mod row;
mod segments;
mod tls;
mod transport;

use std::sync::{Mutex, MutexGuard, PoisonError};

use certs::{Pki, Role};
use rsp::json::{Es9Ok, Es9Response};
use rsp::sgp22::AuthenticateClientOkEs11;
use rustls::ServerConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::http::Handshake;
use crate::service::HttpAnswer;

pub use armed::{ArmError, ArmedFault};
pub(crate) use hand::{Channel, Hand};
pub use level::{Interface, Level};
pub(crate) use package::Package;
pub use parameter::Parameter;
use row::{Act, Done, NotDone};
pub use row::{Fault, all, by_name};
use tls::TlsHand;

/// Which answer is about to go out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The interface it belongs to.
    pub(crate) interface: Interface,
    /// The function's name as in its path.
    pub(crate) function: &'a str,
    /// MatchingID of the order, as far as it is known.
    pub(crate) order: Option<&'a str>,
    /// TransactionID of the session.
    pub(crate) session: Option<&'a [u8]>,
}

impl<'a> Scene<'a> {
    /// An answer of which no more is known than its function.
    pub(crate) fn of(interface: Interface, function: &'a str) -> Self {
        Self {
            interface,
            function,
            order: None,
            session: None,
        }
    }
}

/// A fault that waits for its turn, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedFault {
    /// By which it is disarmed.
    pub id: u64,
    /// What was armed.
    pub fault: ArmedFault,
    /// How often it has struck.
    pub struck: u64,
}

/// One armed fault with its row.
#[derive(Debug)]
struct Entry {
    listed: ListedFault,
    row: &'static Fault,
}

/// The faults that are armed. Shared by everything that answers; empty, it does nothing.
#[derive(Debug, Default)]
pub struct Faults {
    armed: Mutex<State>,
    lent: Option<Lent>,
}

/// Where certificates come from that are not the server's own.
#[derive(Debug)]
struct Lent {
    pki: Pki,
    /// Role of the listener's certificate.
    tls: Role,
    /// Names in it.
    hosts: Vec<String>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    last: u64,
}

/// Faults that can be armed at the same time.
const MOST_ARMED: usize = 1000;

impl Faults {
    /// No fault. The PKI lends the certificates of others and those with something wrong; `tls` is
    /// the role of the listener's certificate, and `hosts` are the names in it.
    pub fn lending(pki: Pki, tls: Role, hosts: &[&str]) -> Self {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        Self {
            armed: Mutex::default(),
            lent: Some(Lent { pki, tls, hosts }),
        }
    }

    /// Arms a fault, and returns the number to disarm it by.
    ///
    /// # Errors
    /// There is no such fault, its parameter is not understood, or it cannot be limited as asked.
    pub fn arm(&self, fault: ArmedFault) -> Result<u64, ArmError> {
        let row = by_name(&fault.name)?;
        fault.check(row, self.pki())?;
        let mut state = self.state();
        if state.entries.len() >= MOST_ARMED {
            return Err(ArmError::TooMany(MOST_ARMED));
        }
        state.last += 1;
        let id = state.last;
        let listed = ListedFault {
            id,
            fault,
            struck: 0,
        };
        state.entries.push(Entry { listed, row });
        Ok(id)
    }

    /// Arms the faults of a configuration: those of the server, and those of its orders.
    ///
    /// # Errors
    /// See [`Faults::arm`].
    pub fn arm_configured(&self, config: &Config) -> Result<(), ArmError> {
        for text in &config.faults {
            self.arm(text.parse()?)?;
        }
        for order in &config.orders {
            for text in &order.faults {
                let fault: ArmedFault = text.parse()?;
                self.arm(fault.for_order(&order.matching_id))?;
            }
        }
        Ok(())
    }

    /// What is armed, oldest first.
    pub fn list(&self) -> Vec<ListedFault> {
        let state = self.state();
        let entries = state.entries.iter();
        entries.map(|entry| entry.listed.clone()).collect()
    }

    /// Disarms one fault; false when it is not armed (any more).
    pub fn disarm(&self, id: u64) -> bool {
        let mut state = self.state();
        let before = state.entries.len();
        state.entries.retain(|entry| entry.listed.id != id);
        state.entries.len() != before
    }

    /// Disarms everything.
    pub fn clear(&self) {
        self.state().entries.clear();
    }

    pub(crate) fn pki(&self) -> Option<&Pki> {
        self.lent.as_ref().map(|lent| &lent.pki)
    }

    /// Whether nothing is armed.
    pub(crate) fn is_idle(&self) -> bool {
        self.state().entries.is_empty()
    }

    /// Edits an answer before it is written in a binding. `hand` is there for what is signed.
    pub(crate) fn edit(
        &self,
        scene: &Scene<'_>,
        mut hand: Option<&mut Hand<'_>>,
        mut response: Es9Response,
    ) -> Es9Response {
        self.strike(Some(scene), |row, parameter| {
            if let Act::Refuse(act) = row.act {
                let can_refuse = scene.function != "handleNotification";
                return can_refuse.then(|| act(parameter).map(|failure| response = Err(failure)));
            }
            let hand = hand.as_mut()?;
            parameter.clone_into(&mut hand.parameter);
            Some(match (row.act, response.as_mut().ok()?) {
                (Act::Initiate(act), Es9Ok::InitiateAuthentication(ok)) => act(hand, ok),
                (Act::Client(act), Es9Ok::AuthenticateClient(ok)) => act(hand, ok),
                _ => return None,
            })
        });
        response
    }

    /// Edits the events of an SM-DS.
    pub(crate) fn edit_events(&self, scene: &Scene<'_>, answer: &mut AuthenticateClientOkEs11) {
        self.strike(Some(scene), |row, parameter| match row.act {
            Act::Events(act) => Some(act(parameter, answer)),
            _ => None,
        });
    }

    /// Edits an answer as it is about to go out. `hand` is there for what is signed.
    pub(crate) fn answer(
        &self,
        scene: &Scene<'_>,
        mut hand: Option<&mut Hand<'_>>,
        answer: &mut HttpAnswer,
    ) {
        let typed = matches!(scene.interface, Interface::Es9 | Interface::Es11);
        self.strike(Some(scene), |row, parameter| {
            Some(match (row.act, &mut hand) {
                (Act::Package(act), Some(hand)) => {
                    parameter.clone_into(&mut hand.parameter);
                    package::edit(answer, |package| act(hand, package))?
                }
                (Act::Refuse(act), _) if !typed => {
                    act(parameter).map(|failure| json::refuse(answer, &failure))
                }
                (Act::Json(act), _) => json::edit(answer, |members| act(parameter, members))?,
                (Act::Answer(act), _) => act(parameter, answer),
                _ => return None,
            })
        });
    }

    /// Edits an answer of ESipa as it is about to go out: its JSON and its HTTP (SGP.32 §6). The
    /// server of that interface is elsewhere.
    pub fn edit_esipa(&self, function: &str, answer: &mut HttpAnswer) {
        let scene = Scene::of(Interface::Esipa, function);
        self.answer(&scene, None, answer);
    }

    /// Another handshake than the usual one for the connection that begins.
    pub(crate) fn handshake(&self, usual: &std::sync::Arc<ServerConfig>) -> Option<Handshake> {
        let mut chosen = None;
        self.strike(None, |row, parameter| {
            let Act::Handshake(act) = row.act else {
                return None;
            };
            let hand = TlsHand {
                parameter,
                usual,
                pki: self.pki(),
                role: self.lent.as_ref().map_or(Role::DpTls, |lent| lent.tls),
                hosts: self.lent.as_ref().map_or(&[], |lent| &lent.hosts),
            };
            Some(act(&hand).map(|handshake| chosen = Some(handshake)))
        });
        // an answer that is written by hand needs a connection that it can be written on
        let by_hand = |entry: &Entry| matches!(entry.row.act, Act::Answer(_));
        if chosen.is_none() && self.state().entries.iter().any(by_hand) {
            chosen = Some(tls::without_http2(usual));
        }
        chosen
    }

    /// Lets every fault whose turn it is do its work; `act` says nothing for one that does not
    /// apply to this answer.
    fn strike(
        &self,
        scene: Option<&Scene<'_>>,
        mut act: impl FnMut(&'static Fault, &str) -> Option<Done>,
    ) {
        let mut state = self.state();
        for entry in &mut state.entries {
            let armed = &mut entry.listed.fault;
            if !armed.is_for(scene) {
                continue;
            }
            let parameter = armed.parameter.clone();
            let parameter = parameter.unwrap_or_else(|| entry.row.parameter.default_text());
            match act(entry.row, &parameter) {
                None => {}
                Some(Ok(())) => {
                    entry.listed.struck += 1;
                    armed.count_down();
                    tracing::info!(fault = entry.row.name, ?scene, "fault struck");
                }
                Some(Err(reason)) => {
                    tracing::error!(fault = entry.row.name, %reason, "fault cannot strike");
                }
            }
        }
        state
            .entries
            .retain(|entry| entry.listed.fault.times != Some(0));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
