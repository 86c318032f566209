// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line of `harness`.

mod certs;
mod check;
mod coverage;
mod diff;
mod doctor;
mod explain;
mod init;
mod list;
mod mutants;
mod profiles;
mod record;
mod replay;
mod report;
mod review;
mod run;
mod shell;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use ::certs::Pki;
use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::by_hand::BadInput;
use crate::fixture::Fixtures;
use crate::run::RunOptions;
use crate::verdict::exit;

const EXIT_CODES: &str = "Exit codes:
  0    every verdict is pass, unsupported or the one that is expected, or the command did its work
  1    a case came to another verdict, an expectation does not hold, or a card or a server said no
  2    a case, a fixture, another input or the command line is wrong
  3    the harness could not do its work
  4    no case was selected
  130  it was interrupted";

/// Conformance test harness for SGP.32 IPA and eIM implementations.
///
/// For tests only: every key is public.
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run cases: real card, real SM-DP+, real sockets.
    Run(run::RunArgs),
    /// Run cases and write a tape of each, from which it can be played again elsewhere.
    Record(Box<record::RecordArgs>),
    /// Play tapes: the implementation from the tape, everybody else live.
    Replay(replay::ReplayArgs),
    /// Make the report of a run again from its folder.
    Report(report::ReportArgs),
    /// Write the commented description of a program under test.
    Init(init::InitArgs),
    /// Look a program under test over, and say what is wrong before the first case.
    Doctor(doctor::DoctorArgs),
    /// List the cases.
    List(list::ListArgs),
    /// Check every case and fixture without running one.
    Check(check::CheckArgs),
    /// Write what the cases cover into COVERAGE.md beside them, or check it.
    Coverage(coverage::CoverageArgs),
    /// Tell in prose what a case sets up, sends and expects, and why.
    Explain(explain::ExplainArgs),
    /// Show that cases notice the deliberate mistakes of the built-in IPA and eIM.
    Mutants(mutants::MutantsArgs),
    /// Compare two runs: changed verdicts first, then changed traffic.
    Diff(diff::DiffArgs),
    /// Compare the traffic of a run with accepted snapshots, and accept or reject it.
    Review(review::ReviewArgs),
    /// A device's life in one command, told as it happens.
    #[command(subcommand)]
    Scenario(crate::scenario::Scenario),
    /// The test PKI.
    #[command(subcommand)]
    Certs(certs::CertsCommand),
    /// The mock eIM, by hand.
    #[command(subcommand)]
    Eim(EimCommand),
    /// The reference IPA, by hand.
    #[command(subcommand)]
    Ipa(IpaCommand),
    /// A Local Profile Assistant (SGP.22), by hand: no eIM, the person decides.
    #[command(subcommand)]
    Lpa(crate::lpa::LpaCommand),
    /// The profile packages that are built here.
    #[command(subcommand)]
    Profiles(profiles::ProfilesCommand),
    /// Print the completions of a shell.
    Completions(shell::CompletionsArgs),
    /// Write the manual pages.
    Man(shell::ManArgs),
}

#[derive(Debug, Subcommand)]
enum EimCommand {
    /// Serve ESipa over HTTPS.
    Serve(Box<crate::eim::ServeArgs>),
}

#[derive(Debug, Subcommand)]
enum IpaCommand {
    /// Associate a card with the eIM of `harness eim serve`.
    AddEim(Box<crate::ipa::AddEimArgs>),
    /// Ask the eIMs of a card for work and do it.
    Poll(Box<crate::ipa::PollArgs>),
    /// Live as a device does: round after round.
    Run(Box<crate::ipa::RunArgs>),
    /// Say what is on a card and what waits to be delivered.
    Status(Box<crate::ipa::StatusArgs>),
    /// Enable the fallback profile.
    Fallback(Box<crate::ipa::FallbackArgs>),
    /// Return from the fallback profile.
    Return(Box<crate::ipa::ReturnArgs>),
    /// Enable or disable the Emergency Profile.
    Emergency(Box<crate::ipa::EmergencyArgs>),
    /// Reset the memory of a card.
    Reset(Box<crate::ipa::ResetArgs>),
}

/// The form of what goes to standard output.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Format {
    /// For a person.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Where the cases are.
#[derive(Debug, clap::Args)]
struct Cases {
    /// Folder of the cases [default: testcases, here or above]
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
}

