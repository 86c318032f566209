// SPDX-License-Identifier: MIT OR Apache-2.0
//! Procedures: lists of steps that many cases share, in files of their own.
//!
//! A `use` step becomes the steps of the procedure when the case is loaded, so that nothing later
//! meets one. The variables are those of the case: a procedure may use what was bound before it and
//! binds for what comes after it. Its parameters are replaced in its text, as in `for_each`.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::node::Node;
use super::step::{Step, UseStep};
use super::text::{Replaced, Template};
use super::{At, CaseError, FileName, Position, Problem, from_yaml};

/// How deep procedures may use procedures.
const DEEPEST: usize = 8;
/// How many steps a case may have once its procedures are in place.
const MOST: usize = 5_000;

/// The content of a procedure file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Procedure of the SGP.32 conformance harness")]
pub struct Procedure {
    /// What the steps do, as a sentence.
    pub title: String,
    /// The names that the steps write as `${name}`, and that a `use` gives values to.
    #[serde(default)]
    pub parameters: Vec<At<String>>,
    /// The values of parameters that a `use` may leave out.
    #[serde(default)]
    pub defaults: BTreeMap<String, Node>,
    /// What happens.
    pub steps: Vec<At<Step>>,
}

/// The head of a procedure, which is read before its values are known.
#[derive(Debug, Default, Deserialize)]
struct Head {
    #[serde(default)]
    parameters: Vec<At<String>>,
    #[serde(default)]
    defaults: BTreeMap<String, Node>,
}

/// A procedure that a case uses.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Used {
    /// The file below `testcases/procedures`, without `.yaml`.
    pub name: String,
    /// What its steps do.
    pub title: String,
    /// The first of its steps in the case.
    pub first: usize,
    /// How many of the steps of the case are its own.
    pub count: usize,
}

/// Puts the steps of procedures in place of `use`.
pub(super) struct Inliner<'a> {
    /// The folder of procedures.
    pub(super) folder: Option<&'a Path>,
    /// The file of the case.
    pub(super) case: &'a Path,
    /// What was used at the top of the case.
    pub(super) used: Vec<Used>,
    count: usize,
    open: Vec<String>,
}

impl<'a> Inliner<'a> {
    pub(super) const fn new(folder: Option<&'a Path>, case: &'a Path) -> Self {
        Self {
            folder,
            case,
            used: Vec::new(),
            count: 0,
            open: Vec::new(),
        }
    }

    /// The steps with those of procedures in place of each `use`.
    pub(super) fn inline(&mut self, steps: Vec<At<Step>>) -> Result<Vec<At<Step>>, CaseError> {
        let mut done = Vec::with_capacity(steps.len());
        for step in steps {
            let position = step.position;
            self.count += 1;
            if self.count > MOST {
                return Err(
                    self.wrong(position, format!("expected at most {MOST} steps, got more"))
                );
            }
            match step.into_value() {
                Step::Use(step) => {
                    let (title, steps) = self.procedure(&step, position)?;
                    if self.open.is_empty() {
                        self.used.push(Used {
                            name: step.procedure,
                            title,
                            first: done.len(),
                            count: steps.len(),
                        });
                    }
                    done.extend(steps);
                }
                Step::AnyOrder(inner) => {
                    done.push(At::new(position, Step::AnyOrder(self.branch(inner)?)));
                }
                Step::Either(ways) => {
                    let ways: Result<_, _> = ways.into_iter().map(|way| self.branch(way)).collect();
                    done.push(At::new(position, Step::Either(ways?)));
                }
                other => done.push(At::new(position, other)),
            }
        }
        Ok(done)
    }

    /// The same inside another step, where what is used belongs to that step.
    fn branch(&mut self, steps: Vec<At<Step>>) -> Result<Vec<At<Step>>, CaseError> {
        let used = self.used.len();
        let steps = self.inline(steps);
        self.used.truncate(used);
        steps
    }

    fn procedure(
        &mut self,
        step: &UseStep,
        position: Position,
    ) -> Result<(String, Vec<At<Step>>), CaseError> {
        let name = &step.procedure;
        let Some(folder) = self.folder else {
            return Err(self.wrong(position, "no folder of procedures here".to_owned()));
        };
        if self.open.contains(name) || self.open.len() >= DEEPEST {
            let path = self.open.join(", ");
            return Err(self.wrong(position, format!("{name} is used within {path}")));
        }
        let inside = name
            .split('/')
            .all(|part| !part.is_empty() && part != ".." && part != ".");
        let path = folder.join(format!("{name}.yaml"));
        if !inside || !path.is_file() {
            let folder = folder.display();
            return Err(self.wrong(position, format!("no procedure {name:?} in {folder}")));
        }
        let text = std::fs::read_to_string(&path).map_err(|source| CaseError::Read {
            path: path.clone(),
            source,
        })?;
        let procedure = self.read(&path, &text, step, position)?;
        self.open.push(name.clone());
        let steps = self.inline(procedure.steps)?;
        self.open.pop();
        Ok((procedure.title, steps))
    }

