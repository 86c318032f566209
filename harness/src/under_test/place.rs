// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where in `iut.toml` something is written: line and column of a member.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::case::Position;

/// The text of a description with the places of its members.
pub(super) struct Places<'a> {
    text: &'a str,
    root: Option<Spanned<DeTable<'a>>>,
}

/// One step on the way to a member.
#[derive(Clone, Debug)]
pub(super) enum Key {
    /// A member of a table.
    Name(String),
    /// An element of a list.
    Index(usize),
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            root: DeTable::parse(text).ok(),
        }
    }

    /// The place of the member at `path`; that of the nearest one above it when it is not written,
    /// or the start of the file.
    pub(super) fn of(&self, path: &[Key]) -> Position {
        let mut best = None;
        let mut table = self.root.as_ref().map(Spanned::get_ref);
        let mut value: Option<&DeValue<'a>> = None;
        for key in path {
            let found = match key {
                Key::Name(name) => table
                    .or_else(|| value.and_then(DeValue::as_table))
                    .and_then(|table| table.get(name.as_str())),
                Key::Index(index) => value
                    .and_then(DeValue::as_array)
                    .and_then(|list| list.get(*index)),
            };
            let Some(found) = found else { break };
            best = Some(found.span().start);
            value = Some(found.get_ref());
            table = None;
        }
        self.at(best.unwrap_or_default())
    }

    /// Line and column of an offset.
    pub(super) fn at(&self, offset: usize) -> Position {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |last| last.chars().count())
            + 1;
        let number = |it| u64::try_from(it).unwrap_or(u64::MAX);
        Position {
            line: number(line),
            column: number(column),
            file: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found() {
        let places =
            Places::new("role = \"ipa\"\nstart = [\"a\",\n  \"b\"]\n[trust]\nca = \"x\"\n");
        let name = |it: &str| Key::Name(it.to_owned());
        let found = |path: &[Key]| {
            let position = places.of(path);
            (position.line, position.column)
        };
        assert_eq!(found(&[name("role")]), (1, 8));
        assert_eq!(found(&[name("start"), Key::Index(1)]), (3, 3));
        assert_eq!(found(&[name("trust"), name("ca")]), (5, 6));
        assert_eq!(found(&[name("start"), Key::Index(7)]), (2, 9));
        assert_eq!(found(&[name("none")]), (1, 1));
    }
}
