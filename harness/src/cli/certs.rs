// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness certs`.

use std::path::PathBuf;

use ::certs::{Overwrite, Pki, export};
use clap::Subcommand;

use super::{Failure, say};
use crate::verdict::exit;

/// Commands of `harness certs`.
#[derive(Debug, Subcommand)]
pub(super) enum CertsCommand {
    /// Write every certificate and key as DER and PEM, in SGP.26 file naming
    Export {
        /// Folder to write to
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Seed of all keys
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Take the CI from DIR and issue what is missing under it
        #[arg(long, value_name = "DIR")]
        pki: Option<PathBuf>,
        /// Write into a folder that is not empty
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn execute(command: &CertsCommand) -> Result<u8, Failure> {
    let CertsCommand::Export {
        folder,
        seed,
        pki,
        force,
    } = command;
    let pki = match pki {
        Some(source) => Pki::load(source),
        None => Pki::seeded(*seed),
    }
    .map_err(Failure::input)?;
    let overwrite = if *force {
        Overwrite::Yes
    } else {
        Overwrite::No
    };
    let files = export(&pki, folder, overwrite).map_err(Failure::input)?;
    say(format_args!("{files} files in {}", folder.display()));
    Ok(exit::AS_EXPECTED)
}
