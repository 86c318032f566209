// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bodies of requests (SGP.22 §6.5.2.1 to §6.5.2.5).

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{
    CancelOrder, ConfirmOrder, DownloadOrder, DownloadProgress, Es2Call, Es2Function, Es2Request,
    FinalProfileStatus, ReleaseProfile, Timestamp,
};
use crate::id::Iccid;
use crate::json::header::{decode_status, encode_status};
use crate::json::member::{base64, object, optional_string, string, to_base64};
use crate::json::{CallHeader, JsonError, parse};

/// Longest free text that is taken, in bytes.
const MAX_TEXT: usize = 1024;

impl Es2Request {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// The body is no JSON object, or a member is absent or malformed.
    pub fn from_json(function: Es2Function, body: &[u8]) -> Result<Self, JsonError> {
        let body = &parse(body)?;
        let header = CallHeader::decode(body)?;
        let call = match function {
            Es2Function::DownloadOrder => Es2Call::DownloadOrder(DownloadOrder {
                eid: optional_id(body, "eid")?,
                iccid: optional_id(body, "iccid")?,
                profile_type: optional_text(body, "profileType")?,
            }),
            Es2Function::ConfirmOrder => Es2Call::ConfirmOrder(ConfirmOrder {
                iccid: iccid(body)?,
                eid: optional_id(body, "eid")?,
                matching_id: optional_text(body, "matchingId")?,
                confirmation_code: optional_text(body, "confirmationCode")?,
                smds_address: optional_text(body, "smdsAddress")?,
                release_flag: flag(body, "releaseFlag")?,
            }),
            Es2Function::CancelOrder => Es2Call::CancelOrder(CancelOrder {
                iccid: iccid(body)?,
                eid: optional_id(body, "eid")?,
                matching_id: optional_text(body, "matchingId")?,
                final_profile_status_indicator: final_status(body)?,
            }),
            Es2Function::ReleaseProfile => Es2Call::ReleaseProfile(ReleaseProfile {
                iccid: iccid(body)?,
            }),
            Es2Function::HandleDownloadProgressInfo => {
                Es2Call::HandleDownloadProgressInfo(progress(body)?)
            }
            Es2Function::HandleNotification => Es2Call::HandleNotification(progress(body)?),
        };
        Ok(Self { header, call })
    }

    /// Writes the body of a request.
    pub fn to_json(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("header".to_owned(), self.header.encode());
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(name.to_owned(), value);
            }
        };
        match &self.call {
            Es2Call::DownloadOrder(call) => {
                put("eid", call.eid.map(shown));
                put("iccid", call.iccid.map(shown));
                put("profileType", text(call.profile_type.as_deref()));
            }
            Es2Call::ConfirmOrder(call) => {
                put("iccid", Some(shown(call.iccid)));
                put("eid", call.eid.map(shown));
                put("matchingId", text(call.matching_id.as_deref()));
                put("confirmationCode", text(call.confirmation_code.as_deref()));
                put("smdsAddress", text(call.smds_address.as_deref()));
                put("releaseFlag", Some(Value::from(call.release_flag)));
            }
            Es2Call::CancelOrder(call) => {
                put("iccid", Some(shown(call.iccid)));
                put("eid", call.eid.map(shown));
                put("matchingId", text(call.matching_id.as_deref()));
                let indicator = call.final_profile_status_indicator.name();
                put("finalProfileStatusIndicator", text(Some(indicator)));
            }
            Es2Call::ReleaseProfile(call) => put("iccid", Some(shown(call.iccid))),
            Es2Call::HandleDownloadProgressInfo(call) | Es2Call::HandleNotification(call) => {
                put_progress(call, put);
            }
        }
        Value::Object(body).to_string().into_bytes()
    }
}

fn put_progress(call: &DownloadProgress, mut put: impl FnMut(&str, Option<Value>)) {
    put("eid", call.eid.map(shown));
    put("iccid", Some(shown(call.iccid)));
    put("profileType", text(Some(&call.profile_type)));
    put("timestamp", Some(shown(call.timestamp)));
    let point = call.notification_point_id;
    put("notificationPointId", Some(Value::from(point)));
    let status = encode_status(call.failure.as_ref());
    put("notificationPointStatus", Some(status));
    put("resultData", call.result_data.as_deref().map(to_base64));
}

