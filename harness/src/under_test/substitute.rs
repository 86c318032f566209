// SPDX-License-Identifier: MIT OR Apache-2.0
//! `{name}` in commands, environments and templates of a description.
//!
//! Only `{`, a word of small letters, digits and `_`, `}` is a name; every other brace is text, so
//! that JSON can be written as it is. `{{name}}` stands for the text `{name}`.
//!
//! Trap: a value goes where it is written, so whoever fills a URL or a JSON body says how a value is
//! escaped there.

mod table;

use std::collections::BTreeMap;

pub use table::{NAMES, Name, Needs};

/// A name that stands for nothing here.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{{{0}}} stands for nothing here")]
pub struct UnknownName(pub String);

/// A piece of a template.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Splits a template at its names.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (piece, length) = piece_at(from);
        pieces.push(piece);
        rest = from.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The piece that begins with the brace at the start of `text`, and how long it is there.
fn piece_at(text: &str) -> (Piece<'_>, usize) {
    let doubled = text
        .strip_prefix("{{")
        .and_then(|inner| word(inner).filter(|word| ends_doubled(inner, word)));
    if let Some(word) = doubled {
        let shown = text.get(1..word.len() + 3).unwrap_or_default();
        return (Piece::Text(shown), word.len() + 4);
    }
    match text.get(1..).and_then(word) {
        Some(word) => (Piece::Name(word), word.len() + 2),
        None => (Piece::Text("{"), 1),
    }
}

fn ends_doubled(inner: &str, word: &str) -> bool {
    let rest = inner.get(word.len()..);
    rest.is_some_and(|rest| rest.starts_with("}}"))
}

/// The name at the start of `text`, when a brace closes it.
fn word(text: &str) -> Option<&str> {
    let (word, _) = text.split_once('}')?;
    let mut letters = word.bytes();
    let first = letters.next()?;
    let inner = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'_';
    (first.is_ascii_lowercase() && letters.all(inner)).then_some(word)
}

/// The names in a template, in their order.
#[must_use]
pub fn names_in(template: &str) -> Vec<&str> {
    pieces(template)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect()
}

/// The known name that is most like `name`, if one is like it at all.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let rank = |it: &'a str| (distance(name, it), name.len().abs_diff(it.len()), it);
    let (distance, _, near) = known.into_iter().map(rank).min()?;
    (distance <= 1 + name.len() / 4).then_some(near)
}

