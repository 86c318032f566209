// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DP+ is told before it starts: its address, what it accepts, and its orders (TOML).
//!
//! Every key is optional but `profile` of an order; an unknown key is an error, so that a typing
//! mistake cannot silently give a test another meaning.

mod error;
mod expiry;
mod listener;
mod metadata;
mod operator;
mod order;
mod pki;
mod profile_type;
mod smds;
mod version;

use std::path::{Path, PathBuf};

use rsp::activation::same_address;
use schemars::JsonSchema;
use serde::Deserialize;

pub use error::{ConfigError, Problem};
pub use listener::{
    ClientCertificates, CurveConfig, InterfaceConfig, ListenerConfig, TlsFiles, TlsVersionConfig,
};
pub use metadata::{EventConfig, MetadataConfig, NotificationConfig, ProfileClassConfig};
pub use operator::{Es2PlusConfig, OperatorConfig};
pub use order::OrderConfig;
pub use pki::{EntityConfig, PkiConfig};
pub use profile_type::ProfileTypeConfig;
pub use smds::{SmDsConfig, SmDsEventConfig};
pub use version::Version;

/// A configuration with every key, its default and what it means.
pub const DOCUMENTED_DEFAULT: &str = include_str!("config/default.toml");

/// Configuration of one server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
    /// The lowest `svn` that is served.
    pub svn_minimum: Version,
    /// `hostId` of the key agreement, 1 to 16 bytes of text (SGP.22 Annex G).
    pub host_id: String,
    /// Seconds until an unfinished session is forgotten.
    pub session_lifetime: i64,
    /// Sessions and delivered downloads remembered at the same time; the oldest make room.
    pub session_limit: usize,
    /// Where the server listens.
    #[serde(rename = "listener")]
    pub listeners: Vec<ListenerConfig>,
    /// Where certificates and keys come from.
    pub pki: PkiConfig,
    /// Folder with profile packages (*.der). Names of files and folders in this configuration are
    /// relative to the folder of its file.
    pub profiles: Option<PathBuf>,
    /// File that keeps the state; absent for a server that forgets everything.
    pub db: Option<PathBuf>,
    /// File (*.jsonl), or folder with one file per session, for every exchange.
    pub trace: Option<PathBuf>,
    /// The folder of the file that this was read from.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Faults to begin with, as `NAME[:PARAMETER][@SCOPE]`; `smdp faults` lists them.
    pub faults: Vec<String>,
    /// The download orders.
    #[serde(rename = "order")]
    pub orders: Vec<OrderConfig>,
    /// What ES2+ remembers and asks for.
    pub es2plus: Es2PlusConfig,
    /// The operators that may order over ES2+; without any, whoever reaches it may.
    #[serde(rename = "operator")]
    pub operators: Vec<OperatorConfig>,
    /// The profile types that may be ordered over ES2+.
    #[serde(rename = "profile_type")]
    pub profile_types: Vec<ProfileTypeConfig>,
    /// An SM-DS beside the SM-DP+; absent for none.
    pub smds: Option<SmDsConfig>,
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
            svn_minimum: Version([0, 0, 0]),
            host_id: "smdp1".to_owned(),
            session_lifetime: 3600,
            session_limit: 10_000,
            listeners: Vec::new(),
            pki: PkiConfig::default(),
            profiles: None,
            db: None,
            trace: None,
            folder: PathBuf::new(),
            faults: Vec::new(),
            orders: Vec::new(),
            es2plus: Es2PlusConfig::default(),
            operators: Vec::new(),
            profile_types: Vec::new(),
            smds: None,
        }
    }
}

impl Config {
    /// The name by which this server goes when a client calls it by `address`: the one of
    /// `also_accept` that is meant, else its own; nothing when another server is meant. Case does
    /// not matter, nor does the dot that ends an absolute host name (SGP.22 §5.6.1).
    pub fn own_address(&self, address: &str) -> Option<&str> {
        own_address(&self.address, &self.also_accept, self.accept_port, address)
    }

