// SPDX-License-Identifier: MIT OR Apache-2.0
//! The request header (SGP.22 §6.5.1.3): who calls, and which of its calls this is.
//!
//! Trap: ES2+, ES12 and ES15 require the `header` member in a request, ES9+ and ES11 forbid it.

use serde_json::{Map, Value};

use super::JsonError;
use super::member::{object, string};

/// Longest identifier that is taken, in bytes.
const MAX_IDENTIFIER: usize = 256;

/// The `header` member of a request between servers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallHeader {
    /// Who calls, by convention an OID in dotted numbers.
    pub function_requester_identifier: String,
    /// Which call of that requester this is; a repetition has the same value (SGP.22 §6.5.1.3).
    pub function_call_identifier: String,
}

impl CallHeader {
    /// Writes the value of the `header` member.
    pub(super) fn encode(&self) -> Value {
        let mut header = Map::new();
        for (name, text) in [
            (
                "functionRequesterIdentifier",
                &self.function_requester_identifier,
            ),
            ("functionCallIdentifier", &self.function_call_identifier),
        ] {
            header.insert(name.to_owned(), Value::from(text.as_str()));
        }
        Value::Object(header)
    }

    /// Reads the `header` member of a request.
    pub(super) fn decode(body: &Map<String, Value>) -> Result<Self, JsonError> {
        let header = object(body, "header")?;
        let identifier = |name| {
            let text = string(header, name)?;
            if text.len() > MAX_IDENTIFIER {
                let seen = format!(
                    "expected at most {MAX_IDENTIFIER} bytes, got {}",
                    text.len()
                );
                return Err(JsonError::invalid(name, seen));
            }
            Ok(text.to_owned())
        };
        Ok(Self {
            function_requester_identifier: identifier("functionRequesterIdentifier")?,
            function_call_identifier: identifier("functionCallIdentifier")?,
        })
    }
}
