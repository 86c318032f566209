// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference IPA: the procedures of SGP.32 §3 over any card link, one file per procedure.
//!
//! It does one thing at a time, in the order of the clause, and forwards what is signed as it came.
//! Reading order for someone new to SGP.32: `poll`, `package`, `trigger`, `indirect`, `direct`.

mod association;
mod authentication;
mod card;
mod change;
mod command;
mod compaction;
mod configure;
mod data;
mod delivery;
mod direct;
mod discovery;
mod eim;
mod indirect;
mod inject;
mod installation;
mod link;
mod memory;
mod misencode;
mod modem;
mod notification;
mod package;
mod policy;
mod poll;
mod profiles;
mod provide;
mod receive;
mod reset;
mod rollback;
mod round;
mod session;
mod switch;
mod terminal;
mod trigger;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::Duration;

use rsp::der::CodecError;
use rsp::env::Env;
use rsp::sgp22::Octet16;
use veuicc::terminal::TerminalError;

pub(crate) use authentication::Contact;
pub use command::{
    AddEimArgs, DeviceArgs, EmergencyArgs, FallbackArgs, OnOff, PollArgs, ResetArgs, ReturnArgs,
    RunArgs, StatusArgs, add_eim, emergency, fallback, poll, reset, return_from_fallback,
    run as run_device, status,
};
pub(crate) use delivery::Delivery;
pub(crate) use direct::{Bound, Headless, Offer, User, bound_package};
pub(crate) use discovery::Events;
pub(crate) use installation::Installed;
pub use link::CardAddress;
pub use memory::MemoryError;
pub use modem::TableModem;
pub(crate) use notification::sequence_number;
pub use receive::receive;
pub(crate) use session::Failure;

use crate::defect::IpaDefect;
use crate::iut::{IpaEnvironment, IpaSettings, LinkError};
use crate::wire::dialect::DialectError;
use crate::wire::es9::Es9Error;
use crate::wire::http::PostError;
use crate::wire::net::Resolver;
use card::Card;
use compaction::Told;
use memory::Memory;

