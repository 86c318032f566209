// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where what is said now differs from what was recorded, with the names of the fields.

use std::fmt;

use serde_json::Value;

use super::event::short;
use super::said::{Http, Said};
use crate::case::Interface;
use crate::message::{Direction, Message, UNDECODABLE};

/// Longest value that is shown.
const SHOWN: usize = 120;

/// The first place where something is not as it was recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// The number of the event, from 1. Its line in the file is the next.
    pub event: usize,
    /// What it was, in words.
    pub what: String,
    /// The field.
    pub field: String,
    /// What was recorded.
    pub recorded: String,
    /// What it is now.
    pub now: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            event,
            what,
            field,
            recorded,
            now,
        } = self;
        write!(
            f,
            "event {event} ({what}): {field}: recorded {recorded}, now {now}"
        )
    }
}

/// A field with two values: recorded and now.
pub(super) type Field = (String, String, String);

/// The first difference between two answers of a card; nothing when they are the same.
pub(super) fn apdu(recorded: &[u8], now: &[u8]) -> Option<Field> {
    if recorded == now {
        return None;
    }
    let parts = |answer: &[u8]| {
        let at = answer.len().saturating_sub(2);
        let (data, status) = answer.split_at_checked(at).unwrap_or_default();
        (data.to_vec(), hex::encode_upper(status))
    };
    let ((data, status), (new_data, new_status)) = (parts(recorded), parts(now));
    if status != new_status {
        let shown = |text: String| match text.as_str() {
            "" => "none".to_owned(),
            _ => text,
        };
        return Some(("status word".to_owned(), shown(status), shown(new_status)));
    }
    Some(message(
        Interface::Es10b,
        Direction::Response,
        &data,
        &new_data,
    ))
}

/// The first difference between two commands to a card that are not the same.
pub(super) fn command(recorded: &[u8], now: &[u8]) -> Field {
    const HEADER: usize = 4;
    let header = |command: &[u8]| hex::encode_upper(command.get(..HEADER).unwrap_or(command));
    let (one, other) = (header(recorded), header(now));
    if one != other {
        return ("CLA INS P1 P2".to_owned(), one, other);
    }
    let data = |command: &[u8]| command.get(HEADER + 1..).unwrap_or_default().to_vec();
    let direction = Direction::Request;
    message(Interface::Es10b, direction, &data(recorded), &data(now))
}

/// The first difference between two pieces of a connection; nothing when they are the same.
pub(super) fn said(
    interface: Interface,
    direction: Direction,
    recorded: &[u8],
    now: &[u8],
) -> Option<Field> {
    if recorded == now {
        return None;
    }
    match (Said::of(recorded), Said::of(now)) {
        (Said::Http(before), Said::Http(after)) => http(interface, direction, &before, &after),
        _ => Some(bytes(recorded, now)),
    }
}

fn http(interface: Interface, direction: Direction, before: &Http, after: &Http) -> Option<Field> {
    if before.line != after.line {
        return Some((
            "first line".to_owned(),
            before.line.clone(),
            after.line.clone(),
        ));
    }
    if before.body != after.body {
        let (before, after) = (before.body.bytes(), after.body.bytes());
        let json = |body: &[u8]| serde_json::from_slice::<Value>(body).ok();
        return Some(match (json(before), json(after)) {
            (Some(one), Some(other)) => {
                value("body", &one, &other).unwrap_or_else(|| bytes(before, after))
            }
            _ => message(interface, direction, before, after),
        });
    }
    let value = |fields: &[(String, String)], name: &str| {
        let mut found = fields.iter().filter(|(known, _)| known == name);
        found
            .next()
            .map_or_else(|| "absent".to_owned(), |(_, value)| value.clone())
    };
    let names = before.fields.iter().chain(&after.fields);
    let mut names = names.map(|(name, _)| name);
    let differs = names.find(|name| value(&before.fields, name) != value(&after.fields, name));
    Some(match differs {
        Some(name) => (
            format!("header field {name}"),
            value(&before.fields, name),
            value(&after.fields, name),
        ),
        None => (
            "order of the header fields".to_owned(),
            "another".to_owned(),
            "this".to_owned(),
        ),
    })
}

fn message(interface: Interface, direction: Direction, before: &[u8], after: &[u8]) -> Field {
    let (one, other) = (
        Message::decode(interface, direction, before),
        Message::decode(interface, direction, after),
    );
    if one.name != other.name {
        return ("message".to_owned(), one.name, other.name);
    }
    let named = one.name != UNDECODABLE;
    let found = named
        .then(|| value(&one.name, &one.value, &other.value))
        .flatten();
    found.unwrap_or_else(|| bytes(before, after))
}

/// The first place where two values differ.
pub(super) fn value(path: &str, before: &Value, after: &Value) -> Option<Field> {
    if before == after {
        return None;
    }
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            names.into_iter().find_map(|name| {
                let path = format!("{path}.{name}");
                let absent = Value::String("absent".to_owned());
                let one = one.get(name).unwrap_or(&absent);
                value(&path, one, other.get(name).unwrap_or(&absent))
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(at, (one, other))| value(&format!("{path}[{at}]"), one, other))
        }
        _ => Some((path.to_owned(), text(before), text(after))),
    }
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    cut(&text)
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn bytes(before: &[u8], after: &[u8]) -> Field {
    let same = before
        .iter()
        .zip(after)
        .take_while(|(one, other)| one == other);
    let at = same.count();
    let from = |bytes: &[u8]| match bytes.get(at..) {
        Some([]) | None => "nothing".to_owned(),
        Some(rest) => short(rest),
    };
    (format!("byte {at}"), from(before), from(after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_has_a_name() {
        let one = json!({"a": {"b": [1, 2]}, "c": 1});
        let other = json!({"a": {"b": [1, 3]}, "c": 2});
        let found = value("body", &one, &other).unwrap();
        assert_eq!(found, ("body.a.b[1]".into(), "2".into(), "3".into()));
        let gone = value("body", &json!({"a": 1}), &json!({})).unwrap();
        assert_eq!(gone, ("body.a".into(), "1".into(), "absent".into()));
        assert_eq!(apdu(&[1, 0x90, 0], &[1, 0x90, 0]), None);
        let status = apdu(&[0x90, 0], &[0x6A, 0x82]).unwrap();
        assert_eq!(status, ("status word".into(), "9000".into(), "6A82".into()));
        let data = apdu(&[1, 2, 0x90, 0], &[1, 3, 0x90, 0]).unwrap();
        assert_eq!(data.0, "boundProfilePackageSegment.octets");
    }

    #[test]
    fn http_is_compared_by_its_parts() {
        let answer = |status: &str, body: &str| {
            let length = body.len();
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
        };
        let compare = |one: &[u8], other: &[u8]| {
            said(Interface::Es9Plus, Direction::Response, one, other).unwrap()
        };
        let found = compare(&answer("200 OK", "{}"), &answer("204 No Content", ""));
        assert_eq!(found.0, "first line");
        let found = compare(
            &answer("200 OK", r#"{"a":1}"#),
            &answer("200 OK", r#"{"a":2}"#),
        );
        assert_eq!(found, ("body.a".into(), "1".into(), "2".into()));
        let found = compare(b"\x01\x02", b"\x01\x03");
        assert_eq!(found, ("byte 1".into(), "02".into(), "03".into()));
    }
}
