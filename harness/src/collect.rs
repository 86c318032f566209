// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding cases: where they are, which files are cases, which of them are selected.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::case::{Case, CaseError, Context, Position, Problem};

/// Folders below that of the cases that hold something else.
const NOT_CASES: [&str; 3] = ["fixtures", "procedures", "snapshots"];

/// A file that should be a case.
#[derive(Debug)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub path: PathBuf,
    /// The case, or why it is none.
    pub case: Result<Case, CaseError>,
}

/// No folder of cases.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Nowhere to be found.
    #[error("no folder testcases here or above; name it with --cases DIR")]
    NoFolder,
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The folder of the cases: the one given, else `testcases` in this folder or one above it, else
/// the one that the harness was built beside.
///
/// # Errors
/// [`CollectError::NoFolder`] when there is none.
pub fn cases_folder(given: Option<&Path>) -> Result<PathBuf, CollectError> {
    if let Some(given) = given {
        return match fs::metadata(given) {
            Ok(found) if found.is_dir() => Ok(given.to_owned()),
            Ok(_) => Err(CollectError::Read {
                path: given.to_owned(),
                source: io::ErrorKind::NotADirectory.into(),
            }),
            Err(source) => Err(CollectError::Read {
                path: given.to_owned(),
                source,
            }),
        };
    }
    let here = std::env::current_dir().unwrap_or_default();
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    here.ancestors()
        .chain(built)
        .map(|folder| folder.join("testcases"))
        .find(|folder| folder.join("fixtures").is_dir())
        .ok_or(CollectError::NoFolder)
}

/// Every case below `root`, sorted by id. A file that is no case is among them, with its mistakes.
///
/// # Errors
/// [`CollectError::Read`] when a folder cannot be read.
pub fn collect(root: &Path) -> Result<Vec<Found>, CollectError> {
    let context = Context::of(root);
    let paths = files(root)?;
    let next = AtomicUsize::new(0);
    let read = || {
        let mut found = Vec::new();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let cases = Case::load(root, path, &context).into_iter();
            found.extend(cases.map(|(id, case)| Found {
                id,
                path: path.clone(),
                case,
            }));
        }
        found
    };
    let mut found = on_all_cores(read);
    found.sort_by(|one, other| (&one.id, &one.path).cmp(&(&other.id, &other.path)));
    refuse_twins(&mut found);
    Ok(found)
}

/// Does the same on every core, and puts together what comes of it.
fn on_all_cores<T: Send>(work: impl Fn() -> Vec<T> + Sync) -> Vec<T> {
    let others = std::thread::available_parallelism().map_or(0, |cores| cores.get() - 1);
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..others).map(|_| scope.spawn(&work)).collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(more) => all.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// A row of one file may have the id of another file.
fn refuse_twins(found: &mut [Found]) {
    for index in 1..found.len() {
        let Some([one, other]) = found.get_mut(index - 1..=index) else {
            return;
        };
        if one.id == other.id {
            let message = format!(
                "the id {} is that of {} already",
                one.id,
                one.path.display()
            );
            other.case = Err(CaseError::Content {
                path: other.path.clone(),
                problems: vec![Problem {
                    position: Position::new(1, 1),
                    message,
                }],
            });
        }
    }
}

/// Whether a case is selected: without filters all are, else those whose id contains one.
#[must_use]
pub fn selected(id: &str, filters: &[String]) -> bool {
    filters.is_empty() || filters.iter().any(|filter| id.contains(filter.as_str()))
}

/// Every YAML file below `folder`, sorted, without those in folders that hold something else.
///
/// # Errors
/// [`CollectError::Read`] when a folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, CollectError> {
    let mut paths = Vec::new();
    walk(folder, &mut paths)?;
    paths.sort();
    Ok(paths)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), CollectError> {
    let unreadable = |source| CollectError::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !NOT_CASES.contains(&name.as_ref()) {
                walk(&path, paths)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            paths.push(path);
        }
    }
    Ok(())
}
