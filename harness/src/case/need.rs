// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an implementation must have for a case to apply: `X`, `not X`, `X or not Y`.

use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::options::OPTIONS;

/// One line of `needs`: at least one of its terms must hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Need {
    /// The alternatives.
    pub terms: Vec<Term>,
}

/// An option that must be there, or must not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// The name of the option.
    pub option: String,
    /// Whether the implementation must be without it.
    pub negated: bool,
}

impl Need {
    /// Reads a line.
    ///
    /// # Errors
    /// A sentence fragment with what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let terms: Result<_, _> = text.split(" or ").map(Term::parse).collect();
        Ok(Self { terms: terms? })
    }

    /// Whether an implementation with these options has what is needed.
    #[must_use]
    pub fn holds(&self, has: impl Fn(&str) -> bool) -> bool {
        self.terms
            .iter()
            .any(|term| has(&term.option) != term.negated)
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, String> {
        let (negated, option) = match text.strip_prefix("not ") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let word = !option.is_empty() && !option.contains(char::is_whitespace);
        if !word || matches!(option, "not" | "or") {
            return Err(format!(
                "expected an option, \"not X\" or \"X or Y\", got {text:?}"
            ));
        }
        Ok(Self {
            option: option.to_owned(),
            negated,
        })
    }
}

/// The options of an implementation of this repository when it meets a case: all that there are,
/// but those that the case wants it to be without.
#[must_use]
pub fn built_in_options<'a>(needs: impl IntoIterator<Item = &'a Need>) -> BTreeSet<String> {
    let mut options: BTreeSet<String> = OPTIONS
        .iter()
        .map(|option| option.name.to_owned())
        .collect();
    for need in needs {
        if let [
            Term {
                option,
                negated: true,
            },
        ] = need.terms.as_slice()
        {
            options.remove(option);
        }
    }
    options
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "not " } else { "" };
        write!(f, "{not}{}", self.option)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms: Vec<String> = self.terms.iter().map(Term::to_string).collect();
        f.write_str(&terms.join(" or "))
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Need {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Need".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = OPTIONS.iter().map(|option| option.name).collect();
        json_schema!({
            "description": "An option that the implementation must have: X, not X, or X or Y \
                (harness list --options)",
            "anyOf": [
                { "enum": names },
                { "type": "string", "pattern": "^(not )?[^ ]+( or (not )?[^ ]+)*$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_alternatives() {
        let has = |option: &str| option == "a";
        for (text, holds) in [
            ("a", true),
            ("b", false),
            ("not a", false),
            ("not b", true),
            ("b or a", true),
            ("b or not a", false),
            ("b or not c", true),
        ] {
            let need = Need::parse(text).unwrap();
            assert_eq!(need.to_string(), text);
            assert_eq!(need.holds(has), holds, "{text}");
        }
    }

    #[test]
    fn what_is_no_need_is_refused() {
        for text in [
            "",
            "not",
            "a b",
            "a or",
            "a or or b",
            "not not a",
            "a and b",
        ] {
            let error = Need::parse(text).unwrap_err();
            assert!(error.contains("expected an option"), "{text}: {error}");
        }
    }

    #[test]
    fn built_in_implementations_have_what_is_not_denied() {
        let needs =
            ["not rollback", "not nist or brainpool"].map(|text| Need::parse(text).unwrap());
        let options = built_in_options(&needs);
        assert!(!options.contains("rollback"));
        assert!(options.contains("nist"));
        assert!(
            needs
                .iter()
                .all(|need| need.holds(|name| options.contains(name)))
        );
    }
}
