// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arguments and commands, one file per subcommand. Every failure is one line on standard error.

mod config;
mod coverage;
mod faults;
mod log;
mod pki;
mod serve;

use clap::{Parser, Subcommand};

/// Mock SM-DP+ for tests. Its keys are public; never use it for anything else.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes:
  0  stopped by a signal
  1  it could not start or serve: a port or the system failed
  2  an input (PKI, profiles, configuration, orders) or the command line is wrong"
)]
pub(crate) struct Arguments {
    /// Form of the logs on standard error; RUST_LOG chooses what they tell.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        value_name = "FORM"
    )]
    log_format: log::LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves ES9+, and what a configuration names, over HTTPS until it is interrupted.
    Serve(Box<serve::Arguments>),
    /// Prints a configuration with every key, its default and what it means.
    Config,
    /// Prints the JSON schema of the configuration.
    Schema,
    /// Lists the faults that the servers can be made to have, one line each.
    Faults(faults::Arguments),
    /// Writes a test PKI into a folder, one line per file.
    Pki(pki::Arguments),
    /// Prints every code of every function with the test that reaches it.
    Coverage(::coverage::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    log::start(arguments.log_format);
    match arguments.command {
        Command::Serve(arguments) => arguments.run(),
        Command::Config => config::print(),
        Command::Schema => config::schema(),
        Command::Faults(arguments) => arguments.run(),
        Command::Pki(arguments) => arguments.run(),
        Command::Coverage(arguments) => coverage::run(arguments),
    }
}

/// A reason not to start or to go on: the exit code and the one line that says why.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    /// What the user gave is wrong.
    fn input(error: impl std::fmt::Display) -> Self {
        Self {
            code: 2,
            message: error.to_string(),
        }
    }

    /// What the user gave is right, the surroundings are not.
    fn work(error: impl std::fmt::Display) -> Self {
        Self {
            code: 1,
            message: error.to_string(),
        }
    }
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
