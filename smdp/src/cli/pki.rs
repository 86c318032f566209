// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp pki`: the test PKI as files, for the programs that are tested against the servers.

use std::io::Write as _;
use std::path::PathBuf;

use certs::{Overwrite, Pki, Variant, Written, export, export_invalid};
use clap::Args;

use super::Failure;

/// Folder of the certificates with something wrong, below that of the PKI.
const INVALID: &str = "invalid";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder to write to: certificates as DER and PEM, keys as PEM, revocation lists, in the file
    /// names of SGP.26, and manifest.toml. `smdp serve --pki DIR` takes it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Variant of the chains: O, Ov3, A, B or C.
    #[arg(long, value_name = "V", default_value = "O")]
    variant: Variant,
    /// Seed of all keys.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Takes the CI from a folder and issues what is missing under it; without it, a PKI made from
    /// the seed.
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// Writes the certificates with one thing wrong too, into DIR/invalid: the set of SGP.26 §4
    /// by its names, the same recipes for EUM, eUICC, sub-CAs and eIM, and recipes.toml.
    #[arg(long)]
    invalid: bool,
    /// Writes into a folder that is not empty.
    #[arg(long)]
    force: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let pki = match &self.pki {
            Some(folder) => Pki::load_as(folder, self.variant),
            None => Pki::seeded_variant(self.seed, self.variant),
        };
        let pki = pki.map_err(Failure::input)?;
        let overwrite = if self.force {
            Overwrite::Yes
        } else {
            Overwrite::No
        };
        let mut written = export(&pki, &self.out, overwrite).map_err(Failure::input)?;
        if self.invalid {
            let folder = self.out.join(INVALID);
            let files = export_invalid(&pki, folder, overwrite).map_err(Failure::input)?;
            written.extend(
                files
                    .into_iter()
                    .map(|file| PathBuf::from(INVALID).join(file)),
            );
        }
        self.announce(&written).map_err(Failure::work)
    }

    /// One line per file.
    fn announce(&self, written: &Written) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        for file in written {
            writeln!(out, "{}", self.out.join(file).display())?;
        }
        out.flush()
    }
}