/// Why the IPA stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The card link failed, or the card refused a command.
    #[error(transparent)]
    Card(#[from] TerminalError<LinkError>),
    /// A peer's answer is not what the function returns.
    #[error("{function}: expected the answer of the function, {source}")]
    Answer {
        /// Name of the function.
        function: &'static str,
        /// What is wrong with it.
        source: CodecError,
    },
    /// A message does not fit the wire version.
    #[error("{function}: {source}")]
    Message {
        /// Name of the function.
        function: &'static str,
        /// What does not fit.
        source: DialectError,
    },
    /// A message of ours has no encoding.
    #[error("message cannot be encoded: {0}")]
    Encode(#[from] CodecError),
    /// ESipa failed below the function.
    #[error("ESipa {function}: {source}")]
    Esipa {
        /// Name of the function.
        function: &'static str,
        /// What went wrong.
        source: PostError,
    },
    /// ES9+ failed below the function.
    #[error(transparent)]
    Es9(#[from] Es9Error),
    /// A peer refused a function.
    #[error("{function} refused: {code}")]
    Refused {
        /// Name of the function.
        function: &'static str,
        /// The peer's code.
        code: String,
    },
    /// An answer fails a check that the IPA has to make.
    #[error("{0}")]
    Check(String),
    /// The card names no address for an associated eIM.
    #[error("eIM {0:?}: expected eimFqdn in its configuration data")]
    NoAddress(String),
    /// No eIM is associated.
    #[error("expected an associated eIM on the card, found none (`harness ipa add-eim` adds one)")]
    NoEim,
    /// The eIM always has another package.
    #[error("expected noEimPackageAvailable within {0} packages")]
    Endless(u32),
    /// The modem has no network under the enabled profile.
    #[error("no network under the enabled profile")]
    Offline,
    /// What must survive a restart cannot be written down.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

impl Error {
    /// Whether the network is gone, as opposed to a server that answers in a way it should not:
    /// only the former justifies a rollback (SGP.32 §3.3.1).
    #[must_use]
    pub fn is_loss_of_network(&self) -> bool {
        match self {
            Self::Offline => true,
            Self::Esipa { source, .. } => match source {
                PostError::Host(_) | PostError::Timeout(_) => true,
                // a TLS alert comes from somebody who is there
                PostError::Connect { source, .. } => source.kind() != ErrorKind::InvalidData,
                PostError::Http(error) => !error.is_parse(),
                PostError::Coap(error) => error.is_loss_of_network(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the way to the card broke: the device has to start anew.
    pub(crate) const fn is_broken_link(&self) -> bool {
        matches!(self, Self::Card(TerminalError::Link(_)))
    }

    /// Whether the function may not have reached the eIM: asking again does no harm.
    pub(crate) fn is_transport(&self) -> bool {
        matches!(self, Self::Offline | Self::Esipa { .. })
    }
}

/// The IPA at work: what a device that has one drives.
pub struct Ipa {
    pub(crate) card: Card,
    pub(crate) eid: Octet16,
    pub(crate) resolver: Resolver,
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) env: Box<dyn Env>,
    pub(crate) timeout: Duration,
    pub(crate) settings: IpaSettings,
    pub(crate) memory: Memory,
    /// `eimId`s of the eIMs that the card is associated with, as they were read last.
    pub(crate) associated: Vec<String>,
    /// The challenge of the latest session with a server.
    last_challenge: Option<Octet16>,
    /// The server of the latest download.
    last_server: Option<String>,
    /// What each eIM has been told of the card, by `eimId`.
    pub(crate) told: BTreeMap<String, Told>,
}

impl std::fmt::Debug for Ipa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ipa({})", hex::encode(&self.eid))
    }
}

impl Ipa {
    /// Starts the device: resets the card, selects the ISD-R, reads the EID and what an earlier
    /// run has left in the state file. No eIM is contacted.
    ///
    /// # Errors
    /// The card or the state file cannot be used.
    pub fn start(environment: IpaEnvironment) -> Result<Self, Error> {
        let mut card = Card::open(environment.card, &environment.settings.defects)?;
        if environment
            .settings
            .defects
            .has(IpaDefect::UnsignedIntegers)
        {
            card.forget_sign();
        }
        let defects = &environment.settings.defects;
        card.takes_ill.removal = defects.has(IpaDefect::StopsAtFailedRemoval);
        card.takes_ill.list = defects.has(IpaDefect::StopsWithoutList);
        let eid = card.eid()?;
        card.dialect = match environment.settings.dialect {
            Some(dialect) => dialect,
            None => card.announced(),
        };
        let memory = Memory::open(environment.settings.state.clone(), &hex::encode(&eid))?;
        let mut ipa = Self {
            eid,
            card,
            memory,
            associated: Vec::new(),
            told: BTreeMap::new(),
            resolver: environment.resolver,
            roots: environment.roots,
            env: environment.env,
            timeout: environment.timeout,
            settings: environment.settings,
            last_challenge: None,
            last_server: None,
        };
        ipa.settle()?;
        ipa.settle_fallback()?;
        Ok(ipa)
    }

    /// Whether it makes this mistake on purpose.
    fn has(&self, defect: IpaDefect) -> bool {
        self.settings.defects.has(defect)
    }
}

/// Starts the device and lets it do one round: reads which eIMs the card is associated with,
/// delivers what waits from an earlier run, then polls each eIM until it has nothing more to do
/// (SGP.32 §3.1.1.1).
///
/// # Errors
/// The first failure that the procedures do not handle themselves; what was executed stays on the
/// card and is delivered at the next start.
pub async fn run(environment: IpaEnvironment) -> Result<(), Error> {
    let mut ipa = Ipa::start(environment)?;
    tracing::info!("the card has EID {}", hex::encode(&ipa.eid));
    if ipa.settings.policy.fallback_after.is_some() || ipa.has(IpaDefect::FallsBackAtOnce) {
        return ipa.autonomous_round().await;
    }
    ipa.round().await
}
