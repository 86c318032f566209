// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mistakes in a configuration: what is wrong, and in which line.

use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {}", .0.display(), .1)]
    Read(PathBuf, #[source] std::io::Error),
    /// The content of a file is not usable.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, #[source] Box<Self>),
    /// Not the TOML that is expected.
    #[error("line {line}: {problem}")]
    Toml {
        /// Line of the text, counted from 1.
        line: usize,
        /// What was expected and what was seen.
        problem: String,
    },
    /// A value is out of range, in a configuration that is no text.
    #[error("{0}")]
    Value(String),
}

/// A value that is out of range, with the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    path: Vec<Step>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Problem {
    /// A problem with the value of a key.
    pub fn new(key: &str, text: impl Into<String>) -> Self {
        Self {
            path: vec![Step::Key(key.to_owned())],
            text: text.into(),
        }
    }

    /// The same problem, of an entry of an array of tables.
    #[must_use]
    pub fn in_entry(mut self, table: &str, index: usize) -> Self {
        let steps = [Step::Key(table.to_owned()), Step::Index(index)];
        self.path.splice(0..0, steps);
        self
    }

    /// The same problem, of a member of a table.
    #[must_use]
    pub fn in_table(mut self, table: &str) -> Self {
        self.path.insert(0, Step::Key(table.to_owned()));
        self
    }

    /// The problem with the line where the value is, or where its table begins.
    pub(super) fn in_text(self, text: &str) -> ConfigError {
        let line = line_of(text, &self.path);
        let problem = self.to_string();
        ConfigError::Toml { line, problem }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = self.path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        });
        write!(f, "{}: {}", key.map_or("", String::as_str), self.text)
    }
}

/// The error of the TOML reader, on one line.
pub(super) fn unreadable(text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    let problem = error.message().replace('\n', "; ");
    ConfigError::Toml { line, problem }
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.bytes().take(offset);
    1 + before.filter(|byte| *byte == b'\n').count()
}

/// The line of the deepest step that the text has.
fn line_of(text: &str, path: &[Step]) -> usize {
    let Ok(root) = DeTable::parse(text) else {
        return 1;
    };
    let mut offset = 0;
    let mut table = Some(root.get_ref());
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    for step in path {
        let next = match step {
            Step::Key(key) => {
                let entry = table.and_then(|table| {
                    table
                        .iter()
                        .find(|(name, _)| name.get_ref().as_ref() == key)
                });
                entry.map(|(name, value)| (name.span().start, value))
            }
            Step::Index(index) => value
                .and_then(|value| value.get_ref().get(*index))
                .map(|entry| (entry.span().start, entry)),
        };
        let Some((start, found)) = next else { break };
        offset = start;
        table = found.get_ref().as_table();
        value = Some(found);
    }
    line_at(text, offset)
}
