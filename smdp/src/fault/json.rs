// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the JSON of an answer (SGP.22 §6.5): its header, its members, how their values are
//! written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use rsp::json::{ExecutionStatus, Failure, StatusCodeData};
use rsp::status::REFUSALS;
use serde_json::{Map, Value, json};

use super::{Act, Done, Fault, NotDone, Parameter, parameter};
use crate::service::{ASN1, HttpAnswer};

type Members = Map<String, Value>;

const MEMBER: Parameter = Parameter::Text {
    what: "MEMBER",
    default: "last",
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "refuse",
        sentence: "the function is refused with this pair of codes, known or not: the device ends \
                   the session and asks for nothing more (SGP.22 §5.2.6, §3.0.2)",
        parameter: Parameter::Pair,
        act: Act::Refuse(refusal),
    },
    Fault {
        name: "refuse-without-codes",
        sentence: "the status is Failed and no statusCodeData says why: the device ends the \
                   session all the same (SGP.22 §6.5.1.4)",
        parameter: Parameter::None,
        act: Act::Refuse(|_| Ok(without_codes(ExecutionStatus::Failed))),
    },
    Fault {
        name: "refuse-expired",
        sentence: "the status is Expired: the device ends the session (SGP.22 §5.2.5)",
        parameter: Parameter::None,
        act: Act::Refuse(|_| Ok(without_codes(ExecutionStatus::Expired))),
    },
    Fault {
        name: "json-with-warning",
        sentence: "the status is Executed-WithWarning beside a whole answer: it counts as \
                   executed (SGP.22 §5.2.5)",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            members.insert("header".to_owned(), header("Executed-WithWarning"));
            Ok(())
        }),
    },
    Fault {
        name: "json-status-unknown",
        sentence: "the status is a word that SGP.22 §5.2.5 does not know: the answer is not read",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            members.insert("header".to_owned(), header("Executed"));
            Ok(())
        }),
    },
    Fault {
        name: "json-header-missing",
        sentence: "the answer has no header, which is mandatory (SGP.22 §6.5.1.3): it is not read",
        parameter: Parameter::None,
        act: Act::Json(|_, members| remove(members, "header")),
    },
    Fault {
        name: "json-status-missing",
        sentence: "the header has no functionExecutionStatus, which is mandatory (SGP.22 \
                   §6.5.1.4): the answer is not read",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            members.insert("header".to_owned(), json!({}));
            Ok(())
        }),
    },
    Fault {
        name: "json-member-missing",
        sentence: "a member of the answer is missing, the last without a name (SGP.22 §6.5.2): the \
                   answer is not read",
        parameter: MEMBER,
        act: Act::Json(|name, members| {
            let name = named(members, name)?;
            remove(members, &name)
        }),
    },
    Fault {
        name: "json-member-null",
        sentence: "a member of the answer is null, the last without a name (SGP.22 §6.5.2): the \
                   answer is not read",
        parameter: MEMBER,
        act: Act::Json(|name, members| {
            let name = named(members, name)?;
            members.insert(name, Value::Null);
            Ok(())
        }),
    },
    Fault {
        name: "json-member-wrong-type",
        sentence: "a member of the answer is an array around its value, the last without a name \
                   (SGP.22 §6.5.2): the answer is not read",
        parameter: MEMBER,
        act: Act::Json(|name, members| {
            let name = named(members, name)?;
            let value = members.get(&name).cloned();
            members.insert(name, json!([value]));
            Ok(())
        }),
    },
    Fault {
        name: "json-member-unknown",
        sentence: "the answer has a member that no clause names: it is ignored (RFC 8259 leaves \
                   it to the reader)",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            members.insert("vendorData".to_owned(), json!({ "x": 1 }));
            Ok(())
        }),
    },
    Fault {
        name: "json-member-twice",
        sentence: "transactionId or else the last member comes twice, with two values: readers \
                   differ on which counts (RFC 8259 §4), so the answer is not read",
        parameter: Parameter::None,
        act: Act::Answer(twice),
    },
    Fault {
        name: "json-transaction-id",
        sentence: "transactionId of the answer is another than the session's: the device compares \
                   it with the signed one (SGP.22 §3.0.1)",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            text(members, "transactionId", |id| {
                let octets = hex::decode(id).ok()?;
                let other: Vec<u8> = octets.iter().map(|octet| !*octet).collect();
                Some(hex::encode_upper(other))
            })
        }),
    },
    Fault {
        name: "json-transaction-id-lower-case",
        sentence: "transactionId is written with small letters, where SGP.22 §6.5.2 has capitals: \
                   a strict device refuses, another compares the octets",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            text(members, "transactionId", |id| Some(id.to_ascii_lowercase()))
        }),
    },
    Fault {
        name: "json-bare-signature",
        sentence: "signatures come without their tag 5F37 and length (SGP.22 §6.5.2.6): a device \
                   that hands base64 through sends the eUICC a damaged request",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                bytes
                    .strip_prefix(&[0x5F, 0x37, 0x40])
                    .map(|bare| STANDARD.encode(bare))
            })
        }),
    },
    Fault {
        name: "json-base64-without-padding",
        sentence: "base64 has no padding (RFC 4648 §3.2): a strict device does not read it",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                (bytes.len() % 3 != 0).then(|| STANDARD_NO_PAD.encode(bytes))
            })
        }),
    },
    Fault {
        name: "json-base64-line-breaks",
        sentence: "base64 has a line break behind every 64 characters (RFC 4648 §3.1): a device \
                   skips them or does not read it",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                let text = STANDARD.encode(bytes).into_bytes();
                let lines: Vec<_> = text.chunks(64).map(String::from_utf8_lossy).collect();
                (lines.len() > 1).then(|| lines.join("\r\n"))
            })
        }),
    },
    Fault {
        name: "json-base64-url",
        sentence: "base64 has the alphabet for URLs (RFC 4648 §5): it is not read",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                let text = URL_SAFE.encode(bytes);
                text.contains(['-', '_']).then_some(text)
            })
        }),
    },
    Fault {
        name: "json-base64-broken",
        sentence: "base64 has a character of no alphabet in its middle: it is not read (RFC 4648 \
                   §3.3)",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                let mut text = STANDARD.encode(bytes);
                text.insert(text.len() / 2, '!');
                Some(text)
            })
        }),
    },
    Fault {
        name: "json-der-cut",
        sentence: "what is inside base64 ends early: it is not read (SGP.22 §6.5.2)",
        parameter: Parameter::None,
        act: Act::Json(|_, members| {
            base64(members, |bytes| {
                let (_, kept) = bytes.split_last()?;
                Some(STANDARD.encode(kept))
            })
        }),
    },
    Fault {
        name: "json-byte-order-mark",
        sentence: "a byte order mark stands before the JSON (RFC 8259 §8.1 forbids it): a device \
                   ignores it or does not read the answer",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            json_only(answer)?;
            answer.body.splice(0..0, [0xEF, 0xBB, 0xBF]);
            Ok(())
        }),
    },
    Fault {
        name: "json-cut",
        sentence: "the JSON ends in its middle, under a length that is right: it is not read (RFC \
                   8259)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            json_only(answer)?;
            answer.body.truncate(answer.body.len() / 2);
            Ok(())
        }),
    },
    Fault {
        name: "json-in-array",
        sentence: "the answer is an array around the object (SGP.22 §6.5.1): it is not read",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            json_only(answer)?;
            answer.body.insert(0, b'[');
            answer.body.push(b']');
            Ok(())
        }),
    },
    Fault {
        name: "json-not",
        sentence: "the body is text and no JSON, under the content type of JSON (SGP.22 §6.2): it \
                   is not read",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            json_only(answer)?;
            answer.body = b"internal error, please try again".to_vec();
            Ok(())
        }),
    },
];

