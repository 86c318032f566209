// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eUICCs of `harness eim serve --euiccs FILE`, in TOML or JSON, with their first orders.
//!
//! ```toml
//! [[euicc]]
//! eid = "89049032123451234512345678901235"
//! counterValue = 0
//! associationToken = 1
//! certificates = "learn"        # or "pki" (those of a virtual card), the default
//! orders = [{ psmo = [{ listProfileInfo = {} }] }]
//! ```

use std::path::{Path, PathBuf};

use certs::{Pki, PkiError};
use rsp::ecdsa::Curve;
use rsp::id::Eid;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::words;
use crate::iut::{EuiccCertificates, KnownEuicc, Order};

/// No file is larger.
const LIMIT: u64 = 16 << 20;

/// Why a file is not understood.
#[derive(Debug, thiserror::Error)]
pub(super) enum FleetError {
    #[error("cannot read {}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {problem}", path.display())]
    Form { path: PathBuf, problem: String },
    #[error(transparent)]
    Pki(#[from] PkiError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    euicc: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Row {
    eid: String,
    #[serde(default)]
    counter_value: i64,
    association_token: Option<i64>,
    #[serde(default)]
    certificates: Certificates,
    #[serde(default)]
    orders: Vec<Map<String, Value>>,
}

/// Where the certificates of an eUICC come from.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Certificates {
    /// The PKI makes them, as it does for a virtual card.
    #[default]
    Pki,
    /// They are learned from what the card sends.
    Learn,
}

/// An eUICC with its first orders.
pub(super) struct Member {
    pub(super) euicc: KnownEuicc,
    pub(super) orders: Vec<Order>,
}

/// The certificates that a virtual card of the PKI has.
pub(super) fn certificates(pki: &Pki, eid: &[u8; 16]) -> Result<EuiccCertificates, PkiError> {
    Ok(EuiccCertificates {
        euicc: pki.issue_euicc(eid, Curve::NistP256)?.certificate,
        eum: pki.eum_for(eid, Curve::NistP256)?.certificate,
    })
}

/// Reads the file.
pub(super) fn load(path: &Path, pki: &Pki) -> Result<Vec<Member>, FleetError> {
    let unreadable = |source| FleetError::Read {
        path: path.to_owned(),
        source,
    };
    let wrong = |problem: String| FleetError::Form {
        path: path.to_owned(),
        problem,
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LIMIT {
        return Err(wrong(format!("expected at most {LIMIT} bytes, got {size}")));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let is_json = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("json"));
    let file: File = if is_json {
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?
    } else {
        toml::from_str(&text).map_err(|error| wrong(error.to_string()))?
    };
    let mut members = Vec::new();
    for row in file.euicc {
        let at = |problem: String| wrong(format!("eUICC {}: {problem}", row.eid));
        let eid: Eid = row.eid.parse().map_err(|error| at(format!("{error}")))?;
        let eid = *eid.as_bytes();
        let orders = row.orders.iter().map(words::order);
        members.push(Member {
            orders: orders.collect::<Result<_, _>>().map_err(at)?,
            euicc: KnownEuicc {
                eid,
                counter_value: row.counter_value,
                association_token: row.association_token,
                certificates: match row.certificates {
                    Certificates::Pki => Some(certificates(pki, &eid)?),
                    Certificates::Learn => None,
                },
            },
        });
    }
    Ok(members)
}
