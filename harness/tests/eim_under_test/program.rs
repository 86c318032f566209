// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program `harness` as a vendor uses it, with the descriptions of this repository and with
//! mistakes in them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A description of this repository.
pub(crate) fn described(name: &str) -> String {
    std::fs::read_to_string(repository().join("harness/iut").join(name)).unwrap()
}

/// A folder with one description.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    pub(crate) fn with(description: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("iut.toml"), description).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command of `harness` on the description.
    pub(crate) fn harness(&self, arguments: &[&str]) -> Told {
        let (command, more) = arguments.split_first().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_harness"))
            .args([command, "--iut"])
            .arg(self.path("iut.toml"))
            .args(more)
            .arg("--cases")
            .arg(repository().join("testcases"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Told::from(output)
    }
}

/// What a command said and how it ended.
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        let text = [output.stdout, output.stderr].concat();
        Self {
            code: output.status.code().unwrap(),
            text: String::from_utf8(text).unwrap(),
        }
    }
}

impl Told {
    /// It ended with this code and said all of this.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}", self.text);
        for word in words {
            assert!(
                self.text.contains(word),
                "{word:?} is not in\n{}",
                self.text
            );
        }
    }
}
