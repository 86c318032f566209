// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bodies of answers (SGP.22 §6.5.2.1 to §6.5.2.4).

use serde_json::{Map, Value};

use super::{Es2Function, Es2Ok, Es2Response};
use crate::json::member::{optional_string, string};
use crate::json::{JsonError, header, parse};

/// Writes the body of an answer; a message to the operator has none, whatever its outcome.
pub fn encode_es2_response(response: &Es2Response) -> Vec<u8> {
    let mut body = Map::new();
    body.insert("header".to_owned(), header::encode(response.as_ref().err()));
    let mut put = |name: &str, text: String| {
        body.insert(name.to_owned(), Value::from(text));
    };
    match response {
        Ok(Es2Ok::Told) => return Vec::new(),
        Err(_) | Ok(Es2Ok::CancelOrder | Es2Ok::ReleaseProfile) => {}
        Ok(Es2Ok::DownloadOrder { iccid }) => put("iccid", iccid.to_string()),
        Ok(Es2Ok::ConfirmOrder {
            eid,
            matching_id,
            smdp_address,
        }) => {
            if let Some(eid) = eid {
                put("eid", eid.to_string());
            }
            put("matchingId", matching_id.clone());
            if let Some(address) = smdp_address {
                put("smdpAddress", address.clone());
            }
        }
    }
    Value::Object(body).to_string().into_bytes()
}

/// Reads the body of an answer.
///
/// # Errors
/// The body is no JSON object, has no readable header, or lacks a member of a success.
pub fn decode_es2_response(function: Es2Function, body: &[u8]) -> Result<Es2Response, JsonError> {
    if function.is_notification() && body.is_empty() {
        return Ok(Ok(Es2Ok::Told));
    }
    let body = &parse(body)?;
    if let Some(failure) = header::decode(body)? {
        return Ok(Err(failure));
    }
    Ok(Ok(match function {
        Es2Function::DownloadOrder => Es2Ok::DownloadOrder {
            iccid: string(body, "iccid")?
                .parse()
                .map_err(|error: crate::id::IdError| {
                    JsonError::invalid("iccid", error.to_string())
                })?,
        },
        Es2Function::ConfirmOrder => Es2Ok::ConfirmOrder {
            eid: optional_string(body, "eid")?
                .map(str::parse)
                .transpose()
                .map_err(|error: crate::id::IdError| {
                    JsonError::invalid("eid", error.to_string())
                })?,
            matching_id: string(body, "matchingId")?.to_owned(),
            smdp_address: optional_string(body, "smdpAddress")?.map(str::to_owned),
        },
        Es2Function::CancelOrder => Es2Ok::CancelOrder,
        Es2Function::ReleaseProfile => Es2Ok::ReleaseProfile,
        Es2Function::HandleDownloadProgressInfo | Es2Function::HandleNotification => Es2Ok::Told,
    }))
}
