// SPDX-License-Identifier: MIT OR Apache-2.0
//! The match of one pattern with one value, member by member.

use std::collections::BTreeMap;

use rsp::schema::Tree;
use serde_json::Value;

use super::{Bindings, Bound, Mismatch, show};
use crate::case::{Node, Variable};

/// What is matched: a value, and the part of the message that it was read from.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) value: Option<&'a Value>,
    pub(super) tree: Option<&'a Tree>,
}

impl<'a> Seen<'a> {
    fn member(&self, name: &str) -> Self {
        Seen {
            value: self.value.and_then(|value| value.get(name)),
            tree: self.tree.and_then(|tree| tree.child(name)),
        }
    }

    fn element(&self, index: usize, value: &'a Value) -> Self {
        Seen {
            value: Some(value),
            tree: self.tree.and_then(|tree| tree.children.get(index)),
        }
    }

    /// Octets, characters or elements.
    fn length(&self) -> Option<usize> {
        match self.value? {
            Value::String(text) => Some(match self.tree {
                Some(tree) if tree.children.is_empty() => tree.contents().len(),
                _ if is_hex(text) => text.len() / 2,
                _ => text.chars().count(),
            }),
            Value::Array(items) => Some(items.len()),
            _ => None,
        }
    }

    /// The number behind a name.
    fn number(&self) -> Option<i64> {
        let octets = self
            .tree
            .filter(|tree| tree.children.is_empty())?
            .contents();
        if octets.is_empty() || octets.len() > 8 {
            return None;
        }
        let negative = octets.first().is_some_and(|first| first & 0x80 != 0);
        let start = if negative { -1 } else { 0 };
        Some(
            octets
                .iter()
                .fold(start, |sum: i64, octet| (sum << 8) | i64::from(*octet)),
        )
    }
}

/// One match on its way: what is bound so far, and what did not fit.
pub(super) struct Unifier<'a> {
    known: &'a Bindings,
    /// What this match binds, on top of what is known.
    fresh: BTreeMap<String, Bound>,
    mismatches: Vec<Mismatch>,
}

impl<'a> Unifier<'a> {
    pub(super) const fn new(known: &'a Bindings) -> Self {
        Self {
            known,
            fresh: BTreeMap::new(),
            mismatches: Vec::new(),
        }
    }

    pub(super) fn end(self) -> Result<BTreeMap<String, Bound>, Vec<Mismatch>> {
        if self.mismatches.is_empty() {
            Ok(self.fresh)
        } else {
            Err(self.mismatches)
        }
    }

    fn get(&self, name: &str) -> Option<&Bound> {
        self.fresh.get(name).or_else(|| self.known.get(name))
    }

    fn bind(&mut self, variable: &Variable, bound: Bound) {
        self.fresh.insert(variable.name.clone(), bound);
    }

    /// What a variable would show in an explanation.
    fn describe(&self, variable: &Variable) -> String {
        match self.get(&variable.name) {
            None => variable.to_string(),
            Some(Bound::Absent) => format!("absent ({variable})"),
            Some(bound) => format!("{} ({variable})", show(bound.value())),
        }
    }

    pub(super) fn unify(&mut self, pattern: &Node, seen: &Seen<'_>, path: String) {
        match (pattern, seen.value) {
            (Node::Variable(variable), _) => self.variable(variable, seen, path),
            (Node::Absent, None) | (Node::Any, Some(_)) => (),
            (_, None) | (Node::Absent, _) => self.differ(pattern, seen, path),
            (Node::Contains(inner), Some(value)) => {
                self.contains(pattern, inner, value, seen, path)
            }
            (Node::List(wanted), Some(Value::Array(found))) if wanted.len() == found.len() => {
                for (index, (wanted, found)) in wanted.iter().zip(found).enumerate() {
                    self.unify(
                        wanted,
                        &seen.element(index, found),
                        join(&path, &index.to_string()),
                    );
                }
            }
            (Node::Map(wanted), Some(Value::Object(found))) => {
                if let Some(name) = other_arm(wanted, found) {
                    return self.push(path, wanted.first().map_or("", |(name, _)| name), name);
                }
                for (name, node) in wanted {
                    self.unify(node, &seen.member(name), join(&path, name));
                }
            }
            (pattern, Some(value)) => {
                if !scalar_fits(pattern, value, seen) {
                    self.differ(pattern, seen, path);
                }
            }
        }
    }

    fn variable(&mut self, variable: &Variable, seen: &Seen<'_>, path: String) {
        let known = self.get(&variable.name).cloned();
        let fits = match (&known, seen.value) {
            (None, Some(value)) => {
                let bound = Bound::Value {
                    value: value.clone(),
                    raw: seen.tree.map(|tree| tree.raw().to_vec()),
                };
                self.bind(variable, bound);
                true
            }
            (None, None) if variable.optional => {
                self.bind(variable, Bound::Absent);
                true
            }
            (None, None) => false,
            (Some(Bound::Absent), found) => found.is_none(),
            (Some(_), None) => variable.optional,
            (Some(bound), Some(Value::String(found))) if variable.first.is_some() => {
                let whole = bound.value().and_then(Value::as_str);
                whole.is_some_and(|whole| variable.part(whole) == found)
            }
            (Some(bound), Some(found)) => same_bytes(bound, seen) || same(bound, found),
        };
        let known = known.as_ref().and_then(Bound::value);
        if let (false, Some(known @ Value::Object(_)), Some(found @ Value::Object(_))) =
            (fits, known, seen.value)
        {
            return self.differ_inside(known, found, &path, variable);
        }
        if !fits {
            self.differ(&Node::Variable(variable.clone()), seen, path);
        }
    }

