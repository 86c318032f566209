// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case judges by: a clause of a specification, or a test of a test specification.
//!
//! The version is part of every reference. A case judges implementations of others, and clauses
//! move between versions.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// One reference, as `SGP.32 v1.2 §3.2.3.1` or `SGP.33-3 v1.2 TC_eIM_…#01`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Reference {
    /// `SGP.32`.
    pub document: String,
    /// `v1.2`.
    pub version: String,
    /// Where in the document.
    pub place: Place,
}

/// Where in the document a reference points.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// A clause: `3.2.3.1` or `A.2`.
    Clause(String),
    /// A test case: `TC_eIM_ProfileEnable_TLS_eIM_Pkg_Retrieval#01`.
    Test(String),
}

/// The documents that a case may cite.
const DOCUMENTS: [&str; 13] = [
    "SGP.21",
    "SGP.22",
    "SGP.23",
    "SGP.23-1",
    "SGP.26",
    "SGP.31",
    "SGP.32",
    "SGP.33-1",
    "SGP.33-2",
    "SGP.33-3",
    "TCA.IPP",
    "TS.48",
    "TS.102.221",
];

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    /// A sentence fragment that says which part is missing or malformed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [document, version, place] = parts.as_slice() else {
            return Err(format!(
                "expected document, version and clause or test id, got {text:?}"
            ));
        };
        if !DOCUMENTS.contains(document) {
            return Err(format!(
                "expected one of {}, got {document:?}",
                DOCUMENTS.join(", ")
            ));
        }
        if !is_version(version) {
            return Err(format!("expected a version like v1.2, got {version:?}"));
        }
        Ok(Self {
            document: (*document).to_owned(),
            version: (*version).to_owned(),
            place: Place::parse(place)?,
        })
    }
}

impl Place {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(clause) = text.strip_prefix('§') {
            let fits = !clause.is_empty()
                && clause
                    .split('.')
                    .enumerate()
                    .all(|(index, part)| is_number(part) || (index == 0 && is_annex(part)));
            return match fits {
                true => Ok(Self::Clause(clause.to_owned())),
                false => Err(format!("expected a clause like §3.2.3.1, got {text:?}")),
            };
        }
        let id = text.strip_prefix("TC_").is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-#+'".contains(c))
        });
        match id {
            true => Ok(Self::Test(text.to_owned())),
            false => Err(format!("expected §clause or a test id TC_…, got {text:?}")),
        }
    }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v')
        .is_some_and(|rest| rest.split('.').all(is_number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn is_annex(text: &str) -> bool {
    text.len() == 1 && text.chars().all(|c| c.is_ascii_uppercase())
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            document, version, ..
        } = self;
        match &self.place {
            Place::Clause(clause) => write!(f, "{document} {version} §{clause}"),
            Place::Test(id) => write!(f, "{document} {version} {id}"),
        }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Reference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Document, version and clause or test id: SGP.32 v1.2 §3.2.3.1",
            "pattern": r"^(SGP|TCA|TS)\.[A-Za-z0-9.-]+ v[0-9.]+ (§[A-Z0-9][0-9.]*|TC_[A-Za-z0-9_.#+'-]+)$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_and_tests() {
        for text in [
            "SGP.32 v1.2 §3.2.3.1",
            "SGP.22 v2.5 §H.1",
            "SGP.33-3 v1.2 TC_eIM_ProfileEnable_TLS_eIM_Pkg_Retrieval#01",
            "SGP.33-3 v1.2 TC_eIM_ES9+'.CancelSession_Nominal#01",
        ] {
            assert_eq!(Reference::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        for (text, part) in [
            ("SGP.32 §3.2.3.1", "version"),
            ("SGP.32 1.2 §3.2.3.1", "version"),
            ("SGP.99 v1.2 §3", "SGP.99"),
            ("SGP.32 v1.2 3.2.3.1", "§clause"),
            ("SGP.32 v1.2 §3..1", "clause like"),
            ("SGP.32 v1.2 §", "clause like"),
            ("SGP.32 v1.2 TC_", "test id"),
        ] {
            let error = Reference::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