    /// Whether an eUICC of a specification version is served (SGP.22 §5.6.1): three octets, of a
    /// major version that is configured, and not below the minimum.
    pub fn supports_svn(&self, svn: &[u8]) -> bool {
        let Ok(version) = <[u8; 3]>::try_from(svn) else {
            return false;
        };
        let [major, ..] = version;
        self.svn_majors.contains(&major) && version >= self.svn_minimum.0
    }

    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// The text is no TOML or has keys or values that are not understood.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| error::unreadable(text, &error))?;
        config.check().map_err(|problem| problem.in_text(text))?;
        Ok(config)
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// The file cannot be read, or see [`Config::from_toml`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read(path.to_owned(), error))?;
        let mut config = Self::from_toml(&text)
            .map_err(|error| ConfigError::File(path.to_owned(), Box::new(error)))?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// Whether the values are in range and fit together.
    ///
    /// # Errors
    /// One does not.
    pub fn check(&self) -> Result<(), Problem> {
        let own = if self.address.is_empty() {
            Some(("address", "expected a host name, got nothing".to_owned()))
        } else if self.host_id.is_empty() || self.host_id.len() > 16 {
            let length = self.host_id.len();
            Some(("host_id", format!("expected 1 to 16 bytes, got {length}")))
        } else if self.session_limit == 0 {
            Some(("session_limit", "expected at least 1, got 0".to_owned()))
        } else {
            None
        };
        if let Some((key, problem)) = own {
            return Err(Problem::new(key, problem));
        }
        for (index, listener) in self.listeners.iter().enumerate() {
            let in_entry = |problem: Problem| problem.in_entry("listener", index);
            listener.check().map_err(in_entry)?;
        }
        for (index, order) in self.orders.iter().enumerate() {
            let in_entry = |problem: Problem| problem.in_entry("order", index);
            order.check().map_err(in_entry)?;
        }
        for (index, operator) in self.operators.iter().enumerate() {
            let in_entry = |problem: Problem| problem.in_entry("operator", index);
            operator.check().map_err(in_entry)?;
        }
        for (index, kind) in self.profile_types.iter().enumerate() {
            let in_entry = |problem: Problem| problem.in_entry("profile_type", index);
            kind.check().map_err(in_entry)?;
        }
        if let Some(smds) = &self.smds {
            smds.check().map_err(|problem| problem.in_table("smds"))?;
        }
        Ok(())
    }

    /// A file that the configuration names.
    pub fn beside(&self, file: &Path) -> PathBuf {
        self.folder.join(file)
    }

    /// Takes names of files and folders as relative to `folder`.
    fn resolve(&mut self, folder: &Path) {
        self.folder = folder.to_owned();
        let own = [
            &mut self.profiles,
            &mut self.db,
            &mut self.trace,
            &mut self.pki.folder,
        ];
        let listed = self.listeners.iter_mut().flat_map(|it| {
            let files = it.tls_files.iter_mut();
            let files = files.flat_map(|it| [&mut it.chain, &mut it.key]);
            it.client_pins.iter_mut().chain(files)
        });
        for path in own.into_iter().flatten().chain(listed) {
            *path = folder.join(&path);
        }
    }
}

/// The name by which a server goes when a client calls it by `address`: see
/// [`Config::own_address`].
fn own_address<'a>(
    own: &'a str,
    also_accept: &'a [String],
    accept_port: bool,
    address: &str,
) -> Option<&'a str> {
    let meant = |known: &&String| known.eq_ignore_ascii_case(address);
    if let Some(known) = also_accept.iter().find(meant) {
        return Some(known);
    }
    let host = match address.rsplit_once(':') {
        Some((host, port)) if accept_port && port.parse::<u16>().is_ok() => host,
        _ => address,
    };
    same_address(host, own).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::KeyMode;

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
        assert_eq!(
            error.to_string(),
            "line 1: host_id: expected 1 to 16 bytes, got 17"
        );
    }
}
