// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[[order]]`: a download order. The admin API takes orders in the same form.

use std::path::PathBuf;

use rsp::id::Eid;
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Problem;
use super::metadata::MetadataConfig;
use crate::order::{KeyMode, OrderState, Requirements};

/// One download order.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrderConfig {
    /// File name of the profile package in the profiles folder.
    pub profile: PathBuf,
    /// MatchingID; empty for a download by EID alone (SGP.22 §3.1.1.2).
    pub matching_id: String,
    /// The EID that the order is for, 32 digits.
    pub eid: Option<String>,
    /// Confirmation code that the user has to type.
    pub confirmation_code: Option<String>,
    /// Wrong confirmation codes that are answered as such; after them none is taken.
    pub confirmation_code_tries: u32,
    /// Downloads that may be begun before the order ends in error; absent for no limit.
    pub attempts: Option<u32>,
    /// When the order expires: seconds since 1970, or a time such as `2030-01-01T00:00:00Z`.
    #[serde(deserialize_with = "super::expiry::deserialize")]
    pub expires: Option<i64>,
    /// Seconds from when the order is taken until it expires.
    pub expires_in: Option<u32>,
    /// The operator that it belongs to; absent for all.
    pub operator: Option<String>,
    /// Address of the SM-DS at which an event is registered for the order; an EID and a MatchingID,
    /// which becomes the EventID, are needed then.
    pub smds: Option<String>,
    /// Where the order stands.
    pub state: OrderState,
    /// Which keys protect the profile elements.
    pub key_mode: KeyMode,
    /// Whether a package may be bound again to another one-time key of the same eUICC.
    pub rebinding: bool,
    /// Whether the order starts anew after each download, without end: for any eUICC when it has
    /// no EID, with the tries and attempts that are set here.
    pub reusable: bool,
    /// Payload bytes of a metadata segment, for a test that wants more than one.
    pub metadata_segment: Option<usize>,
    /// What eUICC and device have to support.
    pub requires: Requirements,
    /// Faults of this order alone, as `NAME[:PARAMETER]`; `smdp faults` lists them.
    pub faults: Vec<String>,
    /// The metadata shown to the user and given to the eUICC.
    pub metadata: MetadataConfig,
}

impl Default for OrderConfig {
    fn default() -> Self {
        Self {
            profile: PathBuf::new(),
            matching_id: String::new(),
            eid: None,
            confirmation_code: None,
            confirmation_code_tries: 3,
            attempts: None,
            expires: None,
            expires_in: None,
            operator: None,
            smds: None,
            state: OrderState::Released,
            key_mode: KeyMode::SessionKeys,
            rebinding: true,
            reusable: false,
            metadata_segment: None,
            requires: Requirements::default(),
            faults: Vec::new(),
            metadata: MetadataConfig::default(),
        }
    }
}

impl OrderConfig {
    /// Whether the values are in range.
    ///
    /// # Errors
    /// One is not.
    pub fn check(&self) -> Result<(), Problem> {
        if self.profile.as_os_str().is_empty() {
            return Err(Problem::new("profile", "expected a file name, got nothing"));
        }
        if let Some(eid) = &self.eid {
            eid.parse::<Eid>()
                .map_err(|error| Problem::new("eid", error.to_string()))?;
        } else if self.matching_id.is_empty() {
            let problem = "expected one, or an eid, for anybody to find the order by";
            return Err(Problem::new("matching_id", problem));
        }
        if self.smds.is_some() && (self.eid.is_none() || self.matching_id.is_empty()) {
            let problem = "expected an eid and a matching_id beside it";
            return Err(Problem::new("smds", problem));
        }
        if self.expires.is_some() && self.expires_in.is_some() {
            let problem = "expected expires or expires_in, got both";
            return Err(Problem::new("expires_in", problem));
        }
        self.requires
            .check()
            .map_err(|problem| problem.in_table("requires"))?;
        self.metadata
            .check()
            .map_err(|problem| problem.in_table("metadata"))
    }
}
