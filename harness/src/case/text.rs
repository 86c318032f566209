// SPDX-License-Identifier: MIT OR Apache-2.0
//! `${key}` in the text of a file, replaced before the text is read as YAML.
//!
//! So a key can stand for anything: a value, a name, a part of a sentence, a list. A placeholder
//! that stands alone keeps the type of its value, with quotes around it or without; inside a longer
//! text it is spliced in. Lines stay what they are, and columns are counted back.

mod scan;

use super::node::Node;
use super::parse_node;
use super::{Position, Problem};
use scan::Scanner;

pub use scan::comments;

/// A `${key}` in a text.
#[derive(Clone, Copy, Debug)]
struct Placeholder<'a> {
    key: &'a str,
    /// Octets of the text that are replaced; with the quotes, when it stands alone in them.
    start: usize,
    end: usize,
    how: How,
    position: Position,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum How {
    /// It is the whole value.
    Alone,
    /// It is part of a plain text.
    Plain,
    /// It is part of a text in these quotes.
    Quoted(char),
}

/// A text with its placeholders found.
#[derive(Debug)]
pub(super) struct Template<'a> {
    text: &'a str,
    placeholders: Vec<Placeholder<'a>>,
    problems: Vec<Problem>,
}

/// A text whose placeholders were replaced.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) text: String,
    /// Line, column behind the replacement, and how many columns it added.
    shifts: Vec<(u64, u64, i64)>,
}

impl Replaced {
    /// The place in the file of a place in the text.
    pub(super) fn original(&self, mut position: Position) -> Position {
        let added: i64 = self
            .shifts
            .iter()
            .filter(|(line, behind, _)| *line == position.line && *behind <= position.column)
            .map(|(.., added)| added)
            .sum();
        position.column = position.column.saturating_add_signed(-added).max(1);
        position
    }
}

