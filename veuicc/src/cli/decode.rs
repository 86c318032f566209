// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc decode`: an RSP object as an annotated tree.

use std::io::{ErrorKind, Read, Write};

use clap::Args;

use super::failure::{Failure, bad_input, failed};
use super::hex_input::parse_hex;

/// Arguments of `veuicc decode`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The object in hex, or - for standard input (hex, or the bytes themselves).
    #[arg(value_name = "HEX|-")]
    input: String,
    /// What it is, by its ASN.1 name; guessed from its tag otherwise.
    #[arg(long = "type", value_name = "NAME", default_value = "auto")]
    type_name: String,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let name = &self.type_name;
        if name != "auto" && rsp::schema::find_type(name).is_none() {
            return Err(bad_input(format!(
                "expected the name of an ASN.1 type, got {name}"
            )));
        }
        let bytes = if self.input == "-" {
            standard_input()?
        } else {
            parse_hex(&self.input)?
        };
        let text = rsp::schema::print(name, &bytes);
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            // whoever reads has seen enough (`| head`)
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(failed),
        }
    }
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    // whoever writes text means hex; no RSP object is all text
    match std::str::from_utf8(&bytes) {
        Ok(text) if is_text(text) => parse_hex(text),
        Ok(_) | Err(_) => Ok(bytes),
    }
}

fn is_text(text: &str) -> bool {
    let printable = |c: char| c.is_ascii_graphic() || c.is_ascii_whitespace();
    text.chars().all(printable)
}
