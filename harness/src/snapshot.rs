// SPDX-License-Identifier: MIT OR Apache-2.0
//! Snapshots: the redacted traffic of a case with an implementation, as somebody accepted it.
//!
//! The files have the form of insta, so that `cargo insta review` and `harness review` work on the
//! same ones. They are beside the cases, or in a folder of their own for an implementation whose
//! owner keeps them elsewhere.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::case::Case;

/// What ends a snapshot's file name.
const EXTENSION: &str = "snap";

/// Where snapshots are kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shelf {
    /// In `snapshots` beside the file of each case.
    BesideCases(PathBuf),
    /// Below a folder, by id.
    Folder(PathBuf),
}

impl Shelf {
    /// The snapshot of `case` with `iut` under test.
    #[must_use]
    pub fn path(&self, case: &Case, iut: &str) -> PathBuf {
        let folder = case.path.parent().unwrap_or(&case.path).join("snapshots");
        match self {
            Self::BesideCases(_) => folder.join(format!("{}@{iut}.{EXTENSION}", case.name())),
            Self::Folder(root) => root.join(format!("{}@{iut}.{EXTENSION}", case.id)),
        }
    }

    /// Snapshots of the implementations `iuts` that belong to none of `cases`, or to one whose
    /// traffic varies.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn unreferenced(&self, cases: &[&Case], iuts: &[&str]) -> io::Result<Vec<PathBuf>> {
        let mut expected = BTreeSet::new();
        for case in cases.iter().filter(|case| case.file.varies.is_none()) {
            expected.extend(iuts.iter().map(|iut| self.path(case, iut)));
        }
        let (Self::BesideCases(root) | Self::Folder(root)) = self;
        let mut strays = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if is_of(&path, iuts) && !expected.contains(&path) {
                    strays.push(path);
                }
            }
        }
        strays.sort();
        Ok(strays)
    }
}

fn is_of(path: &Path, iuts: &[&str]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(&format!(".{EXTENSION}"));
    let iut = stem.and_then(|stem| stem.rsplit_once('@'));
    iut.is_some_and(|(_, iut)| iuts.contains(&iut))
}

/// Reads the traffic of the snapshot at `path`; nothing when there is none.
///
/// # Errors
/// The file is there and cannot be read.
pub fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(content(&text).to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What comes after the head between the two lines `---`.
fn content(text: &str) -> &str {
    let rest = text.strip_prefix("---\n").unwrap_or_default();
    rest.split_once("\n---\n")
        .map_or(text, |(_, content)| content)
}

/// Whether both are the same traffic; blank lines at the end do not count.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.trim_end() == other.trim_end()
}

/// Writes a snapshot whose head names the requirement.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, title: &str, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let title = serde_json::to_string(title)?;
    let text = text.trim_end();
    std::fs::write(path, format!("---\ndescription: {title}\n---\n{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b@x.snap");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, "It is: \"so\"", "A > b\nA < c\n\n").unwrap();
        assert!(same(&read(&path).unwrap().unwrap(), "A > b\nA < c"));
        assert!(!same(&read(&path).unwrap().unwrap(), "A > b"));
    }

    #[test]
    fn a_head_of_insta_is_left_out() {
        assert_eq!(
            content("---\nsource: x\ndescription: y\n---\nA > b\n"),
            "A > b\n"
        );
        assert_eq!(content("A > b\n"), "A > b\n");
    }

    #[test]
    fn a_snapshot_without_case_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::Folder(folder.path().to_owned());
        for name in ["a/b@x.snap", "a/b@other.snap", "a/b@x.txt"] {
            write(&folder.path().join(name), "t", "A > b").unwrap();
        }
        let strays = shelf.unreferenced(&[], &["x"]).unwrap();
        assert_eq!(strays, [folder.path().join("a/b@x.snap")]);
    }
}
