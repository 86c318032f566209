// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses of servers as cards, activation codes and command lines give them.
//!
//! An `eimFqdn` should be a name and nothing else. Cards in the field carry a port as well, a dot at
//! the end, or capitals: these are understood. A scheme, a path or an empty name is refused, since
//! nobody can tell what was meant.
//!
//! Trap: SNI and the certificate know the name without port and without the dot (RFC 6066 §3); the
//! `Host` field has the port unless it is 443.

use std::fmt;
use std::net::IpAddr;

/// The default port of HTTPS.
const HTTPS: u16 = 443;
/// Longest name that DNS has.
const MAX_NAME: usize = 253;

/// A host and perhaps a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authority {
    host: String,
    port: Option<u16>,
}

/// Text that names no host.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a host name with or without a port, got {0:?}")]
pub struct NoAuthority(String);

impl Authority {
    /// Reads `host`, `host:port`, an IPv4 address, or an IPv6 address (in brackets before a port).
    ///
    /// # Errors
    /// [`NoAuthority`] for anything else, such as a URL.
    pub fn parse(text: &str) -> Result<Self, NoAuthority> {
        let wrong = || NoAuthority(text.chars().take(MAX_NAME).collect());
        let trimmed = text.trim();
        if let Ok(IpAddr::V6(address)) = trimmed.parse() {
            return Ok(Self::of(address.to_string(), None));
        }
        let (host, port) = match trimmed.rsplit_once(':') {
            Some((host, port)) if !trimmed.ends_with(']') => {
                (host, Some(port_number(port).ok_or_else(wrong)?))
            }
            _ => (trimmed, None),
        };
        let bracketed = host
            .strip_prefix('[')
            .and_then(|inner| inner.strip_suffix(']'));
        if let Some(inner) = bracketed {
            return match inner.parse() {
                Ok(IpAddr::V6(address)) => Ok(Self::of(address.to_string(), port)),
                _ => Err(wrong()),
            };
        }
        let name = host.strip_suffix('.').unwrap_or(host);
        if is_name(name) {
            Ok(Self::of(name.to_ascii_lowercase(), port))
        } else {
            Err(wrong())
        }
    }

    const fn of(host: String, port: Option<u16>) -> Self {
        Self { host, port }
    }

    /// The host in lower case, without a dot at its end and without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; that of HTTPS when none is given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(HTTPS)
    }

    /// The port as given.
    #[must_use]
    pub const fn explicit_port(&self) -> Option<u16> {
        self.port
    }
}

/// The value of the `Host` field.
impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        match self.port {
            Some(port) if port != HTTPS => write!(f, ":{port}"),
            _ => Ok(()),
        }
    }
}

fn port_number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let port = digits.then(|| text.parse().ok()).flatten()?;
    (port != 0).then_some(port)
}

/// Labels of letters, digits, hyphens and, as some have them, underscores (RFC 1035 §2.3.1).
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        let allowed = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
        (1..=63).contains(&label.len()) && label.bytes().all(allowed)
    };
    name.len() <= MAX_NAME && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cards_carry_is_understood() {
        for (text, host, port, field) in [
            (
                "eim1.test.example",
                "eim1.test.example",
                443,
                "eim1.test.example",
            ),
            (
                "EIM1.Test.Example.",
                "eim1.test.example",
                443,
                "eim1.test.example",
            ),
            (
                "eim1.test.example:443",
                "eim1.test.example",
                443,
                "eim1.test.example",
            ),
            (
                "eim1.test.example:8444",
                "eim1.test.example",
                8444,
                "eim1.test.example:8444",
            ),
            (
                " eim1.test.example.:8444",
                "eim1.test.example",
                8444,
                "eim1.test.example:8444",
            ),
            ("localhost", "localhost", 443, "localhost"),
            ("127.0.0.1:8444", "127.0.0.1", 8444, "127.0.0.1:8444"),
            ("[::1]:8444", "::1", 8444, "[::1]:8444"),
            ("::1", "::1", 443, "[::1]"),
            ("[::1]", "::1", 443, "[::1]"),
        ] {
            let read = Authority::parse(text).unwrap();
            assert_eq!((read.host(), read.port()), (host, port), "{text}");
            assert_eq!(read.to_string(), field, "{text}");
        }
    }

    #[test]
    fn what_names_no_host_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            " ",
            ".",
            "a..b",
            "https://eim1.test.example",
            "eim1.test.example/gsma",
            "eim1.test.example:",
            "eim1.test.example:0",
            "eim1.test.example:65536",
            "eim1.test.example:+1",
            "user@eim1.test.example",
            "eim1 .test.example",
            "eim1\r\n.example",
            "[127.0.0.1]:1",
            "[::1",
            &long,
        ] {
            let error = Authority::parse(text).unwrap_err().to_string();
            assert!(error.starts_with("expected a host name"), "{text}: {error}");
        }
    }
}
