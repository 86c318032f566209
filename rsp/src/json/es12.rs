// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES12 and, on paths of its own, ES15: events at an SM-DS (SGP.22 §5.9, §6.5.2.13, §6.5.2.14).
//!
//! Traps: requests have a `header`, other than on ES11; the EID is text of 32 digits and not
//! hexadecimal of a BCD string; an answer is a `header` and nothing else.

use std::fmt;

use serde_json::{Map, Value};

use super::header;
use super::member::string;
use super::{CallHeader, Failure, JsonError, parse};
use crate::id::Eid;

/// Longest EventID and longest address that are taken, in bytes.
const MAX_TEXT: usize = 255;

/// A function of ES12; ES15 has the same (SGP.22 §5.9, §5.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Es12Function {
    /// ES12.RegisterEvent (SGP.22 §5.9.1).
    RegisterEvent,
    /// ES12.DeleteEvent (SGP.22 §5.9.2).
    DeleteEvent,
}

/// The path prefixes: of an SM-DP+, and of an SM-DS that forwards.
const PREFIXES: [&str; 2] = ["/gsma/rsp2/es12/", "/gsma/rsp2/es15/"];

impl Es12Function {
    /// Both functions, in the order of the clauses.
    pub const ALL: [Self; 2] = [Self::RegisterEvent, Self::DeleteEvent];

    /// The name as it stands in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisterEvent => "registerEvent",
            Self::DeleteEvent => "deleteEvent",
        }
    }

    /// The clause that defines the function.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::RegisterEvent => "SGP.22 §5.9.1",
            Self::DeleteEvent => "SGP.22 §5.9.2",
        }
    }

    /// The HTTP path on ES12.
    pub fn path(self) -> String {
        let [es12, _] = PREFIXES;
        format!("{es12}{}", self.name())
    }

    /// The function behind a path of ES12 or ES15. Paths are compared exactly.
    pub fn from_path(path: &str) -> Option<Self> {
        let mut names = PREFIXES
            .iter()
            .filter_map(|prefix| path.strip_prefix(prefix));
        let name = names.next()?;
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
    }
}

impl fmt::Display for Es12Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Request of RegisterEvent (SGP.22 §5.9.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEvent {
    /// Who calls.
    pub header: CallHeader,
    /// The eUICC that the event is for.
    pub eid: Eid,
    /// Where the eUICC's device goes: an SM-DP+, or an alternative SM-DS.
    pub rsp_server_address: String,
    /// The event; what the device sends there as MatchingID.
    pub event_id: String,
    /// Whether the root SM-DS is to be told too (SGP.22 §3.6.1).
    pub forwarding_indicator: bool,
}

/// Request of DeleteEvent (SGP.22 §5.9.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteEvent {
    /// Who calls.
    pub header: CallHeader,
    /// The eUICC that the event is for.
    pub eid: Eid,
    /// The event.
    pub event_id: String,
}

/// A request of ES12 or ES15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Es12Request {
    /// SGP.22 §5.9.1.
    RegisterEvent(RegisterEvent),
    /// SGP.22 §5.9.2.
    DeleteEvent(DeleteEvent),
}

impl Es12Request {
    /// The function that is called.
    pub const fn function(&self) -> Es12Function {
        match self {
            Self::RegisterEvent(_) => Es12Function::RegisterEvent,
            Self::DeleteEvent(_) => Es12Function::DeleteEvent,
        }
    }

    /// Reads the body of a request.
    ///
    /// # Errors
    /// The body is no JSON object, or a member is absent or malformed.
    pub fn from_json(function: Es12Function, body: &[u8]) -> Result<Self, JsonError> {
        let body = &parse(body)?;
        let header = CallHeader::decode(body)?;
        let eid = string(body, "eid")?
            .parse()
            .map_err(|error| JsonError::invalid("eid", format!("{error}")))?;
        Ok(match function {
            Es12Function::RegisterEvent => Self::RegisterEvent(RegisterEvent {
                header,
                eid,
                rsp_server_address: text(body, "rspServerAddress")?,
                event_id: text(body, "eventId")?,
                forwarding_indicator: flag(body, "forwardingIndicator")?,
            }),
            Es12Function::DeleteEvent => Self::DeleteEvent(DeleteEvent {
                header,
                eid,
                event_id: text(body, "eventId")?,
            }),
        })
    }

    /// Writes the body of a request.
    pub fn to_json(&self) -> Vec<u8> {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| {
            body.insert(name.to_owned(), value);
        };
        match self {
            Self::RegisterEvent(request) => {
                put("header", request.header.encode());
                put("eid", Value::from(request.eid.to_string()));
                let address = request.rsp_server_address.as_str();
                put("rspServerAddress", Value::from(address));
                put("eventId", Value::from(request.event_id.as_str()));
                let forwarding = request.forwarding_indicator;
                put("forwardingIndicator", Value::from(forwarding));
            }
            Self::DeleteEvent(request) => {
                put("header", request.header.encode());
                put("eid", Value::from(request.eid.to_string()));
                put("eventId", Value::from(request.event_id.as_str()));
            }
        }
        Value::Object(body).to_string().into_bytes()
    }
}

/// A mandatory member that is text of 1 to [`MAX_TEXT`] bytes without control characters.
fn text(body: &Map<String, Value>, name: &'static str) -> Result<String, JsonError> {
    let text = string(body, name)?;
    let problem = if text.is_empty() || text.len() > MAX_TEXT {
        format!("expected 1 to {MAX_TEXT} bytes, got {}", text.len())
    } else if text.chars().any(char::is_control) {
        "expected no control characters".to_owned()
    } else {
        return Ok(text.to_owned());
    };
    Err(JsonError::invalid(name, problem))
}

