// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness certs`.

use std::path::PathBuf;

use ::certs::{Overwrite, Pki, Variant, export};
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
        /// Variant of the chains: O, Ov3, A, B or C
        #[arg(long, default_value = "O")]
        variant: Variant,
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
        variant,
        force,
    } = command;
    let pki = match pki {
        Some(source) => Pki::load_as(source, *variant),
        None => Pki::seeded_variant(*seed, *variant),
    }
    .map_err(Failure::input)?;
    let overwrite = if *force {
        Overwrite::Yes
    } else {
        Overwrite::No
    };
    let files = export(&pki, folder, overwrite).map_err(Failure::input)?;
    say(format_args!(
        "{} files in {}",
        files.len(),
        folder.display()
    ));
    Ok(exit::AS_EXPECTED)
}
