// SPDX-License-Identifier: MIT OR Apache-2.0
//! A value and the place in the file where it is written.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

/// Line and column in a case file or in a procedure that it uses, both from 1.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The file, when it is not that of the case.
    pub file: Option<FileName>,
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

impl Position {
    /// A place in the file of the case.
    #[must_use]
    pub const fn new(line: u64, column: u64) -> Self {
        Self {
            file: None,
            line,
            column,
        }
    }

    /// The same place in the file called `file`.
    #[must_use]
    pub const fn within(mut self, file: FileName) -> Self {
        self.file = Some(file);
        self
    }

    /// `file:line:column`, where `case` is the file of the case.
    #[must_use]
    pub fn place(&self, case: &Path) -> String {
        let Self { file, line, column } = self;
        match file {
            Some(file) => format!("{file}:{line}:{column}"),
            None => format!("{}:{line}:{column}", case.display()),
        }
    }
}

/// The name of a procedure's file. A position is copied everywhere, and there are few such files:
/// each name is kept once, as long as the program runs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct FileName(&'static str);

static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl FileName {
    /// The name of the file at `path`.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let name = path.display().to_string();
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name.as_str()) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(name.into_boxed_str());
        names.insert(kept);
        Self(kept)
    }

    /// The path.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A value that knows where it is written.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// Where.
    pub position: Position,
    value: T,
}

impl<T> At<T> {
    /// A value at a place.
    #[must_use]
    pub const fn new(position: Position, value: T) -> Self {
        Self { position, value }
    }

    /// The value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    pub(super) const fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        let place = spanned.referenced;
        Ok(Self {
            position: Position::new(place.line(), place.column()),
            value: spanned.value,
        })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
