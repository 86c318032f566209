// SPDX-License-Identifier: MIT OR Apache-2.0
//! `for_each`: one file, many cases.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::node::Node;
use super::{At, Position, Problem};

/// How many cases a file may make.
const MOST: usize = 10_000;

/// The rows of a file, each of which makes a case.
#[derive(Clone, Debug)]
pub enum ForEach {
    /// The rows themselves.
    Rows(Vec<At<Row>>),
    /// The values of each key; every combination is a row.
    Matrix(Vec<(String, At<Vec<Node>>)>),
}

/// Keys and their values, in the order of writing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Key and value.
    pub members: Vec<(String, Node)>,
}

/// Rows with the names that end the ids of their cases.
pub(super) type NamedRows = Vec<(String, At<Row>)>;

impl Row {
    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        let mut members = self.members.iter();
        members
            .find(|(known, _)| known == key)
            .map(|(_, node)| node)
    }

    /// What ends the id: the value of `name`, else the values one behind the other.
    #[must_use]
    pub fn name(&self) -> String {
        if let Some(name) = self.get("name") {
            return name.to_string();
        }
        let words: Vec<String> = self.members.iter().map(|(_, node)| word(node)).collect();
        words.join("-")
    }
}

/// A value as a part of a file name.
fn word(node: &Node) -> String {
    let text = node.to_string();
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

impl ForEach {
    /// Every row with its name, in the order of writing.
    ///
    /// # Errors
    /// Names that are none or occur twice, and rows without end.
    pub(super) fn rows(&self) -> Result<NamedRows, Vec<Problem>> {
        let rows = match self {
            Self::Rows(rows) => rows.clone(),
            Self::Matrix(keys) => product(keys).map_err(|problem| vec![problem])?,
        };
        let mut problems = Vec::new();
        let mut seen: BTreeMap<String, Position> = BTreeMap::new();
        let mut problem = |position, message| problems.push(Problem { position, message });
        if rows.is_empty() {
            problem(
                self.position(),
                "for_each: expected at least one row, got none".to_owned(),
            );
        }
        if rows.len() > MOST {
            problem(
                self.position(),
                format!("for_each: expected at most {MOST} rows, got {}", rows.len()),
            );
        }
        let mut named = Vec::with_capacity(rows.len());
        for row in rows {
            let name = row.name();
            if !is_name(&name) {
                problem(
                    row.position,
                    format!(
                        "for_each: expected a name of letters, digits, . _ and -, got {name:?}"
                    ),
                );
            }
            if let Some(first) = seen.insert(name.clone(), row.position) {
                problem(
                    row.position,
                    format!(
                        "for_each: the name {name:?} is that of line {} already",
                        first.line
                    ),
                );
            }
            named.push((name, row));
        }
        if problems.is_empty() {
            Ok(named)
        } else {
            Err(problems)
        }
    }

    /// The keys that a row may have but no text uses: mistakes, since they would only look as if
    /// they did something.
    pub(super) fn unused(&self, used: impl Fn(&str) -> bool) -> Vec<Problem> {
        let mut unused: BTreeMap<&str, Position> = BTreeMap::new();
        let mut look = |key, position| {
            if key != "name" && !used(key) {
                unused.entry(key).or_insert(position);
            }
        };
        match self {
            Self::Rows(rows) => {
                for row in rows {
                    for (key, _) in &row.members {
                        look(key.as_str(), row.position);
                    }
                }
            }
            Self::Matrix(keys) => {
                for (key, values) in keys {
                    look(key.as_str(), values.position);
                }
            }
        }
        let problem = |(key, position): (&str, Position)| Problem {
            position,
            message: format!("for_each: nothing in the file uses ${{{key}}}"),
        };
        unused.into_iter().map(problem).collect()
    }

    fn position(&self) -> Position {
        let position = match self {
            Self::Rows(rows) => rows.first().map(|row| row.position),
            Self::Matrix(keys) => keys.first().map(|(_, values)| values.position),
        };
        position.unwrap_or(Position::new(1, 1))
    }
}

/// Every combination, the last key changing fastest.
fn product(keys: &[(String, At<Vec<Node>>)]) -> Result<Vec<At<Row>>, Problem> {
    let position = keys
        .first()
        .map_or(Position::new(1, 1), |(_, values)| values.position);
    let mut rows = vec![Row::default()];
    for (key, values) in keys {
        if rows.len().saturating_mul(values.len()) > MOST {
            return Err(Problem {
                position,
                message: format!("for_each: expected at most {MOST} combinations, got more"),
            });
        }
        let longer = |row: &Row, value: &Node| {
            let mut row = row.clone();
            row.members.push((key.clone(), value.clone()));
            row
        };
        rows = rows
            .iter()
            .flat_map(|row| values.iter().map(move |value| longer(row, value)))
            .collect();
    }
    let rows = if keys.is_empty() { Vec::new() } else { rows };
    Ok(rows.into_iter().map(|row| At::new(position, row)).collect())
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("keys and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Row, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Row { members })
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct ForEachVisitor;

impl<'de> Visitor<'de> for ForEachVisitor {
    type Value = ForEach;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of rows [{key: value}], or lists of values {key: [value]}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<ForEach, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = access.next_element()? {
            rows.push(row);
        }
        Ok(ForEach::Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<ForEach, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = access.next_entry()? {
            keys.push(key);
        }
        Ok(ForEach::Matrix(keys))
    }
}

impl<'de> Deserialize<'de> for ForEach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ForEachVisitor)
    }
}

