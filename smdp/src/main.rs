// SPDX-License-Identifier: MIT OR Apache-2.0
//! Command line of the mock SM-DP+.

mod cli;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // standard error may be closed; the exit code still says it
            drop(writeln!(std::io::stderr(), "smdp: {}", failure.message));
            ExitCode::from(failure.code)
        }
    }
}
