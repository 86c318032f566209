// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DP+ is told before it starts: its address, what it accepts, and its orders (TOML).
//!
//! Every key is optional but `profile` of an order; an unknown key is an error, so that a typing
//! mistake cannot silently give a test another meaning.

use std::fmt;
use std::path::{Path, PathBuf};

use rsp::activation::same_address;
use serde::Deserialize;

use crate::order::{KeyMode, OrderState};

/// Configuration of one SM-DP+.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The address that is signed in `serverSigned1` and expected in `smdpAddress`; a host name.
    pub address: String,
    /// Further addresses of this server, such as `127.0.0.1:8443`, compared as whole text in any
    /// case; a client that uses one gets it back in `serverSigned1`.
    pub also_accept: Vec<String>,
    /// Where eUICCs send notifications, unless an order says otherwise; absent for `address`.
    pub notification_address: Option<String>,
    /// Accepts `address` followed by a port, which some clients send although an address has none.
    pub accept_port: bool,
    /// The SGP.22 version announced in `X-Admin-Protocol`.
    pub version: Version,
    /// Major versions of SGP.22 that an eUICC may announce as its `svn`.
    pub svn_majors: Vec<u8>,
    /// `hostId` of the key agreement, 1 to 16 bytes of text (SGP.22 Annex G).
    pub host_id: String,
    /// Seconds until an unfinished session is forgotten.
    pub session_lifetime: i64,
    /// Sessions and delivered downloads remembered at the same time; the oldest make room.
    pub session_limit: usize,
    /// The download orders.
    #[serde(rename = "order")]
    pub orders: Vec<OrderConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: "smdp1.test.example".to_owned(),
            also_accept: Vec::new(),
            notification_address: None,
            accept_port: true,
            version: Version([2, 5, 0]),
            svn_majors: vec![2],
            host_id: "smdp1".to_owned(),
            session_lifetime: 3600,
            session_limit: 10_000,
            orders: Vec::new(),
        }
    }
}

impl Config {
    /// The name by which this server goes when a client calls it by `address`: the one of
    /// `also_accept` that is meant, else its own; nothing when another server is meant. Case does
    /// not matter, nor does the dot that ends an absolute host name (SGP.22 §5.6.1).
    pub fn own_address(&self, address: &str) -> Option<&str> {
        let meant = |known: &&String| known.eq_ignore_ascii_case(address);
        if let Some(known) = self.also_accept.iter().find(meant) {
            return Some(known);
        }
        let host = match address.rsplit_once(':') {
            Some((host, port)) if self.accept_port && port.parse::<u16>().is_ok() => host,
            _ => address,
        };
        same_address(host, &self.address).then_some(&self.address)
    }

    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// The text is no TOML or has keys or values that are not understood.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                1 + text
                    .bytes()
                    .take(span.start)
                    .filter(|byte| *byte == b'\n')
                    .count()
            });
            ConfigError::Toml {
                line,
                problem: error.message().to_owned(),
            }
        })?;
        config.check()?;
        Ok(config)
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// The file cannot be read, or see [`Config::from_toml`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read(path.to_owned(), error))?;
        Self::from_toml(&text).map_err(|error| ConfigError::File(path.to_owned(), Box::new(error)))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let problem = if self.address.is_empty() {
            Some("address: expected a host name, got nothing".to_owned())
        } else if self.host_id.is_empty() || self.host_id.len() > 16 {
            Some(format!(
                "host_id: expected 1 to 16 bytes, got {}",
                self.host_id.len()
            ))
        } else if self.session_limit == 0 {
            Some("session_limit: expected at least 1, got 0".to_owned())
        } else {
            None
        };
        problem.map_or(Ok(()), |problem| Err(ConfigError::Value(problem)))
    }
}

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {}", .0.display(), .1)]
    Read(PathBuf, #[source] std::io::Error),
    /// The content of a file is not usable.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, #[source] Box<Self>),
    /// Not the TOML that is expected.
    #[error("line {line}: {problem}")]
    Toml {
        /// Line of the text, counted from 1.
        line: usize,
        /// What was expected and what was seen.
        problem: String,
    },
    /// A value is out of range.
    #[error("{0}")]
    Value(String),
}

