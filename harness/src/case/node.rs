// SPDX-License-Identifier: MIT OR Apache-2.0
//! A value or pattern of a case file.
//!
//! The same notation says what is sent and what is expected: a scripted half takes the node as a
//! value, a judged half as a pattern. Hex is always quoted: an unquoted 32-digit EID is a floating
//! point number to YAML, and `0010` the number ten.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value or pattern, with members in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `any`: present, whatever it is.
    Any,
    /// `absent`: not there.
    Absent,
    /// `$name` or `$name?`: binds on first sight and compares afterwards.
    Variable(Variable),
    /// `{len: n}`: that many octets, characters or elements.
    Length(usize),
    /// `{contains: v}`: a list with an element, or a text with a part, like this.
    Contains(Box<Self>),
    /// A boolean.
    Boolean(bool),
    /// A number.
    Integer(i64),
    /// A text, a name of a number or bit, or hex.
    Text(String),
    /// A list, compared element by element.
    List(Vec<Self>),
    /// Named members; the ones that are not written are not judged.
    Map(Vec<(String, Self)>),
}

/// A reference to a value that was given or seen before.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Variable {
    /// The name without `$`.
    pub name: String,
    /// Whether the variable also binds absence (`$name?`).
    pub optional: bool,
    /// Only so many octets of it, the first ones (`$name:4`).
    pub first: Option<usize>,
}

impl Variable {
    /// Reads `$name` or `$name?`. Any other text is no variable: activation codes contain `$`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('$')?;
        let (rest, optional) = match rest.strip_suffix('?') {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (name, first) = match rest.split_once(':') {
            Some((name, first)) => (name, Some(first.parse().ok()?)),
            None => (rest, None),
        };
        let mut letters = name.chars();
        let starts = letters.next().is_some_and(|c| c.is_ascii_lowercase());
        (starts && letters.all(|c| c.is_ascii_alphanumeric())).then(|| Self {
            name: name.to_owned(),
            optional,
            first,
        })
    }

    /// As much of a value, octets in hex, as is meant.
    #[must_use]
    pub fn part<'a>(&self, hex: &'a str) -> &'a str {
        let end = self.first.and_then(|octets| octets.checked_mul(2));
        end.and_then(|end| hex.get(..end)).unwrap_or(hex)
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.optional { "?" } else { "" };
        match self.first {
            Some(first) => write!(f, "${}:{first}{mark}", self.name),
            None => write!(f, "${}{mark}", self.name),
        }
    }
}

