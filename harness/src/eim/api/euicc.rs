// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICCs by the API, and what a card has to know of this eIM.

use std::sync::Arc;

use rsp::id::Eid;
use serde::Deserialize;

use super::{Asked, Outcome, Refusal, answer};
use crate::eim::Eim;
use crate::iut::{EuiccCertificates, KnownEuicc};

/// An eUICC to be managed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct New {
    eid: String,
    #[serde(default)]
    counter_value: i64,
    association_token: Option<i64>,
    euicc_certificate: Option<String>,
    eum_certificate: Option<String>,
}

/// What may be changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) counter_value: Option<i64>,
    /// Null takes the token away.
    #[serde(default, deserialize_with = "present")]
    pub(crate) association_token: Option<Option<i64>>,
    pub(crate) associated: Option<bool>,
}

/// Tells null from nothing.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// The EID of 32 digits.
pub(super) fn eid(text: &str) -> Result<[u8; 16], Refusal> {
    let parsed: Result<Eid, _> = text.parse();
    parsed
        .map(|eid| *eid.as_bytes())
        .map_err(|error| Refusal::bad(format!("eid: {error}")))
}

pub(super) fn list(eim: &Arc<Eim>, _: &Asked<'_>) -> Outcome {
    answer(200, &eim.euicc_reports())
}

pub(super) fn get(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    report(eim, eid(asked.id)?, 200)
}

fn report(eim: &Eim, eid: [u8; 16], status: u16) -> Outcome {
    match eim.euicc_report(&eid) {
        Some(report) => answer(status, &report),
        None => Err(Refusal::absent(format!(
            "expected an EID that this eIM manages, got {}",
            hex::encode(eid)
        ))),
    }
}

pub(super) fn create(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    let new: New = asked.body()?;
    let eid = eid(&new.eid)?;
    if eim.euicc_report(&eid).is_some() {
        return Err(Refusal {
            status: 409,
            text: format!("expected an EID that is not managed yet, got {}", new.eid),
        });
    }
    let octets = |text: &String| {
        hex::decode(text).map_err(|error| Refusal::bad(format!("certificate: {error}")))
    };
    let certificates = match (&new.euicc_certificate, &new.eum_certificate) {
        (Some(euicc), Some(eum)) => Some(EuiccCertificates {
            euicc: octets(euicc)?,
            eum: octets(eum)?,
        }),
        (None, None) => None,
        _ => return Err(Refusal::bad("expected both certificates or none")),
    };
    eim.manage(KnownEuicc {
        eid,
        counter_value: new.counter_value,
        association_token: new.association_token,
        certificates,
    });
    report(eim, eid, 201)
}

pub(super) fn change(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    let eid = eid(asked.id)?;
    let change: Change = asked.body()?;
    eim.change_euicc(&eid, &change);
    report(eim, eid, 200)
}

pub(super) fn configuration(eim: &Arc<Eim>, asked: &Asked<'_>) -> Outcome {
    let eid = asked.query("eid").map(eid).transpose()?;
    let counter = asked.number("counter")?;
    let with_token = matches!(asked.query("token"), Some("1" | "true"));
    let told = eim.configuration(eid, counter, with_token);
    answer(200, &told.map_err(Refusal::bad)?)
}
