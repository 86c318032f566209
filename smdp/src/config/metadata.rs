// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[order.metadata]`: what a user sees of a profile and an eUICC keeps of it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Problem;

/// Profile metadata (SGP.22 §4.4 with the additions of SGP.32 §4.4).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MetadataConfig {
    /// Name of the operator, at most 32 bytes.
    pub service_provider_name: String,
    /// Name of the profile, at most 64 bytes.
    pub profile_name: String,
    /// Icon as a hexadecimal PNG, at most 1024 bytes.
    pub icon_png: Option<String>,
    /// Class of the profile.
    pub profile_class: ProfileClassConfig,
    /// Which events are notified to whom; absent for all four to the server's own address.
    pub notifications: Option<Vec<NotificationConfig>>,
    /// MCC and MNC of the profile owner, three bytes in hexadecimal as in TS 24.008.
    pub owner_mcc_mnc: Option<String>,
    /// GID1 of the profile owner in hexadecimal.
    pub owner_gid1: Option<String>,
    /// GID2 of the profile owner in hexadecimal.
    pub owner_gid2: Option<String>,
    /// Profile policy rules in force, of 1, 2 and 3.
    pub profile_policy_rules: Vec<u8>,
    /// The profile may be used for emergency calls (SGP.32 §4.4).
    pub ecall_indication: Option<bool>,
    /// The profile may be given the fallback attribute (SGP.32 §4.4).
    pub fallback_allowed: Option<bool>,
}

impl Default for MetadataConfig {
    fn default() -> Self {
        Self {
            service_provider_name: "Test Operator".to_owned(),
            profile_name: "Test Profile".to_owned(),
            icon_png: None,
            profile_class: ProfileClassConfig::Operational,
            notifications: None,
            owner_mcc_mnc: None,
            owner_gid1: None,
            owner_gid2: None,
            profile_policy_rules: Vec::new(),
            ecall_indication: None,
            fallback_allowed: None,
        }
    }
}

/// Class of a profile (SGP.22 §4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProfileClassConfig {
    /// For tests of devices.
    Test,
    /// For getting connectivity to download another.
    Provisioning,
    /// For subscribers.
    Operational,
}

/// One entry of the notification configuration (SGP.22 §4.4).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationConfig {
    /// The events, of which the eUICC notifies each.
    pub events: Vec<EventConfig>,
    /// Host name of the receiver; absent for the server's own address.
    pub address: Option<String>,
}

/// A profile management operation that is notified (SGP.22 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum EventConfig {
    /// Installation.
    Install,
    /// Enabling.
    Enable,
    /// Disabling.
    Disable,
    /// Deletion.
    Delete,
}

impl EventConfig {
    /// All four, in the order of their bits.
    pub const ALL: [Self; 4] = [Self::Install, Self::Enable, Self::Disable, Self::Delete];
}

impl MetadataConfig {
    /// Whether the values are in range.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let texts = [
            ("service_provider_name", &self.service_provider_name, 32),
            ("profile_name", &self.profile_name, 64),
        ];
        for (key, text, limit) in texts {
            if text.len() > limit {
                let problem = format!("expected at most {limit} bytes, got {}", text.len());
                return Err(Problem::new(key, problem));
            }
        }
        let numbers = [
            ("icon_png", &self.icon_png, 1..=1024),
            ("owner_mcc_mnc", &self.owner_mcc_mnc, 3..=3),
            ("owner_gid1", &self.owner_gid1, 0..=255),
            ("owner_gid2", &self.owner_gid2, 0..=255),
        ];
        for (key, text, lengths) in numbers {
            let Some(text) = text else { continue };
            let problem = match hex::decode(text) {
                Ok(bytes) if lengths.contains(&bytes.len()) => continue,
                Ok(bytes) => {
                    let (from, to) = (lengths.start(), lengths.end());
                    format!("expected {from} to {to} bytes, got {}", bytes.len())
                }
                Err(error) => format!("expected hexadecimal: {error}"),
            };
            return Err(Problem::new(key, problem));
        }
        match self
            .profile_policy_rules
            .iter()
            .find(|rule| !(1..=3).contains(*rule))
        {
            Some(other) => Err(Problem::new(
                "profile_policy_rules",
                format!("expected 1, 2 or 3, got {other}"),
            )),
            None => Ok(()),
        }
    }
}
