// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference IPA: the procedures of SGP.32 §3 over any card link, one file per procedure.
//!
//! It does one thing at a time, in the order of the clause, and forwards what is signed as it came.
//! Reading order for someone new to SGP.32: `poll`, `package`, `trigger`, `indirect`, `direct`.

mod card;
mod command;
mod data;
mod direct;
mod eim;
mod indirect;
mod link;
mod notification;
mod package;
mod poll;
mod session;
mod trigger;

use std::time::Duration;

use rsp::der::CodecError;
use rsp::env::Env;
use rsp::sgp22::Octet16;
use veuicc::terminal::TerminalError;

pub use command::{AddEimArgs, PollArgs, add_eim, poll};
pub(crate) use notification::sequence_number;

use crate::iut::{IpaEnvironment, LinkError};
use crate::wire::es9::Es9Error;
use crate::wire::http::PostError;
use crate::wire::net::Resolver;
use card::Card;
use eim::Eim;

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
    Endless(usize),
}

/// The IPA at work.
pub(crate) struct Ipa {
    pub(crate) card: Card,
    pub(crate) eid: Octet16,
    pub(crate) resolver: Resolver,
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) env: Box<dyn Env>,
    pub(crate) timeout: Duration,
}

impl Ipa {
    fn start(environment: IpaEnvironment) -> Result<Self, Error> {
        let mut card = Card::open(environment.card)?;
        Ok(Self {
            eid: card.eid()?,
            card,
            resolver: environment.resolver,
            roots: environment.roots,
            env: environment.env,
            timeout: environment.timeout,
        })
    }

    /// The associated eIMs, in the card's order.
    fn eims(&mut self) -> Result<Vec<Eim>, Error> {
        let configured = self.card.eim_configuration()?;
        if configured.eim_configuration_data_list.is_empty() {
            return Err(Error::NoEim);
        }
        let list = &configured.eim_configuration_data_list;
        list.iter().map(|data| Eim::new(data, self)).collect()
    }
}

/// Starts the device: reads which eIMs the card is associated with, delivers what waits from an
/// earlier run, then polls each eIM until it has nothing more to do (SGP.32 §3.1.1.1).
///
/// # Errors
/// The first failure that the procedures do not handle themselves; what was executed stays on the
/// card and is delivered at the next start.
pub async fn run(environment: IpaEnvironment) -> Result<(), Error> {
    let mut ipa = Ipa::start(environment)?;
    tracing::info!("the card has EID {}", hex::encode(&ipa.eid));
    for eim in ipa.eims()? {
        ipa.deliver_leftovers(&eim).await?;
        ipa.poll(&eim).await?;
    }
    Ok(())
}
