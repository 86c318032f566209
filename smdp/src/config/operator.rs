// SPDX-License-Identifier: MIT OR Apache-2.0
//! Operators that order over ES2+, and what ES2+ remembers.

use rsp::asn1::ObjectIdentifier;
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Problem;

/// What ES2+ remembers and asks for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Es2PlusConfig {
    /// Successful calls that are remembered, so that a repetition with the same
    /// functionCallIdentifier gets the same answer; 0 for operators that use one identifier for
    /// everything.
    pub remembered_calls: usize,
    /// Whether CancelOrder has to name the EID and the MatchingID of an order that has them.
    pub strict_cancel: bool,
}

impl Default for Es2PlusConfig {
    fn default() -> Self {
        Self {
            remembered_calls: 1_000,
            strict_cancel: true,
        }
    }
}

/// One operator. Without any in the configuration, whoever reaches ES2+ may do everything.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatorConfig {
    /// Its name, which orders refer to.
    pub name: String,
    /// The functionRequesterIdentifier that it has to use; absent for any.
    pub requester: Option<String>,
    /// The OID in the subjectAltName of its TLS client certificate, in dotted numbers.
    pub oid: Option<String>,
    /// SHA-256 of its TLS client certificate in hexadecimal, instead of or beside the OID. Without
    /// both, any client that the listener lets in is taken for it.
    pub certificate_sha256: Option<String>,
    /// Host name, with a port unless it is 443, that is told of the progress of its downloads.
    pub notify: Option<String>,
    /// Tells the progress by HandleNotification, as SGP.22 version 3 names the function.
    #[serde(default)]
    pub notify_as_v3: bool,
    /// Names of the profile types that it may order; absent for all.
    pub profile_types: Option<Vec<String>>,
}

impl OperatorConfig {
    /// Whether the values are in range.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.name.is_empty() {
            return Err(Problem::new("name", "expected a name, got nothing"));
        }
        if let Some(oid) = &self.oid
            && let Err(error) = oid.parse::<ObjectIdentifier>()
        {
            return Err(Problem::new("oid", error.to_string()));
        }
        match &self.certificate_sha256 {
            Some(text) if !hex::decode(text).is_ok_and(|digest| digest.len() == 32) => {
                let problem = format!("expected 64 hexadecimal digits, got {text:?}");
                Err(Problem::new("certificate_sha256", problem))
            }
            _ => Ok(()),
        }
    }
}
