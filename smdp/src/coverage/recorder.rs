// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes down which codes the servers answer.

use std::path::Path;

use coverage::Key;
use rsp::tlv::{Tag, Tlv};
use serde_json::Value;

use super::owed::SUCCESS;
use crate::service::{ASN1, HttpAnswer};

/// Tag of every message of the ASN.1 binding (SGP.22 §6.6).
const WRAPPER: Tag = Tag::new(0xA2);

/// Takes note of answers for one test.
#[derive(Debug)]
pub struct Recorder(coverage::Recorder);

impl Recorder {
    /// Records for the test that runs on this thread, of the test program `program`, below
    /// `temporary`.
    #[must_use]
    pub fn new(temporary: &Path, program: &str) -> Self {
        Self(coverage::Recorder::new(temporary, program))
    }

    /// Writes down the code of an answer of `interface` (`ES9+`) and `function` (its name in the
    /// path, `authenticateClient`).
    pub fn note(&mut self, interface: &str, function: &str, answer: &HttpAnswer) {
        let Some((binding, code)) = reached(answer) else {
            return;
        };
        let mut letters = function.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let function: String = first.into_iter().chain(letters).collect();
        let key: Key = [format!("{interface}.{function}"), binding.to_owned(), code];
        if let Err(error) = self.0.note(key) {
            // a code that is not written down is reported as a gap later
            tracing::warn!(%error, "not recorded");
        }
    }
}

/// Binding and code of an answer; nothing for one that no function gave.
fn reached(answer: &HttpAnswer) -> Option<(&'static str, String)> {
    let asn1 = answer.media_type.starts_with(ASN1);
    match (answer.status, asn1) {
        (204, true) => Some(("ASN.1", SUCCESS.to_owned())),
        (204, false) => Some(("JSON", SUCCESS.to_owned())),
        (200, true) => Some(("ASN.1", integer(&answer.body)?)),
        (200, false) => Some(("JSON", pair(&answer.body)?)),
        _ => None,
    }
}

/// `A2 { BFxx { 81 code } }` or a success.
fn integer(body: &[u8]) -> Option<String> {
    let wrapper = Tlv::only(body).ok().filter(|tlv| tlv.tag == WRAPPER)?;
    let message = Tlv::only(wrapper.value).ok()?;
    Some(match message.child(Tag::new(0x81)) {
        Some(error) => {
            let octets = error.value.iter();
            octets
                .fold(0, |sum, octet| sum << 8 | u64::from(*octet))
                .to_string()
        }
        None => SUCCESS.to_owned(),
    })
}

/// The pair of codes in the header, or a success.
fn pair(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let status = body.pointer("/header/functionExecutionStatus")?;
    if status.get("status")?.as_str()? == "Executed-Success" {
        return Some(SUCCESS.to_owned());
    }
    let data = status.get("statusCodeData")?;
    let code = |name| data.get(name).and_then(Value::as_str);
    Some(format!("{}/{}", code("subjectCode")?, code("reasonCode")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_answers() {
        let failed = br#"{"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":
            {"subjectCode":"8.2.6","reasonCode":"3.8","message":"x"}}}}"#;
        let executed = br#"{"header":{"functionExecutionStatus":{"status":"Executed-Success"}}}"#;
        let asn1 = |hex: &str| HttpAnswer::asn1(hex::decode(hex).unwrap());
        let some = |binding, code: &str| Some((binding, code.to_owned()));
        for (answer, expected) in [
            (HttpAnswer::json(failed.to_vec()), some("JSON", "8.2.6/3.8")),
            (HttpAnswer::json(executed.to_vec()), some("JSON", SUCCESS)),
            (HttpAnswer::empty(204), some("JSON", SUCCESS)),
            (asn1("A206BF3B03810106"), some("ASN.1", "6")),
            (asn1("A206BF3903A00100"), some("ASN.1", SUCCESS)),
            (HttpAnswer::empty(400), None),
            (HttpAnswer::json(b"{}".to_vec()), None),
            (asn1("A1"), None),
        ] {
            assert_eq!(reached(&answer), expected, "{answer:?}");
        }
    }
}