    fn contains(
        &mut self,
        pattern: &Node,
        inner: &Node,
        value: &Value,
        seen: &Seen<'_>,
        path: String,
    ) {
        let fits = match value {
            Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                let mut trial = Self {
                    known: self.known,
                    fresh: self.fresh.clone(),
                    mismatches: Vec::new(),
                };
                trial.unify(inner, &seen.element(index, item), String::new());
                let fits = trial.mismatches.is_empty();
                if fits {
                    self.fresh = trial.fresh;
                }
                fits
            }),
            Value::String(text) => {
                matches!(inner, Node::Text(part) if text.contains(part.as_str()))
            }
            _ => false,
        };
        if !fits {
            self.differ(pattern, seen, path);
        }
    }

    /// Two structures that should be the same: the members that differ are said, not the whole.
    fn differ_inside(&mut self, known: &Value, found: &Value, path: &str, variable: &Variable) {
        match (known, found) {
            (Value::Object(one), Value::Object(other)) => {
                let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
                names.sort();
                names.dedup();
                for name in names {
                    let path = join(path, name);
                    match (one.get(name), other.get(name)) {
                        (Some(one), Some(other)) if one == other => (),
                        (Some(one), Some(other)) => {
                            self.differ_inside(one, other, &path, variable);
                        }
                        (one, other) => {
                            self.push(path, &format!("{} ({variable})", show(one)), &show(other))
                        }
                    }
                }
            }
            (one, other) => self.push(
                path.to_owned(),
                &format!("{} ({variable})", show(Some(one))),
                &show(Some(other)),
            ),
        }
    }

    fn differ(&mut self, pattern: &Node, seen: &Seen<'_>, path: String) {
        let expected = match pattern {
            Node::Variable(variable) => self.describe(variable),
            Node::Contains(inner) => match inner.as_ref() {
                Node::Variable(variable) => {
                    format!("one that is {}", self.describe(variable))
                }
                inner => format!("one that is {inner}"),
            },
            Node::Length(length) => format!("length {length}"),
            pattern => pattern.to_string(),
        };
        let actual = match (pattern, seen.length()) {
            (Node::Length(_), Some(length)) => format!("length {length}: {}", show(seen.value)),
            _ => show(seen.value),
        };
        self.push(path, &expected, &actual);
    }

    fn push(&mut self, path: String, expected: &str, actual: &str) {
        self.mismatches.push(Mismatch {
            path,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
        });
    }
}

/// The arm that came, when one member was wanted and one other came: a CHOICE with another arm is
/// said as such and not as a missing member.
fn other_arm<'a>(
    wanted: &[(String, Node)],
    found: &'a serde_json::Map<String, Value>,
) -> Option<&'a str> {
    let [(name, node)] = wanted else { return None };
    let mut arms = found.keys();
    let (Some(arm), None) = (arms.next(), arms.next()) else {
        return None;
    };
    let must = !matches!(node, Node::Absent) && !matches!(node, Node::Variable(v) if v.optional);
    (must && arm != name).then_some(arm)
}

fn scalar_fits(pattern: &Node, value: &Value, seen: &Seen<'_>) -> bool {
    match (pattern, value) {
        (Node::Boolean(wanted), Value::Bool(found)) => wanted == found,
        (Node::Integer(wanted), Value::Number(found)) => found.as_i64() == Some(*wanted),
        (Node::Integer(wanted), Value::String(_)) => seen.number() == Some(*wanted),
        (Node::Text(wanted), Value::String(found)) => same_text(wanted, found),
        (Node::Length(wanted), _) => seen.length() == Some(*wanted),
        _ => false,
    }
}

/// Hex is compared without regard to case.
fn same_text(one: &str, other: &str) -> bool {
    one == other || (is_hex(one) && is_hex(other) && one.eq_ignore_ascii_case(other))
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether both are the same bytes; the tag may differ, as the place in the message gives it. Types
/// of SGP.22 and SGP.32 tell the same bytes differently.
fn same_bytes(bound: &Bound, seen: &Seen<'_>) -> bool {
    let (Some(raw), Some(tree)) = (bound.raw(), seen.tree) else {
        return false;
    };
    let contents = rsp::tlv::Tlv::only(raw).map_or(raw, |tlv| tlv.value);
    raw == tree.raw() || contents == tree.contents()
}

fn same(bound: &Bound, found: &Value) -> bool {
    match bound {
        Bound::Absent => false,
        Bound::Value { value, .. } => same_value(value, found),
        Bound::Message { name, value, .. } => {
            same_value(value, found)
                || found.as_object().is_some_and(|map| {
                    map.len() == 1 && map.get(name).is_some_and(|found| same_value(value, found))
                })
        }
    }
}

fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => same_text(one, other),
        _ => one == other,
    }
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
