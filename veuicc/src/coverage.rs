// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which result codes the functions of this card owe, and which of them a response carries.
//!
//! What is owed follows from the card's own table of functions and the named numbers of the ASN.1
//! modules, so that no code is forgotten: a number that the modules name in the response of a
//! function is owed, unless it is data (a profile state) or came with a later version.
//! The crate `coverage` compares that with the committed tables and with what tests reach.
//!
//! After a change of tests or functions the table of codes is made anew:
//!
//! ```text
//! rm -rf target/tmp/reached && cargo test -p veuicc
//! cargo run -p veuicc -- coverage --record target/tmp/reached --output veuicc/coverage/codes.tsv
//! ```
//!
//! Traps: the module names the reasons of a refused profile package once, the clauses name them per
//! ES8+ command, so these are owed in pairs; what power loss interrupted answers nobody, its result
//! is found by RetrieveNotificationsList.

mod owed;
mod recorder;

use std::collections::HashSet;
use std::sync::OnceLock;

use coverage::{Facts, Key, Subject};
use rsp::schema::{Kind, MESSAGES, Role, Tree};

use crate::isdr::{Es10, request_tag};

pub use owed::codes;
pub use recorder::Recorder;

/// The card with its committed tables.
pub const SUBJECT: Subject = Subject {
    name: "this card",
    columns: ["function", "tag", "result", "code", "name", "clause"],
    key: [0, 2, 3],
    owed: facts,
    codes: include_str!("../coverage/codes.tsv"),
    cases: include_str!("../coverage/part_c.tsv"),
    case_ids: include_str!("../coverage/part_c_ids.txt"),
};

fn facts() -> Vec<Facts> {
    codes().iter().map(Code::facts).collect()
}

/// One result of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Name of the function.
    pub function: &'static str,
    /// Tag of its request.
    pub tag: u16,
    /// The member of the response that carries the number, the arm of the response that has none,
    /// or, in the result of a profile installation, the ES8+ command.
    pub result: &'static str,
    /// The number; none for an arm without one.
    pub code: Option<i64>,
    /// Its name in the module.
    pub name: &'static str,
    /// Where the function is specified.
    pub clause: &'static str,
}

impl Code {
    /// What tells it from every other one: function, result and code, `-` where there is none.
    #[must_use]
    pub fn key(&self) -> Key {
        key_of(self.function, self.result, self.code)
    }

    fn facts(&self) -> Facts {
        let [function, result, code] = self.key();
        let tag = format!("{:04X}", self.tag);
        [
            function,
            tag,
            result,
            code,
            self.name.to_owned(),
            self.clause.to_owned(),
        ]
    }
}

fn key_of(function: &str, result: &str, code: Option<i64>) -> Key {
    let code = code.map_or_else(|| "-".to_owned(), |code| code.to_string());
    [function.to_owned(), result.to_owned(), code]
}

/// The type of the response of a function; the messages of SGP.32 come before those they widen.
pub(crate) fn response_type(function: Es10) -> Option<&'static str> {
    let tag = match function {
        // the response has a tag of its own
        Es10::LoadBoundProfilePackage => 0xBF37,
        other => u32::from(other.tag()),
    };
    let answered = || {
        MESSAGES.iter().filter(move |message| {
            message.interface.starts_with("ES10")
                && message.tag == rsp::tlv::Tag::new(tag)
                && message.response.is_some()
        })
    };
    let same_clause = answered().find(|message| message.clause == function.clause());
    same_clause.or_else(|| answered().next())?.response
}

/// The codes that a response carries.
#[must_use]
pub fn reached(request: &[u8], response: &[u8]) -> Vec<Key> {
    static OWED: OnceLock<HashSet<Key>> = OnceLock::new();
    let owed = OWED.get_or_init(|| codes().iter().map(Code::key).collect());
    let Some(function) = request_tag(request).and_then(Es10::from_tag) else {
        return Vec::new();
    };
    let Some(name) = response_type(function) else {
        return Vec::new();
    };
    let tree = rsp::schema::decode_lenient(name, response);
    let mut found = vec![key(function, owed::ANSWER, None)];
    collect(function, &tree, false, &mut found);
    found.retain(|key| owed.contains(key));
    found
}

fn key(function: Es10, result: &str, code: Option<i64>) -> Key {
    key_of(function.name(), result, code)
}

fn collect(function: Es10, node: &Tree, is_arm: bool, found: &mut Vec<Key>) {
    // a result that is kept is that of its own function, whoever tells it
    let function = match node.type_name() {
        "SuccessResult" | "ErrorResult" => Es10::LoadBoundProfilePackage,
        "EuiccPackageResultSigned" if function == Es10::RetrieveNotificationsList => {
            Es10::LoadEuiccPackage
        }
        _ => function,
    };
    if is_arm {
        found.push(key(function, &node.name, None));
    }
    if node.type_name() == "ErrorResult" {
        found.extend(installation_error(node));
        return;
    }
    let kind = node.ty.map(rsp::schema::Type::kind);
    if let Some(Kind::Integer(_)) = kind {
        found.push(key(function, &node.name, integer(node)));
    }
    let choice = matches!(kind, Some(Kind::Choice(_)));
    for child in &node.children {
        let is_arm = choice && matches!(child.role, Role::Member(_));
        collect(function, child, is_arm, found);
    }
}

/// The pair of ES8+ command and reason.
fn installation_error(node: &Tree) -> Option<Key> {
    let command = node.child("bppCommandId")?.to_value();
    let reason = integer(node.child("errorReason")?);
    let command = command.as_str()?;
    Some(key(Es10::LoadBoundProfilePackage, command, reason))
}

fn integer(node: &Tree) -> Option<i64> {
    let contents = node.contents();
    let negative = contents.first().is_some_and(|first| first & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    (contents.len() <= 8).then(|| {
        contents
            .iter()
            .fold(start, |sum, byte| sum << 8 | i64::from(*byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_a_response_in_the_schema() {
        for function in Es10::ALL {
            let name = response_type(*function);
            assert!(name.is_some(), "{}", function.name());
            assert!(rsp::schema::find_type(name.unwrap()).is_some());
        }
    }

    fn of(request: &str, response: &str) -> Vec<(String, String)> {
        let bytes = |hex: &str| hex::decode(hex).unwrap();
        let found = reached(&bytes(request), &bytes(response));
        found
            .into_iter()
            .map(|[_, result, code]| (result, code))
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn numbers_and_arms_are_read_from_responses() {
        assert_eq!(
            of("BF3100", "BF3103800105"),
            pairs(&[("enableResult", "5")])
        );
        assert_eq!(
            of("BF2B00", "BF2B02A200"),
            pairs(&[("euiccPackageResultList", "-")])
        );
        assert_eq!(of("BF2E00", "BF2E0380010F"), pairs(&[("response", "-")]));
        // a signed result with enable 0 and disable 127
        let results = "3006830100 84017F".replace(' ', "");
        let data = format!("3011 800161 810101 830101 {results}").replace(' ', "");
        let signed = format!("BF5118A016{data}5F3700");
        assert_eq!(
            of("BF5100", &signed),
            pairs(&[
                ("euiccPackageResultSigned", "-"),
                ("enableResult", "0"),
                ("disableResult", "127")
            ])
        );
    }

    #[test]
    fn a_number_that_is_not_owed_is_no_code() {
        assert!(of("BF3100", "BF3103800177").is_empty());
        assert!(of("BFFF00", "BF3103800100").is_empty());
        assert!(of("", "").is_empty());
    }
}
