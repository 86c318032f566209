// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness completions` and `harness man`: what a package of the harness installs beside it. Both
//! are made from the command line itself and cannot differ from it.

use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Arguments, Failure, say};
use crate::verdict::exit;

/// Arguments of `harness completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Arguments of `harness man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder of section 1, such as /usr/local/share/man/man1
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(args.shell, &mut command, "harness", &mut script);
    // a reader that has gone away (`| head`) is no failure
    drop(stdout().write_all(&script));
    exit::AS_EXPECTED
}

/// Writes a page for `harness` and one for each of its commands.
pub(super) fn man(args: &ManArgs) -> Result<u8, Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::harness(format_args!("{}: {error}", path.display()))
    };
    std::fs::create_dir_all(&args.folder).map_err(|error| failed(&args.folder, error))?;
    clap_mangen::generate_to(Arguments::command(), &args.folder)
        .map_err(|error| failed(&args.folder, error))?;
    say(format_args!(
        "{}: read with man -l {}",
        args.folder.display(),
        args.folder.join("harness.1").display()
    ));
    Ok(exit::AS_EXPECTED)
}
