// SPDX-License-Identifier: MIT OR Apache-2.0
//! The response header (SGP.22 §6.5.1.4): how a function ended, and why.
//!
//! Trap: `statusCodeData` without `message` and any member beyond those of the clause are refused
//! by decoders that exist, so both are always written exactly; on the way in only
//! `functionExecutionStatus.status` is required.

use std::fmt;

use serde_json::{Map, Value};

use super::JsonError;
use super::member::{object, optional_string, string};
use crate::status::Refusal;

/// Characters of what a request says, at most, that a message repeats.
const MAX_PARTICULARS: usize = 500;

/// How a function ended (SGP.22 §5.2.5). On ES9+ and ES11 only the first and the third occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// `Executed-Success`.
    ExecutedSuccess,
    /// `Executed-WithWarning`.
    ExecutedWithWarning,
    /// `Failed`.
    Failed,
    /// `Expired`.
    Expired,
}

impl ExecutionStatus {
    const ALL: [Self; 4] = [
        Self::ExecutedSuccess,
        Self::ExecutedWithWarning,
        Self::Failed,
        Self::Expired,
    ];

    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExecutedSuccess => "Executed-Success",
            Self::ExecutedWithWarning => "Executed-WithWarning",
            Self::Failed => "Failed",
            Self::Expired => "Expired",
        }
    }
}

/// Why a function failed (SGP.22 §5.2.6, §6.5.1.4). Codes are compared as text: 3.10 is not 3.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCodeData {
    /// Subject code, dotted numbers (SGP.22 §5.2.6.1).
    pub subject_code: String,
    /// Reason code, dotted numbers (SGP.22 §5.2.6.2).
    pub reason_code: String,
    /// The object in question, such as an ICCID.
    pub subject_identifier: Option<String>,
    /// Text for a person.
    pub message: Option<String>,
}

impl StatusCodeData {
    /// Whether this is the given pair of codes.
    pub fn is(&self, subject_code: &str, reason_code: &str) -> bool {
        self.subject_code == subject_code && self.reason_code == reason_code
    }
}

impl fmt::Display for StatusCodeData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.subject_code, self.reason_code)?;
        self.message
            .as_ref()
            .map_or(Ok(()), |message| write!(f, " ({message})"))
    }
}

/// A function that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `Failed`, or `Expired` from a server that uses it.
    pub status: ExecutionStatus,
    /// The codes; a peer may leave them out.
    pub status_code_data: Option<StatusCodeData>,
}

impl Failure {
    /// `Failed` with a pair of codes.
    pub fn failed(status_code_data: StatusCodeData) -> Self {
        Self {
            status: ExecutionStatus::Failed,
            status_code_data: Some(status_code_data),
        }
    }

    /// A refusal with the particulars of this case in its message.
    pub fn because(refusal: Refusal, particulars: &dyn fmt::Display) -> Self {
        let mut failure = Self::from(refusal);
        if let Some(data) = &mut failure.status_code_data {
            let particulars = particulars.to_string();
            let shown = particulars.chars().take(MAX_PARTICULARS);
            let shown: String = shown
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            data.message = Some(format!("{}: {shown}", refusal.message));
        }
        failure
    }

    /// Whether this failure names the given pair of codes.
    pub fn is(&self, subject_code: &str, reason_code: &str) -> bool {
        self.status_code_data
            .as_ref()
            .is_some_and(|data| data.is(subject_code, reason_code))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::failed(StatusCodeData {
            subject_code: refusal.subject.to_owned(),
            reason_code: refusal.reason.to_owned(),
            subject_identifier: None,
            message: Some(refusal.message.to_owned()),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status_code_data {
            Some(data) => write!(f, "{} {data}", self.status.name()),
            None => f.write_str(self.status.name()),
        }
    }
}

/// Writes the `header` member of an answer.
pub(super) fn encode(failure: Option<&Failure>) -> Value {
    let mut header = Map::new();
    header.insert("functionExecutionStatus".to_owned(), encode_status(failure));
    Value::Object(header)
}

/// Writes an execution status (SGP.22 §6.5.1.4).
pub(super) fn encode_status(failure: Option<&Failure>) -> Value {
    let status = failure.map_or(ExecutionStatus::ExecutedSuccess, |failure| failure.status);
    let mut execution = Map::new();
    execution.insert("status".to_owned(), Value::from(status.name()));
    if let Some(data) = failure.and_then(|failure| failure.status_code_data.as_ref()) {
        let mut member = Map::new();
        member.insert(
            "subjectCode".to_owned(),
            Value::from(data.subject_code.as_str()),
        );
        member.insert(
            "reasonCode".to_owned(),
            Value::from(data.reason_code.as_str()),
        );
        if let Some(identifier) = &data.subject_identifier {
            member.insert(
                "subjectIdentifier".to_owned(),
                Value::from(identifier.as_str()),
            );
        }
        let message = data.message.as_deref().unwrap_or("no further information");
        member.insert("message".to_owned(), Value::from(message));
        execution.insert("statusCodeData".to_owned(), Value::Object(member));
    }
    Value::Object(execution)
}

/// Reads the `header` member of an answer: `Ok(None)` is success.
pub(super) fn decode(body: &Map<String, Value>) -> Result<Option<Failure>, JsonError> {
    let header = object(body, "header")?;
    decode_status(object(header, "functionExecutionStatus")?)
}

/// Reads an execution status: `Ok(None)` is success.
pub(super) fn decode_status(execution: &Map<String, Value>) -> Result<Option<Failure>, JsonError> {
    let word = string(execution, "status")?;
    let status = ExecutionStatus::ALL
        .into_iter()
        .find(|status| status.name() == word)
        .ok_or_else(|| JsonError::invalid("status", format!("no execution status {word:?}")))?;
    if matches!(
        status,
        ExecutionStatus::ExecutedSuccess | ExecutionStatus::ExecutedWithWarning
    ) {
        return Ok(None);
    }
    let status_code_data = match execution.get("statusCodeData") {
        None | Some(Value::Null) => None,
        Some(_) => {
            let data = object(execution, "statusCodeData")?;
            Some(StatusCodeData {
                subject_code: string(data, "subjectCode")?.to_owned(),
                reason_code: string(data, "reasonCode")?.to_owned(),
                subject_identifier: optional_string(data, "subjectIdentifier")?.map(str::to_owned),
                message: optional_string(data, "message")?.map(str::to_owned),
            })
        }
    };
    Ok(Some(Failure {
        status,
        status_code_data,
    }))
}
