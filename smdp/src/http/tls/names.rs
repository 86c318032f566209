// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cipher suites and key exchange groups by name, as a configuration has them.

use std::fmt;
use std::str::FromStr;

use rustls::SupportedCipherSuite;
use rustls::crypto::SupportedKxGroup;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};

use super::{brainpool, cbc};

/// A name that stands for nothing here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of {known}, got {name:?}")]
pub struct UnknownName {
    name: String,
    known: String,
}

fn unknown<T: fmt::Display>(name: &str, known: impl IntoIterator<Item = T>) -> UnknownName {
    let known: Vec<_> = known.into_iter().map(|it| it.to_string()).collect();
    UnknownName {
        name: name.to_owned(),
        known: known.join(", "),
    }
}

/// A cipher suite, by its name in the registry of TLS:
/// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`, or `TLS_AES_128_GCM_SHA256` of TLS 1.3.
#[derive(Clone, Copy, PartialEq)]
pub struct Suite(SupportedCipherSuite);

impl Suite {
    /// Every suite that can be offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let suites = default_provider().cipher_suites;
        suites.into_iter().chain(cbc::suite()).map(Self)
    }

    pub(super) fn suite(&self) -> SupportedCipherSuite {
        self.0
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{:?}", self.0.suite());
        f.write_str(&name.replacen("TLS13_", "TLS_", 1))
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Suite {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::all()
            .find(|suite| suite.to_string() == name)
            .ok_or_else(|| unknown(name, Self::all()))
    }
}

impl TryFrom<String> for Suite {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        name.parse()
    }
}

/// A group of the key exchange, by its name in the registry of TLS: `secp256r1`, `x25519`.
#[derive(Clone, Copy)]
pub struct Group {
    name: &'static str,
    group: &'static dyn SupportedKxGroup,
}

const GROUPS: [Group; 5] = [
    Group {
        name: "secp256r1",
        group: kx_group::SECP256R1,
    },
    Group {
        name: "secp384r1",
        group: kx_group::SECP384R1,
    },
    Group {
        name: "x25519",
        group: kx_group::X25519,
    },
    Group {
        name: "X25519MLKEM768",
        group: kx_group::X25519MLKEM768,
    },
    Group {
        name: "brainpoolP256r1",
        group: brainpool::GROUP,
    },
];

impl Group {
    /// Every group that can be offered.
    pub fn all() -> impl Iterator<Item = Self> {
        GROUPS.into_iter()
    }

    pub(super) fn group(&self) -> &'static dyn SupportedKxGroup {
        self.group
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl FromStr for Group {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::all()
            .find(|group| group.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| unknown(name, Self::all()))
    }
}

impl TryFrom<String> for Group {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_and_group_goes_by_its_name() {
        for suite in Suite::all() {
            assert_eq!(suite.to_string().parse::<Suite>().unwrap(), suite);
        }
        for group in Group::all() {
            let again: Group = group.to_string().parse().unwrap();
            assert_eq!(again.group().name(), group.group().name());
        }
        assert!(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                .parse::<Suite>()
                .is_ok()
        );
        assert!("TLS_AES_128_GCM_SHA256".parse::<Suite>().is_ok());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = "secp521r1".parse::<Group>().unwrap_err().to_string();
        assert!(error.starts_with("expected one of secp256r1, "), "{error}");
        assert!(error.ends_with("got \"secp521r1\""), "{error}");
        let error = "TLS_NULL_WITH_NULL_NULL".parse::<Suite>().unwrap_err();
        assert!(
            error.to_string().contains("TLS_AES_128_GCM_SHA256"),
            "{error}"
        );
    }
}
