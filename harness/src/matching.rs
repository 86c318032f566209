// SPDX-License-Identifier: MIT OR Apache-2.0
//! Patterns against what came: binding, comparing, and saying what did not fit.
//!
//! A match is all or nothing: variables are bound only when the whole pattern fits. Every
//! difference is collected, not only the first, since a reader wants to see how far off a message
//! is.

mod show;
mod unify;

use std::collections::BTreeMap;
use std::fmt;

use rsp::schema::Tree;
use serde_json::Value;

use crate::case::Node;

pub use show::show;
use unify::{Seen, Unifier};

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// The member was not there when `$name?` met it.
    Absent,
    /// A value, with the exact bytes of its TLV when it was taken from a message.
    Value {
        /// The decoded value.
        value: Value,
        /// Tag, length and contents, when known.
        raw: Option<Vec<u8>>,
    },
    /// A whole message.
    Message {
        /// Its name.
        name: String,
        /// Its content.
        value: Value,
        /// Its exact bytes.
        raw: Vec<u8>,
    },
}

impl Bound {
    /// A value that was not taken from a message.
    #[must_use]
    pub const fn given(value: Value) -> Self {
        Self::Value { value, raw: None }
    }

    /// The decoded value, unless it is absence.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Absent => None,
            Self::Value { value, .. } | Self::Message { value, .. } => Some(value),
        }
    }

    /// The exact bytes, where known.
    #[must_use]
    pub fn raw(&self) -> Option<&[u8]> {
        match self {
            Self::Absent => None,
            Self::Value { raw, .. } => raw.as_deref(),
            Self::Message { raw, .. } => Some(raw),
        }
    }
}

/// The variables of a running case.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    known: BTreeMap<String, Bound>,
}

impl Bindings {
    /// What `name` stands for.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.known.get(name)
    }

    /// Gives `name` a meaning, replacing an older one.
    pub fn set(&mut self, name: &str, bound: Bound) {
        self.known.insert(name.to_owned(), bound);
    }

    /// Takes over what a match bound.
    pub fn adopt(&mut self, fresh: BTreeMap<String, Bound>) {
        self.known.extend(fresh);
    }

    /// Matches `pattern` with `value`, and binds what it names.
    ///
    /// `tree` is the message that `value` was read from: it tells lengths and numbers from their
    /// text forms and gives variables their exact bytes.
    ///
    /// # Errors
    /// Every difference; nothing is bound then.
    pub fn unify(
        &mut self,
        pattern: &Node,
        value: Option<&Value>,
        tree: Option<&Tree>,
    ) -> Result<(), Vec<Mismatch>> {
        let fresh = self.trial(pattern, value, tree)?;
        self.adopt(fresh);
        Ok(())
    }

    /// Whether `pattern` fits, with what it would bind.
    ///
    /// # Errors
    /// Every difference.
    pub fn trial(
        &self,
        pattern: &Node,
        value: Option<&Value>,
        tree: Option<&Tree>,
    ) -> Result<BTreeMap<String, Bound>, Vec<Mismatch>> {
        let mut unifier = Unifier::new(self);
        unifier.unify(pattern, &Seen { value, tree }, String::new());
        unifier.end()
    }
}

/// One difference between a pattern and a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// Where, in ASN.1 identifiers with dots; empty for the message itself.
    pub path: String,
    /// What the case wants there.
    pub expected: String,
    /// What was there.
    pub actual: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "expected {}, got {}", self.expected, self.actual)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::parse_node;

    fn unify(bindings: &mut Bindings, pattern: &str, value: &Value) -> Vec<String> {
        let pattern = parse_node(pattern).unwrap();
        match bindings.unify(&pattern, Some(value), None) {
            Ok(()) => Vec::new(),
            Err(mismatches) => mismatches.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn members_not_written_are_not_judged() {
        let value = json!({"eidValue": "8904", "rPLMN": "62f210"});
        let mut bindings = Bindings::default();
        assert!(unify(&mut bindings, "{eidValue: '8904'}", &value).is_empty());
        assert!(unify(&mut bindings, "{}", &value).is_empty());
        assert_eq!(
            unify(&mut bindings, "{rPLMN: absent}", &value),
            ["rPLMN: expected absent, got 62f210"]
        );
    }

    #[test]
    fn variables_bind_then_compare() {
        let mut bindings = Bindings::default();
        let pattern = "{counterValue: $c, eimTransactionId: $tid?}";
        assert!(unify(&mut bindings, pattern, &json!({"counterValue": 5})).is_empty());
        assert_eq!(bindings.get("tid"), Some(&Bound::Absent));
        assert_eq!(
            unify(
                &mut bindings,
                pattern,
                &json!({"counterValue": 6, "eimTransactionId": "01"})
            ),
            [
                "counterValue: expected 5 ($c), got 6",
                "eimTransactionId: expected absent ($tid?), got 01"
            ]
        );
    }

    #[test]
    fn a_failed_match_binds_nothing() {
        let mut bindings = Bindings::default();
        unify(&mut bindings, "{a: $x, b: 2}", &json!({"a": 1, "b": 3}));
        assert_eq!(bindings.get("x"), None);
    }

    #[test]
    fn another_arm_is_said_as_such() {
        assert_eq!(
            unify(
                &mut Bindings::default(),
                "{psmoList: [{enable: {}}]}",
                &json!({"psmoList": [{"disable": {"iccid": "98"}}]})
            ),
            ["psmoList.0: expected enable, got disable"]
        );
    }

    #[test]
    fn lists_lengths_and_parts() {
        let mut bindings = Bindings::default();
        let value = json!({"list": [1, 2], "octets": "0102", "text": "hello"});
        assert!(unify(&mut bindings, "{list: {contains: 2}}", &value).is_empty());
        assert!(unify(&mut bindings, "{list: [1, $y], octets: {len: 2}}", &value).is_empty());
        assert!(unify(&mut bindings, "{text: {contains: ell}}", &value).is_empty());
        assert_eq!(
            unify(&mut bindings, "{list: [1]}", &value),
            ["list: expected [1], got [1, 2]"]
        );
        assert_eq!(
            unify(&mut bindings, "{octets: {len: 3}}", &value),
            ["octets: expected length 3, got length 2: 0102"]
        );
        assert_eq!(
            unify(&mut bindings, "{list: {contains: 9}}", &value),
            ["list: expected one that is 9, got [1, 2]"]
        );
    }

    #[test]
    fn a_structure_says_where_it_differs() {
        let mut bindings = Bindings::default();
        let value = |n: i64| json!({"a": {"b": n, "c": 2}});
        bindings.set("x", Bound::given(value(1)));
        assert_eq!(
            unify(&mut bindings, "$x", &value(3)),
            ["a.b: expected 1 ($x), got 3"]
        );
    }

    #[test]
    fn a_kept_message_is_compared_with_and_without_its_name() {
        let mut bindings = Bindings::default();
        bindings.set(
            "result",
            Bound::Message {
                name: "euiccPackageResult".to_owned(),
                value: json!({"a": 1}),
                raw: vec![0x30],
            },
        );
        assert!(unify(&mut bindings, "{r: $result}", &json!({"r": {"a": 1}})).is_empty());
        assert!(
            unify(
                &mut bindings,
                "$result",
                &json!({"euiccPackageResult": {"a": 1}})
            )
            .is_empty()
        );
    }
}