fn flag(body: &Map<String, Value>, name: &'static str) -> Result<bool, JsonError> {
    body.get(name)
        .ok_or(JsonError::Missing { member: name })?
        .as_bool()
        .ok_or_else(|| JsonError::invalid(name, "expected true or false".to_owned()))
}

/// Writes an answer that is a `header` alone, as those of ES12 are (SGP.22 §6.5.1.4).
pub fn write_status(response: &Result<(), Failure>) -> Vec<u8> {
    let mut body = Map::new();
    let header = header::encode(response.as_ref().err());
    body.insert("header".to_owned(), header);
    Value::Object(body).to_string().into_bytes()
}

/// Reads the `header` of an answer and nothing else.
///
/// # Errors
/// The body is no JSON object, or has no readable header.
pub fn read_status(body: &[u8]) -> Result<Result<(), Failure>, JsonError> {
    Ok(header::decode(&parse(body)?)?.map_or(Ok(()), Err))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn call(requester: &str) -> CallHeader {
        CallHeader {
            function_requester_identifier: requester.to_owned(),
            function_call_identifier: "1".to_owned(),
        }
    }

    #[test]
    fn every_path_leads_back_to_its_function() {
        for function in Es12Function::ALL {
            assert_eq!(Es12Function::from_path(&function.path()), Some(function));
            let es15 = function.path().replace("es12", "es15");
            assert_eq!(Es12Function::from_path(&es15), Some(function));
        }
        assert_eq!(Es12Function::from_path("/gsma/rsp2/es12/checkEvent"), None);
        assert_eq!(Es12Function::from_path("registerEvent"), None);
    }

    #[test]
    fn the_members_are_those_of_the_clause_in_its_order() {
        let eid: Eid = "89049032123451234512345678901235".parse().unwrap();
        let request = Es12Request::RegisterEvent(RegisterEvent {
            header: call("2.999.10"),
            eid,
            rsp_server_address: "smdp1.test.example".to_owned(),
            event_id: "EVENT-1".to_owned(),
            forwarding_indicator: true,
        });
        assert_eq!(
            String::from_utf8(request.to_json()).unwrap(),
            r#"{"header":{"functionRequesterIdentifier":"2.999.10","functionCallIdentifier":"1"},"eid":"89049032123451234512345678901235","rspServerAddress":"smdp1.test.example","eventId":"EVENT-1","forwardingIndicator":true}"#
        );
        let request = Es12Request::DeleteEvent(DeleteEvent {
            header: call("2.999.10"),
            eid,
            event_id: "EVENT-1".to_owned(),
        });
        assert_eq!(
            String::from_utf8(request.to_json()).unwrap(),
            r#"{"header":{"functionRequesterIdentifier":"2.999.10","functionCallIdentifier":"1"},"eid":"89049032123451234512345678901235","eventId":"EVENT-1"}"#
        );
        let success = br#"{"header":{"functionExecutionStatus":{"status":"Executed-Success"}}}"#;
        assert_eq!(write_status(&Ok(())), success);
        assert_eq!(read_status(success), Ok(Ok(())));
    }

    #[test]
    fn malformed_requests_are_named() {
        let valid = json!({
            "header": {"functionRequesterIdentifier": "a", "functionCallIdentifier": "b"},
            "eid": "89049032123451234512345678901235",
            "rspServerAddress": "smdp1.test.example",
            "eventId": "EVENT-1",
            "forwardingIndicator": false,
            "other": 1
        });
        let read = |value: &Value| {
            let body = value.to_string();
            Es12Request::from_json(Es12Function::RegisterEvent, body.as_bytes())
        };
        assert!(read(&valid).is_ok());
        for member in [
            "header",
            "eid",
            "rspServerAddress",
            "eventId",
            "forwardingIndicator",
        ] {
            let mut without = valid.clone();
            without.as_object_mut().unwrap().remove(member);
            assert_eq!(read(&without), Err(JsonError::Missing { member }));
        }
        for (member, value) in [
            ("eid", json!("8904903212345123451234567890123")),
            ("eid", json!("8904903212345123451234567890123A")),
            ("eid", json!(5)),
            ("eventId", json!("")),
            ("eventId", json!("a\u{0}")),
            ("eventId", json!("A".repeat(256))),
            ("rspServerAddress", json!("")),
            ("forwardingIndicator", json!("true")),
        ] {
            let mut changed = valid.clone();
            changed
                .as_object_mut()
                .unwrap()
                .insert(member.to_owned(), value);
            let error = read(&changed).unwrap_err();
            assert!(
                matches!(error, JsonError::Invalid { member: named, .. } if named == member),
                "{error}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_request_survives_its_encoding(
            digits in "[0-9]{32}",
            requester in "\\PC{0,40}",
            address in "[a-z0-9.-]{1,100}",
            event_id in "[A-Z0-9-]{1,255}",
            forwarding_indicator: bool,
        ) {
            let request = Es12Request::RegisterEvent(RegisterEvent {
                header: call(&requester),
                eid: digits.parse().unwrap(),
                rsp_server_address: address,
                event_id: event_id.clone(),
                forwarding_indicator,
            });
            let read = Es12Request::from_json(request.function(), &request.to_json());
            prop_assert_eq!(read, Ok(request));
            let request = Es12Request::DeleteEvent(DeleteEvent {
                header: call(&requester),
                eid: digits.parse().unwrap(),
                event_id,
            });
            let read = Es12Request::from_json(request.function(), &request.to_json());
            prop_assert_eq!(read, Ok(request));
        }

        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            for function in Es12Function::ALL {
                if let Ok(request) = Es12Request::from_json(function, &body) {
                    prop_assert_eq!(Es12Request::from_json(function, &request.to_json()), Ok(request));
                }
            }
            drop(read_status(&body));
        }
    }
}
