// SPDX-License-Identifier: MIT OR Apache-2.0
//! A test case: a YAML file as closed types. `testcases/README.md` describes the format.
//!
//! The path below the folder of the cases, without `.yaml`, is the id of a case.

mod at;
mod check;
mod node;
mod options;
mod reference;
mod role;
mod shape;
mod step;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use at::{At, Position};
pub use check::{Context, problems};
pub use node::{Node, Variable};
pub use options::OPTIONS;
pub use reference::{Place, Reference};
pub use role::{Actor, ActorName, Role, RoleName, Roles};
pub use step::{
    Check, Exchange, Interface, IutAction, NetworkState, OrderStep, Resign, Signer, Step,
};

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A requirement.
    Shall,
    /// A recommendation.
    Should,
    /// A permission.
    May,
}

/// The content of a case file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Test case of the SGP.32 conformance harness")]
pub struct CaseFile {
    /// The requirement as a sentence.
    pub title: String,
    /// What the case judges by.
    pub spec: Vec<Reference>,
    /// How binding it is.
    pub level: Level,
    /// Who is under test.
    pub iut: RoleName,
    /// The options that the implementation must have for the case to apply.
    #[serde(default)]
    pub needs: Vec<At<String>>,
    /// Who plays the other roles.
    pub roles: Roles,
    /// Values that the case starts with.
    #[serde(default)]
    pub given: BTreeMap<String, Node>,
    /// What happens.
    pub steps: Vec<At<Step>>,
}

/// A case with its identity.
#[derive(Clone, Debug)]
pub struct Case {
    /// The path below the folder of the cases, without `.yaml`.
    pub id: String,
    /// Where the file is.
    pub path: PathBuf,
    /// What is in it.
    pub file: CaseFile,
}

/// A file that is not a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no YAML, or YAML of another form.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Line, column, what was expected, and the lines around it.
        message: String,
    },
    /// The case contradicts itself.
    #[error("{}", list(path, problems))]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, in the order of the file.
        problems: Vec<Problem>,
    },
}

/// One mistake in a case that is well-formed.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// Where, when it belongs to a place.
    pub position: Position,
    /// What is wrong.
    pub message: String,
}

fn list(path: &Path, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            let Position { line, column } = problem.position;
            format!("{}:{line}:{column}: {}", path.display(), problem.message)
        })
        .collect();
    lines.join("\n")
}

/// Reads YAML into a closed type. `no` and `on` stay words: they are names in ASN.1.
pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
}

/// Reads a value or pattern from YAML.
///
/// # Errors
/// What the parser says, with line and column.
pub fn parse_node(yaml: &str) -> Result<Node, String> {
    from_yaml(yaml).map_err(|error| error.to_string())
}

/// Reads the content of a case file, without checking what it refers to.
///
/// # Errors
/// What the parser says, with line and column.
pub fn parse_case(yaml: &str) -> Result<CaseFile, String> {
    from_yaml(yaml).map_err(|error| error.to_string())
}

impl Case {
    /// Reads and validates the case at `path`, whose id is its place below `root`.
    ///
    /// # Errors
    /// [`CaseError`] with file, line and column.
    pub fn load(root: &Path, path: &Path, context: &Context) -> Result<Self, CaseError> {
        let text = std::fs::read_to_string(path).map_err(|source| CaseError::Read {
            path: path.to_owned(),
            source,
        })?;
        let file: CaseFile = from_yaml(&text).map_err(|error| CaseError::Form {
            path: path.to_owned(),
            message: error.to_string(),
        })?;
        let problems = problems(&file, context);
        if problems.is_empty() {
            Ok(Self {
                id: id_of(root, path),
                path: path.to_owned(),
                file,
            })
        } else {
            Err(CaseError::Content {
                path: path.to_owned(),
                problems,
            })
        }
    }

    /// The first reference: the requirement that a failure block names.
    #[must_use]
    pub fn requirement(&self) -> Option<&Reference> {
        self.file.spec.first()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// The id of the case at `path`: its place below `root` with `/` between the parts.
#[must_use]
pub fn id_of(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// The JSON schema of the case format, for editors.
#[must_use]
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(CaseFile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
