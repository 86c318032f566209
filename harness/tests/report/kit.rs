// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs to report on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use tempfile::TempDir;

pub(crate) fn harness(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(arguments)
        .output()
        .unwrap()
}

/// A run in which everything is as expected, and one of the same cases with an IPA that makes a
/// mistake, compared with it.
pub(crate) struct Runs {
    folder: TempDir,
}

static RUNS: LazyLock<Runs> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good");
    let poor = folder.path().join("poor");
    let cases = [
        "ipa/data-request/nominal",
        "ipa/package-retrieval/polls-again",
        "ipa/package-retrieval/two-eims",
        "eim/package-retrieval/after-a-failure",
        "eim/package-retrieval/idle",
        "eim/package-retrieval/state-change",
        "eim/package-retrieval/two-orders",
        "eim/package-retrieval/unknown-eid",
    ];
    let mut arguments = vec!["run", "--report", good.to_str().unwrap()];
    arguments.extend(cases);
    let output = harness(&arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut arguments = vec!["run", "--report", poor.to_str().unwrap()];
    arguments.extend(["--baseline", good.to_str().unwrap(), "--timeout", "5"]);
    arguments.extend(["--defect", "ipa/drops-transaction-id"]);
    arguments.extend(cases);
    let output = harness(&arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    Runs { folder }
});

pub(crate) fn good() -> PathBuf {
    RUNS.folder.path().join("good")
}

pub(crate) fn poor() -> PathBuf {
    RUNS.folder.path().join("poor")
}

/// A copy of a run, to change it.
pub(crate) fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    copy_into(from, to.path());
    to
}

fn copy_into(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
