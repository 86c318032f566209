// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes down which test reaches which code, and reads that back.
//!
//! One file per process, one line per test and code: the test and the three parts of the key, with
//! tabs between them. Lines are only ever appended, each in one write.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::table::Key;

/// Folder below the one for temporary files of tests.
const FOLDER: &str = "reached";

/// The tests that reached each code, in order.
pub type Records = BTreeMap<Key, BTreeSet<String>>;

/// Writes down what one test reaches.
#[derive(Debug)]
pub struct Recorder {
    test: String,
    file: PathBuf,
    seen: HashSet<Key>,
}

impl Recorder {
    /// Records for the test that runs on this thread, of the test program `program`, into a folder
    /// `reached` below `temporary`.
    #[must_use]
    pub fn new(temporary: &Path, program: &str) -> Self {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("?");
        Self {
            test: format!("{program}::{name}"),
            file: temporary
                .join(FOLDER)
                .join(format!("{program}-{}.tsv", std::process::id())),
            seen: HashSet::new(),
        }
    }

    /// Writes down one code, once.
    ///
    /// # Errors
    /// The file cannot be written; the code is a gap later.
    pub fn note(&mut self, key: Key) -> io::Result<()> {
        if self.seen.contains(&key) {
            return Ok(());
        }
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let line = format!("{}\t{}\n", self.test, key.join("\t"));
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)?;
        file.write_all(line.as_bytes())?;
        self.seen.insert(key);
        Ok(())
    }
}

/// What the files of a folder say.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn read_records(folder: &Path) -> io::Result<Records> {
    let mut records = Records::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        for line in fs::read_to_string(&path)?.lines() {
            // the last line of a process that was killed may be cut off
            if let [test, a, b, c] = line.split('\t').collect::<Vec<_>>().as_slice() {
                let key = [a, b, c].map(|part| (*part).to_owned());
                records.entry(key).or_default().insert((*test).to_owned());
            }
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_back_once_per_test() {
        let folder = tempfile::tempdir().unwrap();
        let mut recorder = Recorder::new(folder.path(), "unit");
        let key = ["EnableProfile", "enableResult", "5"].map(str::to_owned);
        recorder.note(key.clone()).unwrap();
        recorder.note(key.clone()).unwrap();
        let records = read_records(&folder.path().join(FOLDER)).unwrap();
        let test = format!("unit::{}", std::thread::current().name().unwrap());
        assert_eq!(records, BTreeMap::from([(key, BTreeSet::from([test]))]));
        let file = fs::read_to_string(&recorder.file).unwrap();
        assert_eq!(file.lines().count(), 1);
    }
}
