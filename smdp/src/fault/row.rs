// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a row of the table of faults has, and the table as a whole.

use std::fmt;

use rsp::json::Failure;
use rsp::sgp22::{AuthenticateClientOk, AuthenticateClientOkEs11, InitiateAuthenticationOkEs9};
use serde_json::{Map, Value};

use super::tls::TlsHand;
use super::{
    ArmError, Hand, Level, Package, Parameter, channel, client, content, events, initiate, json,
    parameter, segments, tls, transport,
};
use crate::http::Handshake;
use crate::service::HttpAnswer;

/// One row of the table.
pub struct Fault {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What goes wrong, and by which clause a correct client notices.
    pub sentence: &'static str,
    /// What can be said about it behind a colon.
    pub parameter: Parameter,
    pub(super) act: Act,
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Why a fault does not strike although it is its turn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotDone(String);

impl NotDone {
    pub(crate) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

pub(super) type Done = Result<(), NotDone>;

/// The one function of a fault, by what it edits.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// A successful InitiateAuthentication of ES9+ or ES11.
    Initiate(fn(&mut Hand<'_>, &mut InitiateAuthenticationOkEs9) -> Done),
    /// A successful ES9+.AuthenticateClient.
    Client(fn(&mut Hand<'_>, &mut AuthenticateClientOk) -> Done),
    /// A successful ES11.AuthenticateClient.
    Events(fn(&str, &mut AuthenticateClientOkEs11) -> Done),
    /// A bound profile package.
    Package(fn(&mut Hand<'_>, &mut Package) -> Done),
    /// A refusal in the place of an answer.
    Refuse(fn(&str) -> Result<Failure, NotDone>),
    /// The members of an answer in the JSON binding.
    Json(fn(&str, &mut Map<String, Value>) -> Done),
    /// An answer as a whole.
    Answer(fn(&str, &mut HttpAnswer) -> Done),
    /// The TLS handshake.
    Handshake(fn(&TlsHand<'_>) -> Result<Handshake, NotDone>),
}

/// Every fault, in the order of a download.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    [
        initiate::FAULTS,
        client::FAULTS,
        channel::FAULTS,
        segments::FAULTS,
        content::FAULTS,
        events::FAULTS,
        json::FAULTS,
        transport::FAULTS,
        tls::FAULTS,
    ]
    .into_iter()
    .flatten()
}

/// The fault with a name.
///
/// # Errors
/// There is none; says which one may be meant.
pub fn by_name(name: &str) -> Result<&'static Fault, ArmError> {
    let known = all().find(|fault| fault.name == name);
    known.ok_or_else(|| ArmError::Unknown {
        name: name.to_owned(),
        similar: parameter::similar(name, all().map(|fault| fault.name)),
    })
}

impl Fault {
    /// What it touches.
    pub fn level(&self) -> Level {
        match self.act {
            Act::Initiate(_) => Level::InitiateAuthentication,
            Act::Client(_) => Level::AuthenticateClient,
            Act::Events(_) => Level::EventRetrieval,
            Act::Package(_) => Level::GetBoundProfilePackage,
            Act::Refuse(_) => Level::Function,
            Act::Json(_) => Level::Json,
            Act::Answer(_) => Level::Http,
            Act::Handshake(_) => Level::Tls,
        }
    }
}
