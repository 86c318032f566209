// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keeping the state: a versioned JSON file, written whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::state::{STATE_VERSION, State};

/// Where the card's state goes whenever it changes.
pub trait Store: Send {
    /// Keeps `state`, whole or not at all.
    ///
    /// # Errors
    /// When it could not be kept; what was kept before still is.
    fn save(&mut self, state: &State) -> Result<(), StoreError>;
}

/// Why a state could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The file is not a state.
    #[error("{path}: not a card state: {source}")]
    Format {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// The file is a state of another version.
    #[error("{path}: expected a card state of version {STATE_VERSION}, got version {found}")]
    Version {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

/// A state file.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// A state file at `path`, which need not exist yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The state in the file, or nothing when there is no file.
    ///
    /// # Errors
    /// When the file is there but is no state of this version.
    pub fn load(&self) -> Result<Option<State>, StoreError> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.file_error(source)),
        };
        let format = |source| StoreError::Format {
            path: self.path.clone(),
            source,
        };
        let value: serde_json::Value = serde_json::from_str(&text).map_err(format)?;
        if let Some(found) = value.get("version").and_then(serde_json::Value::as_u64)
            && found != u64::from(STATE_VERSION)
        {
            return Err(StoreError::Version {
                path: self.path.clone(),
                found,
            });
        }
        serde_json::from_str(&text).map(Some).map_err(format)
    }

    fn file_error(&self, source: std::io::Error) -> StoreError {
        StoreError::File {
            path: self.path.clone(),
            source,
        }
    }

    fn replace(&self, text: &[u8]) -> std::io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = self.path.with_file_name(name);
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text)?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)?;
        sync_directory(&self.path);
        Ok(())
    }
}

/// Makes the rename itself durable where the platform can; the content is safe already.
fn sync_directory(path: &Path) {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Ok(directory) = std::fs::File::open(directory.unwrap_or(Path::new("."))) {
        drop(directory.sync_all());
    }
}

impl Store for StateFile {
    fn save(&mut self, state: &State) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec_pretty(state).map_err(|source| StoreError::Format {
            path: self.path.clone(),
            source,
        })?;
        text.push(b'\n');
        self.replace(&text)
            .map_err(|source| self.file_error(source))
    }
}
