// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness lpa`: a Local Profile Assistant for any card of SGP.22, by hand: an activation code in,
//! a profile out (SGP.22 §3.1.3, §3.2).
//!
//! It goes through the same steps as the reference IPA and has no eIM: what it downloads, switches
//! and deletes is what the person at the terminal says.

mod command;
mod download;
mod info;
mod notifications;
mod profiles;

use std::error::Error;
use std::fmt::Display;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use rsp::env::SystemEnv;

use crate::by_hand::PkiArgs;
use crate::ipa::{CardAddress, Ipa};
use crate::iut::{DownloadSettings, IpaEnvironment, IpaSettings};
use crate::wire::es9::{Es9Binding, USER_AGENT};
use crate::wire::net::Resolver;

pub(crate) use command::{LpaCommand, run};

/// A card or a server said no: the work is done as far as it goes, and the answer is known.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(String);

impl Refused {
    fn new(what: impl Display) -> Self {
        Self(what.to_string())
    }
}

/// The card, and the way to servers.
#[derive(Args, Debug)]
pub(crate) struct Device {
    /// Where the card is: tcp:ADDR as `veuicc serve --link tcp:ADDR` offers it, pcsc:READER, or
    /// stdio:COMMAND
    #[arg(long, value_name = "LINK")]
    card: CardAddress,
    /// Address of a host name (repeatable); others are looked up as usual
    #[arg(long, value_name = "NAME=ADDR", value_parser = crate::wire::net::host_argument)]
    resolve: Vec<(String, SocketAddr)>,
    /// Binding of ES9+ and ES11
    #[arg(long, value_enum, default_value_t, value_name = "BINDING")]
    es9: Es9Binding,
    /// The CI certificates of the PKI are trusted for TLS
    #[command(flatten)]
    pki: PkiArgs,
    /// Seconds that one HTTP exchange, or one answer of the card, may take
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    timeout: u64,
}

impl Device {
    fn open(&self) -> Result<Ipa, Box<dyn Error>> {
        let pki = self.pki.load()?;
        let resolver = Resolver::with_system();
        for (name, address) in &self.resolve {
            resolver.insert(name, *address);
        }
        let timeout = Duration::from_secs(self.timeout);
        Ok(Ipa::start(IpaEnvironment {
            card: self.card.open(timeout)?,
            resolver,
            roots: crate::eim::roots(&pki),
            env: Box::new(SystemEnv::new()?),
            timeout,
            settings: IpaSettings {
                download: DownloadSettings {
                    es9: self.es9,
                    user_agent: USER_AGENT,
                    ..DownloadSettings::default()
                },
                ..IpaSettings::default()
            },
        })?)
    }
}

/// Writes a line for the person; nobody reading any more does not stop the work.
fn say(line: impl Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// Writes rows in columns as wide as their widest cell.
fn table<const N: usize>(rows: &[[String; N]]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        say(line.join("  ").trim_end());
    }
}