/// The members of a JSON answer.
pub(super) fn members(answer: &HttpAnswer) -> Option<Members> {
    if answer.media_type == ASN1 {
        return None;
    }
    serde_json::from_slice(&answer.body).ok()
}

pub(super) fn put(answer: &mut HttpAnswer, members: &Members) {
    answer.body = Value::Object(members.clone()).to_string().into_bytes();
}

/// Edits the members of a JSON answer; nothing for an answer that is none.
pub(super) fn edit(
    answer: &mut HttpAnswer,
    act: impl FnOnce(&mut Members) -> Done,
) -> Option<Done> {
    let mut members = members(answer)?;
    let done = act(&mut members);
    if done.is_ok() {
        put(answer, &members);
    }
    Some(done)
}

fn json_only(answer: &HttpAnswer) -> Done {
    match answer.media_type == ASN1 || answer.body.is_empty() {
        true => Err(NotDone::new("the answer is no JSON")),
        false => Ok(()),
    }
}

fn header(status: &str) -> Value {
    json!({ "functionExecutionStatus": { "status": status } })
}

fn remove(members: &mut Members, name: &str) -> Done {
    let removed = members.shift_remove(name);
    let missing = || NotDone::new(format!("the answer has no {name}"));
    removed.map(drop).ok_or_else(missing)
}

