// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command line, and descriptions of the reference IPA and the mock eIM as programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for the tapes of one test.
pub(super) struct Bench {
    pub(super) folder: tempfile::TempDir,
}

pub(super) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(super) fn harness(arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_harness");
    Command::new(binary)
        .args(arguments)
        .env("HARNESS_PROGRAM", binary)
        .output()
        .unwrap()
}

pub(super) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(super) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn all(output: &Output) -> String {
    format!("{}{}", stdout(output), stderr(output))
}

impl Bench {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// The reference IPA as a program, with what is to stand behind its arguments.
    pub(super) fn ipa(&self, more: &[&str]) -> String {
        let text = fs::read_to_string(repository().join("harness/iut/reference-ipa.toml")).unwrap();
        let more: String = more.iter().map(|word| format!("{word:?}, ")).collect();
        let old = "\"--dialect\", \"1.2\",";
        assert!(text.contains(old), "{text}");
        let text = text.replace(old, &format!("{old} {more}"));
        let path = self.path("reference-ipa.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// The mock eIM as a program.
    pub(super) fn eim() -> String {
        let path = repository().join("harness/iut/mock-eim.toml");
        path.to_str().unwrap().to_owned()
    }

    /// Records cases and gives the paths of their tapes, in the order of their names.
    pub(super) fn record(&self, more: &[&str], cases: &[&str]) -> Vec<String> {
        let out = self.path("tapes");
        let mut arguments = vec!["record", "--out", &out];
        arguments.extend(more);
        arguments.extend(cases);
        let output = harness(&arguments);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{}",
            all(&output)
        );
        let files = fs::read_dir(&out).unwrap();
        let mut tapes: Vec<String> = files
            .map(|file| file.unwrap().path().to_str().unwrap().to_owned())
            .collect();
        tapes.sort();
        assert_eq!(tapes.len(), cases.len(), "{}", all(&output));
        tapes
    }
}

/// Plays tapes; every verdict is the recorded one, and every answer.
pub(super) fn plays_the_same(tapes: &[String]) -> Output {
    let mut arguments = vec!["replay"];
    arguments.extend(tapes.iter().map(String::as_str));
    let output = harness(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    let text = stdout(&output);
    for tape in tapes {
        let line = text.lines().find(|line| line.starts_with(tape.as_str()));
        // recorded pass, now pass; 64 of 64 answers as recorded
        let (_, rest) = line.unwrap().split_once(": recorded ").unwrap();
        let (recorded, rest) = rest.split_once(", now ").unwrap();
        let (now, rest) = rest.split_once("; ").unwrap();
        let (same, rest) = rest.split_once(" of ").unwrap();
        let (of, _) = rest.split_once(' ').unwrap();
        assert_eq!((recorded, same), (now, of), "{text}");
        assert_ne!(of, "0", "{text}");
    }
    output
}
