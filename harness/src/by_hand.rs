// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the commands for use by hand have in common: their PKI, and whose fault a failure is.

use std::path::PathBuf;

use certs::Pki;
use clap::Args;

/// Something that the user gave is wrong; any other failure is that of the surroundings.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadInput(String);

impl BadInput {
    /// Says what was expected and what was given.
    pub(crate) fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Which PKI.
#[derive(Args, Debug)]
pub struct PkiArgs {
    /// PKI in SGP.26 file naming; without it, the PKI of --seed
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// Seed of the generated PKI
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl PkiArgs {
    /// The same choice as arguments of another command.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let pki = self
            .pki
            .iter()
            .map(|folder| format!("--pki={}", folder.display()));
        pki.chain([format!("--seed={}", self.seed)]).collect()
    }

    pub(crate) fn load(&self) -> Result<Pki, BadInput> {
        match &self.pki {
            Some(folder) => Pki::load(folder),
            None => Pki::seeded(self.seed),
        }
        .map_err(BadInput::new)
    }
}
