// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions of ES9+ and ES11 with their paths, and the `X-Admin-Protocol` header (SGP.22 §6.2,
//! §6.5.2).

use std::fmt;
use std::str::FromStr;

/// A function of ES9+; ES11 uses the first and the third on the same paths (SGP.22 §5.6, §5.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// ES9+.InitiateAuthentication (SGP.22 §5.6.1).
    InitiateAuthentication,
    /// ES9+.GetBoundProfilePackage (SGP.22 §5.6.2).
    GetBoundProfilePackage,
    /// ES9+.AuthenticateClient (SGP.22 §5.6.3).
    AuthenticateClient,
    /// ES9+.HandleNotification (SGP.22 §5.6.4).
    HandleNotification,
    /// ES9+.CancelSession (SGP.22 §5.6.5).
    CancelSession,
}

/// The path prefix of ES9+ and ES11 (SGP.22 §6.5.2).
const PREFIX: &str = "/gsma/rsp2/es9plus/";

impl Function {
    /// Every function, in the order of the clauses.
    pub const ALL: [Self; 5] = [
        Self::InitiateAuthentication,
        Self::GetBoundProfilePackage,
        Self::AuthenticateClient,
        Self::HandleNotification,
        Self::CancelSession,
    ];

    /// The name as it stands in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InitiateAuthentication => "initiateAuthentication",
            Self::GetBoundProfilePackage => "getBoundProfilePackage",
            Self::AuthenticateClient => "authenticateClient",
            Self::HandleNotification => "handleNotification",
            Self::CancelSession => "cancelSession",
        }
    }

    /// The clause that defines the function.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::InitiateAuthentication => "SGP.22 §5.6.1",
            Self::GetBoundProfilePackage => "SGP.22 §5.6.2",
            Self::AuthenticateClient => "SGP.22 §5.6.3",
            Self::HandleNotification => "SGP.22 §5.6.4",
            Self::CancelSession => "SGP.22 §5.6.5",
        }
    }

    /// The HTTP path of the JSON binding.
    pub fn path(self) -> String {
        format!("{PREFIX}{}", self.name())
    }

    /// The function behind an HTTP path, if there is one. Paths are compared exactly.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.strip_prefix(PREFIX)?;
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
    }

    /// Whether an answer has a body; a notification is acknowledged by HTTP 204 alone (SGP.22
    /// §6.3).
    pub const fn has_response_body(self) -> bool {
        !matches!(self, Self::HandleNotification)
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The value of `X-Admin-Protocol`: the highest SGP.22 version that the sender supports (SGP.22
/// §6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdminProtocol {
    /// Major, minor and revision.
    pub version: [u8; 3],
}

/// A header value that is not `gsma/rsp/v` with three numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected gsma/rsp/v<x.y.z>, got {0:?}")]
pub struct AdminProtocolError(pub String);

impl AdminProtocol {
    /// Stands for a header that is present and unreadable.
    pub const MALFORMED: Self = Self { version: [0, 0, 0] };
    /// SGP.22 v2.5.0.
    pub const V2_5_0: Self = Self { version: [2, 5, 0] };
}

impl FromStr for AdminProtocol {
    type Err = AdminProtocolError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || AdminProtocolError(text.to_owned());
        let numbers = text
            .trim()
            .strip_prefix("gsma/rsp/v")
            .ok_or_else(malformed)?;
        let mut parts = numbers.split('.');
        let mut version = [0; 3];
        for slot in &mut version {
            let part = parts.next().ok_or_else(malformed)?;
            *slot = part.parse().map_err(|_| malformed())?;
        }
        if parts.next().is_some() || version == Self::MALFORMED.version {
            return Err(malformed());
        }
        Ok(Self { version })
    }
}

impl fmt::Display for AdminProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, revision] = self.version;
        write!(f, "gsma/rsp/v{major}.{minor}.{revision}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_leads_back_to_its_function() {
        for function in Function::ALL {
            assert_eq!(Function::from_path(&function.path()), Some(function));
        }
        assert_eq!(
            Function::from_path("/gsma/rsp2/es9plus/InitiateAuthentication"),
            None
        );
        assert_eq!(Function::from_path("/gsma/rsp2/asn1"), None);
    }

    #[test]
    fn admin_protocol_is_three_numbers() {
        let parsed: AdminProtocol = "gsma/rsp/v2.2.1".parse().unwrap();
        assert_eq!(parsed.version, [2, 2, 1]);
        assert_eq!(parsed.to_string(), "gsma/rsp/v2.2.1");
        for text in [
            "v2.2.0",
            "gsma/rsp/v2.2",
            "gsma/rsp/v2.2.0.0",
            "gsma/rsp/v2.2.x",
            "",
        ] {
            assert!(text.parse::<AdminProtocol>().is_err(), "{text}");
        }
    }
}
