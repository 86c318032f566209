// SPDX-License-Identifier: MIT OR Apache-2.0
//! Versions of a specification as text.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Three numbers of a specification version, written `2.5.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
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

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, revision] = self.0;
        write!(f, "{major}.{minor}.{revision}")
    }
}
