// SPDX-License-Identifier: MIT OR Apache-2.0
//! A run as data: what `--report DIR` keeps, and what every later look at a run is made from (the
//! HTML page, JUnit, `harness diff`, `harness review`).
//!
//! `DIR/run.json` is a [`RunRecord`]; `DIR/<case>@<iut>/verdict.json` is the [`CaseRecord`] of one
//! case and `tape.jsonl` its exchanges, one [`ExchangeRecord`] per line. The JSON schema of the three
//! is `harness/run.schema.json`. Unknown members are ignored, so that a newer run can be read.

mod convert;
mod load;
mod recorder;

pub use load::LoadError;
pub use recorder::Recorder;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::case::{Interface, Level, RoleName};
use crate::verdict::{Fault, Verdict};

/// The JSON schema of `run.json`; its definitions are those of `verdict.json` (`CaseRecord`) and of
/// the lines of `tape.jsonl` (`ExchangeRecord`).
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(RunRecord);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// One run.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct RunRecord {
    /// Version of the harness.
    pub harness: String,
    /// The seed of all keys and randomness.
    pub seed: u64,
    /// When it began, RFC 3339; none in a run that has to give the same bytes every time.
    pub started: Option<String>,
    /// How long it took, in milliseconds.
    pub duration: Option<u64>,
    /// The implementations under test, one per role.
    pub implementations: Vec<ImplementationRecord>,
    /// The machine and what else may matter.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The options, besides the seed, with which a case is run again: `--cases DIR`.
    #[serde(default)]
    pub again: Vec<String>,
    /// The cases in the order of their ids.
    pub cases: Vec<CaseRecord>,
    /// Expectations that fit no case or no longer hold, in words.
    #[serde(default)]
    pub stale_expectations: Vec<String>,
    /// Cases that were selected and not run, because the run ended early.
    #[serde(default)]
    pub not_run: usize,
}

/// An implementation under test.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ImplementationRecord {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: RoleName,
    /// What it claims to implement.
    #[serde(default)]
    pub claims: Vec<String>,
    /// The options that it has.
    #[serde(default)]
    pub options: Vec<String>,
}

/// One case of a run.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct CaseRecord {
    /// The id.
    pub id: String,
    /// Which implementation was under test.
    pub iut: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The requirement as a sentence.
    pub title: String,
    /// How binding it is.
    pub level: Level,
    /// The references.
    pub spec: Vec<String>,
    /// The case file.
    pub file: String,
    /// The seed.
    pub seed: u64,
    /// How long it took, in milliseconds.
    pub duration: Option<u64>,
    /// Why it did not pass.
    pub finding: Option<FindingRecord>,
    /// The verdict that was expected, when that is not pass, and why.
    pub expected: Option<ExpectedRecord>,
    /// Whether the verdict is what was expected.
    pub as_expected: bool,
    /// What the implementation chose where the specification leaves it open.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The rules that it broke and that the expectations set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<String>,
    /// The exchanges that it had, each as interface and name of the request: what `run.json` knows
    /// of the traffic.
    #[serde(default)]
    pub functions: Vec<FunctionRecord>,
    /// How the implementation ended, in its own words.
    pub iut_end: Option<String>,
    /// The exchanges; in `run.json` and `verdict.json` they are left out (`tape.jsonl` has them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tape: Vec<ExchangeRecord>,
}

/// Why a case did not pass.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct FindingRecord {
    /// Whose fault it is.
    pub fault: Fault,
    /// The step.
    pub step: Option<StepRecord>,
    /// What should have been.
    pub expected: String,
    /// What was, in one or more lines.
    pub actual: Vec<String>,
    /// The exchange that shows it, from 1.
    pub tape: Option<usize>,
    /// The same in words: number, interface, request and answer.
    #[serde(default)]
    pub exchange: Option<String>,
}

/// The place of a step.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct StepRecord {
    /// The file: that of the case, or that of a procedure which it uses.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
}

/// A verdict that was expected.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ExpectedRecord {
    /// Which.
    pub verdict: Verdict,
    /// Why, in the words of the expectation file.
    pub reason: String,
}

/// A function that was called in a case.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Deserialize, Serialize, JsonSchema)]
pub struct FunctionRecord {
    /// Where.
    pub interface: Interface,
    /// The name of the request.
    pub request: String,
    /// How often.
    pub calls: usize,
}

/// One exchange.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ExchangeRecord {
    /// Its place on the tape, from 1.
    pub index: usize,
    /// Where.
    pub interface: Interface,
    /// The server that it was for, where the interface has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What the client sent.
    pub request: MessageRecord,
    /// What it got; nothing when the exchange did not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<MessageRecord>,
    /// What the harness did to it, and what is strange about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The bodies on the wire, when they are not the messages themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpRecord>,
}

/// One message.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct MessageRecord {
    /// Its name in cases.
    pub name: String,
    /// Its content, with ASN.1 identifiers.
    pub value: Value,
    /// Its exact bytes, in hex.
    pub bytes: String,
}

/// Bodies on the wire: text as it is; what is no text in hex after `0x`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct HttpRecord {
    /// Status of the answer.
    pub status: u16,
    /// Body of the request.
    pub request: String,
    /// Body of the answer.
    pub response: String,
}
