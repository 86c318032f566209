// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[pki]`: where certificates and keys come from.

use std::path::PathBuf;

use certs::{Pki, PkiError, Variant};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The test PKI that the server belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PkiConfig {
    /// Folder with a PKI in SGP.26 file naming; absent for one made from the seed.
    pub folder: Option<PathBuf>,
    /// Seed of the PKI; absent for 1.
    pub seed: Option<u64>,
    /// Variant of the chains: O, Ov3, A, B or C; absent for the folder's own, and for O.
    #[serde(deserialize_with = "variant")]
    #[schemars(with = "Option<String>")]
    pub variant: Option<Variant>,
    /// Which SM-DP+ of the PKI to be.
    pub entity: EntityConfig,
}

impl PkiConfig {
    /// The PKI that this names.
    ///
    /// # Errors
    /// A file of the folder is missing, damaged or does not belong to its neighbours.
    pub fn pki(&self) -> Result<Pki, PkiError> {
        match (&self.folder, self.variant) {
            (Some(folder), None) => Pki::load(folder),
            (Some(folder), Some(variant)) => Pki::load_as(folder, variant),
            (None, variant) => {
                Pki::seeded_variant(self.seed.unwrap_or(1), variant.unwrap_or_default())
            }
        }
    }
}

fn variant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Variant>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// One of the two SM-DP+ of the test PKI, which have different OIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EntityConfig {
    /// SM-DP+ 1, OID 2.999.10.
    #[default]
    First,
    /// SM-DP+ 2, OID 2.999.12.
    Second,
}
