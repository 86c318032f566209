// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a file to the cases in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::check::{Context, problems};
use super::inventory::{Kind, target};
use super::need::built_in_options;
use super::procedure::{Inliner, Used, parse, restore};
use super::rows::{ForEach, NamedRows, Row};
use super::text::Template;
use super::{CaseError, CaseFile, Position, Problem, Reference};

/// A case with its identity.
#[derive(Clone, Debug)]
pub struct Case {
    /// The path below the folder of the cases, without `.yaml`; the name of the row behind it, when
    /// the file makes many cases.
    pub id: String,
    /// Where the file is.
    pub path: PathBuf,
    /// The row that the case was made from.
    pub row: Option<Row>,
    /// What is in it, with the values of the row and the steps of procedures in place.
    pub file: CaseFile,
    /// The procedures whose steps are in it.
    pub used: Vec<Used>,
}

/// What a file says before its values are known.
#[derive(Debug, Deserialize)]
struct Head {
    for_each: Option<ForEach>,
}

/// What a file makes: ids, each with its case or what is wrong with it.
pub type Loaded = Vec<(String, Result<Case, CaseError>)>;

impl Case {
    /// A case that stands for itself.
    #[must_use]
    pub const fn new(id: String, path: PathBuf, file: CaseFile) -> Self {
        Self {
            id,
            path,
            row: None,
            file,
            used: Vec::new(),
        }
    }

    /// Reads and validates the cases of the file at `path`, whose ids begin with its place below
    /// `root`.
    #[must_use]
    pub fn load(root: &Path, path: &Path, context: &Context) -> Loaded {
        let id = id_of(root, path);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(source) => {
                let path = path.to_owned();
                return vec![(id, Err(CaseError::Read { path, source }))];
            }
        };
        Self::of_text(&id, path, &text, context)
    }

    /// The same for the text of a file.
    #[must_use]
    pub fn of_text(id: &str, path: &Path, text: &str, context: &Context) -> Loaded {
        let template = Template::new(text);
        match rows(path, &template) {
            Ok(Some(rows)) => rows
                .into_iter()
                .map(|(name, row)| {
                    let id = format!("{id}/{name}");
                    let case = one(id.clone(), path, &template, Some(row.into_value()), context);
                    (id, case)
                })
                .collect(),
            Ok(None) => {
                let case = one(id.to_owned(), path, &template, None, context);
                vec![(id.to_owned(), case)]
            }
            Err(error) => vec![(id.to_owned(), Err(error))],
        }
    }

    /// The first reference: the requirement that a failure block names.
    #[must_use]
    pub fn requirement(&self) -> Option<&Reference> {
        self.file.spec.first().map(|reference| &**reference)
    }

    /// What is done to the implementation: the kind of the first row of the target list that the
    /// case covers.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        let row = self.file.covers.first()?;
        target(row).map(|row| row.kind)
    }

    /// The first need that an implementation with these options does not meet; without options it
    /// is one of this repository, which has all but those that the case wants it to be without.
    #[must_use]
    pub fn unmet(&self, options: Option<&[String]>) -> Option<String> {
        let needs = || self.file.needs.iter().map(|need| &**need);
        let has: BTreeSet<String> = match options {
            Some(options) => options.iter().cloned().collect(),
            None => built_in_options(needs()),
        };
        needs()
            .find(|need| !need.holds(|option| has.contains(option)))
            .map(ToString::to_string)
    }

    /// The id below the folder of the file: `nominal`, or `ts48/bertlv` for a row. Snapshots are
    /// filed under it.
    #[must_use]
    pub fn name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        match &self.row {
            Some(row) => format!("{stem}/{}", row.name()),
            None => stem.into_owned(),
        }
    }
}

/// The id of a file with one case: its place below `root` with `/` between the parts.
#[must_use]
pub fn id_of(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn content(path: &Path, problems: Vec<Problem>) -> CaseError {
    CaseError::Content {
        path: path.to_owned(),
        problems,
    }
}

/// The rows of the file, when it has some.
fn rows(path: &Path, template: &Template<'_>) -> Result<Option<NamedRows>, CaseError> {
    let head: Head = parse(path, &template.with_keys())?;
    let Some(each) = head.for_each else {
        return Ok(None);
    };
    let unused = each.unused(|key| template.keys().any(|(used, _)| used == key));
    if !unused.is_empty() {
        return Err(content(path, unused));
    }
    let rows = each.rows().map_err(|problems| content(path, problems))?;
    let nowhere: Vec<Problem> = template
        .keys()
        .filter(|(key, _)| rows.iter().all(|(_, row)| row.get(key).is_none()))
        .map(|(key, position)| Problem {
            position,
            message: format!("${{{key}}}: nothing under for_each gives it a value"),
        })
        .collect();
    if !nowhere.is_empty() {
        return Err(content(path, nowhere));
    }
    Ok(Some(rows))
}

fn one(
    id: String,
    path: &Path,
    template: &Template<'_>,
    row: Option<Row>,
    context: &Context,
) -> Result<Case, CaseError> {
    let replaced = template.replace(
        |key| row.as_ref()?.get(key),
        |key| match &row {
            Some(row) => format!("the row {} has no {key:?}", row.name()),
            None => format!("${{{key}}}: there is no for_each that gives it a value"),
        },
    );
    let replaced = replaced.map_err(|problems| content(path, problems))?;
    let mut file: CaseFile = parse(path, &replaced.text)?;
    let original = |position: &mut Position| *position = replaced.original(*position);
    file.positions().into_iter().for_each(original);
    restore(&mut file.steps, &replaced);
    let mut inliner = Inliner::new(context.procedures.as_deref(), path);
    file.steps = inliner.inline(file.steps)?;
    let used = inliner.used;
    let problems = problems(&file, context);
    if problems.is_empty() {
        Ok(Case {
            id,
            path: path.to_owned(),
            row,
            file,
            used,
        })
    } else {
        Err(content(path, problems))
    }
}