impl<'a> Template<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut scanner = Scanner::new(text);
        scanner.run();
        Self {
            text,
            placeholders: scanner.placeholders,
            problems: scanner.problems,
        }
    }

    /// The keys that occur, and where.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&'a str, Position)> {
        self.placeholders.iter().map(|one| (one.key, one.position))
    }

    pub(super) const fn is_plain(&self) -> bool {
        self.placeholders.is_empty() && self.problems.is_empty()
    }

    /// The text with every key in its own place, so that it can be read before its values are known.
    pub(super) fn with_keys(&self) -> String {
        self.splice(|placeholder| Some(placeholder.key.to_owned()))
            .text
    }

    /// The text with the values of `lookup`.
    ///
    /// # Errors
    /// A problem for each malformed placeholder, and for each key without a value, in which
    /// `missing` says what is expected.
    pub(super) fn replace<'v>(
        &self,
        lookup: impl Fn(&str) -> Option<&'v Node>,
        missing: impl Fn(&str) -> String,
    ) -> Result<Replaced, Vec<Problem>> {
        let mut problems = self.problems.clone();
        for one in &self.placeholders {
            match lookup(one.key) {
                None => problems.push(Problem {
                    position: one.position,
                    message: missing(one.key),
                }),
                Some(value) if value.to_string().contains(['\n', '\r']) => problems.push(Problem {
                    position: one.position,
                    message: format!("${{{}}}: expected a value of one line", one.key),
                }),
                Some(_) => (),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(self.splice(|one| Some(written(lookup(one.key)?, one.how))))
    }

    fn splice(&self, value: impl Fn(&Placeholder<'_>) -> Option<String>) -> Replaced {
        let mut text = String::with_capacity(self.text.len());
        let mut shifts = Vec::new();
        let mut from = 0;
        let mut line = (0, 0);
        for one in &self.placeholders {
            let Some(new) = value(one) else {
                continue;
            };
            text.push_str(self.text.get(from..one.start).unwrap_or_default());
            let old = self.text.get(one.start..one.end).unwrap_or_default();
            let added = columns(&new) - columns(old);
            if line.0 != one.position.line {
                line = (one.position.line, 0);
            }
            let quote = i64::from(matches!(old.chars().next(), Some('\'' | '"')));
            let end = line.1 + columns(&new) - quote;
            shifts.push((
                line.0,
                one.position.column.saturating_add_signed(end),
                added,
            ));
            line.1 += added;
            text.push_str(&new);
            from = one.end;
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        Replaced { text, shifts }
    }
}

fn columns(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// A value as it is written at a placeholder.
fn written(value: &Node, how: How) -> String {
    match how {
        How::Alone => yaml(value),
        How::Plain => value.to_string(),
        How::Quoted('\'') => value.to_string().replace('\'', "''"),
        How::Quoted(_) => value.to_string().replace('\\', "\\\\").replace('"', "\\\""),
    }
}

/// A node as YAML of one line that reads back as the same node.
pub(super) fn yaml(node: &Node) -> String {
    match node {
        Node::Text(text) => yaml_text(text),
        Node::Contains(inner) => format!("{{contains: {}}}", yaml(inner)),
        Node::List(items) => {
            let items: Vec<String> = items.iter().map(yaml).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Map(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, node)| format!("{}: {}", yaml_text(name), yaml(node)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn yaml_text(text: &str) -> String {
    let first = text.chars().next().is_some_and(char::is_alphanumeric);
    let plain = first
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "._/$@+=;-".contains(c));
    if plain && parse_node(text).is_ok_and(|node| node == Node::Text(text.to_owned())) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(text: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<(&str, Node)> = values
            .iter()
            .map(|(key, value)| (*key, parse_node(value).unwrap()))
            .collect();
        let lookup = |key: &str| {
            values
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, node)| node)
        };
        Template::new(text)
            .replace(lookup, |key| format!("no {key}"))
            .unwrap()
            .text
    }

    #[test]
    fn a_value_alone_keeps_its_type() {
        let values = [
            ("hex", "'0102'"),
            ("n", "3"),
            ("list", "[a, 'b c', {x: '07'}]"),
            ("v", "$eid"),
        ];
        for (text, expected) in [
            ("a: ${hex}", "a: '0102'"),
            ("a: '${hex}'  # b", "a: '0102'  # b"),
            ("a: \"${n}\"", "a: 3"),
            ("{a: ${hex}, b: '${n}'}", "{a: '0102', b: 3}"),
            ("- ${hex}\n- ${list}", "- '0102'\n- [a, 'b c', {x: '07'}]"),
            ("[${v}, ${n}]", "[$eid, 3]"),
        ] {
            assert_eq!(replace(text, &values), expected);
        }
    }

    #[test]
    fn inside_a_text_a_value_is_spliced_in() {
        let values = [("hex", "'0102'"), ("arm", "aResponse"), ("text", "it's")];
        for (text, expected) in [
            ("title: says ${hex}, then", "title: says 0102, then"),
            ("a: 'ff${hex}'", "a: 'ff0102'"),
            ("{${arm}: {b${hex}: 1}}", "{aResponse: {b0102: 1}}"),
            ("a: '${text} here'", "a: 'it''s here'"),
            ("a: 1$smdp1${arm}", "a: 1$smdp1aResponse"),
            ("title: ${hex}, ${hex}", "title: 0102, 0102"),
        ] {
            assert_eq!(replace(text, &values), expected);
        }
    }

    #[test]
    fn comments_and_apostrophes_hide_nothing() {
        let values = [("a", "x")];
        for (text, expected) in [
            ("# ${none}\na: ${a} # ${none}", "# ${none}\na: x # ${none}"),
            ("title: IPA's ${a} #1", "title: IPA's x #1"),
            ("a: 'it''s # ${a}'", "a: 'it''s # x'"),
            ("a: [b] # '\nc: ${a}", "a: [b] # '\nc: x"),
        ] {
            assert_eq!(replace(text, &values), expected);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let template = Template::new("a: b\nc: ${d}, ${}\ne: ${f");
        let problems = template
            .replace(|_| None, |key| format!("no {key}"))
            .unwrap_err();
        let places: Vec<(u64, u64)> = problems
            .iter()
            .map(|problem| (problem.position.line, problem.position.column))
            .collect();
        assert_eq!(places, [(2, 10), (3, 4), (2, 4)]);
        assert_eq!(problems[2].message, "no d");
        let lines = Node::Text("a\nb".to_owned());
        let problems = template
            .replace(|_| Some(&lines), |_| String::new())
            .unwrap_err();
        assert!(
            problems
                .iter()
                .any(|problem| problem.message.contains("one line"))
        );
    }

    #[test]
    fn columns_are_counted_back() {
        let text = "{a: '${x}', b: ${y}, c: d}";
        let (x, y) = (Node::Text("a long text".to_owned()), Node::Integer(1));
        let lookup = |key: &str| Some(if key == "x" { &x } else { &y });
        let replaced = Template::new(text).replace(lookup, str::to_owned).unwrap();
        for name in ["{", "a:", "b:", "c:", "d}"] {
            let there = Position::new(
                1,
                replaced
                    .text
                    .find(&format!(" {name}"))
                    .map_or(0, |at| at + 1) as u64
                    + 1,
            );
            let column = text.find(&format!(" {name}")).map_or(0, |at| at + 1) as u64 + 1;
            assert_eq!(
                replaced.original(there).column,
                column,
                "{name} in {}",
                replaced.text
            );
        }
    }
}
