// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile types that operators order by name or by ICCID (SGP.22 §5.3.1).

use std::path::PathBuf;

use rsp::id::{Eid, Iccid};
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Problem;
use super::{MetadataConfig, OrderConfig};
use crate::order::{KeyMode, OrderState};

/// A profile package of which each order gets a copy with an ICCID of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileTypeConfig {
    /// Its name, the `profileType` of ES2+.
    pub name: String,
    /// File name of the profile package in the profiles folder.
    pub profile: PathBuf,
    /// The ICCIDs of the pool. Without them and without `first_iccid` there is one, that of the
    /// package.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub iccids: Vec<Iccid>,
    /// Where consecutive ICCIDs begin, each with its check digit.
    #[schemars(with = "Option<String>")]
    pub first_iccid: Option<Iccid>,
    /// How many consecutive ICCIDs there are; absent for as many as are ordered.
    pub count: Option<u64>,
    /// Wrong confirmation codes that are answered with another chance.
    #[serde(default = "default_tries")]
    pub confirmation_code_tries: u32,
    /// Downloads that may be begun before an order ends in error; absent for no limit.
    pub attempts: Option<u32>,
    /// Seconds after which an order expires; absent for never.
    pub lifetime: Option<i64>,
    /// Which keys protect the profile elements.
    #[serde(default = "default_key_mode")]
    pub key_mode: KeyMode,
    /// Whether a package may be bound again to another one-time key of the same eUICC.
    #[serde(default = "yes")]
    pub rebinding: bool,
    /// Payload bytes of a metadata segment, for a test that wants more than one.
    pub metadata_segment: Option<usize>,
    /// The metadata shown to the user and given to the eUICC.
    #[serde(default)]
    pub metadata: MetadataConfig,
}

fn default_tries() -> u32 {
    OrderConfig::default().confirmation_code_tries
}

fn default_key_mode() -> KeyMode {
    OrderConfig::default().key_mode
}

fn yes() -> bool {
    true
}

impl ProfileTypeConfig {
    /// A type of this name for a package, with the package's own ICCID.
    pub fn new(name: &str, profile: impl Into<PathBuf>) -> Self {
        Self {
            name: name.to_owned(),
            profile: profile.into(),
            iccids: Vec::new(),
            first_iccid: None,
            count: None,
            confirmation_code_tries: default_tries(),
            attempts: None,
            lifetime: None,
            key_mode: default_key_mode(),
            rebinding: true,
            metadata_segment: None,
            metadata: MetadataConfig::default(),
        }
    }

    /// Whether the values are in range.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.name.is_empty() {
            return Err(Problem::new("name", "expected a name, got nothing"));
        }
        if self.first_iccid.is_some() && !self.iccids.is_empty() {
            let problem = "expected iccids or first_iccid, got both";
            return Err(Problem::new("first_iccid", problem));
        }
        if self.count.is_some() && self.first_iccid.is_none() {
            let problem = "expected a first_iccid to count from, got none";
            return Err(Problem::new("count", problem));
        }
        self.metadata
            .check()
            .map_err(|problem| problem.in_table("metadata"))
    }

    /// A fresh order of this type (SGP.22 §3.1.6): linked when the eUICC is known.
    pub(crate) fn order(&self, eid: Option<&Eid>, now: i64) -> OrderConfig {
        OrderConfig {
            profile: self.profile.clone(),
            eid: eid.map(Eid::to_string),
            confirmation_code_tries: self.confirmation_code_tries,
            attempts: self.attempts,
            expires: self.lifetime.map(|lifetime| now.saturating_add(lifetime)),
            state: match eid {
                Some(_) => OrderState::Linked,
                None => OrderState::Allocated,
            },
            key_mode: self.key_mode,
            rebinding: self.rebinding,
            metadata_segment: self.metadata_segment,
            metadata: self.metadata.clone(),
            ..OrderConfig::default()
        }
    }
}