impl Node {
    /// Name and content, when this is a map of one member: a message or a CHOICE.
    #[must_use]
    pub fn as_choice(&self) -> Option<(&str, &Self)> {
        match self {
            Self::Map(members) => match members.as_slice() {
                [(name, content)] => Some((name, content)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The member called `name`, when this is a map that has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// All variables inside, in the order of writing.
    #[must_use]
    pub fn variables(&self) -> Vec<&Variable> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let Self::Variable(variable) = node {
                found.push(variable);
            }
        });
        found
    }

    /// Whether this can be sent as soon as its variables are known: no pattern in it.
    #[must_use]
    pub fn is_value(&self) -> bool {
        let mut value = true;
        self.walk(&mut |node| {
            value &= !matches!(node, Self::Any | Self::Length(_) | Self::Contains(_));
        });
        value
    }

    fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Contains(inner) => inner.walk(visit),
            Self::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Self::Map(members) => members.iter().for_each(|(_, node)| node.walk(visit)),
            _ => (),
        }
    }

    fn from_text(text: &str) -> Self {
        match text {
            "any" => Self::Any,
            "absent" => Self::Absent,
            _ => match Variable::parse(text) {
                Some(variable) => Self::Variable(variable),
                None => Self::Text(text.to_owned()),
            },
        }
    }

    fn from_members(mut members: Vec<(String, Self)>) -> Result<Self, String> {
        let Some((name, _)) = members.first() else {
            return Ok(Self::Map(members));
        };
        if members.len() > 1 || !matches!(name.as_str(), "len" | "contains") {
            return Ok(Self::Map(members));
        }
        match members.pop() {
            Some((name, inner)) if name == "contains" => Ok(Self::Contains(Box::new(inner))),
            Some((_, Self::Integer(length))) => usize::try_from(length)
                .map(Self::Length)
                .map_err(|_| format!("expected a length of 0 or more, got {length}")),
            _ => Err("expected a number after len".to_owned()),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Absent => f.write_str("absent"),
            Self::Variable(variable) => variable.fmt(f),
            Self::Length(length) => write!(f, "{{len: {length}}}"),
            Self::Contains(inner) => write!(f, "{{contains: {inner}}}"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => write_joined(f, '[', items.iter().map(ToString::to_string), ']'),
            Self::Map(members) => {
                let members = members.iter().map(|(name, node)| format!("{name}: {node}"));
                write_joined(f, '{', members, '}')
            }
        }
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    open: char,
    parts: impl Iterator<Item = String>,
    close: char,
) -> fmt::Result {
    let parts: Vec<String> = parts.collect();
    write!(f, "{open}{}{close}", parts.join(", "))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a value or pattern (hex in quotes, $name, any, absent, {len: n}, {contains: v})",
        )
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        i64::try_from(value)
            .map(Node::Integer)
            .map_err(|_| E::custom("number out of range; hex is written in quotes"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Err(E::custom(
            "expected a whole number or a text, got digits that YAML reads as a fraction; \
             hex is written in quotes",
        ))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Err(E::custom(
            "expected a value, got none; an empty SEQUENCE or NULL is written {}",
        ))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::from_text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut members: Vec<(String, Node)> = Vec::new();
        while let Some((name, node)) = access.next_entry::<String, Node>()? {
            members.push((name, node));
        }
        Node::from_members(members).map_err(A::Error::custom)
    }
}

impl JsonSchema for Node {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Node".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let inner = generator.subschema_for::<Self>();
        json_schema!({
            "description": "A value or pattern: ASN.1 identifiers as keys, a CHOICE as a map of \
                one key, octets as quoted hex; $name binds and compares, $name? also binds \
                absence, $name:4 is the first octets of it, {len: n}, {contains: v}, any, absent. Members that are not written are \
                not judged.",
            "anyOf": [
                { "type": ["boolean", "integer", "string"] },
                { "type": "array", "items": inner },
                { "type": "object", "additionalProperties": inner },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::super::parse_node as node;

    fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    #[test]
    fn scalars() {
        assert_eq!(node("any").unwrap(), Node::Any);
        assert_eq!(node("absent").unwrap(), Node::Absent);
        assert_eq!(node("'0102'").unwrap(), text("0102"));
        assert_eq!(node("12").unwrap(), Node::Integer(12));
        assert_eq!(node("no").unwrap(), text("no"));
        assert_eq!(node("true").unwrap(), Node::Boolean(true));
        assert_eq!(
            node("1$smdp1.test.example$MATCHING-1").unwrap(),
            text("1$smdp1.test.example$MATCHING-1")
        );
    }

    #[test]
    fn variables() {
        let optional = Variable {
            name: "tid".to_owned(),
            optional: true,
            first: None,
        };
        assert_eq!(node("$tid?").unwrap(), Node::Variable(optional));
        let Node::Variable(first) = node("$key:2").unwrap() else {
            panic!("no variable");
        };
        assert_eq!((first.part("010203"), first.part("01")), ("0102", "01"));
        assert_eq!(node("$key:x").unwrap(), text("$key:x"));
        assert_eq!(node("$Tid").unwrap(), text("$Tid"));
        assert_eq!(node("$").unwrap(), text("$"));
    }

    #[test]
    fn hex_without_quotes_is_refused() {
        for yaml in [
            "89049032123451234512345678901235",
            "0010",
            "98001032547698103214",
        ] {
            let error = node(yaml).unwrap_err();
            assert!(error.contains("quotes"), "{yaml}: {error}");
        }
    }

    #[test]
    fn patterns() {
        assert_eq!(node("{len: 64}").unwrap(), Node::Length(64));
        assert_eq!(
            node("{contains: 3}").unwrap(),
            Node::Contains(Box::new(Node::Integer(3)))
        );
        assert!(node("{len: -1}").unwrap_err().contains("0 or more"));
        assert!(node("~").unwrap_err().contains("{}"));
    }

    #[test]
    fn shows_as_it_is_written() {
        let written = "{a: [1, {len: 2}], b: $c?, d: $e:4}";
        assert_eq!(node(written).unwrap().to_string(), written);
    }
}