/// Three numbers of a specification version, written `2.5.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Version(pub [u8; 3]);

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts: Option<Vec<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
        parts
            .and_then(|parts| <[u8; 3]>::try_from(parts).ok())
            .map(Self)
            .ok_or_else(|| format!("expected a version such as 2.5.0, got {text:?}"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, revision] = self.0;
        write!(f, "{major}.{minor}.{revision}")
    }
}

/// One download order.
#[derive(Debug, Clone, Deserialize)]
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
    /// Wrong confirmation codes that are answered with another chance.
    pub confirmation_code_tries: u32,
    /// Downloads that may be begun before the order ends in error; absent for no limit.
    pub attempts: Option<u32>,
    /// Time in seconds since 1970 at which the order expires.
    pub expires: Option<i64>,
    /// Where the order stands.
    pub state: OrderState,
    /// Which keys protect the profile elements.
    pub key_mode: KeyMode,
    /// Whether a package may be bound again to another one-time key of the same eUICC.
    pub rebinding: bool,
    /// Whether the order is released anew after each download, for as long as the server runs.
    pub reusable: bool,
    /// Payload bytes of a metadata segment, for a test that wants more than one.
    pub metadata_segment: Option<usize>,
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
            state: OrderState::Released,
            key_mode: KeyMode::SessionKeys,
            rebinding: true,
            reusable: false,
            metadata_segment: None,
            metadata: MetadataConfig::default(),
        }
    }
}

/// Profile metadata (SGP.22 §4.4 with the additions of SGP.32 §4.4).
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationConfig {
    /// The events, of which the eUICC notifies each.
    pub events: Vec<EventConfig>,
    /// Host name of the receiver; absent for the server's own address.
    pub address: Option<String>,
}

/// A profile management operation that is notified (SGP.22 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_port_or_final_dot() {
        let config = Config {
            also_accept: vec!["127.0.0.1:8443".to_owned()],
            accept_port: true,
            ..Config::default()
        };
        let own = "smdp1.test.example";
        for (address, expected) in [
            ("smdp1.test.example", Some(own)),
            ("SMDP1.Test.Example", Some(own)),
            ("smdp1.test.example.", Some(own)),
            ("smdp1.test.example:8443", Some(own)),
            ("127.0.0.1:8443", Some("127.0.0.1:8443")),
            ("", None),
            ("smdp2.test.example", None),
            ("smdp1.test.example:x", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(config.own_address(address), expected, "{address}");
        }
        let strict = Config {
            accept_port: false,
            ..Config::default()
        };
        assert_eq!(strict.own_address("smdp1.test.example:8443"), None);
    }

    #[test]
    fn a_full_order_is_read() {
        let config = Config::from_toml(
            r#"
            address = "smdp1.test.example"
            version = "2.2.1"

            [[order]]
            profile = "one.der"
            matching_id = "MATCHING-1"
            eid = "89049032123451234512345678901235"
            confirmation_code = "1234"
            state = "released"
            key_mode = "profileProtectionKeys"

            [order.metadata]
            profile_name = "One"
            profile_class = "operational"
            fallback_allowed = true
            notifications = [{ events = ["install", "delete"] }]
            "#,
        )
        .unwrap();
        assert_eq!(config.version, Version([2, 2, 1]));
        let order = &config.orders[0];
        assert_eq!(order.key_mode, KeyMode::ProfileProtectionKeys);
        assert_eq!(order.metadata.fallback_allowed, Some(true));
        assert_eq!(
            order.metadata.notifications.as_ref().unwrap()[0].events,
            [EventConfig::Install, EventConfig::Delete]
        );
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = Config::from_toml("address = \"x\"\nadress = \"y\"\n").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("line 2: unknown field `adress`"),
            "{error}"
        );
        let error = Config::from_toml("version = \"2.5\"").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected a version such as 2.5.0"),
            "{error}"
        );
        let error = Config::from_toml("host_id = \"12345678901234567\"").unwrap_err();
        assert_eq!(error.to_string(), "host_id: expected 1 to 16 bytes, got 17");
    }
}
