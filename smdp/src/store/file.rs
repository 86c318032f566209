// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file of `--db`: tables of rows, with transactions that survive a crash at any moment.
//!
//! Traps: the library repairs and marks a file as soon as it opens it, so a file of another program
//! is told by its first bytes, and a newer one by a look that cannot write; and its cache is a
//! gigabyte unless it is told otherwise.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, StorageError,
    TableDefinition, TableError,
};

use super::{Change, RowError};

/// Version of the rows. Files of another version are refused.
const VERSION: u64 = 1;
/// Name of the table that says that a file is the SM-DP+'s.
const SMDP: &str = "smdp";
/// How every file of the library begins.
pub(super) const MAGIC: &[u8] = b"redb\x1A\x0A\xA9\x0D\x0A";
/// Memory for pages of the file.
const CACHE: usize = 32 << 20;

type Table<'a> = TableDefinition<'a, &'static [u8], &'static [u8]>;

/// Why a file cannot be used, or could not be written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be reached.
    #[error("cannot open {}: {}", .0.display(), .1)]
    Open(PathBuf, #[source] std::io::Error),
    /// The file has another content.
    #[error("{}: expected a file of {} serve --db, got another one", .0.display(), .1)]
    Foreign(PathBuf, &'static str),
    /// The file is damaged.
    #[error("{}: expected a whole store, got a damaged one: {}", .0.display(), .1)]
    Broken(PathBuf, String),
    /// The file was written by another version.
    #[error("{}: expected a store of version {VERSION}, got version {}", .0.display(), .1)]
    Version(PathBuf, u64),
    /// Somebody else has the file open.
    #[error("{}: expected a store of our own, got one that another process has open", .0.display())]
    Taken(PathBuf),
    /// A row is not understood.
    #[error("{}: table {table}: {problem}", .path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The table.
        table: &'static str,
        /// What was expected and what was seen.
        problem: RowError,
    },
    /// Changes could not be written.
    #[error("cannot write {}: {}", .0.display(), .1)]
    Write(PathBuf, Box<redb::Error>),
}

/// An open file.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    owner: &'static str,
    database: Database,
}

impl Store {
    /// Opens a file of the SM-DP+, or makes it. A file that is not usable is left as it is.
    ///
    /// # Errors
    /// The file is unreachable, foreign, broken, of another version, or open already.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_for(SMDP, path)
    }

    /// As [`Self::open`], of another program: `owner` names it in the file.
    ///
    /// # Errors
    /// The file is unreachable, foreign, broken, of another version, or open already.
    pub fn open_for(owner: &'static str, path: &Path) -> Result<Self, StoreError> {
        let fresh = look(owner, path)?;
        if !fresh {
            // a file that needs a repair was ours to write before; it is judged after the repair
            match Builder::new().set_cache_size(CACHE).open_read_only(path) {
                Ok(database) => check_version(owner, path, &database)?,
                Err(DatabaseError::RepairAborted) => {}
                Err(error) => return Err(opening(path, error)),
            }
        }
        let database = Builder::new()
            .set_cache_size(CACHE)
            .create(path)
            .map_err(|error| opening(path, error))?;
        let store = Self {
            path: path.to_owned(),
            owner,
            database,
        };
        if fresh {
            store.begin(VERSION).map_err(|error| store.writing(error))?;
        } else {
            check_version(owner, path, &store.database)?;
        }
        Ok(store)
    }

    /// Every row of a table.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn read(
        &self,
        table: &'static str,
        mut row: impl FnMut(&[u8], &[u8]) -> Result<(), RowError>,
    ) -> Result<(), StoreError> {
        let broken = |error: redb::Error| StoreError::Broken(self.path.clone(), error.to_string());
        let transaction = self
            .database
            .begin_read()
            .map_err(|error| broken(error.into()))?;
        let rows = match transaction.open_table(Table::new(table)) {
            Ok(rows) => rows,
            Err(TableError::TableDoesNotExist(_)) => return Ok(()),
            Err(error) => return Err(broken(error.into())),
        };
        for entry in rows.iter().map_err(|error| broken(error.into()))? {
            let (key, value) = entry.map_err(|error| broken(error.into()))?;
            row(key.value(), value.value()).map_err(|problem| StoreError::Row {
                path: self.path.clone(),
                table,
                problem,
            })?;
        }
        Ok(())
    }

    /// Writes changes, all or none. When this returns, they are on the disk.
    ///
    /// # Errors
    /// They are not.
    pub fn write(&self, changes: &[Change]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.apply(changes).map_err(|error| self.writing(error))
    }

    fn apply(&self, changes: &[Change]) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        for change in changes {
            let mut table = transaction.open_table(Table::new(change.table))?;
            match &change.value {
                Some(value) => table.insert(change.key.as_slice(), value.as_slice())?,
                None => table.remove(change.key.as_slice())?,
            };
        }
        transaction.commit()?;
        Ok(())
    }

    fn begin(&self, version: u64) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        transaction
            .open_table(meta(self.owner))?
            .insert("version", version.to_be_bytes().as_slice())?;
        transaction.commit()?;
        Ok(())
    }

    /// Makes the file one of another version.
    #[cfg(test)]
    pub(super) fn claim_version(&self, version: u64) {
        self.begin(version).unwrap();
    }

    fn writing(&self, error: redb::Error) -> StoreError {
        StoreError::Write(self.path.clone(), Box::new(error))
    }
}

/// The table that says what the file is.
const fn meta(owner: &str) -> TableDefinition<'_, &'static str, &'static [u8]> {
    TableDefinition::new(owner)
}

/// Whether the file is still to be made; an error when it is something else.
fn look(owner: &'static str, path: &Path) -> Result<bool, StoreError> {
    let unreachable = |error| StoreError::Open(path.to_owned(), error);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(unreachable(error)),
    };
    let mut begin = Vec::new();
    (&mut file)
        .take(MAGIC.len() as u64)
        .read_to_end(&mut begin)
        .map_err(unreachable)?;
    if begin.is_empty() {
        return Ok(true);
    }
    if begin != MAGIC {
        return Err(StoreError::Foreign(path.to_owned(), owner));
    }
    Ok(false)
}

fn check_version(
    owner: &'static str,
    path: &Path,
    database: &impl redb::ReadableDatabase,
) -> Result<(), StoreError> {
    let version = version(owner, database)
        .map_err(|error| StoreError::Broken(path.to_owned(), error.to_string()))?;
    match version {
        Some(VERSION) => Ok(()),
        Some(other) => Err(StoreError::Version(path.to_owned(), other)),
        None => Err(StoreError::Foreign(path.to_owned(), owner)),
    }
}

fn version(
    owner: &str,
    database: &impl redb::ReadableDatabase,
) -> Result<Option<u64>, redb::Error> {
    let transaction = database.begin_read()?;
    let meta = match transaction.open_table(meta(owner)) {
        Ok(meta) => meta,
        Err(TableError::TableDoesNotExist(_) | TableError::TableTypeMismatch { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let version = meta.get("version")?;
    Ok(version
        .and_then(|value| value.value().try_into().ok())
        .map(u64::from_be_bytes))
}

fn opening(path: &Path, error: DatabaseError) -> StoreError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StoreError::Taken(path)
        }
        DatabaseError::Storage(StorageError::Io(error))
            if error.kind() != std::io::ErrorKind::InvalidData =>
        {
            StoreError::Open(path, error)
        }
        other => StoreError::Broken(path, other.to_string()),
    }
}
