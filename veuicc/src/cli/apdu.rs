// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc apdu`: command APDUs by hand.

use std::io::{ErrorKind, Write};

use clap::Args;

use super::card::CardArguments;
use super::failure::{Failure, failed};
use super::hex_input::parse_hex;

/// Arguments of `veuicc apdu`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    card: CardArguments,
    /// Command APDUs in hex; blanks inside one are ignored.
    #[arg(required = true, value_name = "HEX")]
    commands: Vec<String>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let commands = self
            .commands
            .iter()
            .map(|text| parse_hex(text))
            .collect::<Result<Vec<_>, _>>()?;
        let mut card = self.card.card()?;
        let mut output = std::io::stdout().lock();
        for command in commands {
            let response = hex::encode_upper(card.transmit(&command));
            match writeln!(output, "{response}") {
                // whoever reads has seen enough (`| head`); the card gets what it was to get
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                other => other.map_err(failed)?,
            }
        }
        Ok(())
    }
}
