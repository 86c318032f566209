// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads a run back from its folder.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{CaseRecord, ExchangeRecord, RunRecord};

/// A folder that holds no run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file has another form.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
}

impl RunRecord {
    /// Reads `run.json` below `folder`: all but the exchanges.
    ///
    /// # Errors
    /// [`LoadError`] with the file.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let path = folder.join("run.json");
        let text = read(&path)?;
        serde_json::from_str(&text).map_err(|error| LoadError::Form {
            message: error.to_string(),
            path,
        })
    }

    /// The case `id` with `iut` under test.
    #[must_use]
    pub fn case(&self, id: &str, iut: &str) -> Option<&CaseRecord> {
        let mut cases = self.cases.iter();
        cases.find(|case| case.id == id && case.iut == iut)
    }
}

impl CaseRecord {
    /// The folder of this case below that of the run.
    ///
    /// # Errors
    /// The record names a place outside of the folder of the run.
    pub fn place(&self, folder: &Path) -> Result<PathBuf, LoadError> {
        let name = self.folder();
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_));
        match Path::new(&name).components().all(inside) {
            true => Ok(folder.join(name)),
            false => Err(LoadError::Form {
                path: folder.join("run.json"),
                message: format!("expected a case id without .. or a leading /, got {name:?}"),
            }),
        }
    }

    /// Reads the exchanges of this case below the folder of the run.
    ///
    /// # Errors
    /// [`LoadError`] with file and line.
    pub fn load_tape(&self, folder: &Path) -> Result<Vec<ExchangeRecord>, LoadError> {
        let path = self.place(folder)?.join("tape.jsonl");
        let text = read(&path)?;
        let lines = text.lines().enumerate();
        lines
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| LoadError::Form {
                    path: path.clone(),
                    message: format!("line {}: {error}", index + 1),
                })
            })
            .collect()
    }
}

fn read(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|source| LoadError::Read {
        path: path.to_owned(),
        source,
    })
}
