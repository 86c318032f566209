// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arguments and commands, one file per subcommand. Every failure is one line on standard error.

mod apdu;
mod card;
mod coverage;
mod decode;
mod failure;
mod hex_input;
mod personality;
mod profile;
mod serve;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// A virtual eUICC (SGP.32) for tests. Test keys only.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes:
  0  done
  1  a port or a link failed, a file could not be written, or coverage has a gap
  2  an input (hex, state, PKI) or the command line is wrong"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send command APDUs to a card and print one response APDU per line.
    Apdu(apdu::Arguments),
    /// Serve a card over a link until interrupted.
    Serve(serve::Arguments),
    /// The ready ways of being a card.
    Personality(personality::Arguments),
    /// Print an RSP object as an annotated tree.
    Decode(decode::Arguments),
    /// Build, inspect or judge profile packages.
    Profile(profile::Arguments),
    /// Print every result code of every function with the test that reaches it.
    Coverage(::coverage::Arguments),
}

impl Command {
    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Apdu(arguments) => arguments.run(),
            Self::Serve(arguments) => arguments.run(),
            Self::Personality(arguments) => arguments.run(),
            Self::Decode(arguments) => arguments.run(),
            Self::Profile(arguments) => arguments.run(),
            Self::Coverage(arguments) => coverage::run(arguments),
        }
    }
}

pub(crate) fn main() -> ExitCode {
    // a closed standard error is no reason to end: what cannot be told is not told
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .init();
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            tell(&message);
            ExitCode::from(code)
        }
    }
}

/// One line for the user on standard error, which may be closed.
fn tell(message: &str) {
    drop(writeln!(std::io::stderr(), "veuicc: {message}"));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn every_command_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
