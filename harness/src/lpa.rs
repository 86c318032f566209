// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness lpa`: a Local Profile Assistant for any card of SGP.22, by hand: an activation code in,
//! a profile out (SGP.22 §3.1.3, §3.2).
//!
//! It goes through the same steps as the reference IPA and has no eIM: what it downloads, switches
//! and deletes is what the person at the terminal says, or what the user of a case wants.

mod command;
mod download;
mod info;
mod notifications;
mod profiles;
mod wish;

use std::error::Error;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write};
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use rsp::env::SystemEnv;

use crate::by_hand::PkiArgs;
use crate::defect::{Defects, LpaDefect};
use crate::ipa::{CardAddress, Ipa};
use crate::iut::{DownloadSettings, IpaEnvironment, IpaSettings};
use crate::wire::es9::{Es9Binding, USER_AGENT};
use crate::wire::net::Resolver;

pub(crate) use command::{LpaCommand, run};
pub(crate) use wish::fulfil;

/// Why something was not done: [`Refused`], bad input, or a failure of the surroundings.
type Failed = Box<dyn Error + Send + Sync>;

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
    fn open(&self) -> Result<Lpa, Failed> {
        let pki = self.pki.load()?;
        let resolver = Resolver::with_system();
        for (name, address) in &self.resolve {
            resolver.insert(name, *address);
        }
        let timeout = Duration::from_secs(self.timeout);
        let ipa = Ipa::start(IpaEnvironment {
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
        })?;
        Ok(Lpa {
            ipa,
            screen: Screen {
                paper: Box::new(std::io::stdout()),
                cuts: false,
            },
            asks: std::io::stdin().is_terminal(),
            defects: Defects::default(),
        })
    }
}

/// An LPA at work.
struct Lpa {
    /// Card and servers.
    ipa: Ipa,
    screen: Screen,
    /// Whether there is somebody at the terminal who can be asked.
    asks: bool,
    /// Mistakes that it makes on purpose.
    defects: Defects<LpaDefect>,
}

impl Lpa {
    fn has(&self, defect: LpaDefect) -> bool {
        self.defects.has(defect)
    }
}

/// What the user sees.
struct Screen {
    paper: Box<dyn Write + Send>,
    /// A mistake: numbers are cut.
    cuts: bool,
}

impl Screen {
    /// Writes a line for the person; nobody reading any more does not stop the work.
    fn say(&mut self, line: impl Display) {
        let mut line = line.to_string();
        if self.cuts {
            line = without_long_numbers(&line);
        }
        drop(writeln!(self.paper, "{line}"));
    }

    /// Writes rows in columns as wide as their widest cell.
    fn table<const N: usize>(&mut self, rows: &[[String; N]]) {
        for line in lines_of(rows) {
            self.say(line);
        }
    }
}

/// `line` with no more than 16 digits of any number ([`LpaDefect::CutsNumbers`]).
fn without_long_numbers(line: &str) -> String {
    let mut digits = 0;
    let kept = line.chars().filter(|letter| {
        digits = if letter.is_ascii_digit() {
            digits + 1
        } else {
            0
        };
        digits <= 16
    });
    kept.collect()
}

fn lines_of<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        line.join("  ").trim_end().to_owned()
    });
    lines.collect()
}
