// SPDX-License-Identifier: MIT OR Apache-2.0
//! What differs between two redacted tapes, message by message, with the names of the fields.
//!
//! Exchanges are lined up by interface and request, so that one that is new does not make all that
//! follow look different.

use std::fmt;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One message of a redacted tape.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Said {
    /// Its name.
    pub name: String,
    /// Path and value of its fields, in its order.
    pub fields: Vec<(String, String)>,
}

/// One exchange of a redacted tape.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Heard {
    /// Its place on the tape, from 1.
    pub number: usize,
    /// Where it was.
    pub interface: String,
    /// What the client said.
    pub request: Said,
    /// What the server said, when it did.
    pub response: Option<Said>,
    /// What is strange about it.
    pub notes: Vec<String>,
}

/// `#3 ES9+ authenticateClientRequest -> authenticateClientResponse`.
impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = self.response.as_ref().map_or("-", |said| &said.name);
        let (interface, request) = (&self.interface, &self.request.name);
        write!(f, "#{} {interface} {request} -> {answer}", self.number)
    }
}

/// The exchanges of a redacted tape.
#[must_use]
pub fn exchanges(text: &str) -> Vec<Heard> {
    let mut all = Vec::new();
    let mut lines = text.lines().peekable();
    while lines.peek().is_some() {
        let mut heard = Heard {
            number: all.len() + 1,
            ..Heard::default()
        };
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            heard.read(line);
        }
        if !heard.interface.is_empty() {
            all.push(heard);
        }
    }
    all
}

impl Heard {
    /// `ES10b < getEuiccDataResponse.eidValue: 8904…`.
    fn read(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        let (Some(interface), Some(way), Some(rest)) = (words.next(), words.next(), words.next())
        else {
            return;
        };
        interface.clone_into(&mut self.interface);
        match way {
            ">" => self.request.read(rest),
            "<" => self.response.get_or_insert_default().read(rest),
            _ => self.notes.push(rest.to_owned()),
        }
    }
}

impl Said {
    fn read(&mut self, text: &str) {
        let (path, value) = text.split_once(": ").unwrap_or((text, ""));
        let (name, field) = path.split_once('.').unwrap_or((path, ""));
        name.clone_into(&mut self.name);
        if !field.is_empty() || !value.is_empty() {
            self.fields.push((field.to_owned(), value.to_owned()));
        }
    }
}

/// One difference between two tapes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Difference {
    /// An exchange that only the first tape has.
    Gone(Heard),
    /// An exchange that only the second tape has.
    New(Heard),
    /// An exchange that both have, with another content.
    Changed {
        /// That of the second tape.
        exchange: Heard,
        /// What is different in it.
        changes: Vec<Change>,
    },
}

/// One difference between two messages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// The answer is another message, or is one, or is none.
    Answer(String, String),
    /// A field that is gone: its path with the name of the message, and its value.
    Gone(String, String),
    /// A field that is new.
    New(String, String),
    /// A field with another value.
    Value(String, String, String),
    /// A note that is gone.
    NoteGone(String),
    /// A note that is new.
    NoteNew(String),
}

impl Change {
    /// The path of the field, or what else it is about.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Answer(..) => "answer",
            Self::Gone(path, _) | Self::New(path, _) | Self::Value(path, ..) => path,
            Self::NoteGone(_) | Self::NoteNew(_) => "note",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(before, after) => write!(f, "~ answer: {before} -> {after}"),
            Self::Gone(path, value) => write!(f, "- {path}: {}", shortened(value, 0)),
            Self::New(path, value) => write!(f, "+ {path}: {}", shortened(value, 0)),
            Self::Value(path, before, after) => {
                let same = common(before, after);
                let (before, after) = (shortened(before, same), shortened(after, same));
                write!(f, "~ {path}: {before} -> {after}")
            }
            Self::NoteGone(note) => write!(f, "- ! {note}"),
            Self::NoteNew(note) => write!(f, "+ ! {note}"),
        }
    }
}

/// How many characters of a long value are shown.
const SHOWN: usize = 64;

/// How many characters two values have in common at their begin.
fn common(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(one, other)| one == other).count()
}

/// A value around its character `at`, when it is long.
fn shortened(value: &str, at: usize) -> String {
    let length = value.chars().count();
    if length <= 2 * SHOWN {
        return value.to_owned();
    }
    // a few characters before the place tell it from others
    let start = at.saturating_sub(SHOWN / 4).min(length - SHOWN);
    let shown: String = value.chars().skip(start).take(SHOWN).collect();
    let before = if start == 0 { "" } else { "…" };
    let after = if start + SHOWN == length { "" } else { "…" };
    format!("{before}{shown}{after} ({length} characters)")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(heard) => write!(f, "- {heard}"),
            Self::New(heard) => write!(f, "+ {heard}"),
            Self::Changed { exchange, changes } => {
                write!(f, "  {exchange}")?;
                changes
                    .iter()
                    .try_for_each(|change| write!(f, "\n      {change}"))
            }
        }
    }
}

