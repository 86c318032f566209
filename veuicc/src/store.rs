// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keeping the state: a versioned JSON file, written whole or not at all.
//!
//! A change is written beside the file, made durable, renamed over it, and the rename made durable;
//! only then the terminal gets its answer. A kill at any point leaves the old file or the new one.
//! The lock is a file of its own, because the state file is another one after every change; it is
//! left behind, since whoever removed it could remove it from under the next owner.

mod migrate;

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
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
    /// The file is a state of a version that this card does not know.
    #[error("{path}: expected a card state of version 1 to {STATE_VERSION}, got version {found}")]
    Version {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
    /// Another card uses the file.
    #[error("{path}: expected a state file that nobody uses, but another process does")]
    InUse {
        /// Which file.
        path: PathBuf,
    },
}

/// A state file that no other process uses as long as this value lives.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    /// Held, not read: the lock ends with it, also when the process is killed.
    _lock: File,
}

impl StateFile {
    /// The state file at `path`, which need not exist yet; its folder does.
    ///
    /// # Errors
    /// When another process uses it, or its folder takes no files.
    pub fn open(path: PathBuf) -> Result<Self, StoreError> {
        let lock_path = beside(&path, ".lock");
        let error = |source| StoreError::File {
            path: lock_path.clone(),
            source,
        };
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path }),
            Err(TryLockError::Error(source)) => Err(error(source)),
        }
    }

    /// The state in the file, or nothing when there is no file. A state of an older version is
    /// brought to the current one; the file itself changes with the next [`Store::save`].
    ///
    /// # Errors
    /// When the file is there but is no state of a known version.
    pub fn load(&self) -> Result<Option<State>, StoreError> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.file_error(source)),
        };
        let format = |source| StoreError::Format {
            path: self.path.clone(),
            source,
        };
        let mut value: serde_json::Value = serde_json::from_str(&text).map_err(format)?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        match version {
            // read from the text, so that an error has its line
            None => serde_json::from_str(&text).map(Some).map_err(format),
            Some(found) if found == u64::from(STATE_VERSION) => {
                serde_json::from_str(&text).map(Some).map_err(format)
            }
            Some(found) if migrate::to_current(&mut value, found) => {
                tracing::info!(found, current = STATE_VERSION, "old state file");
                serde_json::from_value(value).map(Some).map_err(format)
            }
            Some(found) => Err(StoreError::Version {
                path: self.path.clone(),
                found,
            }),
        }
    }

    fn file_error(&self, source: std::io::Error) -> StoreError {
        StoreError::File {
            path: self.path.clone(),
            source,
        }
    }

    /// Writes the text beside the file and makes it durable.
    fn write_beside(&self, text: &[u8]) -> std::io::Result<PathBuf> {
        let path = beside(&self.path, ".new");
        let mut file = File::create(&path)?;
        // a state holds keys: whoever was kept from reading it still is
        let before = std::fs::metadata(&self.path).map(|before| before.permissions());
        if let Ok(before) = before
            && !before.readonly()
        {
            file.set_permissions(before)?;
        }
        file.write_all(text)?;
        file.sync_all()?;
        Ok(path)
    }

    fn replace(&self, text: &[u8]) -> std::io::Result<()> {
        let new = self.write_beside(text)?;
        std::fs::rename(new, &self.path)?;
        sync_folder(&self.path)
    }
}

/// The path with `ending` after its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Makes a rename durable, where the platform lets a folder be opened and synchronised.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Ok(folder) = File::open(folder) else {
        return Ok(());
    };
    match folder.sync_all() {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        done => done,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn state(address: &str) -> State {
        State::new([1; 16], None, address.to_owned())
    }

    #[test]
    fn a_kill_before_the_rename_leaves_the_old_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        let mut file = StateFile::open(path.clone()).unwrap();
        file.save(&state("old")).unwrap();
        let new = serde_json::to_vec(&state("new")).unwrap();
        // killed in the middle of the write, at its end, and before its first byte
        for written in [new.len() / 2, new.len(), 0] {
            file.write_beside(&new[..written]).unwrap();
            drop(file);
            file = StateFile::open(path.clone()).unwrap();
            assert_eq!(file.load().unwrap(), Some(state("old")), "{written}");
        }
        // what the kill left does not stand in the way
        file.save(&state("next")).unwrap();
        assert_eq!(file.load().unwrap(), Some(state("next")));
        assert!(!beside(&path, ".new").exists());
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_the_file_stays() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        let mut file = StateFile::open(path.clone()).unwrap();
        file.save(&state("old")).unwrap();
        for mode in [0o600, 0o644] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            file.save(&state("new")).unwrap();
            let kept = std::fs::metadata(&path).unwrap().permissions();
            assert_eq!(kept.mode() & 0o777, mode);
        }
    }

    #[test]
    fn a_file_has_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        let first = StateFile::open(path.clone()).unwrap();
        let refused = StateFile::open(path.clone()).unwrap_err();
        assert!(matches!(refused, StoreError::InUse { .. }), "{refused}");
        drop(first);
        StateFile::open(path).unwrap();
    }

    #[test]
    fn unknown_versions_are_refused_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.json");
        let file = StateFile::open(path.clone()).unwrap();
        let newer = STATE_VERSION + 1;
        for found in [0, newer] {
            std::fs::write(&path, format!("{{\"version\": {found}}}")).unwrap();
            let message = file.load().unwrap_err().to_string();
            assert!(
                message.ends_with(&format!("got version {found}")),
                "{message}"
            );
            assert_eq!(message.lines().count(), 1);
        }
        for text in [
            "",
            "{",
            "{}",
            "[]",
            "{\"version\": \"2\"}",
            "{\"version\": 1}",
        ] {
            std::fs::write(&path, text).unwrap();
            let error = file.load().unwrap_err();
            assert!(
                matches!(error, StoreError::Format { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let path = PathBuf::from("/no/such/folder/card.json");
        let error = StateFile::open(path).unwrap_err();
        assert!(matches!(error, StoreError::File { .. }), "{error}");
    }
}
