// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness check`.

use std::collections::BTreeMap;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{Cases, Failure, complain, say};
use crate::case::{CaseError, Position, check_procedure, json_schema, procedure_schema};
use crate::collect::{Found, cases_folder, collect, files};
use crate::fixture::{FixtureError, Fixtures};
use crate::verdict::exit;

/// A form whose JSON schema can be printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Form {
    /// A case
    Case,
    /// A procedure
    Procedure,
}

/// Arguments of `harness check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Print the JSON schema of a case or a procedure, for editors, and check nothing
    #[arg(long, value_name = "FORM", num_args = 0..=1, default_missing_value = "case")]
    schema: Option<Form>,
    #[command(flatten)]
    cases: Cases,
}

/// A mistake and the cases that it was found in.
#[derive(Debug, Default)]
struct Mistakes {
    /// By file and place, with their text.
    found: BTreeMap<(String, Position, String), Vec<String>>,
}

impl Mistakes {
    /// Keeps the mistakes of a file, in which those of a procedure may have come up.
    fn add(&mut self, id: &str, error: CaseError) {
        match error {
            CaseError::Content { path, problems } => {
                for problem in problems {
                    let file = problem.position.file.map(|file| file.as_str().to_owned());
                    let own = file.is_none();
                    let key = (
                        file.unwrap_or_else(|| path.display().to_string()),
                        Position {
                            file: None,
                            ..problem.position
                        },
                        problem.message,
                    );
                    let cases = self.found.entry(key).or_default();
                    if !own && !id.is_empty() {
                        cases.push(id.to_owned());
                    }
                }
            }
            error => {
                // what is no YAML has its place in its text
                let key = (String::new(), Position::default(), error.to_string());
                self.found.entry(key).or_default();
            }
        }
    }

    fn say(&self) {
        for ((file, position, message), cases) in &self.found {
            let place = match file.is_empty() {
                true => String::new(),
                false => format!("{}: ", position.place(Path::new(file))),
            };
            let used = match cases.as_slice() {
                [] => String::new(),
                [case] => format!(" (as {case} uses it)"),
                [case, rest @ ..] => format!(" (as {case} and {} more use it)", rest.len()),
            };
            complain(format_args!("{place}{message}{used}"));
        }
    }
}

pub(super) fn execute(args: &CheckArgs) -> Result<u8, Failure> {
    if let Some(form) = args.schema {
        let schema = match form {
            Form::Case => json_schema(),
            Form::Procedure => procedure_schema(),
        };
        say(schema.trim_end());
        return Ok(exit::AS_EXPECTED);
    }
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let cases = collect(&root).map_err(Failure::input)?;
    let mut mistakes = Mistakes::default();
    let count = cases.len();
    check_cases(cases, &mut mistakes);
    let procedures = check_procedures(&root, &mut mistakes)?;
    let mut problems = Vec::new();
    let fixtures = check_fixtures(&root, &mut problems);
    mistakes.say();
    for problem in &problems {
        complain(problem);
    }
    let mistakes = mistakes.found.len() + problems.len();
    let checked = [
        counted(count, "case"),
        counted(procedures, "procedure"),
        counted(fixtures, "fixture"),
    ];
    let checked = checked.join(", ");
    match mistakes {
        0 => say(format_args!("{checked}: no mistake")),
        more => say(format_args!("{checked}: {}", counted(more, "mistake"))),
    }
    Ok(match (mistakes, count) {
        (0, 0) => exit::NOTHING_SELECTED,
        (0, _) => exit::AS_EXPECTED,
        _ => exit::BAD_INPUT,
    })
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn check_cases(cases: Vec<Found>, mistakes: &mut Mistakes) {
    for found in cases {
        if let Err(error) = found.case {
            mistakes.add(&found.id, error);
        }
    }
}

/// Procedures that no case uses are read too.
fn check_procedures(root: &Path, mistakes: &mut Mistakes) -> Result<usize, Failure> {
    let folder = root.join("procedures");
    if !folder.is_dir() {
        return Ok(0);
    }
    let files = files(&folder).map_err(Failure::input)?;
    for path in &files {
        if let Err(error) = check_procedure(path) {
            mistakes.add("", error);
        }
    }
    Ok(files.len())
}

fn check_fixtures(root: &Path, problems: &mut Vec<String>) -> usize {
    let fixtures = Fixtures::new(root);
    let mut count = 0;
    for kind in ["euicc", "smdp", "smds", "profiles"] {
        for name in names(&fixtures.root().join(kind)) {
            count += 1;
            let path = format!("{kind}/{name}");
            let result = match kind {
                "euicc" => fixtures.euicc(&path).map(|_| ()),
                "smdp" => fixtures.smdp(&path).map(|_| ()),
                "smds" => fixtures.smds(&path).map(|_| ()),
                _ => fixtures.profile(&name).map(|_| ()),
            };
            match result {
                Ok(()) | Err(FixtureError::NotHere { .. }) => (),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    count
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let yaml = path
                .extension()
                .is_some_and(|extension| extension == "yaml");
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            yaml.then_some(stem)
        })
        .collect();
    names.sort();
    names
}