/// What differs between two redacted tapes, in the order of the second.
#[must_use]
pub fn differences(before: &str, after: &str) -> Vec<Difference> {
    let (before, after) = (exchanges(before), exchanges(after));
    let key = |heard: &Heard| (heard.interface.clone(), heard.request.name.clone());
    let old: Vec<_> = before.iter().map(key).collect();
    let new: Vec<_> = after.iter().map(key).collect();
    let mut differences = Vec::new();
    for operation in capture_diff_slices(Algorithm::Patience, &old, &new) {
        let gone = before.get(operation.old_range()).unwrap_or_default();
        let came = after.get(operation.new_range()).unwrap_or_default();
        if matches!(operation, DiffOp::Equal { .. }) {
            let pairs = gone.iter().zip(came);
            differences.extend(pairs.filter_map(|(old, new)| changed(old, new)));
        } else {
            differences.extend(gone.iter().cloned().map(Difference::Gone));
            differences.extend(came.iter().cloned().map(Difference::New));
        }
    }
    differences
}

fn changed(before: &Heard, after: &Heard) -> Option<Difference> {
    let mut changes = Vec::new();
    fields(&before.request, &after.request, &mut changes);
    match (&before.response, &after.response) {
        (Some(old), Some(new)) if old.name == new.name => fields(old, new, &mut changes),
        (old, new) if old != new => {
            let name = |said: &Option<Said>| {
                let said = said.as_ref();
                said.map_or_else(|| "none".to_owned(), |said| said.name.clone())
            };
            changes.push(Change::Answer(name(old), name(new)));
        }
        _ => (),
    }
    let gone = before
        .notes
        .iter()
        .filter(|note| !after.notes.contains(note));
    changes.extend(gone.cloned().map(Change::NoteGone));
    let new = after
        .notes
        .iter()
        .filter(|note| !before.notes.contains(note));
    changes.extend(new.cloned().map(Change::NoteNew));
    (!changes.is_empty()).then(|| Difference::Changed {
        exchange: after.clone(),
        changes,
    })
}

fn fields(before: &Said, after: &Said, changes: &mut Vec<Change>) {
    let full = |field: &str| match field {
        "" => after.name.clone(),
        field => format!("{}.{field}", after.name),
    };
    for operation in capture_diff_slices(Algorithm::Patience, &before.fields, &after.fields) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let gone = before.fields.get(operation.old_range()).unwrap_or_default();
        let mut came = after
            .fields
            .get(operation.new_range())
            .unwrap_or_default()
            .to_vec();
        for (path, old) in gone {
            // the same field on both sides has another value; fields of a list may share a path
            let same = came.iter().position(|(new, _)| new == path);
            changes.push(match same {
                Some(at) => {
                    let (_, new) = came.remove(at);
                    Change::Value(full(path), old.clone(), new)
                }
                None => Change::Gone(full(path), old.clone()),
            });
        }
        let new = came.into_iter();
        changes.extend(new.map(|(path, value)| Change::New(full(&path), value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "\
A > ask.x: 1
A > ask.y: 2
A < answer.z: 3

B > other: {}
B < otherAnswer.list.0: [signature]

A > ask.x: 1
A < empty
A ! it hung up

";

    fn told(before: &str, after: &str) -> Vec<String> {
        let differences = differences(before, after);
        let text: Vec<String> = differences.iter().map(Difference::to_string).collect();
        text.join("\n").lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_same_has_no_difference() {
        assert_eq!(told(ONE, ONE), [""; 0]);
        assert_eq!(exchanges(ONE).len(), 3);
        assert_eq!(exchanges("\n\n"), []);
    }

    #[test]
    fn fields_are_named() {
        let two = ONE
            .replace("A > ask.y: 2", "A > ask.w: 2")
            .replace("answer.z: 3", "answer.z: 4")
            .replace("it hung up", "it stays");
        assert_eq!(
            told(ONE, &two),
            [
                "  #1 A ask -> answer",
                "      - ask.y: 2",
                "      + ask.w: 2",
                "      ~ answer.z: 3 -> 4",
                "  #3 A ask -> empty",
                "      - ! it hung up",
                "      + ! it stays",
            ]
        );
    }

    #[test]
    fn a_new_exchange_does_not_change_those_behind_it() {
        let two = ONE.replace("B > other", "C > more\n\nB > other");
        assert_eq!(told(ONE, &two), ["+ #2 C more -> -"]);
        assert_eq!(told(&two, ONE), ["- #2 C more -> -"]);
    }

    #[test]
    fn a_long_value_is_shown_where_it_differs() {
        let long = "0123456789".repeat(30);
        let two = format!("{}x{}", &long[..200], &long[201..]);
        let told = told(
            &format!("A > ask.x: {long}\n"),
            &format!("A > ask.x: {two}\n"),
        );
        let start = "4567890123456789";
        let (one, two) = (&long[200..248], &two[200..248]);
        assert_eq!(
            told[1].trim(),
            format!("~ ask.x: …{start}{one}… (300 characters) -> …{start}{two}… (300 characters)")
        );
    }

    #[test]
    fn another_answer_is_told_once() {
        let two = ONE.replace("B < otherAnswer.list.0: [signature]", "B < refusal.code: 1");
        assert_eq!(
            told(ONE, &two),
            [
                "  #2 B other -> refusal",
                "      ~ answer: otherAnswer -> refusal"
            ]
        );
    }
}