fn progress(body: &Map<String, Value>) -> Result<DownloadProgress, JsonError> {
    let result_data = match body.get("resultData") {
        None | Some(Value::Null) => None,
        Some(_) => Some(base64(body, "resultData")?),
    };
    Ok(DownloadProgress {
        eid: optional_id(body, "eid")?,
        iccid: iccid(body)?,
        profile_type: limited("profileType", string(body, "profileType")?)?,
        timestamp: timestamp(body)?,
        notification_point_id: point(body)?,
        failure: decode_status(object(body, "notificationPointStatus")?)?,
        result_data,
    })
}

/// The member of the clause, or the `timeStamp` with seconds since 1970 of one operator.
fn timestamp(body: &Map<String, Value>) -> Result<Timestamp, JsonError> {
    let (name, value) = match (body.get("timestamp"), body.get("timeStamp")) {
        (Some(value), _) => ("timestamp", value),
        (None, Some(value)) => ("timeStamp", value),
        (None, None) => {
            return Err(JsonError::Missing {
                member: "timestamp",
            });
        }
    };
    let read = match value {
        Value::Number(seconds) => seconds.as_i64().and_then(Timestamp::new),
        Value::String(text) => text
            .parse()
            .ok()
            .or_else(|| text.parse().ok().and_then(Timestamp::new)),
        _ => None,
    };
    read.ok_or_else(|| {
        let problem = format!("expected a time such as 2026-01-01T00:00:00Z, got {value}");
        JsonError::invalid(name, problem)
    })
}

/// A number, or its digits as text.
fn point(body: &Map<String, Value>) -> Result<u32, JsonError> {
    const NAME: &str = "notificationPointId";
    let value = body.get(NAME).ok_or(JsonError::Missing { member: NAME })?;
    let read = match value {
        Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    read.ok_or_else(|| JsonError::invalid(NAME, format!("expected a number, got {value}")))
}

/// A boolean, or the word for it as text.
fn flag(body: &Map<String, Value>, name: &'static str) -> Result<bool, JsonError> {
    match body.get(name) {
        None => Err(JsonError::Missing { member: name }),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::String(word)) if word == "true" => Ok(true),
        Some(Value::String(word)) if word == "false" => Ok(false),
        Some(other) => {
            let problem = format!("expected true or false, got {other}");
            Err(JsonError::invalid(name, problem))
        }
    }
}

fn final_status(body: &Map<String, Value>) -> Result<FinalProfileStatus, JsonError> {
    const NAME: &str = "finalProfileStatusIndicator";
    let word = string(body, NAME)?;
    FinalProfileStatus::ALL
        .into_iter()
        .find(|status| status.name() == word)
        .ok_or_else(|| {
            let problem = format!("expected Available or Unavailable, got {word:?}");
            JsonError::invalid(NAME, problem)
        })
}

fn iccid(body: &Map<String, Value>) -> Result<Iccid, JsonError> {
    optional_id(body, "iccid")?.ok_or(JsonError::Missing { member: "iccid" })
}

fn optional_id<T: FromStr<Err = crate::id::IdError>>(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, JsonError> {
    let text = optional_string(body, name)?;
    let read = text.map(str::parse).transpose();
    read.map_err(|error: crate::id::IdError| JsonError::invalid(name, error.to_string()))
}

fn optional_text(
    body: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<String>, JsonError> {
    let text = optional_string(body, name)?;
    text.map(|text| limited(name, text)).transpose()
}

fn limited(name: &'static str, text: &str) -> Result<String, JsonError> {
    if text.len() > MAX_TEXT {
        let problem = format!("expected at most {MAX_TEXT} bytes, got {}", text.len());
        return Err(JsonError::invalid(name, problem));
    }
    Ok(text.to_owned())
}

fn text(text: Option<&str>) -> Option<Value> {
    text.map(Value::from)
}

/// A value as its text.
fn shown(value: impl ToString) -> Value {
    Value::from(value.to_string())
}