impl JsonSchema for ForEach {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ForEach".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let node = generator.subschema_for::<Node>();
        json_schema!({
            "description": "One file, many cases: rows of keys and values, or for each key a list \
                of values, of which every combination is a row. ${key} stands for a value anywhere \
                in the file; the key name ends the id of the case, without it the values do.",
            "anyOf": [
                {
                    "type": "array",
                    "minItems": 1,
                    "items": { "type": "object", "additionalProperties": node },
                },
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": { "type": "array", "minItems": 1, "items": node },
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::from_yaml;
    use super::*;

    fn names(yaml: &str) -> Result<Vec<String>, Vec<Problem>> {
        let each: ForEach = from_yaml(yaml).unwrap();
        Ok(each.rows()?.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn rows_are_named_by_name_or_values() {
        let yaml = "- {name: one, code: 3}\n- {code: 4, error: {a: [b, '0F']}}\n- {z: v1.0, a: x}";
        assert_eq!(names(yaml).unwrap(), ["one", "4-a-b-0F", "v1.0-x"]);
    }

    #[test]
    fn a_matrix_is_every_combination() {
        let yaml = "{who: [ipa, eim], code: [1, 2, 3]}";
        let expected = ["ipa-1", "ipa-2", "ipa-3", "eim-1", "eim-2", "eim-3"];
        assert_eq!(names(yaml).unwrap(), expected);
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for (yaml, says, line) in [
            ("[]", "at least one", 1),
            ("{}", "at least one", 1),
            ("- {a: 1}\n- {b: 1}", "line 1 already", 2),
            ("- {name: a/b}", "a/b", 1),
            ("\n- {a: ''}", "got \"\"", 2),
            ("{a: [1], b: []}", "at least one", 1),
        ] {
            let problems = names(yaml).unwrap_err();
            assert!(problems[0].message.contains(says), "{yaml}: {problems:?}");
            assert_eq!(problems[0].position.line, line, "{yaml}");
        }
    }

    #[test]
    fn a_matrix_has_an_end() {
        let values: Vec<String> = (0..40).map(|value| value.to_string()).collect();
        let list = format!("[{}]", values.join(", "));
        let yaml = format!("{{a: {list}, b: {list}, c: {list}, d: {list}}}");
        assert!(names(&yaml).unwrap_err()[0].message.contains("10000"));
    }
}