/// The member that is meant by a parameter.
fn named(members: &Members, name: &str) -> Result<String, NotDone> {
    let found = match name {
        "last" => members.keys().next_back().filter(|name| *name != "header"),
        _ => members.keys().find(|known| *known == name),
    };
    let missing = || NotDone::new(format!("the answer has no member {name}"));
    found.cloned().ok_or_else(missing)
}

/// Writes one text member anew.
fn text(members: &mut Members, name: &str, change: impl Fn(&str) -> Option<String>) -> Done {
    let old = members.get(name).and_then(Value::as_str);
    let new = old.and_then(change);
    let new = new.ok_or_else(|| NotDone::new(format!("the answer has no {name}")))?;
    members.insert(name.to_owned(), Value::from(new));
    Ok(())
}

/// Writes every base64 member anew for which `change` has another text.
fn base64(members: &mut Members, change: impl Fn(&[u8]) -> Option<String>) -> Done {
    let mut changed = false;
    for (name, value) in members.iter_mut() {
        if matches!(name.as_str(), "header" | "transactionId") {
            continue;
        }
        let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok());
        if let Some(text) = bytes.and_then(|bytes| change(&bytes)) {
            *value = Value::from(text);
            changed = true;
        }
    }
    match changed {
        true => Ok(()),
        false => Err(NotDone::new("no member of the answer can be written so")),
    }
}

fn without_codes(status: ExecutionStatus) -> Failure {
    Failure {
        status,
        status_code_data: None,
    }
}

/// The refusal that a pair of codes stands for.
fn refusal(parameter: &str) -> Result<Failure, NotDone> {
    let pair = parameter::pair(parameter);
    let (subject, reason) = pair.ok_or_else(|| NotDone::new("no pair of codes"))?;
    let mut known = REFUSALS.iter().filter(|it| it.is(subject, reason));
    let message = known.next().map_or("refused", |refusal| refusal.message);
    Ok(Failure::failed(StatusCodeData {
        subject_code: subject.to_owned(),
        reason_code: reason.to_owned(),
        subject_identifier: None,
        message: Some(message.to_owned()),
    }))
}

/// Puts a refusal in the place of a JSON answer.
pub(super) fn refuse(answer: &mut HttpAnswer, failure: &Failure) {
    let status = failure.status.name();
    let execution = match &failure.status_code_data {
        None => json!({ "status": status }),
        Some(data) => json!({ "status": status, "statusCodeData": {
            "subjectCode": data.subject_code,
            "reasonCode": data.reason_code,
            "message": data.message,
        } }),
    };
    let body = json!({ "header": { "functionExecutionStatus": execution } });
    answer.status = 200;
    answer.body = body.to_string().into_bytes();
}

/// Puts a member with another value before the one of the same name.
fn twice(_: &str, answer: &mut HttpAnswer) -> Done {
    let members = members(answer).ok_or_else(|| NotDone::new("the answer is no JSON"))?;
    let name = if members.contains_key("transactionId") {
        "transactionId".to_owned()
    } else {
        named(&members, "last").unwrap_or_else(|_| "header".to_owned())
    };
    let rest = answer.body.split_first().map_or(&[][..], |(_, rest)| rest);
    let first = format!("{{{}:\"00\",", Value::from(name));
    answer.body = [first.as_bytes(), rest].concat();
    Ok(())
}
