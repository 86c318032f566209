// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which tests there are: for the test that a committed table names none that does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use crate::{Subject, cases};

/// Prefix of the lines of a test's documentation that name the cases it stands for.
const CASE: &str = "/// TC_";

/// The tests of every test program of a crate, by the program's name.
#[derive(Debug, Default)]
pub struct Programs(BTreeMap<String, Functions>);

/// The functions of a program and what their documentation says.
#[derive(Debug, Default)]
struct Functions {
    /// By module and name.
    names: BTreeSet<String>,
    /// Cases with the function, its module before it.
    cases: Vec<(String, String)>,
}

impl Programs {
    /// Reads the folder `tests` of a crate.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut programs = Self::default();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let program = stem(&path).to_owned();
            // a program may be a file with a folder of modules beside it
            programs.0.entry(program).or_default().read(&path)?;
        }
        Ok(programs)
    }

    /// Whether there is a test of this name: program, modules and function.
    #[must_use]
    pub fn contains(&self, test: &str) -> bool {
        test.split_once("::").is_some_and(|(program, name)| {
            let Some(program) = self.0.get(program) else {
                return false;
            };
            // a macro may put modules of its own between the file and the function
            let (modules, function) = name.rsplit_once("::").unwrap_or(("", name));
            let mut modules = modules.split("::").filter(|module| !module.is_empty());
            match modules.next() {
                None => program.names.contains(function),
                Some(first) => std::iter::once(first)
                    .chain(modules)
                    .any(|module| program.names.contains(&format!("{module}::{function}"))),
            }
        })
    }

    /// The cases that tests name in their documentation, a line `/// TC_…` each, with those tests.
    #[must_use]
    pub fn cases(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (program, functions) in &self.0 {
            for (case, function) in &functions.cases {
                let test = format!("{program}::{function}");
                found.entry(case.clone()).or_default().insert(test);
            }
        }
        found
    }

    /// What is wrong with the tables of a subject: a code or a case without a row, without a test
    /// and a reason, or with a test that does not exist.
    ///
    /// # Errors
    /// A table cannot be read.
    pub fn judge(&self, subject: &Subject) -> Result<Vec<String>, String> {
        let rows = subject.rows()?;
        let mut wrong = subject.complete(&rows);
        let named = rows.iter().filter_map(|row| row.test.as_ref());
        let missing = named.filter(|test| !self.contains(test));
        wrong.extend(missing.map(|test| format!("there is no test {test}")));

        let cases = cases(subject.cases)?;
        let ids = cases.iter().map(|case| case.id.as_str());
        if !ids.eq(subject.case_ids.lines()) {
            wrong.push("the table of cases has other rows than the list of cases".to_owned());
        }
        for case in &cases {
            if case.tests.is_empty() && case.reason.is_empty() {
                wrong.push(format!("{}: expected a test or a reason", case.id));
            }
            let missing = case.tests.iter().filter(|test| !self.contains(test));
            wrong.extend(missing.map(|test| format!("{}: there is no test {test}", case.id)));
        }
        Ok(wrong)
    }
}

impl Functions {
    fn read(&mut self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                self.read(&entry?.path())?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            self.source(stem(path), &fs::read_to_string(path)?);
        }
        Ok(())
    }

    fn source(&mut self, module: &str, text: &str) {
        let mut pending = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.starts_with(CASE) {
                pending.push(line.trim_start_matches("/// ").to_owned());
            } else if let Some(name) = function(line) {
                let full = format!("{module}::{name}");
                // the first module of a program is the program itself
                let shown = if module == "main" {
                    name.to_owned()
                } else {
                    full.clone()
                };
                let cases = pending.drain(..).map(|case| (case, shown.clone()));
                self.cases.extend(cases);
                self.names.extend([name.to_owned(), full]);
            }
        }
    }
}

/// The name of a function that begins on a line, or of a test that a macro makes there: a macro
/// takes `name:` or `name =>` first.
fn function(line: &str) -> Option<&str> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let line = line.strip_prefix("async ").unwrap_or(line);
    let name = match line.strip_prefix("fn ") {
        Some(rest) => rest.split_once('(')?.0,
        None => {
            line.split_once(" =>")
                .or_else(|| line.split_once(':'))
                .or_else(|| line.split_once('('))
                .or_else(|| line.split_once(','))?
                .0
        }
    };
    is_name(name).then_some(name)
}

fn stem(path: &Path) -> &str {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_and_their_cases_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("es9");
        fs::create_dir(&program).unwrap();
        let source = "/// TC_1#01\n/// TC_1#02\n#[test]\nfn first() {\n}\nrows! {\n    /// TC_2\n    second: 5;\n}\n";
        fs::write(program.join("initiate.rs"), source).unwrap();
        fs::write(program.join("main.rs"), "/// TC_3\nfn whole() {}\n").unwrap();
        let programs = Programs::read(folder.path()).unwrap();
        for test in [
            "es9::initiate::first",
            "es9::initiate::second",
            "es9::whole",
        ] {
            assert!(programs.contains(test), "{test}");
        }
        assert!(!programs.contains("es9::initiate::third"));
        assert!(!programs.contains("es11::initiate::first"));
        let cases = programs.cases();
        let of = |case: &str| cases[case].iter().cloned().collect::<Vec<_>>();
        assert_eq!(of("TC_1#01"), ["es9::initiate::first"]);
        assert_eq!(of("TC_1#02"), ["es9::initiate::first"]);
        assert_eq!(of("TC_2"), ["es9::initiate::second"]);
        assert_eq!(of("TC_3"), ["es9::whole"]);
    }
}