/// How many letters have to be changed, added or left out to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut corner = index;
        let mut last = index + 1;
        for (right, above) in other.chars().zip(row.iter_mut().skip(1)) {
            let changed = corner + usize::from(left != right);
            corner = *above;
            last = changed.min(*above + 1).min(last + 1);
            *above = last;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The names of a case with what stands in their place.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Names {
    /// Gives a name its value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.texts.insert(name.to_owned(), value.into());
    }

    /// Gives a name several values, each of which repeats what is around the name.
    pub fn set_list(&mut self, name: &str, values: Vec<String>) {
        self.lists.insert(name.to_owned(), values);
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Replaces the names in a text; several values stand on a line each. `escape` makes a value
    /// fit where it is written.
    ///
    /// # Errors
    /// The first name that has no value.
    pub fn fill(
        &self,
        template: &str,
        escape: impl Fn(&str) -> String,
    ) -> Result<String, UnknownName> {
        let mut text = String::new();
        for piece in pieces(template) {
            match piece {
                Piece::Text(written) => text.push_str(written),
                Piece::Name(name) => {
                    let value = match (self.texts.get(name), self.lists.get(name)) {
                        (Some(value), _) => escape(value),
                        (None, Some(values)) => escape(&values.join("\n")),
                        (None, None) => return Err(UnknownName(name.to_owned())),
                    };
                    text.push_str(&value);
                }
            }
        }
        Ok(text)
    }

    /// Replaces the names in a text as they are.
    ///
    /// # Errors
    /// The first name that has no value.
    pub fn fill_plain(&self, template: &str) -> Result<String, UnknownName> {
        self.fill(template, str::to_owned)
    }

    /// Replaces the names in a command. A name of several values that is a whole argument repeats
    /// the option before it with each value; inside an argument it repeats that argument. Without a
    /// value both are left out.
    ///
    /// # Errors
    /// The first name that has no value.
    pub fn command(&self, arguments: &[String]) -> Result<Vec<String>, UnknownName> {
        let mut filled: Vec<String> = Vec::new();
        for argument in arguments {
            let list = names_in(argument)
                .into_iter()
                .find_map(|name| Some((name, self.lists.get(name)?)));
            let Some((name, values)) = list else {
                filled.push(self.fill_plain(argument)?);
                continue;
            };
            let alone = *argument == format!("{{{name}}}");
            // the option before it belongs to each value
            let is_option = filled.last().is_some_and(|before| before.starts_with('-'));
            let flag = if alone && is_option {
                filled.pop()
            } else {
                None
            };
            for value in values {
                filled.extend(flag.clone());
                let mut one = self.clone();
                one.set(name, value.as_str());
                filled.push(one.fill_plain(argument)?);
            }
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.set("card", "127.0.0.1:7");
        names.set("value", r#"{"a":"b"}"#);
        names.set_list("resolve", vec!["a=1".to_owned(), "b=2".to_owned()]);
        names
    }

    #[test]
    fn only_words_between_braces_are_names() {
        for (template, filled) in [
            ("tcp:{card}", "tcp:127.0.0.1:7"),
            ("{card}{card}", "127.0.0.1:7127.0.0.1:7"),
            (r#"{"order": {value}}"#, r#"{"order": {"a":"b"}}"#),
            ("{{card}}", "{card}"),
            ("{ card } {Card} {} {", "{ card } {Card} {} {"),
            ("{7}", "{7}"),
            ("hosts:\n{resolve}", "hosts:\na=1\nb=2"),
            ("ä{card}ä", "ä127.0.0.1:7ä"),
        ] {
            assert_eq!(names().fill_plain(template).unwrap(), filled, "{template}");
        }
        let error = names().fill_plain("x {crad}").unwrap_err();
        assert_eq!(error, UnknownName("crad".to_owned()));
    }

    #[test]
    fn values_are_escaped_and_text_is_not() {
        let percent = |value: &str| value.replace(':', "%3A");
        let filled = names().fill("http://x/{card}", percent).unwrap();
        assert_eq!(filled, "http://x/127.0.0.1%3A7");
    }

    #[test]
    fn several_values_repeat_their_flag() {
        let command = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            names().command(&arguments).unwrap().join(" ")
        };
        assert_eq!(
            command(&["ipa", "--resolve", "{resolve}", "-v"]),
            "ipa --resolve a=1 --resolve b=2 -v"
        );
        assert_eq!(command(&["ipa", "--at={resolve}"]), "ipa --at=a=1 --at=b=2");
        let mut none = names();
        none.set_list("resolve", Vec::new());
        let arguments = ["ipa", "--resolve", "{resolve}"].map(str::to_owned);
        assert_eq!(none.command(&arguments).unwrap(), ["ipa"]);
        let arguments = ["ipa", "poll", "{resolve}"].map(str::to_owned);
        assert_eq!(none.command(&arguments).unwrap(), ["ipa", "poll"]);
        assert_eq!(command(&["ipa", "{resolve}"]), "ipa a=1 b=2");
    }

    #[test]
    fn the_name_that_was_meant_is_found() {
        let known = || NAMES.iter().map(|name| name.name);
        assert_eq!(nearest("crad", known()), Some("card"));
        assert_eq!(nearest("initial-eim", known()), Some("initial_eim"));
        assert_eq!(nearest("weather", known()), None);
    }
}
