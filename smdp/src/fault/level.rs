// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a fault strikes: the interfaces, and what of an answer is touched.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An interface of the servers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Interface {
    /// SM-DP+ and device (SGP.22 §5.6).
    Es9,
    /// SM-DS and device (SGP.22 §5.8).
    Es11,
    /// SM-DP+ and SM-DS (SGP.22 §5.9).
    Es12,
    /// Operator and SM-DP+ (SGP.22 §5.3).
    Es2,
    /// Device and eIM (SGP.32 §5.14), whose server is elsewhere and has the same faults.
    Esipa,
}

impl Interface {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Es9, Self::Es11, Self::Es12, Self::Es2, Self::Esipa];

    /// The word for it in the text form of an armed fault.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es9 => "es9",
            Self::Es11 => "es11",
            Self::Es12 => "es12",
            Self::Es2 => "es2",
            Self::Esipa => "esipa",
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What of an answer a fault touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// InitiateAuthentication.
    InitiateAuthentication,
    /// ES9+.AuthenticateClient.
    AuthenticateClient,
    /// The bound profile package.
    GetBoundProfilePackage,
    /// ES11.AuthenticateClient.
    EventRetrieval,
    /// Any function that can be refused.
    Function,
    /// Any answer in JSON.
    Json,
    /// Any answer over HTTP.
    Http,
    /// Any connection.
    Tls,
}

impl Level {
    /// Whether an answer of ESipa can have it: what is in no message of SGP.22.
    pub const fn touches_esipa(self) -> bool {
        matches!(self, Self::Function | Self::Json | Self::Http | Self::Tls)
    }

    /// The interface and function, for a list.
    pub const fn touches(self) -> &'static str {
        match self {
            Self::InitiateAuthentication => "ES9+, ES11 InitiateAuthentication",
            Self::AuthenticateClient => "ES9+ AuthenticateClient",
            Self::GetBoundProfilePackage => "ES9+ GetBoundProfilePackage",
            Self::EventRetrieval => "ES11 AuthenticateClient",
            Self::Function => "any function but HandleNotification",
            Self::Json => "any function, JSON",
            Self::Http => "any function",
            Self::Tls => "any connection",
        }
    }
}