/// A command that could not do its work: the exit code and the one line that says why.
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    fn input(error: impl std::fmt::Display) -> Self {
        Self {
            code: exit::BAD_INPUT,
            message: error.to_string(),
        }
    }

    /// No case has an id that one of the filters is part of.
    fn nothing(cases: &Path, filters: &[String]) -> Self {
        let wanted = if filters.is_empty() {
            "any".to_owned()
        } else {
            filters.join(", ")
        };
        Self {
            code: exit::NOTHING_SELECTED,
            message: format!(
                "{}: expected a case with an id like {wanted}, found none",
                cases.display()
            ),
        }
    }

    /// A card or a server said no.
    fn refused(error: impl std::fmt::Display) -> Self {
        Self {
            code: exit::UNEXPECTED,
            message: error.to_string(),
        }
    }

    fn harness(error: impl std::fmt::Display) -> Self {
        Self {
            code: exit::HARNESS,
            message: error.to_string(),
        }
    }
}

/// Runs the command line and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log(&arguments.command);
    match execute(arguments.command) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            complain(format_args!("harness: {}", failure.message));
            ExitCode::from(failure.code)
        }
    }
}

/// Sends the log to standard error. By hand, what the eIM and the IPA do is what one wants to see;
/// in a run the tape has it.
fn log(command: &Command) {
    let default = match command {
        Command::Eim(_) | Command::Ipa(_) => "warn,harness=info",
        // card and servers fail on purpose there
        Command::Run(_) | Command::Record(_) | Command::Replay(_) | Command::Mutants(_) => {
            "error,veuicc=off,smdp=off"
        }
        _ => "error",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
}

fn execute(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(args) => run::execute(&args),
        Command::Record(args) => record::execute(&args),
        Command::Replay(args) => replay::execute(&args),
        Command::Report(args) => report::execute(&args),
        Command::Init(args) => init::execute(&args),
        Command::Doctor(args) => doctor::execute(&args),
        Command::List(args) => list::execute(&args),
        Command::Check(args) => check::execute(&args),
        Command::Coverage(args) => coverage::execute(&args),
        Command::Explain(args) => explain::execute(&args),
        Command::Mutants(args) => mutants::execute(&args),
        Command::Diff(args) => diff::execute(&args),
        Command::Review(args) => review::execute(&args),
        Command::Scenario(scenario) => by_hand(crate::scenario::run(scenario)),
        Command::Certs(command) => certs::execute(&command),
        Command::Eim(EimCommand::Serve(args)) => by_hand(crate::eim::serve(*args)),
        Command::Ipa(command) => ipa(command),
        Command::Lpa(command) => by_hand(crate::lpa::run(command)),
        Command::Profiles(command) => profiles::execute(&command),
        Command::Completions(args) => Ok(shell::completions(&args)),
        Command::Man(args) => shell::man(&args),
    }
}

fn ipa(command: IpaCommand) -> Result<u8, Failure> {
    match command {
        IpaCommand::AddEim(args) => done(crate::ipa::add_eim(&args)),
        IpaCommand::Poll(args) => by_hand(crate::ipa::poll(*args)),
        IpaCommand::Run(args) => by_hand(crate::ipa::run_device(*args)),
        IpaCommand::Status(args) => done(crate::ipa::status(&args)),
        IpaCommand::Fallback(args) => done(crate::ipa::fallback(&args)),
        IpaCommand::Return(args) => done(crate::ipa::return_from_fallback(&args)),
        IpaCommand::Emergency(args) => done(crate::ipa::emergency(&args)),
        IpaCommand::Reset(args) => done(crate::ipa::reset(&args)),
    }
}

fn by_hand(
    work: impl Future<Output = Result<(), Box<dyn std::error::Error>>>,
) -> Result<u8, Failure> {
    done(runtime()?.block_on(work))
}

fn done(outcome: Result<(), Box<dyn std::error::Error>>) -> Result<u8, Failure> {
    match outcome {
        Ok(()) => Ok(exit::AS_EXPECTED),
        Err(error) if error.is::<BadInput>() => Err(Failure::input(error)),
        Err(error) if error.is::<crate::lpa::Refused>() => Err(Failure::refused(error)),
        Err(error) => Err(Failure::harness(error)),
    }
}

/// Writes a line for whoever reads standard output; when nobody does any more (`| head`), the
/// work goes on.
fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// The same on standard error.
fn complain(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// What cases below `root` are run with: keys from the folder `pki`, or made from the seed.
fn run_options(seed: u64, pki: Option<&Path>, root: &Path) -> Result<RunOptions, Failure> {
    let pki = match pki {
        Some(folder) => Pki::load(folder),
        None => Pki::seeded(seed),
    };
    let pki = Arc::new(pki.map_err(Failure::input)?);
    Ok(RunOptions::built_in(seed, pki, Fixtures::new(root)))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new().map_err(Failure::harness)
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