    fn read(
        &self,
        path: &Path,
        text: &str,
        step: &UseStep,
        position: Position,
    ) -> Result<Procedure, CaseError> {
        let template = Template::new(text);
        let file = FileName::of(path);
        let content = |problems: Vec<Problem>| CaseError::Content {
            path: path.to_owned(),
            problems,
        };
        let head = head(path, &template)?;
        let problems = head.problems(&template);
        if !problems.is_empty() {
            return Err(content(problems));
        }
        let problems = head.misuse(step, position);
        if !problems.is_empty() {
            return Err(self.content(problems));
        }
        let value = |key: &str| step.with.get(key).or_else(|| head.defaults.get(key));
        let replaced = template.replace(value, |key| format!("no value for ${{{key}}}"));
        let replaced = replaced.map_err(content)?;
        let mut procedure: Procedure = parse(path, &replaced.text)?;
        relocate(&mut procedure.steps, &|at| {
            replaced.original(at).within(file)
        });
        Ok(procedure)
    }

    fn wrong(&self, position: Position, message: String) -> CaseError {
        self.content(vec![Problem { position, message }])
    }

    fn content(&self, problems: Vec<Problem>) -> CaseError {
        CaseError::Content {
            path: self.case.to_owned(),
            problems,
        }
    }
}

impl Head {
    fn knows(&self, name: &str) -> bool {
        self.parameters.iter().any(|known| known.as_str() == name)
    }

    fn list(&self) -> String {
        let names: Vec<&str> = self.parameters.iter().map(|name| name.as_str()).collect();
        match names.as_slice() {
            [] => "it has none".to_owned(),
            names => format!("known are {}", names.join(", ")),
        }
    }

    /// What is wrong with the procedure itself.
    fn problems(&self, template: &Template<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, position) in template.keys() {
            if !self.knows(key) {
                let message = format!("no parameter {key:?}; {}", self.list());
                problems.push(Problem { position, message });
            }
        }
        for name in &self.parameters {
            if !template.keys().any(|(key, _)| key == name.as_str()) {
                problems.push(Problem {
                    position: name.position,
                    message: format!("nothing in the file uses ${{{}}}", name.as_str()),
                });
            }
        }
        for name in self.defaults.keys().filter(|name| !self.knows(name)) {
            problems.push(Problem {
                position: Position::new(1, 1),
                message: format!("defaults: no parameter {name:?}; {}", self.list()),
            });
        }
        problems
    }

    /// What is wrong with its use.
    fn misuse(&self, step: &UseStep, position: Position) -> Vec<Problem> {
        let name = &step.procedure;
        let unknown = step.with.keys().filter(|key| !self.knows(key));
        let unknown =
            unknown.map(|key| format!("{name} has no parameter {key:?}; {}", self.list()));
        let given = |key: &str| step.with.contains_key(key) || self.defaults.contains_key(key);
        let missing = self.parameters.iter().filter(|key| !given(key));
        let missing = missing.map(|key| format!("{name} needs a value for {:?}", key.as_str()));
        unknown
            .chain(missing)
            .map(|message| Problem { position, message })
            .collect()
    }
}

fn head(path: &Path, template: &Template<'_>) -> Result<Head, CaseError> {
    parse(path, &template.with_keys())
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(
    path: &Path,
    text: &str,
) -> Result<T, CaseError> {
    from_yaml(text).map_err(|error| CaseError::Form {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

/// Checks a procedure that nobody may use yet, as far as that can be done without values.
///
/// # Errors
/// [`CaseError`] with file, line and column.
pub fn check_procedure(path: &Path) -> Result<(), CaseError> {
    let text = std::fs::read_to_string(path).map_err(|source| CaseError::Read {
        path: path.to_owned(),
        source,
    })?;
    let template = Template::new(&text);
    let mut problems = head(path, &template)?.problems(&template);
    if template.is_plain() {
        let procedure: Procedure = parse(path, &text)?;
        if procedure.steps.is_empty() {
            problems.push(Problem {
                position: Position::new(1, 1),
                message: "expected at least one step, got none".to_owned(),
            });
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(CaseError::Content {
        path: path.to_owned(),
        problems,
    })
}

/// Changes the place of every step, those within others too.
fn relocate(steps: &mut [At<Step>], change: &impl Fn(Position) -> Position) {
    for step in steps {
        step.position = change(step.position);
        match step.value_mut() {
            Step::AnyOrder(inner) => relocate(inner, change),
            Step::Either(ways) => ways.iter_mut().for_each(|way| relocate(way, change)),
            _ => (),
        }
    }
}

/// Counts the columns of all steps back to what is in the file.
pub(super) fn restore(steps: &mut [At<Step>], replaced: &Replaced) {
    relocate(steps, &|position| replaced.original(position));
}
