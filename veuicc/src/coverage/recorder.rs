// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes down which test reaches which code, and reads that back.
//!
//! One file per process, one line per test and code: `test`, `function`, `result`, `code`, with tabs
//! between them. Lines are only ever appended, each in one write.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Key, reached};
use crate::card::Es10Tap;

/// Folder below the one for temporary files of tests.
const FOLDER: &str = "reached";

/// An [`Es10Tap`] that lets responses pass and writes down what they carry.
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

    /// Writes down one exchange.
    pub fn note(&mut self, request: &[u8], response: &[u8]) {
        for key in reached(request, response) {
            if self.seen.insert(key.clone())
                && let Err(error) = self.append(&key)
            {
                // a code that is not written down is reported as a gap later
                tracing::warn!(%error, file = %self.file.display(), "not recorded");
            }
        }
    }

    fn append(&self, (function, result, code): &Key) -> std::io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let line = format!("{}\t{function}\t{result}\t{code}\n", self.test);
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file)?
            .write_all(line.as_bytes())
    }
}

impl Es10Tap for Recorder {
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        self.note(request, &response);
        response
    }
}

/// What the files of a folder say: the tests that reached each code, in order.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn read_records(folder: &Path) -> std::io::Result<BTreeMap<Key, BTreeSet<String>>> {
    let mut records: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        for line in fs::read_to_string(&path)?.lines() {
            // the last line of a process that was killed may be cut off
            if let [test, function, result, code] = line.split('\t').collect::<Vec<_>>().as_slice()
            {
                let key = ((*function).into(), (*result).into(), (*code).into());
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
        for _ in 0..2 {
            let response = recorder.exchange(&[0xBF, 0x31, 0], vec![0xBF, 0x31, 3, 0x80, 1, 5]);
            assert_eq!(response, [0xBF, 0x31, 3, 0x80, 1, 5]);
        }
        let records = read_records(&folder.path().join(FOLDER)).unwrap();
        let key = ("EnableProfile".into(), "enableResult".into(), "5".into());
        let test = format!("unit::{}", std::thread::current().name().unwrap());
        assert_eq!(records, BTreeMap::from([(key, BTreeSet::from([test]))]));
        let file = fs::read_to_string(&recorder.file).unwrap();
        assert_eq!(file.lines().count(), 1);
    }
}
